import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ran, runIn } from '../transcripts/run-transcript.ts';
import { GOOD } from './bad-workbooks.ts';
import { combinedShapes, seededRandom } from './corpus.ts';
import { mutateBook, mutateBytes, mutateText } from './mutate.ts';
import { outcomeFaults } from './outcome.ts';
import { probeBook } from './probe.ts';
import { SHEET } from './shapes.ts';

// Time-boxed: FUZZ_SECONDS=300 FUZZ_SEED=7 npx vitest run test/fidelity/fuzz.test.ts
const SECONDS = Number(process.env.FUZZ_SECONDS ?? 4);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const KEEP = process.env.FUZZ_KEEP;
const SLOW = 10_000;

const LOG = ['log', '示例机械', '电话沟通了预算', '--type', '电话'];
let folder = '';
const books: Buffer[] = [];
const tables = new Map<string, Buffer>();

/** Workbooks and a CSV folder that funnel works on already. */
beforeAll(async () => {
  if (KEEP) mkdirSync(KEEP, { recursive: true });
  folder = mkdtempSync(join(tmpdir(), 'funnel-fuzz-'));
  const shapes = [...combinedShapes(12, SEED)].map(({ bytes }) => bytes);
  for (const bytes of [GOOD, ...shapes]) {
    const work = mkdtempSync(join(folder, 'make-'));
    writeFileSync(join(work, '客户.xlsx'), bytes);
    await runIn(work, ['adopt', '客户.xlsx', '--yes']);
    books.push(readFileSync(join(work, '客户.xlsx')));
  }
  const work = mkdtempSync(join(folder, 'make-'));
  const head = '客户名称,联系人,联系方式,需求标签,来源渠道,线索录入日期,当前阶段,预计金额,跟进记录\r\n';
  mkdirSync(join(work, '漏斗'));
  writeFileSync(
    join(work, '漏斗/客户信息跟踪表.csv'),
    `\uFEFF${head}示例机械,李总,13800000000,CRM,行业展会,2026-05-11,线索获取,15万,"2026-05-12:电话"\r\n`,
  );
  await runIn(work, ['adopt', '漏斗', '--yes']);
  for (const name of ['客户信息跟踪表.csv', '过程记录.csv', '设置.csv'])
    tables.set(name, readFileSync(join(work, '漏斗', name)));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One broken book: check it, write into it, take that back. */
async function faultsOf(work: string, name: string, file: string): Promise<readonly string[]> {
  const path = join(work, file);
  const before = readFileSync(path);
  const faults: string[] = [];
  const run = async (argv: readonly string[]): Promise<Ran> => {
    const start = performance.now();
    const ran = await runIn(work, [...argv, '--file', name]);
    faults.push(...outcomeFaults({ argv, ...ran }, undefined, join(work, name)));
    if (performance.now() - start > SLOW)
      faults.push(`${argv[0]}: ${Math.round(performance.now() - start)} ms`);
    return ran;
  };
  await run(['check']);
  await run(['report']);
  const log = await run(LOG);
  const changed = !readFileSync(path).equals(before);
  if (log.code !== 0 && changed) faults.push('refused, and yet changed');
  if (log.code !== 0) return faults;
  const check = await run(['check']);
  if (check.code !== 0 && check.code !== 10) faults.push(`after log: ${check.err}`);
  const undo = await run(['undo', '--yes']);
  if (undo.code !== 0 || !readFileSync(path).equals(before)) faults.push(`undo: ${undo.code} ${undo.err}`);
  return faults;
}

describe('whatever is broken in a file', () => {
  it(
    `never ends in a crash, a hang or a half-written book (${SECONDS} s)`,
    async () => {
      const random = seededRandom(SEED);
      const end = performance.now() + SECONDS * 1000;
      const found: string[] = [];
      let tried = 0;
      while (performance.now() < end) {
        const work = mkdtempSync(join(folder, 'x-'));
        tried += 1;
        const isBook = random() < 0.7;
        const name = isBook ? '客户.xlsx' : '漏斗';
        let file = name;
        if (isBook) {
          const book = books[Math.floor(random() * books.length)] ?? GOOD;
          writeFileSync(join(work, name), mutateBook(book, random));
        } else {
          mkdirSync(join(work, name));
          for (const [sheet, bytes] of tables) writeFileSync(join(work, name, sheet), bytes);
          const [sheet, bytes] = [...tables][Math.floor(random() * tables.size)] ?? ['', Buffer.alloc(0)];
          file = join(name, sheet);
          writeFileSync(
            join(work, file),
            random() < 0.3 ? mutateBytes(bytes, random) : mutateText(bytes, random),
          );
        }
        const bytes = readFileSync(join(work, file));
        const faults = await faultsOf(work, name, file).catch((error: unknown) => [
          error instanceof Error ? (error.stack ?? error.message) : String(error),
        ]);
        if (faults.length > 0) {
          found.push(`${tried} ${file}: ${faults.join(' | ').slice(0, 600)}`);
          if (KEEP) writeFileSync(join(KEEP, `${SEED}-${tried}-${file.replace('/', '-')}`), bytes);
        }
        rmSync(work, { recursive: true, force: true });
      }
      if (process.env.FUZZ_SECONDS)
        console.log(`${tried} broken files in ${SECONDS} s, ${found.length} faults`);
      expect(found).toEqual([]);
    },
    (SECONDS + 60) * 1000,
  );

  it(
    `is never made worse by an edit, a row or a sheet (${SECONDS} s)`,
    async () => {
      const random = seededRandom(SEED + 1);
      const end = performance.now() + SECONDS * 1000;
      const given = [GOOD, ...[...combinedShapes(40, SEED)].map(({ bytes }) => bytes)];
      const found: string[] = [];
      const counts = { tried: 0, written: 0 };
      while (performance.now() < end) {
        const bytes = mutateBook(given[Math.floor(random() * given.length)] ?? GOOD, random);
        const start = performance.now();
        counts.tried += 1;
        for (const { change, losses, bytes: after } of await probeBook(bytes, SHEET)) {
          counts.written += after ? 1 : 0;
          const slow = performance.now() - start > SLOW ? ['too slow'] : [];
          if (losses.length + slow.length === 0) continue;
          found.push(`${counts.tried} (${change}): ${[...losses, ...slow].join(' | ').slice(0, 600)}`);
          if (KEEP) writeFileSync(join(KEEP, `${SEED}-store-${counts.tried}.xlsx`), bytes);
        }
      }
      if (process.env.FUZZ_SECONDS)
        console.log(
          `${counts.tried} broken packages in ${SECONDS} s, ${counts.written} written, ${found.length} faults`,
        );
      expect(found).toEqual([]);
    },
    (SECONDS + 60) * 1000,
  );
});
