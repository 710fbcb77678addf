import { type Book, SHEETS, type TableShape } from './book.ts';
import type { Decision, FieldChange } from './decision.ts';
import { LEAD_HEADERS, UNCLEAR_BELOW } from './decode.ts';
import { LOG_HEADERS, type LogHeader } from './decode-log.ts';
import { EVENT_MARKS, EVENT_TYPES, type NewEvent } from './event.ts';
import { FIELDS, type FieldKey, fieldInfo } from './fields.ts';
import { writeContent } from './log-text.ts';
import { formatAmount } from './money.ts';
import { encodeSettingRows } from './setting-rows.ts';
import type { CellInput, Patch } from './sheet.ts';
import { stageInfo } from './stages.ts';

export interface EncodeMeta {
  /** 操作人. */
  readonly by: string;
  /** 记录时间, for events that do not bring their own. */
  readonly recordedAt: string;
}

/** A decision as patches, in order: missing columns and sheets, cells, new rows, events, settings. Amounts go in the column's unit. */
export function encodeDecision(book: Book, decision: Decision, meta: EncodeMeta): Patch[] {
  const { columns, patches } = planColumns(book, decision);
  const colOf = (field: FieldChange['field']) =>
    columns.get(typeof field === 'string' ? field : `own:${field.own}`) ?? 0;
  const inUnit = (field: FieldChange['field'], input: CellInput) =>
    typeof field === 'string' ? toUnit(book, field, input) : input;
  return [
    ...patches,
    ...decision.fields.map(
      ({ row, field, input }): Patch => ({
        op: 'set',
        place: { sheet: book.shape.sheet, row, col: colOf(field) },
        input: inUnit(field, input),
      }),
    ),
    ...decision.newRows.map(({ cells, own }): Patch => {
      const known = [...cells].map(([field, input]) => [colOf(field), inUnit(field, input)] as const);
      const theirs = [...own].map(([header, input]) => [colOf({ own: header }), input] as const);
      return { op: 'append', sheet: book.shape.sheet, cells: new Map([...known, ...theirs]) };
    }),
    ...appendRows(SHEETS.leads, book.leadsShape, LEAD_HEADERS, decision.leads),
    ...appendRows(
      SHEETS.log,
      book.logShape,
      LOG_HEADERS,
      decision.events.map((event, index) => eventCells(event, book.nextSeq + index, meta)),
    ),
    ...encodeSettingRows(book, decision.settings ?? []),
    ...(decision.patches ?? []),
  ];
}

/** Where each field is; those that have no column yet get one to the right, in the order of the field table. */
function planColumns(
  book: Book,
  { fields, newRows }: Decision,
): { columns: ReadonlyMap<string, number>; patches: readonly Patch[] } {
  const { shape } = book;
  const columns = new Map<string, number>([
    ...shape.columns,
    ...shape.own.map(({ header, col }) => [`own:${header}`, col] as const),
  ]);
  const wanted = new Set<FieldKey>([
    ...fields.flatMap(({ field }) => (typeof field === 'string' ? field : [])),
    ...newRows.flatMap(({ cells }) => [...cells.keys()]),
  ]);
  const patches = FIELDS.filter(({ key }) => wanted.has(key) && !columns.has(key)).map(
    ({ key, header }, index): Patch => {
      const col = shape.nextCol + index;
      columns.set(key, col);
      return { op: 'addColumn', sheet: shape.sheet, headerRow: shape.headerRow, col, header: header.zh };
    },
  );
  return { columns, patches };
}

/**
 * Money in the unit of its column: 15万 is 15 under 预计金额(万元). Where the unit is not known, or a bare number would
 * read as one without (800), it is written out.
 */
function toUnit(book: Book, field: FieldKey, input: CellInput): CellInput {
  if (fieldInfo(field).kind !== 'amount') return input;
  const unit = book.units.get(field);
  // A range stays text: without its own unit it would be read in the column's.
  if (
    input.kind === 'text' &&
    unit !== undefined &&
    unit !== 1 &&
    /^[\d,.]+[-~至到]+[\d,.]+$/.test(input.text)
  )
    return { kind: 'text', text: `${input.text}元` };
  if (input.kind !== 'money') return input;
  const isSaid = book.shape.units.has(field) || book.settings.amountUnit !== null;
  if (unit === null || (!isSaid && input.fen < UNCLEAR_BELOW))
    return { kind: 'text', text: formatAmount(input.fen, 'zh') };
  return unit === undefined || unit === 1 ? input : { kind: 'number', value: input.fen / 100 / unit };
}

/** Rows behind the others of one of our sheets; the sheet, or a header it lacks, is added first. */
function appendRows(
  sheet: string,
  shape: TableShape | null,
  headers: readonly string[],
  rows: readonly ReadonlyMap<string, CellInput>[],
): Patch[] {
  if (rows.length === 0) return [];
  const columns = new Map(shape ? shape.columns : headers.map((header, index) => [header, index + 1]));
  const patches: Patch[] = shape ? [] : [{ op: 'addSheet', sheet, headers }];
  for (const header of new Set(rows.flatMap((row) => [...row.keys()]))) {
    if (columns.has(header)) continue;
    const col = Math.max(0, ...columns.values()) + 1;
    columns.set(header, col);
    patches.push({ op: 'addColumn', sheet, headerRow: shape?.headerRow ?? 1, col, header });
  }
  return [
    ...patches,
    ...rows.map(
      (row): Patch => ({
        op: 'append',
        sheet,
        cells: new Map([...row].map(([header, input]) => [columns.get(header) ?? 0, input])),
      }),
    ),
  ];
}

function eventCells(event: NewEvent, seq: number, meta: EncodeMeta): ReadonlyMap<LogHeader, CellInput> {
  const text = (value: string): CellInput | null => (value === '' ? null : { kind: 'text', text: value });
  const cells: readonly (readonly [LogHeader, CellInput | null])[] = [
    ['序号', { kind: 'number', value: seq }],
    ['日期', { kind: 'date', day: event.date }],
    ['商机编号', text(event.dealId)],
    ['客户名称', text(event.customer)],
    ['类型', text(EVENT_TYPES[event.type])],
    ['原阶段', text(event.from ? stageInfo(event.from).name.zh : '')],
    ['新阶段', text(event.to ? stageInfo(event.to).name.zh : '')],
    ['检查项', text(event.item ?? '')],
    ['内容', text(writeContent(event.values, event.note))],
    ['证据', text(event.evidence)],
    ['操作人', text(event.by ?? meta.by)],
    ['标记', text([...event.marks].map((mark) => EVENT_MARKS[mark]).join(','))],
    ['记录时间', text(event.recordedAt ?? meta.recordedAt)],
  ];
  return new Map(cells.flatMap(([header, input]) => (input ? [[header, input] as const] : [])));
}
