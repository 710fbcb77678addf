import { buildCalendar } from '../calendar.ts';
import type { Day } from '../date.ts';
import { formatDay } from '../date.ts';
import type { Message } from '../message.ts';
import { yuanNumber } from '../money.ts';
import { previousPeriod } from '../period.ts';
import { stageInfo } from '../stages.ts';
import { conversionBlockRow } from './block-rows.ts';
import { conversionCells, conversionGrids, summaryLines } from './conversion-text.ts';
import { frameReport } from './frame.ts';
import { mean, quantile, ratio } from './measures.ts';
import { conversionNotes } from './notes.ts';
import {
  gatherPopulation,
  hidesAfter,
  joinPopulations,
  type Population,
  type Subject,
  stageWordsOf,
} from './population.ts';
import { countPunctuality, type Punctuality, sumPunctuality } from './punctuality.ts';
import type { ReportInput, ReportView } from './report.ts';
import { reviewPeriod } from './review.ts';
import { type StageTally, tallyStages } from './tally.ts';
import { countCustomers, sumAmounts, sumUp, type Totals } from './totals.ts';
import { trendOf, trendStart } from './trend.ts';

/** One stage's line of 表2. */
export interface ConversionRow extends StageTally {
  /** 转化 ÷ (期初 + 新增); null where nobody was there. */
  readonly rate: number | null;
  readonly customers: number;
  readonly stay: { readonly mean: number | null; readonly median: number | null; readonly n: number };
}

/** The six stages in order, and what they add up to. */
export interface Conversion {
  readonly rows: readonly ConversionRow[];
  readonly totals: Totals;
}

/** 销售阶段转化率统计表 (表2), period view. Source: L154; definitions: `tallyStages`, `sumUp`. */
export const conversionView: ReportView = {
  key: 'period',
  make(input) {
    const { books, period, knownOn, by } = input;
    const asOf = lastDay(input);
    const hides = hidesAfter(knownOn);
    const calendars = new Map(
      books.map((book) => [book, buildCalendar(book.holidays, book.settings.ownDays)]),
    );
    const punctuality: Punctuality[][] = [];
    const populations: Population[] = [];
    for (const [book, calendar] of calendars) {
      // Deadlines are met by events of any day of recording: under --known-on nobody asks for them.
      const punctual = knownOn === null ? countPunctuality(book, calendar, period.from, asOf) : null;
      const sight = {
        end: asOf,
        hides,
        onlyRecorded: knownOn !== null,
        ...(punctual && by === null ? { since: firstDayOf(input, asOf, punctual.since) } : {}),
      };
      populations.push(gatherPopulation(book, sight, punctual ?? undefined));
      if (punctual) punctuality.push([...punctual.result()]);
    }
    const population = joinPopulations(populations);
    return frameReport<Conversion>(input, population, {
      view: 'period',
      title: titleOf(input, asOf),
      scope: SCOPE,
      sheetScope: '期间(按商机)',
      asOf,
      measure: (subjects) => convert(subjects, period.from, asOf),
      grids: conversionGrids,
      json: conversionJson,
      cells: (table) => conversionCells(table, stageWordsOf(books)),
      rows: ({ rows }) => new Map(rows.map((row) => [row.stage, conversionBlockRow(row)])),
      summary: summaryLines,
      review(whole) {
        const review = reviewPeriod({
          input,
          population,
          whole,
          calendars,
          punctuality: sumPunctuality(punctuality),
        });
        const trend = trendOf(population, asOf);
        return {
          ...review,
          grids: [...trend.grids, ...review.grids],
          json: { ...review.json, trend: trend.json },
        };
      },
      notes: (whole) => conversionNotes(input, population, whole, asOf),
    });
  },
};

/** Counts some 商机 over [from, end]. */
export function convert(subjects: readonly Subject[], from: Day, end: Day): Conversion {
  const tallies = tallyStages(subjects, from, end);
  const rows = tallies.map((tally): ConversionRow => {
    const there = [...tally.cells.opening, ...tally.cells.entered];
    return {
      ...tally,
      rate: ratio(tally.cells.converted.length, there.length),
      customers: countCustomers(there),
      stay: { mean: mean(tally.days), median: quantile(tally.days, 0.5), n: tally.days.length },
    };
  });
  return { rows, totals: sumUp(subjects, tallies, from) };
}

/** The first day that anything in the report asks for: the trend, the period before, a deadline. Groups list everybody. */
function firstDayOf({ period }: ReportInput, asOf: Day, punctualitySince: Day): Day {
  return Math.min(previousPeriod(period).from, trendStart(asOf), punctualitySince);
}

const SCOPE: Message = {
  zh: '口径:按商机,以每天结束时的阶段为准;离开按最后一次去向计',
  en: 'Counted by opportunity, by the stage at the end of each day; an exit counts by where the last one led',
};

/** The day the report tells of: never after the period, today, or what was known. */
function lastDay({ period, today, knownOn }: ReportInput): Day {
  return Math.min(period.to, today, knownOn ?? today);
}

function titleOf({ period, knownOn }: ReportInput, asOf: Day): Message {
  const range = `${period.label} (${formatDay(period.from)}…${formatDay(period.to)})`;
  const label = period.label.includes('…') ? period.label : range;
  const known = knownOn === null ? '' : formatDay(knownOn);
  return {
    zh: `阶段转化率统计 ${label} 截至 ${formatDay(asOf)}${known && `,只计 ${known} 前已记录的`}`,
    en: `Stage conversion ${label} as of ${formatDay(asOf)}${known && `, only what was recorded by ${known}`}`,
  };
}

function conversionJson({ rows, totals }: Conversion): Readonly<Record<string, unknown>> {
  return {
    rows: rows.map(({ stage, cells, rate, customers, stay }) => {
      const { stay: _, ...counts } = cells;
      return {
        stage,
        name: stageInfo(stage).name.zh,
        ...Object.fromEntries(Object.entries(counts).map(([column, entries]) => [column, entries.length])),
        rate,
        customers,
        amounts: {
          converted: yuanNumber(sumAmounts(cells.converted)),
          lost: yuanNumber(sumAmounts(cells.lost)),
          closing: yuanNumber(sumAmounts(cells.closing)),
        },
        stay,
      };
    }),
    totals: {
      opportunities: totals.opportunities.length,
      customers: totals.customers,
      won: totals.won.length,
      lost: totals.lost.length,
      winRate: totals.winRate,
      wonAmount: yuanNumber(totals.wonAmount),
      cycle: totals.cycle,
    },
  };
}
