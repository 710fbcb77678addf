import type { TableShape } from './book.ts';
import type { Day } from './date.ts';
import { type DealEvent, EVENT_MARKS, EVENT_TYPES, type EventMark, type EventType } from './event.ts';
import { dataFinding, type Finding } from './finding.ts';
import { ITEMS, isItemKey } from './items.ts';
import { readContent } from './log-text.ts';
import { placeName, type SheetRow } from './sheet.ts';
import { readStageWord, type StageKey } from './stages.ts';
import { readDateCell, readTextCell } from './values.ts';

/** Headers of 过程记录, in their order. */
export const LOG_HEADERS = [
  '序号',
  '日期',
  '商机编号',
  '客户名称',
  '类型',
  '原阶段',
  '新阶段',
  '检查项',
  '内容',
  '证据',
  '操作人',
  '标记',
  '记录时间',
] as const;
export type LogHeader = (typeof LOG_HEADERS)[number];

/** Labels that may stand before `=` in 内容: the items' flags, and those of the other types. */
export const CONTENT_LABELS: ReadonlySet<string> = new Set([
  ...ITEMS.flatMap((item) => item.flags.map((flag) => flag.label.zh)),
  '方式',
  '原因',
  '至',
  '原值',
  '新值',
  '列',
  '等级',
  '补录原因',
  '约定',
  '状态',
  '去向',
  '接管日',
  '类型',
  '关联商机',
]);

/** One row of 过程记录; a row that cannot be read is a finding and no event. Null: a blank row. */
export function decodeEvent(
  row: SheetRow,
  shape: TableShape,
  context: {
    readonly dates1904: boolean;
    readonly today: Day;
    readonly stageWords: ReadonlyMap<string, StageKey>;
    /** CONTENT_LABELS, and the team's questions. */
    readonly labels: ReadonlySet<string>;
  },
): { readonly event: DealEvent } | { readonly finding: Finding } | null {
  const cell = (header: LogHeader) => row.cells[(shape.columns.get(header) ?? 0) - 1];
  const text = (header: LogHeader) => readTextCell(cell(header));
  const dealId = text('商机编号');
  const typeWord = text('类型');
  if (dealId === '' && typeWord === '') return null;
  const dateCell = cell('日期');
  const date = dateCell && readDateCell(dateCell, context.dates1904, context.today);
  const type = readEventType(typeWord);
  const seq = Number(text('序号'));
  const item = text('检查项');
  const toWord = text('新阶段');
  const to = readLogStage(toWord, context.stageWords);
  let problem: LogHeader | null = null;
  if (!date) problem = '日期';
  else if (dealId === '') problem = '商机编号';
  else if (!type) problem = '类型';
  else if (!Number.isInteger(seq) || seq <= 0) problem = '序号';
  else if (to === null && (toWord !== '' || (type !== null && MOVES.has(type)))) problem = '新阶段';
  else if (!isItemKey(item) && (item !== '' || type === 'item')) problem = '检查项';
  if (problem !== null || !date || !type) {
    const header = problem ?? '日期';
    const place = { sheet: shape.sheet, row: row.row, col: shape.columns.get(header) ?? 1 };
    const value = text(header);
    return {
      finding: dataFinding('unread', {
        id: dealId || null,
        customer: text('客户名称') || null,
        place,
        explain: {
          zh: `${placeName(place)} ${header}「${value}」读不懂,这条记录没有计入`,
          en: `${placeName(place)} ${header} “${value}” cannot be read; this record is left out`,
        },
      }),
    };
  }
  return {
    event: {
      seq,
      date: date.day,
      dealId,
      customer: text('客户名称'),
      type,
      from: readLogStage(text('原阶段'), context.stageWords),
      to,
      item: isItemKey(item) ? item : null,
      ...readContent(text('内容'), context.labels),
      evidence: text('证据'),
      by: text('操作人'),
      marks: readMarks(text('标记')),
      recordedAt: text('记录时间'),
    },
  };
}

/** Types that say nothing without the stage they lead to. */
export const MOVES: ReadonlySet<EventType> = new Set([
  'advanced',
  'skipped',
  'back',
  'lost',
  'reopened',
  'pooled',
]);

const EVENT_BY_WORD: ReadonlyMap<string, EventType> = new Map(
  (Object.keys(EVENT_TYPES) as EventType[]).map((type) => [EVENT_TYPES[type], type]),
);

export function readEventType(word: string): EventType | null {
  return EVENT_BY_WORD.get(word) ?? null;
}

const NO_WORDS: ReadonlyMap<string, StageKey> = new Map();

/** Canonical words first: what was recorded must not change with the team's own words. */
export function readLogStage(word: string, own: ReadonlyMap<string, StageKey>): StageKey | null {
  if (word === '') return null;
  return (readStageWord(word, NO_WORDS) ?? readStageWord(word, own))?.stage ?? null;
}

const NO_MARKS: ReadonlySet<EventMark> = new Set();

export function readMarks(text: string): ReadonlySet<EventMark> {
  if (text === '') return NO_MARKS;
  return new Set(
    (Object.keys(EVENT_MARKS) as EventMark[]).filter((mark) => text.includes(EVENT_MARKS[mark])),
  );
}
