import { describe, expect, it } from 'vitest';
import type { RuleId } from '../../src/core/finding.ts';
import { type DealScript, day, short, type TeamScript } from './build-deal.ts';

interface Case {
  readonly why: string;
  readonly deal: DealScript;
  readonly today: string;
  /** `level due late`, or `none`. */
  readonly found: string;
  readonly team?: TeamScript;
}

function table(rule: RuleId, cases: readonly Case[]): void {
  it.each(cases)('$today: $found — $why', ({ deal, today, found, team }) => {
    expect(short(rule, deal, today, team)).toBe(found);
  });
}

describe('D1: a first contact within 3 working days of entry (L44)', () => {
  const lead = { lead: '2026-05-11' };
  const late = '2026-05-15';
  table('D1', [
    { why: 'two working days are left', deal: lead, today: '2026-05-12', found: 'none' },
    {
      why: 'the due day is the next working day',
      deal: lead,
      today: '2026-05-13',
      found: 'dueSoon 2026-05-14 0',
    },
    {
      why: 'done on the due day is on time, so the day itself is 临期',
      deal: lead,
      today: '2026-05-14',
      found: 'dueSoon 2026-05-14 0',
    },
    {
      why: 'overdue once today is after the due day',
      deal: lead,
      today: late,
      found: 'overdue 2026-05-14 1',
    },
    { why: 'a Saturday adds no working day', deal: lead, today: '2026-05-16', found: 'overdue 2026-05-14 1' },
    {
      why: 'a year later it is still 逾期, never 严重',
      deal: lead,
      today: '2026-12-31',
      found: 'overdue 2026-05-14 160',
    },
    {
      why: 'entered on a Friday: the weekend is not counted',
      deal: { lead: '2026-05-15' },
      today: '2026-05-19',
      found: 'dueSoon 2026-05-20 0',
    },
    {
      why: 'entered on a Saturday is fine: Monday is the first day',
      deal: { lead: '2026-05-16' },
      today: '2026-05-21',
      found: 'overdue 2026-05-20 1',
    },
    {
      why: '春节: 02-14 is a make-up Saturday, 02-15…23 off',
      deal: { lead: '2026-02-13' },
      today: '2026-02-24',
      found: 'dueSoon 2026-02-25 0',
    },
    {
      why: 'in the middle of 春节 nothing is near yet',
      deal: { lead: '2026-02-13' },
      today: '2026-02-20',
      found: 'none',
    },
    {
      why: '劳动节 05-01…05 is skipped',
      deal: { lead: '2026-04-30' },
      today: '2026-05-09',
      found: 'overdue 2026-05-08 1',
    },
    {
      why: '国庆: the make-up Saturday 10-10 is the next working day of Friday',
      deal: { lead: '2026-09-30' },
      today: '2026-10-09',
      found: 'dueSoon 2026-10-10 0',
    },
    {
      why: 'the day after, a Sunday: overdue by no working day',
      deal: { lead: '2026-09-30' },
      today: '2026-10-11',
      found: 'overdue 2026-10-10 0',
    },
    {
      why: "the template's own row: 2024-03-15 → 2024-03-20",
      deal: { lead: '2024-03-15' },
      today: '2024-03-21',
      found: 'overdue 2024-03-20 1',
    },
    { why: 'a call meets it', deal: { ...lead, log: ['2026-05-12 电话 谈了'] }, today: late, found: 'none' },
    { why: 'a mail meets it', deal: { ...lead, log: ['2026-05-12 邮件 发了'] }, today: late, found: 'none' },
    {
      why: 'a meeting is more than a call',
      deal: { ...lead, log: ['2026-05-12 会议 见了'] },
      today: late,
      found: 'none',
    },
    {
      why: 'a visit is more than a call',
      deal: { ...lead, log: ['2026-05-12 拜访 见了'] },
      today: late,
      found: 'none',
    },
    {
      why: '微信 is not a first contact',
      deal: { ...lead, log: ['2026-05-12 微信 加了'] },
      today: late,
      found: 'overdue 2026-05-14 1',
    },
    {
      why: '未接通 is an attempt',
      deal: { ...lead, log: ['2026-05-12 未接通 没接'] },
      today: late,
      found: 'overdue 2026-05-14 1',
    },
    {
      why: '推送 is no contact',
      deal: { ...lead, log: ['2026-05-12 推送 资料'] },
      today: late,
      found: 'overdue 2026-05-14 1',
    },
    {
      why: '同步 is no first contact',
      deal: { ...lead, log: ['2026-05-12 同步 进展'] },
      today: late,
      found: 'overdue 2026-05-14 1',
    },
    {
      why: '其他 is no first contact',
      deal: { ...lead, log: ['2026-05-12 其他 备注'] },
      today: late,
      found: 'overdue 2026-05-14 1',
    },
    {
      why: 'a hand-typed dated entry counts, its kind unknown',
      deal: { ...lead, typed: ['2026-05-12 谈了'] },
      today: late,
      found: 'none',
    },
    {
      why: 'the same entry in cell and log is the log’s: 微信',
      deal: { ...lead, typed: ['2026-05-12 加了'], log: ['2026-05-12 微信 加了'] },
      today: late,
      found: 'overdue 2026-05-14 1',
    },
    {
      why: 'met at an exhibition before it was entered',
      deal: { ...lead, log: ['2026-05-06 会议 展会'] },
      today: late,
      found: 'none',
    },
    {
      why: 'the item first-contact meets it',
      deal: { ...lead, items: ['2026-05-12 first-contact'] },
      today: late,
      found: 'none',
    },
    {
      why: 'no other item does: a survey',
      deal: { ...lead, items: ['2026-05-12 survey'] },
      today: late,
      found: 'overdue 2026-05-14 1',
    },
    {
      why: 'no other item does: a demo',
      deal: { ...lead, items: ['2026-05-12 demo'] },
      today: late,
      found: 'overdue 2026-05-14 1',
    },
    {
      why: 'met late is met',
      deal: { ...lead, log: ['2026-05-20 电话 谈了'] },
      today: '2026-05-21',
      found: 'none',
    },
    {
      why: 'as of a past day the later call had not happened',
      deal: { ...lead, log: ['2026-05-20 电话 谈了'] },
      today: late,
      found: 'overdue 2026-05-14 1',
    },
    {
      why: 'it stays open when the stage is left',
      deal: { ...lead, moves: ['2026-05-12 discovery'] },
      today: late,
      found: 'overdue 2026-05-14 1',
    },
    {
      why: 'and through later stages',
      deal: { ...lead, moves: ['2026-05-12 discovery', '2026-05-13 proposal', '2026-05-14 negotiation'] },
      today: late,
      found: 'overdue 2026-05-14 1',
    },
    {
      why: 'a step back changes nothing',
      deal: { ...lead, moves: ['2026-05-12 discovery', '2026-05-13 lead'] },
      today: late,
      found: 'overdue 2026-05-14 1',
    },
    {
      why: 'losing stops the clock',
      deal: { ...lead, moves: ['2026-05-14 lost'] },
      today: late,
      found: 'none',
    },
    { why: 'so does 无效', deal: { ...lead, moves: ['2026-05-14 invalid'] }, today: late, found: 'none' },
    {
      why: 'and a loss made by hand in the sheet',
      deal: { ...lead, row: { stage: 'lost', stageWord: '已流失' } },
      today: late,
      found: 'none',
    },
    {
      why: 'reopened, never contacted: it begins anew',
      deal: { ...lead, moves: ['2026-05-20 lost', '2026-06-01 lead'] },
      today: '2026-06-04',
      found: 'dueSoon 2026-06-04 0',
    },
    {
      why: 'nothing is overdue from the time spent lost',
      deal: { ...lead, moves: ['2026-05-20 lost', '2026-06-01 lead'] },
      today: '2026-06-02',
      found: 'none',
    },
    {
      why: 'reopened and overdue again',
      deal: { ...lead, moves: ['2026-05-20 lost', '2026-06-01 lead'] },
      today: '2026-06-05',
      found: 'overdue 2026-06-04 1',
    },
    {
      why: 'what was met before the loss stays met',
      deal: { ...lead, log: ['2026-05-12 电话 谈了'], moves: ['2026-05-20 lost', '2026-06-01 lead'] },
      today: '2026-06-10',
      found: 'none',
    },
    {
      why: '设置: five days',
      deal: lead,
      today: '2026-05-19',
      found: 'overdue 2026-05-18 1',
      team: { settings: { firstContactDays: 5 } },
    },
    {
      why: '设置: the same day',
      deal: lead,
      today: '2026-05-12',
      found: 'overdue 2026-05-11 1',
      team: { settings: { firstContactDays: 0 } },
    },
    {
      why: '设置: 微信 counts for this team',
      deal: { ...lead, log: ['2026-05-12 微信 加了'] },
      today: late,
      found: 'none',
      team: { settings: { firstContactKinds: ['电话', '微信'] } },
    },
    {
      why: '设置: the call no longer counts for a team that wants visits',
      deal: { ...lead, log: ['2026-05-12 电话 谈了'] },
      today: late,
      found: 'overdue 2026-05-14 1',
      team: { settings: { firstContactKinds: ['拜访'] } },
    },
    {
      why: "the team's own day off wins",
      deal: lead,
      today: '2026-05-15',
      found: 'dueSoon 2026-05-15 0',
      team: { off: ['2026-05-13'] },
    },
    {
      why: 'adopted, overdue on that day: 历史遗留',
      deal: { lead: '2026-03-02', adopted: '2026-05-11' },
      today: '2026-06-01',
      found: 'legacy overdue 2026-03-05 59',
    },
    {
      why: 'adopted, overdue only since: not 历史遗留',
      deal: { lead: '2026-05-08', adopted: '2026-05-11' },
      today: '2026-05-13',
      found: 'overdue 2026-05-12 1',
    },
    {
      why: 'adopted on the due day: not overdue then',
      deal: { lead: '2026-05-06', adopted: '2026-05-09' },
      today: '2026-05-11',
      found: 'overdue 2026-05-09 1',
    },
    {
      why: 'adopted from stage 2 on: counts as met',
      deal: { lead: '2026-03-02', moves: ['2026-04-01 discovery'], adopted: '2026-05-11' },
      today: '2026-06-01',
      found: 'none',
    },
    {
      why: 'never adopted: the day of adoption is today',
      deal: { lead: '2026-03-02', word: '线索' },
      today: '2026-05-11',
      found: 'legacy overdue 2026-03-05 44',
      team: { neverAdopted: true },
    },
    {
      why: 'never adopted, still to come: 临期 as any other',
      deal: { lead: '2026-05-11', word: '线索' },
      today: '2026-05-14',
      found: 'dueSoon 2026-05-14 0',
      team: { neverAdopted: true },
    },
    {
      why: 'never adopted, in stage 4: counts as met',
      deal: { lead: '2024-03-15', word: '商务谈判完成' },
      today: '2026-05-11',
      found: 'none',
      team: { neverAdopted: true },
    },
    {
      why: 'a row typed into an adopted book is new, not 历史遗留',
      deal: { lead: '2026-05-11', word: '线索' },
      today: late,
      found: 'overdue 2026-05-14 1',
    },
    {
      why: 'an unknown stage has no clock',
      deal: { lead: '2026-05-11', word: '跟进中' },
      today: late,
      found: 'none',
    },
    {
      why: '录入日期 missing in the cell: the creation event says it',
      deal: { ...lead, row: { leadDate: null } },
      today: late,
      found: 'overdue 2026-05-14 1',
    },
    {
      why: 'late December, firm: no day of 2027 is needed',
      deal: { lead: '2026-12-28' },
      today: '2026-12-31',
      found: 'dueSoon 2026-12-31 0',
    },
    {
      why: 'a year without an arrangement: 暂定',
      deal: { lead: '2026-12-30' },
      today: '2027-01-05',
      found: 'provisional dueSoon 2027-01-05 0',
    },
    {
      why: 'in such a year 05-01 and 05-02 are off by law, nothing is shifted',
      deal: { lead: '2031-04-30' },
      today: '2031-05-08',
      found: 'provisional overdue 2031-05-07 1',
    },
    { why: 'before it was entered there was no such lead', deal: lead, today: '2026-05-08', found: 'none' },
  ]);
});

