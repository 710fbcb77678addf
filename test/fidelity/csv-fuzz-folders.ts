import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cellName } from '../../src/core/sheet.ts';
import { type Ran, runIn } from '../transcripts/run-transcript.ts';
import { anyDialect, type Dialect, pick, type Random, readTable, writeTable } from './csv-dialect.ts';
import { type Fuzzed, fuzzFor } from './csv-fuzz.ts';
import { mutateBytes, mutateText } from './mutate.ts';
import { outcomeFaults } from './outcome.ts';

const words = (line: string) => line.split('|');
const TEAM = [
  'add-lead|--customer|甲方机械|--contact|李总|--phone|13800000000|--tags|需要CRM系统、报表|--source|行业展会',
  'add-lead|--customer|"乙方"，电子|--contact|张总|--phone|13900000000|--tags|ERP|--source|官网表单',
  'log|甲方|问价, "含税"; 周五回|--type|电话|--next|+3wd',
  'record|甲方|screened|--note|行业规模预算相符',
  'target|set|300万|--year|2026',
].map(words);
const READS = ['check', 'verify', 'report', 'list|--json', 'pending', 'check|--json'].map(words);
const WRITES = [
  'log|甲方|又问, "含税"价|--type|电话',
  'add-lead|--customer|丙方;商行|--contact|王总|--phone|13700000000|--tags|CRM|--source|行业展会',
  'edit|甲方|--set|客户规模=100人|--set|客户关注点=安全, "两地"；快',
  'advance|甲方',
  'lose|乙方|--reason|价格',
  'report|--write',
].map(words);

type Sheets = ReadonlyMap<string, readonly (readonly string[])[]>;

/** The sheets of a team's folder, each saved anew by a program of any dialect; up to two of them broken at random. */
export async function fuzzFolders(seconds: number, random: Random): Promise<Fuzzed> {
  const sheets = await makeTeam();
  return fuzzFor(seconds, (work) => workIn(work, saveAnew(work, sheets, random), random));
}

interface Team {
  readonly dialects: ReadonlyMap<string, Dialect>;
  /** What was done to its files, none: all must work. */
  readonly broken: readonly string[];
}

async function makeTeam(): Promise<Sheets> {
  const root = mkdtempSync(join(tmpdir(), 'funnel-csv-fuzz-'));
  const init = await runIn(root, ['init', '漏斗', '--format', 'csv']);
  if (init.code !== 0) throw new Error(init.err);
  for (const line of TEAM) {
    const ran = await runIn(root, [...line, '--file', '漏斗']);
    if (ran.code !== 0) throw new Error(`${line.join(' ')}: ${ran.err}`);
  }
  const files = readFiles(join(root, '漏斗'));
  rmSync(root, { recursive: true, force: true });
  const asNew = { encoding: 'utf-8', delimiter: ',' } as const;
  return new Map(
    [...files].map(([name, bytes]) => [name, (readTable(bytes, asNew) ?? []).map(({ cells }) => cells)]),
  );
}

function saveAnew(work: string, sheets: Sheets, random: Random): Team {
  const folder = join(work, '漏斗');
  mkdirSync(folder);
  const isOne = random() < 0.4;
  const one = anyDialect(random);
  const dialects = new Map<string, Dialect>();
  for (const [name, rows] of sheets) {
    const dialect = isOne ? one : anyDialect(random);
    dialects.set(name, dialect);
    writeFileSync(join(folder, name), writeTable(rows, dialect, random, random() < 0.2));
  }
  const broken: string[] = [];
  for (let n = Math.floor(random() * 3); n > 0; n--) {
    const name = pick(random, [...sheets.keys()]);
    broken.push(`${name} ${breakFile(folder, name, random)}`);
  }
  return { dialects, broken };
}

/** One fault as people, programs and disks make them; what it was. */
function breakFile(folder: string, name: string, random: Random): string {
  const path = join(folder, name);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    return 'is gone already';
  }
  const faults: readonly (readonly [string, () => Buffer | null])[] = [
    ['text', () => mutateText(bytes, random)],
    ['bytes', () => mutateBytes(bytes, random)],
    ['without its first bytes', () => bytes.subarray(2 + Math.floor(random() * 2))],
    ['a byte order mark before it', () => Buffer.concat([Buffer.from('efbbbf', 'hex'), bytes])],
    ['cut off', () => bytes.subarray(0, Math.floor(random() * bytes.length))],
    ['twice', () => Buffer.concat([bytes, bytes])],
    ['as UTF-8 of its bytes', () => Buffer.from(bytes.toString('latin1'))],
    ['one quote more', () => spliced(bytes, Buffer.from('"'), random)],
    ['a NUL in it', () => spliced(bytes, Buffer.from('\0'), random)],
    ['empty', () => Buffer.alloc(0)],
    ['gone', () => null],
  ];
  const [what, make] = pick(random, faults);
  const made = make();
  if (made) writeFileSync(path, made);
  else rmSync(path);
  if (random() < 0.1)
    writeFileSync(path.replace('.csv', pick(random, [' (1).csv', ' - 副本.csv', '-冲突.csv'])), bytes);
  return what;
}

