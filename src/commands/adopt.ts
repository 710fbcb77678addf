import { type Adoption, type KeptAnswer, planAdoption, readColumnMap, readStageMap } from '../core/adopt.ts';
import { SHEETS } from '../core/book.ts';
import { SETTING_HEADERS } from '../core/decode.ts';
import { LOG_HEADERS } from '../core/decode-log.ts';
import { encodeDecision } from '../core/encode.ts';
import { type FieldKey, fieldInfo } from '../core/fields.ts';
import type { Finding } from '../core/finding.ts';
import type { Patch } from '../core/sheet.ts';
import { STAGES, type StageKey, stageInfo } from '../core/stages.ts';
import { visible } from '../core/text.ts';
import { EXIT } from '../exit.ts';
import { Failure } from '../failure.ts';
import { type Reading, readTracked, type Tracking } from '../read-book.ts';
import type { Session } from '../session.ts';
import { openStore } from '../storage/open.ts';
import { saveBook, withLock } from '../storage/save.ts';
import type { Plan } from '../storage/store.ts';
import { recordedAtText } from '../today.ts';
import { changeJson, changeLine } from '../write-words.ts';
import type { CommandSpec, OptionValues } from './command.ts';
import { textOption } from './option-values.ts';

export const adoptCommand: CommandSpec = {
  name: 'adopt',
  args: '<path>',
  summary: {
    zh: '接管团队已有的表(先加 --dry-run 看计划)',
    en: "take over the team's existing table (--dry-run first)",
  },
  writes: true,
  options: [
    { flags: '--sheet <name>', text: { zh: '哪张工作表', en: 'which sheet' } },
    {
      flags: '--map <column=field>',
      text: {
        zh: '列=字段(字段写表头名;列=- 表示团队自己的列),可多次',
        en: 'COLUMN=FIELD (COLUMN=- keeps it as your own); repeatable',
      },
      repeat: true,
    },
    {
      flags: '--map-stage <word=stage>',
      text: { zh: '词=阶段,如 跟进中=需求挖掘,可多次', en: 'WORD=STAGE, like 跟进中=需求挖掘; repeatable' },
      repeat: true,
    },
  ],
  examples: [
    'adopt 客户表.xlsx --dry-run',
    'adopt 客户表.xlsx',
    'adopt 客户表.xlsx --sheet 2026年 --map 公司=客户名称 --map-stage 跟进中=需求挖掘',
  ],
  async run(session, [path], options) {
    const file = String(path ?? '');
    const answers = readAnswers(options);
    const first = await readAdoptable(session, file, answers);
    const asked = await askUnknownWords(session, first, answers);
    if (session.options.dryRun)
      return show(session, await planIt(session, await readAdoptable(session, file, asked), asked));
    const { wait, ignoreLock } = session.options;
    return withLock({ files: first.reading.store.files, wait, ignoreLock, io: session.io }, async () => {
      const planned = await planIt(session, await readAdoptable(session, file, asked), asked);
      const { store, by } = planned.reading;
      await saveBook({ store, plan: planned.plan, io: session.io, user: by, command: session.io.argv });
      return show(session, planned);
    });
  },
};

interface Answers {
  readonly sheet: string | null;
  readonly columns: ReadonlyMap<string, FieldKey | null>;
  readonly stages: ReadonlyMap<string, StageKey>;
}

interface Adoptable {
  readonly tracking: Tracking;
  readonly reading: Reading;
  readonly adoption: Adoption;
}

interface Planned extends Adoptable {
  readonly plan: Plan;
  readonly sheetsAdded: readonly string[];
}

function readAnswers(options: OptionValues): Answers {
  const list = (value: OptionValues[string]) => (Array.isArray(value) ? value : []);
  const columns = list(options.map).map((text: string) => {
    const read = readColumnMap(text);
    if (read) return [read.header, read.field] as const;
    throw new Failure(
      'usage',
      {
        zh: `--map「${text}」不能用;写成 列=字段,如 公司=客户名称`,
        en: `--map “${text}” cannot be used; write COLUMN=FIELD, like 公司=客户名称`,
      },
      { value: text, expected: '公司=客户名称' },
    );
  });
  const stages = list(options.mapStage).map((text: string) => {
    const read = readStageMap(text);
    if (read) return [read.word, read.stage] as const;
    throw new Failure(
      'usage',
      {
        zh: `--map-stage「${text}」不能用;写成 词=阶段,如 跟进中=需求挖掘`,
        en: `--map-stage “${text}” cannot be used; write WORD=STAGE, like 跟进中=需求挖掘`,
      },
      { value: text, expected: '跟进中=需求挖掘' },
    );
  });
  return { sheet: textOption(options, 'sheet'), columns: new Map(columns), stages: new Map(stages) };
}

