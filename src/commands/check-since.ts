import type { Day } from '../core/date.ts';
import type { Finding } from '../core/finding.ts';
import { visible } from '../core/text.ts';
import { isNews, rememberTold, type Told } from '../core/told.ts';
import type { Reading } from '../read-book.ts';
import type { Session } from '../session.ts';
import { readTold, writeTold } from '../storage/told.ts';

/** What `--since` knows of the look before. */
export interface LastLook {
  /** Null: there was none that is known. */
  readonly day: Day | null;
  isNews(finding: Finding): boolean;
  /** Keeps this look: `all` are the findings of the whole team, `seen` those in view. */
  remember(all: readonly Finding[], seen: readonly Finding[]): Promise<void>;
}

/** A table never adopted gets no state folder: there all is news, each time. */
export async function lookBack(session: Session, { store, book, today }: Reading): Promise<LastLook> {
  if (!book.adopted) {
    session.note({
      zh: '这张表还没有接管,不记上次查看到哪里: 每次都全列出',
      en: 'This table has not been adopted: no look is remembered, all is listed each time',
    });
  }
  const before = book.adopted ? await readTold(store, session.io, 'since') : null;
  const told: Told = before?.told ?? new Map();
  return {
    day: before?.asOf ?? null,
    isNews: (finding) => isNews(told, finding),
    remember: async (all, seen) => {
      const problem = book.adopted
        ? await writeTold(store, session.io, 'since', { asOf: today, told: rememberTold(told, all, seen) })
        : null;
      if (problem === null) return;
      const text = {
        zh: `这次查看没能记下(状态文件夹不可写,${problem});下次 --since 仍从上一次算起`,
        en: `This look could not be kept (the state folder is not writable, ${problem}); the next --since still counts from the one before`,
      };
      // Even under --quiet: the same page night after night must not be without a reason.
      if (seen.length > 0) session.io.err(`${visible(session.say(text))}\n`);
      else session.note(text);
    },
  };
}
