import { comingOccurrence, type Day, dayOf, formatDay, latestOccurrence } from './date.ts';
import { type AmountText, parseAmount } from './money.ts';
import type { CellValue } from './sheet.ts';
import { normalizeWidth } from './text.ts';

/** A date as read from a cell; `inferredYear`: the year was not written, or with two digits only. */
export interface ReadDate {
  readonly day: Day;
  readonly inferredYear: boolean;
}

/**
 * Which day a date without a year means: the latest one not after `near` for what has happened (线索录入日期), the
 * nearest one for what is planned (预计成交日期, 下次跟进日期).
 */
export type DateColumn = 'happened' | 'planned';

/** From serial 0 to 1970-01-01: 1899-12-30 (after its February of 1900) or 1904-01-01. */
const EPOCH_1900 = -25569;
const EPOCH_1904 = -24107;
/** 9999-12-31. */
const LAST_SERIAL = 2958465;

/**
 * A cell of a date column: a serial number whatever its format, an ISO date, or text in any of the forms people type.
 * Null: unreadable, and so is a small number without a date format (3.20 meant 20 March, not a day of January 1900).
 */
export function readDateCell(
  value: CellValue,
  dates1904: boolean,
  near: Day,
  column: DateColumn = 'happened',
): ReadDate | null {
  if (value.kind === 'number') {
    if (value.format !== 'date' && value.value < 10_000) return null;
    if (value.value > LAST_SERIAL) return readDateText(plainNumber(value.value), near, column);
    const day = serialToDay(value.value, dates1904);
    return day === null ? null : { day, inferredYear: false };
  }
  return value.kind === 'isoDate' || value.kind === 'text' ? readDateText(value.text, near, column) : null;
}

/** An amount: a bare number is `unit` yuan each (a formula's result too), text as people write it. Null: unreadable. */
export function readAmountCell(value: CellValue, unit: number): AmountText {
  if (value.kind === 'number') {
    const fen = Math.round(value.value * unit * 100);
    return fen >= 0 && Number.isSafeInteger(fen) ? { kind: 'amount', low: fen, high: fen } : null;
  }
  return value.kind === 'text' ? parseAmount(value.text, unit) : null;
}

/** Text of a cell as it shows: a phone with all its digits, 15%, a date as 2024-03-15. Empty for an error or no cell. */
export function readTextCell(value: CellValue | undefined, dates1904 = false): string {
  if (value === undefined || value.kind === 'error') return '';
  if (value.kind === 'boolean') return value.value ? 'TRUE' : 'FALSE';
  if (value.kind !== 'number') return value.text.trim();
  if (value.format === 'percent') return `${plainNumber(value.value * 100)}%`;
  const day = value.format === 'date' ? serialToDay(value.value, dates1904) : null;
  return day === null ? plainNumber(value.value) : formatDay(day);
}

/** A whole number: `5`, `5分`, `５`. Null: not one. */
export function readIntegerCell(value: CellValue): number | null {
  if (value.kind === 'number') return Number.isInteger(value.value) ? value.value : null;
  if (value.kind !== 'text') return null;
  const match = /^(\d{1,15})\s*分?$/.exec(normalizeWidth(value.text).trim());
  return match ? Number(match[1]) : null;
}

/** Behind a date: a weekday, a time of the day, a zone. */
const TAIL =
  /\s*[(]?(?:周|星期|礼拜)[一二三四五六日天][)]?$|[\sT]+(?:上午|下午|中午|晚上)?\s*\d{1,2}(?::\d{2}){1,2}(?:\.\d+)?\s*(?:[AP]M)?\s*(?:Z|[+-]\d{2}:?\d{2})?$/i;

/**
 * `2024-03-15`, `2024/3/15`, `2024.3.15`, `2024年3月15日`, `20240315`, `24.3.15` (of this century), `3月15日`, `3-15`, `3/15`, `3.15`, each with a weekday
 * or a time behind it or not.
 */
export function readDateText(text: string, near: Day, column: DateColumn = 'happened'): ReadDate | null {
  const bare = normalizeWidth(text).trim().replace(TAIL, '').replace(TAIL, '');
  const full =
    /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?$/.exec(bare) ??
    /^(\d{4})(\d{2})(\d{2})$/.exec(bare);
  if (full) {
    const day = dayOf(Number(full[1]), Number(full[2]), Number(full[3]));
    return day === null ? null : { day, inferredYear: false };
  }
  const brief = /^([1-4]\d)([-/.年])(\d{1,2})(?:\2|月)(\d{1,2})[日号]?$/.exec(bare);
  if (brief) {
    const day = dayOf(2000 + Number(brief[1]), Number(brief[3]), Number(brief[4]));
    return day === null ? null : { day, inferredYear: true };
  }
  const partial = /^(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?$/.exec(bare);
  if (!partial) return null;
  const [month, date] = [Number(partial[1]), Number(partial[2])];
  const past = latestOccurrence(month, date, near);
  const coming = column === 'planned' ? comingOccurrence(month, date, near) : null;
  const day = past !== null && coming !== null && coming - near < near - past ? coming : past;
  return day === null ? null : { day, inferredYear: true };
}

/** A number in full digits, as a cell shows it: 13800000000, not 1.38e10; 0.3, not 0.30000000000000004. */
function plainNumber(value: number): string {
  return Number.isInteger(value) ? BigInt(value).toString() : String(Number(value.toPrecision(15)));
}

/**
 * Excel's serial, its time of the day cut off. The system of 1900 has a 29 February there (serial 60, null here), so
 * earlier serials are one day off. Null outside 1900–9999.
 */
export function serialToDay(serial: number, dates1904: boolean): Day | null {
  const whole = Math.floor(serial);
  if (!Number.isFinite(serial) || whole < 0 || whole > LAST_SERIAL) return null;
  if (dates1904) return whole + EPOCH_1904;
  if (whole === 0 || whole === 60) return null;
  return whole + EPOCH_1900 + (whole < 60 ? 1 : 0);
}
