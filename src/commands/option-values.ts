import { ownersOf } from '../core/assign.ts';
import { type ColumnRef, columnNames, findColumn } from '../core/columns.ts';
import type { Day } from '../core/date.ts';
import { parseDateWords } from '../core/date-words.ts';
import { LEVELS, type Level } from '../core/finding.ts';
import { LEVEL_NAMES } from '../core/rules/names.ts';
import { readStageWord, STAGES, type StageKey } from '../core/stages.ts';
import { nearest, normalizeWidth } from '../core/text.ts';
import { Failure } from '../failure.ts';
import type { Reading } from '../read-book.ts';
import type { OptionValues } from './command.ts';

/** A text option; null where it was not given. */
export function textOption(options: OptionValues, name: string): string | null {
  const value = options[name];
  return typeof value === 'string' ? value : null;
}

/** The values of an option that may be given several times. */
export function listOption(options: OptionValues, name: string): readonly string[] {
  const value = options[name];
  return Array.isArray(value) ? value : [];
}

/** A text option that must be given; Failure('usage') naming the flag otherwise. */
export function requiredText(options: OptionValues, name: string, example: string): string {
  const value = textOption(options, name)?.trim();
  if (value) return value;
  throw new Failure(
    'usage',
    {
      zh: `缺少 --${name},如 --${name} "${example}"`,
      en: `--${name} is missing, like --${name} "${example}"`,
    },
    { expected: `--${name} "${example}"` },
  );
}

/** A date option in any form people type; null where it was not given. Failure('usage') for what is no date. */
export function dateOption(
  options: OptionValues,
  name: string,
  { today, calendar }: Reading,
  sense: 'past' | 'coming',
): Day | null {
  const value = textOption(options, name);
  if (value === null) return null;
  const day = parseDateWords(value, { today, sense, calendar });
  if (day !== null) return day;
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new Failure(
    'usage',
    {
      zh: `--${flag}「${value}」不是日期;可写 2026-11-23、11-23、昨天、周五、月底、+3wd`,
      en: `--${flag} “${value}” is not a date; write 2026-11-23, 11-23, yesterday, fri, +3wd`,
    },
    { value, expected: '2026-11-23' },
  );
}

/** An owner as the table writes the name; null where it was not given. Failure('usage') with near ones for a name nobody has. */
export function ownerOption(
  options: OptionValues,
  name: string,
  ...readings: readonly Reading[]
): string | null {
  const asked = textOption(options, name);
  if (asked === null) return null;
  const owners = [...new Set(readings.flatMap(({ book }) => ownersOf(book)))];
  const squeeze = (name: string) => normalizeWidth(name).replace(/\s+/g, '').toLowerCase();
  const owner = owners.find((each) => squeeze(each) === squeeze(asked));
  if (owner !== undefined) return owner;
  const close = nearest(asked, owners);
  const names = (close.length > 0 ? close : owners.slice(0, 10)).join('、');
  throw new Failure(
    'usage',
    {
      zh: `没有负责人「${asked}」;${close.length > 0 ? '是不是' : '有'} ${names}`,
      en: `There is no owner “${asked}”; ${close.length > 0 ? 'did you mean' : 'there are'} ${names}`,
    },
    { value: asked, expected: names },
  );
}

/** The column `name` means, of the first book that has it. Failure('usage') with the nearest names where there is none. */
export function columnNamed(name: string, { book }: Reading, ...others: readonly Reading[]): ColumnRef {
  const [column] = [book, ...others.map((other) => other.book)].flatMap(
    ({ shape }) => findColumn(shape, name) ?? [],
  );
  if (column !== undefined) return column;
  const close = nearest(name, columnNames(book.shape));
  const names = close.length > 0 ? close : [...book.shape.headers.values()];
  throw new Failure(
    'usage',
    {
      zh: `没有「${name}」这一列;${close.length > 0 ? '是不是' : '有'} ${names.join('、')}`,
      en: `There is no column “${name}”; ${close.length > 0 ? 'did you mean' : 'there are'} ${names.join(', ')}`,
    },
    { value: name, expected: names.join(' / ') },
  );
}

/** `--to STAGE`; null where it was not given. Failure('usage') with the nearest words for what is no stage. */
export function stageOption(
  options: OptionValues,
  name: string,
  ...readings: readonly Reading[]
): StageKey | null {
  const value = textOption(options, name);
  if (value === null) return null;
  const [word] = readings.flatMap(({ book }) => readStageWord(value, book.settings.stageWords) ?? []);
  if (word) return word.stage;
  const words = STAGES.flatMap((info) => [info.name.zh, ...info.aliases, info.key]);
  const close = nearest(value, words);
  const names = close.length > 0 ? close : STAGES.map((info) => info.name.zh);
  throw new Failure(
    'usage',
    {
      zh: `没有阶段「${value}」;${close.length > 0 ? '是不是' : '有'} ${names.join('、')}`,
      en: `There is no stage “${value}”; ${close.length > 0 ? 'did you mean' : 'there are'} ${names.join(', ')}`,
    },
    { value, expected: names.join(' / ') },
  );
}

/** `--level`, in the words of the JSON contract or of the page; without it everything counts. */
export function levelOption(options: OptionValues): Level {
  const asked = textOption(options, 'level');
  if (asked === null) return 'data';
  const squeeze = (word: string) => word.toLowerCase().replace(/[\s-]/g, '');
  const level = LEVELS.find((key) =>
    [key, LEVEL_NAMES[key].zh, LEVEL_NAMES[key].en].some((word) => squeeze(word) === squeeze(asked)),
  );
  if (level) return level;
  const close = nearest(asked, LEVELS);
  const names = (close.length > 0 ? close : LEVELS).join(' / ');
  throw new Failure(
    'usage',
    { zh: `没有级别「${asked}」;可用 ${names}`, en: `There is no level “${asked}”; use ${names}` },
    { value: asked, expected: names },
  );
}
