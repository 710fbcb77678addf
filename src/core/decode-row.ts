import type { TrackingShape } from './book.ts';
import { readChoice } from './choice.ts';
import { type Day, formatDay } from './date.ts';
import type { AmountRange, DealRow } from './deal.ts';
import { type FieldKey, fieldInfo } from './fields.ts';
import { dataFinding, type Finding } from './finding.ts';
import { parseFollowUps } from './follow-ups.ts';
import { INTENT_WORDS, readIntent } from './intent.ts';
import { type Message, plain } from './message.ts';
import { formatAmount, parseAmount } from './money.ts';
import type { Settings } from './settings.ts';
import { type CellValue, cellText, placeName, type SheetRow } from './sheet.ts';
import { readStageWord, STAGES } from './stages.ts';
import { isSumLabel } from './sum-row.ts';
import { nearest, normalizeWidth, splitTags } from './text.ts';
import { type DateColumn, readAmountCell, readDateCell, readIntegerCell, readTextCell } from './values.ts';

export interface RowContext {
  readonly shape: TrackingShape;
  readonly settings: Settings;
  readonly today: Day;
  readonly dates1904: boolean;
  /** Yuan per bare number, by amount field; null: not known (金额单位 unanswered), so bare numbers stay unread. */
  readonly units: ReadonlyMap<FieldKey, number | null>;
}

