import { describe, expect, it } from 'vitest';
import { checkBook } from '../../src/core/check.ts';
import { findingJson } from '../../src/core/finding-json.ts';
import { displayWidth } from '../../src/core/text.ts';
import { type CheckStyle, renderCheck } from '../../src/render/check-text.ts';
import { contextOf, type DealScript, day, findingOf, type TeamScript } from './build-deal.ts';

const ID = 'L20260511-001';
const STYLE: CheckStyle = {
  lang: 'zh',
  columns: 80,
  color: false,
  all: false,
  verbose: false,
  legacy: [],
  adopt: [],
  named: null,
};

function check(scripts: readonly DealScript[], today: string, team: TeamScript = {}) {
  return checkBook(contextOf(scripts, today, team));
}

const yuan = (amount: number) => ({ low: amount * 100, high: amount * 100 });

describe('every finding explains itself', () => {
  it.each([
    {
      rule: 'D1' as const,
      deal: { lead: '2026-09-30' },
      today: '2026-10-12',
      says: [
        '3 个工作日内首次接触(电话、邮件、会议、拜访)',
        '10-01…10-07 国庆节 放假',
        '10-10 周六 调休上班',
      ],
      next: 'funnel record L20260930-001 first-contact',
      source: 'L44',
    },
    {
      rule: 'D1' as const,
      deal: { log: ['2026-05-12 未接通 没接', '2026-05-13 未接通 占线'] },
      today: '2026-05-15',
      says: ['已尝试 2 次'],
      next: `funnel record ${ID} first-contact`,
      source: 'L44',
    },
    {
      rule: 'D1' as const,
      deal: { lead: '2026-12-30' },
      today: '2027-01-05',
      says: ['暂定(缺 2027 年放假安排)'],
      next: 'funnel record L20261230-001 first-contact',
      source: 'L44',
    },
    {
      rule: 'D2' as const,
      deal: {
        moves: ['2026-05-29 proposal'],
        items: ['2026-06-01 demo', '2026-06-02 demo', '2026-06-03 demo'],
      },
      today: '2026-06-05',
      says: ['演示PPT、案例集、合同模板', '另有 2026-06-02、2026-06-03 的也欠着'],
      next: `funnel record ${ID} materials`,
      source: 'L60',
    },
    {
      rule: 'D3' as const,
      deal: { moves: ['2026-06-03 aftercare'], items: ['2026-06-03 kickoff'] },
      today: '2026-06-22',
      says: ['2026-06-12 是那周最后的工作日', '已漏 2 周', '上次同步 2026-06-03'],
      next: `funnel log ${ID}`,
      source: 'L92',
    },
    {
      rule: 'D4' as const,
      deal: { moves: ['2026-06-03 aftercare'], items: ['2026-09-24 delivery'] },
      today: '2026-10-09',
      says: ['交付后 7 天内满意度调研', '国庆节', '顺延'],
      next: `funnel record ${ID} satisfaction`,
      source: 'L94',
    },
    {
      rule: 'D5' as const,
      deal: { moves: ['2026-05-12 negotiation'], closes: ['2026-06-01', '2026-06-10'] },
      today: '2026-06-11',
      says: ['预计成交日期 2026-06-10', '已推迟 1 次'],
      next: `funnel record ${ID} deal-figures`,
      source: 'L72',
    },
    {
      rule: 'D5' as const,
      deal: { moves: ['2026-05-12 closing'], closes: ['2026-06-10'] },
      today: '2026-06-11',
      says: ['还没有合同'],
      next: `funnel record ${ID} contract`,
      source: 'L72',
    },
    {
      rule: 'idle' as const,
      deal: { moves: ['2026-06-01 discovery'], log: ['2026-06-01 电话 谈了', '2026-06-08 未接通 没接'] },
      today: '2026-06-16',
      says: [
        '上次跟进 2026-06-01',
        '11 个工作日未跟进',
        '超过 10(默认)',
        '意向等级未填,按中意向算',
        '已尝试 1 次',
      ],
      next: `funnel log ${ID}`,
      source: 'L20',
    },
    {
      rule: 'idle' as const,
      deal: {},
      today: '2026-05-21',
      says: ['2026-05-11 起还没有跟进'],
      next: `funnel log ${ID}`,
      source: 'L20',
    },
    {
      rule: 'idle' as const,
      deal: { moves: ['2026-06-01 proposal'], row: { nextFollowUp: day('2026-12-01') } },
      today: '2026-07-03',
      says: ['已约定 2026-12-01,但离上次跟进超过 22 个工作日'],
      next: `funnel log ${ID}`,
      source: 'L20',
    },
    {
      rule: 'stay' as const,
      deal: { moves: ['2026-06-01 proposal'] },
      today: '2026-07-03',
      says: ['2026-06-01 进入「方案呈现」', '停留 23 个工作日', '超过 22(默认)'],
      next: `funnel why ${ID}`,
      source: 'L20',
    },
    {
      rule: 'agreed' as const,
      deal: { moves: ['2026-06-01 proposal'], row: { nextFollowUp: day('2026-06-12') } },
      today: '2026-06-15',
      says: ['已约定 2026-06-12 跟进,之后没有跟进'],
      next: `funnel log ${ID}`,
      source: null,
    },
    {
      rule: 'hold' as const,
      deal: { moves: ['2026-06-01 proposal'], hold: '2026-06-02 2026-06-12 预算待批' },
      today: '2026-06-15',
      says: ['2026-06-02 搁置到 2026-06-12(预算待批),已到期'],
      next: `funnel log ${ID}`,
      source: null,
    },
  ])('$rule: $says', ({ rule, deal, today, says, next, source }) => {
    const finding = findingOf(rule, deal, today);
    const { explain, next: command } = finding.words();
    for (const words of says) expect(explain.zh).toContain(words);
    expect({ next: command, source: finding.source }).toEqual({ next, source });
    expect(explain.en).not.toMatch(/[，。；]|万/);
  });

  it('a limit the team has set is not called 默认', () => {
    const settings = {
      stallLimits: new Map([['proposal' as const, { idleWarn: 3, idleSevere: 9, stayWarn: 20 }]]),
    };
    const deal = { moves: ['2026-06-01 proposal'], log: ['2026-06-01 电话 谈了'] };
    expect(findingOf('idle', deal, '2026-06-09', { settings }).words().explain.zh).toContain('超过 3');
    expect(findingOf('idle', deal, '2026-06-09', { settings }).words().explain.zh).not.toContain('默认');
  });

  it('a stall carries how its term was counted, in --json as part of explain', () => {
    const finding = findingOf('stay', { moves: ['2026-06-01 proposal'] }, '2026-07-03');
    expect(finding.words().counted?.zh).toContain('端午');
    expect(findingJson(finding, 'zh').explain).toContain('端午');
  });

  it('a customer whose name a shell would obey gets no command to paste', () => {
    const deal: DealScript = { row: { id: null, customer: '甲"; rm -rf' }, word: '线索' };
    expect(findingOf('D1', deal, '2026-05-15').words().next).toBeNull();
  });

  it('a table never adopted gets none either: only adopting helps', () => {
    expect(findingOf('idle', { word: '报价' }, '2026-06-15', { neverAdopted: true }).words().next).toBeNull();
  });
});

