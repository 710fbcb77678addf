import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runIn, splitWords } from '../transcripts/run-transcript.ts';

// The keys that scripts rely on (README, JSON): each command's document on stdout, asked from outside.

const folder = mkdtempSync(join(tmpdir(), 'funnel-keys-'));
const json = async (line: string) => {
  const { out, code } = await runIn(folder, [...splitWords(line), '--json']);
  return { code, value: JSON.parse(out) };
};
const DEAL =
  'id customer contact phone industry size tags source priority leadDate stage status intent expectedClose amount owner lastFollowUp nextFollowUp';
const LEAD = '--contact 李总 --phone 13800000000 --tags 需要CRM系统,预算10-20万 --source 行业展会';
const WRITE = 'id changes undo';

beforeAll(async () => {
  await runIn(folder, ['init', 'team.xlsx', '--sample']);
  await runIn(folder, ['init', 'empty.xlsx']);
  cpSync(join(import.meta.dirname, '../../fixtures/sample-row.xlsx'), join(folder, 'sample-row.xlsx'));
  cpSync(join(import.meta.dirname, '../../fixtures/leads.csv'), join(folder, 'leads.csv'));
  writeFileSync(
    join(folder, 'leads.csv'),
    '客户名称,联系人,联系方式,需求标签,来源渠道\n甲方商行,李总,13900000000,ERP,行业展会\n乙方商行,,,,\n',
  );
  await runIn(folder, splitWords(`add-lead --file empty.xlsx --customer 华东机械有限公司 ${LEAD}`));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `at` picks what is looked at; every key of `keys` must be there, null or not. */
const documents: readonly {
  readonly line: string;
  readonly code?: number;
  readonly at?: (value: never) => unknown;
  readonly keys: string;
}[] = [
  { line: 'check', code: 10, keys: 'asOf calendar counts findings' },
  { line: 'check', code: 10, at: ({ calendar }) => calendar, keys: 'years missingYears' },
  { line: 'check', code: 10, at: ({ counts }) => counts, keys: 'dueSoon overdue stalled severe data' },
  {
    line: 'check',
    code: 10,
    at: ({ findings }) => findings,
    keys: 'rule level id customer owner stage start due provisional legacy workingDaysLate amount explain next source',
  },
  { line: 'report', keys: 'view period asOf rows totals notes' },
  { line: 'report', at: ({ period }) => period, keys: 'label from to' },
  {
    line: 'report --quarter last',
    at: ({ rows }) => rows,
    keys: 'stage name opening entered reentered converted skipped lost invalid back closing rate customers amounts stay',
  },
  {
    line: 'report',
    at: ({ rows: [row] }: { rows: [{ amounts: unknown }] }) => row.amounts,
    keys: 'converted lost closing',
  },
  { line: 'report', at: ({ rows: [row] }: { rows: [{ stay: unknown }] }) => row.stay, keys: 'mean median n' },
  {
    line: 'report',
    at: ({ totals }) => totals,
    keys: 'opportunities customers won lost winRate wonAmount cycle',
  },
  {
    line: 'report',
    at: ({ totals }: { totals: { cycle: unknown } }) => totals.cycle,
    keys: 'median p75 mean n',
  },
  { line: 'report --year --by owner', at: ({ groups }) => groups, keys: 'key rows totals' },
  { line: 'report --year --explain 方案呈现.流失', keys: 'cell count opportunities' },
  {
    line: 'report --year --explain 方案呈现.流失',
    at: ({ opportunities }) => opportunities,
    keys: 'id customer owner date amount',
  },
  { line: 'list', at: (deals) => deals, keys: DEAL },
  { line: 'show 华东 --file empty.xlsx', keys: `${DEAL} events gate deadlines` },
  {
    line: 'show 华东 --file empty.xlsx',
    at: ({ events }) => events,
    keys: 'seq date type from to item note by recordedAt forced assumed',
  },
  {
    line: 'show 华东 --file empty.xlsx',
    at: ({ deadlines }) => deadlines,
    keys: 'rule start due met provisional',
  },
  { line: 'why 华东 --file empty.xlsx', keys: 'id stage to missing' },
  {
    line: 'why 华东 --file empty.xlsx',
    at: ({ missing }) => missing,
    keys: 'item name stage source argv fields',
  },
  {
    line: 'why 华东 --file empty.xlsx',
    at: ({ missing: [{ fields }] }: { missing: [{ fields: unknown }] }) => fields,
    keys: 'flag required example',
  },
  { line: 'log 华东 打了电话 --file empty.xlsx', keys: WRITE },
  {
    line: 'log 华东 打了电话 --file empty.xlsx',
    at: ({ changes }) => changes,
    keys: 'sheet cell column before after',
  },
  { line: 'edit 华东 --set 客户规模=100人 --file empty.xlsx', keys: WRITE },
  { line: 'record 华东 screened --note 相符 --file empty.xlsx', keys: WRITE },
  { line: 'advance 华东 --file empty.xlsx', keys: WRITE },
  { line: 'back 华东 --to 线索获取 --reason 需求变了 --file empty.xlsx', keys: WRITE },
  { line: 'lose 华东 --reason 价格 --file empty.xlsx', keys: WRITE },
  { line: 'reopen 华东 --to 线索获取 --reason 又联系了 --file empty.xlsx', keys: WRITE },
  { line: `add-lead --customer 江北商行 ${LEAD} --file empty.xlsx`, keys: WRITE },
  { line: `add-lead --customer 江南商行 ${LEAD} --file empty.xlsx --dry-run`, keys: WRITE },
  {
    line: `add-lead --customer 江西商行 ${LEAD} --invalid 需求不符 --file empty.xlsx`,
    at: ({ id, changes, undo }) => (id === null ? { id, changes, undo } : {}),
    keys: WRITE,
  },
  { line: 'assign 李强 江北 --file empty.xlsx', keys: WRITE },
  { line: 'hold 江北 --until 2026-12-30 --reason 等预算 --file empty.xlsx', keys: WRITE },
  { line: 'release 江北 --file empty.xlsx', keys: WRITE },
  { line: 'assign 李强 华东 江北 --file empty.xlsx', keys: 'ids changes undo' },
  { line: 'import leads.csv --file empty.xlsx', keys: 'read added duplicates rejected invalid rejects rows' },
  { line: 'import leads.csv --file empty.xlsx', at: ({ rows }) => rows, keys: 'file row result reason id' },
  {
    line: 'undo --list --file empty.xlsx',
    at: (entries) => entries,
    keys: 'n time user command sheets cells',
  },
  { line: 'undo --file empty.xlsx', keys: 'undone changes left' },
  { line: 'init another.xlsx', keys: 'file sheets' },
  {
    line: 'import leads.csv --file another.xlsx',
    keys: 'read added duplicates rejected invalid rejects rows undo',
  },
  {
    line: 'import leads.csv --file another.xlsx',
    at: ({ rows }) => rows,
    keys: 'file row result reason id',
  },
  {
    line: 'adopt sample-row.xlsx',
    keys: 'sheet headerRow columns rows ids assumed sheetsAdded findings changes undo',
  },
  { line: 'calendar show 2026-10-01', keys: 'date working kind name provisional' },
  { line: 'calendar add 2026-09-30 3', keys: 'date add due provisional missingYears counted skipped' },
  { line: 'calendar add 2026-09-30 3', at: ({ counted }) => counted, keys: 'date name' },
  { line: 'calendar add 2026-09-30 3', at: ({ skipped }) => skipped, keys: 'date name kind' },
  { line: 'calendar years', at: ({ years }) => years, keys: 'year source' },
];

const ERROR = 'code message file sheet cell value expected';
const errors: readonly {
  readonly line: string;
  readonly exit: number;
  readonly code: string;
  readonly keys?: string;
}[] = [
  { line: 'show 没有这家', exit: 2, code: 'not-found' },
  { line: 'show 有限公司 --file team.xlsx', exit: 2, code: 'ambiguous' },
  { line: 'list --file 没有.xlsx', exit: 3, code: 'file' },
  { line: 'list --nope', exit: 2, code: 'usage' },
  { line: 'list --lang fr', exit: 2, code: 'usage' },
  { line: 'nope', exit: 2, code: 'usage' },
  { line: 'log 华东 --file empty.xlsx', exit: 2, code: 'usage' },
  { line: 'log 华东 见面 --on 2027-01-01 --file empty.xlsx', exit: 4, code: 'refused', keys: 'missing' },
  { line: 'advance 华东 --to 售后维护 --file empty.xlsx', exit: 4, code: 'refused', keys: 'missing' },
  { line: 'init team.xlsx', exit: 4, code: 'refused', keys: 'missing' },
  { line: 'import leads.csv --atomic --file empty.xlsx', exit: 4, code: 'refused' },
  { line: 'import 没有.csv --file empty.xlsx', exit: 3, code: 'file' },
];

describe('the JSON of each command', () => {
  it.each(documents)('$line: $keys', async ({ line, code = 0, at, keys }) => {
    const named =
      line.includes('--file') || /^(init|adopt|calendar)/.test(line) ? line : `${line} --file team.xlsx`;
    const ran = await json(named);
    expect(ran.code).toBe(code);
    const found = (at as ((value: unknown) => unknown) | undefined)?.(ran.value) ?? ran.value;
    const each: readonly object[] = Array.isArray(found) ? found : [found];
    expect(each.length).toBeGreaterThan(0);
    for (const object of each) expect(Object.keys(object)).toEqual(expect.arrayContaining(keys.split(' ')));
  });

  it.each(errors)('$line is the error $code and ends with $exit', async ({ line, exit, code, keys = '' }) => {
    const ran = await json(/--file|^init/.test(line) ? line : `${line} --file team.xlsx`);
    expect(ran.code).toBe(exit);
    expect(ran.value.error.code).toBe(code);
    expect(Object.keys(ran.value.error)).toEqual(
      expect.arrayContaining(`${ERROR} ${keys}`.trim().split(' ')),
    );
  });
});

describe('values of the contract', () => {
  it('the six stages in order, whatever is in them', async () => {
    const { value } = await json('report --month --file team.xlsx');
    expect(value.rows.map(({ stage }: { stage: string }) => stage)).toEqual([
      'lead',
      'discovery',
      'proposal',
      'negotiation',
      'closing',
      'aftercare',
    ]);
  });

  it('words of stages, intents, levels, events and gates', async () => {
    const { value: deals } = await json('list --file team.xlsx');
    const allowed = {
      stage: /^(lead|discovery|proposal|negotiation|closing|aftercare|pool|lost|invalid)$/,
      intent: /^(high|medium|low|null)$/,
    };
    for (const deal of deals)
      for (const [key, words] of Object.entries(allowed)) expect(String(deal[key])).toMatch(words);
    const { value: check } = await json('check --file team.xlsx');
    for (const { level } of check.findings) expect(level).toMatch(/^(severe|overdue|stalled|dueSoon|data)$/);
    const seen = new Set<string>();
    for (const { id } of deals.slice(0, 40)) {
      const { value } = await json(`show ${id} --file team.xlsx`);
      for (const { type } of value.events) seen.add(type);
      for (const state of Object.values(value.gate)) expect(state).toMatch(/^(done|missing|assumed|off)$/);
    }
    expect(seen.size).toBeGreaterThan(4);
    for (const type of seen)
      expect(type).toMatch(
        /^(created|advanced|skipped|back|lost|reopened|pooled|item|followup|held|edited)$/,
      );
  });
});
