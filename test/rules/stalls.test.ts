import { describe, expect, it } from 'vitest';
import { checkBook } from '../../src/core/check.ts';
import type { RuleId } from '../../src/core/finding.ts';
import { contextOf, type DealScript, day, findingOf, short, type TeamScript } from './build-deal.ts';

interface Case {
  readonly why: string;
  readonly deal: DealScript;
  readonly today: string;
  readonly found: string;
  readonly team?: TeamScript;
}

function table(rule: RuleId, cases: readonly Case[]): void {
  it.each(cases)('$today: $found — $why', ({ deal, today, found, team }) => {
    expect(short(rule, deal, today, team)).toBe(found);
  });
}

const CALL = ['2026-06-01 电话 谈了'];
const natural: TeamScript = { settings: { stallsInNaturalDays: true } };
const inStage = (stage: string, more: DealScript = {}): DealScript => ({
  moves: [`2026-06-01 ${stage}`],
  log: CALL,
  ...more,
});
const discovery = (intent: 'high' | 'medium' | 'low' | null): DealScript =>
  inStage('discovery', { row: { intent } });
const agreed = (iso: string, more: DealScript = {}): DealScript =>
  inStage('proposal', { row: { nextFollowUp: day(iso) }, ...more });

describe('idle: 未跟进 since the last real follow-up', () => {
  table('idle', [
    {
      why: 'the fifth working day is still in time, there is no 临期',
      deal: inStage('proposal'),
      today: '2026-06-08',
      found: 'none',
    },
    {
      why: 'proposal: over 5',
      deal: inStage('proposal'),
      today: '2026-06-09',
      found: 'stalled 2026-06-08 1',
    },
    {
      why: 'proposal: the tenth day is not over 10',
      deal: inStage('proposal'),
      today: '2026-06-15',
      found: 'stalled 2026-06-08 5',
    },
    {
      why: 'proposal: over 10 is 严重',
      deal: inStage('proposal'),
      today: '2026-06-16',
      found: 'severe 2026-06-15 1',
    },
    {
      why: 'negotiation as proposal',
      deal: inStage('negotiation'),
      today: '2026-06-09',
      found: 'stalled 2026-06-08 1',
    },
    {
      why: 'closing as proposal',
      deal: inStage('closing'),
      today: '2026-06-16',
      found: 'severe 2026-06-15 1',
    },
    { why: 'discovery 高: 5', deal: discovery('high'), today: '2026-06-09', found: 'stalled 2026-06-08 1' },
    { why: 'discovery 高: 10', deal: discovery('high'), today: '2026-06-16', found: 'severe 2026-06-15 1' },
    {
      why: 'discovery 中: 10',
      deal: discovery('medium'),
      today: '2026-06-16',
      found: 'stalled 2026-06-15 1',
    },
    {
      why: 'discovery 中: 20, 端午 skipped',
      deal: discovery('medium'),
      today: '2026-07-01',
      found: 'severe 2026-06-30 1',
    },
    { why: 'discovery 低: 21', deal: discovery('low'), today: '2026-07-02', found: 'stalled 2026-07-01 1' },
    { why: 'discovery 低: 42', deal: discovery('low'), today: '2026-07-31', found: 'severe 2026-07-30 1' },
    {
      why: 'no intent counts as 中',
      deal: discovery(null),
      today: '2026-06-16',
      found: 'stalled 2026-06-15 1',
    },
    { why: 'a lead has no warning of its own: D1 is it', deal: {}, today: '2026-05-20', found: 'none' },
    { why: 'a lead: over 7 is 严重, beside D1', deal: {}, today: '2026-05-21', found: 'severe 2026-05-20 1' },
    {
      why: 'a lead that was called once: 7 from there',
      deal: { log: ['2026-05-12 电话 谈了'] },
      today: '2026-05-22',
      found: 'severe 2026-05-21 1',
    },
    { why: 'aftercare: D3 is the clock', deal: inStage('aftercare'), today: '2026-12-01', found: 'none' },
    {
      why: '老客户池: over 66',
      deal: { lead: '2026-01-05', moves: ['2026-01-05 pool'], log: ['2026-01-05 电话 谈了'] },
      today: '2026-04-15',
      found: 'stalled 2026-04-14 1',
    },
    {
      why: '老客户池: 推送 counts there',
      deal: { lead: '2026-01-05', moves: ['2026-01-05 pool'], log: ['2026-03-02 推送 升级'] },
      today: '2026-04-15',
      found: 'none',
    },
    {
      why: 'lost: no clock',
      deal: { moves: ['2026-06-01 proposal', '2026-06-02 lost'], log: CALL },
      today: '2026-12-01',
      found: 'none',
    },
    {
      why: 'Spring Festival raises no alarm',
      deal: { lead: '2026-02-02', moves: ['2026-02-12 proposal'], log: ['2026-02-12 电话 谈了'] },
      today: '2026-02-24',
      found: 'none',
    },
    {
      why: '微信 is a real follow-up',
      deal: inStage('proposal', { log: ['2026-06-05 微信 聊了'] }),
      today: '2026-06-09',
      found: 'none',
    },
    {
      why: '其他 too',
      deal: inStage('proposal', { log: ['2026-06-05 其他 聊了'] }),
      today: '2026-06-09',
      found: 'none',
    },
    {
      why: '未接通 resets nothing',
      deal: inStage('proposal', { log: [...CALL, '2026-06-05 未接通 没接'] }),
      today: '2026-06-09',
      found: 'stalled 2026-06-08 1',
    },
    {
      why: '推送 resets nothing outside the pool',
      deal: inStage('proposal', { log: [...CALL, '2026-06-05 推送 资料'] }),
      today: '2026-06-09',
      found: 'stalled 2026-06-08 1',
    },
    {
      why: 'a hand-typed entry is real',
      deal: inStage('proposal', { typed: ['2026-06-05 聊了'] }),
      today: '2026-06-09',
      found: 'none',
    },
    {
      why: 'a demo is real',
      deal: inStage('proposal', { items: ['2026-06-05 demo'] }),
      today: '2026-06-09',
      found: 'none',
    },
    {
      why: 'a survey of needs is paper, not a follow-up',
      deal: inStage('proposal', { items: ['2026-06-05 survey'] }),
      today: '2026-06-09',
      found: 'stalled 2026-06-08 1',
    },
    {
      why: 'a stage move is no follow-up',
      deal: { moves: ['2026-06-01 proposal', '2026-06-05 negotiation'], log: CALL },
      today: '2026-06-09',
      found: 'stalled 2026-06-08 1',
    },
    {
      why: 'no follow-up at all: from entry; D1 overdue replaces the warning',
      deal: { lead: '2026-06-01', moves: ['2026-06-02 proposal'] },
      today: '2026-06-09',
      found: 'none',
    },
    {
      why: 'but not the 严重 one',
      deal: { lead: '2026-06-01', moves: ['2026-06-02 proposal'] },
      today: '2026-06-16',
      found: 'severe 2026-06-15 1',
    },
    {
      why: 'a follow-up that met no D1 brings the warning back',
      deal: { lead: '2026-06-01', moves: ['2026-06-02 proposal'], log: ['2026-06-01 微信 加了'] },
      today: '2026-06-09',
      found: 'stalled 2026-06-08 1',
    },
    {
      why: 'D1 met by adoption: the clock runs from entry',
      deal: { lead: '2026-05-11', moves: ['2026-05-12 proposal'], adopted: '2026-05-12' },
      today: '2026-05-19',
      found: 'stalled 2026-05-18 1',
    },
    {
      why: 'a talk before entry does not start the clock early',
      deal: { lead: '2026-06-01', moves: ['2026-06-01 proposal'], log: ['2026-05-11 会议 展会'] },
      today: '2026-06-08',
      found: 'none',
    },
    {
      why: 'reopening restarts it',
      deal: { moves: ['2026-06-01 proposal', '2026-06-02 lost', '2026-07-06 proposal'], log: CALL },
      today: '2026-07-14',
      found: 'stalled 2026-07-13 1',
    },
    {
      why: 'a backward move does not',
      deal: { moves: ['2026-06-01 proposal', '2026-06-08 discovery'], log: CALL, row: { intent: 'high' } },
      today: '2026-06-09',
      found: 'stalled 2026-06-08 1',
    },
    {
      why: 'an agreed day to come keeps it quiet',
      deal: agreed('2026-06-12'),
      today: '2026-06-09',
      found: 'none',
    },
    { why: 'until the day itself', deal: agreed('2026-06-12'), today: '2026-06-12', found: 'none' },
    {
      why: 'no longer once it has passed',
      deal: agreed('2026-06-12'),
      today: '2026-06-15',
      found: 'stalled 2026-06-08 5',
    },
    {
      why: 'at most 22 working days: still quiet on the 22nd',
      deal: agreed('2026-12-01'),
      today: '2026-07-02',
      found: 'none',
    },
    {
      why: 'at most 22 working days: then it speaks',
      deal: agreed('2026-12-01'),
      today: '2026-07-03',
      found: 'severe 2026-06-15 13',
    },
    {
      why: '搁置 keeps it quiet',
      deal: inStage('proposal', { hold: '2026-06-02 2026-06-30 预算待批' }),
      today: '2026-06-30',
      found: 'none',
    },
    {
      why: '搁置: runs from its end on, not over it',
      deal: inStage('proposal', { hold: '2026-06-02 2026-06-30 预算待批' }),
      today: '2026-07-01',
      found: 'none',
    },
    {
      why: '搁置: five working days after its end',
      deal: inStage('proposal', { hold: '2026-06-02 2026-06-30 预算待批' }),
      today: '2026-07-08',
      found: 'stalled 2026-07-07 1',
    },
    {
      why: '搁置 ended early by a move: from there on',
      deal: {
        ...inStage('proposal', { hold: '2026-06-02 2026-06-30 预算待批' }),
        moves: ['2026-06-01 proposal', '2026-06-15 negotiation'],
      },
      today: '2026-06-24',
      found: 'stalled 2026-06-23 1',
    },
    {
      why: '设置: own limits',
      deal: inStage('proposal'),
      today: '2026-06-03',
      found: 'stalled 2026-06-02 1',
      team: {
        settings: { stallLimits: new Map([['proposal', { idleWarn: 1, idleSevere: null, stayWarn: null }]]) },
      },
    },
    {
      why: '设置: natural days, a Saturday moved on to Monday',
      deal: inStage('proposal'),
      today: '2026-06-08',
      found: 'none',
      team: natural,
    },
    {
      why: '设置: natural days, over',
      deal: inStage('proposal'),
      today: '2026-06-09',
      found: 'stalled 2026-06-08 1',
      team: natural,
    },
    {
      why: '设置: natural days, 严重 from the eleventh',
      deal: inStage('proposal'),
      today: '2026-06-12',
      found: 'severe 2026-06-11 1',
      team: natural,
    },
    {
      why: 'a row typed in without history runs too',
      deal: { lead: '2026-06-01', word: '报价', typed: ['2026-06-01 谈了'] },
      today: '2026-06-09',
      found: 'stalled 2026-06-08 1',
    },
    {
      why: 'never adopted: a fact of today, not 历史遗留',
      deal: { lead: '2026-03-02', word: '报价', typed: ['2026-03-02 谈了'] },
      today: '2026-06-09',
      found: 'severe 2026-03-16 58',
      team: { neverAdopted: true },
    },
  ]);
});

