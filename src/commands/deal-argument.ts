import { type Book, dealNames, dealsOf } from '../core/book.ts';
import { formatDay } from '../core/date.ts';
import type { Deal } from '../core/deal.ts';
import { findByName, findDeals, isPinyinLike, namedLike } from '../core/find-deal.ts';
import { type Lang, type Message, say } from '../core/message.ts';
import { commandText } from '../core/paste.ts';
import { groupBy } from '../core/series.ts';
import { nearest } from '../core/text.ts';
import { Failure } from '../failure.ts';
import type { Reading } from '../read-book.ts';
import type { Session } from '../session.ts';

/**
 * The one deal `query` names. None: Failure('not-found') with near names. Several: in a terminal a choice, else
 * Failure('ambiguous') listing them; never the first match.
 */
export async function chooseDeal(session: Session, { book }: Reading, query: string): Promise<Deal> {
  const found = await searchDeals(book, query);
  const [only] = found;
  if (!only) throw notFound(book, query);
  if (found.length === 1) return only;
  if (!session.interactive) throw ambiguous(query, found);
  const { chooseOne } = await import('../prompt/ask.ts');
  const choices = found.map((deal, index) => ({ value: String(index), label: describeDeal(deal) }));
  const chosen = await chooseOne(
    session,
    {
      zh: `「${query}」有 ${found.length} 个,是哪一个?`,
      en: `“${query}” matches ${found.length}; which one?`,
    },
    choices,
  );
  const deal = chosen === null ? undefined : found[Number(chosen)];
  if (!deal) throw ambiguous(query, found);
  return deal;
}

/** The deals `query` names by id, id ending or part of the customer's name; where there are none, by its pinyin. */
export async function searchDeals(book: Book, query: string): Promise<readonly Deal[]> {
  const found = findDeals(book, query);
  if (found.length > 0 || !isPinyinLike(query)) return found;
  const { isSpelled } = await import('../pinyin.ts');
  return findByName(book, (customer) => isSpelled(customer, query));
}

/**
 * Several arguments, each of them one deal; a deal named twice counts once. `-` are the lines of stdin, as
 * `list --format ids` prints them; Failure('usage') where none came.
 */
export async function chooseDeals(
  session: Session,
  reading: Reading,
  queries: readonly string[],
): Promise<readonly Deal[]> {
  const typed = queries.includes('-') ? await readNames(session) : [];
  const byId =
    queries.length + typed.length > 1 ? dealsById(reading.book) : new Map<string, readonly Deal[]>();
  const deals = new Map<number, Deal>();
  for (const query of queries.flatMap((each) => (each === '-' ? typed : each))) {
    const exact = byId.get(query) ?? [];
    const [only] = exact;
    const deal = exact.length === 1 && only ? only : await chooseDeal(session, reading, query);
    deals.set(deal.row.row, deal);
  }
  return [...deals.values()];
}

/** So that a thousand ids do not go over the whole table a thousand times. */
function dealsById(book: Book): ReadonlyMap<string, readonly Deal[]> {
  return groupBy(
    dealsOf(book).filter(({ born }) => born),
    ({ row }) => row.id ?? '',
  );
}

/** The lines of stdin that say something. */
async function readNames({ io }: Session): Promise<readonly string[]> {
  const names = new TextDecoder()
    .decode(await io.readStdin())
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (names.length > 0) return names;
  throw new Failure(
    'usage',
    {
      zh: '标准输入里没有商机,没有写入。一行一个编号,如 funnel list --stalled --format ids 的输出',
      en: 'No deal came from stdin; nothing was written. One ID a line, as funnel list --stalled --format ids prints them',
    },
    { value: '-', expected: 'L20261123-001' },
  );
}

