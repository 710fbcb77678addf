import { describe, expect, it } from 'vitest';
import { formatDay } from '../../src/core/date.ts';
import { isDecision } from '../../src/core/decision.ts';
import { type Imported, importLeads } from '../../src/core/import.ts';
import { type LeadColumn, readImportColumns } from '../../src/core/import-columns.ts';
import { kindOfColumn } from '../../src/core/import-headers.ts';
import { bookOf, day } from '../commands/support.ts';
import { type Memory, newMemory, readMemory, writeMemory } from '../core-domain/memory-book.ts';

const TODAY = day('2026-11-26');
const HEADER = ['客户名称', '联系人', '联系方式', '需求标签', '来源渠道'];
const LEAD: Readonly<Record<string, string | number>> = {
  客户名称: '启源精密有限公司',
  联系人: '李总',
  联系方式: '13800000001',
  需求标签: '需要CRM系统',
  来源渠道: '行业展会',
};

interface Given {
  readonly memory?: Memory;
  readonly map?: ReadonlyMap<string, LeadColumn | null>;
  readonly source?: string;
  readonly owner?: string;
  readonly tags?: string;
  readonly atomic?: boolean;
}

/** Imports rows given by header (each over LEAD), with whatever columns they name. */
function importRows(rows: readonly Readonly<Record<string, string | number | null>>[], given: Given = {}) {
  const head = [...new Set([...HEADER, ...rows.flatMap((row) => Object.keys(row))])];
  return importTable(
    [
      head,
      ...rows.map((row) =>
        head.map((header) => (header in row ? (row[header] ?? null) : (LEAD[header] ?? null))),
      ),
    ],
    given,
  );
}

function importTable(table: readonly (readonly (string | number | null)[])[], given: Given = {}) {
  const memory = given.memory ?? newMemory();
  const rows = newMemory(table).get('客户信息跟踪表') ?? [];
  let made: Imported | null = null;
  const before = readMemory(memory, TODAY);
  const columns = readImportColumns('名单', rows, given.map ?? new Map(), {
    tracking: before.shape,
    columnMap: before.settings.columnMap,
  });
  if (!columns) throw new Error('no header');
  const tables = [{ file: '名单.csv', columns, rows, dates1904: false }];
  const options = {
    defaults: { source: given.source ?? '', owner: given.owner ?? '', tags: given.tags ?? '' },
    atomic: given.atomic ?? false,
  };
  writeMemory(memory, TODAY, (book) => {
    const outcome = importLeads(book, tables, options, TODAY);
    if (isDecision(outcome)) made = outcome;
    return outcome;
  });
  const { rows: reports, notes } = made ?? ({ rows: [], notes: [] } as Pick<Imported, 'rows' | 'notes'>);
  return {
    memory,
    columns,
    book: readMemory(memory, TODAY),
    results: reports.map(({ result }) => result),
    reasons: reports.map(({ reason }) => reason?.zh ?? ''),
    lines: reports.map(({ source }) => source.row),
    notes: notes.map(({ zh }) => zh),
  };
}

