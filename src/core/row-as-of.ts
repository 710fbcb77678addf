import { type ColumnRef, columnText } from './columns.ts';
import { type Day, formatDay, parseIsoDay } from './date.ts';
import type { AmountRange, DealRow } from './deal.ts';
import type { DealEvent } from './event.ts';
import { FIELDS, type FieldKey, fieldInfo } from './fields.ts';
import { fieldNamed } from './header.ts';
import { gradeIntent, INTENT_WORDS, readIntent } from './intent.ts';
import { itemInfo } from './items.ts';
import { parseAmount } from './money.ts';
import { splitTags } from './text.ts';

/**
 * A row as it was at the end of `day`, as far as the log knows: of each column that a later event changed, what stood
 * there before (修改 events say so; of an item, what the items before it had put there). A column that no later event
 * changed holds what its cell holds: hand edits leave no trace. A contract or a delivery of a later day has not happened.
 * @param events of the deal, later ones too, in their order
 * @param hides further events that do not count (`--known-on`); null: none
 */
export function rowAsOf(
  row: DealRow,
  events: readonly DealEvent[],
  day: Day,
  hides: ((event: DealEvent) => boolean) | null = null,
): DealRow {
  const isLate = (event: DealEvent) => event.date > day || (hides?.(event) ?? false);
  const past = events.some(isLate) ? [...textsBefore(events, isLate)].reduce(putBack, row) : row;
  const isAhead = (date: Day | null) => date !== null && date > day;
  if (!isAhead(past.contractDate) && !isAhead(past.deliveryDate)) return past;
  return {
    ...past,
    contractDate: isAhead(past.contractDate) ? null : past.contractDate,
    deliveryDate: isAhead(past.deliveryDate) ? null : past.deliveryDate,
  };
}

/** One column that an event set. `before` null: the event does not say what stood there. */
interface Change {
  readonly header: string;
  readonly before: string | null;
  readonly after: string;
}

/** By column header: what stood there before the first event that does not count. */
function textsBefore(
  events: readonly DealEvent[],
  isLate: (event: DealEvent) => boolean,
): ReadonlyMap<string, string> {
  const latest = new Map<string, string>();
  for (const event of events)
    if (!isLate(event)) for (const { header, after } of changesOf(event)) latest.set(header, after);
  const before = new Map<string, string>();
  const late = events.filter(isLate);
  for (const event of late) {
    for (const change of changesOf(event)) {
      if (before.has(change.header)) continue;
      const text = change.before ?? saidBeside(change, event, late) ?? latest.get(change.header);
      if (text !== undefined) before.set(change.header, text);
      else if (event.item === null || !ENTERED_WITH_LEAD.has(event.item)) before.set(change.header, '');
    }
  }
  return before;
}

/** Items whose column a lead is entered with: their first record does not mean that the cell was empty before. */
const ENTERED_WITH_LEAD: ReadonlySet<string> = new Set(['source', 'priority']);

/** A command that records an item over an older value writes a 修改 of the same day beside it: it knows what stood there. */
function saidBeside(
  { header, after }: Change,
  { date }: DealEvent,
  late: readonly DealEvent[],
): string | undefined {
  const twin = late.find(
    ({ date: on, values }) => on === date && values.get('列') === header && values.get('新值') === after,
  );
  return twin?.values.get('原值') ?? (twin ? '' : undefined);
}

/** The columns an event set: 修改 names one, a 跟进 the date agreed on, an item those of its flags and of its day. */
function changesOf(event: DealEvent): readonly Change[] {
  const { type, values, item } = event;
  const edited = values.get('列');
  const field = edited === undefined ? null : fieldNamed(edited);
  if (edited !== undefined && (type === 'edited' || field === 'nextFollowUp')) {
    const header = field ? fieldInfo(field).header.zh : edited;
    return [{ header, before: values.get('原值') ?? '', after: values.get('新值') ?? '' }];
  }
  const set = (key: FieldKey, after: string): Change => ({
    header: fieldInfo(key).header.zh,
    before: null,
    after,
  });
  if (type === 'lost') return [set('lostReason', values.get('原因') ?? '')];
  if (type === 'reopened') return [set('lostReason', '')];
  if (type !== 'item' || item === null) return [];
  const changes = itemInfo(item).flags.flatMap(({ flag, column, label }) => {
    const after = flag === '--note' ? event.note : values.get(label.zh);
    return column === null || after === undefined ? [] : [set(column, after)];
  });
  if (item === 'contract') return [...changes, set('contractDate', formatDay(event.date))];
  if (item === 'delivery') return [...changes, set('deliveryDate', formatDay(event.date))];
  if (item !== 'intent') return changes;
  const get = (label: string) => values.get(label) ?? '';
  const grade = gradeIntent(get('需求明确度'), get('预算匹配度'), get('决策周期'));
  return grade ? [...changes, set('intent', INTENT_WORDS[grade.intent].zh)] : changes;
}

const BY_HEADER: ReadonlyMap<string, FieldKey> = new Map(FIELDS.map(({ key, header }) => [header.zh, key]));

function putBack(row: DealRow, [header, text]: readonly [string, string]): DealRow {
  const key = BY_HEADER.get(header);
  const column: ColumnRef = key ?? { own: header };
  if (columnText(row, column) === text) return row;
  if (key === undefined)
    return row.own.has(header) ? { ...row, own: new Map(row.own).set(header, text) } : row;
  switch (fieldInfo(key).kind) {
    case 'date':
      return { ...row, [key]: parseIsoDay(text) };
    case 'amount':
      return { ...row, [key]: readYuan(text) };
    case 'score':
      return { ...row, [key]: text === '' ? null : Number(text) };
    case 'tags':
      return { ...row, [key]: splitTags(text) };
    case 'text':
    case 'choice':
      return { ...row, [key]: key === 'intent' ? readIntent(text) : text };
    default:
      return row;
  }
}

/** Events write amounts in yuan. */
function readYuan(text: string): AmountRange | null {
  const read = parseAmount(text, 1);
  return read?.kind === 'amount' ? { low: read.low, high: read.high } : null;
}
