import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CellInput, Patch } from '../../src/core/sheet.ts';
import { readTextCell } from '../../src/core/values.ts';
import { Failure } from '../../src/failure.ts';
import { acquireLock } from '../../src/storage/lock.ts';
import { openStore } from '../../src/storage/open.ts';
import { saveBook, withLock } from '../../src/storage/save.ts';
import type { Plan, Store } from '../../src/storage/store.ts';
import { freshFolder } from '../save/support.ts';
import { testIo } from '../save/write-text.ts';
import { runIn } from '../transcripts/run-transcript.ts';
import { bytesOf, type Sheets, STORES, type StoreKind } from './stores.ts';

const SHEET = '客户信息跟踪表';
const LOG = '过程记录';
const SHEETS: Sheets = {
  [SHEET]: [
    ['客户名称', '当前阶段', '预计金额'],
    ['华东机械', '线索获取', 150000],
    ['', '', ''],
    ['南方, "电子"', '需求挖掘\n(二次)', '15万'],
  ],
  [LOG]: [['序号', '日期', '商机编号']],
};

const text = (value: string): CellInput => ({ kind: 'text', text: value });
const set = (row: number, col: number, input: CellInput): Patch => ({
  op: 'set',
  place: { sheet: SHEET, row, col },
  input,
});
const append = (sheet: string, ...inputs: readonly CellInput[]): Patch => ({
  op: 'append',
  sheet,
  cells: new Map(inputs.map((input, index) => [index + 1, input])),
});
const addColumn: Patch = { op: 'addColumn', sheet: SHEET, headerRow: 1, col: 4, header: '商机编号' };

/** Every cell of a book as it shows, by sheet, row and column. */
async function cellsOf(book: string): Promise<Readonly<Record<string, string>>> {
  const store = await openStore(book);
  const cells: Record<string, string> = {};
  for (const { name } of store.sheets) {
    await store.readRows(name, ({ row, cells: found }) => {
      found.forEach((cell, index) => {
        if (cell) cells[`${name} ${row} ${index + 1}`] = readTextCell(cell, store.dates1904);
      });
      return true;
    });
  }
  return cells;
}

const changed = ({ changes }: Plan) =>
  changes.map(({ sheet, cell, before, after }) => [
    `${sheet}!${cell}`,
    before ? readTextCell(before) : '',
    after ? readTextCell(after) : '',
  ]);

/** One write as a command does it: locked, planned on what stands there, verified, saved. */
async function save(book: string, patches: readonly Patch[]): Promise<Plan> {
  const io = testIo(dirname(book));
  const first = await openStore(book);
  return withLock({ book: first.book, files: first.files, wait: 0, ignoreLock: false, io }, async () => {
    const store = await openStore(book);
    const plan = await store.plan(patches);
    await saveBook({ store, plan, io, user: '王芳', command: ['test'] });
    return plan;
  });
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Failure ? error.code : error),
  );

