import { type DuplicateGroup, findDuplicates } from '../core/dupes.ts';
import { EXIT } from '../exit.ts';
import { readBook } from '../read-book.ts';
import { renderDuplicates } from '../render/dupes-text.ts';
import type { CommandSpec } from './command.ts';

export const dupesCommand: CommandSpec = {
  name: 'dupes',
  args: '',
  summary: {
    zh: '是并行商机还是重复?列出可能重复的',
    en: 'parallel deals or duplicates? lists what may be one',
  },
  writes: false,
  pages: true,
  options: [],
  examples: ['dupes', 'dupes --json'],
  async run(session) {
    const { book } = await readBook(session);
    const groups = findDuplicates(book.deals);
    const reasonOf = ({ reason }: DuplicateGroup) => session.say(reason);
    if (session.options.json)
      session.json(
        groups.map((group) => ({
          ids: group.deals.map(({ row }) => row.id),
          reason: reasonOf(group),
          score: group.score,
          customers: group.deals.map(({ row }) => row.customer),
          owners: group.owners,
        })),
      );
    else session.print(renderDuplicates(groups, book, session));
    return EXIT.done;
  },
};