describe('stay: 停留 since the latest entry into the stage', () => {
  table('stay', [
    { why: 'lead: the tenth day', deal: {}, today: '2026-05-25', found: 'none' },
    { why: 'lead: over 10', deal: {}, today: '2026-05-26', found: 'stalled 2026-05-25 1' },
    {
      why: 'discovery 高: over 22',
      deal: discovery('high'),
      today: '2026-07-03',
      found: 'stalled 2026-07-02 1',
    },
    { why: 'discovery unset: 44', deal: discovery(null), today: '2026-08-04', found: 'stalled 2026-08-03 1' },
    { why: 'discovery 低: not yet at 44', deal: discovery('low'), today: '2026-08-04', found: 'none' },
    {
      why: 'proposal: over 22',
      deal: inStage('proposal'),
      today: '2026-07-03',
      found: 'stalled 2026-07-02 1',
    },
    { why: 'closing: over 15', deal: inStage('closing'), today: '2026-06-24', found: 'stalled 2026-06-23 1' },
    { why: 'aftercare: no such clock', deal: inStage('aftercare'), today: '2026-12-01', found: 'none' },
    {
      why: 'a follow-up does not restart it',
      deal: inStage('proposal', { log: ['2026-07-02 电话 谈了'] }),
      today: '2026-07-03',
      found: 'stalled 2026-07-02 1',
    },
    {
      why: 'a backward move does',
      deal: { moves: ['2026-06-01 proposal', '2026-06-08 negotiation', '2026-06-15 proposal'] },
      today: '2026-07-03',
      found: 'none',
    },
    {
      why: 'reopening does',
      deal: { moves: ['2026-06-01 proposal', '2026-06-08 lost', '2026-06-15 proposal'] },
      today: '2026-07-03',
      found: 'none',
    },
    {
      why: 'an agreed day does not quiet it',
      deal: agreed('2026-12-01'),
      today: '2026-07-03',
      found: 'stalled 2026-07-02 1',
    },
    {
      why: '搁置 does',
      deal: inStage('proposal', { hold: '2026-06-02 2026-07-31 预算待批' }),
      today: '2026-07-03',
      found: 'none',
    },
  ]);
});

