import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Ran, runIn } from '../transcripts/run-transcript.ts';

// Whole commands on a workbook of their own, without a terminal.

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'funnel-commands-'));
  copyFileSync(join(import.meta.dirname, '../../templates/funnel.xlsx'), join(folder, 'book.xlsx'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (...argv: string[]): Promise<Ran> => runIn(folder, argv);
const bytes = () => readFileSync(join(folder, 'book.xlsx'));

async function addLead(customer: string, ...more: string[]): Promise<string> {
  const fixed = ['--contact', '李总', '--phone', '13800000000', '--tags', 'CRM', '--source', '行业展会'];
  const { out } = await run('add-lead', '--customer', customer, ...fixed, ...more, '--json');
  return (JSON.parse(out) as { id: string }).id;
}

interface MissingJson {
  readonly argv: readonly string[];
  readonly fields: readonly { readonly flag: string; readonly required: boolean; readonly example: string }[];
}

describe('from a lead to the pool', () => {
  it('each refusal names all that is missing, and each argv with its examples settles it as it stands', async () => {
    const id = await addLead('华东机械');
    for (const stage of ['discovery', 'proposal', 'negotiation', 'closing', 'aftercare', 'pool']) {
      const refused = await run('advance', id, '--json');
      expect(refused.code).toBe(4);
      const { missing } = (JSON.parse(refused.out) as { error: { missing: MissingJson[] } }).error;
      expect(missing.length).toBeGreaterThan(0);
      for (const { argv, fields } of missing) {
        const flags = fields
          .filter(({ required }) => required)
          .flatMap(({ flag, example }) => [flag, example]);
        const recorded = await run(...argv, ...flags);
        expect(recorded, [...argv, ...flags].join(' ')).toMatchObject({ code: 0 });
      }
      expect(await run('advance', id)).toMatchObject({ code: 0 });
      const [deal] = JSON.parse((await run('list', '--json')).out) as { stage: string }[];
      expect(deal?.stage).toBe(stage);
    }
  }, 60_000);
});

describe('a deal on the command line', () => {
  it.each([
    { query: '001', code: 0, says: '', why: 'an ending that only one id has' },
    { query: 'l20261123-001', code: 0, says: '', why: 'an id in any case' },
    { query: '华东机械', code: 0, says: '', why: 'a whole name wins over a longer one' },
    { query: '华东', code: 2, says: 'L20261123-002 · 华东机械有限公司', why: 'several: all are listed' },
    { query: '江南', code: 2, says: '相近的有:江北', why: 'none: near names' },
    { query: 'ｊｂ', code: 0, says: '', why: 'pinyin initials, in full width too' },
    {
      query: 'hdjx',
      code: 2,
      says: 'L20261123-002 · 华东机械有限公司',
      why: 'initials of several: all listed',
    },
    { query: 'zzzz', code: 2, says: '找不到', why: 'letters that spell nothing' },
    { query: '', code: 2, says: '找不到', why: 'nothing names nothing' },
  ])('“$query”: $why', async ({ query, code, says }) => {
    await addLead('华东机械');
    await addLead('华东机械有限公司');
    await addLead('江北');
    const ran = await run('why', query);
    expect(ran.code).toBe(code);
    expect(ran.err).toContain(says);
  });

  it('several ids: all move or none', async () => {
    const ready = await addLead('甲', '--screened', '相符');
    const open = await addLead('乙');
    const before = bytes();
    const refused = await run('advance', ready, open);
    expect(refused).toMatchObject({ code: 4 });
    expect(refused.err).toContain(`funnel record ${open} screened`);
    expect(bytes().equals(before)).toBe(true);
    expect(await run('record', open, 'screened', '--note', '相符')).toMatchObject({ code: 0 });
    expect(await run('advance', ready, open, ready)).toMatchObject({ code: 0 });
    const deals = JSON.parse((await run('list', '--json')).out) as { stage: string }[];
    expect(deals.map(({ stage }) => stage)).toEqual(['discovery', 'discovery']);
  });
});

describe('a command that cannot be carried out leaves the file as it was', () => {
  it.each([
    { argv: ['record', '001', 'demo', '--note', 'x'], code: 2, says: '--on', why: 'a required flag' },
    {
      argv: ['record', '001', 'demo', '--on', '昨天', '--note', 'x', '--parts', 'y'],
      code: 2,
      says: '--parts',
      why: 'a flag of another item',
    },
    { argv: ['record', '001', 'dmeo'], code: 2, says: 'demo', why: 'an item misspelt' },
    {
      argv: ['record', '001', 'screened', '--on', '2026-12-01', '--note', 'x'],
      code: 4,
      says: '2026-12-01',
      why: 'the future',
    },
    { argv: ['advance', '001', '--to', '方案程现'], code: 2, says: '方案呈现', why: 'a stage misspelt' },
    { argv: ['record', '001', 'lead-form', '--phone', '12'], code: 2, says: '11 位', why: 'no phone' },
    { argv: ['advance', '001', '--force'], code: 2, says: '--reason', why: 'force wants its reason' },
    { argv: ['advance', '001', '--on', '2026-02-30'], code: 2, says: '2026-02-30', why: 'no such day' },
    {
      argv: ['back', '001', '--to', '方案呈现', '--reason', 'x'],
      code: 4,
      says: '更早',
      why: 'not a step back',
    },
    {
      argv: ['back', '001', '--to', '线索获取'],
      code: 2,
      says: '--reason',
      why: 'a step back wants its reason',
    },
    {
      argv: ['reopen', '001', '--to', '线索获取', '--reason', 'x'],
      code: 4,
      says: '没有流失',
      why: 'it is not lost',
    },
    { argv: ['lose', '001'], code: 2, says: '--reason', why: 'a loss wants its reason' },
    { argv: ['log', '001', '聊了', '--type', '电活'], code: 2, says: '电话', why: 'a kind misspelt' },
    { argv: ['log', '001', '聊了', '--on', '明天'], code: 4, says: '2026-11-24', why: 'the future' },
    {
      argv: ['edit', '001', '--set', '当前阶段=成交签约'],
      code: 4,
      says: 'advance',
      why: 'stages are not edited',
    },
    { argv: ['edit', '001', '--set', '预计金鹅=1'], code: 2, says: '预计金额', why: 'a column misspelt' },
    { argv: ['edit', '001'], code: 2, says: '--set', why: 'nothing to set' },
    { argv: ['adopt', 'book.xlsx'], code: 4, says: '已经接管', why: 'it is adopted' },
    { argv: ['adopt', 'nope.xlsx'], code: 3, says: 'nope.xlsx', why: 'no such file' },
    { argv: ['adopt', 'book.xlsx', '--map', '甲=乙'], code: 2, says: '列=字段', why: 'no such field' },
  ])('$argv: $why', async ({ argv, code, says }) => {
    await addLead('华东机械');
    const before = bytes();
    const ran = await run(...argv);
    expect({ code: ran.code, out: ran.out }).toEqual({ code, out: '' });
    expect(ran.err).toContain(says);
    const json = await run(...argv, '--json');
    expect(json.code).toBe(code);
    expect(Object.keys(JSON.parse(json.out) as object)).toEqual(['error']);
    expect(bytes().equals(before)).toBe(true);
  });

  it('--dry-run names every cell and writes nothing; what is there already is no change', async () => {
    await addLead('华东机械', '--amount', '15万');
    const before = bytes();
    const dry = await run('edit', '001', '--set', '预计金额=20万', '--dry-run');
    expect(dry.out).toContain('客户信息跟踪表!K2 预计金额: 150000 → 200000');
    const same = await run('edit', '001', '--set', '预计金额=15万');
    expect(same).toMatchObject({ code: 0, out: '' });
    expect(same.err).toContain('没有变化');
    expect(bytes().equals(before)).toBe(true);
  });
});

describe('why', () => {
  it('explains and changes nothing, also where nothing is missing', async () => {
    const id = await addLead('华东机械');
    const before = bytes();
    const open = await run('why', id);
    expect(open).toMatchObject({ code: 0, err: '' });
    expect(open.out).toContain(`funnel record ${id} screened`);
    expect(JSON.parse((await run('why', id, '--json')).out)).toMatchObject({
      id,
      stage: 'lead',
      to: 'discovery',
      missing: [{ item: 'screened', argv: ['record', id, 'screened'] }],
    });
    expect(bytes().equals(before)).toBe(true);
    await run('record', id, 'screened', '--note', '相符');
    expect((await run('why', id)).out).toContain(`funnel advance ${id}`);
  });
});
