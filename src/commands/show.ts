import { lookAt } from '../core/check.ts';
import { formatDay } from '../core/date.ts';
import { dealJson } from '../core/deal-json.ts';
import { gateItems } from '../core/gates.ts';
import { isOpenStage } from '../core/stages.ts';
import { EXIT } from '../exit.ts';
import { readBook } from '../read-book.ts';
import { renderShow } from '../render/show-text.ts';
import type { CommandSpec } from './command.ts';
import { chooseDeal } from './deal-argument.ts';

export const showCommand: CommandSpec = {
  name: 'show',
  args: '<deal>',
  summary: { zh: '一个商机的全貌:时间线、推进条件、期限', en: 'one deal whole: timeline, gate, deadlines' },
  writes: false,
  options: [],
  examples: ['show 华东机械', 'show L20261123-001 --json'],
  async run(session, [query]) {
    const reading = await readBook(session);
    const { book, today, calendar } = reading;
    const { settings } = book;
    const deal = await chooseDeal(session, reading, String(query ?? ''));
    const subject = lookAt(deal, { today, settings, calendar, book });
    const gate = deal.stage !== null && isOpenStage(deal.stage) ? gateItems(deal, deal.stage, settings) : [];
    if (!session.options.json) {
      session.print(renderShow(subject, gate, settings, today, session.lang));
      return EXIT.done;
    }
    session.json({
      ...dealJson(deal, settings),
      events: deal.events.map((event) => ({
        seq: event.seq,
        date: formatDay(event.date),
        type: event.type,
        from: event.from,
        to: event.to,
        item: event.item,
        note: event.note,
        values: Object.fromEntries(event.values),
        by: event.by,
        recordedAt: event.recordedAt,
        forced: event.marks.has('forced'),
        assumed: event.marks.has('assumed'),
      })),
      gate: Object.fromEntries(gate.map(({ item, state }) => [item.key, state])),
      deadlines: subject.deadlines.map(({ rule, start, due, met, provisional }) => ({
        rule,
        start: start === null ? null : formatDay(start),
        due: formatDay(due),
        met: met === null ? null : formatDay(met),
        provisional,
      })),
    });
    return EXIT.done;
  },
};
