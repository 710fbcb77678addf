import { type Book, SHEETS, type TableShape } from './book.ts';
import { SETTING_HEADERS } from './decode.ts';
import type { CellInput, Patch } from './sheet.ts';

/** What one row of 设置 is to say. Empty texts leave the row empty: it then means nothing. */
export interface SettingTexts {
  readonly category: string;
  readonly name: string;
  readonly value: string;
  readonly explanation: string;
}

/** One row of 设置 to be written: an existing one in place, or (`row` null) a new one behind the others. */
export interface SettingChange extends SettingTexts {
  readonly row: number | null;
}

/** Setting rows as patches; the sheet is added first where the book has none. */
export function encodeSettingRows(
  { settingsShape: shape }: Pick<Book, 'settingsShape'>,
  changes: readonly SettingChange[],
): Patch[] {
  if (changes.length === 0) return [];
  const sheet = shape?.sheet ?? SHEETS.settings;
  return [
    ...(shape ? [] : [{ op: 'addSheet', sheet, headers: SETTING_HEADERS } as const]),
    ...changes.flatMap((change): Patch[] => {
      const cells = settingCells(shape, change);
      return change.row === null
        ? [{ op: 'append', sheet, cells: new Map(cells.filter(([, input]) => input.kind !== 'blank')) }]
        : cells.map(([col, input]) => ({ op: 'set', place: { sheet, row: change.row ?? 0, col }, input }));
    }),
  ];
}

function settingCells(shape: TableShape | null, texts: SettingTexts): (readonly [number, CellInput])[] {
  const headers: readonly string[] = SETTING_HEADERS;
  const { category, name, value, explanation } = texts;
  return Object.entries({ 类别: category, 名称: name, 值: value, 说明: explanation }).flatMap(
    ([header, text]) => {
      const col = shape ? shape.columns.get(header) : headers.indexOf(header) + 1;
      const input: CellInput = text === '' ? { kind: 'blank' } : { kind: 'text', text };
      return col === undefined ? [] : [[col, input] as const];
    },
  );
}
