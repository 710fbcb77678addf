import { type Book, eventsOf, SHEETS } from '../book.ts';
import { type Day, formatDay } from '../date.ts';
import type { RuleContext } from '../deadlines.ts';
import { MOVES } from '../decode-log.ts';
import type { DealEvent } from '../event.ts';
import { dataFinding, type Finding } from '../finding.ts';
import type { Message } from '../message.ts';
import { joinSentences } from '../rules/explain.ts';
import type { CellPlace } from '../sheet.ts';
import { type StageKey, stageInfo } from '../stages.ts';
import type { LogRows } from './verify.ts';

/** 商机 whose row is gone: their events still count in every report. */
export function findDeletedRows(book: Book, rows: LogRows): readonly Finding[] {
  const deals = new Map<string, { readonly first: DealEvent; n: number; last: Day }>();
  for (const event of book.orphans) {
    const known = deals.get(event.dealId);
    if (!known) deals.set(event.dealId, { first: event, n: 1, last: event.date });
    else {
      known.n += 1;
      known.last = Math.max(known.last, event.date);
    }
  }
  return [...deals].map(([id, { first, n, last }]) =>
    dataFinding('deleted-row', {
      id,
      customer: first.customer || null,
      place: placeOf(book, rows, first.seq),
      explain: {
        zh: `${id} ${first.customer} 的行不在 ${book.shape.sheet} 里了,过程记录还有它的 ${n} 条(最后 ${formatDay(last)}),照样计入报告;误删的从备份复制回来,本来就要删的用 funnel lose 记为无效`,
        en: `The row of ${id} ${first.customer} is gone from ${book.shape.sheet}; its ${n} records (last ${formatDay(last)}) still count in reports. Copy it back from a backup if that was a mistake; what is to go is better lost by funnel lose`,
      },
    }),
  );
}

/** Events that no command would have written: one finding per 商机, every problem in it. The log is walked once. */
export function findDisorder({ book, today }: RuleContext, rows: LogRows): readonly Finding[] {
  const deals = new Map<string, Walk>();
  let before = 0;
  for (const event of eventsOf(book)) {
    const walk = deals.get(event.dealId) ?? {
      customer: event.customer,
      created: null,
      moves: [],
      items: [],
      problems: [],
    };
    deals.set(event.dealId, walk);
    const add = (text: Message) => walk.problems.push({ ...event, text });
    const isMove = event.type === 'created' || MOVES.has(event.type);
    if (event.type === 'created') walk.created ??= event.date;
    if (isMove)
      walk.moves.push({ seq: event.seq, date: event.date, type: event.type, from: event.from, to: event.to });
    else if (
      event.type === 'item' &&
      event.item !== 'first-contact' &&
      event.date < (walk.created ?? event.date)
    )
      walk.items.push({ seq: event.seq, date: event.date });
    if (event.date > today) add({ zh: '在今天之后', en: 'lies after today' });
    // In order of number: those alike stand beside each other.
    if (event.seq === before)
      add({ zh: `序号 ${event.seq} 出现不止一次`, en: `number ${event.seq} stands more than once` });
    before = event.seq;
  }
  return [...deals].flatMap(([id, walk]) => {
    const problems = [...walkMoves(walk.moves), ...earlyItems(walk), ...walk.problems];
    const [first] = problems;
    if (!first) return [];
    return [
      dataFinding('event-order', {
        id,
        customer: walk.customer || null,
        place: placeOf(book, rows, first.seq),
        explain: joinSentences(problems.map(problemText)),
      }),
    ];
  });
}

/** What must be kept of a deal's events: little, there may be half a million. */
interface Walk {
  readonly customer: string;
  created: Day | null;
  readonly moves: Move[];
  /** Items dated before the entry. */
  readonly items: Pick<DealEvent, 'seq' | 'date'>[];
  readonly problems: Problem[];
}

type Move = Pick<DealEvent, 'seq' | 'date' | 'type' | 'from' | 'to'>;
interface Problem extends Pick<DealEvent, 'seq' | 'date'> {
  readonly text: Message;
}

/** Moves in the order of the log: never back in time, each from where the one before led. */
function walkMoves(moves: readonly Move[]): Problem[] {
  const problems: Problem[] = [];
  let latest: Day | null = null;
  for (const { seq, date } of moves) {
    if (latest !== null && date < latest) {
      const text = {
        zh: `早于上一次阶段变化 ${formatDay(latest)}`,
        en: `before the move of ${formatDay(latest)}`,
      };
      problems.push({ seq, date, text });
    }
    latest = Math.max(latest ?? date, date);
  }
  let stage: StageKey | null = null;
  for (const { seq, date, type, from, to } of [...moves].sort((a, b) => a.date - b.date || a.seq - b.seq)) {
    if (type === 'created') {
      if (stage !== null)
        problems.push({ seq, date, text: { zh: '第二次新增', en: 'created a second time' } });
      stage ??= to ?? 'lead';
      continue;
    }
    if (stage !== null && from !== null && from !== stage) {
      const [said, was] = [stageInfo(from).name, stageInfo(stage).name];
      const text = {
        zh: `原阶段写「${said.zh}」,之前却在「${was.zh}」`,
        en: `is from ${said.en}, but the deal was in ${was.en}`,
      };
      problems.push({ seq, date, text });
    }
    stage = to;
  }
  return problems;
}

/** A first contact may lie before the entry, and only that. */
function earlyItems({ created, items }: Walk): Problem[] {
  if (created === null) return [];
  const text = { zh: `早于录入 ${formatDay(created)}`, en: `before the entry of ${formatDay(created)}` };
  return items.map(({ seq, date }) => ({ seq, date, text }));
}

function problemText({ seq, date, text }: Problem): Message {
  return {
    zh: `序号 ${seq}(${formatDay(date)}) ${text.zh}`,
    en: `number ${seq} (${formatDay(date)}) ${text.en}`,
  };
}

function placeOf({ logShape }: Book, rows: LogRows, seq: number): CellPlace | null {
  const row = rows.get(seq);
  const col = logShape?.columns.get('序号');
  return row === undefined || col === undefined ? null : { sheet: logShape?.sheet ?? SHEETS.log, row, col };
}