describe('a row of a list becomes a lead', () => {
  it('in 线索获取, with its columns in any order and under any of their names', () => {
    const { book, results } = importTable([
      ['11 月展会名单'],
      ['备注', '手机', '公司', '姓名', '需求', '渠道', '预计金额(万元)', '日期', '规模', '销售', '下次跟进'],
      [
        'x',
        13800000001,
        '启源精密',
        '李总',
        'CRM、报表',
        '行业展会',
        '10-20',
        '2026/11/20',
        '100人',
        '王芳',
        '11月30日',
      ],
    ]);
    expect(results).toEqual(['added']);
    expect(book.deals[0]?.row).toMatchObject({
      id: 'L20261120-001',
      customer: '启源精密',
      contact: '李总',
      phone: '13800000001',
      tags: ['CRM', '报表'],
      source: '行业展会',
      priority: 'A',
      amount: { low: 10_000_000, high: 20_000_000 },
      leadDate: day('2026-11-20'),
      size: '100人',
      owner: '王芳',
      nextFollowUp: day('2026-11-30'),
      stage: 'lead',
    });
    expect(book.findings).toEqual([]);
  });

  it('dated today where no date is written, and 补录 where it lies in a closed quarter', () => {
    const { book } = importRows([
      { 录入日期: null },
      { 客户名称: '恒达食品', 联系方式: '13800000002', 录入日期: '2026-08-01' },
    ]);
    expect(book.deals.map(({ row }) => row.leadDate)).toEqual([TODAY, day('2026-08-01')]);
    expect(book.deals.map(({ events }) => [...(events[0]?.marks ?? [])])).toEqual([[], ['backdated']]);
  });

  it('with source and owner of the command line where its cells are empty, and its own where they are not', () => {
    const rows = [
      { 来源渠道: '', 销售负责人: '' },
      { 客户名称: '恒达食品', 联系方式: '13800000002', 来源渠道: '官网表单', 销售负责人: '李强' },
    ];
    const { book } = importRows(rows, { source: '行业展会', owner: '王芳' });
    expect(book.deals.map(({ row }) => [row.source, row.owner, row.priority])).toEqual([
      ['行业展会', '王芳', 'A'],
      ['官网表单', '李强', 'B'],
    ]);
  });

  it('with the columns of its own that the tracking table has too, and without the others', () => {
    const memory = bookOf([], ['城市', '年营收']);
    const { book, columns } = importRows(
      [{ 城市: '苏州', 年营收: 500, 备注: 'x', 商机编号: 'L20200101-001' }],
      { memory },
    );
    expect(Object.fromEntries(book.deals[0]?.row.own ?? [])).toEqual({ 城市: '苏州', 年营收: '500' });
    expect(columns.ignored).toEqual(['备注', '商机编号']);
    expect(book.deals[0]?.row.id).toBe('L20261126-001');
  });

  it.each([
    { text: '', result: ['added'], screened: 0, why: 'not screened yet' },
    { text: '待筛选', result: ['added'], screened: 0, why: 'as 线索信息表 writes it' },
    { text: '通过:规模相符', result: ['added'], screened: 1, why: 'passed, with its note' },
    { text: '合格', result: ['added'], screened: 1, why: 'passed, in other words' },
    { text: '剔除:需求不符', result: ['invalid'], screened: 0, why: 'out, with the reason behind it' },
  ])('screening $text: $why', ({ text, result, screened }) => {
    const { results, book } = importRows([{ 筛选结果: text }]);
    expect(results).toEqual(result);
    expect(book.events.filter(({ item }) => item === 'screened')).toHaveLength(screened);
  });

  it('screened out it stands in 线索信息表 only, and the same list leaves it at that', () => {
    const row = { 联系方式: '空号', 无效原因: '联系方式错误' };
    const first = importRows([row]);
    expect([first.results, first.book.deals, first.book.screenedOut.length]).toEqual([['invalid'], [], 1]);
    const second = importRows([row], { memory: first.memory });
    expect([second.results, second.book.screenedOut.length]).toEqual([['duplicate'], 1]);
  });
});

