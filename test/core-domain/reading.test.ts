import { describe, expect, it } from 'vitest';
import { type Day, formatDay, parseIsoDay } from '../../src/core/date.ts';
import type { CellValue } from '../../src/core/sheet.ts';
import { newMemory, readMemory } from './memory-book.ts';

const day = (iso: string): Day => parseIsoDay(iso) ?? Number.NaN;
const today = day('2026-11-24');

describe('which rows are deals', () => {
  const head = ['序', '客户名称', '联系人', '联系方式', '当前阶段', '预计金额'];
  it.each([
    {
      row: ['合计', null, null, null, null, 300000],
      deals: 0,
      why: 'a sum whose word stands in another column',
    },
    { row: [null, '本页小计:', null, null, null, 300000], deals: 0, why: 'a sum of a page' },
    { row: [null, '合计(元)', null, null, null, 1], deals: 0, why: 'a sum with its unit' },
    { row: [null, 'Total', null, null, null, 1], deals: 0, why: 'an English sum' },
    {
      row: [1, '汇总科技有限公司', null, null, null, null],
      deals: 1,
      why: 'a company whose name begins like a sum',
    },
    { row: [1, '总计软件', null, null, '报价', null], deals: 1, why: 'a row with a stage is never a sum' },
    {
      row: [3, null, '李总', '13800000000', null, null],
      deals: 1,
      why: 'a person without a company is not dropped',
    },
    { row: [4, null, null, null, null, null], deals: 0, why: 'a running number alone is a blank row' },
    { row: [null, '张三小计', null, null, null, 40], deals: 0, why: 'a sum in the middle, per salesperson' },
    { row: [null, '第三季度合计：12家', null, null, 12, 40], deals: 0, why: 'a sum that counts its stages' },
    {
      row: [null, '汇总(北京)科技', null, null, null, null],
      deals: 1,
      why: 'a company with 汇总 in its name',
    },
    { row: [null, '注:金额为不含税', null, null, null, null], deals: 0, why: 'a remark below the table' },
    { row: [null, '*金额不含税', null, null, null, null], deals: 0, why: 'a footnote' },
    { row: ['制表人:小赵', '审核:', null, null, null, null], deals: 0, why: 'who drew it up' },
    {
      row: [null, '注册家科技', null, null, null, null],
      deals: 1,
      why: 'a company that begins like a remark',
    },
    {
      row: ['序', '客户名称', '联系人', '联系方式', '当前阶段', '预计金额'],
      deals: 0,
      why: 'the header once more, as on every printed page',
    },
  ])('$why', ({ row, deals }) => {
    const book = readMemory(newMemory([head, row]), today);
    expect(book.deals).toHaveLength(deals);
    const hasText = row.some((cell) => typeof cell === 'string');
    expect(book.passedOver).toEqual(deals === 0 && hasText ? [2] : []);
  });
});

describe('columns that hold one word of a list', () => {
  it.each([
    { header: '意向等级', typed: '高', reads: { intent: 'high' }, why: 'the short form' },
    { header: '来源优先级', typed: 'ａ类', reads: { priority: 'A' }, why: 'full width, with 类' },
    {
      header: '决策周期',
      typed: '<=1个月',
      reads: { cycle: '≤1个月' },
      why: 'the sign as keyboards have it',
    },
    { header: '决策周期', typed: '1～3个月', reads: { cycle: '1-3个月' }, why: 'the wave dash' },
  ])('$header $typed: $why', ({ header, typed, reads }) => {
    const book = readMemory(
      newMemory([
        ['客户名称', '当前阶段', header],
        ['甲', '报价', typed],
      ]),
      today,
    );
    expect(book.deals[0]?.row).toMatchObject(reads);
    expect(book.findings).toEqual([]);
  });
  it.each([
    ['意向等级', '一般般', 'intent', null],
    ['需求明确度', '很清楚', 'clarity', ''],
    ['来源优先级', '特级', 'priority', ''],
  ])('%s %s is a finding that names the cell and the words', (header, typed, key, reads) => {
    const book = readMemory(
      newMemory([
        ['客户名称', '当前阶段', header],
        ['甲', '报价', typed],
      ]),
      today,
    );
    expect(book.findings.map(({ rule, place }) => [rule, place?.row, place?.col])).toEqual([
      ['unread', 2, 3],
    ]);
    expect(book.findings[0]?.words().explain.zh).toContain(typed);
    expect(book.deals[0]?.row).toMatchObject({ [key]: reads });
  });
});