describe('agreed: 下次跟进日期', () => {
  table('agreed', [
    { why: 'still to come', deal: agreed('2026-06-12'), today: '2026-06-11', found: 'none' },
    {
      why: 'on the day 临期',
      deal: agreed('2026-06-12'),
      today: '2026-06-12',
      found: 'dueSoon 2026-06-12 0',
    },
    {
      why: 'followed up on the day',
      deal: agreed('2026-06-12', { log: ['2026-06-12 电话 谈了'] }),
      today: '2026-06-12',
      found: 'none',
    },
    {
      why: 'passed without a follow-up: 逾期',
      deal: agreed('2026-06-12'),
      today: '2026-06-15',
      found: 'overdue 2026-06-12 1',
    },
    {
      why: 'a follow-up since',
      deal: agreed('2026-06-12', { log: ['2026-06-15 微信 聊了'] }),
      today: '2026-06-16',
      found: 'none',
    },
    {
      why: 'one before it does not do',
      deal: agreed('2026-06-12', { log: ['2026-06-11 电话 谈了'] }),
      today: '2026-06-15',
      found: 'overdue 2026-06-12 1',
    },
    {
      why: 'an attempt does not do',
      deal: agreed('2026-06-12', { log: [...CALL, '2026-06-12 未接通 没接'] }),
      today: '2026-06-15',
      found: 'overdue 2026-06-12 1',
    },
    {
      why: 'lost',
      deal: agreed('2026-06-12', { moves: ['2026-06-01 proposal', '2026-06-02 lost'] }),
      today: '2026-06-15',
      found: 'none',
    },
    {
      why: 'a day from before the reopening is no longer meant',
      deal: agreed('2026-06-12', {
        moves: ['2026-06-01 proposal', '2026-06-02 lost', '2026-07-06 proposal'],
      }),
      today: '2026-07-07',
      found: 'none',
    },
    {
      why: 'put aside meanwhile',
      deal: agreed('2026-06-12', { hold: '2026-06-05 2026-06-30 预算待批' }),
      today: '2026-06-15',
      found: 'none',
    },
    {
      why: 'in 老客户池 too',
      deal: { moves: ['2026-06-01 pool'], log: CALL, row: { nextFollowUp: day('2026-06-12') } },
      today: '2026-06-15',
      found: 'overdue 2026-06-12 1',
    },
  ]);
});

