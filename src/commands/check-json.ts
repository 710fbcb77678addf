import type { CheckResult } from '../core/check.ts';
import { formatDay } from '../core/date.ts';
import type { Finding } from '../core/finding.ts';
import { findingJson } from '../core/finding-json.ts';
import { yuanNumber } from '../core/money.ts';
import type { Reading } from '../read-book.ts';
import type { Session } from '../session.ts';

/** The document of `check --json`, with the findings that are shown. */
export function checkJson(
  { lang }: Session,
  { book, today }: Reading,
  result: CheckResult,
  findings: readonly Finding[],
) {
  return {
    asOf: formatDay(today),
    calendar: {
      years: [...book.holidays.years.keys()].sort((a, b) => a - b),
      missingYears: result.missingYears,
      yearToImport: result.yearToImport,
    },
    counts: result.counts,
    findings: findings.map((finding) => findingJson(finding, lang)),
    legacy: result.legacyByOwner.map((sum) => ({ ...sum, amount: yuanNumber(sum.amount) })),
    held: { n: result.held.n, amount: yuanNumber(result.held.amount) },
    agreed: result.agreed,
    movable: result.movable,
  };
}
