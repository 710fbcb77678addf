import { afterTag, attributeOf, findClose, localName, readTag, type Tag } from './xml.ts';

/** A `<c>` element at [start, end) of the masked text. Stretches that are absent begin at −1. */
export interface CellSpan {
  readonly col: number;
  readonly start: number;
  readonly end: number;
  /** `t`; a number where it says nothing. */
  readonly type: string;
  /** `s`; −1 where it says nothing. */
  readonly style: number;
  readonly valueFrom: number;
  readonly valueTo: number;
  readonly inlineFrom: number;
  readonly inlineTo: number;
  readonly formula: { readonly tag: Tag; readonly from: number; readonly to: number } | null;
}

const QUOTE = 34;
const APOSTROPHE = 39;
const SLASH = 47;
const EQUALS = 61;
const GREATER = 62;
const LETTER_R = 114;
const LETTER_S = 115;
const LETTER_T = 116;
const LETTER_V = 118;

/**
 * Reads the cell whose `<` is at `start`; it ends before `limit` at the latest. Without an address it follows column
 * `last`. This is the innermost loop of all reading: the usual shapes are read by hand, the rest through `readTag`.
 */
export function scanCell(
  masked: string,
  prefixLength: number,
  start: number,
  limit: number,
  last: number,
): CellSpan {
  let col = 0;
  let type = 'n';
  let style = -1;
  let selfClosed = false;
  let at = start + 2 + prefixLength;
  for (;;) {
    const code = masked.charCodeAt(at);
    if (code === GREATER) {
      at++;
      break;
    }
    if (code <= 32 || code === SLASH) {
      selfClosed = code === SLASH;
      at++;
      continue;
    }
    const from = at + 3;
    const quote = masked.charCodeAt(at + 2);
    const isShort = masked.charCodeAt(at + 1) === EQUALS && (quote === QUOTE || quote === APOSTROPHE);
    let close = isShort ? from : -1;
    while (isShort && close < limit && masked.charCodeAt(close) !== quote) close++;
    if (close < 0) {
      const tag = readTag(masked, start);
      col = columnAt(attributeOf(tag, 'r') ?? '', 0);
      type = attributeOf(tag, 't') ?? 'n';
      style = Number(attributeOf(tag, 's') ?? -1);
      selfClosed = tag.selfClosed;
      at = tag.end;
      break;
    }
    if (code === LETTER_R) col = columnAt(masked, from);
    else if (code === LETTER_S) style = Number(masked.slice(from, close));
    else if (code === LETTER_T) type = close === from + 1 ? masked.charAt(from) : masked.slice(from, close);
    at = close + 1;
  }
  let valueFrom = -1;
  let valueTo = -1;
  let inlineFrom = -1;
  let inlineTo = -1;
  let formula: CellSpan['formula'] = null;
  let end = selfClosed ? at : limit;
  let child = selfClosed ? limit : masked.indexOf('<', at);
  while (child >= 0 && child < limit) {
    if (masked.charCodeAt(child + 1) === SLASH) {
      end = afterTag(masked, child);
      break;
    }
    const name = child + 1 + prefixLength;
    if (masked.charCodeAt(name) === LETTER_V && masked.charCodeAt(name + 1) === GREATER) {
      valueFrom = name + 2;
      valueTo = masked.indexOf('<', valueFrom);
      child = masked.indexOf('<', valueTo + 2);
      continue;
    }
    const tag = readTag(masked, child);
    const to = tag.selfClosed ? tag.end : findClose(masked, tag.name, tag.end);
    const local = localName(tag.name);
    if (local === 'v') {
      valueFrom = tag.end;
      valueTo = to;
    } else if (local === 'is') {
      inlineFrom = tag.end;
      inlineTo = to;
    } else if (local === 'f') formula = { tag, from: tag.end, to };
    child = masked.indexOf('<', tag.selfClosed ? to : afterTag(masked, to));
  }
  return { col: col || last + 1, start, end, type, style, valueFrom, valueTo, inlineFrom, inlineTo, formula };
}

/** The column of the address at `at` (`AB12` → 28); 0 where there are no letters. */
function columnAt(text: string, at: number): number {
  let col = 0;
  for (let next = at; ; next++) {
    const letter = text.charCodeAt(next) & 0xdf;
    if (!(letter >= 65 && letter <= 90)) return col;
    col = col * 26 + letter - 64;
  }
}
