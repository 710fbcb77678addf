import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/cli.ts';
import { readTextCell } from '../../src/core/values.ts';
import type { Io } from '../../src/io.ts';
import { convertToCsv } from '../../src/storage/csv/convert.ts';
import { encodeText } from '../../src/storage/csv/encoding.ts';
import { looksLikeTracking } from '../../src/storage/locate.ts';
import { openStore } from '../../src/storage/open.ts';
import { refuseReading } from '../faults/faults.ts';

/**
 * The transcript format. A file is blocks; each begins with a line `$ funnel …` (a command, run in a fresh folder the
 * blocks share) or `% …` (something the test does), then what came of it:
 *
 *   $ funnel advance 华东 --on 2026-05-14
 *   > a line of stdout
 *   ! a line of stderr
 *   = 4                        the exit code, where it is not 0
 *
 *   % user 李强                    who acts from here on
 *   % type 客户信息跟踪表 C3 text   another program types into a cell (of 销售漏斗.xlsx) and saves the book
 *   % now 2026-05-14T02:00:00Z   the clock from here on
 *   % fixture sample-row.xlsx    copies a fixture into the folder
 *   % row 客户信息跟踪表 2         the cells of one row, header=value
 *   % text 交接.csv               a text file, line by line (blank ones left out: they part the blocks of a transcript)
 *   % files                      what people see in the folder
 *   % same / % keep FILE         whether FILE still has the bytes it had at `% keep`
 *   % back FILE                  a sync client puts FILE back as it was at `% keep`
 *   % busy FILE                  another program has FILE to itself from here on: the system lets nobody read it
 *   % open 李强 / % close         the book (销售漏斗.xlsx) is open in LibreOffice from here on, until it is closed
 *
 * The same transcript plays over a CSV store, a folder that is called like the workbook, one file per sheet: what comes of
 * it must be the same. One that is about what only a workbook has says so: a line `# xlsx only: WHY`.
 *
 * `prepare` puts into the folder what no line does; `step` plays lines `% …` of a test's own (null: none of them). Lines beginning with # are remarks. UPDATE=1 writes what came instead of comparing; read the difference.
 */
