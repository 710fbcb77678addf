import type { Day } from '../date.ts';
import { formatDay } from '../date.ts';
import type { Grid } from '../grid.ts';
import { counted, type Message } from '../message.ts';
import { formatAmount, yuanNumber } from '../money.ts';
import { OPEN_STAGES, type OpenStage, stageInfo, stageRank } from '../stages.ts';
import { cohortBlockRow } from './block-rows.ts';
import { count, percent } from './conversion-text.ts';
import { frameReport, stageCells, stageGrid, totalCell } from './frame.ts';
import { ratio } from './measures.ts';
import { backdatedNote, populationNotes, unpricedNote } from './notes.ts';
import { gatherPopulation, hidesAfter, joinPopulations, type Subject, stageWordsOf } from './population.ts';
import type { Entry, ReportInput, ReportView } from './report.ts';
import { countCustomers, sumAmounts } from './totals.ts';

export type CohortColumn = 'reached' | 'advanced' | 'lost' | 'open';

/** One stage of a cohort: 曾到达 = 继续 + 流失 + 未完. */
export interface CohortRow {
  readonly stage: OpenStage;
  readonly cells: Readonly<Record<CohortColumn, readonly Entry[]>>;
  /** 继续 ÷ 曾到达; null where nobody came. */
  readonly rate: number | null;
  /** 曾到达 ÷ created. */
  readonly share: number | null;
  readonly customers: number;
}

interface Cohort {
  readonly rows: readonly CohortRow[];
  readonly created: readonly Entry[];
  readonly won: readonly Entry[];
  readonly lost: readonly Entry[];
  readonly open: readonly Entry[];
}

/** Cohort view (1.7): those created in the period, and how far each ever came as of the day it is read. */
export const cohortView: ReportView = {
  key: 'cohort',
  make(input) {
    const { books, period, today, knownOn } = input;
    const asOf = Math.min(today, knownOn ?? today);
    const hides = hidesAfter(knownOn);
    const sight = { end: asOf, hides, onlyRecorded: knownOn !== null };
    const everybody = joinPopulations(books.map((book) => gatherPopulation(book, sight)));
    const born = ({ stays }: Subject) => stays[0]?.from ?? Number.NaN;
    const bornIn = (subjects: readonly Subject[]) =>
      subjects.filter((each) => born(each) >= period.from && born(each) <= period.to);
    const population = { ...everybody, subjects: bornIn(everybody.subjects) };
    return frameReport<Cohort>(input, population, {
      view: 'cohort',
      title: titleOf(input, asOf),
      scope: SCOPE,
      sheetScope: '批次(按创建)',
      asOf,
      measure: measureCohort,
      grids: (group, { rows }) => [cohortGrid(group, rows)],
      json: cohortJson,
      cells: ({ rows, created, won, lost, open }) => [
        ...stageCells(rows, COLUMNS, stageWordsOf(books)),
        totalCell('created', '创建', created),
        totalCell('won', '赢单', won),
        totalCell('lost', '流失', lost),
        totalCell('open', '未完', open),
      ],
      rows: ({ rows }) => new Map(rows.map((row) => [row.stage, cohortBlockRow(row)])),
      summary: summaryLines,
      notes: (whole) => [
        ...populationNotes(input, population, whole.created, {
          from: period.from,
          to: asOf,
          bornBy: period.to,
        }),
        ...unpricedNote(whole.created),
        ...backdatedNote(input, asOf, (subjects) => {
          const { created, rows, won, lost, open } =
            subjects === null ? whole : measureCohort(bornIn(subjects));
          return [
            [{ zh: '创建', en: 'created' }, created.length],
            [{ zh: '曾到达', en: 'reached' }, rows.reduce((sum, { cells }) => sum + cells.reached.length, 0)],
            [{ zh: '赢单', en: 'won' }, won.length],
            [{ zh: '流失', en: 'lost' }, lost.length],
            [{ zh: '未完', en: 'open' }, open.length],
          ];
        }),
      ],
    });
  },
};

/**
 * How far each came: a stage it was in is reached, and so is one it skipped, unless the deal is lost (a lost deal passed
 * only the stages it was in). The furthest stage is where it ended, lost or not finished; those before it went on.
 */
