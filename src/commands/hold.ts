import { writeBook } from '../app.ts';
import { holdDeal } from '../core/hold.ts';
import type { CommandSpec } from './command.ts';
import { chooseDeal, sameDeal } from './deal-argument.ts';
import { dateOption, requiredText, textOption } from './option-values.ts';

export const holdCommand: CommandSpec = {
  name: 'hold',
  args: '<deal>',
  summary: {
    zh: '搁置到某天(期间不报停滞;--until 今天 结束)',
    en: 'put a deal aside until a day (--until today ends it)',
  },
  writes: true,
  options: [
    {
      flags: '--until <date>',
      text: { zh: '到哪天;今天 = 结束搁置', en: 'until which day; today ends the hold' },
    },
    { flags: '--reason <text>', text: { zh: '为什么搁置', en: 'why it is put aside' } },
  ],
  examples: [
    'hold 华东机械 --until 2027-01-15 --reason "客户明年初重新立项"',
    'hold L20261123-001 --until +20wd --reason "等预算批复"',
    'hold 华东 --until 今天',
  ],
  async run(session, [query], options) {
    requiredText(options, 'until', '2027-01-15');
    return writeBook(session, {
      ask: (reading) => chooseDeal(session, reading, String(query ?? '')),
      queued: (deal, nameOf) => [session.words([nameOf(deal)])],
      decide: (reading, deal) => {
        const until = dateOption(options, 'until', reading, 'coming') ?? reading.today;
        const reason = textOption(options, 'reason') ?? '';
        return holdDeal(reading.book, sameDeal(reading.book, deal), { until, reason }, reading);
      },
    });
  },
};
