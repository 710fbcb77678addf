import type { Book } from '../core/book.ts';
import { formatDay } from '../core/date.ts';
import type { Deal } from '../core/deal.ts';
import { ITEMS } from '../core/items.ts';
import { commandOn, dealArgument } from '../core/paste.ts';
import type { ItemRecord } from '../core/record.ts';
import { visible } from '../core/text.ts';
import type { ExitCode } from '../exit.ts';
import { Failure } from '../failure.ts';
import { isInterrupt } from '../interrupt.ts';
import type { Session } from '../session.ts';
import { flagWords } from './command-words.ts';

/** What was answered of one deal's items. */
interface Answered {
  readonly book: Book;
  readonly deal: Deal;
  readonly records: readonly ItemRecord[];
}

/**
 * Runs what asks for items and writes them. Where somebody leaves in between, or is refused, the commands that record what
 * was answered are printed: `keep` is told it.
 */
export async function keepAnswers(
  session: Session,
  run: (keep: (answered: Answered) => void) => Promise<ExitCode>,
): Promise<ExitCode> {
  const told: { last: Answered | null } = { last: null };
  try {
    return await run((answered) => {
      told.last = answered;
    });
  } catch (error) {
    const { last } = told;
    if (last && (isInterrupt(error) || error instanceof Failure)) {
      const text = session.say({
        zh: '没写入的回答,可这样记下(缺的会再问):',
        en: 'Answered and not written; to record it (what lacks is asked for):',
      });
      session.io.err(`${visible([text, ...commandsOf(last)].join('\n'), { newlines: true })}\n`);
    }
    throw error;
  }
}

/** One a line; the bare answers where a shell would not take them. */
function commandsOf({ book, deal, records }: Answered): readonly string[] {
  return records.map((record) => {
    const command = commandOn(book, ...recordWords(dealArgument(deal), record));
    return `  ${command ?? `${record.item}: ${[...record.values.values()].join(' · ')}`}`;
  });
}

/** What records an item, as a command line. */
export function recordWords(
  deal: string,
  { item, values, on, evidence, reason }: ItemRecord,
): readonly string[] {
  const flags = [...values].flatMap(([key, value]) => {
    const question = /^--question (.*)$/s.exec(key)?.[1];
    if (question !== undefined) return ['--question', `${question}=${value}`];
    return value === '' && isSwitch(key) ? [key] : flagWords(key, value);
  });
  return [
    'record',
    deal,
    item,
    ...flags,
    ...(on === null ? [] : ['--on', formatDay(on)]),
    ...(evidence === '' ? [] : flagWords('--evidence', evidence)),
    ...(reason === '' ? [] : flagWords('--reason', reason)),
  ];
}

function isSwitch(flag: string): boolean {
  return ITEMS.some(({ flags }) => flags.some((each) => each.flag === flag && each.kind === 'switch'));
}
