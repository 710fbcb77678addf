import { type Book, dealsOf } from './book.ts';
import { type ColumnRef, columnHeader, columnText } from './columns.ts';
import { formatDay } from './date.ts';
import type { AmountRange, Deal, DealRow } from './deal.ts';
import { fieldInfo } from './fields.ts';
import { lastRealFollowUp } from './fold.ts';
import { readIntent } from './intent.ts';
import { type Message, plain } from './message.ts';
import { type Fen, parseAmount } from './money.ts';
import { type Intent, readStageWord, STAGES, type StageKey } from './stages.ts';
import { nearest, normalizeWidth, splitTags } from './text.ts';

/** What a deal must be to be listed; null and empty lists ask for nothing. */
export interface ListFilter {
  /** The one that a word means in a book, which may have words of its own; null: none. */
  readonly stage: ((book: Book) => StageKey | null) | null;
  readonly owner: string | null;
  readonly intent: Intent | null;
  readonly source: string | null;
  /** 列=值. Amounts, and numbers in columns of the team's own, also `10万以上`, `10万以下`, `10万-50万`; dates also a month or a year; tags: one of them. */
  readonly where: readonly { readonly column: ColumnRef; readonly value: string }[];
}

/** Every deal there was on the book's day that passes, in the table's order. */
export function filterDeals(book: Book, deals: readonly Deal[], filter: ListFilter): readonly Deal[] {
  const { owner, intent, source, where } = filter;
  const stage = filter.stage === null ? null : { key: filter.stage(book) };
  return deals.filter(
    (deal) =>
      deal.born &&
      (stage === null || (stage.key !== null && deal.stage === stage.key)) &&
      (owner === null || isSame(deal.row.owner, owner)) &&
      (intent === null || deal.row.intent === intent) &&
      (source === null || isSame(deal.row.source, source)) &&
      where.every(({ column, value }) => holds(book, deal.row, column, value)),
  );
}

/**
 * What is asked for and no deal of these books has, each with the words near it (or all, where they are few) that are
 * there: a slip of the keyboard is told from an empty list. Ranges and dates are not looked at.
 */
export function unheldNotes(books: readonly Book[], { owner, source, where }: ListFilter): Message[] {
  const asked: ListFilter['where'] = [
    ...(owner === null ? [] : [{ column: 'owner', value: owner } as const]),
    ...(source === null ? [] : [{ column: 'source', value: source } as const]),
    ...where,
  ];
  return asked.flatMap(({ column, value }) => {
    const kind = typeof column === 'string' ? fieldInfo(column).kind : null;
    const isRange =
      kind === 'amount' || kind === 'date' || (kind === null && readAmountFilter(value) !== null);
    if (isRange || value.trim() === '') return [];
    const words = new Set<string>();
    for (const book of books) {
      for (const { born, row } of dealsOf(book)) {
        if (born && holds(book, row, column, value)) return [];
        const text = columnText(row, column).trim();
        for (const word of kind === 'tags' ? splitTags(text) : [text]) if (word !== '') words.add(word);
      }
    }
    const near = nearest(value, [...words]);
    const names = (near.length > 0 ? near : words.size <= FEW ? [...words] : []).join('、');
    const hint: Message =
      names === ''
        ? plain('')
        : near.length > 0
          ? { zh: `;是不是 ${names}?`, en: `; did you mean ${names}?` }
          : { zh: `;有 ${names}`, en: `; there are ${names}` };
    const header = columnHeader(column);
    return [
      {
        zh: `没有「${header}」是「${value}」的商机${hint.zh}`,
        en: `No deal has “${value}” as ${header}${hint.en}`,
      },
    ];
  });
}

/** So many words of a column are named where none is near. */
const FEW = 10;

/** What `--sort` and `--columns` may name: a column, and what follows from the log, the last real follow-up. */
export type ListColumn = ColumnRef | 'lastFollowUp';

