import type { Book } from '../core/book.ts';
import { readIntent } from '../core/intent.ts';
import { type ListColumn, type ListFilter, readAmountFilter } from '../core/list.ts';
import { readStageWord } from '../core/stages.ts';
import { Failure } from '../failure.ts';
import type { Reading } from '../read-book.ts';
import type { OptionValues } from './command.ts';
import { columnNamed, stageOption, textOption } from './option-values.ts';

/** What the flags of `list` ask for. Each is Failure('usage') where it cannot be read. */

/** Stage, owner, intent, source, --amount and --where. */
export function readFilter(readings: readonly [Reading, ...Reading[]], options: OptionValues): ListFilter {
  const intentWord = textOption(options, 'intent');
  const intent = intentWord === null ? null : readIntent(intentWord);
  if (intentWord !== null && intent === null) {
    throw new Failure(
      'usage',
      {
        zh: `没有意向等级「${intentWord}」;可写 高、中、低`,
        en: `There is no intent “${intentWord}”; write high, medium or low`,
      },
      { value: intentWord, expected: '高 / 中 / 低' },
    );
  }
  const { where } = options;
  const amount = textOption(options, 'amount');
  return {
    stage: readStage(readings, options),
    owner: textOption(options, 'owner'),
    intent,
    source: textOption(options, 'source'),
    where: [
      ...(Array.isArray(where) ? where : []).map((condition) => readWhere(readings, condition)),
      ...(amount === null ? [] : [{ column: 'amount' as const, value: readAmount(amount) }]),
    ],
  };
}

/** What `--stage` means in each book: its own word, else what it means in those that have the word, where they agree. */
function readStage(readings: readonly [Reading, ...Reading[]], options: OptionValues): ListFilter['stage'] {
  const word = textOption(options, 'stage');
  if (word === null || stageOption(options, 'stage', ...readings) === null) return null;
  const stageIn = (book: Book) => readStageWord(word, book.settings.stageWords)?.stage ?? null;
  const meant = new Set(readings.flatMap(({ book }) => stageIn(book) ?? []));
  const [only = null] = meant.size === 1 ? meant : [];
  return (book) => stageIn(book) ?? only;
}

function readWhere(
  readings: readonly [Reading, ...Reading[]],
  condition: string,
): ListFilter['where'][number] {
  const [, name, value = ''] = /^([^=＝]+)[=＝]([\s\S]*)$/.exec(condition) ?? [];
  if (name === undefined) {
    throw new Failure(
      'usage',
      {
        zh: `--where「${condition}」要写成 列=值,如 --where 区域=华东`,
        en: `--where “${condition}” must be COLUMN=VALUE, like --where 区域=华东`,
      },
      { value: condition, expected: '列=值' },
    );
  }
  const column = columnNamed(name, ...readings);
  const isAmount = column === 'amount' || column === 'budget' || column === 'contractAmount';
  return { column, value: isAmount && value.trim() !== '' ? readAmount(value) : value };
}

/** `value` itself, where it names a range of amounts. */
function readAmount(value: string): string {
  if (readAmountFilter(value) !== null) return value;
  throw new Failure(
    'usage',
    {
      zh: `「${value}」不是金额;可写 15万、10万以上、10万-50万`,
      en: `“${value}” is no amount; write 150000, 100000+ or 100000-500000`,
    },
    { value, expected: '10万-50万' },
  );
}

/** `--columns 客户名称,区域`: null where it was not given. */
export function readColumns(
  readings: readonly [Reading, ...Reading[]],
  options: OptionValues,
): readonly ListColumn[] | null {
  const given = textOption(options, 'columns');
  if (given === null) return null;
  const names = given
    .split(/[,，、]/)
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length > 0) return names.map((name) => readColumn(readings, name));
  throw new Failure(
    'usage',
    {
      zh: '--columns 后面要有列名,如 --columns 客户名称,预计金额',
      en: '--columns needs names of columns, like --columns 客户名称,预计金额',
    },
    { value: given, expected: '客户名称,预计金额' },
  );
}

/** A column, or what follows from the log as one. */
function readColumn(readings: readonly [Reading, ...Reading[]], name: string): ListColumn {
  return ['lastFollowUp', '最近跟进', '最后跟进'].includes(name)
    ? 'lastFollowUp'
    : columnNamed(name, ...readings);
}

/** `--sort -金额`: null where it was not given. */
export function readSort(
  readings: readonly [Reading, ...Reading[]],
  options: OptionValues,
): { readonly key: ListColumn; readonly descending: boolean } | null {
  const given = textOption(options, 'sort');
  if (given === null) return null;
  const [, minus, name = ''] = /^([-－]?)(.*)$/.exec(given.trim()) ?? [];
  return { key: readColumn(readings, name), descending: minus !== '' };
}

/** `--limit 20`: null where it was not given. */
export function readLimit(options: OptionValues): number | null {
  const given = textOption(options, 'limit');
  if (given === null) return null;
  const limit = Number(given);
  if (Number.isInteger(limit) && limit > 0) return limit;
  throw new Failure(
    'usage',
    {
      zh: `--limit「${given}」要是正整数,如 --limit 20`,
      en: `--limit “${given}” must be a positive whole number, like --limit 20`,
    },
    { value: given, expected: '20' },
  );
}
