import type { Lang } from './message.ts';
import { normalizeWidth } from './text.ts';

/** An amount in 分 (1/100 yuan), always a safe integer. */
export type Fen = number;

/** What a text about money says. Null: it cannot be read (it is never 0). `none`: it says that there is no amount (面议, empty). */
export type AmountText =
  | { readonly kind: 'amount'; readonly low: Fen; readonly high: Fen }
  | { readonly kind: 'none' }
  | null;

/** Yuan in one of each. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['元', 1],
  ['千', 1e3],
  ['千元', 1e3],
  ['k', 1e3],
  ['万', 1e4],
  ['万元', 1e4],
  ['w', 1e4],
  ['百万', 1e6],
  ['百万元', 1e6],
  ['千万', 1e7],
  ['千万元', 1e7],
  ['亿', 1e8],
  ['亿元', 1e8],
]);
const NONE = new Set(['', '面议', '待定', '未定', '暂无', '无', '-', '/']);
const NUMBER = '(\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+)?)';
const UNIT = `(${[...UNITS.keys()].sort((a, b) => b.length - a.length).join('|')})?`;
const AMOUNT = new RegExp(`^[¥￥]?${NUMBER}${UNIT}(?:(?:[-~至到]|--)[¥￥]?${NUMBER}${UNIT})?$`, 'i');

/**
 * Reads `15万`, `15万元`, `1.5亿`, `￥150,000.00`, `10-20万`, `10万-20万`, `8千`, `面议`. `unit` is how many yuan a bare number
 * means (1, or 10000 under a header 万元). A range of one unit (10-20万) takes it for both ends. Null: unreadable; other
 * currencies, negative amounts and ranges that run downward are.
 */
export function parseAmount(text: string, unit: number): AmountText {
  const known = READ.get(unit) ?? new Map<string, AmountText>();
  READ.set(unit, known);
  const read = known.get(text);
  if (read !== undefined) return read;
  const amount = readAmountText(text, unit);
  if (known.size < MOST_READ) known.set(text, amount);
  return amount;
}

/** What was read before, by unit and text: a big table holds few amounts, each many times. */
const READ = new Map<number, Map<string, AmountText>>();
const MOST_READ = 1000;

function readAmountText(text: string, unit: number): AmountText {
  const bare = normalizeWidth(text)
    .replace(/\s+/g, '')
    .replace(/^(?:约|大约|预算|人民币|RMB|CNY)+:?/i, '')
    .replace(/(?:左右|人民币|RMB|CNY|整)$/i, '');
  if (NONE.has(bare) || /^-+$/.test(bare)) return { kind: 'none' };
  const match = AMOUNT.exec(bare);
  if (!match) return null;
  const [, low = '', lowUnit, high, highUnit] = match;
  const lowFen = toFen(low, lowUnit ?? highUnit, unit);
  const highFen = high === undefined ? lowFen : toFen(high, highUnit ?? lowUnit, unit);
  if (!Number.isSafeInteger(lowFen) || !Number.isSafeInteger(highFen) || highFen < lowFen) return null;
  return { kind: 'amount', low: lowFen, high: highFen };
}

/** Yuan as a number, for JSON and number cells: 分 ÷ 100, exact to two decimals. */
export function yuanNumber(fen: Fen): number {
  return fen / 100;
}

/** For people: `15万`, `1.5亿`, `8,500元`; in English `¥150,000`. Nothing is rounded away. */
export function formatAmount(fen: Fen, lang: Lang): string {
  if (lang === 'en') return `¥${groupThousands(fen / 100)}`;
  if (fen >= 1e10 && fen % 1e8 === 0) return `${groupThousands(fen / 1e10)}亿`;
  if (fen >= 1e6 && fen % 1e4 === 0) return `${groupThousands(fen / 1e6)}万`;
  return `${groupThousands(fen / 100)}元`;
}

function toFen(digits: string, unitWord: string | undefined, unit: number): Fen {
  const yuan = unitWord === undefined ? unit : (UNITS.get(unitWord.toLowerCase()) ?? unit);
  return Math.round(Number(digits.replaceAll(',', '')) * yuan * 100);
}

/** `12,345`, `12,345.5`: at most two decimals. */
function groupThousands(value: number): string {
  const [whole = '', fraction = ''] = value.toFixed(2).split('.');
  const decimals = fraction.replace(/0+$/, '');
  return whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',') + (decimals === '' ? '' : `.${decimals}`);
}