describe('rows of 过程记录', () => {
  const tracking = [
    ['客户名称', '当前阶段', '线索录入日期', '商机编号'],
    ['甲', '方案呈现', '2026-05-11', 'L1'],
  ];
  const HEAD = ['序号', '日期', '商机编号', '客户名称', '类型', '原阶段', '新阶段', '检查项', '内容', '标记'];
  const CREATED = [1, '2026-05-11', 'L1', '甲', '新增', null, '线索获取', null, null, null];
  const read = (rows: (string | number | null)[][], settings: (string | null)[][] = []) => {
    const memory = newMemory(tracking);
    memory.set('过程记录', newMemory([HEAD, CREATED, ...rows]).get('客户信息跟踪表') ?? []);
    if (settings.length > 0)
      memory.set(
        '设置',
        newMemory([['类别', '名称', '值', '说明'], ...settings]).get('客户信息跟踪表') ?? [],
      );
    return readMemory(memory, today);
  };
  it.each([
    {
      row: [2, '前些日子', 'L1', '甲', '推进', '线索获取', '需求挖掘', null, null, null],
      col: 2,
      why: 'no date',
    },
    {
      row: [2, '2026-05-12', 'L1', '甲', '前进', null, null, null, null, null],
      col: 5,
      why: 'an unknown type',
    },
    { row: ['二', '2026-05-12', 'L1', '甲', '跟进', null, null, null, null, null], col: 1, why: 'no number' },
    {
      row: [2, '2026-05-12', 'L1', '甲', '推进', '线索获取', '某阶段', null, null, null],
      col: 7,
      why: 'an unknown stage',
    },
    {
      row: [2, '2026-05-12', 'L1', '甲', '流失', '线索获取', null, null, null, null],
      col: 7,
      why: 'a move to nowhere',
    },
    {
      row: [2, '2026-05-12', 'L1', '甲', '检查项', null, null, 'dance', null, null],
      col: 8,
      why: 'an unknown item',
    },
    { row: [2, '2026-05-12', null, '甲', '跟进', null, null, null, null, null], col: 3, why: 'no 商机' },
  ])('$why is a finding with its cell, and no event', ({ row, col }) => {
    const book = read([row]);
    expect(book.events).toHaveLength(1);
    expect(book.findings.map(({ rule, place }) => [rule, place?.sheet, place?.row, place?.col])).toEqual([
      ['unread', '过程记录', 3, col],
    ]);
  });
  it('same-day moves go by their number, whatever their order in the sheet', () => {
    const book = read([
      [3, '2026-05-12', 'L1', '甲', '推进', '需求挖掘', '方案呈现', null, null, null],
      [2, '2026-05-12', 'L1', '甲', '推进', '线索获取', '需求挖掘', null, null, null],
    ]);
    expect(book.deals[0]?.stays.map(({ stage, entry, exit }) => [stage, entry, exit])).toEqual([
      ['lead', 'created', 'forward'],
      ['discovery', 'forward', 'forward'],
      ['proposal', 'forward', null],
    ]);
  });
  it('a team’s own word for a stage does not change what was recorded', () => {
    const book = read(
      [[2, '2026-05-12', 'L1', '甲', '推进', '线索获取', '需求挖掘', null, null, null]],
      [['阶段用语', '需求挖掘', '方案呈现', null]],
    );
    expect(book.deals[0]?.stays.at(-1)?.stage).toBe('discovery');
  });
  it('an event of a row that is gone is kept as an orphan', () => {
    expect(
      read([[2, '2026-05-12', 'L9', '乙', '新增', null, '线索获取', null, null, null]]).orphans.map(
        ({ dealId }) => dealId,
      ),
    ).toEqual(['L9']);
  });
});

