import type { Message } from '../message.ts';

/** Types every engine has: text (never null), a date, a whole number, money as decimal(18,2), yes or no. */
export type ColumnType = 'text' | 'date' | 'whole' | 'money' | 'flag';

/** In a row: text, a `Day`, a number, 分, a boolean; null only where the column may be empty. */
export type TableValue = string | number | boolean | null;

/** One column of an exported table. Names are plain lower-case words that no engine reserves. */
export interface TableColumn<Row> {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  readonly about: Message;
  readonly value: (row: Row) => TableValue;
}

/** The shape of an exported table: what its columns are called and hold. */
export interface TableShape<Row = never> {
  readonly name: string;
  readonly about: Message;
  readonly columns: readonly TableColumn<Row>[];
}

/** A table as it is written: values by column. */
export interface ExportTable {
  readonly name: string;
  readonly columns: readonly Pick<TableColumn<never>, 'name' | 'type' | 'nullable'>[];
  /** In the order of `columns`, each as long as the table. */
  readonly data: readonly (readonly TableValue[])[];
}

/** Rows laid out by the columns of their table. */
export function tabulate<Row>({ name, columns }: TableShape<Row>, rows: readonly Row[]): ExportTable {
  return { name, columns, data: columns.map(({ value }) => rows.map(value)) };
}

/** A column that always holds something, or with `nullable` may be empty. */
export function column<Row>(
  name: string,
  type: ColumnType,
  about: Message,
  value: (row: Row) => TableValue,
  nullable = false,
): TableColumn<Row> {
  return { name, type, nullable, about, value };
}

/** Whose row it is: the first column of every table. */
export function teamColumn<Row extends { readonly team: string }>(): TableColumn<Row> {
  return column('team', 'text', { zh: '团队', en: 'the team' }, ({ team }) => team);
}

/** Of which 商机, in the tables beside `deals`. */
export function dealColumn<Row extends { readonly deal: { readonly key: string } }>(): TableColumn<Row> {
  return column(
    'deal_key',
    'text',
    { zh: '商机,见 deals', en: 'the opportunity, see deals' },
    ({ deal }) => deal.key,
  );
}
