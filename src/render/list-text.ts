import type { Deal } from '../core/deal.ts';
import { dealJson } from '../core/deal-json.ts';
import { lastRealFollowUp } from '../core/fold.ts';
import { statusLabel } from '../core/gates.ts';
import type { Grid, GridCell, GridColumn } from '../core/grid.ts';
import { type ListColumn, listColumnText, listColumnTitle } from '../core/list.ts';
import { type Lang, say } from '../core/message.ts';
import { formatAmount } from '../core/money.ts';
import type { Settings } from '../core/settings.ts';
import { type Waiting, waitingNote, waitingOf } from '../core/waiting.ts';
import { TEAM_COLUMN } from './report-text.ts';
import { type GridStyle, renderGrid } from './terminal.ts';

const COLUMNS: readonly GridColumn[] = [
  { title: { zh: '商机编号', en: 'ID' }, align: 'left' },
  { title: { zh: '客户名称', en: 'Customer' }, align: 'left' },
  { title: { zh: '当前阶段', en: 'Stage' }, align: 'left' },
  { title: { zh: '预计金额', en: 'Amount' }, align: 'right' },
  { title: { zh: '销售负责人', en: 'Owner' }, align: 'left' },
  { title: { zh: '最后跟进', en: 'Last contact' }, align: 'left' },
];

/** Deals as a table; `shown` of `total`, which is how many there were before --limit. */
export function renderDealList(
  grid: Grid,
  shown: number,
  total: number,
  style: GridStyle,
  queued: number,
): string {
  if (shown === 0) return say({ zh: '没有符合条件的商机', en: 'No deal matches' }, style.lang);
  const count =
    shown < total
      ? { zh: `${total} 个商机,列出 ${shown} 个`, en: `${shown} of ${total} deals` }
      : { zh: `${total} 个商机`, en: `${total} deal${total === 1 ? '' : 's'}` };
  return renderGrid({ ...grid, notes: [count, ...waitingNote(queued)] }, style);
}

/** Whose a deal is: its book's settings, what waits to be written there, and the team where several books are listed. */
export interface DealHome {
  readonly settings: Settings;
  readonly waiting: Waiting;
  readonly team: string | null;
  /** What `--file` calls the book. */
  readonly file: string | null;
}

/** Deals as a table, in the words of `--json`; with the team of each where `homeOf` says it. */
export function dealGrid(deals: readonly Deal[], homeOf: (deal: Deal) => DealHome, withTeam: boolean): Grid {
  return {
    title: null,
    columns: [...(withTeam ? [TEAM_COLUMN] : []), ...COLUMNS],
    rows: deals.map((deal) => [
      ...teamCell(homeOf(deal)),
      textOrNothing(deal.row.id ?? ''),
      { kind: 'text', text: deal.row.customer },
      stageCell(deal, homeOf(deal)),
      { kind: 'money', fen: deal.row.amount?.low ?? null },
      textOrNothing(deal.row.owner),
      { kind: 'date', day: lastRealFollowUp(deal) },
    ]),
    notes: [],
  };
}

/** Deals as a table of the columns that were asked for. */
export function columnGrid(
  deals: readonly Deal[],
  columns: readonly ListColumn[],
  homeOf: (deal: Deal) => DealHome,
  withTeam: boolean,
): Grid {
  return {
    title: null,
    columns: [
      ...(withTeam ? [TEAM_COLUMN] : []),
      ...columns.map((column) => ({
        title: listColumnTitle(column),
        align: isMoney(column) ? ('right' as const) : ('left' as const),
      })),
    ],
    rows: deals.map((deal) => {
      const home = homeOf(deal);
      return [...teamCell(home), ...columns.map((column) => columnCell(deal, column, home))];
    }),
    notes: [],
  };
}

function teamCell({ team }: DealHome): readonly GridCell[] {
  return team === null ? [] : [{ kind: 'text', text: team }];
}

function columnCell(deal: Deal, column: ListColumn, home: DealHome): GridCell {
  if (column === 'stage') return stageCell(deal, home);
  const amount = isMoney(column) ? deal.row[column] : null;
  if (amount && amount.high === amount.low) return { kind: 'money', fen: amount.low };
  if (amount) {
    const range = (lang: Lang) => `${formatAmount(amount.low, lang)} – ${formatAmount(amount.high, lang)}`;
    return { kind: 'text', text: { zh: range('zh'), en: range('en') } };
  }
  return textOrNothing(listColumnText(deal, column));
}

function isMoney(column: ListColumn): column is 'amount' | 'budget' | 'contractAmount' {
  return column === 'amount' || column === 'budget' || column === 'contractAmount';
}

/** The word a deal stands at, and whether it is put aside or waits to be written. */
function stageCell(deal: Deal, { settings, waiting }: DealHome): GridCell {
  const { hold } = dealJson(deal, settings);
  const isQueued = waitingOf(waiting, deal) > 0;
  const marks = {
    zh: `${hold ? `,搁置至 ${hold.until}` : ''}${isQueued ? ',待写' : ''}`,
    en: `${hold ? `, put aside until ${hold.until}` : ''}${isQueued ? ', queued' : ''}`,
  };
  const word = statusLabel(deal, settings);
  return { kind: 'text', text: { zh: `${word.zh}${marks.zh}`, en: `${word.en}${marks.en}` } };
}

function textOrNothing(text: string): GridCell {
  return text === '' ? { kind: 'empty' } : { kind: 'text', text };
}