describe('设置 as people fill it', () => {
  const settings = (rows: (string | null)[][], cell?: { row: number; value: CellValue }) => {
    const memory = newMemory([
      ['客户名称', '当前阶段'],
      ['甲', '报价'],
    ]);
    const sheet = newMemory([['类别', '名称', '值', '说明'], ...rows]).get('客户信息跟踪表') ?? [];
    if (cell) {
      const at = sheet.findIndex(({ row }) => row === cell.row);
      const cells = [...(sheet[at]?.cells ?? [])];
      cells[2] = cell.value;
      sheet[at] = { row: cell.row, hidden: false, cells };
    }
    memory.set('设置', sheet);
    return readMemory(memory, today);
  };
  it.each([
    { value: '2026/3/2', days: ['2026-03-02'], why: 'slashes' },
    { value: '2026年3月2日', days: ['2026-03-02'], why: 'Chinese' },
    { value: '2026-03-02～2026-03-04', days: ['2026-03-02', '2026-03-03', '2026-03-04'], why: 'a range' },
    { value: '2026-03-02至2026-03-03', days: ['2026-03-02', '2026-03-03'], why: 'a range in words' },
  ])('a day off typed as $value ($why)', ({ value, days }) => {
    const { ownDays } = settings([['放假', '厂庆', value, null]]).settings;
    expect([...ownDays.off.keys()].map(formatDay)).toEqual(days);
  });
  it('a day off that Excel turned into a real date', () => {
    const { ownDays } = settings([['调休', '盘点', null, null]], {
      row: 2,
      value: { kind: 'number', value: day('2026-03-07') + 25569, format: 'date' },
    }).settings;
    expect([...ownDays.work.keys()].map(formatDay)).toEqual(['2026-03-07']);
  });
  it.each([
    ['放假', '厂庆', '三月二日', 'no date'],
    ['放假', '厂庆', '03-02', 'a date without a year'],
    ['放假', '厂庆', '2026-03-09至2026-03-02', 'a range that ends before it begins'],
    ['规则', '资料清单', '、、', 'a list of nothing'],
    ['规则', '首次接触方式', '飞鸽', 'no kind of follow-up'],
    ['规则', '入池满意度', '6', 'beyond the scale'],
    ['表格', '时区', 'Asia/Shangai', 'no such zone'],
    ['表格', '金额单位', '美元', 'no unit of ours'],
    ['推进条件', 'screened', '也许', 'no mode'],
    ['推进条件', 'screend', 'off', 'no item'],
    ['停滞', '方案呈现 未跟进提醒', '五天', 'no number'],
    ['停滞', '方案 未跟进提醒', '5', 'no stage'],
    ['默认概率', '方案呈现', '1.5', 'beyond certainty'],
    ['阶段用语', '跟进中', '不知道', 'no stage'],
    ['来源渠道', '抖音', '高', 'no priority'],
    ['期限', '首次接处', '5', 'a name that is none of ours'],
  ])('%s %s = %s is a bad setting (%s); the default applies', (category, name, value) => {
    const book = settings([[category, name, value, null]]);
    const none = settings([]);
    expect(book.findings.map(({ rule, place }) => [rule, place?.sheet, place?.row, place?.col])).toEqual([
      ['bad-setting', '设置', 2, 3],
    ]);
    expect(book.settings).toEqual(none.settings);
  });
  it.each([
    {
      row: ['推进条件', '初步筛选', '提醒', null],
      reads: (s: ReturnType<typeof settings>['settings']) => s.gateModes.get('screened'),
      is: 'warn',
    },
    {
      row: ['停滞', '方案呈现 未跟进提醒', '3', null],
      reads: (s: ReturnType<typeof settings>['settings']) => s.stallLimits.get('proposal'),
      is: { idleWarn: 3, idleSevere: 10, stayWarn: 22 },
    },
    {
      row: ['停滞', '需求挖掘(高意向) 停留提醒', '不提醒', null],
      reads: (s: ReturnType<typeof settings>['settings']) => s.stallLimits.get('discovery.high'),
      is: { idleWarn: 5, idleSevere: 10, stayWarn: null },
    },
    {
      row: ['默认概率', '方案呈现', '45%', null],
      reads: (s: ReturnType<typeof settings>['settings']) => s.probabilities.get('proposal'),
      is: 0.45,
    },
    {
      row: ['备忘', '随便', '写写', null],
      reads: (s: ReturnType<typeof settings>['settings']) => s.poolScore,
      is: 4,
    },
  ])('$row', ({ row, reads, is }) => {
    const book = settings([row]);
    expect(reads(book.settings)).toEqual(is);
    expect(book.findings).toEqual([]);
  });
  it('an official year that was imported counts as one', () => {
    const book = settings([
      ['法定年份', '2031', '国务院办公厅通知', null],
      ['法定放假', '国庆节', '2031-10-01…2031-10-07', null],
      ['法定调休', '国庆节', '2031-10-11', null],
    ]);
    expect([
      book.holidays.years.get(2031),
      book.holidays.holidays.get(day('2031-10-03')),
      book.holidays.makeup.get(day('2031-10-11')),
    ]).toEqual(['国务院办公厅通知', '国庆节', '国庆节']);
  });
});

