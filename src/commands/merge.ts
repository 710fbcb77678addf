import { writeBook } from '../app.ts';
import type { Deal } from '../core/deal.ts';
import { isDecision } from '../core/decision.ts';
import { dealName } from '../core/draft.ts';
import { mergeDeals } from '../core/merge.ts';
import { Failure } from '../failure.ts';
import type { Reading } from '../read-book.ts';
import type { Session } from '../session.ts';
import type { CommandSpec } from './command.ts';
import { chooseDeal, chooseDeals, sameDeal } from './deal-argument.ts';
import { textOption } from './option-values.ts';

interface Answers {
  readonly keep: Deal;
  readonly drops: readonly Deal[];
}

export const mergeCommand: CommandSpec = {
  name: 'merge',
  args: '<keep> <drops...>',
  summary: {
    zh: '合并重复的商机:前一个留下,其余记为无效(重复)',
    en: 'merge duplicates: the first is kept, the others are lost as invalid (重复)',
  },
  writes: true,
  options: [
    { flags: '--reason <text>', text: { zh: '怎么知道是重复', en: 'how it is known to be a duplicate' } },
  ],
  examples: [
    'merge L20261102-001 L20261123-004',
    'merge L20261102-001 L20261123-004 L20261123-009 --reason "展会名片录了三次" --yes',
    'merge L20261102-001 L20261123-004 --dry-run',
  ],
  run(session, [first, others], options) {
    const reason = textOption(options, 'reason') ?? '';
    return writeBook<Answers>(session, {
      async ask(reading) {
        const keep = await chooseDeal(session, reading, String(first ?? ''));
        const drops = await chooseDeals(session, reading, Array.isArray(others) ? others : []);
        await confirm(session, reading, { keep, drops }, reason);
        return { keep, drops };
      },
      queued: ({ keep, drops }, nameOf) => [session.words([nameOf(keep), drops.map(nameOf)])],
      decide: (reading, { keep, drops }) =>
        mergeDeals(
          reading.book,
          sameDeal(reading.book, keep),
          drops.map((drop) => sameDeal(reading.book, drop)),
          reason,
          reading,
        ),
    });
  },
};

/** In a terminal the two are named, with what will be filled, before one of them is lost. */
async function confirm(
  session: Session,
  reading: Reading,
  { keep, drops }: Answers,
  reason: string,
): Promise<void> {
  if (!session.interactive || session.options.dryRun) return;
  const outcome = mergeDeals(reading.book, keep, drops, reason, reading);
  // What is refused is said by the decision itself.
  if (!isDecision(outcome)) return;
  for (const note of outcome.notes) session.note(note);
  const { askConfirm } = await import('../prompt/ask.ts');
  const question = {
    zh: `留下 ${dealName(keep)},其余 ${drops.length} 个记为无效?`,
    en: `Keep ${dealName(keep)} and lose the other ${drops.length}?`,
  };
  if (await askConfirm(session, question, false)) return;
  throw new Failure(
    'refused',
    { zh: '没有合并,什么都没改', en: 'Not merged; nothing was changed' },
    { file: reading.store.path },
  );
}
