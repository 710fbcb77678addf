import { isHeld } from '../clocks.ts';
import { formatDay } from '../date.ts';
import type { Grid } from '../grid.ts';
import { counted, type Message } from '../message.ts';
import { formatAmount, yuanNumber } from '../money.ts';
import { OPEN_STAGES, type OpenStage, stageInfo, stageLabel } from '../stages.ts';
import { snapshotBlockRow } from './block-rows.ts';
import { count, worth } from './conversion-text.ts';
import { frameReport, stageCells, stageGrid, totalCell } from './frame.ts';
import { mean, quantile } from './measures.ts';
import { backdatedNote, populationNotes, unpricedNote } from './notes.ts';
import { gatherPopulation, joinPopulations, type Subject, stageWordsOf } from './population.ts';
import type { Entry, ReportView } from './report.ts';
import { countCustomers, sumAmounts } from './totals.ts';

/** One stage on one day. */
export interface SnapshotRow {
  readonly stage: OpenStage;
  readonly cells: {
    readonly count: readonly Entry[];
    /** Those of them put aside (搁置). */
    readonly held: readonly Entry[];
  };
  readonly customers: number;
  /** Natural days since the entry into the stage; assumed history left out. */
  readonly stay: { readonly mean: number | null; readonly median: number | null; readonly n: number };
}

interface Snapshot {
  readonly rows: readonly SnapshotRow[];
  readonly open: readonly Entry[];
  readonly held: readonly Entry[];
  readonly pool: readonly Entry[];
  readonly lost: readonly Entry[];
  readonly invalid: readonly Entry[];
}

/** Snapshot view (1.7): where everything stands at the end of the day. */
export const snapshotView: ReportView = {
  key: 'snapshot',
  make(input) {
    const { books, today } = input;
    const sight = { end: today, hides: null, onlyRecorded: false };
    const population = joinPopulations(books.map((book) => gatherPopulation(book, sight)));
    return frameReport<Snapshot>(input, population, {
      view: 'snapshot',
      title: {
        zh: `当前状况 截至 ${formatDay(today)}`,
        en: `Where everything stands as of ${formatDay(today)}`,
      },
      scope: SCOPE,
      sheetScope: '快照(按当日)',
      asOf: today,
      measure: (subjects) => measureSnapshot(subjects, today),
      grids: (group, { rows }) => [snapshotGrid(group, rows)],
      json: snapshotJson,
      cells: ({ rows, open, held, pool, lost, invalid }) => [
        ...stageCells(rows, COLUMNS, stageWordsOf(books)),
        totalCell('open', '进行中', open),
        totalCell('held', '搁置', held),
        totalCell('pool', '老客户池', pool),
        totalCell('lost', '已流失', lost),
        totalCell('invalid', '无效线索', invalid),
      ],
      rows: ({ rows }) => new Map(rows.map((row) => [row.stage, snapshotBlockRow(row)])),
      summary: summaryLines,
      notes: (whole) => [
        ...populationNotes(input, population, whole.open, { from: today, to: today }),
        ...unpricedNote(whole.open),
        ...backdatedNote(input, today, (subjects) => {
          const { rows, pool, lost, invalid } = subjects === null ? whole : measureSnapshot(subjects, today);
          return [
            ...rows.map(({ stage, cells }) => [stageLabel(stage), cells.count.length] as const),
            [{ zh: '老客户池', en: 'pool' }, pool.length],
            [{ zh: '已流失', en: 'lost' }, lost.length],
            [{ zh: '无效线索', en: 'invalid' }, invalid.length],
          ];
        }),
      ],
    });
  },
};

