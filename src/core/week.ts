import { dealsOf } from './book.ts';
import { checkBook } from './check.ts';
import { isDataDay } from './check-summary.ts';
import { runningStage } from './clocks.ts';
import { type Day, mondayOf } from './date.ts';
import type { RuleContext } from './deadlines.ts';
import type { Deal, Stay } from './deal.ts';
import { type DueDay, listDueDays } from './due-days.ts';
import type { Finding } from './finding.ts';
import { hasContract } from './gates.ts';
import type { StageKey } from './stages.ts';

/** The week a meeting looks back on, and the days up to the end of the next that it looks forward to; whole days, both ends included. */
export interface Weeks {
  readonly from: Day;
  readonly to: Day;
  readonly nextFrom: Day;
  readonly nextTo: Day;
}

export type ChangeKind = 'new' | 'moved' | 'back' | 'reopened' | 'lost' | 'signed';

/** Something that happened to a deal in the week. */
export interface WeekChange {
  readonly kind: ChangeKind;
  readonly day: Day;
  readonly deal: Deal;
  readonly from: StageKey | null;
  readonly to: StageKey | null;
}

/** One person's sheet for the meeting. `owner` null: what belongs to nobody. */
export interface PersonWeek {
  readonly owner: string | null;
  readonly changes: readonly WeekChange[];
  /** What is agreed or due from the day after on to the end of the next week. */
  readonly agreed: readonly DueDay[];
  /** Running deals, the largest amounts first. */
  readonly matters: readonly Deal[];
  /** 严重 and 逾期. */
  readonly late: readonly Finding[];
}

/** This ISO week up to today; on its first working day (the meeting is in the morning) the week before. */
export function weeksOf(context: Pick<RuleContext, 'today' | 'calendar'>): Weeks {
  const { today } = context;
  const monday = mondayOf(today);
  const isMeeting = isDataDay(context);
  const from = isMeeting ? monday - 7 : monday;
  const to = isMeeting ? monday - 1 : today;
  return { from, to, nextFrom: to + 1, nextTo: from + 13 };
}

/** The sheet of `owner`, or one for each who has running deals or had changes; the largest running amount first. */
export function gatherWeek(context: RuleContext, owner: string | null): readonly PersonWeek[] {
  const weeks = weeksOf(context);
  const { findings } = checkBook(context, owner);
  const due = listDueDays(context, owner).filter(({ day }) => day >= weeks.nextFrom && day <= weeks.nextTo);
  const people = new Map<string, { changes: WeekChange[]; matters: Deal[] }>();
  for (const deal of dealsOf(context.book)) {
    if (!deal.born || (owner !== null && deal.row.owner !== owner)) continue;
    const changes = changesOf(deal, weeks);
    const isRunning = runningStage(deal) !== null;
    if (!isRunning && changes.length === 0) continue;
    const person = people.get(deal.row.owner) ?? { changes: [], matters: [] };
    people.set(deal.row.owner, person);
    person.changes.push(...changes);
    if (isRunning) person.matters.push(deal);
  }
  if (owner !== null && !people.has(owner)) people.set(owner, { changes: [], matters: [] });
  return [...people]
    .map(([name, { changes, matters }]): PersonWeek => {
      const key = name === '' ? null : name;
      return {
        owner: key,
        changes: changes.sort((a, b) => a.day - b.day),
        agreed: due.filter((each) => each.owner === key),
        matters: matters.sort((a, b) => amountOf(b) - amountOf(a)),
        late: findings.filter(
          (finding) => finding.owner === key && (finding.level === 'severe' || finding.level === 'overdue'),
        ),
      };
    })
    .sort((a, b) => runningAmount(b) - runningAmount(a));
}

/** 合同金额, else 预计金额; 分, the low end. */
export function amountOf({ row }: Deal): number {
  return (row.contractAmount ?? row.amount)?.low ?? 0;
}

function runningAmount({ matters }: PersonWeek): number {
  return matters.reduce((sum, deal) => sum + amountOf(deal), 0);
}

function changesOf(deal: Deal, { from, to }: Weeks): WeekChange[] {
  const isIn = (day: Day) => day >= from && day <= to;
  const moves = deal.stays.flatMap((stay, index): WeekChange[] => {
    if (stay.assumed || !isIn(stay.from)) return [];
    const before = deal.stays[index - 1]?.stage ?? null;
    return [{ kind: kindOf(stay), day: stay.from, deal, from: before, to: stay.stage }];
  });
  const { contractDate } = deal.row;
  const signed = hasContract(deal.row) && contractDate !== null && isIn(contractDate);
  return signed ? [...moves, { kind: 'signed', day: contractDate, deal, from: deal.stage, to: null }] : moves;
}

const KINDS: Readonly<Record<Stay['entry'], ChangeKind>> = {
  created: 'new',
  forward: 'moved',
  skip: 'moved',
  pooled: 'moved',
  back: 'back',
  reopened: 'reopened',
  lost: 'lost',
  invalid: 'lost',
};

function kindOf({ entry }: Stay): ChangeKind {
  return KINDS[entry];
}
