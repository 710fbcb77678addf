import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convertToCsv } from '../../src/storage/csv/convert.ts';
import { openStore } from '../../src/storage/open.ts';
// @ts-expect-error: a script that prints and makes, written in JavaScript
import { makeBigBook } from '../bench/big-book.mjs';
import { seededRandom } from '../fidelity/corpus.ts';
import { type Ran, runIn } from '../transcripts/run-transcript.ts';
import { readEntries } from '../xlsx/compare.ts';
import { editCsv, editWorkbook, type HandEdit } from './hand-edits.ts';

/**
 * Real commands and hand edits in a random order, on a book just above the size from which commands keep an index of it.
 * Three teams do the same: one as it comes, one whose index is deleted before every command, one with CSV files. After
 * every step the first two must hold the same to the byte of every part, and all three say the same.
 */
export interface Sequence {
  /** Does one more step: what it was, and what differs after it. */
  step(): Promise<{ readonly what: string; readonly code: number | null; readonly wrong: readonly string[] }>;
  close(): void;
}

/** 商机 and records: the least that come to a megabyte. */
const BIG = [3500, 17_500] as const;
/** The headers of the big book. */
const HEADERS =
  '客户名称 联系人 联系方式 所属行业 客户规模 需求标签 来源渠道 线索录入日期 当前阶段 预计成交日期 预计金额 销售负责人 跟进记录 商机编号 来源优先级 意向等级 需求明确度 预算匹配度 决策周期 预算范围 客户关注点 下次跟进日期'.split(
    ' ',
  );
const QUESTIONS = ['list', 'report --quarter', 'check', 'verify'];

interface Listed {
  readonly id: string | null;
  readonly customer: string;
  readonly stage: string;
}

type Step =
  | { readonly what: string; readonly argv: readonly string[]; readonly stdin?: string }
  | { readonly what: string; readonly edit: HandEdit };

