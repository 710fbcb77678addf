import { resolve } from 'node:path';
import { writeBook } from '../app.ts';
import type { Deal } from '../core/deal.ts';
import { flagsOf, isFilled } from '../core/gates.ts';
import { ITEMS, type ItemFlag, type ItemInfo, isItemKey, itemInfo } from '../core/items.ts';
import { plain } from '../core/message.ts';
import { commandText, dealArgument } from '../core/paste.ts';
import { flagName, type ItemRecord, neededFlags, readQuestion, recordItem } from '../core/record.ts';
import { nearest } from '../core/text.ts';
import { Failure } from '../failure.ts';
import type { Reading } from '../read-book.ts';
import type { Session } from '../session.ts';
import { exists } from '../storage/files.ts';
import type { CommandSpec, OptionSpec, OptionValues } from './command.ts';
import { chooseDeal, sameDeal } from './deal-argument.ts';
import { dateOption, textOption } from './option-values.ts';
import { keepAnswers, recordWords } from './record-words.ts';

export const recordCommand: CommandSpec = {
  name: 'record',
  args: '<deal> <item>',
  summary: {
    zh: '记录一项推进条件;有哪些项、离开哪个阶段前要: funnel help gates',
    en: 'record one item of a gate; which there are, and before which stage is left: funnel help gates',
  },
  brief: { zh: '记录一项推进条件', en: 'record one item of a gate' },
  writes: true,
  options: [
    { flags: '--on <date>', text: { zh: '哪天(默认今天)', en: 'the day (default: today)' } },
    ...itemOptions(),
    {
      flags: '--question <question=answer>',
      text: {
        zh: '设置「调研补充问题」里的一问: 问题=回答,可多次(survey)',
        en: 'one of the further questions of 设置: QUESTION=ANSWER; repeatable (survey)',
      },
      repeat: true,
    },
    { flags: '--evidence <path>', text: { zh: '凭据文件', en: 'a file as evidence' } },
    { flags: '--reason <text>', text: { zh: '补录的原因', en: 'why it is back-dated' } },
  ],
  examples: [
    'record 华东机械 first-contact --type 电话 --note 有兴趣',
    'record 华东 demo --on 昨天 --note 客户关注数据安全',
    'record 华东 materials --parts 全部',
    'record 华东 contract --on 今天 --number HT-2026-001',
    'record 华东 survey --question 预算来源=自有资金',
  ],
  run: (session, [query, name], options) => {
    const item = readItem(String(name ?? ''));
    refuseOtherFlags(item, options);
    return keepAnswers(session, (keep) =>
      writeBook<{ deal: Deal; record: ItemRecord }>(session, {
        async ask(reading) {
          const deal = await chooseDeal(session, reading, String(query ?? ''));
          const record = readRecord(item, options, reading);
          await noteEvidence(session, record.evidence);
          const told = (asked: ItemRecord) => keep({ book: reading.book, deal, records: [asked] });
          return { deal, record: await completeRecord(session, reading, { deal, item, record }, told) };
        },
        queued: ({ deal, record }, nameOf) => [recordWords(nameOf(deal), record)],
        decide: (reading, { deal, record }) =>
          recordItem(reading.book, sameDeal(reading.book, deal), record, reading),
      }),
    );
  },
};

/** Every flag of every item once, with its word, what it may be, and the items that take it. */
function itemOptions(): OptionSpec[] {
  const flags = new Map<string, { first: ItemFlag; items: string[] }>();
  for (const item of ITEMS) {
    for (const flag of item.flags) {
      const known = flags.get(flag.flag) ?? { first: flag, items: [] };
      flags.set(flag.flag, { ...known, items: [...known.items, item.key] });
    }
  }
  return [...flags.values()].map(({ first: { flag, kind, label, words }, items }) => {
    const choice = kind === 'choice' ? ` ${words.join('|')}` : '';
    const parts =
      kind === 'parts' ? { zh: ',全部 或逗号分隔', en: ', 全部 (all) or a comma list' } : plain('');
    const taken = items.length > 4 ? `${items.slice(0, 4).join(', ')} …` : items.join(', ');
    return {
      flags: kind === 'switch' ? flag : `${flag} <value>`,
      text: {
        zh: `${label.zh}${choice}${parts.zh}(${taken})`,
        en: `${label.en}${choice}${parts.en} (${taken})`,
      },
    };
  });
}

function readItem(name: string): ItemInfo {
  if (isItemKey(name)) return itemInfo(name);
  const byName = ITEMS.find((item) => item.name.zh === name);
  if (byName) return byName;
  const close = nearest(
    name,
    ITEMS.flatMap((item) => [item.key, item.name.zh]),
  );
  const keys = close.length > 0 ? close : ITEMS.map((item) => item.key);
  throw new Failure(
    'usage',
    {
      zh: `没有检查项「${name}」;${close.length > 0 ? '是不是' : '有'} ${keys.join('、')}`,
      en: `There is no item “${name}”; ${close.length > 0 ? 'did you mean' : 'there are'} ${keys.join(', ')}`,
    },
    { value: name, expected: keys.join(' / ') },
  );
}

