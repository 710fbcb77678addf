import type { Book } from '../book.ts';
import { type ColumnRef, columnText } from '../columns.ts';
import type { DealRow } from '../deal.ts';
import type { DealEvent } from '../event.ts';
import { fieldInfo } from '../fields.ts';
import { compareEvents } from '../fold.ts';
import { fieldNamed } from '../header.ts';
import { gradeIntent, INTENT_WORDS } from '../intent.ts';
import { itemInfo } from '../items.ts';
import { type Fen, parseAmount } from '../money.ts';

/** Cell values as they stood before the events that are too late to count. */
export interface PastValues {
  text(row: DealRow, column: ColumnRef): string;
  /** 合同金额, else 预计金额; the low end of a range; null where none was known. */
  amount(row: DealRow): Fen | null;
}

/**
 * Reads values back through the events: the first too late change of a column says what stood there before. A column
 * that no late event changed holds what its cell holds (hand edits leave no trace).
 */
export function readPastValues(book: Book, isLate: (event: DealEvent) => boolean): PastValues {
  const before = earlierTexts(book.events, isLate);
  const earlier = (row: DealRow, column: ColumnRef) =>
    row.id === null
      ? undefined
      : before.get(row.id)?.get(typeof column === 'string' ? fieldInfo(column).header.zh : column.own);
  const amountOf = (row: DealRow, column: 'contractAmount' | 'amount'): Fen | null => {
    const text = earlier(row, column);
    if (text === undefined) return row[column]?.low ?? null;
    const read = parseAmount(text, 1);
    return read?.kind === 'amount' ? read.low : null;
  };
  return {
    text: (row, column) => earlier(row, column) ?? columnText(row, column),
    amount: (row) => amountOf(row, 'contractAmount') ?? amountOf(row, 'amount'),
  };
}

/** Columns a lead is entered with: their first recorded change does not mean that the cell was empty before. */
const ENTERED_WITH_LEAD = new Set(['来源渠道', '来源优先级']);

/** By 商机 and column header: what stood there before the first late change. */
function earlierTexts(
  events: readonly DealEvent[],
  isLate: (event: DealEvent) => boolean,
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const late = events.filter((event) => isLate(event) && changesOf(event).length > 0);
  const touched = new Set(late.map(({ dealId }) => dealId));
  const latest = new Map<string, Map<string, string>>();
  for (const event of events.filter(({ dealId }) => touched.has(dealId)).sort(compareEvents)) {
    if (!isLate(event))
      for (const { header, after } of changesOf(event)) put(latest, event.dealId, header, after);
  }
  const before = new Map<string, Map<string, string>>();
  for (const event of late.sort(compareEvents)) {
    for (const change of changesOf(event)) {
      const known =
        change.before ??
        latest.get(event.dealId)?.get(change.header) ??
        (ENTERED_WITH_LEAD.has(change.header) ? null : '');
      if (known !== null && !before.get(event.dealId)?.has(change.header))
        put(before, event.dealId, change.header, known);
    }
  }
  return before;
}

/** The columns an event set: 修改 (and a 跟进 that agreed on a date) names one with its old value, an item those of its flags. */
function changesOf(
  event: DealEvent,
): readonly { readonly header: string; readonly before: string | null; readonly after: string }[] {
  const { type, values } = event;
  const edited = values.get('列');
  if (edited !== undefined) {
    const field = fieldNamed(edited);
    return [
      {
        header: field ? fieldInfo(field).header.zh : edited,
        before: values.get('原值') ?? '',
        after: values.get('新值') ?? '',
      },
    ];
  }
  if (type !== 'item' || event.item === null) return [];
  const set = itemInfo(event.item).flags.flatMap(({ column, label }) => {
    const after = values.get(label.zh);
    return column === null || after === undefined
      ? []
      : [{ header: fieldInfo(column).header.zh, before: null, after }];
  });
  const grade =
    event.item === 'intent' &&
    gradeIntent(values.get('需求明确度') ?? '', values.get('预算匹配度') ?? '', values.get('决策周期') ?? '');
  return grade
    ? [...set, { header: fieldInfo('intent').header.zh, before: null, after: INTENT_WORDS[grade.intent].zh }]
    : set;
}

function put(map: Map<string, Map<string, string>>, id: string, header: string, text: string): void {
  const own = map.get(id) ?? new Map<string, string>();
  own.set(header, text);
  map.set(id, own);
}