describe('order: level, amount at risk, 来源优先级, upper end of 预算范围, days late', () => {
  const names = (scripts: readonly DealScript[], today: string) =>
    check(scripts, today).findings.map(({ customer }) => customer);
  const lead = (row: DealScript['row'], more: DealScript = {}): DealScript => ({
    ...more,
    row: { amount: null, source: '', ...row },
  });

  it('the higher level comes first, whatever the amount', () => {
    const found = check(
      [
        lead({ amount: yuan(9_000_000) }),
        lead(
          {},
          { moves: ['2026-05-11 negotiation'], closes: ['2026-05-12'], log: ['2026-05-12 电话 谈了'] },
        ),
      ],
      '2026-05-14',
    );
    expect(found.findings.map(({ level, rule }) => `${level} ${rule}`)).toEqual([
      'overdue D5',
      'dueSoon D1',
      'data no-amount',
    ]);
  });

  it.each([
    {
      why: 'more at risk',
      first: { amount: yuan(200_000) },
      second: { amount: yuan(100_000), priority: 'A' },
    },
    {
      why: '合同金额 is what is at risk',
      first: { amount: yuan(1), contractAmount: yuan(200_000) },
      second: { amount: yuan(100_000) },
    },
    { why: 'some amount before none', first: { amount: yuan(1) }, second: { priority: 'A' } },
    { why: 'A before B', first: { priority: 'A' }, second: { priority: 'B' } },
    { why: 'a priority before none', first: { priority: 'C' }, second: { priority: '' } },
    {
      why: "the channel's priority counts where the cell is empty",
      first: { source: '行业展会' },
      second: { source: '官网表单' },
    },
    {
      why: 'the larger budget',
      first: { budget: { low: 0, high: 200 } },
      second: { budget: { low: 100, high: 100 } },
    },
  ])('$why', ({ first, second }) => {
    expect(names([lead(second), lead(first)], '2026-05-15')).toEqual(['客户2', '客户1']);
    expect(names([lead(first), lead(second)], '2026-05-15')).toEqual(['客户1', '客户2']);
  });

  it('longer late, else the order of the table', () => {
    expect(names([lead({}, { lead: '2026-05-11' }), lead({}, { lead: '2026-05-09' })], '2026-05-15')).toEqual(
      ['客户2', '客户1'],
    );
    expect(names([lead({}), lead({})], '2026-05-15')).toEqual(['客户1', '客户2']);
  });
});

