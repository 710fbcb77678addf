import type { Book, ScreenedLead, TrackingShape } from './book.ts';
import { type HolidayTable, mergeHolidays } from './calendar.ts';
import type { Day } from './date.ts';
import type { Deal, DealRow } from './deal.ts';
import { CONTENT_LABELS, decodeEvent, LOG_HEADERS } from './decode-log.ts';
import { decodeRow, isBareNumber, isDealRow } from './decode-row.ts';
import type { DealEvent } from './event.ts';
import { FIELDS, type FieldKey, fieldInfo } from './fields.ts';
import { dataFinding, type Finding } from './finding.ts';
import { foldDeal } from './fold.ts';
import { findShape, type Header } from './header.ts';
import { readSettings, type SettingRow, type Settings } from './settings.ts';
import { type CellValue, cellName, cellText, type SheetRow } from './sheet.ts';
import { normalizeWidth, splitTags } from './text.ts';
import { readDateCell, readTextCell } from './values.ts';

/** Headers of 设置 and 线索信息表, in their order. */
export const SETTING_HEADERS = ['类别', '名称', '值', '说明'] as const;
export const LEAD_HEADERS = [
  '客户名称',
  '联系人',
  '联系方式',
  '所属行业',
  '客户规模',
  '预算范围',
  '需求标签',
  '来源渠道',
  '来源优先级',
  '录入日期',
  '筛选结果',
  '无效原因',
  '商机编号',
] as const;

/** A sheet's rows as they came from the store. */
export interface RawSheet {
  readonly sheet: string;
  readonly rows: readonly SheetRow[];
}

export interface RawBook {
  readonly tracking: RawSheet;
  readonly header: Header;
  readonly log: RawSheet | null;
  readonly leads: RawSheet | null;
  readonly settings: RawSheet | null;
}

export interface DecodeContext {
  /** Of `Book`. */
  readonly named: string | null;
  readonly asOf: Day;
  readonly holidays: HolidayTable;
  readonly dates1904: boolean;
  /** Instead of what the sheet says: while adopting, with the answers given. */
  readonly settings?: Settings;
}

/** The rows of 设置 as settings over the defaults, with findings for values that cannot be used. */
export function decodeSettings(
  raw: RawSheet | null,
  dates1904: boolean,
): {
  readonly rows: readonly SettingRow[];
  readonly settings: Settings;
  readonly findings: readonly Finding[];
} {
  if (!raw) return { rows: [], ...readSettings([]) };
  const shape = findShape(raw.sheet, raw.rows, SETTING_HEADERS);
  // A day off that was typed into Excel is a real date, a probability a percentage: read as they show.
  const text = (row: SheetRow, header: string) =>
    readTextCell(row.cells[(shape.columns.get(header) ?? 0) - 1], dates1904);
  const rows = raw.rows
    .filter((row) => row.row > shape.headerRow)
    .map(
      (row): SettingRow => ({
        sheet: raw.sheet,
        row: row.row,
        category: text(row, '类别'),
        name: text(row, '名称'),
        value: text(row, '值'),
      }),
    );
  return { rows, ...readSettings(rows) };
}

/** Cells of the book's sheets → deals, events and findings, as of a day. What cannot be read is a finding; no row is dropped. */
export function decodeBook(raw: RawBook, context: DecodeContext): Book {
  const read = decodeSettings(raw.settings, context.dates1904);
  const settings = context.settings ?? read.settings;
  const { duplicates: _, missing: __, ...found } = raw.header;
  const shape: TrackingShape = { sheet: raw.tracking.sheet, ...found };
  const below = raw.tracking.rows.filter((row) => row.row > shape.headerRow);
  const dataRows = below.filter((row) => isDealRow(row, shape));
  const units = readUnits(shape, settings, dataRows);
  const rows = dataRows.map((row) =>
    decodeRow(row, {
      shape,
      settings,
      today: context.asOf,
      dates1904: context.dates1904,
      units: units.units,
    }),
  );
  const logShape = raw.log && findShape(raw.log.sheet, raw.log.rows, LOG_HEADERS);
  const log = decodeLog(raw.log, logShape, context, settings);
  const byDeal = groupEvents(log.events);
  const seen = new Map<string, DealRow>();
  const twice: Finding[] = [];
  const deals = rows.map(({ deal: row }): Deal => {
    const first = row.id === null ? undefined : seen.get(row.id);
    if (first) twice.push(duplicateId(row, first, shape));
    else if (row.id !== null) seen.set(row.id, row);
    return foldDeal(row, first || row.id === null ? [] : (byDeal.get(row.id) ?? []), context.asOf);
  });
  return {
    named: context.named,
    shape,
    logShape,
    leadsShape: raw.leads && findShape(raw.leads.sheet, raw.leads.rows, LEAD_HEADERS),
    settingsShape: raw.settings && findShape(raw.settings.sheet, raw.settings.rows, SETTING_HEADERS),
    passedOver: below.filter((row) => !isDealRow(row, shape) && hasText(row)).map(({ row }) => row),
    settings,
    settingRows: read.rows,
    units: units.units,
    adopted: shape.columns.has('id') && logShape !== null,
    deals,
    events: log.events,
    orphans: log.events.filter((event) => !seen.has(event.dealId)),
    leadIds: leadColumn(raw.leads, '商机编号'),
    screenedOut: screenedOutLeads(raw.leads, context),
    findings: [
      ...read.findings,
      ...units.findings,
      ...rows.flatMap(({ findings }) => findings),
      ...log.findings,
      ...twice,
    ],
    inferred: rows.flatMap(({ inferred }) => inferred),
    nextSeq: log.events.reduce((max, event) => Math.max(max, event.seq), 0) + 1,
    asOf: context.asOf,
    holidays: mergeHolidays(context.holidays, settings.imported),
  };
}

