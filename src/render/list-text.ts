import type { Deal } from '../core/deal.ts';
import { dealJson } from '../core/deal-json.ts';
import { lastRealFollowUp } from '../core/fold.ts';
import type { Grid, GridCell, GridColumn } from '../core/grid.ts';
import { say } from '../core/message.ts';
import type { Settings } from '../core/settings.ts';
import { stageInfo } from '../core/stages.ts';
import { type Waiting, waitingNote, waitingOf } from '../core/waiting.ts';
import { type GridStyle, renderGrid } from './terminal.ts';

const COLUMNS: readonly GridColumn[] = [
  { title: { zh: '商机编号', en: 'ID' }, align: 'left' },
  { title: { zh: '客户名称', en: 'Customer' }, align: 'left' },
  { title: { zh: '当前阶段', en: 'Stage' }, align: 'left' },
  { title: { zh: '预计金额', en: 'Amount' }, align: 'right' },
  { title: { zh: '销售负责人', en: 'Owner' }, align: 'left' },
  { title: { zh: '最后跟进', en: 'Last contact' }, align: 'left' },
];

/** Deals as a table; `total` is how many there were before --limit. */
export function renderDealList(
  deals: readonly Deal[],
  total: number,
  settings: Settings,
  style: GridStyle,
  waiting: Waiting,
): string {
  if (deals.length === 0) return say({ zh: '没有符合条件的商机', en: 'No deal matches' }, style.lang);
  const count =
    deals.length < total
      ? { zh: `${total} 个商机,列出 ${deals.length} 个`, en: `${deals.length} of ${total} deals` }
      : { zh: `${total} 个商机`, en: `${total} deals` };
  return renderGrid(
    { ...dealGrid(deals, settings, waiting), notes: [count, ...waitingNote(waiting.n)] },
    style,
  );
}

/** Deals as a table, in the words of `--json`. */
export function dealGrid(deals: readonly Deal[], settings: Settings, waiting: Waiting): Grid {
  return {
    title: null,
    columns: COLUMNS,
    rows: deals.map((deal) => {
      const json = dealJson(deal, settings);
      const held = json.hold && {
        zh: `,搁置至 ${json.hold.until}`,
        en: `, put aside until ${json.hold.until}`,
      };
      const isQueued = waitingOf(waiting, deal) > 0;
      const marks = {
        zh: `${held?.zh ?? ''}${isQueued ? ',待写' : ''}`,
        en: `${held?.en ?? ''}${isQueued ? ', queued' : ''}`,
      };
      const stage =
        deal.stage === null
          ? { zh: `${deal.row.stageWord}${marks.zh}`, en: `${deal.row.stageWord}${marks.en}` }
          : {
              zh: `${json.status}${marks.zh}`,
              en: `${stageInfo(deal.stage).name.en} (${json.status})${marks.en}`,
            };
      return [
        textOrNothing(json.id),
        { kind: 'text', text: json.customer },
        { kind: 'text', text: stage },
        { kind: 'money', fen: deal.row.amount?.low ?? null },
        textOrNothing(json.owner),
        { kind: 'date', day: lastRealFollowUp(deal) },
      ];
    }),
    notes: [],
  };
}

function textOrNothing(text: string | null): GridCell {
  return text === null ? { kind: 'empty' } : { kind: 'text', text };
}
