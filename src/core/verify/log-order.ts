import { type Book, eventsOf } from '../book.ts';
import { type Day, formatDay } from '../date.ts';
import type { RuleContext } from '../deadlines.ts';
import { MOVES } from '../decode-log.ts';
import type { DealEvent } from '../event.ts';
import { dataFinding, type Finding } from '../finding.ts';
import type { Message } from '../message.ts';
import { joinSentences } from '../rules/explain.ts';
import { type StageKey, stageLabel } from '../stages.ts';

/** A finding about the log, with the 序号 of the event that stands for it. */
export interface LogFinding {
  readonly finding: Finding;
  readonly seq: number;
}

/** 商机 whose row is gone: their events still count in every report. */
export function findDeletedRows(book: Book): readonly LogFinding[] {
  const deals = new Map<string, { readonly first: DealEvent; n: number; last: Day }>();
  for (const event of book.orphans) {
    const known = deals.get(event.dealId);
    if (!known) deals.set(event.dealId, { first: event, n: 1, last: event.date });
    else {
      known.n += 1;
      known.last = Math.max(known.last, event.date);
    }
  }
  return [...deals].map(([id, { first, n, last }]) => ({
    seq: first.seq,
    finding: dataFinding('deleted-row', {
      id,
      customer: first.customer || null,
      explain: {
        zh: `${id} ${first.customer} 的行不在 ${book.shape.sheet} 里了,过程记录还有它的 ${n} 条(最后 ${formatDay(last)}),照样计入报告;误删的从备份复制回来,本来就要删的用 funnel lose 记为无效`,
        en: `The row of ${id} ${first.customer} is gone from ${book.shape.sheet}; its ${n} records (last ${formatDay(last)}) still count in reports. Copy it back from a backup if that was a mistake; what is to go is better lost by funnel lose`,
      },
    }),
  }));
}

/** Events that no command would have written: one finding per 商机, every problem in it. The log is walked once. */
export function findDisorder({ book, today }: RuleContext): readonly LogFinding[] {
  const deals = new Map<string, Walk>();
  let before = 0;
  for (const event of eventsOf(book)) {
    const { dealId, date, seq } = event;
    const walk = deals.get(dealId) ?? {
      created: null,
      latest: null,
      stage: null,
      customer: '',
      problems: null,
    };
    deals.set(dealId, walk);
    const problems = [
      ...walkEvent(walk, event),
      ...(date > today ? [{ zh: '在今天之后', en: 'lies after today' }] : []),
      // In order of number: those alike stand beside each other.
      ...(seq === before
        ? [{ zh: `序号 ${seq} 出现不止一次`, en: `number ${seq} stands more than once` }]
        : []),
    ];
    before = seq;
    if (problems.length === 0) continue;
    walk.customer ||= event.customer;
    walk.problems = [...(walk.problems ?? []), ...problems.map((text) => ({ seq, date, text }))];
  }
  return [...deals].flatMap(([id, { customer, problems }]) => {
    const [first] = problems ?? [];
    if (!first) return [];
    const explain = joinSentences((problems ?? []).map(problemText));
    return [
      { finding: dataFinding('event-order', { id, customer: customer || null, explain }), seq: first.seq },
    ];
  });
}

/** What is kept of a deal's events: little, there may be half a million. */
interface Walk {
  created: Day | null;
  /** Where the last move led, and when; the stage null once the order is lost. */
  latest: Day | null;
  stage: StageKey | null;
  customer: string;
  problems: readonly Problem[] | null;
}

interface Problem {
  readonly seq: number;
  readonly date: Day;
  readonly text: Message;
}

/** Moves never go back in time, each from where the one before led; only a first contact may lie before the entry. */
function walkEvent(walk: Walk, { type, item, date, from, to }: DealEvent): Message[] {
  if (type === 'item' && item !== 'first-contact' && walk.created !== null && date < walk.created) {
    const entry = formatDay(walk.created);
    return [{ zh: `早于录入 ${entry}`, en: `before the entry of ${entry}` }];
  }
  if (type !== 'created' && !MOVES.has(type)) return [];
  const problems: Message[] = [];
  const { latest, stage } = walk;
  if (type === 'created' && walk.created !== null)
    problems.push({ zh: '第二次新增', en: 'created a second time' });
  if (latest !== null && date < latest)
    problems.push({
      zh: `早于上一次阶段变化 ${formatDay(latest)}`,
      en: `before the move of ${formatDay(latest)}`,
    });
  if (type !== 'created' && stage !== null && from !== null && from !== stage) {
    const [said, was] = [stageLabel(from), stageLabel(stage)];
    problems.push({
      zh: `原阶段写「${said.zh}」,之前却在「${was.zh}」`,
      en: `is from ${said.en}, but the deal was in ${was.en}`,
    });
  }
  walk.created ??= type === 'created' ? date : null;
  walk.latest = Math.max(latest ?? date, date);
  walk.stage = type === 'created' ? (to ?? 'lead') : to;
  return problems;
}

function problemText({ seq, date, text }: Problem): Message {
  return {
    zh: `序号 ${seq}(${formatDay(date)}) ${text.zh}`,
    en: `number ${seq} (${formatDay(date)}) ${text.en}`,
  };
}
