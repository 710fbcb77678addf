import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { playTranscript, runIn, splitWords } from '../transcripts/run-transcript.ts';

// Twenty teams: each four customers of its own, with the same ids in every book. Teams 3 and 4 work on one customer, 5 keeps
// CSV, 7 has a broken file, 8 has its book open in Excel, 13 is held by another program, 20 has nobody yet.

const GOLDEN = join(import.meta.dirname, 'twenty.golden');
const root = mkdtempSync(join(tmpdir(), 'funnel-twenty-'));
const teams = join(root, '团队');
const TEAMS = Array.from({ length: 20 }, (_, index) => index + 1);
const nameOf = (team: number) => `团队${String(team).padStart(2, '0')}${team === 5 ? '' : '.xlsx'}`;

const FIRST = '启瑞宏信博泽鼎安嘉恒';
const SECOND = '帆禾川骏澜岳诚达';
const TRADES = ['机械', '电子', '物流', '食品', '建材'];
const OWNERS = ['王芳', '李强', '张敏', '赵磊'];
const SOURCES = ['行业展会', '官网表单', '合作伙伴推荐', '老客户复购'];

function customerOf(team: number, index: number): string {
  if (team <= 4 && team >= 3 && index === 0) return team === 3 ? '东方远航科技有限公司' : '东方远航科技';
  const n = (team - 1) * 4 + index;
  return `${FIRST[n % 10]}${SECOND[Math.floor(n / 10)]}${TRADES[n % 5]}有限公司`;
}

/** What a team does, as commands with the day they are given on. */
function storyOf(team: number): readonly (readonly [day: string, line: string])[] {
  if (team === 20) return [];
  const forced = '--force --reason 演示';
  return [
    ...[0, 1, 2, 3].map(
      (index) =>
        [
          '2026-10-12',
          `add-lead --customer ${customerOf(team, index)} --contact 李总 --phone 1380000${String(team * 10 + index).padStart(4, '0')} --tags CRM --source ${SOURCES[(team + index) % 4]} --owner ${OWNERS[(team * 3 + index) % 4]} --amount ${5 + ((team * 7 + index * 3) % 20)}万 --close 2026-12-${10 + index}`,
        ] as const,
    ),
    ['2026-10-19', `advance L20261012-001 L20261012-002 L20261012-003 ${forced}`],
    ['2026-11-02', `advance L20261012-001 L20261012-002 ${forced}`],
    [
      '2026-11-09',
      `lose L20261012-00${team % 2 === 0 ? 2 : 3} --reason ${team % 3 === 0 ? '价格' : '竞争对手'}`,
    ],
    ['2026-11-16', 'log L20261012-001 打了电话,对方案满意'],
    ...(team % 4 === 0
      ? ([['2026-11-18', 'record L20261012-001 contract --on 2026-11-18 --number HT-2026-001']] as const)
      : []),
  ];
}

async function must(line: string, day: string): Promise<void> {
  const { code, err } = await runIn(teams, splitWords(line), { now: Date.parse(`${day}T02:00:00Z`) });
  if (code !== 0) throw new Error(`${line}: ${code} ${err}`);
}

beforeAll(async () => {
  mkdirSync(teams);
  await must('init 团队01.xlsx', '2026-10-12');
  for (const team of TEAMS)
    if (team === 5) await must('init 团队05 --format csv', '2026-10-12');
    else if (team > 1) copyFileSync(join(teams, nameOf(1)), join(teams, nameOf(team)));
  for (const team of TEAMS)
    for (const [day, line] of storyOf(team)) await must(`${line} --file ${nameOf(team)}`, day);
  rmSync(join(teams, '.funnel'), { recursive: true, force: true });
  const whole = readFileSync(join(teams, nameOf(7)));
  writeFileSync(join(teams, nameOf(7)), whole.subarray(0, whole.length / 2));
  writeFileSync(join(teams, '~$团队08.xlsx'), '\u0006王芳');
}, 60_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('twenty books, one broken, one held, two with a shared customer: what the commands print, and their exit codes', async () => {
  const golden = readFileSync(GOLDEN, 'utf8');
  const played = await playTranscript(golden, 'xlsx', (folder) =>
    cpSync(teams, join(folder, '团队'), { recursive: true }),
  );
  if (process.env.UPDATE === '1') writeFileSync(GOLDEN, played);
  else expect(played).toBe(golden);
}, 60_000);

interface Report {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly groups?: readonly { readonly key: string; readonly rows: Report['rows'] }[];
}

const COUNTS = [
  'opening',
  'entered',
  'reentered',
  'converted',
  'skipped',
  'lost',
  'invalid',
  'back',
  'closing',
];
const countsOf = ({ rows }: Pick<Report, 'rows'>) => rows.map((row) => COUNTS.map((key) => Number(row[key])));
const addUp = (tables: readonly number[][][]) =>
  tables.reduce((sum, table) => sum.map((row, at) => row.map((n, col) => n + (table[at]?.[col] ?? 0))));

it.each(['--quarter', '--quarter last', '--year'])('the teams add up to the total (%s)', async (period) => {
  const readable = TEAMS.filter((team) => team !== 7);
  const report = async (line: string): Promise<Report> =>
    JSON.parse((await runIn(teams, splitWords(`report ${period} --json ${line}`))).out);
  const all = await report('--by team --file .');
  const alone = await Promise.all(readable.map((team) => report(`--file ${nameOf(team)}`)));
  expect(addUp(alone.map(countsOf))).toEqual(countsOf(all));
  expect(all.groups).toHaveLength(readable.length);
  for (const [index, team] of readable.entries())
    expect(all.groups?.find(({ key }) => nameOf(team).startsWith(key))?.rows, nameOf(team)).toEqual(
      alone[index]?.rows,
    );
});
