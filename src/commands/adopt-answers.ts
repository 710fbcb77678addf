import { resolve } from 'node:path';
import { type Adoption, readColumnMap, readStageMap, type TableAnswers } from '../core/adopt.ts';
import { SHEETS } from '../core/book.ts';
import { FIELDS } from '../core/fields.ts';
import { counted, type Message, plain } from '../core/message.ts';
import { STAGES } from '../core/stages.ts';
import { nearest } from '../core/text.ts';
import { Failure } from '../failure.ts';
import { alikeSheets, type Reading } from '../read-book.ts';
import type { Session } from '../session.ts';
import { openStore } from '../storage/open.ts';
import type { OptionValues } from './command.ts';
import { textOption } from './option-values.ts';

/** What the flags say about the table. */
export function readAnswers(options: OptionValues): TableAnswers {
  const list = (value: OptionValues[string]) => (Array.isArray(value) ? value : []);
  const columns = list(options.map).map((text: string) => {
    const read = readColumnMap(text);
    if (read) return [read.header, read.field] as const;
    const words = FIELDS.flatMap(({ header, aliases }) => [header.zh, ...aliases]);
    throw notUsable('--map', text, words, {
      zh: '列=字段,如 公司=客户名称',
      en: 'COLUMN=FIELD, like 公司=客户名称',
    });
  });
  const stages = list(options.mapStage).map((text: string) => {
    const read = readStageMap(text);
    if (read) return [read.word, read.stage] as const;
    const words = STAGES.flatMap(({ name, aliases }) => [name.zh, ...aliases]);
    throw notUsable('--map-stage', text, words, {
      zh: '词=阶段,如 跟进中=需求挖掘',
      en: 'WORD=STAGE, like 跟进中=需求挖掘',
    });
  });
  const unit = textOption(options, 'unit');
  if (unit !== null && !UNITS.has(unit))
    throw notUsable('--unit', unit, [], { zh: '元 或 万元', en: '元 or 万元' });
  return {
    sheet: textOption(options, 'sheet'),
    columns: new Map(columns),
    stages: new Map(stages),
    amountUnit: UNITS.get(unit ?? '') ?? null,
  };
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['元', 1],
  ['万元', 10000],
  ['万', 10000],
]);

/** An answer that cannot be used, with what it should look like and the nearest words for what stands behind its =. */
export function notUsable(flag: string, text: string, words: readonly string[], expected: Message): Failure {
  const close = nearest(text.replace(/^.*[=＝]/, '').trim(), words);
  const hint: Message =
    close.length > 0
      ? { zh: `;是不是 ${close.join('、')}?`, en: `. Did you mean ${close.join(', ')}?` }
      : plain('');
  return new Failure(
    'usage',
    {
      zh: `${flag}「${text}」不能用;应为 ${expected.zh}${hint.zh}`,
      en: `${flag} “${text}” cannot be used; expected ${expected.en}${hint.en}`,
    },
    { value: text, expected: expected.zh },
  );
}

/** Where several sheets look like the table and nothing says which, a person in a terminal does. */
export async function chooseSheet(
  session: Session,
  path: string,
  answers: TableAnswers,
): Promise<TableAnswers> {
  if (!session.interactive || answers.sheet !== null) return answers;
  const store = await openStore(resolve(session.io.cwd, path));
  const names = store.sheets.filter(({ kind }) => kind === 'worksheet').map(({ name }) => name);
  // By its name, or by what 设置 keeps.
  if (names.includes(SHEETS.tracking) || names.includes(SHEETS.settings)) return answers;
  const alike = await alikeSheets(store, names);
  if (alike.length < 2) return answers;
  const { chooseOne } = await import('../prompt/ask.ts');
  const question = {
    zh: '有几张表都像客户信息跟踪表,接管哪一张?',
    en: 'Several sheets look like the tracking table. Which one is it?',
  };
  const choices = alike.map((name) => ({ value: name, label: plain(name) }));
  return { ...answers, sheet: await chooseOne(session, question, choices, { none: null }) };
}

/** In a terminal each unknown word, and a unit that is not said, is asked about once; without one they stay findings. */
export async function askAnswers(
  session: Session,
  { adoption, reading }: { readonly adoption: Adoption; readonly reading: Reading },
  answers: TableAnswers,
): Promise<TableAnswers> {
  const unclear = reading.book.findings.find(({ rule }) => rule === 'no-unit');
  if (!session.interactive || (adoption.unknownWords.length === 0 && !unclear)) return answers;
  const { askChain, BACK_CHOICE, chooseOne, isBack } = await import('../prompt/ask.ts');
  const later = { zh: '以后再说', en: 'later' };
  const stages = [...STAGES.map(({ key, name }) => ({ value: key, label: name })), BACK_CHOICE];
  const words = adoption.unknownWords.map(({ word, rows }) => ({
    async ask(known: TableAnswers) {
      const question = {
        zh: `「${word}」(${rows} 行)是哪个阶段?`,
        en: `“${word}” (${counted(rows, 'row')}): which stage?`,
      };
      const initial = known.stages.get(word);
      const chosen = await chooseOne(session, question, stages, {
        none: later,
        ...(initial ? { initial } : {}),
      });
      if (isBack(chosen)) return null;
      const stage = STAGES.find(({ key }) => key === chosen)?.key;
      const others = [...known.stages].filter(([each]) => each !== word);
      return { ...known, stages: new Map(stage ? [...others, [word, stage]] : others) };
    },
  }));
  const header = reading.book.shape.headers.get(unclear?.place?.col ?? 0) ?? '';
  const unit = {
    async ask(known: TableAnswers) {
      const question = {
        zh: `「${header}」里的数字没有单位:是元还是万元?`,
        en: `The numbers under “${header}” have no unit: 元 or 万元 (10,000 yuan)?`,
      };
      const units = [...['元', '万元'].map((value) => ({ value, label: plain(value) })), BACK_CHOICE];
      const chosen = await chooseOne(session, question, units, { none: later });
      return isBack(chosen) ? null : { ...known, amountUnit: UNITS.get(chosen ?? '') ?? null };
    },
  };
  return askChain(session, [...words, ...(unclear ? [unit] : [])], answers);
}
