import { addWorkingDays, type Calendar, isWorkingDay, lastWorkingDayOfWeek } from '../calendar.ts';
import { type Day, formatDay, mondayOf } from '../date.ts';
import type { NewEvent } from '../event.ts';
import { type FieldKey, fieldInfo } from '../fields.ts';
import { moveType } from '../fold.ts';
import { appendFollowUp } from '../follow-ups.ts';
import { type ItemKey, itemInfo } from '../items.ts';
import type { CellInput } from '../sheet.ts';
import { type StageKey, stageInfo } from '../stages.ts';

/** One invented 商机 while it is being told: what its row and the log will hold. */
export interface Story {
  readonly id: string;
  readonly customer: string;
  readonly contact: string;
  readonly owner: string;
  /** 分; null: 面议. */
  readonly amount: number | null;
  readonly intent: readonly [clarity: string, budgetFit: string, cycle: string];
  /** The same for every run: between 0 and `below` − 1. */
  pick(below: number): number;
  readonly events: NewEvent[];
  readonly cells: Map<FieldKey, CellInput>;
  stage: StageKey;
  expectedClose: Day | null;
  followUps: string;
}

/** The weekly 同步 of D3 from the week after kick-off, up to and without `until`. */
export function syncWeekly(story: Story, kickoff: Day, until: Day, calendar: Calendar): void {
  for (let monday = mondayOf(kickoff) + 7; monday < until; monday += 7) {
    const last = lastWorkingDayOfWeek(calendar, monday);
    if (last === null) continue;
    const day = isWorkingDay(calendar, monday + 2) ? monday + 2 : last;
    if (day < until)
      log(
        story,
        day,
        '同步',
        ['进度正常', '基础数据已导入', '培训完成一场', '等客户确认字段'][story.pick(4)] ?? '',
      );
  }
}

/** A word to the customers of the pool every two months. */
export function pushPool(story: Story, entered: Day, until: Day, calendar: Calendar): void {
  for (
    let day = addWorkingDays(calendar, entered, 42).due;
    day <= until;
    day = addWorkingDays(calendar, day, 42).due
  ) {
    log(story, day, '推送', '新版本说明');
  }
}

/** A follow-up: in the log and in the cell. */
export function log(story: Story, day: Day, kind: string, note: string, item: ItemKey | null = null): void {
  story.events.push(eventOf(story, day, { type: 'followup', item, values: new Map([['方式', kind]]), note }));
  story.followUps = appendFollowUp(story.followUps, day, note, false);
}

export function move(story: Story, day: Day, to: StageKey, reason = '', mark: 'forced' | null = null): void {
  const values = new Map(reason === '' ? [] : [['原因', reason]]);
  const marks = new Set(mark === null ? [] : [mark]);
  story.events.push(
    eventOf(story, day, { type: moveType(story.stage, to), from: story.stage, to, values, marks }),
  );
  story.stage = to;
  story.cells.set('stage', text(stageInfo(to).name.zh));
  if (to === 'lost' || to === 'invalid') story.cells.set('lostReason', text(reason));
}

/** Back to 需求挖掘, whose gate had been complete. */
export function stepBack(story: Story, day: Day, reason: string): void {
  move(story, day, 'discovery', reason);
  complete(story);
}

/** 预计成交日期, with the 修改 event a changed one leaves. */
export function expectClose(story: Story, day: Day, close: Day): void {
  if (story.expectedClose !== null && story.expectedClose !== close) {
    const values = new Map([
      ['列', fieldInfo('expectedClose').header.zh],
      ['原值', formatDay(story.expectedClose)],
      ['新值', formatDay(close)],
    ]);
    story.events.push(eventOf(story, day, { type: 'edited', values }));
  }
  story.expectedClose = close;
  story.cells.set('expectedClose', { kind: 'date', day: close });
}

/** `more`: what is done about a low one. */
export function recordScore(
  story: Story,
  day: Day,
  score: number,
  note: string,
  more: Readonly<Record<string, string>> = {},
): void {
  record(story, day, 'satisfaction', { '--score': String(score), ...more }, note);
  story.cells.set('satisfaction', { kind: 'number', value: score });
}

/** 搁置 until a day. */
export function hold(story: Story, day: Day, until: Day, reason: string): void {
  story.events.push(
    eventOf(story, day, {
      type: 'held',
      values: new Map([
        ['至', formatDay(until)],
        ['原因', reason],
      ]),
    }),
  );
}

/** An item's event, its values under their labels; those that live in a text column stand there too. */
export function record(
  story: Story,
  day: Day,
  item: ItemKey,
  values: Readonly<Record<string, string>>,
  note = '',
): void {
  const flags = itemInfo(item).flags.filter(({ flag }) => values[flag] !== undefined);
  story.events.push(
    eventOf(story, day, {
      type: 'item',
      item,
      values: new Map(flags.map(({ flag, label }) => [label.zh, values[flag] ?? ''])),
      note,
    }),
  );
  for (const { flag, column } of flags) {
    if (column !== null && ['text', 'choice'].includes(fieldInfo(column).kind))
      story.cells.set(column, text(values[flag] ?? ''));
  }
}

/** 当前阶段 says that the gate is complete, where the stage has a word for it. */
export function complete(story: Story): void {
  const word = stageInfo(story.stage).completeWord;
  if (word !== null) story.cells.set('stage', text(word));
}

export function eventOf(
  story: Story,
  date: Day,
  event: Pick<NewEvent, 'type'> & Partial<NewEvent>,
): NewEvent {
  return {
    date,
    dealId: story.id,
    customer: story.customer,
    from: null,
    to: null,
    item: null,
    values: new Map(),
    note: '',
    evidence: '',
    marks: new Set(),
    by: story.owner,
    ...event,
  };
}

export function text(value: string): CellInput {
  return { kind: 'text', text: value };
}