function measureSnapshot(subjects: readonly Subject[], today: number): Snapshot {
  const at = (stage: string) =>
    subjects.flatMap((subject): Entry[] => {
      const last = subject.stays.at(-1);
      return last?.stage === stage ? [{ subject, date: last.from }] : [];
    });
  const isAside = ({ subject }: Entry) => isHeld({ hold: subject.names.hold(subject.at) }, today);
  const rows = OPEN_STAGES.map((stage): SnapshotRow => {
    const here = at(stage);
    const days = here
      .filter(({ subject }) => subject.stays.at(-1)?.assumed === false)
      .map(({ date }) => today - date);
    return {
      stage,
      cells: { count: here, held: here.filter(isAside) },
      customers: countCustomers(here),
      stay: { mean: mean(days), median: quantile(days, 0.5), n: days.length },
    };
  });
  const open = rows.flatMap(({ cells }) => cells.count);
  return {
    rows,
    open,
    held: open.filter(isAside),
    pool: at('pool'),
    lost: at('lost'),
    invalid: at('invalid'),
  };
}

const SCOPE: Message = {
  zh: '口径:当日结束时各在哪个阶段;不是期间内的转化',
  en: 'Where each opportunity stands at the end of the day; no conversion over a period',
};

const COLUMNS: Readonly<Record<keyof SnapshotRow['cells'], readonly string[]>> = {
  count: ['数量', 'count', '期末', '在此'],
  held: ['搁置', 'held'],
};

function snapshotGrid(group: Message | null, rows: readonly SnapshotRow[]): Grid {
  const grid = stageGrid(group, rows, [
    [{ zh: '数量', en: 'Count' }, ({ cells }) => count(cells.count)],
    [{ zh: '客户', en: 'Cust.' }, ({ customers }) => ({ kind: 'count', value: customers })],
    [{ zh: '金额', en: 'Amount' }, ({ cells }) => worth(cells.count)],
    [{ zh: '其中搁置', en: 'On hold' }, ({ cells }) => count(cells.held)],
    [{ zh: '已停留(天)', en: 'Days' }, ({ stay }) => ({ kind: 'days', value: stay.mean })],
    [{ zh: '停留中位', en: 'Median' }, ({ stay }) => ({ kind: 'days', value: stay.median })],
  ]);
  if (group !== null) return grid;
  return {
    ...grid,
    charts: [
      { kind: 'bars', title: { zh: '各阶段的商机', en: 'Opportunities by stage' }, series: [1] },
      { kind: 'columns', title: { zh: '已停留(天)', en: 'Days in the stage' }, series: [5, 6] },
    ],
  };
}

function summaryLines({ open, held, pool, lost, invalid }: Snapshot): readonly Message[] {
  const [all, aside] = [sumAmounts(open), sumAmounts(held)];
  return [
    {
      zh: `进行中 ${open.length} 个 (${formatAmount(all, 'zh')}),其中客户 ${countCustomers(open)} 家;老客户池 ${pool.length},已流失 ${lost.length},无效线索 ${invalid.length}`,
      en: `Open ${open.length} (${formatAmount(all, 'en')}) of ${counted(countCustomers(open), 'customer')}; in the pool ${pool.length}, lost ${lost.length}, invalid ${invalid.length}`,
    },
    ...(held.length === 0
      ? []
      : [
          {
            zh: `其中搁置 ${held.length} 个 (${formatAmount(aside, 'zh')})`,
            en: `Of these on hold: ${held.length} (${formatAmount(aside, 'en')})`,
          },
        ]),
  ];
}

function snapshotJson(table: Snapshot): Readonly<Record<string, unknown>> {
  const { rows, open, held, pool, lost, invalid } = table;
  return {
    rows: rows.map(({ stage, cells, customers, stay }) => ({
      stage,
      name: stageInfo(stage).name.zh,
      count: cells.count.length,
      customers,
      amount: yuanNumber(sumAmounts(cells.count)),
      held: cells.held.length,
      stay,
    })),
    totals: {
      open: open.length,
      customers: countCustomers(open),
      amount: yuanNumber(sumAmounts(open)),
      held: held.length,
      heldAmount: yuanNumber(sumAmounts(held)),
      pool: pool.length,
      lost: lost.length,
      invalid: invalid.length,
    },
  };
}