describe('D2: all documents within 3 working days of the demo (L60)', () => {
  const moves = ['2026-05-14 discovery', '2026-05-29 proposal'];
  const demo = { moves, items: ['2026-06-01 demo'] };
  const demoAnd = (...items: string[]): DealScript => ({ moves, items: ['2026-06-01 demo', ...items] });
  table('D2', [
    { why: 'no demo, no duty', deal: { moves }, today: '2026-06-30', found: 'none' },
    { why: 'two working days are left', deal: demo, today: '2026-06-02', found: 'none' },
    { why: 'due the next working day', deal: demo, today: '2026-06-03', found: 'dueSoon 2026-06-04 0' },
    { why: 'due today', deal: demo, today: '2026-06-04', found: 'dueSoon 2026-06-04 0' },
    { why: 'overdue', deal: demo, today: '2026-06-05', found: 'overdue 2026-06-04 1' },
    {
      why: 'delivered the same day',
      deal: demoAnd('2026-06-01 materials'),
      today: '2026-06-05',
      found: 'none',
    },
    {
      why: 'delivered late is delivered',
      deal: demoAnd('2026-06-10 materials'),
      today: '2026-06-11',
      found: 'none',
    },
    {
      why: 'a delivery before the demo does not settle it',
      deal: demoAnd('2026-05-29 materials'),
      today: '2026-06-05',
      found: 'overdue 2026-06-04 1',
    },
    {
      why: 'two of three documents are no delivery',
      deal: demoAnd('2026-06-02 materials 演示PPT,案例集'),
      today: '2026-06-05',
      found: 'overdue 2026-06-04 1',
    },
    {
      why: 'two partial deliveries are not one complete',
      deal: demoAnd('2026-06-02 materials 演示PPT,案例集', '2026-06-03 materials 合同模板'),
      today: '2026-06-05',
      found: 'overdue 2026-06-04 1',
    },
    {
      why: '设置: only one document is wanted',
      deal: demoAnd('2026-06-02 materials 演示PPT'),
      today: '2026-06-05',
      found: 'none',
      team: { settings: { materials: ['演示PPT'] } },
    },
    {
      why: 'two demos owed: the earliest speaks',
      deal: demoAnd('2026-06-03 demo'),
      today: '2026-06-08',
      found: 'overdue 2026-06-04 2',
    },
    {
      why: 'one delivery settles all earlier demos',
      deal: demoAnd('2026-06-03 demo', '2026-06-04 materials'),
      today: '2026-06-08',
      found: 'none',
    },
    {
      why: 'a delivery between: only the second is owed',
      deal: demoAnd('2026-06-02 materials', '2026-06-03 demo'),
      today: '2026-06-08',
      found: 'dueSoon 2026-06-08 0',
    },
    {
      why: 'it stays open when the stage is left',
      deal: { ...demo, moves: [...moves, '2026-06-02 negotiation'] },
      today: '2026-06-05',
      found: 'overdue 2026-06-04 1',
    },
    {
      why: 'losing stops it',
      deal: { ...demo, moves: [...moves, '2026-06-02 lost'] },
      today: '2026-06-05',
      found: 'none',
    },
    {
      why: 'reopening begins it anew',
      deal: { ...demo, moves: [...moves, '2026-06-02 lost', '2026-07-06 proposal'] },
      today: '2026-07-10',
      found: 'overdue 2026-07-09 1',
    },
    {
      why: 'delivered before the loss: stays delivered',
      deal: {
        ...demoAnd('2026-06-01 materials'),
        moves: [...moves, '2026-06-02 lost', '2026-07-06 proposal'],
      },
      today: '2026-07-31',
      found: 'none',
    },
    {
      why: 'a demo before 劳动节',
      deal: { lead: '2026-04-01', items: ['2026-04-30 demo'] },
      today: '2026-05-08',
      found: 'dueSoon 2026-05-08 0',
    },
    {
      why: 'a demo on a Saturday is fine',
      deal: { moves, items: ['2026-06-06 demo'] },
      today: '2026-06-11',
      found: 'overdue 2026-06-10 1',
    },
    {
      why: '设置: one day',
      deal: demo,
      today: '2026-06-03',
      found: 'overdue 2026-06-02 1',
      team: { settings: { materialsDays: 1 } },
    },
    {
      why: 'a hold does not stop D2',
      deal: { ...demo, hold: '2026-06-02 2026-06-30 预算待批' },
      today: '2026-06-05',
      found: 'overdue 2026-06-04 1',
    },
  ]);
});

