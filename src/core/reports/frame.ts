import type { Book } from '../book.ts';
import { findOwn } from '../columns.ts';
import { type Day, formatDay } from '../date.ts';
import type { Grid, GridCell } from '../grid.ts';
import type { Message } from '../message.ts';
import type { CellInput } from '../sheet.ts';
import { type OpenStage, type StageKey, stageInfo, stageLabel } from '../stages.ts';
import type { ReportBlock } from './block.ts';
import type { BlockKey } from './block-columns.ts';
import { groupHeader, groupSubjects } from './groups.ts';
import type { Population, Subject } from './population.ts';
import type { Entry, Report, ReportCell, ReportInput } from './report.ts';
import type { Review } from './review.ts';

/** What makes a view: how it counts some 商机, and how its counts are shown, opened, written and put into JSON. */
export interface Frame<Table> {
  readonly view: string;
  readonly title: Message;
  readonly scope: Message;
  /** 口径 in the sheet: what comes before its bracket tells the views apart. */
  readonly sheetScope: string;
  /** The last day it tells of. */
  readonly asOf: Day;
  measure(subjects: readonly Subject[]): Table;
  /** The whole (null), or one group under its name. */
  grids(group: Message | null, table: Table): readonly Grid[];
  json(table: Table): Readonly<Record<string, unknown>>;
  cells(table: Table): readonly ReportCell[];
  /** What stands in the sheet, by stage; period, stage, 口径 and 截至 are added. */
  rows(table: Table): ReadonlyMap<OpenStage, ReadonlyMap<BlockKey, CellInput>>;
  summary(whole: Table): readonly Message[];
  /** What is said besides the table. */
  review?(whole: Table): Review;
  notes(whole: Table): readonly Message[];
}

/** A report of the whole and, with --by, of every group beside it. */
export function frameReport<Table>(input: ReportInput, population: Population, frame: Frame<Table>): Report {
  const { period, knownOn, by } = input;
  const whole = frame.measure(population.subjects);
  const groups =
    by === null
      ? []
      : groupSubjects(population, by, input.books).map(({ key, title, subjects }) => ({
          key,
          title,
          table: frame.measure(subjects),
        }));
  const notes = [...groupNotes(input), ...frame.notes(whole)];
  const review = frame.review?.(whole);
  return {
    title: frame.title,
    asOf: frame.asOf,
    scope: frame.scope,
    headline: review?.headline ?? null,
    grids: [
      ...frame.grids(null, whole),
      ...(review?.grids ?? []),
      ...groups.flatMap(({ title, table }) => frame.grids(title, table)),
    ],
    summary: [...frame.summary(whole), ...(review?.lines ?? [])],
    notes,
    json: {
      view: frame.view,
      period: { label: period.label, from: formatDay(period.from), to: formatDay(period.to) },
      asOf: formatDay(frame.asOf),
      ...(knownOn === null ? {} : { knownOn: formatDay(knownOn) }),
      ...frame.json(whole),
      ...(review ? { review: review.json } : {}),
      ...(by === null ? {} : { groups: groups.map(({ key, table }) => ({ key, ...frame.json(table) })) }),
    },
    cells: [
      ...frame.cells(whole),
      ...groups.flatMap(({ key, title, table }) =>
        frame.cells(table).map((cell) => ({
          ...cell,
          group: { key, names: [title.zh, title.en, key ?? ''] },
          title: { zh: `${title.zh} · ${cell.title.zh}`, en: `${title.en} · ${cell.title.en}` },
        })),
      ),
    ],
    block: blockOf(
      input,
      frame,
      [{ group: null, table: whole }, ...groups.map(({ title, table }) => ({ group: title.zh, table }))],
      notes,
    ),
  };
}