describe('dates with the year last, as programs in English export them', () => {
  const COLUMNS: readonly {
    cells: readonly string[];
    read: readonly (string | null)[];
    why: string;
  }[] = [
    {
      cells: ['11/20/2026', '11/07/2026', '1/2/2026, 3:45 PM'],
      read: ['2026-11-20', '2026-11-07', '2026-01-02'],
      why: 'a 20th says that the month comes first',
    },
    {
      cells: ['20.11.2026', '07.11.2026 12:05'],
      read: ['2026-11-20', '2026-11-07'],
      why: 'or that the day does',
    },
    { cells: ['05/05/2026'], read: ['2026-05-05'], why: 'the same either way' },
    {
      cells: ['11/20/2026', '20/11/2026', '11/07/2026'],
      read: ['2026-11-20', '2026-11-20', null],
      why: 'one of each: what tells itself is read, the rest is not guessed',
    },
    {
      cells: ['11/20/26', '11/07/26'],
      read: ['2026-11-20', '2026-11-07'],
      why: 'not 2011-07-26 beside a 20th',
    },
    { cells: ['24/3/15', '2024/3/16'], read: ['2024-03-15', '2024-03-16'], why: 'the year first, as ever' },
  ];
  it.each(COLUMNS)('$cells: $why', ({ cells, read }) => {
    const { book, results, notes } = importRows(
      cells.map((cell, index) => ({
        客户名称: `启源${'甲乙丙'[index]}`,
        联系方式: `1380000000${index}`,
        录入日期: cell,
      })),
    );
    expect(results).toEqual(read.map((iso) => (iso === null ? 'rejected' : 'added')));
    expect(book.deals.map(({ row }) => row.leadDate && formatDay(row.leadDate))).toEqual(
      read.filter((iso) => iso !== null),
    );
    const isTold = /^(?:11\/20|20\.11)/.test(cells[0] ?? '') && !read.includes(null);
    expect(notes.some((note) => /按 (?:月\/日|日\/月)\/年 读/.test(note))).toBe(isTold);
  });
});

describe('a row that cannot be taken is rejected with every reason', () => {
  const REJECTED: readonly {
    row: Readonly<Record<string, string | number | null>>;
    reason: RegExp;
    why: string;
  }[] = [
    ...HEADER.map((header) => ({
      row: { [header]: null },
      reason: new RegExp(`^缺 ${header}$`),
      why: 'required',
    })),
    {
      row: { 联系人: ' ', 需求标签: '、' },
      reason: /^缺 联系人、需求标签$/,
      why: 'blanks are nothing; all at once',
    },
    {
      row: { 客户名称: '-', 联系人: '……' },
      reason: /^缺 客户名称、联系人$/,
      why: 'a dash says that nothing is known',
    },
    { row: { 联系方式: '1380000' }, reason: /联系方式「1380000」不像/, why: 'a mobile has eleven digits' },
    { row: { 录入日期: '不详' }, reason: /名单!F2 线索录入日期「不详」读不懂/, why: 'never today' },
    { row: { 录入日期: '2027-01-01' }, reason: /2027-01-01 在今天/, why: 'nobody entered it yet' },
    { row: { 预计金额: '很多' }, reason: /预计金额「很多」读不懂/, why: 'never 0' },
    { row: { 预计金额: '15' }, reason: /没有单位:是元还是万元/, why: '15 元 or 15 万?' },
    { row: { 来源优先级: 'Z' }, reason: /来源优先级「Z」读不懂/, why: 'no such choice' },
    { row: { 当前阶段: '方案呈现' }, reason: /已在「方案呈现」/, why: 'import takes leads only' },
    { row: { 当前阶段: '新单' }, reason: /不认识阶段「新单」/, why: 'never guessed' },
    { row: { 筛选结果: '剔除' }, reason: /缺 无效原因/, why: 'screened out needs its reason' },
    { row: { 当前阶段: '无效线索' }, reason: /缺 无效原因/, why: 'in whichever column it is said' },
    { row: { 筛选结果: '也许' }, reason: /筛选结果「也许」读不懂/, why: 'never guessed' },
    { row: { 筛选结果: '通过', 无效原因: '重复' }, reason: /却又有无效原因/, why: 'it contradicts itself' },
    { row: { 客户名称: '启源\ufffd密' }, reason: /「客户名称」的文字已经损坏/, why: 'what it was is gone' },
    {
      row: { 录入日期: '11/07/2026' },
      reason: /^线索录入日期「11\/07\/2026」是 月\/日 还是 日\/月 说不准/,
      why: 'November or July? no row tells',
    },
    {
      row: { 录入日期: '02/30/2026' },
      reason: /^线索录入日期「02\/30\/2026」不是日历上的一天/,
      why: 'no such day',
    },
    { row: { 客户关注点: '长'.repeat(32_768) }, reason: /超过一格能放的/, why: 'no cell holds it' },
  ];
  it.each(REJECTED)('$reason: $why', ({ row, reason }) => {
    const { results, reasons, book } = importRows([row]);
    expect(results).toEqual(['rejected']);
    expect(reasons[0]).toMatch(reason);
    expect([book.deals, book.events, book.screenedOut]).toEqual([[], [], []]);
  });

  it('and the others go in all the same; with atomic nothing does, and every such row is named', () => {
    const rows = [{ 联系人: '' }, { 客户名称: '恒达食品' }, { 客户名称: '睿讯包装', 录入日期: '不详' }];
    expect(importRows(rows).results).toEqual(['rejected', 'added', 'rejected']);
    const memory = newMemory();
    expect(() => importRows(rows, { memory, atomic: true })).toThrow(
      /2 行不能导入.*\n.*第 2 行: 缺 联系人\n.*第 4 行: .*不详/,
    );
    expect(readMemory(memory, TODAY).deals).toEqual([]);
  });

  it('blank rows, sums and remarks are no rows; what names somebody or fills two cells is one', () => {
    const blank = Object.fromEntries(HEADER.map((header) => [header, null]));
    const { results, lines } = importRows([
      {},
      blank,
      { ...blank, 客户名称: '合计', 预计金额: '15万' },
      { ...blank, 客户名称: '备注:以上为首日名单' },
      { ...blank, 联系方式: '13800000009' },
      { ...blank, 需求标签: '询价', 来源渠道: '行业展会' },
    ]);
    expect([results, lines]).toEqual([
      ['added', 'rejected', 'rejected'],
      [2, 6, 7],
    ]);
  });
});