describe('D3: a sync every ISO week from the week after the kickoff until delivery (L92)', () => {
  const moves = ['2026-05-14 discovery', '2026-05-20 closing', '2026-06-03 aftercare'];
  const kickoff = { moves, items: ['2026-06-03 kickoff'] };
  const spring: DealScript = {
    lead: '2026-01-05',
    moves: ['2026-02-11 aftercare'],
    items: ['2026-02-11 kickoff'],
  };
  table('D3', [
    { why: 'the kickoff is itself the sync of its week', deal: kickoff, today: '2026-06-05', found: 'none' },
    { why: 'also on the Sunday of that week', deal: kickoff, today: '2026-06-07', found: 'none' },
    {
      why: 'the next week begins: its last working day is not near',
      deal: kickoff,
      today: '2026-06-08',
      found: 'none',
    },
    {
      why: 'Thursday: Friday is the next working day',
      deal: kickoff,
      today: '2026-06-11',
      found: 'dueSoon 2026-06-12 0',
    },
    { why: 'Friday', deal: kickoff, today: '2026-06-12', found: 'dueSoon 2026-06-12 0' },
    {
      why: 'Saturday: the week was missed, by no working day yet',
      deal: kickoff,
      today: '2026-06-13',
      found: 'overdue 2026-06-12 0',
    },
    { why: 'Monday after', deal: kickoff, today: '2026-06-15', found: 'overdue 2026-06-12 1' },
    {
      why: 'a sync in the week',
      deal: { ...kickoff, log: ['2026-06-09 同步 进展'] },
      today: '2026-06-12',
      found: 'none',
    },
    {
      why: 'any real follow-up counts: 微信',
      deal: { ...kickoff, log: ['2026-06-09 微信 进展'] },
      today: '2026-06-12',
      found: 'none',
    },
    {
      why: 'a hand-typed entry counts',
      deal: { ...kickoff, typed: ['2026-06-09 进展'] },
      today: '2026-06-12',
      found: 'none',
    },
    {
      why: '未接通 does not',
      deal: { ...kickoff, log: ['2026-06-09 未接通 没接'] },
      today: '2026-06-12',
      found: 'dueSoon 2026-06-12 0',
    },
    {
      why: '推送 does not outside 老客户池',
      deal: { ...kickoff, log: ['2026-06-09 推送 资料'] },
      today: '2026-06-12',
      found: 'dueSoon 2026-06-12 0',
    },
    {
      why: 'two weeks missed: the first one’s day; 端午 makes no difference to it',
      deal: kickoff,
      today: '2026-06-22',
      found: 'overdue 2026-06-12 5',
    },
    {
      why: '端午 on the Friday: Thursday is that week’s last working day',
      deal: { ...kickoff, log: ['2026-06-09 同步 进展'] },
      today: '2026-06-17',
      found: 'dueSoon 2026-06-18 0',
    },
    {
      why: 'closed once the current week is synced, whatever was missed',
      deal: { ...kickoff, log: ['2026-06-23 同步 进展'] },
      today: '2026-06-23',
      found: 'none',
    },
    {
      why: 'missed anew after a synced week: counted from there',
      deal: { ...kickoff, log: ['2026-06-16 同步 进展'] },
      today: '2026-07-01',
      found: 'overdue 2026-06-26 3',
    },
    {
      why: 'a week without a working day owes nothing (春节)',
      deal: spring,
      today: '2026-02-20',
      found: 'none',
    },
    {
      why: 'the week after: its make-up Saturday is its last working day',
      deal: spring,
      today: '2026-02-27',
      found: 'dueSoon 2026-02-28 0',
    },
    {
      why: 'a make-up Sunday belongs to its own ISO week',
      deal: { lead: '2026-09-01', moves: ['2026-09-09 aftercare'], items: ['2026-09-09 kickoff'] },
      today: '2026-09-18',
      found: 'dueSoon 2026-09-20 0',
    },
    {
      why: 'none in the week of delivery',
      deal: { moves, items: ['2026-06-03 kickoff', '2026-06-12 delivery'] },
      today: '2026-06-12',
      found: 'none',
    },
    {
      why: 'a delivery planned for later: the weeks before are owed',
      deal: { ...kickoff, row: { deliveryDate: day('2026-06-30') } },
      today: '2026-06-12',
      found: 'dueSoon 2026-06-12 0',
    },
    {
      why: 'delivered: it is over, missed weeks too',
      deal: { moves, items: ['2026-06-03 kickoff', '2026-06-24 delivery'] },
      today: '2026-06-30',
      found: 'none',
    },
    { why: 'without a kickoff it never starts', deal: { moves }, today: '2026-06-30', found: 'none' },
    {
      why: 'in 成交签约 it runs already',
      deal: { moves: ['2026-05-20 closing'], items: ['2026-06-03 kickoff'] },
      today: '2026-06-12',
      found: 'dueSoon 2026-06-12 0',
    },
    {
      why: 'losing stops it',
      deal: { ...kickoff, moves: [...moves, '2026-06-08 lost'] },
      today: '2026-06-30',
      found: 'none',
    },
    {
      why: 'reopened: the duty starts with the week after',
      deal: { ...kickoff, moves: [...moves, '2026-06-08 lost', '2026-07-06 aftercare'] },
      today: '2026-07-10',
      found: 'none',
    },
    {
      why: 'reopened: weeks spent lost are not missed',
      deal: { ...kickoff, moves: [...moves, '2026-06-08 lost', '2026-07-06 aftercare'] },
      today: '2026-07-20',
      found: 'overdue 2026-07-17 1',
    },
    {
      why: 'a week in a year without data: 暂定',
      deal: { lead: '2031-01-06', moves: ['2031-03-03 aftercare'], items: ['2031-03-03 kickoff'] },
      today: '2031-03-14',
      found: 'provisional dueSoon 2031-03-14 0',
    },
  ]);
});