/** The same deal in the book as it now is (read again under the lock). Throws Failure('busy') where its row has gone. */
export function sameDeal(book: Book, earlier: Deal): Deal {
  const { row, id, customer } = earlier.row;
  // Nearly always it stands where it stood.
  const there = book.table?.dealOfRow(row);
  if (there?.row.id === id && there.row.customer === customer) return there;
  return findNamed(book, id ?? '', customer) ?? throwGone(earlier);
}

/** The same of several deals. */
export function sameDeals(book: Book, earlier: readonly Deal[]): readonly Deal[] {
  if (earlier.length < 2) return earlier.map((deal) => sameDeal(book, deal));
  const named = groupBy([...dealNames(book)], ({ id, customer }) => JSON.stringify([id, customer]));
  return earlier.map(
    (deal) =>
      named.get(JSON.stringify([deal.row.id ?? '', deal.row.customer]))?.[0]?.deal() ?? throwGone(deal),
  );
}

function throwGone(earlier: Deal): never {
  throw new Failure(
    'busy',
    {
      zh: `${earlier.row.customer} 的行在读取之后被改动或删除,没有写入;请再执行一次`,
      en: `The row of ${earlier.row.customer} was changed or deleted after it was read; nothing was written. Run the command again`,
    },
    { value: earlier.row.id ?? earlier.row.customer },
  );
}

function findNamed(book: Book, id: string, customer: string): Deal | undefined {
  for (const named of dealNames(book, namedLike(id || customer)))
    if (named.id === id && named.customer === customer) return named.deal();
  return undefined;
}

function describeDeal({ row }: Deal): Message {
  const text = [row.id ?? '-', row.customer, row.stageWord, row.owner].filter(Boolean).join(' · ');
  return { zh: text, en: text };
}

function notFound(book: Book, query: string): Failure {
  const later = findDeals(book, query, false);
  if (later.length > 0) return notYet(book, later, query);
  const close = nearest(query, [
    ...new Set([...dealNames(book)].flatMap(({ id, customer }) => [customer, id])),
  ]);
  const hint: Message =
    close.length > 0
      ? { zh: `相近的有:${close.join('、')}`, en: `Near: ${close.join(', ')}` }
      : { zh: `查看全部: ${commandText(book, 'list')}`, en: `See all: ${commandText(book, 'list')}` };
  return new Failure(
    'not-found',
    { zh: `找不到商机「${query}」。${hint.zh}`, en: `No deal “${query}”. ${hint.en}` },
    { value: query, expected: 'L20261123-001' },
  );
}

/** Whoever reads a day before the leads came: of --as-of, or of a computer whose clock is wrong. */
function notYet(book: Book, later: readonly Deal[], query: string): Failure {
  const day = formatDay(book.asOf);
  const [who] = later.map(({ row }) => [row.id, row.customer].filter(Boolean).join(' · '));
  const others = later.length - 1;
  const more = others === 0 ? { zh: '', en: '' } : { zh: `等 ${later.length} 个`, en: `and ${others} more ` };
  return new Failure(
    'not-found',
    {
      zh: `${who} ${more.zh}在 ${day} 还没有录入。要看今天的,去掉 --as-of;没有给 --as-of 的话,请检查电脑的日期`,
      en: `${who} ${more.en}had not been entered by ${day}. Leave out --as-of for today; if none was given, check the date of this computer`,
    },
    { value: query },
  );
}

function ambiguous(query: string, found: readonly Deal[]): Failure {
  const shown = found.slice(0, 20);
  const lines = (lang: Lang) => [
    ...shown.map((deal) => `  ${say(describeDeal(deal), lang)}`),
    ...(found.length > shown.length ? [`  … ${found.length - shown.length}`] : []),
  ];
  return new Failure(
    'ambiguous',
    {
      zh: [`「${query}」有 ${found.length} 个商机,请用编号:`, ...lines('zh')].join('\n'),
      en: [`“${query}” matches ${found.length} deals; use the ID:`, ...lines('en')].join('\n'),
    },
    { value: query },
    { matches: found.map(({ row }) => ({ id: row.id, customer: row.customer })) },
  );
}
