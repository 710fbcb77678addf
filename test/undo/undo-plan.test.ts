import { describe, expect, it } from 'vitest';
import { type CellChange, type CellValue, cellName, type SheetRow } from '../../src/core/sheet.ts';
import { planUndo } from '../../src/core/undo.ts';
import type { TableRole, UndoTable } from '../../src/core/undo-rows.ts';

// Small tables written as text: the first line is the header row, an empty field is an empty cell.
const TRACKING = ['客户名称', '联系方式', '当前阶段', '跟进记录', '商机编号'];
const LOG = ['序号', '商机编号', '类型', '新阶段', '内容'];

const KEYS: Readonly<Partial<Record<TableRole, readonly string[]>>> = {
  tracking: ['商机编号'],
  log: ['序号', '商机编号'],
};

function table(
  role: TableRole,
  sheet: string,
  headers: readonly string[],
  rows: readonly (readonly string[])[],
): UndoTable {
  return {
    role,
    sheet,
    headerRow: 1,
    headers: new Map(headers.map((header, index) => [index + 1, header])),
    keys: KEYS[role] ?? [],
    deal: role === 'other' ? null : '商机编号',
    anchors: role === 'tracking' ? ['当前阶段', '跟进记录'] : [],
    rows: new Map([headers, ...rows].map((cells, index) => [index + 1, sheetRow(index + 1, cells)])),
  };
}

function sheetRow(row: number, cells: readonly string[]): SheetRow {
  return { row, cells: cells.map((cell) => value(cell) ?? undefined), hidden: false };
}

function value(cell: string): CellValue | null {
  return cell === '' ? null : { kind: 'text', text: cell };
}

/** Changes as the journal has them: `客户信息跟踪表!C2 线索获取→需求挖掘`. */
function change(sheet: string, row: number, col: number, before: string, after: string): CellChange {
  return { sheet, row, col, cell: cellName(row, col), before: value(before), after: value(after) };
}

const tracking = (rows: readonly (readonly string[])[], headers = TRACKING) =>
  table('tracking', '表', headers, rows);
const log = (rows: readonly (readonly string[])[]) => table('log', '过程记录', LOG, rows);

/** Patches and what is left, as text. */
function undo(changes: readonly CellChange[], before: readonly UndoTable[], now: readonly UndoTable[]) {
  const { patches, left } = planUndo(changes, before, now);
  return {
    patches: patches.map((patch) =>
      patch.op === 'set'
        ? `${patch.place.sheet}!${cellName(patch.place.row, patch.place.col)}=${patch.input.kind === 'text' ? patch.input.text : patch.input.kind}`
        : patch.op,
    ),
    left: left.map(({ change: { sheet, cell }, reason }) => `${sheet}!${cell} ${reason.zh}`),
  };
}

const A = ['甲', '138', '线索获取', '', 'L1'];
const B = ['乙', '139', '线索获取', '', 'L2'];
/** `advance L1`: the stage, and one event. */
const ADVANCE = [
  change('表', 2, 3, '线索获取', '需求挖掘'),
  ...['1', 'L1', '推进', '需求挖掘', ''].flatMap((text, index) =>
    text ? [change('过程记录', 2, index + 1, '', text)] : [],
  ),
];
const A2 = ['甲', '138', '需求挖掘', '', 'L1'];
const EVENT = ['1', 'L1', '推进', '需求挖掘', ''];
const BLANKED = ['过程记录!A2=blank', '过程记录!B2=blank', '过程记录!C2=blank', '过程记录!D2=blank'];

