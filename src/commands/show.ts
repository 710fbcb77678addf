import { checkBook, lookAt } from '../core/check.ts';
import type { Clocks } from '../core/clocks.ts';
import { countStallDays } from '../core/clocks.ts';
import { formatDay } from '../core/date.ts';
import type { Deadline, RuleContext } from '../core/deadlines.ts';
import { dayText, dealJson } from '../core/deal-json.ts';
import type { DealEvent } from '../core/event.ts';
import { findingJson } from '../core/finding-json.ts';
import { gateItems } from '../core/gates.ts';
import { isOpenStage } from '../core/stages.ts';
import { waitingJson, waitingOf } from '../core/waiting.ts';
import { EXIT } from '../exit.ts';
import { lookAhead } from '../queue.ts';
import { readBook } from '../read-book.ts';
import { renderShow } from '../render/show-text.ts';
import type { CommandSpec } from './command.ts';
import { chooseDeal } from './deal-argument.ts';

export const showCommand: CommandSpec = {
  name: 'show',
  args: '<deal>',
  summary: {
    zh: '一个商机的全貌:两个时钟、推进条件、期限、经过',
    en: 'one deal whole: both clocks, its gate, deadlines, what happened',
  },
  writes: false,
  pages: true,
  options: [],
  examples: ['show 华东机械', 'show L20261123-001 --json', 'show 华东 --as-of 2026-06-30'],
  async run(session, [query]) {
    const { reading, waiting } = await lookAhead(session, await readBook(session));
    const { book, today, calendar } = reading;
    const { settings } = book;
    const deal = await chooseDeal(session, reading, String(query ?? ''));
    const context: RuleContext = { today, settings, calendar, book };
    const subject = lookAt(deal, context);
    const findings = checkBook(context).ofRow(deal.row.row);
    const gate = deal.stage !== null && isOpenStage(deal.stage) ? gateItems(deal, deal.stage, settings) : [];
    if (session.options.json) {
      session.json({
        ...dealJson(deal, settings),
        ...waitingJson(waiting, deal),
        clocks: subject.clocks && clocksJson(subject.clocks, context),
        events: deal.events.map(eventJson),
        gate: Object.fromEntries(gate.map(({ item, state }) => [item.key, state])),
        deadlines: subject.deadlines.map(deadlineJson),
        findings: findings.map((finding) => findingJson(finding, session.lang)),
      });
    } else {
      session.print(
        renderShow({ subject, gate, findings, context, queued: waitingOf(waiting, deal) }, session.style),
      );
    }
    return EXIT.done;
  },
};

function clocksJson({ idleSince, staySince }: Clocks, context: RuleContext) {
  const clock = (since: number) => ({
    since: formatDay(since),
    days: countStallDays(since, context.today, context),
  });
  return { idle: clock(idleSince), stay: clock(staySince) };
}

function eventJson(event: DealEvent) {
  const { seq, type, from, to, item, note, values, evidence, by, recordedAt, marks } = event;
  return {
    seq,
    date: formatDay(event.date),
    type,
    from,
    to,
    item,
    note,
    values: Object.fromEntries(values),
    evidence,
    by,
    recordedAt,
    forced: marks.has('forced'),
    assumed: marks.has('assumed'),
    backdated: marks.has('backdated'),
    manual: marks.has('manual'),
  };
}

function deadlineJson({ rule, start, due, met, open, provisional, legacy }: Deadline) {
  return { rule, start: dayText(start), due: formatDay(due), met: dayText(met), open, provisional, legacy };
}