describe('what check counts beside the findings', () => {
  it('one finding per rule and deal', () => {
    const deal: DealScript = {
      moves: ['2026-06-01 proposal'],
      items: ['2026-06-01 demo', '2026-06-02 demo'],
    };
    const rules = check([deal], '2026-07-31').findings.map(({ rule }) => rule);
    expect(new Set(rules).size).toBe(rules.length);
  });

  it('历史遗留 is summed up by owner and is no finding', () => {
    const { findings, legacy, legacyByOwner, counts } = check(
      [
        { lead: '2026-03-02', adopted: '2026-05-11' },
        { lead: '2026-03-02', row: { owner: '李强', amount: null }, adopted: '2026-05-11' },
        { lead: '2026-03-03', adopted: '2026-05-11' },
      ].map((each) => ({ ...each, log: ['2026-05-11 微信 聊了'] })),
      '2026-05-12',
    );
    expect(findings.filter(({ rule }) => rule === 'D1')).toEqual([]);
    expect(counts.overdue).toBe(0);
    expect(legacy).toHaveLength(3);
    expect(legacyByOwner).toEqual([
      { owner: '王芳', n: 2, amount: 30_000_000 },
      { owner: '李强', n: 1, amount: 0 },
    ]);
  });

  it('可推进: the gate is complete and nothing has moved for a working day', () => {
    const deal: DealScript = {
      row: { priority: 'A' },
      items: ['2026-05-12 screened'],
      log: ['2026-05-12 电话 谈了'],
    };
    const done = contextOf([deal], '2026-05-12');
    const [only] = done.book.deals;
    if (!only) throw new Error('no deal');
    const screened = {
      ...only,
      events: only.events.map((event) => (event.item === 'screened' ? { ...event, note: '相符' } : event)),
    };
    const context = (today: string) => ({
      ...contextOf([deal], today),
      book: { ...done.book, deals: [screened] },
    });
    expect(checkBook(context('2026-05-12')).movable).toEqual({ n: 0, next: null });
    expect(checkBook(context('2026-05-13')).movable).toEqual({ n: 1, next: `funnel advance ${ID}` });
  });

  it('已约定 are counted', () => {
    const deal: DealScript = { moves: ['2026-06-01 proposal'], row: { nextFollowUp: day('2026-06-12') } };
    expect(check([deal], '2026-06-09').agreed).toBe(1);
  });

  it('names the years without an arrangement that something running depends on', () => {
    expect(check([{ lead: '2026-12-30' }], '2026-12-30').missingYears).toEqual([2027]);
    expect(check([{ lead: '2026-12-28' }], '2026-12-30').missingYears).toEqual([]);
    expect(check([], '2031-03-03').missingYears).toEqual([2031]);
  });

  it('only one owner', () => {
    const context = contextOf([{}, { row: { owner: '李强' } }], '2026-05-15');
    expect(checkBook(context, '李强').findings.map(({ customer }) => customer)).toEqual(['客户2']);
  });
});