async function readAdoptable(session: Session, path: string, answers: Answers): Promise<Adoptable> {
  const { tracking, reading } = await readTracked(session, await openStore(path), answers);
  if (reading.book.adopted) {
    throw new Failure(
      'refused',
      {
        zh: `${path} 已经接管过了,直接用即可,如 funnel check --file "${path}"`,
        en: `${path} has been adopted already; just use it, like funnel check --file "${path}"`,
      },
      { file: path, sheet: tracking.raw.sheet },
    );
  }
  return { tracking, reading, adoption: planAdoption(reading.book) };
}

/** In a terminal each unknown word is asked about once; without one they stay findings. */
async function askUnknownWords(
  session: Session,
  { adoption }: Adoptable,
  answers: Answers,
): Promise<Answers> {
  if (!session.interactive || adoption.unknownWords.length === 0) return answers;
  const { chooseOne } = await import('../prompt/ask.ts');
  const stages = new Map(answers.stages);
  for (const { word, rows } of adoption.unknownWords) {
    const question = {
      zh: `「${word}」(${rows} 行)是哪个阶段?`,
      en: `“${word}” (${rows} rows): which stage?`,
    };
    const chosen = await chooseOne(
      session,
      question,
      STAGES.map(({ key, name }) => ({ value: key, label: name })),
    );
    const stage = STAGES.find(({ key }) => key === chosen)?.key;
    if (stage) stages.set(word, stage);
  }
  return { ...answers, stages };
}

async function planIt(session: Session, adoptable: Adoptable, answers: Answers): Promise<Planned> {
  const { reading, adoption, tracking } = adoptable;
  const { book, store, by } = reading;
  const recordedAt = recordedAtText(session.io.now(), book.settings.timeZone);
  const patches = encodeDecision(book, adoption.decision, { by, recordedAt });
  const kept = keptAnswers(tracking.raw.sheet, answers);
  // The sheets a command would add later are added now, so that people see them at once.
  const log: Patch[] =
    book.logShape || adoption.decision.events.length > 0
      ? []
      : [{ op: 'addSheet', sheet: SHEETS.log, headers: LOG_HEADERS }];
  const id: Patch[] =
    book.shape.columns.has('id') || adoption.ids.length > 0
      ? []
      : [
          {
            op: 'addColumn',
            sheet: book.shape.sheet,
            headerRow: book.shape.headerRow,
            col: book.shape.nextCol,
            header: fieldInfo('id').header.zh,
          },
        ];
  const all = [...id, ...patches, ...log, ...settingPatches(reading, kept)];
  return {
    ...adoptable,
    plan: await store.plan(all),
    sheetsAdded: all.flatMap((patch) => (patch.op === 'addSheet' ? patch.sheet : [])),
  };
}

/** What 设置 has to remember: the sheet, the columns and the words that were chosen. */
function keptAnswers(sheet: string, { columns, stages }: Answers): KeptAnswer[] {
  return [
    ...(sheet === SHEETS.tracking
      ? []
      : [{ category: '表格', name: '跟踪表', value: sheet, explanation: 'adopt 时选定的工作表' }]),
    ...[...columns].map(([name, field]) => ({
      category: '列对应',
      name,
      value: field ? fieldInfo(field).header.zh : '-',
      explanation: 'adopt 时说明的列',
    })),
    ...[...stages].map(([name, stage]) => ({
      category: '阶段用语',
      name,
      value: stageInfo(stage).name.zh,
      explanation: 'adopt 时说明的阶段用语',
    })),
  ];
}