/** Numbered blank rows are nothing to speak of. */
function hasText({ cells }: SheetRow): boolean {
  return cells.some((cell) => cell?.kind === 'text' && cell.text.trim() !== '');
}

function decodeLog(
  raw: RawSheet | null,
  shape: Book['logShape'],
  { asOf, dates1904 }: DecodeContext,
  { stageWords, surveyQuestions }: Settings,
): { events: DealEvent[]; findings: Finding[] } {
  const events: DealEvent[] = [];
  const findings: Finding[] = [];
  const labels = new Set([...CONTENT_LABELS, ...surveyQuestions]);
  for (const row of raw?.rows ?? []) {
    if (!shape || row.row <= shape.headerRow) continue;
    const read = decodeEvent(row, shape, { dates1904, today: asOf, stageWords, labels });
    if (read && 'event' in read) events.push(read.event);
    else if (read) findings.push(read.finding);
  }
  return { events: events.sort((a, b) => a.seq - b.seq), findings };
}

function groupEvents(events: readonly DealEvent[]): ReadonlyMap<string, DealEvent[]> {
  const groups = new Map<string, DealEvent[]>();
  for (const event of events) {
    const group = groups.get(event.dealId);
    if (group) group.push(event);
    else groups.set(event.dealId, [event]);
  }
  return groups;
}

/** 分: a column whose bare numbers are all smaller leaves open whether they are yuan. */
export const UNCLEAR_BELOW = 100_000;

/**
 * Yuan per bare number of each amount column: the header's unit, else 金额单位, else 1. A column of bare numbers that
 * are all below 1,000 says nothing (15 元 or 15 万?): null, and one finding.
 */
export function readUnits(
  shape: TrackingShape,
  settings: Settings,
  rows: readonly SheetRow[],
): { readonly units: ReadonlyMap<FieldKey, number | null>; readonly findings: readonly Finding[] } {
  const units = new Map<FieldKey, number | null>();
  const findings: Finding[] = [];
  for (const { key, kind } of FIELDS) {
    const col = shape.columns.get(key);
    if (kind !== 'amount') continue;
    const said = shape.units.get(key) ?? settings.amountUnit;
    const bare = rows
      .map((row) => (col === undefined ? undefined : row.cells[col - 1]))
      .filter((cell): cell is CellValue => cell !== undefined && isBareNumber(cell));
    const unclear =
      said === null &&
      bare.length > 0 &&
      bare.every(
        (cell) => Math.abs(Number(normalizeWidth(cellText(cell)).replaceAll(',', ''))) * 100 < UNCLEAR_BELOW,
      );
    units.set(key, unclear ? null : (said ?? 1));
    if (!unclear || col === undefined) continue;
    const place = { sheet: shape.sheet, row: shape.headerRow, col };
    const { header } = fieldInfo(key);
    findings.push(
      dataFinding('no-unit', {
        place,
        explain: {
          zh: `${header.zh}列的数字没有单位(如 ${cellText(bare[0])}):是元还是万元?请在 设置「表格 金额单位」填 元 或 万元,之前按未填处理`,
          en: `Column ${header.en} has bare numbers (${cellText(bare[0])}): yuan, or 10,000 yuan? Fill 设置「表格 金额单位」 with 元 or 万元; until then they are not read`,
        },
      }),
    );
  }
  return { units, findings };
}

function duplicateId(row: DealRow, first: DealRow, shape: TrackingShape): Finding {
  const col = shape.columns.get('id') ?? 1;
  return dataFinding('duplicate-id', {
    id: row.id,
    customer: row.customer,
    owner: row.owner || null,
    place: { sheet: shape.sheet, row: row.row, col },
    explain: {
      zh: `商机编号 ${row.id} 出现两次:${cellName(first.row, col)}(${first.customer})和 ${cellName(row.row, col)}(${row.customer});清空其中一个,下次写入时会给它新编号`,
      en: `Deal ID ${row.id} stands twice: ${cellName(first.row, col)} (${first.customer}) and ${cellName(row.row, col)} (${row.customer}); clear one, the next write gives it a new one`,
    },
  });
}

function leadColumn(raw: RawSheet | null, header: string): string[] {
  if (!raw) return [];
  const shape = findShape(raw.sheet, raw.rows, LEAD_HEADERS);
  const col = shape.columns.get(header);
  return col === undefined
    ? []
    : raw.rows.filter((row) => row.row > shape.headerRow).map((row) => readTextCell(row.cells[col - 1]));
}

function screenedOutLeads(raw: RawSheet | null, { asOf, dates1904 }: DecodeContext): ScreenedLead[] {
  if (!raw) return [];
  const { headerRow, columns } = findShape(raw.sheet, raw.rows, LEAD_HEADERS);
  const cell = (row: SheetRow, header: string) => row.cells[(columns.get(header) ?? 0) - 1];
  const text = (row: SheetRow, header: string) => readTextCell(cell(row, header), dates1904);
  return raw.rows
    .filter((row) => row.row > headerRow && text(row, '无效原因') !== '' && text(row, '商机编号') === '')
    .map((row) => {
      const date = cell(row, '录入日期');
      return {
        customer: text(row, '客户名称'),
        phone: text(row, '联系方式'),
        tags: splitTags(text(row, '需求标签')),
        on: (date && readDateCell(date, dates1904, asOf)?.day) ?? null,
      };
    });
}
