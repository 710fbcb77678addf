import type { Book, ScreenedLead, TrackingShape } from './book.ts';
import { type HolidayTable, mergeHolidays } from './calendar.ts';
import type { Day } from './date.ts';
import type { DealRow } from './deal.ts';
import { columnValues, findDealRows, openDeals } from './deal-table.ts';
import { CONTENT_LABELS } from './decode-log.ts';
import { isBareNumber } from './decode-row.ts';
import type { DealEvent } from './event.ts';
import { readLog } from './event-log.ts';
import { FIELDS, type FieldKey, fieldInfo } from './fields.ts';
import { dataFinding, type Finding } from './finding.ts';
import { findShape, type Header } from './header.ts';
import { type PackedSheet, packRows } from './packed-sheet.ts';
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
  readonly tracking: RawSheet | PackedSheet;
  readonly header: Header;
  readonly log: RawSheet | PackedSheet | null;
  readonly leads: RawSheet | null;
  readonly settings: RawSheet | null;
}

export interface DecodeContext {
  /** Of `Book`. */
  readonly named: string | null;
  /** The team's name where 设置 does not say it. */
  readonly team?: string;
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
  const tracking = asPacked(raw.tracking);
  const { rows, passedOver } = findDealRows(tracking, { shape, settings });
  const units = readUnits(shape, settings, (col) => columnValues(tracking, rows, col));
  const { asOf, dates1904 } = context;
  const log =
    raw.log &&
    readLog(asPacked(raw.log), {
      dates1904,
      today: asOf,
      stageWords: settings.stageWords,
      labels: new Set([...CONTENT_LABELS, ...settings.surveyQuestions]),
    });
  const table = openDeals(tracking, rows, log, {
    shape,
    settings,
    today: asOf,
    dates1904,
    units: units.units,
  });
  let events: readonly DealEvent[] | undefined;
  return {
    named: context.named,
    team: settings.team.trim() || (context.team ?? ''),
    shape,
    logShape: log?.shape ?? null,
    leadsShape: raw.leads && findShape(raw.leads.sheet, raw.leads.rows, LEAD_HEADERS),
    settingsShape: raw.settings && findShape(raw.settings.sheet, raw.settings.rows, SETTING_HEADERS),
    passedOver: passedOver.map((row) => tracking.rows[row] ?? 0),
    settings,
    settingRows: read.rows,
    units: units.units,
    adopted: shape.columns.has('id') && log !== null,
    get deals() {
      return table.all();
    },
    get events() {
      events ??= log ? [...log.events] : [];
      return events;
    },
    get orphans() {
      return log ? table.orphans.map(log.eventAt) : [];
    },
    leadIds: leadColumn(raw.leads, '商机编号'),
    screenedOut: screenedOutLeads(raw.leads, context),
    get findings() {
      return [
        ...read.findings,
        ...units.findings,
        ...table.findings(),
        ...(log?.findings ?? []),
        ...table.twice.map(([row, first]) =>
          duplicateId(table.dealAt(row).row, table.dealAt(first).row, shape),
        ),
      ];
    },
    get inferred() {
      return table.inferred();
    },
    nextSeq: log?.nextSeq ?? 1,
    table,
    asOf,
    holidays: mergeHolidays(context.holidays, settings.imported),
  };
}

/** Rows that a test or a small format made one by one are packed like those of a big sheet. */
function asPacked(raw: RawSheet | PackedSheet): PackedSheet {
  return 'starts' in raw ? raw : packRows(raw.sheet, raw.rows);
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
  cellsOf: (col: number | undefined) => Iterable<CellValue>,
): { readonly units: ReadonlyMap<FieldKey, number | null>; readonly findings: readonly Finding[] } {
  const units = new Map<FieldKey, number | null>();
  const findings: Finding[] = [];
  for (const { key, kind } of FIELDS) {
    const col = shape.columns.get(key);
    if (kind !== 'amount') continue;
    const said = shape.units.get(key) ?? settings.amountUnit;
    const bare = said === null ? firstUnclear(cellsOf(col)) : null;
    units.set(key, bare ? null : (said ?? 1));
    if (!bare || col === undefined) continue;
    const place = { sheet: shape.sheet, row: shape.headerRow, col };
    const { header } = fieldInfo(key);
    findings.push(
      dataFinding('no-unit', {
        place,
        explain: {
          zh: `${header.zh}列的数字没有单位(如 ${cellText(bare)}):是元还是万元?请在 设置「表格 金额单位」填 元 或 万元,之前按未填处理`,
          en: `Column ${header.en} has bare numbers (${cellText(bare)}): yuan, or 10,000 yuan? Fill 设置「表格 金额单位」 with 元 or 万元; until then they are not read`,
        },
      }),
    );
  }
  return { units, findings };
}

/** The first bare number of a column whose bare numbers are all small; null where one is not, or there is none. */
function firstUnclear(cells: Iterable<CellValue>): CellValue | null {
  let first: CellValue | null = null;
  for (const cell of cells) {
    if (!isBareNumber(cell)) continue;
    const value = Math.abs(Number(normalizeWidth(cellText(cell)).replaceAll(',', '')));
    if (value * 100 >= UNCLEAR_BELOW) return null;
    first ??= cell;
  }
  return first;
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