export async function openSequence(seed: number): Promise<Sequence> {
  const root = mkdtempSync(join(tmpdir(), 'funnel-sequence-'));
  const [quick, slow, csv] = ['quick', 'slow', 'csv'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [quick, slow, csv]) mkdirSync(folder);
  const [book, table] = ['漏斗.xlsx', '漏斗'];
  await makeBigBook(join(quick, book), ...BIG);
  copyFileSync(join(quick, book), join(slow, book));
  mkdirSync(join(csv, table));
  for (const [name, pieces] of await convertToCsv(await openStore(join(quick, book))))
    writeFileSync(join(csv, table, name), Buffer.concat(pieces));
  const random = seededRandom(seed);
  let n = 0;
  const run = (folder: string, argv: readonly string[], stdin = ''): Promise<Ran> => {
    const file = folder === csv ? table : book;
    // The first one makes a new index of all each time.
    if (folder === slow) rmSync(join(slow, '.funnel', book, 'index'), { recursive: true, force: true });
    return runIn(folder, [...argv, '--file', file], {
      env: { FUNNEL_USER: '王芳' },
      now: Date.parse('2026-11-26T02:00:00Z') + n * 60_000,
      stdin: Buffer.from(stdin),
    });
  };
  const ask = async (folder: string, question: string) => {
    const { code, out, err } = await run(folder, [...question.split(' '), '--json']);
    return code === 0 || code === 10 ? normal(out) : `exit ${code}: ${normal(out + err)}`;
  };
  /** Without what a book is called. */
  const normal = (text: string) =>
    text
      .replaceAll(join(quick, book), 'BOOK')
      .replaceAll(join(slow, book), 'BOOK')
      .replaceAll(join(csv, table), 'BOOK')
      .replaceAll(book, 'BOOK')
      .replaceAll(table, 'BOOK');
  return {
    async step() {
      const listed = JSON.parse((await run(quick, ['list', '--json'])).out) as readonly Listed[];
      const step = chooseStep(random, listed, n++);
      const wrong: string[] = [];
      let code: number | null = null;
      if ('edit' in step) {
        for (const folder of [quick, slow]) editWorkbook(join(folder, book), step.edit);
        editCsv(join(csv, table), step.edit);
      } else {
        for (const folder of [quick, slow, csv])
          if (step.what === 'import') writeFileSync(join(folder, '名单.csv'), leadList(n));
        const [one, other, third] = [
          await run(quick, step.argv, step.stdin),
          await run(slow, step.argv, step.stdin),
          await run(csv, step.argv, step.stdin),
        ];
        code = one.code;
        if (one.code === 1) wrong.push(`a bug: ${one.err}`);
        if (normal(JSON.stringify(one)) !== normal(JSON.stringify(other)))
          wrong.push(`without index: ${JSON.stringify([one, other])}`);
        if (one.code !== third.code) wrong.push(`CSV: exit ${third.code}: ${third.err}`);
      }
      const [with_, without] = [partsOf(join(quick, book)), partsOf(join(slow, book))];
      if (with_.join() !== without.join())
        wrong.push(`parts: ${with_.filter((part) => !without.includes(part))}`);
      for (const question of QUESTIONS) {
        const answer = await ask(quick, question);
        if ((await ask(slow, question)) !== answer) wrong.push(`${question} without index`);
        const inCsv = await ask(csv, question);
        if (inCsv !== answer) wrong.push(`${question} of CSV: ${firstDifference(answer, inCsv)}`);
      }
      return { what: `${step.what}${'argv' in step ? `: ${step.argv.join(' ')}` : ''}`, code, wrong };
    },
    close: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** What comes next, by chance. Commands that the book refuses are part of a day, too. */
function chooseStep(random: () => number, listed: readonly Listed[], n: number): Step {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const open = listed.filter(({ stage, id }) => id !== null && !['pool', 'lost', 'invalid'].includes(stage));
  const some = (): string => pick(open.length > 0 ? open : listed).id ?? '';
  const row = 1 + Math.floor(random() * listed.length);
  const argv = (what: string, ...words: readonly string[]): Step => ({ what, argv: [what, ...words] });
  const edit = (what: string, hand: HandEdit): Step => ({ what, edit: hand });
  const set =
    (header: string, text: string): HandEdit =>
    ({ rows, cellOf }) =>
      void rows[row]?.set(HEADERS.indexOf(header), cellOf(text));
  const closed = listed.filter(({ stage }) => stage === 'lost').map(({ id }) => id ?? '');
  const steps: readonly (() => Step)[] = [
    () => argv('log', some(), `第${n}次电话`, '--type', '电话'),
    () => argv('log', some(), `第${n}次来访`, '--type', '拜访', '--on', '2026-11-25', '--next', '+3wd'),
    () => ({
      what: 'log',
      argv: ['log', '-', `第${n}次群发`, '--type', '推送'],
      stdin: Array.from({ length: 5 }, some).join('\n'),
    }),
    () => argv('advance', some(), '--force', '--reason', '口头确认'),
    () =>
      argv(
        'add-lead',
        '--customer',
        `新客户${n}有限公司`,
        '--contact',
        '李总',
        '--phone',
        `139${String(10_000_000 + n)}`,
        '--tags',
        '需要CRM系统',
        '--source',
        '行业展会',
      ),
    () => argv('edit', some(), '--set', `客户规模=${n}人`, '--set', '客户关注点=交付'),
    () => argv('lose', some(), '--reason', '价格'),
    () => argv('reopen', pick(closed.length > 0 ? closed : ['']), '--to', '需求挖掘', '--reason', '又来了'),
    () => argv('import', '名单.csv'),
    () => argv('undo', '--yes'),
    () => {
      const { id, customer } = pick(open.length > 0 ? open : listed);
      return argv('forget', id ?? '', '--name', customer);
    },
    () => edit('a cell by hand', set('客户规模', `手改${n}人`)),
    () => edit('a stage by hand', set('当前阶段', pick(['需求挖掘', '方案呈现', '流失', '看不懂']))),
    () => edit('a broken date by hand', set('下次跟进日期', '2026-02-30')),
    () => edit('a row deleted by hand', ({ rows }) => void rows.splice(row, 1)),
    () =>
      edit('a row pasted without id', (table) => {
        const cells: readonly (readonly [string, string])[] = [
          ['客户名称', `粘贴${n}公司`],
          ['联系人', '张工'],
          ['联系方式', `137${String(10_000_000 + n)}`],
          ['来源渠道', '行业展会'],
          ['当前阶段', '线索获取'],
        ];
        table.rows.splice(
          row,
          0,
          new Map(cells.map(([header, text]) => [HEADERS.indexOf(header), table.cellOf(text)])),
        );
      }),
    () => edit('a row copied with its id', ({ rows }) => void rows.push(new Map(rows[row]))),
    () => edit('the rows turned round', ({ rows }) => void rows.push(...rows.splice(1).reverse())),
  ];
  return pick(steps)();
}

/** 150 leads of a trade fair: some known, some twice, some not to be read. */
function leadList(n: number): string {
  const rows = Array.from({ length: 150 }, (_, index) => {
    const customer =
      index % 40 === 7 ? '华东机械000001有限公司' : `展会${n}号${Math.floor(index / 2) * 2}公司`;
    const phone =
      index % 30 === 11 ? '电话不详' : `136${String(n * 1000 + Math.floor(index / 3)).padStart(8, '0')}`;
    return [customer, index % 50 === 3 ? '' : '王经理', phone, `需求${index}`, '行业展会'].join(',');
  });
  return `\uFEFF客户名称,联系人,联系方式,需求标签,来源渠道\r\n${rows.join('\r\n')}\r\n`;
}

/** What a workbook holds, inflated, part by part. */
function partsOf(path: string): readonly string[] {
  return readEntries(readFileSync(path)).map(
    ({ name, content }) => `${name} ${createHash('sha256').update(content).digest('hex')}`,
  );
}

function firstDifference(a: string, b: string): string {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  const near = (text: string) => text.slice(Math.max(0, at - 120), at + 120);
  return `…${near(a)}… / …${near(b)}…`;
}
