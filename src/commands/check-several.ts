import { checkBooks } from '../core/check.ts';
import { keepEntries } from '../core/check-order.ts';
import type { RuleContext } from '../core/deadlines.ts';
import { type Finding, LEVELS, withNext } from '../core/finding.ts';
import { pasteCommand } from '../core/paste.ts';
import { safeJson } from '../core/text.ts';
import type { Waiting } from '../core/waiting.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { Failure } from '../failure.ts';
import type { Reading } from '../read-book.ts';
import { exitOf, type FromBooks, incompleteJson, incompleteNotes } from '../read-books.ts';
import { renderCheck } from '../render/check-text.ts';
import type { Session } from '../session.ts';
import { checkJson } from './check-json.ts';
import { printPage } from './check-nightly.ts';
import type { OptionValues } from './command.ts';
import { levelOption, ownerOption, textOption } from './option-values.ts';

/** What keeps something beside a book, or is for one team's people. */
const ALONE = ['since', 'notify', 'nightly', 'out', 'format'] as const;

/** `check` over several books: every finding with its team, and the customers that two teams work on. */
export async function checkSeveral(
  session: Session,
  books: FromBooks<{ readonly reading: Reading; readonly waiting: Waiting }>,
  options: OptionValues,
): Promise<ExitCode> {
  const [first, ...others] = books.made.map(({ reading }) => reading);
  if (!first) return EXIT.done;
  const level = levelOption(options);
  const owner = ownerOption(options, 'owner', first, ...others);
  const result = checkBooks([contextOf(first), ...others.map(contextOf)], owner);
  const isAsked = (finding: Finding) => LEVELS.indexOf(finding.level) <= LEVELS.indexOf(level);
  const shown = result.findings.filter(isAsked);
  const legacy = options.legacy === true ? result.legacy.filter(isAsked) : [];
  const adopts = books.made.flatMap(({ reading: { book, store } }) => {
    const command = book.adopted ? null : pasteCommand('adopt', store.path, '--dry-run');
    return command === null ? [] : [{ file: book.named, command }];
  });
  const n = books.made.reduce((sum, { waiting }) => sum + waiting.n, 0);
  if (session.options.json) {
    const json = {
      ...checkJson(
        session,
        [first, ...others],
        result,
        [...shown, ...legacy].map((finding) =>
          withNext(finding, adopts.find(({ file }) => file === finding.file)?.command ?? null),
        ),
      ),
      ...(n > 0 ? { queued: n } : {}),
      ...incompleteJson(books, session),
    };
    await printPage(session, options, safeJson(json));
  } else if (shown.length > 0 || legacy.length > 0 || !session.options.quiet) {
    const page = renderCheck(
      { ...result, entries: keepEntries(result.entries, isAsked) },
      {
        lang: session.lang,
        columns: session.io.columns,
        color: session.color && textOption(options, 'log') === null,
        all: options.all === true,
        verbose: session.options.verbose,
        legacy,
        adopt: adopts.map(({ command }) => command),
        named: session.options.files,
        // Two books may use the same id: what waits is counted, not marked.
        waiting: { n, ofDeal: new Map() },
      },
    );
    await printPage(session, options, [page, ...incompleteNotes(books).map(session.say)].join('\n'));
  }
  return exitOf(books, shown.length > 0 ? EXIT.findings : EXIT.done);
}

function contextOf({ book, today, calendar }: Reading): RuleContext {
  return { book, today, calendar, settings: book.settings };
}

/** Throws where something was asked for that goes with one book only. */
export function refuseAlone(options: OptionValues): void {
  const flag = ALONE.find((name) => options[name] !== undefined);
  if (flag === undefined) return;
  throw new Failure(
    'usage',
    {
      zh: `--${flag} 一次只用一本客户表;请用 --file 指定一本`,
      en: `--${flag} goes with one workbook; name it with --file`,
    },
    { value: `--${flag}`, expected: '--file' },
  );
}