describe('hold: 搁置', () => {
  const held = inStage('proposal', { hold: '2026-06-02 2026-06-12 预算待批' });
  table('hold', [
    { why: 'in force', deal: held, today: '2026-06-11', found: 'none' },
    { why: 'its last day', deal: held, today: '2026-06-12', found: 'none' },
    { why: 'the day after: 严重', deal: held, today: '2026-06-13', found: 'severe 2026-06-12 0' },
    { why: 'a working day later', deal: held, today: '2026-06-15', found: 'severe 2026-06-12 1' },
    {
      why: 'taken up again',
      deal: { ...held, log: [...CALL, '2026-06-15 电话 谈了'] },
      today: '2026-06-15',
      found: 'none',
    },
    {
      why: 'ended by a move',
      deal: { ...held, moves: ['2026-06-01 proposal', '2026-06-09 negotiation'] },
      today: '2026-06-15',
      found: 'none',
    },
    {
      why: 'lost meanwhile',
      deal: { ...held, moves: ['2026-06-01 proposal', '2026-06-09 lost'] },
      today: '2026-06-15',
      found: 'none',
    },
  ]);

  it('is counted on its own line with its amount, and after its day no longer', () => {
    expect(checkBook(contextOf([held, {}], '2026-06-12')).held).toEqual({ n: 1, amount: 15_000_000 });
    expect(checkBook(contextOf([held, {}], '2026-06-15')).held).toEqual({ n: 0, amount: 0 });
  });
});