describe('what is read though it is not written is said with its cell', () => {
  const read = (header: string, typed: string) =>
    readMemory(
      newMemory([
        ['客户名称', '当前阶段', '线索录入日期', header],
        ['甲', '报价', '2025-11-30', typed],
      ]),
      today,
    );
  it.each([
    {
      header: '合同签订日期',
      typed: '12月1日',
      key: 'contractDate',
      day: '2025-12-01',
      why: 'the latest so far',
    },
    {
      header: '预计成交日期',
      typed: '1月15日',
      key: 'expectedClose',
      day: '2027-01-15',
      why: 'the nearest, for it is planned',
    },
    {
      header: '下次跟进日期',
      typed: '12/24',
      key: 'nextFollowUp',
      day: '2026-12-24',
      why: 'the nearest, for it is planned',
    },
  ] as const)('$header $typed: $why', ({ header, typed, key, day: iso }) => {
    const book = read(header, typed);
    expect(book.deals[0]?.row[key]).toBe(day(iso));
    expect(book.inferred.map(({ zh }) => zh)).toEqual([`客户信息跟踪表!D2「${typed}」 读作 ${iso}`]);
  });
  it('a budget among the tags', () => {
    const book = read('需求标签', '需要CRM、预算10-20万');
    expect(book.deals[0]?.row.budget).toEqual({ low: 10_000_000, high: 20_000_000 });
    expect(book.inferred.map(({ zh }) => zh)).toEqual([
      '客户信息跟踪表!D2「预算10-20万」 读作 预算范围 10万 至 20万',
    ]);
  });
  it('years of follow-ups, once for the cell', () => {
    const book = read('跟进记录', '12.3 打电话;12.20 寄资料');
    expect(book.deals[0]?.row.followUps.map(({ date }) => formatDay(date))).toEqual([
      '2025-12-03',
      '2025-12-20',
    ]);
    expect(book.inferred.map(({ zh }) => zh)).toEqual([
      '客户信息跟踪表!D2「12.3 打电话」 读作 2025-12-03 … (2)',
    ]);
  });
  it('nothing where all is written', () => {
    expect(read('预计成交日期', '2026-01-15').inferred).toEqual([]);
  });
});
