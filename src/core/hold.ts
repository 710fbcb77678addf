import type { Book } from './book.ts';
import { addWorkingDays, countWorkingDays } from './calendar.ts';
import type { InputContext } from './cell-input.ts';
import { type Day, formatDay } from './date.ts';
import type { Deal } from './deal.ts';
import type { Outcome } from './decision.ts';
import { badInput, dealName, finishDraft, newEvent, refuse } from './draft.ts';
import { counted } from './message.ts';
import { refuseNotRunning } from './move.ts';

/**
 * 搁置: no stall and no D5 until a day to come, at most 搁置上限 working days ahead; the day after it is 严重. Today as
 * the day ends the hold in force. Refuses closed deals, days gone by, and to end what was never put aside.
 */
export function holdDeal(
  book: Book,
  deal: Deal,
  { until, reason }: { readonly until: Day; readonly reason: string },
  { today, calendar }: InputContext,
): Outcome {
  const refused = refuseNotRunning(book, deal);
  if (refused) return refused;
  if (until < today)
    return refuse({
      zh: `${formatDay(until)} 已经过去;--until 要是今天(${formatDay(today)},即结束搁置)或以后`,
      en: `${formatDay(until)} has passed; --until must be today (${formatDay(today)}, which ends the hold) or later`,
    });
  if (until === today && deal.hold === null)
    return refuse({
      zh: `${dealName(deal)} 没有搁置,不用结束;要搁置请给以后的日期,如 --until 10天后`,
      en: `${dealName(deal)} is not put aside; to put it aside give a day to come, like --until +10wd`,
    });
  const { maxHoldDays } = book.settings;
  if (countWorkingDays(calendar, today, until) > maxHoldDays) {
    const latest = formatDay(addWorkingDays(calendar, today, maxHoldDays).due);
    return refuse({
      zh: `搁置最多 ${maxHoldDays} 个工作日(设置「搁置上限」),即到 ${latest};${formatDay(until)} 太远`,
      en: `A deal is put aside for at most ${counted(maxHoldDays, 'working day')} (搁置上限 in 设置), until ${latest}; ${formatDay(until)} is too far`,
    });
  }
  if (until > today && reason.trim() === '')
    return badInput(
      { zh: '搁置要写原因: --reason "原因"', en: 'Why is it put aside? --reason "TEXT"' },
      '',
      '--reason',
    );
  const event = newEvent(deal, {
    date: today,
    type: 'held',
    values: new Map([
      ['至', formatDay(until)],
      ...(reason.trim() === '' ? [] : [['原因', reason.trim()] as const]),
    ]),
  });
  const note =
    until === today
      ? {
          zh: '搁置已结束,停滞和预计成交照常提醒',
          en: 'The hold has ended; stalls and the close date warn again',
        }
      : {
          zh: `搁置到 ${formatDay(until)}:期间不报停滞和预计成交,次日起为严重`,
          en: `Put aside until ${formatDay(until)}: no stall and no close date until then, severe from the day after`,
        };
  return finishDraft(book, deal, { events: [event], fields: [], notes: [note] }, today, '');
}
