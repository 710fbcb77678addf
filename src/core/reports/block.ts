import type { Book } from '../book.ts';
import type { Decision } from '../decision.ts';
import { EMPTY_DECISION } from '../draft.ts';
import { type KeptTable, planRows, type RowEdit } from '../kept-table.ts';
import { type Period, parsePeriodText, periodCellText } from '../period.ts';
import { type CellInput, cellText, type PlainInput, type SheetRow } from '../sheet.ts';
import { type OpenStage, readStageWord, type StageKey, stageInfo } from '../stages.ts';
import { normalizeWidth } from '../text.ts';
import { readTextCell } from '../values.ts';
import { type BlockKey, CONVERSION_TABLE } from './block-columns.ts';

/** What a report puts into 销售阶段转化率统计表: rows of one period and one way of counting. */
export interface ReportBlock {
  readonly period: Period;
  /** 口径 as it stands in the sheet: what comes before its bracket tells the views apart. */
  readonly scope: string;
  /** Header of the column the groups go by; null: the whole only. */
  readonly by: string | null;
  readonly rows: readonly BlockRow[];
}

export interface BlockRow {
  readonly stage: OpenStage;
  /** The group as it is called; null: the whole. */
  readonly group: string | null;
  readonly cells: ReadonlyMap<BlockKey, CellInput>;
}

/** A row of the sheet and what tells it from the others. */
interface FoundRow {
  readonly row: SheetRow;
  /** Period, view, grouping and group. */
  readonly block: string;
  readonly stage: StageKey;
  /** 统计周期 is left blank (or merged) below that of the row above. */
  readonly carried: boolean;
}

/**
 * Writes a block: a row of the same period, view, group and stage is replaced where it stands, in whatever order people
 * have put the rows; the others come behind the last one. A group that has nobody any more gets zeros. Nothing else is
 * touched, and nothing at all where every cell shows its value already.
 * @param amounts the amount columns too; those the sheet has are always filled
 */
export function writeBlock(
  { settings }: Book,
  table: KeptTable | null,
  block: ReportBlock,
  amounts: boolean,
): Decision {
  const stageOf = (word: string) => readStageWord(word, settings.stageWords)?.stage ?? null;
  const found = table ? findRows(table, stageOf) : [];
  const forms = table && found.length === 0 ? blankForms(table, stageOf) : [];
  const isWanted = (key: BlockKey) => amounts || !AMOUNTS.has(key) || (table?.columns.has(key) ?? false);
  const edits = block.rows.map((row): RowEdit => {
    const name = blockName(block, row.group);
    const at = found.find((each) => each.block === name && each.stage === row.stage);
    const cells = new Map([...row.cells].filter(([key]) => isWanted(key)));
    if (table && at) return { at: at.row, cells: replacing(table, at, cells) };
    const form = row.group === null ? forms.find(({ stage }) => stage === row.stage) : undefined;
    return {
      at: form?.row ?? null,
      cells: new Map<BlockKey, CellInput>([
        ['period', text(periodCellText(block.period))],
        ...(form ? [] : [['stage', text(stageInfo(row.stage).name.zh)] as const]),
        ...(row.group === null
          ? []
          : ([
              ['by', text(block.by ?? '')],
              ['group', text(row.group)],
            ] as const)),
        ...cells,
        ['scope', text(block.scope)],
      ]),
    };
  });
  const patches = planRows(CONVERSION_TABLE, table, [...edits, ...emptied(table, found, block, isWanted)]);
  const sheet = table?.sheet ?? CONVERSION_TABLE.sheet;
  const label = periodCellText(block.period);
  const same = {
    zh: `${sheet} 里 ${label} 已经是这些数,没有写入`,
    en: `${sheet} has these figures for ${label} already; nothing was written`,
  };
  return { ...EMPTY_DECISION, patches, notes: patches.length === 0 ? [same] : [] };
}

const AMOUNTS: ReadonlySet<BlockKey> = new Set(['convertedAmount', 'lostAmount', 'closingAmount']);
/** The view of rows that people wrote themselves. */
const PERIOD_VIEW = '期间';

/** The row above, while it belongs to a block. `seen`: the stages since 统计周期 was last written out. */
interface Above {
  readonly row: number;
  readonly period: string;
  readonly rest: string;
  readonly seen: ReadonlySet<StageKey>;
}

