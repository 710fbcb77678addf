import { parseIsoDay } from '../date.ts';
import type { DealEvent } from '../event.ts';
import { STAGES, stageRank } from '../stages.ts';
import type { KeyedDeal } from './keyed-deals.ts';
import { column, dealColumn, type TableShape, teamColumn } from './table.ts';

interface EventRow {
  readonly team: string;
  readonly deal: KeyedDeal;
  readonly event: DealEvent;
}

/** The log, with the 推定 history of rows that have none. Contents are left out: they are the team's own words. */
export const EVENTS: TableShape<EventRow> = {
  name: 'events',
  about: {
    zh: '过程记录的每一条(没有记录的行有推定的);内容不导出',
    en: 'every entry of the log (assumed ones for rows without); their texts are not exported',
  },
  columns: [
    teamColumn(),
    dealColumn(),
    column(
      'seq',
      'whole',
      { zh: '序号;同一天的先后', en: 'its number; the order within one day' },
      ({ event }) => event.seq,
    ),
    column('on_date', 'date', { zh: '发生的日期', en: 'the day it happened' }, ({ event }) => event.date),
    column(
      'event_type',
      'text',
      {
        zh: 'created advanced skipped back lost reopened pooled item followup held edited',
        en: 'created advanced skipped back lost reopened pooled item followup held edited',
      },
      ({ event }) => event.type,
    ),
    column(
      'to_stage',
      'text',
      {
        zh: '移到的阶段(stages.stage);不是移动则为空',
        en: 'the stage it moved to (stages.stage); empty where it is no move',
      },
      ({ event }) => stageMovedTo(event),
    ),
    column(
      'item',
      'text',
      { zh: '检查项,可空', en: 'the checklist item, may be empty' },
      ({ event }) => event.item ?? '',
    ),
    column(
      'held_until',
      'date',
      { zh: '搁置到这天', en: 'put aside until this day' },
      ({ event }) => (event.type === 'held' ? parseIsoDay(event.values.get('至') ?? '') : null),
      true,
    ),
    column('forced', 'flag', { zh: '强制', en: 'a gate was passed by force' }, ({ event }) =>
      event.marks.has('forced'),
    ),
    column('assumed', 'flag', { zh: '推定', en: 'assumed history' }, ({ event }) =>
      event.marks.has('assumed'),
    ),
    column('backdated', 'flag', { zh: '补录', en: 'dated into a closed quarter' }, ({ event }) =>
      event.marks.has('backdated'),
    ),
    column('by_hand', 'flag', { zh: '人工', en: 'a change made by hand in the sheet' }, ({ event }) =>
      event.marks.has('manual'),
    ),
    column(
      'recorded_at',
      'text',
      { zh: '记录时间,团队所在时区', en: "when it was recorded, in the team's zone" },
      ({ event }) => event.recordedAt,
    ),
  ],
};

/** The events of a 商机 as rows of the table. */
export function eventRows(team: string, deal: KeyedDeal): readonly EventRow[] {
  return deal.events.map((event) => ({ team, deal, event }));
}

const NO_MOVES: ReadonlySet<string> = new Set(['item', 'followup', 'held', 'edited']);

function stageMovedTo({ type, to }: DealEvent): string {
  if (NO_MOVES.has(type)) return '';
  return to ?? (type === 'created' ? 'lead' : '');
}

interface StageRow {
  readonly team: string;
  readonly stage: (typeof STAGES)[number];
}

export const STAGE_TABLE: TableShape<StageRow> = {
  name: 'stages',
  about: { zh: '阶段和它们的次序', en: 'the stages and their order' },
  columns: [
    teamColumn(),
    column('stage', 'text', { zh: '阶段', en: 'the stage' }, ({ stage }) => stage.key),
    column(
      'place',
      'whole',
      {
        zh: '次序:0 线索获取 … 5 售后维护,6 老客户池;流失、无效为 -1',
        en: 'its place: 0 lead … 5 aftercare, 6 pool; lost and invalid -1',
      },
      ({ stage }) => stageRank(stage.key) ?? -1,
    ),
    column('name_zh', 'text', { zh: '中文名', en: 'its Chinese name' }, ({ stage }) => stage.name.zh),
    column('name_en', 'text', { zh: '英文名', en: 'its English name' }, ({ stage }) => stage.name.en),
  ],
};

/** The stages of a team. */
export function stageRows(team: string): readonly StageRow[] {
  return STAGES.map((stage) => ({ team, stage }));
}
