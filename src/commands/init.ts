import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { encodeDecision } from '../core/encode.ts';
import type { Message } from '../core/message.ts';
import { commandText } from '../core/paste.ts';
import { sampleDecision } from '../core/sample.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { Failure } from '../failure.ts';
import { readBook } from '../read-book.ts';
import type { Session } from '../session.ts';
import { createBook, createFolder, refuseExisting } from '../storage/create.ts';
import { nameFor } from '../storage/locate.ts';
import { openStore } from '../storage/open.ts';
import { openXlsx } from '../storage/xlsx/open.ts';
import { TEMPLATE_PATH } from '../templates.ts';
import { recordedAtText } from '../today.ts';
import type { CommandSpec, OptionValues } from './command.ts';

export const initCommand: CommandSpec = {
  name: 'init',
  args: '[path]',
  summary: {
    zh: '新建一本工作簿(已有的文件绝不覆盖)',
    en: 'start a new workbook (never over an existing file)',
  },
  writes: true,
  waits: false,
  queues: false,
  options: [
    {
      flags: '--sample',
      text: {
        zh: '装入一支示例团队,近四个季度到今天为止',
        en: 'fill it with an invented team, four quarters up to today',
      },
    },
    {
      flags: '--format <format>',
      text: {
        zh: '格式:xlsx(默认),或 csv(一个文件夹,每张表一个文件)',
        en: 'format: xlsx (the default), or csv (a folder with one file per sheet)',
      },
    },
  ],
  examples: [
    'init',
    'init 华东区.xlsx',
    'init 华东区 --format csv',
    'init --sample --as-of 2026-11-23 --json',
  ],
  run: initBook,
};

async function initBook(
  session: Session,
  args: readonly unknown[],
  options: OptionValues,
): Promise<ExitCode> {
  const format = readFormat(options.format);
  const [given] = args;
  const name = typeof given === 'string' ? given : (session.options.file ?? DEFAULT_NAMES[format]);
  const path = resolve(session.io.cwd, name);
  refuseEnding(path, format);
  await refuseExisting(path);
  const pieces = options.sample === true ? await fillSample(session) : [await readFile(TEMPLATE_PATH)];
  if (!session.options.dryRun) await create(session, path, format, pieces);
  const { sheets } = await openStore(TEMPLATE_PATH);
  const named = await nameFor(path, name, session.io);
  const next = commandText({ named }, options.sample === true ? 'check' : 'add-lead');
  showCreated(
    session,
    path,
    sheets.map((sheet) => sheet.name),
    options.sample === true
      ? { zh: `看看谁逾期、谁停滞: ${next}`, en: `See who is late or stalled: ${next}` }
      : { zh: `录入第一条线索: ${next}`, en: `Enter the first lead: ${next}` },
  );
  return EXIT.done;
}

const DEFAULT_NAMES = { xlsx: '销售漏斗.xlsx', csv: '销售漏斗' } as const;
type Format = keyof typeof DEFAULT_NAMES;

/** The workbook as it is, or its sheets as the files of a new folder. */
async function create(
  { io }: Session,
  path: string,
  format: Format,
  pieces: readonly Uint8Array[],
): Promise<void> {
  if (format === 'xlsx') return createBook(path, pieces, io);
  const { convertToCsv } = await import('../storage/csv/convert.ts');
  await createFolder(path, await convertToCsv(await openXlsx(path, Buffer.concat(pieces), '')), io);
}

/** The template with the invented team in it, as of today or --as-of. */
async function fillSample(session: Session): Promise<readonly Uint8Array[]> {
  const { store, book, today, calendar, by } = await readBook(session, TEMPLATE_PATH);
  const recordedAt = recordedAtText(session.io.now(), book.settings.timeZone);
  const plan = await store.plan(
    encodeDecision(book, sampleDecision(book, today, calendar), { by, recordedAt }),
  );
  await store.verify(plan);
  return plan.files.flatMap(({ pieces }) => pieces ?? []);
}

function showCreated(session: Session, path: string, sheets: readonly string[], next: Message): void {
  const { dryRun, json } = session.options;
  if (json) {
    session.json({ file: path, sheets, ...(dryRun ? { dryRun } : {}) });
    return;
  }
  const name = basename(path);
  const list = { zh: sheets.join('、'), en: sheets.join(', ') };
  session.print(
    session.say(
      dryRun
        ? {
            zh: `试运行:会新建 ${name}(${list.zh}),没有写入任何内容。`,
            en: `Dry run: would create ${name} (${list.en}); nothing was written.`,
          }
        : {
            zh: `已新建 ${name}(${list.zh})。${next.zh}`,
            en: `Created ${name} (${list.en}). ${next.en}`,
          },
    ),
  );
}

function readFormat(format: OptionValues[string]): Format {
  if (format === undefined || format === 'xlsx') return 'xlsx';
  if (format === 'csv') return 'csv';
  throw new Failure(
    'usage',
    {
      zh: `没有「${format}」这种格式;有 xlsx 和 csv`,
      en: `There is no format “${format}”; there are xlsx and csv`,
    },
    { value: String(format), expected: 'xlsx / csv' },
  );
}

/** A template without macros under a name that promises them is refused by Excel; a folder is called like no file. */
function refuseEnding(path: string, format: Format): void {
  const isFile = /\.(xls[xmb]?|csv)$/i.test(path);
  if (format === 'xlsx' ? /\.xlsx$/i.test(path) : !isFile) return;
  const name = basename(path);
  throw new Failure(
    'usage',
    format === 'xlsx'
      ? {
          zh: `新工作簿的名字要以 .xlsx 结尾:「${name}」;要新建 CSV 文件夹,加 --format csv`,
          en: `The name of a new workbook must end in .xlsx: “${name}”; for a folder of CSV files add --format csv`,
        }
      : {
          zh: `CSV 是一个文件夹,每张表一个文件;给文件夹起个名字,不带结尾:「${name}」`,
          en: `CSV is a folder with one file per sheet; give the folder a name without an ending: “${name}”`,
        },
    { value: name, expected: DEFAULT_NAMES[format] },
  );
}