describe('D4: a survey within 7 days of delivery (L94)', () => {
  const moves = ['2026-05-14 discovery', '2026-05-20 aftercare'];
  const delivered = (iso: string, ...items: string[]): DealScript => ({
    lead: '2026-03-02',
    moves,
    items: [`${iso} delivery`, ...items],
  });
  table('D4', [
    { why: 'nothing delivered', deal: { moves }, today: '2026-06-30', found: 'none' },
    {
      why: 'a Thursday: Monday is not near',
      deal: delivered('2026-06-01'),
      today: '2026-06-04',
      found: 'none',
    },
    {
      why: 'a Friday: Monday is the next working day',
      deal: delivered('2026-06-01'),
      today: '2026-06-05',
      found: 'dueSoon 2026-06-08 0',
    },
    { why: 'due today', deal: delivered('2026-06-01'), today: '2026-06-08', found: 'dueSoon 2026-06-08 0' },
    { why: 'overdue', deal: delivered('2026-06-01'), today: '2026-06-09', found: 'overdue 2026-06-08 1' },
    {
      why: 'ends on 国庆: moves to 10-08',
      deal: delivered('2026-09-24'),
      today: '2026-10-08',
      found: 'dueSoon 2026-10-08 0',
    },
    {
      why: 'and is overdue the day after',
      deal: delivered('2026-09-24'),
      today: '2026-10-09',
      found: 'overdue 2026-10-08 1',
    },
    {
      why: 'ends on a Saturday: moves to Monday',
      deal: delivered('2026-05-30'),
      today: '2026-06-08',
      found: 'dueSoon 2026-06-08 0',
    },
    {
      why: 'ends on a make-up Saturday: stays',
      deal: delivered('2026-05-02'),
      today: '2026-05-09',
      found: 'dueSoon 2026-05-09 0',
    },
    {
      why: 'surveyed',
      deal: delivered('2026-06-01', '2026-06-03 satisfaction 5'),
      today: '2026-06-09',
      found: 'none',
    },
    {
      why: 'a low score meets it',
      deal: delivered('2026-06-01', '2026-06-03 satisfaction 2'),
      today: '2026-06-09',
      found: 'none',
    },
    {
      why: '未答复 closes it',
      deal: delivered('2026-06-01', '2026-06-05 satisfaction 未答复'),
      today: '2026-06-09',
      found: 'none',
    },
    {
      why: 'a score typed into the sheet counts',
      deal: { ...delivered('2026-06-01'), row: { satisfaction: 4 } },
      today: '2026-06-09',
      found: 'none',
    },
    {
      why: 'the last delivery date counts: the survey came before it',
      deal: { ...delivered('2026-06-10', '2026-06-05 satisfaction 5'), row: { satisfaction: 5 } },
      today: '2026-06-18',
      found: 'overdue 2026-06-17 1',
    },
    {
      why: 'with or without a kickoff',
      deal: delivered('2026-06-01', '2026-05-20 kickoff'),
      today: '2026-06-09',
      found: 'overdue 2026-06-08 1',
    },
    {
      why: 'a delivery planned for later starts nothing',
      deal: { moves, row: { deliveryDate: day('2026-06-30') } },
      today: '2026-06-09',
      found: 'none',
    },
    {
      why: '老客户池: closed',
      deal: { ...delivered('2026-06-01'), moves: [...moves, '2026-06-03 pool'] },
      today: '2026-06-09',
      found: 'none',
    },
    {
      why: 'losing stops it',
      deal: { ...delivered('2026-06-01'), moves: [...moves, '2026-06-03 lost'] },
      today: '2026-06-09',
      found: 'none',
    },
    {
      why: 'reopening begins it anew',
      deal: { ...delivered('2026-06-01'), moves: [...moves, '2026-06-03 lost', '2026-07-01 aftercare'] },
      today: '2026-07-09',
      found: 'overdue 2026-07-08 1',
    },
    {
      why: 'surveyed before the loss: stays',
      deal: {
        ...delivered('2026-06-01', '2026-06-02 satisfaction 5'),
        moves: [...moves, '2026-06-03 lost', '2026-07-01 aftercare'],
      },
      today: '2026-07-31',
      found: 'none',
    },
    {
      why: 'adopted, overdue on that day: 历史遗留',
      deal: {
        lead: '2026-01-05',
        moves: ['2026-02-02 aftercare'],
        adopted: '2026-05-11',
        row: { deliveryDate: day('2026-03-02') },
      },
      today: '2026-05-12',
      found: 'legacy overdue 2026-03-09 43',
    },
    {
      why: '设置: ten days',
      deal: delivered('2026-06-01'),
      today: '2026-06-12',
      found: 'overdue 2026-06-11 1',
      team: { settings: { surveyDays: 10 } },
    },
  ]);
});

