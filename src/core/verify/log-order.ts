import { type Book, SHEETS } from '../book.ts';
import { type Day, formatDay } from '../date.ts';
import type { RuleContext } from '../deadlines.ts';
import { MOVES } from '../decode-log.ts';
import type { DealEvent } from '../event.ts';
import { dataFinding, type Finding } from '../finding.ts';
import { compareEvents } from '../fold.ts';
import type { Message } from '../message.ts';
import { joinSentences } from '../rules/explain.ts';
import type { CellPlace } from '../sheet.ts';
import { type StageKey, stageInfo } from '../stages.ts';
import type { LogRows } from './verify.ts';

/** 商机 whose row is gone: their events still count in every report. */
export function findDeletedRows(book: Book, rows: LogRows): readonly Finding[] {
  return [...groupByDeal(book.orphans)].map(([id, events]) => {
    const last = Math.max(...events.map(({ date }) => date));
    const [first] = events;
    const customer = first?.customer ?? '';
    return dataFinding('deleted-row', {
      id,
      customer: customer || null,
      place: first ? placeOf(book, rows, first) : null,
      explain: {
        zh: `${id} ${customer} 的行不在 ${book.shape.sheet} 里了,过程记录还有它的 ${events.length} 条(最后 ${formatDay(last)}),照样计入报告;误删的从备份复制回来,本来就要删的用 funnel lose 记为无效`,
        en: `The row of ${id} ${customer} is gone from ${book.shape.sheet}; its ${events.length} records (last ${formatDay(last)}) still count in reports. Copy it back from a backup if that was a mistake; what is to go is better lost by funnel lose`,
      },
    });
  });
}

/** Events that no command would have written: one finding per 商机, every problem in it. */
export function findDisorder({ book, today }: RuleContext, rows: LogRows): readonly Finding[] {
  const twice = repeatedNumbers(book.events);
  return [...groupByDeal(book.events)].flatMap(([id, events]) => {
    const problems = [
      ...walkMoves(events),
      ...events.flatMap((event) => problemsOf(event, events, today, twice)),
    ];
    const [first] = problems;
    if (!first) return [];
    return [
      dataFinding('event-order', {
        id,
        customer: first.event.customer || null,
        place: placeOf(book, rows, first.event),
        explain: joinSentences(problems.map(({ event, text }) => about(event, text))),
      }),
    ];
  });
}

interface Problem {
  readonly event: DealEvent;
  readonly text: Message;
}

/** Moves in the order of the log: never back in time, each from where the one before led. */
function walkMoves(events: readonly DealEvent[]): Problem[] {
  const moves = events.filter(({ type }) => MOVES.has(type) || type === 'created');
  const problems: Problem[] = [];
  let latest: Day | null = null;
  for (const event of moves) {
    if (latest !== null && event.date < latest)
      problems.push({
        event,
        text: {
          zh: `早于上一次阶段变化 ${formatDay(latest)}`,
          en: `before the move of ${formatDay(latest)}`,
        },
      });
    latest = Math.max(latest ?? event.date, event.date);
  }
  let stage: StageKey | null = null;
  for (const event of [...moves].sort(compareEvents)) {
    if (event.type === 'created') {
      if (stage !== null) problems.push({ event, text: { zh: '第二次新增', en: 'created a second time' } });
      stage ??= event.to ?? 'lead';
      continue;
    }
    if (stage !== null && event.from !== null && event.from !== stage)
      problems.push({
        event,
        text: {
          zh: `原阶段写「${stageInfo(event.from).name.zh}」,之前却在「${stageInfo(stage).name.zh}」`,
          en: `is from ${stageInfo(event.from).name.en}, but the deal was in ${stageInfo(stage).name.en}`,
        },
      });
    stage = event.to;
  }
  return problems;
}

/** Items before the entry (a first contact may be), anything in the future, a 序号 that stands twice. */
function problemsOf(
  event: DealEvent,
  events: readonly DealEvent[],
  today: Day,
  twice: ReadonlySet<number>,
): Problem[] {
  const created = events.find(({ type }) => type === 'created')?.date ?? null;
  const early =
    event.type === 'item' && event.item !== 'first-contact' && created !== null && event.date < created;
  return [
    ...(early
      ? [{ zh: `早于录入 ${formatDay(created)}`, en: `before the entry of ${formatDay(created)}` }]
      : []),
    ...(event.date > today ? [{ zh: '在今天之后', en: 'lies after today' }] : []),
    ...(twice.has(event.seq)
      ? [{ zh: `序号 ${event.seq} 出现不止一次`, en: `number ${event.seq} stands more than once` }]
      : []),
  ].map((text) => ({ event, text }));
}

function repeatedNumbers(events: readonly DealEvent[]): ReadonlySet<number> {
  const twice = new Set<number>();
  // In order of number: those alike stand beside each other.
  events.forEach(({ seq }, index) => {
    if (events[index - 1]?.seq === seq) twice.add(seq);
  });
  return twice;
}

function about({ date, seq }: DealEvent, text: Message): Message {
  return {
    zh: `序号 ${seq}(${formatDay(date)}) ${text.zh}`,
    en: `number ${seq} (${formatDay(date)}) ${text.en}`,
  };
}

function groupByDeal(events: readonly DealEvent[]): ReadonlyMap<string, readonly DealEvent[]> {
  const deals = new Map<string, DealEvent[]>();
  for (const event of events) {
    const own = deals.get(event.dealId);
    if (own) own.push(event);
    else deals.set(event.dealId, [event]);
  }
  return deals;
}

function placeOf({ logShape }: Book, rows: LogRows, { seq }: DealEvent): CellPlace | null {
  const row = rows.get(seq);
  const col = logShape?.columns.get('序号');
  return row === undefined || col === undefined ? null : { sheet: logShape?.sheet ?? SHEETS.log, row, col };
}
