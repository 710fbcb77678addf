import { writeBook } from '../app.ts';
import type { moveBack } from '../core/move.ts';
import type { ExitCode } from '../exit.ts';
import type { Session } from '../session.ts';
import type { OptionSpec, OptionValues } from './command.ts';
import { chooseDeal, sameDeal } from './deal-argument.ts';
import { dateOption, requiredText, stageOption } from './option-values.ts';

/** What `back` and `reopen` share: a stage to go to, and why. */
export const STEP_OPTIONS: readonly OptionSpec[] = [
  { flags: '--to <stage>', text: { zh: '到哪个阶段', en: 'the stage to go to' } },
  { flags: '--reason <text>', text: { zh: '原因', en: 'the reason' } },
  { flags: '--on <date>', text: { zh: '哪天(默认今天)', en: 'the day (default: today)' } },
];

export async function runStep(
  session: Session,
  query: string,
  options: OptionValues,
  step: typeof moveBack,
): Promise<ExitCode> {
  requiredText(options, 'to', '需求挖掘');
  const reason = requiredText(options, 'reason', '需求有变');
  return writeBook(session, {
    ask: (reading) => chooseDeal(session, reading, query),
    queued: (deal, nameOf) => [session.words([nameOf(deal)])],
    decide: (reading, deal) => {
      const to = stageOption(options, 'to', reading);
      const on = dateOption(options, 'on', reading, 'past') ?? reading.today;
      return step(reading.book, sameDeal(reading.book, deal), { to, on, reason }, reading.today);
    },
  });
}