describe('D5: 预计成交日期 (L72)', () => {
  const closing = (...closes: string[]): DealScript => ({ moves: ['2026-05-12 negotiation'], closes });
  table('D5', [
    { why: 'no date', deal: { moves: ['2026-05-12 proposal'] }, today: '2026-06-30', found: 'none' },
    { why: 'two days off', deal: closing('2026-06-10'), today: '2026-06-08', found: 'none' },
    {
      why: 'the next working day',
      deal: closing('2026-06-10'),
      today: '2026-06-09',
      found: 'dueSoon 2026-06-10 0',
    },
    { why: 'today', deal: closing('2026-06-10'), today: '2026-06-10', found: 'dueSoon 2026-06-10 0' },
    { why: 'passed', deal: closing('2026-06-10'), today: '2026-06-11', found: 'overdue 2026-06-10 1' },
    {
      why: 'not rolled off a Saturday: near on Friday',
      deal: closing('2026-06-13'),
      today: '2026-06-12',
      found: 'dueSoon 2026-06-13 0',
    },
    {
      why: 'on Sunday it is late by no working day',
      deal: closing('2026-06-13'),
      today: '2026-06-14',
      found: 'overdue 2026-06-13 0',
    },
    {
      why: 'on Monday by one',
      deal: closing('2026-06-13'),
      today: '2026-06-15',
      found: 'overdue 2026-06-13 1',
    },
    {
      why: 'in any open stage, a lead too',
      deal: { closes: ['2026-06-10'] },
      today: '2026-06-11',
      found: 'overdue 2026-06-10 1',
    },
    {
      why: 'the contract stops it',
      deal: { ...closing('2026-06-10'), row: { contractDate: day('2026-06-09'), contractNumber: 'HT-1' } },
      today: '2026-06-30',
      found: 'none',
    },
    {
      why: 'a date without a number is no contract',
      deal: { ...closing('2026-06-10'), row: { contractDate: day('2026-06-09') } },
      today: '2026-06-11',
      found: 'overdue 2026-06-10 1',
    },
    {
      why: 'losing stops it',
      deal: { moves: ['2026-05-12 negotiation', '2026-06-01 lost'], closes: ['2026-06-10'] },
      today: '2026-06-30',
      found: 'none',
    },
    {
      why: '老客户池 stops it',
      deal: { moves: ['2026-05-12 aftercare', '2026-06-01 pool'], closes: ['2026-06-10'] },
      today: '2026-06-30',
      found: 'none',
    },
    {
      why: 'postponed: the new date counts',
      deal: closing('2026-06-10', '2026-06-24'),
      today: '2026-06-11',
      found: 'none',
    },
    {
      why: 'postponed twice and late: 逾期',
      deal: closing('2026-06-01', '2026-06-05', '2026-06-10'),
      today: '2026-06-11',
      found: 'overdue 2026-06-10 1',
    },
    {
      why: 'three times and late: 严重',
      deal: closing('2026-06-01', '2026-06-03', '2026-06-05', '2026-06-10'),
      today: '2026-06-11',
      found: 'severe 2026-06-10 1',
    },
    {
      why: 'three times and near: 严重',
      deal: closing('2026-06-01', '2026-06-03', '2026-06-05', '2026-06-10'),
      today: '2026-06-09',
      found: 'severe 2026-06-10 0',
    },
    {
      why: 'three times, far off: no finding',
      deal: closing('2026-06-01', '2026-06-03', '2026-06-05', '2026-06-30'),
      today: '2026-06-09',
      found: 'none',
    },
    {
      why: 'an earlier date is no postponement',
      deal: closing('2026-06-30', '2026-06-20', '2026-06-15', '2026-06-10'),
      today: '2026-06-11',
      found: 'overdue 2026-06-10 1',
    },
    {
      why: '搁置 keeps it quiet',
      deal: { ...closing('2026-06-10'), hold: '2026-06-05 2026-06-30 预算待批' },
      today: '2026-06-11',
      found: 'none',
    },
    {
      why: '搁置 is over',
      deal: { ...closing('2026-06-10'), hold: '2026-06-05 2026-06-12 预算待批' },
      today: '2026-06-15',
      found: 'overdue 2026-06-10 3',
    },
    {
      why: 'a fact of today: never 历史遗留',
      deal: { lead: '2024-03-15', word: '商务谈判完成', closes: ['2024-04-30'] },
      today: '2026-11-25',
      found: 'overdue 2024-04-30 638',
      team: { neverAdopted: true },
    },
    {
      why: 'adopted in 售后: the contract is assumed',
      deal: { lead: '2025-03-17', word: '售后', closes: ['2025-04-30'] },
      today: '2026-05-11',
      found: 'none',
      team: { neverAdopted: true },
    },
    {
      why: 'adopted as 已交接: likewise',
      deal: { lead: '2025-03-17', word: '已交接', closes: ['2025-04-30'] },
      today: '2026-05-11',
      found: 'none',
      team: { neverAdopted: true },
    },
  ]);
});