describe('taking back the cells of one command in a book that was written since', () => {
  it('puts back what still holds, and the event with it', () => {
    const after = [tracking([A2, ['乙', '改过', '线索获取', '', 'L2']]), log([EVENT])];
    expect(undo(ADVANCE, [tracking([A, B]), log([])], after)).toEqual({
      patches: ['表!C2=线索获取', ...BLANKED],
      left: [],
    });
  });

  it('finds its row again when the table was sorted: the same word in another row is not its own', () => {
    const other = ['乙', '139', '需求挖掘', '', 'L2'];
    const { patches } = undo(ADVANCE, [tracking([A, B]), log([])], [tracking([other, A2]), log([EVENT])]);
    expect(patches).toEqual(['表!C3=线索获取', ...BLANKED]);
  });

  it('finds its column again when one was inserted', () => {
    const headers = ['客户名称', '部门', '联系方式', '当前阶段', '跟进记录', '商机编号'];
    const now = [tracking([['甲', '一部', '138', '需求挖掘', '', 'L1']], headers), log([EVENT])];
    expect(undo(ADVANCE, [tracking([A]), log([])], now).patches[0]).toBe('表!D2=线索获取');
  });

  it('leaves a cell that was changed since, and the event that speaks of it', () => {
    const now = [tracking([['甲', '138', '方案呈现', '', 'L1']]), log([EVENT])];
    const { patches, left } = undo(ADVANCE, [tracking([A]), log([])], now);
    expect(patches).toEqual([]);
    expect(left[0]).toBe('表!C2 之后又改过');
    expect(left).toHaveLength(5);
  });

  it('leaves a move that was followed by others, though the word is the same again', () => {
    const now = [
      tracking([A2]),
      log([EVENT, ['2', 'L1', '退回', '线索获取', ''], ['3', 'L1', '推进', '需求挖掘', '']]),
    ];
    expect(undo(ADVANCE, [tracking([A]), log([])], now).patches).toEqual([]);
  });

  it('takes back one cell of two when the other was changed, and the event as well: no stage hangs on it', () => {
    const edit = [
      change('表', 2, 1, '甲', '甲方'),
      change('表', 2, 2, '138', '137'),
      change('过程记录', 2, 1, '', '1'),
      change('过程记录', 2, 2, '', 'L1'),
    ];
    const now = [tracking([['甲方', '136', '线索获取', '', 'L1']]), log([['1', 'L1', '', '', '']])];
    expect(undo(edit, [tracking([A]), log([])], now)).toEqual({
      patches: ['表!A2=甲', '过程记录!A2=blank', '过程记录!B2=blank'],
      left: ['表!B2 之后又改过'],
    });
  });

  const added = [
    ...['丙', '137', '线索获取', '', 'L3'].flatMap((text, index) =>
      text ? [change('表', 4, index + 1, '', text)] : [],
    ),
    ...['1', 'L3', '新增', '线索获取', ''].flatMap((text, index) =>
      text ? [change('过程记录', 2, index + 1, '', text)] : [],
    ),
  ];
  const C = ['丙', '137', '线索获取', '', 'L3'];
  const CREATED = ['1', 'L3', '新增', '线索获取', ''];

  it('an added row goes whole', () => {
    const { patches, left } = undo(added, [tracking([A, B]), log([])], [tracking([C, A, B]), log([CREATED])]);
    expect(patches).toEqual(['表!A2=blank', '表!B2=blank', '表!C2=blank', '表!E2=blank', ...BLANKED]);
    expect(left).toEqual([]);
  });

  it('a row added before totals goes whole: they stepped down, and do not come back where they stood', () => {
    const totals = ['合计', '2', '', '', ''];
    const moved = added.map((each) =>
      each.sheet === '表' && each.col < 3 ? { ...each, before: value(totals[each.col - 1] ?? '') } : each,
    );
    const { patches } = undo(
      [...moved, change('表', 5, 1, '', '合计'), change('表', 5, 2, '', '2')],
      [tracking([A, B, totals]), log([])],
      [tracking([A, B, C, totals]), log([CREATED])],
    );
    expect(patches).toEqual(['表!A4=blank', '表!B4=blank', '表!C4=blank', '表!E4=blank', ...BLANKED]);
  });

  const stays: readonly {
    readonly why: string;
    readonly row: readonly string[];
    readonly events: readonly (readonly string[])[];
  }[] = [
    { why: 'one of its cells was changed', row: ['丙方', '137', '线索获取', '', 'L3'], events: [CREATED] },
    {
      why: 'somebody wrote into another cell of it',
      row: ['丙', '137', '线索获取', '2026-11-23:电话', 'L3'],
      events: [CREATED],
    },
    { why: 'more was recorded about it', row: C, events: [CREATED, ['2', 'L3', '检查项', '', '']] },
  ];
  for (const { why, row, events } of stays) {
    it(`an added row stays whole, with its event, where ${why}`, () => {
      const { patches, left } = undo(
        added,
        [tracking([A, B]), log([])],
        [tracking([A, B, row]), log(events)],
      );
      expect(patches).toEqual([]);
      expect(left).toHaveLength(added.length);
    });
  }

  it('a row that is gone, or whose number two rows bear, is left', () => {
    for (const rows of [[B], [A2, A2]]) {
      expect(undo(ADVANCE.slice(0, 1), [tracking([A, B])], [tracking(rows)]).left).toEqual([
        '表!C2 这一行已不在,或与别的行分不开',
      ]);
    }
  });

  it('headers and sheets that the command added stay', () => {
    const changes = [...LOG.map((header, index) => change('过程记录', 1, index + 1, '', header)), ...ADVANCE];
    const { patches, left } = undo(changes, [tracking([A])], [tracking([A2]), log([EVENT])]);
    expect(patches).toEqual([...BLANKED, '表!C2=线索获取']);
    expect(left).toHaveLength(LOG.length);
  });

  it('a sheet that funnel does not know is compared cell by cell', () => {
    const other = (text: string) => table('other', '别的', ['x'], [[text]]);
    expect(undo([change('别的', 2, 1, 'a', 'b')], [other('a')], [other('b')]).patches).toEqual(['别的!A2=a']);
    expect(undo([change('别的', 2, 1, 'a', 'b')], [other('a')], [other('c')]).patches).toEqual([]);
  });

  it('an error value cannot be put back', () => {
    const broken: CellChange = { ...change('表', 2, 2, '', '138'), before: { kind: 'error', text: '#REF!' } };
    expect(undo([broken], [tracking([A])], [tracking([A])])).toEqual({
      patches: [],
      left: ['表!B2 原值是公式错误或特殊值,写不回去'],
    });
  });
});