function settingPatches({ book }: Reading, kept: readonly KeptAnswer[]): Patch[] {
  if (kept.length === 0 && book.settingsShape) return [];
  const columns =
    book.settingsShape?.columns ??
    new Map(SETTING_HEADERS.map((header, index) => [header as string, index + 1]));
  const added: Patch[] = book.settingsShape
    ? []
    : [{ op: 'addSheet', sheet: SHEETS.settings, headers: SETTING_HEADERS }];
  const rows = kept.map(({ category, name, value, explanation }): Patch => {
    const texts = { 类别: category, 名称: name, 值: value, 说明: explanation };
    return {
      op: 'append',
      sheet: SHEETS.settings,
      cells: new Map(
        SETTING_HEADERS.flatMap((header) =>
          columns.has(header)
            ? [[columns.get(header) ?? 0, { kind: 'text', text: texts[header] }] as const]
            : [],
        ),
      ),
    };
  });
  return [...added, ...rows];
}

function show(session: Session, planned: Planned) {
  const { reading, adoption, tracking, plan, sheetsAdded } = planned;
  const { book } = reading;
  const { dryRun, json } = session.options;
  if (json) {
    session.json({
      sheet: tracking.raw.sheet,
      headerRow: book.shape.headerRow,
      columns: adoption.columns.map(({ col, header, field }) => ({ column: col, header, field })),
      rows: book.deals.length,
      ids: adoption.ids,
      assumed: adoption.assumed,
      sheetsAdded,
      otherSheets: tracking.others,
      findings: book.findings.map((finding) => findingJson(session, finding)),
      changes: plan.changes.map((change) => changeJson(reading, change)),
      undo: dryRun ? null : 'funnel undo',
    });
    return EXIT.done;
  }
  const line = (zh: string, en: string) => session.print(visible(session.say({ zh, en })));
  line(
    `工作表 ${tracking.raw.sheet},表头在第 ${book.shape.headerRow} 行,${book.deals.length} 个商机`,
    `Sheet ${tracking.raw.sheet}, header in row ${book.shape.headerRow}, ${book.deals.length} deals`,
  );
  if (tracking.others.length > 0)
    line(
      `其他工作表不动:${tracking.others.join('、')}`,
      `Other sheets stay as they are: ${tracking.others.join(', ')}`,
    );
  for (const { header, field } of adoption.columns) {
    const name = field ? fieldInfo(field).header : { zh: '(团队自己的列,保留)', en: '(your own, kept)' };
    if (field === null || name.zh !== header) line(`  ${header} → ${name.zh}`, `  ${header} → ${name.en}`);
  }
  line(
    `编号 ${adoption.ids.length} 个;推定历史 ${adoption.assumed} 个商机(按录入日期和最后一次跟进,报告里标明)`,
    `${adoption.ids.length} IDs; assumed history for ${adoption.assumed} deals (from the entry date and the last follow-up; reports say so)`,
  );
  if (sheetsAdded.length > 0)
    line(`新增工作表:${sheetsAdded.join('、')}`, `Sheets added: ${sheetsAdded.join(', ')}`);
  for (const { word, rows } of adoption.unknownWords) {
    line(
      `不认识阶段「${word}」(${rows} 行),不计入比率;可加 --map-stage ${word}=需求挖掘`,
      `Stage “${word}” is not known (${rows} rows) and left out of rates; add --map-stage ${word}=需求挖掘`,
    );
  }
  for (const finding of book.findings.filter(({ rule }) => rule !== 'unknown-stage').slice(0, 20))
    session.print(visible(`  ${session.say(finding.explain)}`));
  if (dryRun || session.options.verbose)
    for (const change of plan.changes) session.print(changeLine(reading, change));
  if (dryRun)
    line(
      `试运行:以上 ${plan.changes.length} 格会改,没有写入任何内容。接管: funnel adopt "${reading.store.path}"`,
      `Dry run: ${plan.changes.length} cells would change; nothing was written. To adopt: funnel adopt "${reading.store.path}"`,
    );
  else
    line(
      `已接管 ${reading.store.path},写入 ${plan.changes.length} 格,原有单元格未动。撤销: funnel undo`,
      `Adopted ${reading.store.path}: ${plan.changes.length} cells written, none of yours touched. To undo: funnel undo`,
    );
  return EXIT.done;
}

function findingJson(session: Session, { rule, level, id, customer, place, explain }: Finding) {
  return {
    rule,
    level,
    id,
    customer,
    sheet: place?.sheet ?? null,
    row: place?.row ?? null,
    explain: session.say(explain),
  };
}