function blockOf<Table>(
  { period, by }: ReportInput,
  frame: Frame<Table>,
  tables: readonly { readonly group: string | null; readonly table: Table }[],
  notes: readonly Message[],
): ReportBlock {
  const said = notes.map(({ zh }) => zh).join(';');
  const saidInput: CellInput = said === '' ? { kind: 'blank' } : { kind: 'text', text: said };
  return {
    period,
    scope: frame.sheetScope,
    by: by === null ? null : groupHeader(by),
    rows: tables.flatMap(({ group, table }) =>
      [...frame.rows(table)].map(([stage, cells], index) => ({
        stage,
        group,
        cells: new Map<BlockKey, CellInput>([
          ...cells,
          ['asOf', { kind: 'date', day: frame.asOf }],
          // One row speaks for the block; in the others 说明 belongs to people.
          ...(group === null && index === 0 ? [['notes', saidInput] as const] : []),
        ]),
      })),
    ),
  };
}

/** What groups over several books do not show: whose rows have no value because the book has no such column, teams of several books. */
function groupNotes({ books, by }: ReportInput): readonly Message[] {
  if (books.length === 1 || by === null) return [];
  if (by === 'team') return sharedTeamNotes(books);
  if (typeof by === 'string') return [];
  const lacking = books.filter(({ shape }) => !findOwn(shape, by));
  const [files, more] = [lacking.slice(0, 5).map(({ named }) => named ?? ''), lacking.length > 5 ? ' …' : ''];
  return lacking.length === 0
    ? []
    : [
        {
          zh: `${lacking.length} 本没有「${by.own}」这一列,归入(空):${files.join('、')}${more}`,
          en: `No column “${by.own}” in ${lacking.length} of the workbooks, counted as (empty): ${files.join(', ')}${more}`,
        },
      ];
}

/** Two books of one team (or of two that were given one name by mistake) are one group. */
function sharedTeamNotes(books: readonly Book[]): readonly Message[] {
  const teams = new Map<string, string[]>();
  for (const { team, named } of books) teams.set(team, [...(teams.get(team) ?? []), named ?? '']);
  return [...teams]
    .filter(([, files]) => files.length > 1)
    .map(([team, files]) => ({
      zh: `团队「${team}」合计 ${files.length} 本:${files.join('、')}`,
      en: `“${team}” is ${files.length} workbooks together: ${files.join(', ')}`,
    }));
}

/** A table with a row per stage and a number in every further column. */
export function stageGrid<Row extends { readonly stage: OpenStage }>(
  title: Message | null,
  rows: readonly Row[],
  columns: readonly (readonly [title: Message, cell: (row: Row) => GridCell])[],
  notes: readonly Message[] = [],
): Grid {
  return {
    title,
    columns: [
      { title: { zh: '阶段', en: 'Stage' }, align: 'left' },
      ...columns.map(([heading]) => ({ title: heading, align: 'right' as const })),
    ],
    rows: rows.map((row) => {
      return [{ kind: 'text', text: stageLabel(row.stage) }, ...columns.map(([, cell]) => cell(row))];
    }),
    notes,
  };
}

/** The cells of a table with a list behind each of `columns`, under all the names its stage and column have. */
export function stageCells<Column extends string>(
  rows: readonly { readonly stage: OpenStage; readonly cells: Readonly<Record<Column, readonly Entry[]>> }[],
  columns: Readonly<Record<Column, readonly string[]>>,
  stageWords: ReadonlyMap<string, StageKey>,
): readonly ReportCell[] {
  return rows.flatMap(({ stage, cells }) => {
    const { name, aliases, completeWord } = stageInfo(stage);
    const own = [...stageWords].filter(([, meant]) => meant === stage).map(([word]) => word);
    const rowNames = [stage, name.zh, name.en, ...aliases, ...(completeWord ? [completeWord] : []), ...own];
    return (Object.keys(columns) as Column[]).map((column): ReportCell => {
      const [zh = column] = columns[column];
      const title = { zh: `${name.zh} · ${zh}`, en: `${name.en} (${name.zh}) · ${column}` };
      return {
        group: null,
        row: stage,
        rowNames,
        column,
        columnNames: columns[column],
        title,
        entries: cells[column],
      };
    });
  });
}

/** A cell of the totals. */
export function totalCell(column: string, zh: string, entries: readonly Entry[]): ReportCell {
  return {
    group: null,
    row: 'totals',
    rowNames: ['totals', '合计'],
    column,
    columnNames: [column, zh],
    title: { zh: `合计 · ${zh}`, en: `totals · ${column}` },
    entries,
  };
}
