import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { readEntries } from '../xlsx/compare.ts';
import { makeZip } from '../xlsx/make-zip.ts';

// What another program does to the table: it knows nothing of funnel, reads all of it and writes all of it anew.

/** A cell as its file has it. */
type Cell = string;

/** A table by rows; the first one holds the headers. */
export interface Table {
  /** By column, from 0. */
  readonly rows: Map<number, Cell>[];
  /** A cell with that text. */
  cellOf(text: string): Cell;
}

/** The same change to the same table, whatever it is kept in. */
export type HandEdit = (table: Table) => void;

export const TRACKING = '客户信息跟踪表';

/** Changes the tracking sheet of a workbook: the package is written anew, the cells that are set as inline strings. */
export function editWorkbook(path: string, edit: HandEdit): void {
  const entries = readEntries(readFileSync(path));
  const part = 'xl/worksheets/sheet1.xml';
  const parts = entries.map(({ name, content }) => ({
    name,
    content: name === part ? Buffer.from(editSheet(content.toString('utf8'), edit)) : content,
  }));
  writeFileSync(path, makeZip(parts));
}

function editSheet(xml: string, edit: HandEdit): string {
  const from = xml.indexOf('<sheetData>') + '<sheetData>'.length;
  const to = xml.indexOf('</sheetData>');
  const rows = [...xml.slice(from, to).matchAll(/<row [^>]*?(?:\/>|>([\s\S]*?)<\/row>)/g)].map(
    ([, inner = '']) =>
      new Map(
        [...inner.matchAll(/<c r="([A-Z]+)\d+"((?:[^>]*[^/])?(?:\/>|>[\s\S]*?<\/c>))/g)].map(
          ([, letters = '', rest = '']) => [columnOf(letters), rest],
        ),
      ),
  );
  edit({ rows, cellOf: (text) => ` t="inlineStr"><is><t>${text}</t></is></c>` });
  const written = rows.map((cells, index) => {
    const inner = [...cells]
      .sort(([a], [b]) => a - b)
      .map(([col, rest]) => `<c r="${lettersOf(col)}${index + 1}"${rest}`);
    return `<row r="${index + 1}">${inner.join('')}</row>`;
  });
  return xml.slice(0, from) + written.join('') + xml.slice(to);
}

/** Changes the tracking sheet of a CSV folder: the file is written anew. */
export function editCsv(folder: string, edit: HandEdit): void {
  const path = join(folder, `${TRACKING}.csv`);
  const records: string[][] = parse(readFileSync(path), { bom: true, relax_column_count: true });
  const width = records[0]?.length ?? 0;
  const rows = records.map((record) => new Map(record.entries()));
  edit({ rows, cellOf: (text) => text });
  const quote = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = rows.map((cells) =>
    Array.from({ length: width }, (_, col) => quote(cells.get(col) ?? '')).join(','),
  );
  writeFileSync(path, `\uFEFF${lines.join('\r\n')}\r\n`);
}

function columnOf(letters: string): number {
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

function lettersOf(col: number): string {
  return (col >= 26 ? lettersOf(Math.floor(col / 26) - 1) : '') + String.fromCharCode(65 + (col % 26));
}