/** Rows that belong to a block, with what they are called. */
function findRows(
  { rows, columns, dates1904 }: KeptTable,
  stageOf: (word: string) => StageKey | null,
): readonly FoundRow[] {
  const found: FoundRow[] = [];
  let above = null as Above | null;
  for (const row of rows) {
    const cell = (key: BlockKey) => row.cells[(columns.get(key) ?? 0) - 1];
    const word = (key: BlockKey) => cellText(cell(key)).trim();
    const stage = stageOf(word('stage'));
    if (stage === null) {
      above = null;
      continue;
    }
    const own = cell('period');
    const said = readTextCell(own, dates1904);
    // Spreadsheets turn a month into its first day. Only a snapshot is of a day.
    const isMonth = own?.kind === 'number' && own.format === 'date' && viewOf(word('scope')) !== '快照';
    const read = parsePeriodText(isMonth ? said.slice(0, 7) : said);
    const carried: boolean = own === undefined && above?.row === row.row - 1 && !above.seen.has(stage);
    const period: string | null = carried ? (above?.period ?? null) : read && periodName(read);
    const [scope, by, group] = [word('scope'), word('by'), word('group')];
    const names = [viewOf(scope), by, group].join('\n');
    const rest: string = carried && scope + by + group === '' ? (above?.rest ?? names) : names;
    if (period) found.push({ row, block: `${period}\n${rest}`, stage, carried });
    const seen: ReadonlySet<StageKey> = new Set([...(carried && above ? above.seen : []), stage]);
    above = period ? { row: row.row, period, rest, seen } : null;
  }
  return found;
}

/** Rows of a form nobody has filled in yet: a stage and nothing else. */
function blankForms(
  { rows, columns }: KeptTable,
  stageOf: (word: string) => StageKey | null,
): readonly { readonly row: SheetRow; readonly stage: StageKey }[] {
  const others = [...columns].filter(([key]) => key !== 'stage').map(([, col]) => col - 1);
  return rows.flatMap((row) => {
    const stage = stageOf(cellText(row.cells[(columns.get('stage') ?? 0) - 1]).trim());
    return stage === null || others.some((index) => row.cells[index]) ? [] : [{ row, stage }];
  });
}

/** The cells of a row that is there: its names stay as people wrote them. */
function replacing(
  { columns }: KeptTable,
  { row, carried }: FoundRow,
  cells: ReadonlyMap<BlockKey, CellInput>,
): ReadonlyMap<BlockKey, CellInput> {
  const isBlank = (key: BlockKey) => !row.cells[(columns.get(key) ?? 0) - 1];
  return new Map([...cells].filter(([key]) => !(carried && key === 'asOf' && isBlank(key))));
}

/** Rows of groups that the block no longer has. */
function emptied(
  table: KeptTable | null,
  found: readonly FoundRow[],
  block: ReportBlock,
  isWanted: (key: BlockKey) => boolean,
): readonly RowEdit[] {
  const prefix = blockName(block, '');
  const kept = new Set(block.rows.map(({ group }) => blockName(block, group)));
  const model = block.rows.find(({ group }) => group !== null) ?? block.rows[0];
  if (block.by === null || !table || !model) return [];
  const cells = new Map(
    [...model.cells].filter(([key]) => isWanted(key)).map(([key, input]) => [key, emptyInput(key, input)]),
  );
  return found
    .filter((each) => each.block.startsWith(prefix) && !kept.has(each.block))
    .map((each) => ({ at: each.row, cells: replacing(table, each, cells) }));
}

function emptyInput(key: BlockKey, input: CellInput): CellInput {
  if (key === 'stay' || key === 'stayMedian') return { kind: 'blank' };
  if (input.kind === 'number') return { kind: 'number', value: 0 };
  if (input.kind === 'money') return { kind: 'money', fen: 0 };
  return input.kind === 'formula' ? { ...input, shows: text('—') } : input;
}

function blockName({ period, scope, by }: ReportBlock, group: string | null): string {
  const names = group === null ? ['', ''] : [by ?? '', group];
  return [periodName(period), viewOf(scope), ...names].join('\n');
}

function periodName({ from, to }: Period): string {
  return `${from}…${to}`;
}

function viewOf(scope: string): string {
  return normalizeWidth(scope).split('(')[0]?.trim() || PERIOD_VIEW;
}

function text(value: string): PlainInput {
  return { kind: 'text', text: value };
}
