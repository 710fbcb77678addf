import { guardFormula, visible } from '../core/text.ts';

/**
 * Records as a new CSV file made for people: UTF-8 with BOM and CRLF, so that Excel opens it right. Control characters
 * become visible escapes (line breaks stay), and no cell begins a formula.
 */
export function renderCsv(records: readonly (readonly string[])[]): Uint8Array {
  const lines = records.map((record) => record.map(quoteField).join(','));
  return new TextEncoder().encode(`\ufeff${lines.map((line) => `${line}\r\n`).join('')}`);
}

function quoteField(text: string): string {
  const safe = guardFormula(visible(text, { newlines: true }));
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
