import type { Day } from './date.ts';
import { civilOf, dayOf } from './date.ts';
import { type AmountText, parseAmount } from './money.ts';
import type { CellValue } from './sheet.ts';
import { normalizeWidth } from './text.ts';

/** A date as read from a cell; `inferredYear`: the year was not written. */
export interface ReadDate {
  readonly day: Day;
  readonly inferredYear: boolean;
}

/** Days from 1899-12-30 (serial 0 after February 1900) and from 1904-01-01 to 1970-01-01. */
const EPOCH_1900 = -25569;
const EPOCH_1904 = -24107;

/**
 * A cell of a date column: a serial number whatever its format, an ISO date, or text in any of the forms people type.
 * `near` is the day around which a date without a year is taken: its latest occurrence not after `near`. Null: unreadable.
 */
export function readDateCell(value: CellValue, dates1904: boolean, near: Day): ReadDate | null {
  if (value.kind === 'number') {
    const day = serialToDay(value.value, dates1904);
    return day === null ? null : { day, inferredYear: false };
  }
  if (value.kind === 'isoDate' || value.kind === 'text') return readDateText(value.text, near);
  return null;
}

/** `2024-03-15`, `2024/3/15`, `2024.3.15`, `2024年3月15日`, `20240315`, each with a time behind it or not; `3月15日`, `3-15`, `3/15`. */
export function readDateText(text: string, near: Day): ReadDate | null {
  const plainText = normalizeWidth(text)
    .trim()
    .replace(/[\s,T]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[AaPp][Mm])?$/, '');
  const full =
    /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$/.exec(plainText) ??
    /^(\d{4})(\d{2})(\d{2})$/.exec(plainText);
  if (full) {
    const day = dayOf(Number(full[1]), Number(full[2]), Number(full[3]));
    return day === null ? null : { day, inferredYear: false };
  }
  const partial = /^(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?$/.exec(plainText);
  if (!partial) return null;
  const day = latestOccurrence(Number(partial[1]), Number(partial[2]), near);
  return day === null ? null : { day, inferredYear: true };
}

/** The latest `month`-`date` that is not after `near`; null where no year near it has such a day. */
export function latestOccurrence(month: number, date: number, near: Day): Day | null {
  const { year } = civilOf(near);
  for (let each = year; each > year - 5; each--) {
    const day = dayOf(each, month, date);
    if (day !== null && day <= near) return day;
  }
  return null;
}

/** An amount: a bare number is `unit` yuan each (a formula's result too), text as people write it. Null: unreadable. */
export function readAmountCell(value: CellValue, unit: number): AmountText {
  if (value.kind === 'number') {
    const fen = Math.round(value.value * unit * 100);
    return value.value >= 0 && Number.isSafeInteger(fen) ? { kind: 'amount', low: fen, high: fen } : null;
  }
  return value.kind === 'text' ? parseAmount(value.text, unit) : null;
}

/** Text of a cell; a number as it was typed (a phone, 007 only if stored as text). */
export function readTextCell(value: CellValue | undefined): string {
  if (value === undefined) return '';
  if (value.kind === 'number') return plainNumber(value.value);
  if (value.kind === 'boolean') return value.value ? 'TRUE' : 'FALSE';
  return value.kind === 'error' ? '' : value.text.trim();
}

/** A whole number: `5`, `5分`, `５`. Null: not one. */
export function readIntegerCell(value: CellValue): number | null {
  if (value.kind === 'number') return Number.isInteger(value.value) ? value.value : null;
  if (value.kind !== 'text') return null;
  const match = /^(\d+)\s*分?$/.exec(normalizeWidth(value.text).trim());
  return match ? Number(match[1]) : null;
}

/** A number in full digits: 13800000000, not 1.38e10. */
function plainNumber(value: number): string {
  return Number.isInteger(value) ? BigInt(value).toString() : String(value);
}

/** Excel's serial: 1900 has a 29 February there (serial 60), so earlier serials are one day off. Null outside 1900–9999. */
function serialToDay(serial: number, dates1904: boolean): Day | null {
  const whole = Math.floor(serial);
  if (!Number.isFinite(serial) || whole < 0 || whole > 2958465) return null;
  if (dates1904) return whole + EPOCH_1904;
  if (whole === 0 || whole === 60) return null;
  return whole + EPOCH_1900 + (whole < 60 ? 1 : 0);
}