/** By one column, ascending or descending: amounts, dates and scores by value, stages by their order, text as a dictionary has it. Empty ones last. */
export function sortDeals(deals: readonly Deal[], key: ListColumn, descending: boolean): readonly Deal[] {
  const sign = descending ? -1 : 1;
  return deals
    .map((deal) => ({ deal, value: sortValue(deal, key) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
      return sign * compareValues(a.value, b.value);
    })
    .map(({ deal }) => deal);
}

/** What a column of a list is called. */
export function listColumnTitle(column: ListColumn): Message {
  if (column === 'lastFollowUp') return { zh: '最后跟进', en: 'Last contact' };
  return typeof column === 'string' ? fieldInfo(column).header : plain(column.own);
}

/** What a deal says in it, as `columnText` does. */
export function listColumnText(deal: Deal, column: ListColumn): string {
  if (column !== 'lastFollowUp') return columnText(deal.row, column);
  const day = lastRealFollowUp(deal);
  return day === null ? '' : formatDay(day);
}

function holds(book: Book, row: DealRow, column: ColumnRef, value: string): boolean {
  const text = columnText(row, column);
  if (value.trim() === '') return text.trim() === '';
  if (typeof column !== 'string') return isSame(text, value) || isWithinOwn(text, value);
  if (column === 'tags') return row.tags.some((tag) => isSame(tag, value));
  if (column === 'intent') return row.intent !== null && row.intent === readIntent(value);
  if (column === 'stage')
    return row.stage === null
      ? isSame(text, value)
      : row.stage === readStageWord(value, book.settings.stageWords)?.stage;
  if (column === 'amount' || column === 'budget' || column === 'contractAmount')
    return isWithin(row[column], value);
  if (fieldInfo(column).kind === 'date')
    return text === squeeze(value) || text.startsWith(`${squeeze(value)}-`);
  return isSame(text, value);
}

/** 10万以上 (10万 included), 10万以下, 10万-50万 (both ends included), 15万; what is no amount matches nothing. */
function isWithin(amount: AmountRange | null, value: string): boolean {
  const range = readAmountFilter(value);
  return amount !== null && range !== null && amount.low >= range.low && amount.low <= range.high;
}

/** A number of the team's own column in a range that says it is one. */
function isWithinOwn(text: string, value: string): boolean {
  const amount = parseAmount(text, 1);
  return amount?.kind === 'amount' && /以[上下内]|\+$|.-./.test(squeeze(value)) && isWithin(amount, value);
}

/** The range an amount filter names, in 分; null where it names none. */
export function readAmountFilter(value: string): { readonly low: Fen; readonly high: Fen } | null {
  const [, text = '', side] = /^(.*?)(以上|以下|以内|\+)?$/.exec(squeeze(value)) ?? [];
  const read = parseAmount(text, 1);
  if (read?.kind !== 'amount') return null;
  if (side === undefined) return { low: read.low, high: read.high };
  return side === '以上' || side === '+'
    ? { low: read.low, high: Number.POSITIVE_INFINITY }
    : { low: 0, high: read.high };
}

function sortValue(deal: Deal, key: ListColumn): string | number | null {
  if (key === 'lastFollowUp') return lastRealFollowUp(deal);
  if (key === 'stage')
    return deal.stage === null ? null : STAGES.findIndex((info) => info.key === deal.stage);
  if (key === 'intent')
    return deal.row.intent === null ? null : ['low', 'medium', 'high'].indexOf(deal.row.intent);
  if (key === 'amount' || key === 'budget' || key === 'contractAmount') return deal.row[key]?.low ?? null;
  const text = columnText(deal.row, key).trim();
  if (text === '') return null;
  return /^-?\d+(\.\d+)?$/.test(text) && key !== 'id' && key !== 'phone' ? Number(text) : text;
}

function compareValues(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'zh-Hans-CN');
}

function isSame(a: string, b: string): boolean {
  return squeeze(a) === squeeze(b);
}

function squeeze(text: string): string {
  return normalizeWidth(text).replace(/\s+/g, '').toLowerCase();
}