describe('slow: twice the median of the last four quarters', () => {
  // Nine or ten stays of four working days in 方案呈现, Monday to Friday, in the first quarter of 2026.
  const quick = (n: number, week = '2026-03-0'): DealScript[] =>
    Array.from({ length: n }, () => ({
      lead: '2026-01-05',
      moves: [`${week}2 proposal`, `${week}6 negotiation`, `${week}9 lost`],
    }));
  const slow = inStage('proposal');
  const find = (scripts: readonly DealScript[], today: string) =>
    checkBook(contextOf([slow, ...scripts], today)).findings.filter(({ rule }) => rule === 'slow');

  it('fires when the stay is over twice the median, and says so', () => {
    expect(find(quick(10), '2026-06-11')).toEqual([]);
    const [finding] = find(quick(10), '2026-06-12');
    expect(finding).toMatchObject({
      level: 'stalled',
      start: day('2026-06-01'),
      due: day('2026-06-11'),
      workingDaysLate: 1,
    });
    expect(finding?.words().explain.zh).toContain('近四季中位数 4 的 2 倍(n=10)');
  });

  it('says nothing on nine stays', () => {
    expect(find(quick(9), '2026-06-30')).toEqual([]);
  });

  it.each([
    { name: '停留样本', settings: { slowSample: 9 }, stays: 9, today: '2026-06-12', fires: [false, true] },
    { name: '停留倍数', settings: { slowFactor: 3 }, stays: 10, today: '2026-06-12', fires: [true, false] },
  ])('设置 $name changes when it fires', ({ settings, stays, today, fires }) => {
    const count = (team: Parameters<typeof contextOf>[2]) =>
      checkBook(contextOf([slow, ...quick(stays)], today, team)).findings.filter(
        ({ rule }) => rule === 'slow',
      ).length > 0;
    expect([count({}), count({ settings })]).toEqual(fires);
  });

  it('counts what ended in the twelve months up to today, the running quarter too, and nothing before', () => {
    expect(
      find(
        quick(10).map((each) => ({
          ...each,
          lead: '2024-01-05',
          moves: ['2025-03-03 proposal', '2025-03-07 lost'],
        })),
        '2026-06-30',
      ),
    ).toEqual([]);
    expect(
      find(
        quick(10).map((each) => ({ ...each, moves: ['2026-04-13 proposal', '2026-04-17 lost'] })),
        '2026-06-30',
      ),
    ).toHaveLength(1);
  });

  it('leaves out assumed history', () => {
    expect(
      find(
        quick(10).map((each) => ({ ...each, adopted: '2026-03-10' })),
        '2026-06-30',
      ),
    ).toEqual([]);
  });

  it('a median of nothing says nothing', () => {
    const sameDay = quick(10).map((each) => ({
      ...each,
      moves: ['2026-03-02 proposal', '2026-03-02 negotiation', '2026-03-09 lost'],
    }));
    expect(find(sameDay, '2026-06-30')).toEqual([]);
  });
});

