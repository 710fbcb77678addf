import type { Book } from './book.ts';
import { addWorkingDays, type Calendar } from './calendar.ts';
import { type Day, formatDay } from './date.ts';
import type { Decision, LeadEntry, NewRow } from './decision.ts';
import type { FieldKey } from './fields.ts';
import { nextDealId, takenIds } from './ids.ts';
import { newStory } from './sample/people.ts';
import { type Script, specialScripts, usualScripts, workingDayBefore } from './sample/scripts.ts';
import { STEPS } from './sample/steps.ts';
import { pushPool, type Story, syncWeekly, text } from './sample/story.ts';

/**
 * An invented team for `init --sample`: four salespeople and some seventy 商机 over the year that ends on `asOf`, told
 * forward by working days and cut off there. The same day gives the same team; nothing lies after it. Companies and
 * people do not exist.
 */
export function sampleDecision(book: Book, asOf: Day, calendar: Calendar): Decision {
  const taken = takenIds(book);
  const scripts = [...usualScripts(asOf, calendar), ...specialScripts(asOf, calendar)].sort(
    (a, b) => a.created - b.created,
  );
  const stories = scripts.map((script, index) =>
    tellStory(script, index, nextDealId(taken, script.created), asOf, calendar),
  );
  const events = stories.flatMap((story) => story.events).sort((a, b) => a.date - b.date);
  return {
    ids: stories.map(({ id }) => id),
    events: events.map((event, index) => ({ ...event, recordedAt: recordedAt(event.date, index) })),
    fields: [],
    newRows: stories.map((story): NewRow => ({ cells: story.cells, own: new Map() })),
    leads: [...stories.map(leadEntry), ...screenedOut(asOf, calendar)],
    notes: [],
  };
}

/** Tells one 商机 step by step until its script, or the time, ends. */
function tellStory(script: Script, index: number, id: string, asOf: Day, calendar: Calendar): Story {
  const story = newStory(script, index, id);
  let day = script.created;
  let ended = false;
  for (const [at, step] of STEPS.entries()) {
    const next = addWorkingDays(calendar, day, script.waits[at] ?? 0).due;
    if (step.key === 'delivery') syncWeekly(story, day, Math.min(next, asOf + 1), calendar);
    if (next > asOf) {
      // What is agreed with the customer next, in every other case.
      if (story.pick(2) === 0) story.cells.set('nextFollowUp', { kind: 'date', day: next });
      break;
    }
    day = next;
    step.tell(story, day);
    ended = step.key === script.stop;
    if (ended) break;
  }
  if (ended && script.ending) {
    const end = addWorkingDays(calendar, day, script.ending.wait).due;
    if (end <= asOf) script.ending.tell(story, end);
  }
  if (story.stage === 'pool' && !script.silent) pushPool(story, day, asOf, calendar);
  story.cells.set('followUps', text(story.followUps));
  return story;
}

const LEAD_COLUMNS: readonly (readonly [header: string, field: FieldKey])[] = [
  ['客户名称', 'customer'],
  ['联系人', 'contact'],
  ['联系方式', 'phone'],
  ['所属行业', 'industry'],
  ['客户规模', 'size'],
  ['预算范围', 'budget'],
  ['需求标签', 'tags'],
  ['来源渠道', 'source'],
  ['来源优先级', 'priority'],
  ['录入日期', 'leadDate'],
  ['商机编号', 'id'],
];

function leadEntry({ cells }: Story): LeadEntry {
  const entry = LEAD_COLUMNS.flatMap(([header, field]) => {
    const input = cells.get(field);
    return input ? [[header, input] as const] : [];
  });
  return new Map([...entry, ['筛选结果', text('通过:行业规模预算相符')]]);
}

/** Leads that were screened out at entry: filed with their reason, no 商机. */
function screenedOut(asOf: Day, calendar: Calendar): LeadEntry[] {
  return [
    ['泽远贸易有限公司', '需求不符', 130],
    ['诚泰商行', '联系方式错误', 75],
    ['禾信工作室', '需求不符', 20],
  ].map(
    ([customer, reason, back]) =>
      new Map([
        ['客户名称', text(String(customer))],
        ['来源渠道', text('官网表单')],
        ['来源优先级', text('B')],
        ['录入日期', { kind: 'date', day: workingDayBefore(calendar, asOf - Number(back)) }],
        ['筛选结果', text('剔除')],
        ['无效原因', text(String(reason))],
      ]),
  );
}

/** Recorded on its day, in the order of the log. */
function recordedAt(day: Day, index: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${formatDay(day)} ${two(9 + (Math.floor(index / 3600) % 9))}:${two(Math.floor(index / 60) % 60)}:${two(index % 60)}`;
}