function spliced(bytes: Buffer, piece: Buffer, random: Random): Buffer {
  const at = Math.floor(random() * bytes.length);
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
}

/** Reads, writes, and takes that back. */
async function workIn(
  work: string,
  { dialects, broken }: Team,
  random: Random,
): ReturnType<Parameters<typeof fuzzFor>[1]> {
  const wrong: string[] = [];
  const end = (written: boolean) => ({
    written,
    wrong: wrong.map((each) => `${broken.join(', ') || 'nothing broken'}: ${each}`),
  });
  const folder = join(work, '漏斗');
  const before = readFiles(folder);
  const run = async (argv: readonly string[]): Promise<Ran> => {
    const start = performance.now();
    const ran = await runIn(work, [...argv, '--file', '漏斗']);
    // A copy that lies beside it is a remark of its own, before the fault.
    const err = ran.err.replace(/^同步冲突留下了副本.*\n/gm, '');
    wrong.push(...outcomeFaults({ argv, ...ran, err }, undefined, folder));
    if (performance.now() - start > 10_000)
      wrong.push(`${argv[0]}: ${Math.round(performance.now() - start)} ms`);
    return ran;
  };
  await run(pick(random, READS));
  await run(pick(random, READS));
  const line = pick(random, WRITES);
  const ran = await run([...line, '--json', '--yes']);
  const after = readFiles(folder);
  if (broken.length === 0 && ran.code !== 0 && line[0] !== 'advance')
    wrong.push(`${line[0]} in a good folder: ${ran.err}${ran.out}`);
  if (ran.code !== 0) {
    wrong.push(...otherBytes(before, after).map((name) => `${line[0]} was refused, and ${name} is another`));
    return end(false);
  }
  const { changes } = JSON.parse(ran.out) as {
    readonly changes: readonly { readonly sheet: string; readonly cell: string }[];
  };
  for (const [name, bytes] of after) {
    const old = before.get(name);
    if (!old || old.equals(bytes)) continue;
    const named = new Set(changes.flatMap(({ sheet, cell }) => (`${sheet}.csv` === name ? [cell] : [])));
    if (named.size === 0) wrong.push(`${name} changed and is not named`);
    const dialect = dialects.get(name);
    if (dialect)
      wrong.push(...unnamed(old, bytes, dialect, named).map((each) => `${line[0]}: ${name} ${each}`));
  }
  const check = await run(['check']);
  if (check.code !== 0 && check.code !== 10) wrong.push(`after ${line[0]}: ${check.err}`);
  const undo = await run(['undo', '--yes']);
  if (undo.code !== 0) wrong.push(`undo of ${line[0]}: ${undo.code} ${undo.err}`);
  wrong.push(...otherBytes(before, readFiles(folder)).map((name) => `after undo ${name} is another`));
  return end(true);
}

/** Cells that changed and are not named as changed, and records that changed though no cell of theirs did. */
function unnamed(
  before: Buffer,
  after: Buffer,
  dialect: Dialect,
  named: ReadonlySet<string>,
): readonly string[] {
  const [old, now] = [readTable(before, dialect), readTable(after, dialect)];
  // A broken file may be of another dialect by now.
  if (!old || !now || (old[0]?.cells.length ?? 0) < 2) return [];
  const isWidened = (now[0]?.cells.length ?? 0) > (old[0]?.cells.length ?? 0);
  return now.flatMap(({ cells, raw }, row) => {
    const was = old[row];
    const width = Math.max(cells.length, was?.cells.length ?? 0);
    const differing = Array.from({ length: width }, (_, col) => col).filter(
      (col) => (cells[col] ?? '') !== (was?.cells[col] ?? ''),
    );
    const silent = differing.map((col) => cellName(row + 1, col + 1)).filter((cell) => !named.has(cell));
    const isRewritten = was && differing.length === 0 && !isWidened && was.raw !== raw;
    return [
      ...silent.map((cell) => `${cell} changed unnamed`),
      ...(isRewritten ? [`record ${row + 1} has other bytes`] : []),
    ];
  });
}

function readFiles(folder: string): ReadonlyMap<string, Buffer> {
  const all = readdirSync(folder).filter((name) => name !== '.funnel');
  return new Map(all.map((name) => [name, readFileSync(join(folder, name))]));
}

function otherBytes(
  before: ReadonlyMap<string, Buffer>,
  after: ReadonlyMap<string, Buffer>,
): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => !before.get(name)?.equals(after.get(name) ?? Buffer.from('gone')),
  );
}
