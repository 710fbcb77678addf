import { type Calendar, dayInfo, lastWorkingDayOfWeek } from './calendar.ts';
import { runningStage } from './clocks.ts';
import { type Day, formatDay, mondayOf } from './date.ts';
import type { Counted, RuleContext } from './deadlines.ts';
import type { Deal } from './deal.ts';
import { realFollowUpDays } from './fold.ts';
import { itemEvents } from './gates.ts';
import { isOpenStage } from './stages.ts';

/**
 * D3 (L92): from the ISO week after the kickoff, a follow-up in every week that has a working day, until the week of
 * delivery. One deadline says how it stands: this week's, or that of the first of the weeks missed in a row; a follow-up
 * this week closes them all. A reopening begins it anew.
 */
export function weeklySync(deal: Deal, { calendar, today }: RuleContext): Counted[] {
  const kickoff = itemEvents(deal, 'kickoff')[0]?.date;
  const delivered = deal.row.deliveryDate;
  const thisWeek = mondayOf(today);
  if (kickoff === undefined || runningStage(deal) === null) return [];
  if (delivered !== null && mondayOf(delivered) <= thisWeek) return [];
  const start = Math.max(kickoff, deal.reopened ?? kickoff);
  const syncs = [start, ...realFollowUpDays(deal).filter((day) => day >= start && day <= today)];
  const synced = new Set(syncs.map(mondayOf));
  const lastSync = Math.max(...syncs);
  const thisWeekEnds = lastWorkingDayOfWeek(calendar, today);
  const base = { rule: 'D3' as const, start, term: null, legacy: false as const };
  if (synced.has(thisWeek)) {
    return [
      { ...base, due: thisWeekEnds ?? today, met: lastSync, open: false, provisional: false, note: null },
    ];
  }
  const missed: Day[] = [];
  for (let week = thisWeek - 7; week > mondayOf(start) && !synced.has(week); week -= 7) {
    const end = lastWorkingDayOfWeek(calendar, week);
    if (end !== null) missed.unshift(end);
  }
  if (thisWeekEnds !== null && thisWeekEnds < today) missed.push(thisWeekEnds);
  const due = missed[0] ?? thisWeekEnds;
  if (due === null || due === undefined) return [];
  const note =
    missed.length === 0
      ? { zh: `上次同步 ${formatDay(lastSync)}`, en: `last sync ${formatDay(lastSync)}` }
      : {
          zh: `已漏 ${missed.length} 周,上次同步 ${formatDay(lastSync)}`,
          en: `weeks missed: ${missed.length}, last sync ${formatDay(lastSync)}`,
        };
  const monday = mondayOf(due);
  const provisional = [0, 1, 2, 3, 4, 5, 6].some((offset) => dayInfo(calendar, monday + offset).provisional);
  return [{ ...base, due, met: null, open: true, provisional, note }];
}

/**
 * The weeks of D3 whose last working day lies in [from, to], one entry each: true where a follow-up came by that day. The
 * weeks of kickoff, delivery and a reopening owe none, nor does a week that ended while the deal was lost.
 */
export function countSyncWeeks(deal: Deal, calendar: Calendar, from: Day, to: Day): readonly boolean[] {
  const kickoff = itemEvents(deal, 'kickoff')[0]?.date;
  if (kickoff === undefined) return [];
  const { deliveryDate } = deal.row;
  const last = Math.min(
    mondayOf(to),
    deliveryDate === null ? Number.POSITIVE_INFINITY : mondayOf(deliveryDate) - 7,
  );
  const syncs = realFollowUpDays(deal);
  const weeks: boolean[] = [];
  for (let week = Math.max(mondayOf(kickoff) + 7, mondayOf(from)); week <= last; week += 7) {
    const due = lastWorkingDayOfWeek(calendar, week);
    const stay = due === null ? undefined : deal.stays.findLast((each) => each.from <= due);
    if (due === null || due < from || due > to || !stay || !isOpenStage(stay.stage)) continue;
    if (stay.entry === 'reopened' && mondayOf(stay.from) === week) continue;
    weeks.push(syncs.some((day) => day >= week && day <= due));
  }
  return weeks;
}
