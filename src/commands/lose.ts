import { writeBook } from '../app.ts';
import { loseDeal } from '../core/move.ts';
import type { CommandSpec } from './command.ts';
import { chooseDeal, sameDeal } from './deal-argument.ts';
import { dateOption, requiredText, textOption } from './option-values.ts';

export const loseCommand: CommandSpec = {
  name: 'lose',
  args: '<deal>',
  summary: { zh: '记为流失(或无效线索)', en: 'record a loss (or an invalid lead)' },
  writes: true,
  options: [
    {
      flags: '--reason <word>',
      text: { zh: '原因:价格、竞争对手、预算取消…', en: 'the reason: 价格, 竞争对手, 预算取消 …' },
    },
    { flags: '--invalid', text: { zh: '是无效线索,不是流失', en: 'an invalid lead, not a loss' } },
    { flags: '--note <text>', text: { zh: '说明,如输给了谁', en: 'a remark, such as to whom' } },
    { flags: '--on <date>', text: { zh: '哪天(默认今天)', en: 'the day (default: today)' } },
  ],
  examples: [
    'lose 华东机械 --reason 价格',
    'lose L20261123-001 --reason 竞争对手 --note "某某软件"',
    'lose 华东 --invalid --reason 联系方式错误',
  ],
  async run(session, [query], options) {
    const reason = requiredText(options, 'reason', '价格');
    return writeBook(session, {
      ask: (reading) => chooseDeal(session, reading, String(query ?? '')),
      queued: (deal, nameOf) => [session.words([nameOf(deal)])],
      decide: (reading, deal) => {
        const on = dateOption(options, 'on', reading, 'past') ?? reading.today;
        const loss = {
          on,
          reason,
          invalid: options.invalid === true,
          note: textOption(options, 'note') ?? '',
        };
        return loseDeal(reading.book, sameDeal(reading.book, deal), loss, reading.today);
      },
    });
  },
};