/** A flag of another item would be dropped in silence otherwise. */
function refuseOtherFlags(item: ItemInfo, options: OptionValues): void {
  const own = item.flags.map(({ flag }) => flag);
  const taken = ['--on', '--note', '--evidence', '--reason', ...own];
  const foreign =
    givenQuestions(options).length > 0 && item.key !== 'survey'
      ? { flag: '--question' }
      : ITEMS.flatMap(({ flags }) => flags).find(
          ({ flag }) => !taken.includes(flag) && givenValue(flag, options) !== null,
        );
  if (!foreign) return;
  const flags = [...new Set(taken)].join(' ');
  throw new Failure(
    'usage',
    {
      zh: `「${item.name.zh}」(${item.key})没有 ${foreign.flag};可用 ${flags}`,
      en: `“${item.name.en}” (${item.key}) takes no ${foreign.flag}; it takes ${flags}`,
    },
    { value: foreign.flag, expected: flags },
  );
}

/** The text of a flag, empty for a switch; null where it was not given. */
function givenValue(flag: string, options: OptionValues): string | null {
  // commander reads --no-reply as the negation of a --reply that nobody asked for.
  if (flag === '--no-reply') return options.reply === false ? '' : null;
  const value = options[flag.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())];
  return typeof value === 'string' ? value : value === true ? '' : null;
}

function givenQuestions(options: OptionValues): readonly string[] {
  return Array.isArray(options.question) ? options.question : [];
}

function readRecord(item: ItemInfo, options: OptionValues, reading: Reading): ItemRecord {
  const values = new Map<string, string>();
  for (const flag of new Set([...item.flags.map((each) => each.flag), '--note'])) {
    const given = givenValue(flag, options);
    if (given !== null) values.set(flag, given);
  }
  for (const text of givenQuestions(options)) {
    const read = readQuestion(text, reading.book.settings);
    if (!read) throw noQuestion(text, reading.book.settings.surveyQuestions);
    values.set(read.key, read.answer);
  }
  return {
    item: item.key,
    values,
    on: dateOption(options, 'on', reading, 'past'),
    evidence: textOption(options, 'evidence') ?? '',
    reason: textOption(options, 'reason') ?? '',
  };
}

function noQuestion(text: string, questions: readonly string[]): Failure {
  const list = questions.map((question) => `${question}=…`).join(' / ');
  return new Failure(
    'usage',
    list === ''
      ? {
          zh: `--question「${text}」不能用:设置「规则 调研补充问题」里还没有问题`,
          en: `--question “${text}” cannot be used: 设置「规则 调研补充问题」 holds no question yet`,
        }
      : {
          zh: `--question「${text}」不能用,应为 ${list}`,
          en: `--question “${text}” cannot be used; expected ${list}`,
        },
    { value: text, expected: list },
  );
}

/** A file that is not found from here is said, and recorded all the same: it may lie on another machine. */
async function noteEvidence(session: Session, path: string): Promise<void> {
  if (path === '' || (await exists(resolve(session.io.cwd, path)))) return;
  session.note({
    zh: `从本机找不到凭据文件 ${path},仍照记`,
    en: `The evidence ${path} is not found from this machine; recorded all the same`,
  });
}

/** What is still needed is asked for in a terminal (`keep` is told the record so far); without one it is exit 2, naming every flag. */
async function completeRecord(
  session: Session,
  reading: Reading,
  { deal, item, record }: { readonly deal: Deal; readonly item: ItemInfo; readonly record: ItemRecord },
  keep: (record: ItemRecord) => void,
): Promise<ItemRecord> {
  const { settings } = reading.book;
  const needed = neededFlags(deal, item, record.values, record.on, settings);
  if (needed.length === 0) return record;
  if (!session.interactive) {
    const command = `${commandText(reading.book, 'record', dealArgument(deal), item.key)} ${needed.join(' … ')} …`;
    throw new Failure(
      'usage',
      {
        zh: `记录「${item.name.zh}」还要给出 ${needed.join(' ')}: ${command}`,
        en: `Recording “${item.name.en}” also needs ${needed.join(' ')}: ${command}`,
      },
      { expected: needed.join(' ') },
    );
  }
  const { askItems } = await import('../prompt/ask.ts');
  // Where nothing was said yet, what may be said is asked too (无异议, 形式); else only what lacks.
  const isBare = record.values.size === 0 && item.key !== 'lead-form';
  const flags = flagsOf(item, settings).filter(
    (flag) => (isBare && !isFilled(deal, item, flag, settings)) || needed.includes(flagName(flag)),
  );
  const whole = ([asked]: readonly ItemRecord[]): ItemRecord => ({
    ...record,
    values: new Map([...record.values, ...(asked?.values ?? [])]),
    on: asked?.on ?? record.on,
  });
  const questions = { item, flags, needsOn: needed.includes('--on') };
  return whole(await askItems(session, [questions], reading, (asked) => keep(whole(asked))));
}
