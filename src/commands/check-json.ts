import type { CheckResult } from '../core/check.ts';
import { formatDay } from '../core/date.ts';
import type { Finding } from '../core/finding.ts';
import { findingJson } from '../core/finding-json.ts';
import { yuanNumber } from '../core/money.ts';
import type { Reading } from '../read-book.ts';
import type { Session } from '../session.ts';

/** The document of `check --json`, with the findings that are shown. Years are those that every book knows. */
export function checkJson(
  { lang }: Session,
  [first, ...others]: readonly [Reading, ...Reading[]],
  result: CheckResult,
  findings: readonly Finding[],
) {
  const years = [...first.book.holidays.years.keys()];
  return {
    asOf: formatDay(first.today),
    calendar: {
      years: years
        .filter((year) => others.every(({ book }) => book.holidays.years.has(year)))
        .sort((a, b) => a - b),
      missingYears: result.missingYears,
      yearToImport: result.yearToImport?.year ?? null,
    },
    counts: result.counts,
    findings: findings.map((finding) => findingJson(finding, lang)),
    legacy: result.legacyByOwner.map((sum) => ({ ...sum, amount: yuanNumber(sum.amount) })),
    held: { n: result.held.n, amount: yuanNumber(result.held.amount) },
    agreed: result.agreed,
    movable: result.movable,
  };
}
