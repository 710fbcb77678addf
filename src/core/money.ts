import type { Lang } from './message.ts';
import { normalizeWidth } from './text.ts';

/** An amount in 分 (1/100 yuan), always a safe integer. */
export type Fen = number;

/** What a text about money says. Null: it cannot be read (it is never 0). `none`: it says that there is no amount (面议, empty). */
export type AmountText =
  | { readonly kind: 'amount'; readonly low: Fen; readonly high: Fen }
  | { readonly kind: 'none' }
  | null;

const UNITS: Readonly<Record<string, number>> = {
  元: 1,
  千: 1e3,
  千元: 1e3,
  k: 1e3,
  万: 1e4,
  万元: 1e4,
  w: 1e4,
  百万: 1e6,
  千万: 1e7,
  亿: 1e8,
  亿元: 1e8,
};
const NONE = new Set(['', '面议', '待定', '未定', '无', '-', '—', '/']);
const NUMBER = '(\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+)?)';
const UNIT = '(元|千元|千万|千|k|百万|万元|万|w|亿元|亿)?';
const AMOUNT = new RegExp(
  `^[¥￥$]?${NUMBER}${UNIT}(?:[-~至到]${'[¥￥$]?'}${NUMBER}${UNIT})?(?:元|人民币)?$`,
  'i',
);

/**
 * Reads `15万`, `15万元`, `1.5亿`, `￥150,000.00`, `10-20万`, `8千`, `面议`. `unit` is how many yuan a bare number means
 * (1, or 10000 under a header 万元). A range of one unit (10-20万) takes it for both ends.
 */
export function parseAmount(text: string, unit: number): AmountText {
  const plainText = normalizeWidth(text)
    .replace(/\s+/g, '')
    .replace(/^(?:约|大约|预算|人民币|RMB|CNY)/i, '')
    .replace(/[—–]+/g, '-');
  if (NONE.has(plainText)) return { kind: 'none' };
  const match = AMOUNT.exec(plainText);
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

/** For people: `15万`, `1.5亿`, `8,500元`; in English `¥150,000`. */
export function formatAmount(fen: Fen, lang: Lang): string {
  const yuan = fen / 100;
  if (lang === 'en') return `¥${groupThousands(yuan)}`;
  if (yuan >= 1e8 && (yuan / 1e8) * 100 === Math.round((yuan / 1e8) * 100)) return `${yuan / 1e8}亿`;
  if (yuan >= 1e4 && yuan % 100 === 0) return `${groupThousands(yuan / 1e4)}万`;
  return `${groupThousands(yuan)}元`;
}

function toFen(digits: string, unitWord: string | undefined, unit: number): Fen {
  return Math.round(
    Number(digits.replaceAll(',', '')) * (unitWord ? (UNITS[unitWord.toLowerCase()] ?? 1) : unit) * 100,
  );
}

function groupThousands(value: number): string {
  const [whole = '', fraction] = String(Math.round(value * 100) / 100).split('.');
  return whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',') + (fraction ? `.${fraction}` : '');
}
