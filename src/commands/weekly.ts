import { formatDay } from '../core/date.ts';
import { dayText } from '../core/deal-json.ts';
import { findingJson } from '../core/finding-json.ts';
import type { Grid } from '../core/grid.ts';
import type { Message } from '../core/message.ts';
import { yuanNumber } from '../core/money.ts';
import { visible, wrapText } from '../core/text.ts';
import { amountOf, gatherWeek, type PersonWeek, type WeekChange, type Weeks, weeksOf } from '../core/week.ts';
import { weekGrids } from '../core/week-grids.ts';
import { EXIT } from '../exit.ts';
import { ENDINGS, writeDocument } from '../output-file.ts';
import { lookAhead } from '../queue.ts';
import { readBook } from '../read-book.ts';
import { renderGrid } from '../render/terminal.ts';
import type { Session } from '../session.ts';
import type { CommandSpec } from './command.ts';
import { ownerOption, textOption } from './option-values.ts';

export const weeklyCommand: CommandSpec = {
  name: 'weekly',
  args: '',
  summary: {
    zh: '周会用: 每人一页——这一周新增、推进、流失、签约,下周约好的,最要紧的十个,逾期的',
    en: "for Monday's meeting, a page per person: new, moved, lost and signed this week, agreed for the next, the ten that matter, what is late",
  },
  brief: { zh: '周会用:每人一页', en: "for Monday's meeting: a page per person" },
  writes: false,
  pages: true,
  options: [
    { flags: '--owner <name>', text: { zh: '只要这位负责人', en: 'only this owner' } },
    {
      flags: '--out <file>',
      text: {
        zh: `写成文件,按结尾定格式(${ENDINGS.join(' ')});.xlsx 每人一张表、打印一页`,
        en: `write a file, its ending decides (${ENDINGS.join(' ')}); in .xlsx a sheet and a printed page each`,
      },
    },
  ],
  examples: ['weekly', 'weekly --owner 王芳', 'weekly --out 周会.xlsx'],
  async run(session, _args, options) {
    const { reading } = await lookAhead(session, await readBook(session));
    const { book, today, calendar, store } = reading;
    const owner = ownerOption(options, 'owner', reading);
    const out = textOption(options, 'out');
    const context = { today, calendar, book, settings: book.settings };
    const weeks = weeksOf(context);
    const people = gatherWeek(context, owner);
    const json = weekJson(session, weeks, people);
    const heading: Message = {
      zh: `周会 ${formatDay(weeks.from)}…${formatDay(weeks.to)},接下来 ${formatDay(weeks.nextFrom)}…${formatDay(weeks.nextTo)}`,
      en: `The week ${formatDay(weeks.from)}…${formatDay(weeks.to)}, then ${formatDay(weeks.nextFrom)}…${formatDay(weeks.nextTo)}`,
    };
    const grids = people.flatMap((person) => weekGrids(person, weeks, context));
    if (out !== null) {
      const path = await writeDocument(
        session,
        [store],
        out,
        () => ({ heading: [heading], grids, notes: [], json }),
        false,
      );
      if (session.options.json) session.json({ ...json, out: path });
      else session.note({ zh: `已写到 ${path}`, en: `Written to ${path}` });
      return EXIT.done;
    }
    if (session.options.json) session.json(json);
    else
      session.print(
        [...wrapText(session.say(heading), session.style.columns), ...pages(session, grids)].join('\n'),
      );
    return EXIT.done;
  },
};

/** Tables that hold nothing are one line. */
function pages({ lang, style }: Session, grids: readonly Grid[]): string[] {
  return grids.flatMap((grid) => [
    '',
    ...(grid.rows.length === 0
      ? wrapText(visible(grid.title?.[lang] ?? ''), style.columns)
      : [renderGrid(grid, style)]),
  ]);
}

function weekJson({ lang }: Session, weeks: Weeks, people: readonly PersonWeek[]) {
  return {
    from: formatDay(weeks.from),
    to: formatDay(weeks.to),
    next: { from: formatDay(weeks.nextFrom), to: formatDay(weeks.nextTo) },
    people: people.map(({ owner, changes, agreed, matters, late }) => ({
      owner,
      changes: changes.map(changeJson),
      agreed: agreed.map(({ day, rule, id, customer }) => ({ date: formatDay(day), rule, id, customer })),
      matters: matters.slice(0, 10).map((deal) => ({
        id: deal.row.id,
        customer: deal.row.customer,
        stage: deal.stage,
        amount: yuanNumber(amountOf(deal)),
        expectedClose: dayText(deal.row.expectedClose),
      })),
      late: late.map((finding) => findingJson(finding, lang)),
    })),
  };
}

function changeJson({ kind, day, deal, from, to }: WeekChange) {
  const { id, customer } = deal.row;
  return { kind, date: formatDay(day), id, customer, from, to, amount: yuanNumber(amountOf(deal)) };
}
