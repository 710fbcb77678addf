import { writeBook } from '../app.ts';
import type { Deal } from '../core/deal.ts';
import type { MissingItem, Outcome } from '../core/decision.ts';
import { isDecision } from '../core/decision.ts';
import { advanceDeals, type Move } from '../core/move.ts';
import { type ItemRecord, recordItems } from '../core/record.ts';
import { joinDecisions } from '../core/simulate.ts';
import type { Reading } from '../read-book.ts';
import type { Session } from '../session.ts';
import type { CommandSpec } from './command.ts';
import { chooseDeals, sameDeals } from './deal-argument.ts';
import { dateOption, stageOption, textOption } from './option-values.ts';
import { keepAnswers, recordWords } from './record-words.ts';

interface Answers {
  readonly deals: readonly Deal[];
  readonly move: Move;
  /** What was filled in for the missing items, for the one deal that was asked about. */
  readonly records: readonly ItemRecord[];
}

export const advanceCommand: CommandSpec = {
  name: 'advance',
  args: '<deal...>',
  summary: { zh: '检查推进条件,然后推进到下一阶段', en: 'check the gate, then move to the next stage' },
  writes: true,
  options: [
    {
      flags: '--to <stage>',
      text: { zh: '目标阶段(默认下一个)', en: 'the stage to go to (default: the next)' },
    },
    {
      flags: '--on <date>',
      text: { zh: '哪天推进的(默认今天)', en: 'the day of the move (default: today)' },
    },
    {
      flags: '--force',
      text: { zh: '条件不齐也推进,记为强制', en: 'move although something is missing; recorded as forced' },
    },
    { flags: '--reason <text>', text: { zh: '强制或补录的原因', en: 'why it is forced or back-dated' } },
  ],
  examples: [
    'advance 华东机械',
    'advance L20261123-001 --on 昨天',
    'advance L20261123-001 L20261123-002',
    'advance 华东 --force --reason "老板要求"',
  ],
  run: (session, [queries], options) =>
    keepAnswers(session, (keep) =>
      writeBook<Answers>(session, {
        async ask(reading) {
          const deals = await chooseDeals(session, reading, Array.isArray(queries) ? queries : []);
          const move: Move = {
            to: stageOption(options, 'to', reading),
            on: dateOption(options, 'on', reading, 'past') ?? reading.today,
            force: options.force === true,
            reason: textOption(options, 'reason') ?? '',
          };
          const [deal] = deals;
          const told = (records: readonly ItemRecord[]) =>
            deal && keep({ book: reading.book, deal, records });
          return { deals, move, records: await offerToFill(session, reading, { deals, move }, told) };
        },
        queued: ({ deals, records }, nameOf) => [
          ...records.map((record) => recordWords(deals.map(nameOf)[0] ?? '', record)),
          session.words([deals.map(nameOf)]),
        ],
        decide: decideMoves,
      }),
    ),
};

/** In a terminal a refusal offers to fill in what is missing now, in one sitting and one save; `keep` is told the answers so far. */
async function offerToFill(
  session: Session,
  reading: Reading,
  { deals, move }: Pick<Answers, 'deals' | 'move'>,
  keep: (records: readonly ItemRecord[]) => void,
): Promise<readonly ItemRecord[]> {
  const [only] = deals;
  if (!session.interactive || deals.length !== 1 || !only) return [];
  const outcome = advanceDeals(reading.book, deals, move, reading.today);
  if (isDecision(outcome) || !('missing' in outcome) || outcome.missing.length === 0) return [];
  const { missing } = outcome;
  session.note(outcome.text);
  for (const item of missing) session.note(missingLine(item));
  const { askConfirm, fillItems } = await import('../prompt/ask.ts');
  if (!(await askConfirm(session, { zh: '现在补齐并推进?', en: 'Fill them in now and move?' }))) return [];
  return fillItems(session, missing, reading, keep);
}

function missingLine({ name, problem, source }: MissingItem) {
  return {
    zh: `  ✗ ${name.zh}${problem ? `:${problem.zh}` : ''} (${source})`,
    en: `  ✗ ${name.en}${problem ? `: ${problem.en}` : ''} (${source})`,
  };
}

function decideMoves(reading: Reading, { deals, move, records }: Answers): Outcome {
  const { book, today } = reading;
  const current = sameDeals(book, deals);
  const [only] = current;
  if (records.length === 0 || !only) return advanceDeals(book, current, move, today);
  const recorded = recordItems(book, only, records, reading);
  if (!isDecision(recorded)) return recorded;
  const moved = advanceDeals(book, [recorded.deal ?? only], move, today);
  return isDecision(moved) ? joinDecisions(recorded, moved) : moved;
}
