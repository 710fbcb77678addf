import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { civilOf } from '../../src/core/date.ts';
import { type CellInput, cellName, type Patch, type PlainInput } from '../../src/core/sheet.ts';
import { comparePackages } from './compare.ts';
import { edit, MAIN, makeBook, makeStyles, REL, textRow, textsOf } from './make-book.ts';

/** A carriage return and a lone surrogate included: whatever people paste. */
const ANY_TEXT = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom('_', 'x', '0', '0', 'D', '<', '&', ' ', '\n', '\r', '甲', '\ud800'),
    maxLength: 14,
  }),
);
const PLAIN: fc.Arbitrary<PlainInput> = fc.oneof(
  ANY_TEXT.map((text) => ({ kind: 'text', text }) as const),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((value) => ({ kind: 'number', value: value === 0 ? 0 : value }) as const),
  fc.integer({ min: 0, max: 999 }).map((each) => ({ kind: 'percent', value: each / 999 }) as const),
  fc.integer({ min: 0, max: 10 ** 13 }).map((fen) => ({ kind: 'money', fen }) as const),
  fc.integer({ min: -20_000, max: 60_000 }).map((day) => ({ kind: 'date', day }) as const),
  fc.constant({ kind: 'blank' } as const),
);
/** A formula with nothing cached shows its own text: not one of ours, each says what it comes to. */
const INPUT: fc.Arbitrary<CellInput> = fc.oneof(
  { weight: 6, arbitrary: PLAIN },
  {
    weight: 1,
    arbitrary: PLAIN.filter((shows) => shown(shows) !== '').map(
      (shows) => ({ kind: 'formula', formula: 'IF(A{row}="<&",1,2)', shows }) as const,
    ),
  },
);
const OP = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant('set' as const),
      row: fc.integer({ min: 2, max: 4 }),
      col: fc.integer({ min: 1, max: 4 }),
      input: INPUT,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('append' as const),
      inputs: fc.array(INPUT, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('addColumn' as const) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('addSheet' as const) }) },
);
type Op = typeof OP extends fc.Arbitrary<infer Each> ? Each : never;

const HEADERS = ['甲', '乙', '丙', '丁'];
const BASE = [HEADERS, ['a', 'b', 'c', ''], ['d', '', 'f', 'g'], ['h', 'i', 'j', 'k']];
const FRAMES = {
  plain: { totals: false, part: null },
  table: { totals: false, part: 'A1:D4' },
  totals: { totals: true, part: 'A1:D5' },
} as const;

function makeBase(frame: keyof typeof FRAMES): Buffer {
  const { totals, part } = FRAMES[frame];
  const rows = [...BASE, ...(totals ? [['合计', '', '', 'x']] : [])].map((texts, index) =>
    textRow(index + 1, texts),
  );
  const filter = totals ? 'A1:D4' : part;
  return makeBook({
    sheets: {
      表: `<dimension ref="A1:D4"/><sheetData>${rows.join('')}</sheetData>${part ? '<tableParts count="1"><tablePart r:id="rId1"/></tableParts>' : ''}`,
      旁: '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>',
    },
    styles: makeStyles(['', 'yyyy-mm-dd']),
    parts: part
      ? {
          'xl/worksheets/_rels/sheet1.xml.rels': `<Relationships><Relationship Id="rId1" Type="${REL}/table" Target="../tables/t.xml"/></Relationships>`,
          'xl/tables/t.xml': `<table xmlns="${MAIN}" id="1" name="T" displayName="T" ref="${part}"${totals ? ' totalsRowCount="1"' : ''}><autoFilter ref="${filter}"/><tableColumns count="4">${HEADERS.map((name, index) => `<tableColumn id="${index + 1}" name="${name}"/>`).join('')}</tableColumns></table>`,
        }
      : {},
  });
}

/** A simulation that knows only what people see. */
function simulate(
  ops: readonly Op[],
  totals: boolean,
): { patches: Patch[]; texts: Record<string, string>; log: Record<string, string> } {
  const grid = BASE.map((row) => [...row]);
  const log: string[][] = [];
  const patches: Patch[] = [];
  let sheets = 0;
  for (const op of ops) {
    if (op.op === 'set') {
      patches.push({ op: 'set', place: { sheet: '表', row: op.row, col: op.col }, input: op.input });
      (grid[op.row - 1] ?? [])[op.col - 1] = shown(op.input);
    } else if (op.op === 'append') {
      // A row with nothing in it would not be the last one with data: the first cell is always there.
      const inputs: CellInput[] = [{ kind: 'text', text: '新' }, ...op.inputs];
      patches.push({
        op: 'append',
        sheet: '表',
        cells: new Map(inputs.map((input, index) => [index + 1, input])),
      });
      grid.push(inputs.map(shown));
    } else if (op.op === 'addColumn') {
      const header = `列${grid[0]?.length}`;
      patches.push({ op: 'addColumn', sheet: '表', headerRow: 1, col: (grid[0]?.length ?? 0) + 1, header });
      grid[0]?.push(header);
    } else if (sheets++ === 0) {
      patches.push({ op: 'addSheet', sheet: '过程记录', headers: ['序号'] });
      log.push(['序号']);
    } else {
      patches.push({
        op: 'append',
        sheet: '过程记录',
        cells: new Map([[1, { kind: 'number', value: log.length }]]),
      });
      log.push([String(log.length)]);
    }
  }
  if (totals) grid.push(['合计', '', '', 'x']);
  return { patches, texts: textsIn(grid), log: textsIn(log) };
}

function shown(input: CellInput): string {
  switch (input.kind) {
    case 'text':
      return input.text;
    case 'number':
    case 'percent':
      return String(input.value);
    case 'formula':
      return shown(input.shows);
    case 'money':
      return String(input.fen / 100);
    case 'date':
      return input.day >= -25_508 ? String(input.day + 25_569) : String(civilOf(input.day).year);
    case 'blank':
      return '';
  }
}

function textsIn(grid: readonly (readonly string[])[]): Record<string, string> {
  return Object.fromEntries(
    grid.flatMap((row, index) =>
      row.flatMap((text, col) => (text === '' ? [] : [[cellName(index + 1, col + 1), text]])),
    ),
  );
}

describe('whatever is edited is read back as it was meant', () => {
  it.each(['plain', 'table', 'totals'] as const)(
    'in a sheet with %s rows, and again after a second edit',
    async (frame) => {
      const base = makeBase(frame);
      await fc.assert(
        fc.asyncProperty(fc.array(OP, { maxLength: 8 }), async (ops) => {
          // The first column of the last row decides where a row goes: it keeps a value.
          const safe = ops.filter((op) => op.op !== 'set' || op.row < 4 || op.col > 1);
          const { patches, texts, log } = simulate(safe, FRAMES[frame].totals);
          const whole = await edit(base, patches);
          expect(await textsOf(whole.store, '表')).toEqual(texts);
          if (Object.keys(log).length > 0) expect(await textsOf(whole.store, '过程记录')).toEqual(log);
          expect(comparePackages(base, whole.bytes).changed).not.toContain('xl/worksheets/sheet2.xml');
          // One at a time gives the same cells as all at once.
          let bytes: Buffer = base;
          for (const patch of patches) bytes = (await edit(bytes, [patch])).bytes;
          expect(await textsOf((await edit(bytes, [])).store, '表')).toEqual(texts);
        }),
        { numRuns: 60 },
      );
    },
  );
});
