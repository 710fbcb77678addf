import { textsIn } from '../core/book.ts';
import { formatDay } from '../core/date.ts';
import { DAY_PARTS, type DayPlan, planDay } from '../core/day-plan.ts';
import { findingJson } from '../core/finding-json.ts';
import { yuanNumber } from '../core/money.ts';
import { EXIT } from '../exit.ts';
import { lookAhead } from '../queue.ts';
import { type Reading, readBook } from '../read-book.ts';
import { renderToday } from '../render/today-text.ts';
import type { Session } from '../session.ts';
import type { CommandSpec, OptionValues } from './command.ts';
import { ownerOption } from './option-values.ts';

export const todayCommand: CommandSpec = {
  name: 'today',
  args: '',
  summary: {
    zh: '一个人今天要做的: 到期的、约好的、逾期的,按要紧程度;接下来五天',
    en: "one salesperson's day: due, agreed and late, by what is at stake, and the five days to come",
  },
  brief: { zh: '一个人今天要做的,接下来五天', en: "one salesperson's day, and the five days to come" },
  writes: false,
  pages: true,
  options: [
    {
      flags: '--owner <name>',
      text: {
        zh: '谁的一天(默认自己;自己不是负责人时为全队)',
        en: 'whose day (default: yours; the whole team’s if you own no deals)',
      },
    },
  ],
  examples: ['today', 'today --owner 王芳', 'today --owner 王芳 --json'],
  async run(session, _args, options) {
    const { reading, waiting } = await lookAhead(session, await readBook(session));
    const { book, today, calendar } = reading;
    const owner = ownOwner(options, reading);
    const plan = planDay({ today, calendar, book, settings: book.settings }, owner);
    if (session.options.json) session.json(planJson(session, plan, owner));
    else {
      const { lang, color, io } = session;
      const { verbose } = session.options;
      session.print(
        renderToday(plan, { lang, color, verbose, owner, columns: io.columns, named: book.named, waiting }),
      );
    }
    return EXIT.done;
  },
};

/** --owner, else who acts (操作人) where that is one of the owners; null: the whole team. */
export function ownOwner(options: OptionValues, reading: Reading): string | null {
  return (
    ownerOption(options, 'owner', reading) ??
    (textsIn(reading.book, 'owner').has(reading.by) ? reading.by : null)
  );
}

function planJson({ lang }: Session, plan: DayPlan, owner: string | null) {
  const parts = DAY_PARTS.map((part) => [
    part,
    plan.parts[part].flatMap(({ findings }) => findings.map((finding) => findingJson(finding, lang))),
  ]);
  return {
    asOf: formatDay(plan.asOf),
    owner,
    ...Object.fromEntries(parts),
    coming: plan.coming.map(({ day, rule, id, customer }) => ({ date: formatDay(day), rule, id, customer })),
    movable: plan.movable,
    held: { n: plan.held.n, amount: yuanNumber(plan.held.amount) },
    agreed: plan.agreed,
  };
}
