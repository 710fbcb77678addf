import type { TrackingShape } from './book.ts';
import { formatDay } from './date.ts';
import type { AmountRange, DealRow } from './deal.ts';
import { FIELDS, type FieldKey, fieldInfo } from './fields.ts';
import { fieldNamed } from './header.ts';
import { INTENT_WORDS } from './intent.ts';
import { yuanNumber } from './money.ts';
import { normalizeWidth } from './text.ts';

/** A column of 客户信息跟踪表: one of ours, or the team's own by its header. */
export type ColumnRef = FieldKey | { readonly own: string };

/** The column people mean by `name`: a header as the sheet has it, a field's word in either language, its key; null if none. */
export function findColumn(shape: TrackingShape, name: string): ColumnRef | null {
  const wanted = foldHeader(name);
  const own = findOwn(shape, { own: name });
  if (own) return { own: own.header };
  const col = [...shape.headers].find(([, header]) => foldHeader(header) === wanted)?.[0];
  const here = [...shape.columns].find(([, at]) => at === col)?.[0];
  const byKey = FIELDS.find(({ key, jsonKey }) => key === wanted || jsonKey === wanted)?.key;
  return here ?? byKey ?? fieldNamed(wanted);
}

/** A column of the team's own as this book has it: another may write its header in full width. Undefined: not at all. */
export function findOwn({ own }: Pick<TrackingShape, 'own'>, column: { readonly own: string }) {
  return (
    own.find(({ header }) => header === column.own) ??
    own.find(({ header }) => foldHeader(header) === foldHeader(column.own))
  );
}

function foldHeader(header: string): string {
  return normalizeWidth(header).trim();
}

/** What a column is called in a sheet. */
export function columnHeader(column: ColumnRef): string {
  return typeof column === 'string' ? fieldInfo(column).header.zh : column.own;
}

/** Names to suggest where `findColumn` knows none. */
export function columnNames(shape: TrackingShape): readonly string[] {
  return [
    ...[...shape.headers]
      .filter(([col]) => !shape.own.some((own) => own.col === col))
      .map(([, header]) => header),
    ...shape.own.map(({ header }) => header),
    ...FIELDS.map(({ header }) => header.zh),
    ...FIELDS.map(({ key }) => key),
  ];
}

/** What a row says in a column, as text: dates `YYYY-MM-DD`, amounts in yuan (a range as `low-high`), empty where nothing stands. */
export function columnText(row: DealRow, column: ColumnRef): string {
  if (typeof column !== 'string') return row.own.get(column.own) ?? foldedOwn(row, column.own);
  switch (column) {
    case 'tags':
      return row.tags.join('、');
    case 'followUps':
      return row.followUpsText;
    case 'stage':
      return row.stageWord;
    case 'intent':
      return row.intent === null ? '' : INTENT_WORDS[row.intent].zh;
    case 'leadDate':
    case 'expectedClose':
    case 'nextFollowUp':
    case 'contractDate':
    case 'deliveryDate': {
      const day = row[column];
      return day === null ? '' : formatDay(day);
    }
    case 'amount':
    case 'budget':
    case 'contractAmount':
      return amountText(row[column]);
    case 'satisfaction':
    case 'id':
      return String(row[column] ?? '');
    default:
      return row[column];
  }
}

function foldedOwn({ own }: DealRow, header: string): string {
  const wanted = foldHeader(header);
  return [...own].find(([each]) => foldHeader(each) === wanted)?.[1] ?? '';
}

function amountText(amount: AmountRange | null): string {
  if (amount === null) return '';
  const low = String(yuanNumber(amount.low));
  return amount.high === amount.low ? low : `${low}-${yuanNumber(amount.high)}`;
}