describe.each(STORES)('the storage contract: $name', (kind: StoreKind) => {
  const newBook = (sheets: Sheets = SHEETS) => kind.make(freshFolder(), sheets);

  describe('reading', () => {
    it('gives every sheet, every cell as it shows, at its row and column', async () => {
      const store = await openStore(await newBook());
      expect(store.sheets).toEqual([SHEET, LOG].map((name) => ({ name, kind: 'worksheet', hidden: false })));
      expect(await cellsOf(store.path)).toEqual({
        [`${SHEET} 1 1`]: '客户名称',
        [`${SHEET} 1 2`]: '当前阶段',
        [`${SHEET} 1 3`]: '预计金额',
        [`${SHEET} 2 1`]: '华东机械',
        [`${SHEET} 2 2`]: '线索获取',
        [`${SHEET} 2 3`]: '150000',
        [`${SHEET} 4 1`]: '南方, "电子"',
        [`${SHEET} 4 2`]: '需求挖掘\n(二次)',
        [`${SHEET} 4 3`]: '15万',
        [`${LOG} 1 1`]: '序号',
        [`${LOG} 1 2`]: '日期',
        [`${LOG} 1 3`]: '商机编号',
      });
    });

    it('gives rows with a value only, and stops when told', async () => {
      const store = await openStore(await newBook());
      const rows: number[] = [];
      await store.readRows(SHEET, ({ row }) => rows.push(row) < 2);
      expect(rows).toEqual([1, 2]);
      rows.length = 0;
      await store.readRows(SHEET, ({ row }) => rows.push(row) > 0);
      expect(rows).toEqual([1, 2, 4]);
    });

    it('refuses a sheet that is not there', async () => {
      const store = await openStore(await newBook());
      expect(await codeOf(store.readRows('没有', () => true))).toBe('file');
      expect(await codeOf(store.plan([append('没有', text('x'))]))).toBe('file');
    });
  });

  const edits: readonly {
    readonly why: string;
    readonly patches: readonly Patch[];
    readonly changes: readonly (readonly string[])[];
  }[] = [
    { why: 'nothing', patches: [], changes: [] },
    {
      why: 'a text',
      patches: [set(2, 2, text('需求挖掘'))],
      changes: [[`${SHEET}!B2`, '线索获取', '需求挖掘']],
    },
    { why: 'the text that is there', patches: [set(2, 2, text('线索获取'))], changes: [] },
    { why: 'a cell that was empty', patches: [set(3, 1, text('甲'))], changes: [[`${SHEET}!A3`, '', '甲']] },
    { why: 'a blank', patches: [set(2, 1, { kind: 'blank' })], changes: [[`${SHEET}!A2`, '华东机械', '']] },
    { why: 'a blank where nothing is', patches: [set(9, 9, { kind: 'blank' })], changes: [] },
    {
      why: 'a number',
      patches: [set(4, 3, { kind: 'number', value: 1.5 })],
      changes: [[`${SHEET}!C4`, '15万', '1.5']],
    },
    {
      why: 'money in yuan',
      patches: [set(4, 3, { kind: 'money', fen: 20_000_050 })],
      changes: [[`${SHEET}!C4`, '15万', '200000.5']],
    },
    {
      why: 'a date',
      patches: [set(4, 2, { kind: 'date', day: 20_780 })],
      changes: [[`${SHEET}!B4`, '需求挖掘\n(二次)', '2026-11-23']],
    },
    {
      why: 'a share',
      patches: [set(4, 3, { kind: 'percent', value: 0.75 })],
      changes: [[`${SHEET}!C4`, '15万', kind.name === 'xlsx' ? '75%' : '75.0%']],
    },
    {
      why: 'a formula of ours, with what it shows',
      patches: [set(3, 3, { kind: 'formula', formula: '1+1', shows: { kind: 'number', value: 2 } })],
      changes: [[`${SHEET}!C3`, '', '2']],
    },
    {
      why: 'leading zeros stay text',
      patches: [set(2, 1, text('0138'))],
      changes: [[`${SHEET}!A2`, '华东机械', '0138']],
    },
    {
      why: 'rows behind the last one with data',
      patches: [append(SHEET, text('乙'), text('线索获取')), append(SHEET, text('丙'))],
      changes: [
        [`${SHEET}!A5`, '', '乙'],
        [`${SHEET}!B5`, '', '线索获取'],
        [`${SHEET}!A6`, '', '丙'],
      ],
    },
    {
      why: 'a column, and a cell in it',
      patches: [addColumn, set(2, 4, text('L20261123-001'))],
      changes: [
        [`${SHEET}!D1`, '', '商机编号'],
        [`${SHEET}!D2`, '', 'L20261123-001'],
      ],
    },
    {
      why: 'a sheet, and rows in it and in another',
      patches: [
        { op: 'addSheet', sheet: '线索信息表', headers: ['客户名称', '录入日期'] },
        append('线索信息表', text('甲'), { kind: 'date', day: 20_780 }),
        append(LOG, { kind: 'number', value: 1 }),
      ],
      changes: [
        ['线索信息表!A1', '', '客户名称'],
        ['线索信息表!B1', '', '录入日期'],
        ['线索信息表!A2', '', '甲'],
        ['线索信息表!B2', '', '2026-11-23'],
        [`${LOG}!A2`, '', '1'],
      ],
    },
    {
      why: 'the last of two texts for one cell',
      patches: [set(2, 1, text('x')), set(2, 1, text('y'))],
      changes: [[`${SHEET}!A2`, '华东机械', 'y']],
    },
  ];
  describe('writing', () => {
    it.each(edits)(
      '$why: told cell by cell, and nothing else shows otherwise',
      async ({ patches, changes }) => {
        const book = await newBook();
        const before = await cellsOf(book);
        const bytes = bytesOf(book);
        const plan = await save(book, patches);
        const sorted = (list: readonly (readonly string[])[]) => list.map((each) => each.join('|')).sort();
        expect(sorted(changed(plan))).toEqual(sorted(changes));
        const wanted: Record<string, string> = { ...before };
        for (const { sheet, row, col, after } of plan.changes) {
          if (after) wanted[`${sheet} ${row} ${col}`] = readTextCell(after);
          else delete wanted[`${sheet} ${row} ${col}`];
        }
        expect(await cellsOf(book)).toEqual(wanted);
        if (changes.length === 0) expect(bytesOf(book)).toBe(bytes);
      },
    );

    it('a plan writes nothing', async () => {
      const book = await newBook();
      const bytes = bytesOf(book);
      const store = await openStore(book);
      await store.verify(await store.plan([set(2, 2, text('x')), addColumn, append(LOG, text('y'))]));
      expect(bytesOf(book)).toBe(bytes);
      expect(readdirSync(dirname(book))).toHaveLength(1);
    });

    it('what is not touched keeps its bytes', async () => {
      const book = await newBook();
      const before = kind.pieces(book);
      await save(book, [set(2, 2, text('需求挖掘'))]);
      const after = new Set(kind.pieces(book));
      expect(before.filter((piece) => !after.has(piece))).toHaveLength(1);
    });

    it('a row goes before a 合计 row, which steps down', async () => {
      const book = await newBook({
        [SHEET]: [
          ['客户名称', '预计金额'],
          ['甲', 1],
          ['乙', 2],
          ['合计', 3],
        ],
      });
      await save(book, [append(SHEET, text('丙')), append(SHEET, text('丁'))]);
      const cells = await cellsOf(book);
      expect([2, 3, 4, 5, 6, 7].map((row) => cells[`${SHEET} ${row} 1`])).toEqual([
        '甲',
        '乙',
        '丙',
        '丁',
        '合计',
        undefined,
      ]);
      expect(cells[`${SHEET} 6 2`]).toBe('3');
    });

    it.each([
      '=1+1',
      '+86 138',
      '-3',
      '@x',
      "=cmd|' /C calc'!A0",
      '<a href="x">&amp;',
      'a"b""c',
      ',;\t|',
      '  边 ',
      'NULL',
      '1e5',
      '第一行\n第二行',
      '\u202Eevil',
      '𠮷😀é',
      '__proto__',
      "'文字",
      '_x000D_',
      '%s{0}$1',
      '\\n',
      '2026/1/5',
    ])('hostile text %j is kept as typed', async (value) => {
      const book = await newBook();
      await save(book, [set(2, 1, text(value)), append(LOG, text(value))]);
      const store = await openStore(book);
      const found: unknown[] = [];
      for (const sheet of [SHEET, LOG]) {
        await store.readRows(sheet, ({ row, cells }) => {
          if (row === 2) found.push(cells[0]);
          return true;
        });
      }
      expect(found).toEqual([
        { kind: 'text', text: value },
        { kind: 'text', text: value },
      ]);
    });

    it('a character that cannot be kept is refused, never replaced', async () => {
      const book = await newBook();
      const bytes = bytesOf(book);
      for (const value of ['\ud800', 'a\0']) {
        const code = await codeOf(save(book, [set(2, 1, text(value))]));
        if (code === 'done') expect((await cellsOf(book))[`${SHEET} 2 1`]).toBe(value);
        else expect([code, bytesOf(book)]).toEqual(['file', bytes]);
      }
    });

    it.each([
      ['a text longer than Excel shows', text('长'.repeat(32_768))],
      ['no finite number', { kind: 'number', value: Number.NaN }],
    ] as const)('%s is refused, and nothing is written', async (_, input) => {
      const book = await newBook();
      const bytes = bytesOf(book);
      expect(await codeOf(save(book, [append(LOG, text('x')), set(2, 1, input)]))).toBe('file');
      expect(bytesOf(book)).toBe(bytes);
    });

    it('a header where there is one, and a sheet that is there, are refused and nothing is written', async () => {
      const book = await newBook();
      const bytes = bytesOf(book);
      const taken: Patch = { op: 'addColumn', sheet: SHEET, headerRow: 1, col: 3, header: 'x' };
      expect(await codeOf(save(book, [append(LOG, text('x')), taken]))).toBe('file');
      expect(
        await codeOf(save(book, [set(2, 1, text('x')), { op: 'addSheet', sheet: LOG, headers: ['a'] }])),
      ).toBe('file');
      expect(bytesOf(book)).toBe(bytes);
    });

    it('any patches, in any order, do what they would do to a plain grid', async () => {
      const cell = fc.tuple(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom('甲', 'a,b', 'x"y', '=1', '二\n三'),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(fc.boolean(), cell), { maxLength: 8 }), async (steps) => {
          const book = await newBook({
            [SHEET]: [
              ['a', 'b', 'c', 'd'],
              ['甲', '', '乙', 'x'],
            ],
          });
          const grid = await cellsOf(book);
          const wanted: Record<string, string> = { ...grid };
          const patches = steps.map(([isAppend, [row, col, value]]): Patch => {
            const last = Math.max(...Object.keys(wanted).map((key) => Number(key.split(' ')[1])));
            wanted[`${SHEET} ${isAppend ? last + 1 : row + 1} ${col}`] = value;
            return isAppend
              ? { op: 'append', sheet: SHEET, cells: new Map([[col, text(value)]]) }
              : set(row + 1, col, text(value));
          });
          await save(book, patches);
          expect(await cellsOf(book)).toEqual(wanted);
          rmSync(dirname(book), { recursive: true });
        }),
        { numRuns: 25 },
      );
    });
  });

  describe('saving', () => {
    const start = async () => {
      const book = await newBook();
      const store = await openStore(book);
      return { book, store, plan: await store.plan([set(2, 1, text('x')), append(LOG, text('y'))]) };
    };
    const saveAt = (book: string, { store, plan }: { store: Store; plan: Plan }) =>
      saveBook({ store, plan, io: testIo(dirname(book)), user: '王芳', command: ['test'] });

    it('changed since it was read: exit 5, nothing written', async () => {
      const { book, ...rest } = await start();
      kind.disturb(book);
      const bytes = bytesOf(book);
      expect(await codeOf(saveAt(book, rest))).toBe('busy');
      expect(bytesOf(book)).toBe(bytes);
    });

    it('open in an office program: exit 5 naming the file, until --ignore-lock', async () => {
      const { book, store } = await start();
      const io = testIo(dirname(book));
      writeFileSync(kind.mark(book), ',王芳,电脑,;');
      const lock = { book: store.book, files: store.files, wait: 0, io };
      expect(await codeOf(withLock({ ...lock, ignoreLock: false }, async () => {}))).toBe('busy');
      expect(await codeOf(withLock({ ...lock, ignoreLock: true }, async () => {}))).toBe('done');
    });

    it('being written by another funnel: exit 5, and free again afterwards, without a trace', async () => {
      const { book, store } = await start();
      const io = testIo(dirname(book));
      const { book: real, files } = store;
      const release = await acquireLock({ book: real, files, user: '李强', wait: 0, ignoreLock: false, io });
      expect(await codeOf(save(book, [set(2, 1, text('x'))]))).toBe('busy');
      await release();
      await save(book, [set(2, 1, text('x'))]);
      const folder = statSync(book).isDirectory() ? book : dirname(book);
      expect(readdirSync(folder).filter((name) => name.startsWith('.~'))).toEqual([]);
      expect(existsSync(join(folder, '.funnel'))).toBe(true);
    });
  });

  describe('commands', () => {
    const team = async () => {
      const book = await newBook({ [SHEET]: SHEETS[SHEET] ?? [] });
      const run = (...words: string[]) => runIn(dirname(book), [...words, '--file', book]);
      return { book, run, adopt: (...flags: string[]) => runIn(dirname(book), ['adopt', book, ...flags]) };
    };

    it('--dry-run tells the cells and changes no byte', async () => {
      const { book, run, adopt } = await team();
      const unadopted = bytesOf(book);
      expect(await adopt('--dry-run')).toMatchObject({ code: 0, out: expect.stringContaining('D1') });
      expect(bytesOf(book)).toBe(unadopted);
      await adopt();
      const bytes = bytesOf(book);
      expect(await run('log', '华东', '电话', '--dry-run')).toMatchObject({
        code: 0,
        out: expect.stringContaining('没有写入任何内容'),
      });
      expect(bytesOf(book)).toBe(bytes);
    });

    it('adopt, add-lead, log and edit are taken back one by one, each to the very bytes before it', async () => {
      const { book, run, adopt } = await team();
      const steps = [
        () => adopt(),
        () =>
          run(
            'add-lead',
            '--customer',
            '丁公司',
            '--contact',
            '李总',
            '--phone',
            '13800000000',
            '--tags',
            'CRM',
            '--source',
            '行业展会',
          ),
        () => run('log', '丁公司', '电话, 聊了"预算"', '--type', '电话', '--next', '2026-12-01'),
        () => run('edit', '丁公司', '--set', '预计金额=20万'),
        () => run('record', '丁公司', 'screened', '--note', '=相符'),
        () => run('advance', '丁公司'),
      ];
      const states: string[] = [];
      for (const step of steps) {
        states.push(bytesOf(book));
        expect(await step()).toMatchObject({ code: 0 });
      }
      for (const state of states.reverse()) {
        expect(await run('undo')).toMatchObject({ code: 0, out: expect.stringContaining('完全一样') });
        expect(bytesOf(book)).toBe(state);
      }
      expect(await run('undo')).toMatchObject({ code: 4 });
    });

    it('undo after somebody else wrote takes back its own cells only', async () => {
      const { book, adopt } = await team();
      const run = (user: string, ...words: string[]) =>
        runIn(dirname(book), [...words, '--file', book], { env: { FUNNEL_USER: user } });
      await adopt();
      expect((await run('王芳', 'edit', '华东', '--set', '当前阶段=x')).code).not.toBe(0);
      expect((await run('王芳', 'edit', '华东', '--set', '预计金额=20万')).code).toBe(0);
      expect((await run('李强', 'edit', '华东', '--set', '客户名称=华东精密')).code).toBe(0);
      expect((await run('王芳', 'undo')).code).toBe(2);
      expect(await run('王芳', 'undo', '--yes')).toMatchObject({ code: 0, err: '' });
      const cells = await cellsOf(book);
      expect([cells[`${SHEET} 2 1`], cells[`${SHEET} 2 3`]]).toEqual(['华东精密', '150000']);
    });
  });
});