describe('a lead that is there already is not added again', () => {
  const AGAIN: readonly { row: Readonly<Record<string, string>>; result: string; why: string }[] = [
    { row: {}, result: 'duplicate', why: 'the same row' },
    { row: { 联系方式: '13900000002' }, result: 'duplicate', why: 'same customer, same needs' },
    {
      row: { 客户名称: '启源精密(集团)股份有限公司', 联系方式: '13900000002' },
      result: 'duplicate',
      why: 'in another spelling',
    },
    {
      row: { 需求标签: '需要crm系统,预算10-20万', 联系方式: '13900000002' },
      result: 'duplicate',
      why: 'a budget is no need',
    },
    {
      row: { 客户名称: '恒达食品', 需求标签: '询价', 联系方式: '+86 138-0000-0001' },
      result: 'duplicate',
      why: 'same phone',
    },
    {
      row: { 客户名称: '恒达食品', 需求标签: '询价', 联系方式: '李总 13800000001、021-61234567' },
      result: 'duplicate',
      why: 'one of several phones',
    },
    {
      row: { 需求标签: '数据安全', 联系方式: '13900000002' },
      result: 'added',
      why: 'another need: a parallel 商机',
    },
    { row: { 客户名称: '恒达食品', 联系方式: '13900000002' }, result: 'added', why: 'another customer' },
  ];
  it.each(AGAIN)('$result within the list: $why', ({ row, result }) => {
    const { results, reasons } = importRows([{}, row]);
    expect(results).toEqual(['added', result]);
    if (result === 'duplicate') expect(reasons[1]).toContain('名单.csv 第 2 行');
  });
  it.each(AGAIN)('$result against the book: $why', ({ row, result }) => {
    const { memory } = importRows([{}]);
    const { results, reasons } = importRows([row], { memory });
    expect(results).toEqual([result]);
    if (result === 'duplicate') expect(reasons[0]).toContain('L20261126-001');
  });

  it('a parallel 商机 is said to be one', () => {
    const { reasons, book } = importRows([{}, { 需求标签: '数据安全', 联系方式: '13900000002' }]);
    expect(reasons[1]).toContain('作为另一个商机');
    expect(book.deals).toHaveLength(2);
  });

  it('撞单: who works on the customer already is named, for a duplicate and for a parallel 商机', () => {
    const { memory } = importRows([{ 销售负责人: '王芳' }]);
    const { reasons } = importRows(
      [
        { 销售负责人: '李强' },
        { 需求标签: '数据安全', 联系方式: '13900000002', 销售负责人: '李强' },
        { 需求标签: '报表', 联系方式: '13900000003', 销售负责人: '王芳' },
      ],
      { memory },
    );
    expect(reasons.map((reason) => /撞单.*王芳.*李强/.test(reason))).toEqual([true, true, false]);
  });

  it('the mail of another name at the same company is added, and said', () => {
    const { results, reasons } = importRows([
      { 联系方式: 'li@qiyuan.cn' },
      { 客户名称: 'QY Precision', 联系方式: 'wang@qiyuan.cn' },
      { 客户名称: '恒达食品', 联系方式: 'li@qiyuan.cn', 需求标签: '询价' },
    ]);
    expect(results).toEqual(['added', 'added', 'duplicate']);
    expect(reasons[1]).toContain('同一企业域名');
  });

  it('a rejected row is no earlier one: corrected further down it is added', () => {
    expect(importRows([{ 联系人: '' }, {}]).results).toEqual(['rejected', 'added']);
  });
});