export async function playTranscript(
  text: string,
  format: TranscriptFormat = 'xlsx',
  prepare = (_folder: string): void => {},
  step = async (_words: readonly string[], _state: State): Promise<readonly string[] | null> => null,
): Promise<string> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'funnel-transcript-')));
  const now = Date.parse('2026-11-23T02:00:00Z');
  const state: State = { folder, format, now, user: '王芳', kept: new Map(), releases: [] };
  try {
    prepare(folder);
    const played: string[] = [];
    for (const line of text.split('\n')) {
      if (line.startsWith('#') || line === '') played.push(line);
      else if (line.startsWith('$ funnel'))
        played.push(line, ...(await playCommand(line.slice('$ funnel'.length), state)));
      else if (line.startsWith('% ')) {
        const steps =
          (await step(splitWords(line.slice(2)), state)) ?? (await playStep(line.slice(2), state));
        played.push(line, ...steps);
      }
    }
    return played.join('\n');
  } finally {
    for (const release of state.releases) release();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a transcript plays over; `gb18030` is CSV as Chinese Excel saves it. */
export type TranscriptFormat = 'xlsx' | 'csv' | 'gb18030';

export interface State {
  readonly folder: string;
  readonly format: TranscriptFormat;
  now: number;
  user: string;
  /** Files and their bytes, by what `% keep` called them. */
  readonly kept: Map<string, ReadonlyMap<string, Buffer>>;
  /** What gives files back that `% busy` holds. */
  readonly releases: (() => void)[];
}

async function playCommand(line: string, state: State): Promise<string[]> {
  const words = splitWords(line);
  const result =
    state.format !== 'xlsx' && words[0] === 'init'
      ? await initCsv(words, state)
      : await runIn(state.folder, words, { now: state.now, env: { FUNNEL_USER: state.user } });
  return [
    ...blockLines(result.out, '> '),
    ...blockLines(result.err, '! '),
    ...(result.code === 0 ? [] : [`= ${result.code}`]),
  ].map((each) => each.replaceAll(state.folder, '.'));
}

/** A new CSV folder under the name of the workbook that the transcript asks for. */
async function initCsv(words: readonly string[], { folder, now, format }: State): Promise<Ran> {
  const name = words.find((word) => word.endsWith('.xlsx')) ?? '销售漏斗.xlsx';
  const bare = name.replace('.xlsx', '');
  const argv = [...words.map((word) => (word === name ? bare : word)), '--format', 'csv'];
  if (existsSync(join(folder, name))) renameSync(join(folder, name), join(folder, bare));
  const ran = await runIn(folder, argv, { now });
  if (format === 'gb18030') toGb18030(join(folder, bare));
  renameSync(join(folder, bare), join(folder, name));
  return { ...ran, out: ran.out.replaceAll(bare, name), err: ran.err.replaceAll(bare, name) };
}

/** One `% …` line: what the test does between commands. */
export async function playStep(step: string, state: State): Promise<string[]> {
  const [verb = '', ...rest] = splitWords(step);
  const [name = '', row = ''] = rest;
  const target = join(state.folder, name);
  if (verb === 'now') {
    state.now = Date.parse(name);
    return [];
  }
  if (verb === 'user') {
    state.user = name;
    return [];
  }
  if (verb === 'type') {
    await typeInto(join(state.folder, '销售漏斗.xlsx'), name, row, rest.slice(2).join(' '));
    return [];
  }
  if (verb === 'fixture') {
    const fixture = join(import.meta.dirname, '../../fixtures', name);
    if (state.format !== 'xlsx' && (await isBook(fixture))) await copyAsCsv(fixture, target, state.format);
    else cpSync(fixture, target, { recursive: true });
    return [];
  }
  if (verb === 'files')
    return readdirSync(state.folder)
      .filter((name) => !name.startsWith('.'))
      .sort()
      .map((name) => `  ${name}`);
  if (verb === 'keep') {
    state.kept.set(name, new Map(filesOf(target).map((file) => [file, readFileSync(file)])));
    return [];
  }
  if (verb === 'back') {
    for (const [file, bytes] of state.kept.get(name) ?? []) writeFileSync(file, bytes);
    return [];
  }
  if (verb === 'busy') {
    state.releases.push(refuseReading(target, 'EBUSY'));
    return [];
  }
  if (verb === 'same') {
    const now = filesOf(target).map((file) => [file, readFileSync(file)] as const);
    const kept = state.kept.get(name) ?? new Map<string, Buffer>();
    const isSame = now.length === kept.size && now.every(([file, bytes]) => kept.get(file)?.equals(bytes));
    return [isSame ? '  the same bytes' : '  other bytes'];
  }
  if (verb === 'open' || verb === 'close') {
    const mark = join(state.folder, '.~lock.销售漏斗.xlsx#');
    if (verb === 'open') writeFileSync(mark, `${name},${name},PC,23.11.2026 10:00,file:///;`);
    else rmSync(mark);
    return [];
  }
  if (verb === 'text')
    return blockLines(
      readFileSync(target, 'utf8')
        .replace(/^\ufeff|\r/g, '')
        .replace(/\n{2,}/g, '\n'),
      '  ',
    );
  if (verb === 'row') return rowCells(state.folder, name, Number(row));
  throw new Error(`no such step: ${step}`);
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line inside this process, in `folder`, without a terminal. */
export async function runIn(
  folder: string,
  argv: readonly string[],
  more: {
    readonly now?: number;
    readonly env?: Readonly<Record<string, string>>;
    readonly stdin?: Uint8Array;
    readonly platform?: string;
    readonly columns?: number;
  } = {},
): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const io: Io = {
    argv,
    env: { FUNNEL_USER: '王芳', FUNNEL_LANG: 'zh', ...more.env },
    cwd: folder,
    now: () => more.now ?? Date.parse('2026-11-23T02:00:00Z'),
    stdinIsTerminal: false,
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    columns: more.columns ?? 80,
    platform: more.platform ?? 'linux',
    nodeVersion: '20.20.2',
    codePage: null,
    pid: process.pid,
    program: ['/usr/bin/node', '/opt/funnel/bin/funnel.cjs'],
    hostname: 'test-host',
    user: 'tester',
    out: (text) => {
      out.push(text);
    },
    err: (text) => {
      err.push(text);
    },
    readStdin: async () => more.stdin ?? new Uint8Array(),
  };
  const code = await run(io);
  return { code, out: out.join(''), err: err.join('') };
}

/** Words as a shell splits them, double quotes only. */
export function splitWords(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|([^\s"]+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

function blockLines(text: string, prefix: string): string[] {
  return text === ''
    ? []
    : text
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => `${prefix}${line}`.trimEnd());
}

/** Whether a fixture is a team's workbook, and no file of leads to import. */
async function isBook(fixture: string): Promise<boolean> {
  if (!fixture.endsWith('.xlsx')) return false;
  const store = await openStore(fixture);
  for (const { name } of store.sheets) if (await looksLikeTracking(store, name)) return true;
  return false;
}

/** The sheets of a workbook as the files of a folder. */
async function copyAsCsv(book: string, folder: string, format: TranscriptFormat): Promise<void> {
  mkdirSync(folder);
  for (const [name, pieces] of await convertToCsv(await openStore(book)))
    writeFileSync(join(folder, name), Buffer.concat(pieces));
  if (format === 'gb18030') toGb18030(folder);
}

/** The CSV files of a folder as Chinese Excel would have saved them. */
export function toGb18030(folder: string): void {
  for (const name of readdirSync(folder)) {
    const text = readFileSync(join(folder, name), 'utf8').replace(/^\uFEFF/, '');
    writeFileSync(join(folder, name), encodeText('gb18030', text) ?? new Uint8Array());
  }
}

/** Saves a cell as another program would: no journal, no lock. */
async function typeInto(book: string, sheet: string, address: string, text: string): Promise<void> {
  const [, letters = '', row = ''] = /^([A-Z]+)(\d+)$/.exec(address) ?? [];
  const col = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
  const place = { sheet, row: Number(row), col };
  const { files } = await (await openStore(book)).plan([{ op: 'set', place, input: { kind: 'text', text } }]);
  for (const { path, pieces } of files) writeFileSync(path, Buffer.concat(pieces ?? []));
}

/** A workbook, or all the sheets of a folder. */
function filesOf(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name.endsWith('.csv'))
    .map((name) => join(path, name));
}

async function rowCells(folder: string, sheet: string, wanted: number): Promise<string[]> {
  const book = readdirSync(folder).find((name) => name.endsWith('.xlsx'));
  const store = await openStore(join(folder, book ?? ''));
  let headers: readonly string[] = [];
  const lines: string[] = [];
  await store.readRows(sheet, (row) => {
    const texts = Array.from(row.cells, (cell) => readTextCell(cell, store.dates1904));
    if (headers.length === 0) headers = texts;
    if (row.row === wanted)
      lines.push(
        ...texts.flatMap((text, index) => (text ? [`  ${headers[index] || index + 1}=${text}`] : [])),
      );
    return row.row < wanted;
  });
  return lines;
}
