import type { Book } from '../../src/core/book.ts';
import { buildCalendar } from '../../src/core/calendar.ts';
import { type Day, parseIsoDay } from '../../src/core/date.ts';
import { LOG_HEADERS } from '../../src/core/decode-log.ts';
import { EVENT_MARKS, EVENT_TYPES, type EventMark } from '../../src/core/event.ts';
import { FIELDS } from '../../src/core/fields.ts';
import { moveType } from '../../src/core/fold.ts';
import { isPeriod, type PeriodOptions, parsePeriod } from '../../src/core/period.ts';
import { REPORT_VIEWS } from '../../src/core/reports/list.ts';
import type { Report, ReportInput } from '../../src/core/reports/report.ts';
import { type StageKey, stageInfo } from '../../src/core/stages.ts';
import { type Memory, newMemory, readMemory } from '../core-domain/memory-book.ts';

/** One move of a deal: the day and the stage it went to, with marks and the time of recording where they matter. */
export interface Move {
  readonly on: string;
  readonly to: StageKey;
  readonly marks?: readonly EventMark[];
  readonly recorded?: string;
}

/** Any other event: a contract recorded, a column edited. */
export interface Remark {
  readonly on: string;
  readonly item?: string;
  /** Typed by hand into 新阶段, where it says nothing. */
  readonly to?: string;
  readonly content: string;
  readonly recorded?: string;
}

export interface Story {
  readonly id: string;
  readonly moves: readonly Move[];
  readonly remarks?: readonly Remark[];
  /** Cells by Chinese header. */
  readonly cells?: Readonly<Record<string, string>>;
  /** 原因 of the loss of a day. */
  readonly reasons?: Readonly<Record<string, string>>;
  /** 搁置. */
  readonly holds?: readonly { readonly on: string; readonly until: string }[];
  /** The row was deleted; only its events are left. */
  readonly deleted?: boolean;
}

/** `2026-05-11 lead, 05-14 discovery`: moves of 2026, written short. */
export function moves(text: string): Move[] {
  return text.split(',').map((part) => {
    const [on = '', to = ''] = part.trim().split(' ');
    return { on: on.length === 5 ? `2026-${on}` : on, to: to as StageKey };
  });
}

/** A book in which these stories stand in the log, recorded on the day they happened unless they say otherwise. */
export function bookOf(stories: readonly Story[], asOf: string): Book {
  return readMemory(memoryOf(stories), day(asOf));
}

export function memoryOf(stories: readonly Story[]): Memory {
  const headers = FIELDS.map(({ header }) => header.zh);
  const rows = stories
    .filter(({ deleted }) => !deleted)
    .map(({ id, moves: walked, cells }) => {
      const values: Record<string, string> = {
        客户名称: `客户${id}`,
        商机编号: id,
        当前阶段: nameOf(walked.at(-1)?.to ?? 'lead'),
        线索录入日期: walked[0]?.on ?? '',
        ...cells,
      };
      return headers.map((header) => values[header] ?? null);
    });
  const memory = newMemory([headers, ...rows]);
  const log = stories.flatMap(logRows).sort((a, b) => String(a[1]).localeCompare(String(b[1])));
  const numbered = log.map((cells, index) => [index + 1, ...cells.slice(1)]);
  memory.set('过程记录', newMemory([[...LOG_HEADERS], ...numbered]).get('客户信息跟踪表') ?? []);
  return memory;
}

export function reportOn(
  book: Book,
  period: PeriodOptions,
  more: Partial<ReportInput> & { readonly view?: string } = {},
): Report {
  const calendar = buildCalendar(
    { years: new Map(), holidays: new Map(), makeup: new Map() },
    { off: new Map(), work: new Map() },
  );
  const read = parsePeriod(period, book.asOf, calendar);
  if (!isPeriod(read)) throw new Error(read.text.zh);
  const { view, ...rest } = more;
  const chosen = REPORT_VIEWS.find(({ key }) => key === view) ?? REPORT_VIEWS[0];
  return chosen.make({
    books: [book],
    period: read,
    today: book.asOf,
    knownOn: null,
    named: null,
    by: null,
    ...rest,
  });
}

/** `期初 新增(回流) 转化(跳级) 流失(无效) 退回 期末` of each stage that has any, from the lists behind the cells. */
export function tableOf(report: Report): Record<string, string> {
  const count = (row: string, column: string) =>
    report.cells.find((cell) => cell.row === row && cell.column === column)?.entries.length ?? Number.NaN;
  const withSome = (row: string, column: string, some: string) =>
    `${count(row, column)}${count(row, some) ? `(${count(row, some)})` : ''}`;
  const lines: Record<string, string> = {};
  for (const stage of new Set(report.cells.map(({ row }) => row).filter((row) => row !== 'totals'))) {
    const line = [
      count(stage, 'opening'),
      withSome(stage, 'entered', 'reentered'),
      withSome(stage, 'converted', 'skipped'),
      withSome(stage, 'lost', 'invalid'),
      count(stage, 'back'),
      count(stage, 'closing'),
    ].join(' ');
    if (line !== '0 0 0 0 0 0') lines[stage] = line;
  }
  return lines;
}

export function day(text: string): Day {
  const read = parseIsoDay(text);
  if (read === null) throw new Error(text);
  return read;
}

function logRows({
  id,
  moves: walked,
  remarks = [],
  holds = [],
  reasons = {},
}: Story): (string | number | null)[][] {
  const stageRows = walked.map(({ on, to, marks = [], recorded = on }, index) => {
    const from = walked[index - 1]?.to;
    const type = EVENT_TYPES[from === undefined ? 'created' : moveType(from, to)];
    return [
      0,
      on,
      id,
      `客户${id}`,
      type,
      from === undefined ? '' : nameOf(from),
      nameOf(to),
      '',
      to === 'lost' && reasons[on] ? `原因=${reasons[on]}` : '',
      '',
      '王芳',
      marks.map((mark) => EVENT_MARKS[mark]).join('、'),
      `${recorded} 10:00:00`,
    ];
  });
  const otherRows = remarks.map(({ on, item, to = '', content, recorded = on }) => [
    0,
    on,
    id,
    `客户${id}`,
    item ? EVENT_TYPES.item : EVENT_TYPES.edited,
    '',
    to,
    item ?? '',
    content,
    '',
    '王芳',
    '',
    `${recorded} 10:00:00`,
  ]);
  const heldRows = holds.map(({ on, until }) => [
    0,
    on,
    id,
    `客户${id}`,
    EVENT_TYPES.held,
    '',
    '',
    '',
    `至=${until}；原因=预算冻结`,
    '',
    '王芳',
    '',
    `${on} 10:00:00`,
  ]);
  return [...stageRows, ...otherRows, ...heldRows];
}

function nameOf(stage: StageKey): string {
  return stageInfo(stage).name.zh;
}