describe('several columns of phones', () => {
  const table = [
    ['客户名称', '联系人', '电话', '手机', '需求', '来源'],
    ['启源精密', '李总', '021-61234567', 13800000001, 'CRM', '行业展会'],
    ['恒达食品', '李总', '', 13800000002, 'CRM', '行业展会'],
    ['睿讯包装', '李总', '021-61234567', 13800000003, 'CRM', '行业展会'],
  ];
  it('all stand in 联系方式, and each counts when duplicates are looked for', () => {
    const { book, results, columns } = importTable(table);
    expect(book.deals.map(({ row }) => row.phone)).toEqual(['021-61234567、13800000001', '13800000002']);
    expect([results, columns.ignored]).toEqual([['added', 'added', 'duplicate'], []]);
  });
  it('a row that holds nothing else is a row, and rejected', () => {
    expect(importTable([...table, ['', '', '', 13800000009, '', '']]).results.at(-1)).toBe('rejected');
  });
  it('--map says which one it is', () => {
    const { book, columns } = importTable(table, { map: new Map([['手机', 'phone']]) });
    expect(book.deals.map(({ row }) => row.phone)).toEqual(['13800000001', '13800000002', '13800000003']);
    expect(columns.ignored).toEqual(['电话']);
  });
  it('one that belongs to the team goes into its own column', () => {
    const { book } = importTable(table, { memory: bookOf([], ['手机']) });
    expect(book.deals.map(({ row }) => [row.phone, row.own.get('手机')])).toEqual([
      ['021-61234567', '13800000001'],
    ]);
  });
});

describe('a column nobody has a name for', () => {
  const rows = [
    ['甲方', '对接', '热线', '备用', '想要', '从哪来'],
    ['启源精密有限公司', '李总', '13800000001', 'li@qiyuan.cn', 'CRM', '行业展会'],
    ['恒达食品厂', '王工', '021-61234567', 'wang@hengda.cn', 'CRM', '行业展会'],
  ];
  const map = new Map<string, LeadColumn | null>([
    ['对接', 'contact'],
    ['想要', 'tags'],
    ['从哪来', 'source'],
  ]);
  it('is known by its cells: companies, phone numbers, mail; --map tells the rest', () => {
    const { results, book, columns } = importTable(rows, { map });
    expect([results, [...columns.guessed]]).toEqual([
      ['added', 'added'],
      ['甲方', '热线', '备用'],
    ]);
    expect(book.deals[0]?.row).toMatchObject({
      customer: '启源精密有限公司',
      phone: '13800000001、li@qiyuan.cn',
    });
  });
  it('is left alone where a named column says it already', () => {
    const { columns } = importTable(
      [
        ['客户名称', '姓名', '电话', '需求', '来源', '传真号', '总公司'],
        ['启源精密', '李总', '13800000001', 'CRM', '行业展会', '021-61234567', '启源集团'],
      ],
      {},
    );
    expect([[...columns.guessed], columns.ignored]).toEqual([[], ['传真号', '总公司']]);
  });
  it('is no phone where it holds dates, numbers or codes', () => {
    for (const texts of [
      ['2026-11-20', '2026-11-21'],
      ['150000', '90000'],
      ['91330100716105852F', '00012345'],
    ]) {
      const [a = '', b = ''] = texts;
      expect(kindOfColumn(newMemory([['x'], [a], [b]]).get('客户信息跟踪表') ?? [], 1)).toBe(null);
    }
  });
  it('a first row that is a lead itself is no header', () => {
    expect(() => importTable(rows.slice(1))).toThrow('no header');
  });
});

