import { amountJson, dayText } from './deal-json.ts';
import type { Finding } from './finding.ts';
import { type Lang, say } from './message.ts';
import { joinSentences } from './rules/explain.ts';
import { placeName } from './sheet.ts';

/** A finding in the words of the JSON contract. `next` null: no command helps, or the table was never adopted. */
export function findingJson(finding: Finding, lang: Lang): Readonly<Record<string, unknown>> {
  const { rule, level, id, customer, owner, stage, provisional, legacy, workingDaysLate, source, place } =
    finding;
  const { explain, counted = null, next } = finding.words();
  return {
    rule,
    level,
    ...homeJson(finding),
    id,
    customer,
    owner,
    stage,
    start: dayText(finding.start),
    due: dayText(finding.due),
    provisional,
    legacy,
    workingDaysLate,
    ...amountJson(
      finding.amount === null ? null : { low: finding.amount, high: finding.amountHigh ?? finding.amount },
    ),
    explain: say(joinSentences([explain, counted]), lang),
    next,
    source,
    place: place && placeName(place),
  };
}

/** `team` and `file`, where several books are read together: two may use the same id, and two books may be one team's. */
export function homeJson({ team, file }: Pick<Finding, 'team' | 'file'>): Pick<Finding, 'team' | 'file'> {
  return { ...(team === undefined ? {} : { team }), ...(file === undefined ? {} : { file }) };
}
