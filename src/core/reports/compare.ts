import { formatDay } from '../date.ts';
import type { BadInput } from '../decision.ts';
import type { Grid, GridCell } from '../grid.ts';
import { type Period, parsePeriodText, previousPeriod, readFiscal, yearOf } from '../period.ts';
import type { Report } from './report.ts';

/** `last` (上季, 上期: the period before the reported one, of the same kind) or a period by its name, a year as `--year` has it. */
export function readCompared(text: string, period: Period, yearStart = 1): Period | BadInput {
  if (/^(last|previous|上(?:个)?(?:季度?|月|年|期))$/i.test(text.trim())) return previousPeriod(period);
  const year = /^\s*(\d{4})\s*年?\s*$/.exec(text)?.[1];
  const read =
    year === undefined
      ? (readFiscal(text, yearStart) ?? parsePeriodText(text))
      : yearOf(Number(year), yearStart);
  if (read) return read;
  return {
    badInput: true,
    text: {
      zh: `--compare「${text}」不是期间;可写 last 或 2025Q3、2026-06、2025`,
      en: `--compare “${text}” is no period; write last, 2025Q3, 2026-06 or 2025`,
    },
    value: text,
    expected: 'last, 2025Q3',
  };
}

/** A report with the same of an earlier period beside it: the changes of its first table, and all of it in the JSON. */
export function compareReports(report: Report, earlier: Report, than: Period): Report {
  const [table, then] = [report.grids[0], earlier.grids[0]];
  const changes = table && then ? [changeGrid(table, then, than.label)] : [];
  return {
    ...report,
    grids: [...report.grids.slice(0, 1), ...changes, ...report.grids.slice(1)],
    notes: [...report.notes, ...unevenNote(report, earlier)],
    json: {
      ...report.json,
      compare: {
        ...earlier.json,
        changes: {
          rows: differences(report.json.rows, earlier.json.rows),
          totals: differences(report.json.totals, earlier.json.totals),
        },
      },
    },
  };
}

function changeGrid(now: Grid, then: Grid, label: string): Grid {
  return {
    title: { zh: `比 ${label} 的变化`, en: `Change against ${label}` },
    columns: now.columns,
    rows: now.rows.map((row, index) =>
      row.map((cell, col) => changeCell(cell, then.rows[index]?.[col] ?? { kind: 'empty' })),
    ),
    notes: [],
  };
}

function changeCell(now: GridCell, then: GridCell): GridCell {
  switch (now.kind) {
    case 'count':
    case 'rate':
    case 'days':
      return {
        kind: 'change',
        of: now.kind,
        value: minus(now.value, then.kind === now.kind ? then.value : null),
      };
    case 'money':
      return { kind: 'change', of: 'money', value: minus(now.fen, then.kind === 'money' ? then.fen : null) };
    default:
      return now;
  }
}

function minus(now: number | null, then: number | null): number | null {
  return now === null || then === null ? null : now - then;
}

/** Of every number its difference, null where one side has none; names and lists go by as they are. */
function differences(now: unknown, then: unknown): unknown {
  if (typeof now === 'number' || now === null)
    return minus(typeof now === 'number' ? now : null, typeof then === 'number' ? then : null);
  if (Array.isArray(now))
    return now.map((each, index) => differences(each, Array.isArray(then) ? then[index] : null));
  if (typeof now !== 'object') return now;
  const other: Readonly<Record<string, unknown>> =
    typeof then === 'object' && then !== null ? { ...then } : {};
  return Object.fromEntries(Object.entries(now).map(([key, value]) => [key, differences(value, other[key])]));
}

/** A period that still runs is set against a whole one. */
function unevenNote({ block: { period }, asOf }: Report, earlier: Report): Report['notes'] {
  if (asOf >= period.to || earlier.asOf < earlier.block.period.to) return [];
  return [
    {
      zh: `本期只到 ${formatDay(asOf)},对比的是完整的 ${earlier.block.period.label}`,
      en: `This period only runs to ${formatDay(asOf)}; it is set against the whole of ${earlier.block.period.label}`,
    },
  ];
}