/** 注:…, 备注:…, *金额不含税, 制表人:…, 审核:…. */
const REMARK =
  /^[(（]?(?:备?注|附注|说明|(?:制表|填表|编制|审核|审批|填报)人?|note|remarks?)\s*\d*\s*[:：.、]|^[*＊※]\s*\P{L}*\p{L}/iu;

/** What makes a row a deal: a remark below the table fills none of these. */
const TELLING: readonly FieldKey[] = ['customer', 'stage', 'id', 'contact', 'phone'];

/**
 * False for a row that is no deal: blank, a sum or a remark (nothing, or a count, stands in its stage; no phone), or the
 * header once more, as it is printed on every page.
 */
export function isDealRow(row: SheetRow, shape: TrackingShape): boolean {
  const text = (key: FieldKey) => readTextCell(row.cells[(shape.columns.get(key) ?? 0) - 1]);
  if (!TELLING.some((key) => text(key) !== '')) return false;
  const stage = text('stage');
  if (stage !== '' && stage === shape.headers.get(shape.columns.get('stage') ?? 0)) return false;
  if (!/^[\d.]*$/.test(stage) || text('phone') !== '' || text('id') !== '') return true;
  const first = cellText(row.cells.find((cell) => cellText(cell).trim() !== '')).trim();
  const labels = [text('customer'), first];
  return !labels.some((label) => isSumLabel(label) || REMARK.test(label));
}

export interface ReadRow {
  readonly deal: DealRow;
  readonly findings: readonly Finding[];
  /** What was read though it is not written: a year, a budget among the tags. */
  readonly inferred: readonly Message[];
}

/** One row of 客户信息跟踪表. What cannot be read stays null and becomes a finding with its address; the row stays. */
export function decodeRow(row: SheetRow, context: RowContext): ReadRow {
  const { shape, settings, today } = context;
  const findings: Finding[] = [];
  const inferred: Message[] = [];
  const unread = new Set<FieldKey>();
  const cellOf = (key: FieldKey): CellValue | undefined => {
    const col = shape.columns.get(key);
    return col === undefined ? undefined : row.cells[col - 1];
  };
  const text = (key: FieldKey): string => {
    const cell = cellOf(key);
    if (cell?.kind === 'error') refuse(key, cell, { zh: '文字', en: 'text' });
    return readTextCell(cell, context.dates1904);
  };
  const refuse = (key: FieldKey, cell: CellValue, expected: Message): null => {
    unread.add(key);
    findings.push(unreadFinding(key, cell, expected));
    return null;
  };
  const unreadFinding = (key: FieldKey, cell: CellValue, expected: Message): Finding => {
    const place = { sheet: shape.sheet, row: row.row, col: shape.columns.get(key) ?? 1 };
    const { header } = fieldInfo(key);
    return dataFinding('unread', {
      ...identity(),
      place,
      explain: {
        zh: `${placeName(place)} ${header.zh}「${cellText(cell)}」读不懂,应为${expected.zh}`,
        en: `${placeName(place)} ${header.en} “${cellText(cell)}” cannot be read; expected ${expected.en}`,
      },
    });
  };
  const customer = readTextCell(cellOf('customer'), context.dates1904);
  const id = readTextCell(cellOf('id')) || null;
  const identity = () => ({ id, customer, owner: readTextCell(cellOf('owner'), context.dates1904) || null });
  const infer = (key: FieldKey, typed: string, read: string) => {
    const at = `${placeName({ sheet: shape.sheet, row: row.row, col: shape.columns.get(key) ?? 1 })}「${typed}」`;
    inferred.push({ zh: `${at} 读作 ${read}`, en: `${at} is read as ${read}` });
  };
  const date = (key: FieldKey, column: DateColumn = 'happened'): Day | null => {
    const cell = cellOf(key);
    if (cell === undefined || isBlank(cell)) return null;
    const read = readDateCell(cell, context.dates1904, today, column);
    if (!read) return refuse(key, cell, { zh: '日期,如 2026-11-23', en: 'a date like 2026-11-23' });
    if (read.inferredYear) infer(key, cellText(cell), formatDay(read.day));
    return read.day;
  };
  const amount = (key: FieldKey): AmountRange | null => {
    const cell = cellOf(key);
    const read = readAmount(cell, context.units.get(key) ?? null);
    // A bare number without a unit is said once for the column (no-unit), not for each cell.
    if (read === 'bare') unread.add(key);
    if (read === 'unread' && cell) refuse(key, cell, { zh: '金额,如 15万', en: 'an amount like 150000' });
    return typeof read === 'object' ? read : null;
  };
  const choice = (key: FieldKey): string => {
    const cell = cellOf(key);
    const typed = text(key);
    const { words } = fieldInfo(key);
    const intent = key === 'intent' ? readIntent(typed) : null;
    const word = typed === '' ? '' : intent ? INTENT_WORDS[intent].zh : readChoice(typed, words);
    if (word === null && cell) refuse(key, cell, plain(words.join(' / ')));
    return word ?? '';
  };
  const word = text('stage');
  const stage = readStageWord(word, settings.stageWords);
  if (!stage)
    findings.push(
      unknownStage(
        word,
        { sheet: shape.sheet, row: row.row, col: shape.columns.get('stage') ?? 1 },
        identity(),
        settings,
      ),
    );
  const leadDate = date('leadDate');
  const followUpsText = text('followUps');
  const parsed = parseFollowUps(followUpsText, { leadDate, today });
  const yearless = parsed.entries.filter((entry) => entry.inferredYear);
  const [firstYearless] = yearless;
  if (firstYearless) {
    const more = yearless.length > 1 ? ` … (${yearless.length})` : '';
    infer('followUps', parsed.yearless, `${formatDay(firstYearless.date)}${more}`);
  }
  const future = parsed.entries.filter((entry) => entry.date > today);
  for (const entry of future) {
    findings.push(
      dataFinding('future-entry', {
        ...identity(),
        stage: stage?.stage ?? null,
        place: { sheet: shape.sheet, row: row.row, col: shape.columns.get('followUps') ?? 1 },
        explain: {
          zh: `跟进记录里有未来的日期 ${formatDay(entry.date)},不作为跟进计算`,
          en: `Follow-ups hold a date in the future, ${formatDay(entry.date)}; it is not counted`,
        },
      }),
    );
  }
  const satisfactionCell = cellOf('satisfaction');
  const score =
    satisfactionCell === undefined || isBlank(satisfactionCell) ? null : readIntegerCell(satisfactionCell);
  const noReply = satisfactionCell?.kind === 'text' && satisfactionCell.text.trim() === '未答复';
  if (
    satisfactionCell &&
    !isBlank(satisfactionCell) &&
    !noReply &&
    (score === null || score < 1 || score > 5)
  ) {
    refuse('satisfaction', satisfactionCell, { zh: '1–5 的整数', en: 'a whole number from 1 to 5' });
  }
  const tags = splitTags(text('tags'));
  const tagged = budgetOfTags(tags);
  const budget = amount('budget');
  if (tagged && budget === null && !unread.has('budget'))
    infer('tags', tagged.tag, `${fieldInfo('budget').header.zh} ${rangeText(tagged.range)}`);
  const deal: DealRow = {
    sheet: shape.sheet,
    row: row.row,
    id,
    customer,
    contact: text('contact'),
    phone: text('phone'),
    industry: text('industry'),
    size: text('size'),
    tags,
    source: text('source'),
    leadDate,
    stageWord: word,
    stage: stage?.stage ?? null,
    complete: stage?.complete ?? false,
    expectedClose: date('expectedClose', 'planned'),
    amount: amount('amount'),
    owner: text('owner'),
    followUps: parsed.entries.filter((entry) => entry.date <= today),
    followUpsText,
    priority: choice('priority'),
    intent: readIntent(choice('intent')),
    clarity: choice('clarity'),
    budgetFit: choice('budgetFit'),
    cycle: choice('cycle'),
    budget: budget ?? (unread.has('budget') ? null : (tagged?.range ?? null)),
    concerns: text('concerns'),
    nextFollowUp: date('nextFollowUp', 'planned'),
    contractAmount: amount('contractAmount'),
    contractNumber: text('contractNumber'),
    contractDate: date('contractDate'),
    deliveryOwner: text('deliveryOwner'),
    deliveryDate: date('deliveryDate'),
    satisfaction: score !== null && score >= 1 && score <= 5 ? score : null,
    linked: text('linked'),
    lostReason: text('lostReason'),
    own: new Map(
      shape.own.map(({ header, col }) => [header, readTextCell(row.cells[col - 1], context.dates1904)]),
    ),
    unread,
  };
  return { deal, findings, inferred };
}

/** What a cell of an amount column says; `bare`: a number that is of no known unit (`unit` null). Null: nothing. */
export function readAmount(
  cell: CellValue | undefined,
  unit: number | null,
): AmountRange | 'bare' | 'unread' | null {
  if (cell === undefined || isBlank(cell)) return null;
  if (unit === null && isBareNumber(cell)) return 'bare';
  const read = readAmountCell(cell, unit ?? 1);
  if (read === null) return 'unread';
  return read.kind === 'none' ? null : { low: read.low, high: read.high };
}

/** True where the cell holds a number without a unit of its own. */
export function isBareNumber(cell: CellValue): boolean {
  return (
    cell.kind === 'number' ||
    (cell.kind === 'text' && /^\d[\d,]*(\.\d+)?$/.test(normalizeWidth(cell.text).trim()))
  );
}

function isBlank(cell: CellValue): boolean {
  return cell.kind === 'text' && cell.text.trim() === '';
}

function rangeText({ low, high }: AmountRange): string {
  return low === high ? formatAmount(low, 'zh') : `${formatAmount(low, 'zh')} 至 ${formatAmount(high, 'zh')}`;
}

/** 预算10-20万, 预算:约50万, 10-20万预算 among the tags. */
function budgetOfTags(tags: readonly string[]): { readonly tag: string; readonly range: AmountRange } | null {
  for (const tag of tags) {
    if (!tag.includes('预算')) continue;
    const amount = /^(?:项目|总)?预算(?:金额|范围)?[:：]?(.+)$|^(.+?)(?:的|项目)?预算$/.exec(tag);
    const read = amount ? parseAmount(amount[1] ?? amount[2] ?? '', 1) : null;
    if (read?.kind === 'amount') return { tag, range: { low: read.low, high: read.high } };
  }
  return null;
}

function unknownStage(
  word: string,
  place: Finding['place'],
  identity: Pick<Finding, 'id' | 'customer' | 'owner'>,
  settings: Settings,
): Finding {
  const known = [
    ...settings.stageWords.keys(),
    ...STAGES.flatMap((info) => [info.name.zh, ...info.aliases, ...(info.completeWord ?? [])]),
  ];
  const close = nearest(word, known);
  const at = place ? placeName(place) : '';
  return dataFinding('unknown-stage', {
    ...identity,
    place,
    explain:
      word === ''
        ? {
            zh: `${at} 当前阶段是空的,该行不计入比率`,
            en: `${at} has no stage; the row is left out of rates`,
          }
        : {
            zh: `${at} 不认识阶段「${word}」,该行不计入比率${close.length > 0 ? `;相近的有 ${close.join('、')}` : ''}`,
            en: `${at}: stage “${word}” is not known; the row is left out of rates${close.length > 0 ? `; near: ${close.join(', ')}` : ''}`,
          },
  });
}
