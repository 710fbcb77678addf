import type { Calendar } from './calendar.ts';
import { readChoice } from './choice.ts';
import type { ColumnRef } from './columns.ts';
import { type Day, formatDay } from './date.ts';
import { parseDateWords } from './date-words.ts';
import type { BadInput } from './decision.ts';
import { badInput } from './draft.ts';
import { fieldInfo } from './fields.ts';
import { parseAmount } from './money.ts';
import type { CellInput } from './sheet.ts';
import { normalizeWidth, splitTags } from './text.ts';

export interface InputContext {
  readonly today: Day;
  readonly calendar: Calendar;
}

/**
 * A text people typed for a column, checked by the column's kind: dates in any form (the coming one where the year is
 * missing; the latest past one for 线索录入日期), amounts like 15万 or 10-20万, choices by their words. Empty blanks the
 * cell. The team's own columns take any text.
 */
export function readColumnInput(
  column: ColumnRef,
  given: string,
  { today, calendar }: InputContext,
): CellInput | BadInput {
  const text = given.trim();
  if (text === '') return { kind: 'blank' };
  if (typeof column !== 'string') return { kind: 'text', text };
  const { header, kind, words } = fieldInfo(column);
  const wrong = (expected: string, english = expected) =>
    badInput(
      {
        zh: `${header.zh}「${text}」不能用,应为 ${expected}`,
        en: `${header.en} “${text}” cannot be used; expected ${english}`,
      },
      text,
      expected,
    );
  switch (kind) {
    case 'date': {
      const sense =
        column === 'leadDate' || column === 'contractDate' || column === 'deliveryDate' ? 'past' : 'coming';
      const day = parseDateWords(text, { today, sense, calendar });
      return day === null ? wrong('2026-11-23 / 月底 / +3wd') : { kind: 'date', day };
    }
    case 'amount': {
      const read = parseAmount(text, 1);
      if (read === null) return wrong('15万 / 150000 / 10-20万', '150000 / 100000-200000');
      if (read.kind === 'none') return { kind: 'text', text };
      return read.low === read.high
        ? { kind: 'money', fen: read.low }
        : { kind: 'text', text: normalizeWidth(text) };
    }
    case 'score': {
      const score = Number(normalizeWidth(text));
      return Number.isInteger(score) && score >= 1 && score <= 5
        ? { kind: 'number', value: score }
        : wrong('1–5');
    }
    case 'choice': {
      const word = readChoice(text, words);
      return word === null ? wrong(words.join(' / ')) : { kind: 'text', text: word };
    }
    case 'tags':
      return { kind: 'text', text: splitTags(text).join(',') };
    default:
      return { kind: 'text', text };
  }
}

/** An input as 修改 events and messages say it. */
export function inputText(input: CellInput): string {
  switch (input.kind) {
    case 'date':
      return formatDay(input.day);
    case 'money':
      return String(input.fen / 100);
    case 'number':
      return String(input.value);
    case 'percent':
      return `${(input.value * 100).toFixed(1)}%`;
    case 'text':
      return input.text;
    case 'formula':
      return inputText(input.shows);
    default:
      return '';
  }
}