describe('the page', () => {
  const render = (
    scripts: readonly DealScript[],
    today: string,
    style: Partial<CheckStyle> = {},
    team: TeamScript = {},
  ) => renderCheck(check(scripts, today, team), { ...STYLE, ...style });

  it('is grouped by owner, then level, with the command under each finding', () => {
    const page = render(
      [
        { row: { customer: '华东机械' } },
        { lead: '2026-05-12', row: { owner: '李强', customer: '南方电子', amount: null } },
      ],
      '2026-05-15',
    );
    expect(page.split('\n')).toEqual([
      '2026-05-15 · 逾期 1 · 临期 1',
      '',
      '王芳 · 1 条',
      '  逾期  首次接触  华东机械  线索获取  15万  已逾期 1 个工作日',
      '    3 个工作日内首次接触(电话、邮件、会议、拜访);2026-05-11 起 3 个工作日,',
      '    2026-05-14 到期;数 05-12…05-14',
      '    → funnel record L20260511-001 first-contact',
      '',
      '李强 · 1 条',
      '  临期  首次接触  南方电子  线索获取        今天到期',
      '    3 个工作日内首次接触(电话、邮件、会议、拜访);2026-05-12 起 3 个工作日,',
      '    2026-05-15 到期;数 05-13…05-15',
      '    → funnel record L20260512-002 first-contact',
    ]);
  });

  it('says on a day off that it is one', () => {
    expect(render([{ lead: '2026-09-30' }], '2026-10-11')).toContain('已逾期(今日休息)');
  });

  it('says when there is nothing', () => {
    expect(render([], '2026-05-15')).toBe('2026-05-15 · 没有要处理的');
  });

  it('more than ten of one rule, owner and day of entry are one line; --all lists them', () => {
    const leads = Array.from({ length: 11 }, (): DealScript => ({}));
    const page = render(leads, '2026-05-15');
    expect(page).toContain('  逾期  首次接触  11 条,2026-05-11 录入  165万\n    A 类 11 个: 客户1、客户2、');
    expect(page.match(/首次接触/g)).toHaveLength(1);
    expect(render(leads, '2026-05-15', { all: true })).toContain('客户11');
    expect(render(leads.slice(1), '2026-05-15').match(/已逾期 1/g)).toHaveLength(10);
  });

  it('names the A-class ones of many, else the foremost two', () => {
    const lead = (priority: string): DealScript => ({ row: { priority, source: '' } });
    const leads = Array.from({ length: 12 }, (_, index) => lead(index === 4 || index === 7 ? 'A' : 'B'));
    expect(render(leads, '2026-05-15')).toContain('录入  180万\n    A 类 2 个: 客户5、客户8\n    →');
    expect(
      render(
        leads.map(() => lead('B')),
        '2026-05-15',
      ),
    ).toContain('12 条,2026-05-11 录入,客户1、客户2 等  180万');
    expect(
      render([...leads, ...Array.from({ length: 60 }, () => lead('A'))], '2026-05-15').split('\n').length,
    ).toBeLessThan(10);
  });

  it('sixty findings are one line per deal on one screen, with the commands of the foremost', () => {
    // Two findings each: an overdue first contact that has become severe.
    const deals = Array.from(
      { length: 30 },
      (_, index): DealScript => ({
        lead: `2026-04-${String(10 + (index % 18)).padStart(2, '0')}`,
        row: { owner: ['王芳', '李强', '张敏'][index % 3] ?? '' },
      }),
    );
    const { findings } = check(deals, '2026-05-20');
    expect(findings.length).toBeGreaterThanOrEqual(60);
    const page = render(deals, '2026-05-20');
    for (let index = 1; index <= 30; index++) expect(page).toMatch(new RegExp(`客户${index} `));
    expect(page.split('\n').length).toBeLessThanOrEqual(60);
    expect(page).toContain('+首次接触');
    expect(page).toMatch(/→ funnel log /);
    expect(page).toContain('… 每条的下一步 (--all)');
    expect(page).not.toContain('另有');
  });

  it('keeps to sixty lines and says how many there are beside', () => {
    const old = Array.from(
      { length: 200 },
      (_, index): DealScript => ({
        lead: `202${5 - (index % 2)}-${String((index % 12) + 1).padStart(2, '0')}-${String((index % 27) + 1).padStart(2, '0')}`,
        word: ['线索', '需求挖掘', '报价', '商务谈判', '已成交', '已流失', '售后'][index % 7] ?? '',
        closes: index % 7 === 0 ? [] : ['2026-03-31'],
        row: { owner: ['王芳', '李强', '张敏', '赵磊'][index % 4] ?? '' },
      }),
    );
    for (const team of [{ neverAdopted: true }, {}]) {
      const page = render(old, '2026-05-11', { adopt: ['funnel adopt x.xlsx'] }, team);
      expect(page.split('\n').length).toBeLessThanOrEqual(60);
      expect(page).toMatch(/… 另有 \d+ 条 \(--all\)/);
    }
    const lines = render(old, '2026-05-11', {}, { neverAdopted: true }).split('\n');
    expect(lines.filter((line) => line.startsWith('历史遗留')).length).toBe(4);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(80);
  });

  it('aligns by display width', () => {
    const page = render(
      [{ row: { customer: 'ACME' } }, { row: { customer: '华东机械有限公司' } }],
      '2026-05-15',
    );
    const columns = page
      .split('\n')
      .filter((line) => line.includes('线索获取'))
      .map((line) => displayWidth(line.slice(0, line.indexOf('线索获取'))));
    expect(new Set(columns).size).toBe(1);
  });

  it('shows what a cell hides', () => {
    expect(render([{ row: { customer: '甲\u001b[31m乙\u202e' } }], '2026-05-15')).toContain(
      '甲\\x1b[31m乙\\u202e',
    );
  });

  it('in English there is no 万, and the stage carries the workbook’s word', () => {
    const page = render([{}], '2026-05-15', { lang: 'en' });
    expect(page).toContain('Lead (线索获取)');
    expect(page).toContain('¥150,000');
    expect(page).not.toContain('万');
  });
});
