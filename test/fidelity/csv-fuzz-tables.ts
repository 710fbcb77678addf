import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CellInput, Patch } from '../../src/core/sheet.ts';
import { openStore } from '../../src/storage/open.ts';
import { anyDialect, type Dialect, pick, type Random, readTable, writeTable } from './csv-dialect.ts';
import { type Fuzzed, fuzzFor } from './csv-fuzz.ts';

/**
 * Tables in any dialect, several to a folder, changed at random through the store. The file afterwards is read by another
 * reader: every record that was not meant has its bytes, every cell that was not meant its text.
 */
export function fuzzTables(seconds: number, random: Random): Promise<Fuzzed> {
  return fuzzFor(seconds, async (folder) => {
    const wrong = await changeTables(folder, random);
    return { written: wrong.length === 0, wrong };
  });
}

const CHARACTERS = [...'甲客a ,;\t"\n\r=-𠀀㐀😀é€', '""', '\r\n', 'B2'];
const WORDS = ['0013', '1e5', '\uFEFF', '\u3000', '\u00A0', '_x000D_', "'", '、', '2026-05-11', '15万'];

/** One sheet of a folder: what it holds, and what it should hold in the end. */
interface Table {
  readonly dialect: Dialect;
  readonly bytes: Buffer;
  readonly wanted: string[][];
  readonly touched: Set<number>;
  width: number;
  isWidened: boolean;
  /** Records up to the last that holds or held something: a new one comes behind them. */
  filled: number;
}

async function changeTables(folder: string, random: Random): Promise<readonly string[]> {
  const tables = new Map<string, Table>();
  for (let n = 1 + Math.floor(random() * 3); n > 0; n--) {
    const table = anyTable(random);
    tables.set(`表${n}`, table);
    writeFileSync(join(folder, `表${n}.csv`), table.bytes);
  }
  const patches = Array.from({ length: 1 + Math.floor(random() * 5) }, () => {
    const [sheet, table] = pick(random, [...tables]);
    return anyPatch(sheet, table, random);
  });
  const store = await openStore(folder);
  const plan = await store.plan(patches);
  await store.verify(plan);
  const after = new Map(
    plan.files.map(({ path, pieces }) => [path.replace(/^.*\/|\.csv$/g, ''), Buffer.concat(pieces ?? [])]),
  );
  const wrong = [...tables].flatMap(([sheet, table]) =>
    differences(table, after.get(sheet) ?? table.bytes).map((each) => `${sheet}: ${each}`),
  );
  return wrong.length === 0
    ? []
    : [
        ...wrong,
        JSON.stringify(patches),
        ...[...tables.values()].map(({ dialect, bytes }) =>
          JSON.stringify([dialect, bytes.toString('base64')]),
        ),
      ];
}

function anyTable(random: Random): Table {
  const dialect = anyDialect(random);
  const width = 2 + Math.floor(random() * 4);
  const rows = [
    Array.from({ length: width }, (_, index) => `列${index}${random() < 0.2 ? '"x"' : ''}名`),
    ...Array.from({ length: Math.floor(random() * 9) }, () =>
      random() < 0.1
        ? Array.from({ length: width }, () => '')
        : Array.from({ length: width }, () => anyText(random)),
    ),
  ];
  const bytes = writeTable(rows, dialect, random, random() < 0.3);
  const filled = rows.findLastIndex((row) => row.some((cell) => cell !== '')) + 1;
  return { dialect, bytes, wanted: rows, touched: new Set(), width, isWidened: false, filled };
}

function anyText(random: Random): string {
  if (random() < 0.2) return '';
  return Array.from({ length: 1 + Math.floor(random() * 4) }, () =>
    random() < 0.8 ? pick(random, CHARACTERS) : pick(random, WORDS),
  ).join('');
}

/** A change, and the table as it must be afterwards. */
function anyPatch(sheet: string, table: Table, random: Random): Patch {
  const { wanted, touched } = table;
  const text = anyText(random);
  const input: CellInput = random() < 0.1 ? { kind: 'number', value: 12.5 } : { kind: 'text', text };
  const shown = input.kind === 'number' ? '12.5' : text;
  const kind = random();
  if (kind < 0.15) {
    table.isWidened = true;
    table.width++;
    const header = `新列${table.width}`;
    wanted[0]?.push(header);
    return { op: 'addColumn', sheet, headerRow: 1, col: table.width, header };
  }
  if (kind < 0.6 && wanted.length > 1) {
    const row = 2 + Math.floor(random() * (wanted.length - 1));
    const col = 1 + Math.floor(random() * table.width);
    const cells = wanted[row - 1] ?? [];
    while (cells.length < col) cells.push('');
    if (cells[col - 1] !== shown) touched.add(row - 1);
    cells[col - 1] = shown;
    if (shown !== '') table.filled = Math.max(table.filled, row);
    return { op: 'set', place: { sheet, row, col }, input };
  }
  const cells = new Map<number, CellInput>([[1, { kind: 'text', text: `新${text}` }]]);
  if (random() < 0.5) cells.set(table.width, input);
  const at = table.filled++;
  const row = Array.from({ length: table.width }, () => '');
  row[0] = `新${text}`;
  if (cells.size > 1) row[table.width - 1] = shown;
  wanted[at] = row;
  touched.add(at);
  return { op: 'append', sheet, cells };
}

function differences(table: Table, after: Buffer): readonly string[] {
  const { dialect, bytes, wanted, touched } = table;
  const before = readTable(bytes, dialect);
  const records = readTable(after, dialect);
  if (!before || !records) return [`not read: ${after.toString('base64')}`];
  const wrong: string[] = [];
  const bom = (each: Buffer) =>
    (each.toString('latin1').match(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/)?.[0] ?? '').length;
  if (bom(after) !== bom(bytes)) wrong.push('another byte order mark');
  if ((records.at(-1)?.lineEnd === '') !== (before.at(-1)?.lineEnd === '')) wrong.push('another end');
  const filled = wanted.filter(
    (_, index) => index < records.length || wanted[index]?.some((cell) => cell !== ''),
  );
  if (records.length !== Math.max(filled.length, before.length))
    wrong.push(`${records.length} records, not ${filled.length}`);
  for (const [index, { cells, raw, lineEnd }] of records.entries()) {
    if (shorn(cells).join('\0') !== shorn(wanted[index] ?? []).join('\0'))
      wrong.push(`record ${index + 1}: ${JSON.stringify(cells)}, not ${JSON.stringify(wanted[index])}`);
    const old = before[index];
    if (old && !table.isWidened && !touched.has(index) && old.raw !== raw)
      wrong.push(`record ${index + 1} has other bytes`);
    if (old && old.lineEnd !== lineEnd && old.lineEnd !== '')
      wrong.push(`record ${index + 1} has another line end`);
    if (table.isWidened && shorn(cells).length > 0 && cells.length < table.width)
      wrong.push(`record ${index + 1} is short`);
  }
  return wrong;
}

function shorn(cells: readonly string[]): readonly string[] {
  return cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1);
}
