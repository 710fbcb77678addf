import { type Day, dayOf } from './date.ts';
import type { Look } from './raw-text.ts';

/**
 * Whether a 跟进记录 cell, as its bytes lie in the file, holds nothing but entries that begin with `YYYY-MM-DD:` (as funnel
 * writes them) of days up to `today`. False: it must be decoded to be known.
 */
export function holdsPastDays(today: Day): Look {
  return (bytes, from, to) => {
    for (let at = from; at < to; ) {
      const separator = separatorAt(bytes, at);
      if (separator > 0) {
        at += separator;
        continue;
      }
      const day = dayAt(bytes, at, to);
      if (day === null || day > today) return false;
      for (at += 11; at < to && separatorAt(bytes, at) === 0; ) at++;
    }
    return true;
  };
}

/** Length of a `;` or `；`; 0 for anything else. */
function separatorAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === 59) return 1;
  return byte === 0xef && bytes[at + 1] === 0xbc && bytes[at + 2] === 0x9b ? 3 : 0;
}

/** The day of `2026-11-26:` (or `：`); null for anything else. */
function dayAt(bytes: Uint8Array, at: number, to: number): Day | null {
  const isWide = bytes[at + 10] === 0xef && bytes[at + 11] === 0xbc && bytes[at + 12] === 0x9a;
  if (at + 11 > to || (bytes[at + 10] !== 58 && !isWide)) return null;
  if (bytes[at + 4] !== 45 || bytes[at + 7] !== 45) return null;
  let number = 0;
  for (let offset = 0; offset < 10; offset++) {
    if (offset === 4 || offset === 7) continue;
    const digit = (bytes[at + offset] ?? 0) - 48;
    if (digit < 0 || digit > 9) return null;
    number = number * 10 + digit;
  }
  return dayOf(Math.floor(number / 10_000), Math.floor(number / 100) % 100, number % 100);
}
