import type { Book } from './book.ts';
import type { InputContext } from './cell-input.ts';
import { readChoice } from './choice.ts';
import { type Day, formatDay } from './date.ts';
import { parseDateWords } from './date-words.ts';
import type { BadInput } from './decision.ts';
import { badInput } from './draft.ts';
import { FOLLOW_UP_KINDS } from './event.ts';
import { fieldInfo } from './fields.ts';
import { partsOf } from './gates.ts';
import type { ItemFlag, ItemInfo } from './items.ts';
import { parseAmount } from './money.ts';
import { checkPhone } from './phone.ts';
import type { CellInput } from './sheet.ts';
import { nearest, normalizeWidth, splitTags } from './text.ts';

/** One flag's text as a cell and as it stands in 内容. Dates must not lie before `on`. */
export function readFlag(
  { settings }: Book,
  item: ItemInfo,
  flag: ItemFlag,
  given: string,
  on: Day,
  { today, calendar }: InputContext,
): { readonly input: CellInput; readonly text: string } | BadInput {
  const text = given.trim();
  const asText = (value: string) => ({ input: { kind: 'text', text: value } as const, text: value });
  const wrong = (expected: string, english = expected) =>
    badInput(
      {
        zh: `${flag.flag}「${text}」不能用,应为 ${expected}`,
        en: `${flag.flag} “${text}” cannot be used; expected ${english}`,
      },
      text,
      expected,
    );
  switch (flag.kind) {
    case 'date': {
      const day = parseDateWords(text, { today, sense: 'coming', calendar });
      return day === null || day < on
        ? wrong(day === null ? '2026-11-30 / 月底 / +3wd' : `≥ ${formatDay(on)}`)
        : { input: { kind: 'date', day }, text: formatDay(day) };
    }
    case 'amount': {
      const read = parseAmount(text, 1);
      if (read?.kind !== 'amount' || read.low !== read.high) return wrong('15万 / 150000', '150000');
      return { input: { kind: 'money', fen: read.low }, text };
    }
    case 'score': {
      const score = Number(normalizeWidth(text));
      return Number.isInteger(score) && score >= 1 && score <= 5
        ? { input: { kind: 'number', value: score }, text: String(score) }
        : wrong('1–5');
    }
    case 'choice': {
      // Which kinds count is a setting, so every kind is a word here.
      const words = flag.flag === '--type' ? FOLLOW_UP_KINDS : flag.words;
      const word = readChoice(text, words);
      return word === null ? wrong(words.join(' / ')) : asText(word);
    }
    case 'parts': {
      const all = partsOf(item, settings);
      const parts = ['全部', 'all'].includes(text) ? [...all] : splitTags(text);
      const unknown = parts.find((part) => !all.includes(part));
      if (unknown === undefined) return asText(parts.join(','));
      const close = nearest(unknown, all);
      return wrong(`全部 / ${(close.length > 0 ? close : all).join(',')}`);
    }
    case 'switch':
      return { input: { kind: 'text', text: flag.label.zh }, text: '是' };
    default: {
      const phone = flag.column === 'phone' ? checkPhone(text) : null;
      if (phone) return badInput(phone, text, '13800000000');
      return flag.column !== null && fieldInfo(flag.column).kind === 'tags'
        ? asText(splitTags(text).join(','))
        : asText(text);
    }
  }
}