export function measureCohort(subjects: readonly Subject[]): Cohort {
  const cells = new Map(OPEN_STAGES.map((stage) => [stage, emptyCells()]));
  const totals = { created: [] as Entry[], won: [] as Entry[], lost: [] as Entry[], open: [] as Entry[] };
  for (const subject of subjects) {
    const { stays } = subject;
    const [first, last] = [stays[0], stays.at(-1)];
    if (!first || !last) continue;
    const isLost = last.stage === 'lost' || last.stage === 'invalid';
    const visits = stays.flatMap(({ stage, from }) => {
      const rank = stageRank(stage);
      return rank === null ? [] : [{ rank, from }];
    });
    const furthest = Math.max(...visits.map(({ rank }) => rank));
    totals.created.push({ subject, date: first.from });
    if (subject.won !== null) totals.won.push({ subject, date: subject.won });
    else (isLost ? totals.lost : totals.open).push({ subject, date: last.from });
    OPEN_STAGES.forEach((stage, rank) => {
      const here = visits.find((visit) => visit.rank === rank);
      const beyond = visits.find((visit) => visit.rank > rank);
      const since = here ?? (isLost ? undefined : beyond);
      const own = cells.get(stage);
      if (!since || !own) return;
      own.reached.push({ subject, date: since.from });
      if (rank < furthest) own.advanced.push({ subject, date: (beyond ?? since).from });
      else own[isLost ? 'lost' : 'open'].push({ subject, date: last.from });
    });
  }
  return {
    ...totals,
    rows: [...cells].map(([stage, own]) => ({
      stage,
      cells: own,
      rate: ratio(own.advanced.length, own.reached.length),
      share: ratio(own.reached.length, totals.created.length),
      customers: countCustomers(own.reached),
    })),
  };
}

const SCOPE: Message = {
  zh: '口径:按创建批次:期内创建的商机,至今曾到达各阶段的有多少;跳过的阶段算到达,流失的只算到过的',
  en: 'By cohort: opportunities created in the period, and how many ever reached each stage; a skipped stage counts as reached unless the deal is lost',
};

const COLUMNS: Readonly<Record<CohortColumn, readonly string[]>> = {
  reached: ['曾到达', 'reached', '到达'],
  advanced: ['继续', 'advanced', '转化'],
  lost: ['流失', 'lost'],
  open: ['未完', 'open'],
};

function titleOf({ period, knownOn }: ReportInput, asOf: Day): Message {
  const days = `${formatDay(period.from)}…${formatDay(period.to)}`;
  const label = period.label === days ? days : `${period.label} (${days})`;
  const known = knownOn === null ? '' : formatDay(knownOn);
  return {
    zh: `创建批次 ${label} 截至 ${formatDay(asOf)}${known && `,只计 ${known} 前已记录的`}`,
    en: `Cohort created in ${label} as of ${formatDay(asOf)}${known && `, only what was recorded by ${known}`}`,
  };
}

function cohortGrid(group: Message | null, rows: readonly CohortRow[]): Grid {
  const grid = stageGrid(group, rows, [
    [{ zh: '曾到达', en: 'Reached' }, ({ cells }) => count(cells.reached)],
    [{ zh: '占创建', en: 'Of all' }, ({ share }) => ({ kind: 'rate', value: share })],
    [{ zh: '继续', en: 'Went on' }, ({ cells }) => count(cells.advanced)],
    [{ zh: '流失', en: 'Lost' }, ({ cells }) => count(cells.lost)],
    [{ zh: '未完', en: 'Open' }, ({ cells }) => count(cells.open)],
    [{ zh: '转化率', en: 'Rate' }, ({ rate }) => ({ kind: 'rate', value: rate })],
    [{ zh: '客户', en: 'Cust.' }, ({ customers }) => ({ kind: 'count', value: customers })],
  ]);
  if (group !== null) return grid;
  const title = { zh: '曾到达各阶段的:继续、流失、未完', en: 'Reached each stage: went on, lost, open' };
  return { ...grid, charts: [{ kind: 'bars', title, series: [3, 4, 5] }] };
}

function summaryLines({ created, won, lost, open }: Cohort): readonly Message[] {
  const all = percent(ratio(won.length, created.length));
  return [
    {
      zh: `创建 ${created.length} 个,其中客户 ${countCustomers(created)} 家;整体转化率 ${all}(赢单 ÷ 创建)`,
      en: `Created ${created.length} of ${counted(countCustomers(created), 'customer')}; overall conversion ${all} (won ÷ created)`,
    },
    {
      zh: `赢单 ${won.length} (${formatAmount(sumAmounts(won), 'zh')}),流失 ${lost.length},未完 ${open.length}`,
      en: `Won ${won.length} (${formatAmount(sumAmounts(won), 'en')}), lost ${lost.length}, unfinished ${open.length}`,
    },
  ];
}

function cohortJson({ rows, created, won, lost, open }: Cohort): Readonly<Record<string, unknown>> {
  return {
    rows: rows.map(({ stage, cells, rate, share, customers }) => ({
      stage,
      name: stageInfo(stage).name.zh,
      ...Object.fromEntries(Object.entries(cells).map(([column, entries]) => [column, entries.length])),
      rate,
      share,
      customers,
    })),
    totals: {
      created: created.length,
      customers: countCustomers(created),
      won: won.length,
      lost: lost.length,
      open: open.length,
      conversion: ratio(won.length, created.length),
      wonAmount: yuanNumber(sumAmounts(won)),
    },
  };
}

function emptyCells(): Record<CohortColumn, Entry[]> {
  return { reached: [], advanced: [], lost: [], open: [] };
}
