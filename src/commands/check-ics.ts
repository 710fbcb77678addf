import type { RuleContext } from '../core/deadlines.ts';
import { listDueDays } from '../core/due-days.ts';
import { Failure } from '../failure.ts';
import { chooseOutput } from '../output-file.ts';
import { renderIcs } from '../render/ics.ts';
import type { Session } from '../session.ts';
import { writeOutput } from '../storage/output.ts';
import type { Store } from '../storage/store.ts';

/** `check --out NAME.ics`: deadlines, agreed follow-ups and ends of holds for a calendar program. The path and how many. */
export async function exportIcs(
  session: Session,
  store: Store,
  name: string,
  context: RuleContext,
  owner: string | null,
): Promise<{ readonly path: string; readonly entries: number }> {
  if (!/\.ics$/i.test(name)) {
    throw new Failure(
      'usage',
      {
        zh: `--out「${name}」要以 .ics 结尾(期限和约定的日历);表格用 funnel report --out`,
        en: `--out “${name}” must end in .ics (a calendar of deadlines); for tables use funnel report --out`,
      },
      { value: name, expected: 'deadlines.ics' },
    );
  }
  const target = await chooseOutput(session, store, name);
  const days = listDueDays(context, owner);
  const text = renderIcs(days, { lang: session.lang, stamp: session.io.now() });
  await writeOutput(target, new TextEncoder().encode(text), session.io);
  return { path: target.path, entries: days.length };
}
