import { backtest, joinBacktests } from '../core/reports/backtest.ts';
import { forecastBook, forecastPage } from '../core/reports/forecast-page.ts';
import { EXIT } from '../exit.ts';
import { exitOf, fromBooks, incompleteJson, incompletePage } from '../read-books.ts';
import { renderReport } from '../render/report-text.ts';
import type { CommandSpec } from './command.ts';

export const forecastCommand: CommandSpec = {
  name: 'forecast',
  args: '',
  summary: {
    zh: '按月、按季的加权预测(概率用本团队的,样本不足用默认)',
    en: 'a weighted forecast by month and quarter (own probabilities, the default where few)',
  },
  writes: false,
  several: true,
  pages: true,
  options: [
    {
      flags: '--backtest',
      text: {
        zh: '过去四季:季初的预测与实际差多少',
        en: 'the last four quarters: forecast on day one, and what came',
      },
    },
  ],
  examples: ['forecast', 'forecast --backtest', 'forecast --as-of 2026-09-30 --json'],
  async run(session, _args, options) {
    const wantsTest = options.backtest === true;
    const books = await fromBooks(session, 'let go', async ({ book }) => ({
      team: forecastBook(book),
      tested: wantsTest ? backtest(book) : [],
    }));
    const [first, ...others] = books.made;
    const made = forecastPage(
      [first.team, ...others.map(({ team }) => team)],
      wantsTest ? joinBacktests(books.made.map(({ tested }) => tested)) : null,
      books.several,
    );
    const page = incompletePage(made, books);
    if (session.options.json)
      session.json({
        ...page.json,
        notes: page.notes.map(session.say),
        ...incompleteJson(books, session),
      });
    else session.print(renderReport(page, session.style));
    return exitOf(books, EXIT.done);
  },
};
