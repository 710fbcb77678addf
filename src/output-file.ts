import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { nearest, safeJson } from './core/text.ts';
import { Failure } from './failure.ts';
import type { FormatOptions, GridDocument, OutputFormat } from './render/format.ts';
import { FORMATS } from './render/formats.ts';
import type { Session } from './session.ts';
import { findOutput, type OutputTarget, outputExists, writeOutput } from './storage/output.ts';
import type { Store } from './storage/store.ts';
import { CHARTS_PATH } from './templates.ts';

/**
 * Where a file made for others goes: asked before the work (and before a lock). A file that is there is replaced with
 * --yes, after a question in a terminal, else refused. The book and the files of its store are refused always.
 */
export async function chooseOutput(session: Session, store: OwnFiles, name: string): Promise<OutputTarget> {
  const target = await findOutput(resolve(session.io.cwd, name), store, session.io.cwd);
  if (!target.exists || session.options.yes) return target;
  if (!session.interactive) throw outputExists(target.path);
  if (session.options.dryRun) return target;
  const { askConfirm } = await import('./prompt/ask.ts');
  const message = { zh: `${name} 已存在,覆盖它?`, en: `${name} exists. Replace it?` };
  if (!(await askConfirm(session, message, false))) throw outputExists(target.path);
  return target;
}

/** A book that no output may take the place of. */
export type OwnFiles = Pick<Store, 'book' | 'files' | 'format'>;

/** What the name of such a file may end in. */
export const ENDINGS: readonly string[] = ['json', ...FORMATS.map(({ key }) => key)].map((key) => `.${key}`);

/** What goes into a file for others: the tables, and the document of `--json`. */
export interface Output extends GridDocument {
  readonly json: unknown;
}

/**
 * Writes `--out NAME` in the format its ending names (.json among them): the path. `make` runs once the name has been
 * found good; it is none of the books' own. Failure('usage') for another ending.
 */
export async function writeDocument(
  session: Session,
  [store, ...others]: readonly [OwnFiles, ...OwnFiles[]],
  name: string,
  make: () => Output,
  withPhones: boolean,
): Promise<string> {
  const format = outputFormat(name);
  const { cwd } = session.io;
  for (const other of others) await findOutput(resolve(cwd, name), other, cwd);
  const target = await chooseOutput(session, store, name);
  const output = make();
  const options: FormatOptions = {
    lang: session.lang,
    withPhones,
    drawCharts: async (workbook, charts) => {
      const { fillCharts } = await import('./storage/xlsx/fill-charts.ts');
      return fillCharts(workbook, await readFile(CHARTS_PATH), charts);
    },
  };
  const bytes = format
    ? await format.render(output, options)
    : new TextEncoder().encode(`${safeJson(output.json)}\n`);
  await writeOutput(target, bytes, session.io);
  return target.path;
}

/** The format that the ending of `--out NAME` names; null: json. Failure('usage') for another ending. */
export function outputFormat(name: string): OutputFormat | null {
  const ending = extname(name).slice(1).toLowerCase();
  const format = FORMATS.find(({ key }) => key === ending);
  if (!format && ending !== 'json') throw unknownFormat('--out', name, ENDINGS);
  return format ?? null;
}

/** A word that names none of `formats`. */
export function unknownFormat(flag: string, word: string, formats: readonly string[]): Failure {
  const close = nearest(/\.[^.]*$/.exec(word)?.[0] ?? word, formats);
  const words = (close.length > 0 ? close : formats).join('、');
  return new Failure(
    'usage',
    {
      zh: `${flag}「${word}」不是可写的格式;${close.length > 0 ? '是不是' : '可用'} ${words}`,
      en: `${flag} “${word}” is no format to write; ${close.length > 0 ? 'did you mean' : 'use'} ${words}`,
    },
    { value: word, expected: formats.join(' / ') },
  );
}