describe('a list of another program', () => {
  const HEAD = [
    'First Name',
    'Last Name',
    'Company Name',
    'Email',
    'Mobile Phone Number',
    'Status',
    'Message',
    'Original Source',
  ];
  it('has its names in two columns, mail beside the phone, and a status that is none of ours', () => {
    const { book, results, columns } = importTable([
      HEAD,
      [
        'Jane',
        'Doe',
        'Ningbo Gears Ltd',
        'Jane@ningbogears.com',
        '+86 139 0000 0001',
        'Open',
        'CRM',
        'Website',
      ],
      ['小明', '王', '启源精密', 'wang@qiyuan.cn', 'N/A', 'New', 'ERP', 'Website'],
    ]);
    expect([results, columns.ignored]).toEqual([['added', 'added'], ['Status']]);
    expect(book.deals.map(({ row }) => [row.contact, row.phone])).toEqual([
      ['Jane Doe', '+86 139 0000 0001、Jane@ningbogears.com'],
      ['王小明', 'wang@qiyuan.cn'],
    ]);
  });
  it('has no tags: --tags says them for all, and the same list again adds nothing', () => {
    const table = [
      ['企业名称', '法定代表人', '电话', '邮箱', '登记状态', '来源'],
      ['启源精密有限公司', '李总', '-', 'li@qiyuan.cn', '存续', '企查查'],
    ];
    expect(importTable(table).reasons).toEqual(['缺 需求标签']);
    const { memory, book } = importTable(table, { tags: 'CRM' });
    expect(book.deals[0]?.row).toMatchObject({ tags: ['CRM'], phone: 'li@qiyuan.cn', contact: '李总' });
    expect(importTable(table, { memory, tags: 'CRM' }).results).toEqual(['duplicate']);
  });
  it('a stage of ours under 状态 still counts', () => {
    expect(importRows([{ 状态: '方案呈现' }]).reasons[0]).toContain('已在「方案呈现」');
  });
});

describe('--map', () => {
  it('names a field, the screening, a column of the team, or nothing', () => {
    const map = new Map<string, LeadColumn | null>([
      ['单位', 'customer'],
      ['所在地', { own: '城市' }],
      ['结论', 'invalidReason'],
      ['状态', null],
    ]);
    const table = [
      ['单位', '姓名', '手机', '需求', '来源', '所在地', '结论', '状态'],
      ['启源精密', '李总', '13800000001', 'CRM', '行业展会', '苏州', '', '处理中'],
      ['恒达食品', '李总', '13800000002', 'CRM', '行业展会', '苏州', '需求不符', '处理中'],
    ];
    const { results, book, columns } = importTable(table, { memory: bookOf([], ['城市']), map });
    expect(results).toEqual(['added', 'invalid']);
    expect(book.deals[0]?.row.own.get('城市')).toBe('苏州');
    expect(columns.ignored).toEqual(['状态']);
  });
});

describe('amounts', () => {
  it.each([
    { header: '预计金额', text: '150000', fen: 15_000_000, why: 'bare numbers from 1,000 on are yuan' },
    { header: '预计金额(万元)', text: '15', fen: 15_000_000, why: "the header's unit holds" },
    { header: '预计金额(万元)', text: '8000元', fen: 800_000, why: 'a unit in the cell wins' },
  ])('$text under $header: $why', ({ header, text, fen }) => {
    expect(importRows([{ [header]: text }]).book.deals[0]?.row.amount).toEqual({ low: fen, high: fen });
  });
});