describe('data: what a deal of its stage should say', () => {
  table('no-owner', [
    { why: 'a lead may have none', deal: { row: { owner: '' } }, today: '2026-05-12', found: 'none' },
    {
      why: 'from stage 2 on',
      deal: { moves: ['2026-05-12 discovery'], row: { owner: '' } },
      today: '2026-05-12',
      found: 'data',
    },
    {
      why: 'lost',
      deal: { moves: ['2026-05-12 lost'], row: { owner: '' } },
      today: '2026-05-12',
      found: 'none',
    },
    {
      why: 'an unreadable cell is said once, elsewhere',
      deal: { moves: ['2026-05-12 discovery'], row: { owner: '', unread: new Set(['owner'] as const) } },
      today: '2026-05-12',
      found: 'none',
    },
  ]);
  table('no-amount', [
    {
      why: 'stage 3 may have none',
      deal: { moves: ['2026-05-12 proposal'], row: { amount: null } },
      today: '2026-05-12',
      found: 'none',
    },
    {
      why: 'from stage 4 on',
      deal: { moves: ['2026-05-12 negotiation'], row: { amount: null } },
      today: '2026-05-12',
      found: 'data',
    },
    {
      why: '合同金额 is an amount',
      deal: { moves: ['2026-05-12 negotiation'], row: { amount: null, contractAmount: { low: 1, high: 1 } } },
      today: '2026-05-12',
      found: 'none',
    },
    {
      why: 'unread is not missing',
      deal: {
        moves: ['2026-05-12 negotiation'],
        row: { amount: null, unread: new Set(['amount'] as const) },
      },
      today: '2026-05-12',
      found: 'none',
    },
  ]);
  table('no-close', [
    {
      why: 'stage 3 may have none',
      deal: { moves: ['2026-05-12 proposal'] },
      today: '2026-05-12',
      found: 'none',
    },
    {
      why: 'from stage 4 on',
      deal: { moves: ['2026-05-12 negotiation'] },
      today: '2026-05-12',
      found: 'data',
    },
    {
      why: 'set',
      deal: { moves: ['2026-05-12 negotiation'], closes: ['2026-06-30'] },
      today: '2026-05-12',
      found: 'none',
    },
    {
      why: 'signed',
      deal: {
        moves: ['2026-05-12 closing'],
        row: { contractDate: day('2026-05-12'), contractNumber: 'HT-1' },
      },
      today: '2026-05-12',
      found: 'none',
    },
  ]);
  table('drift', [
    {
      why: 'as the log has it',
      deal: { moves: ['2026-05-12 discovery'] },
      today: '2026-05-12',
      found: 'none',
    },
    {
      why: 'changed by hand',
      deal: { moves: ['2026-05-12 discovery'], row: { stage: 'proposal', stageWord: '报价' } },
      today: '2026-05-12',
      found: 'data',
    },
  ]);

  const ours = (row: DealScript['row'], more: DealScript = {}): DealScript => ({
    ...more,
    row: { customer: '华东机械有限公司', ...row },
  });
  it.each([
    [
      [ours({}), ours({ owner: '李强' })],
      ['李强 L20260511-002', '王芳 L20260511-001'],
      'two owners, one customer',
    ],
    [
      [ours({}), ours({ owner: '李强', customer: '上海华东机械' })],
      ['李强 L20260511-002', '王芳 L20260511-001'],
      'spelt in two ways',
    ],
    [[ours({}), ours({})], [], 'one owner'],
    [[ours({}), ours({ owner: '' })], [], 'one without an owner is no rival'],
    [[ours({}), ours({ owner: '李强', customer: '南方电子' })], [], 'another customer'],
    [[ours({}), ours({ owner: '李强' }, { moves: ['2026-05-12 lost'] })], [], 'one is lost'],
    [[ours({}), ours({ owner: '李强', linked: 'L20260511-001' })], [], 'a repurchase that another owner has'],
  ] as readonly (readonly [readonly DealScript[], readonly string[], string])[])(
    'two-owners: %j → %j (%s)',
    (scripts, others, _why) => {
      const found = checkBook(contextOf(scripts, '2026-05-12')).findings.filter(
        ({ rule }) => rule === 'two-owners',
      );
      expect(found.map(({ words }) => words().explain.zh.split(':')[1])).toEqual(others);
      expect(found.map(({ level }) => level)).toEqual(others.map(() => 'data'));
    },
  );

  it('no-owner offers who last worked on it, if that is one of the owners', () => {
    const orphan: DealScript = { moves: ['2026-05-12 discovery'], row: { owner: '' } };
    const nextOf = (scripts: readonly DealScript[]) =>
      checkBook(contextOf(scripts, '2026-05-12'))
        .findings.find(({ rule }) => rule === 'no-owner')
        ?.words().next;
    expect(nextOf([orphan, {}])).toBe('funnel assign 王芳 L20260511-001');
    expect(nextOf([orphan])).toBe('funnel show L20260511-001');
  });

  it('drift names the gate items it skipped', () => {
    const deal: DealScript = {
      moves: ['2026-05-12 discovery'],
      row: { stage: 'proposal', stageWord: '报价' },
    };
    const { explain, next } = findingOf('drift', deal, '2026-05-12').words();
    expect(explain.zh).toContain('表里改成了「报价」');
    expect(explain.zh).toContain('首次接触、需求调研、意向判定');
    expect(next).toBe('funnel record L20260511-001 first-contact');
  });
});
