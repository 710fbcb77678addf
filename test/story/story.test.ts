import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openCsv } from '../../src/storage/csv/records.ts';
import { bytesOf } from '../store/stores.ts';
import { playTranscript, type Ran, runIn, toGb18030 } from '../transcripts/run-transcript.ts';

interface Missing {
  readonly item: string;
  readonly argv: readonly string[];
  readonly fields: readonly { readonly flag: string; readonly required: boolean; readonly example: string }[];
}

const folder = mkdtempSync(join(tmpdir(), 'funnel-story-'));
const funnel = (...argv: string[]): Promise<Ran> => runIn(folder, argv);
const lead = '--contact 李总 --phone 13800000000 --tags 需要CRM系统 --source 行业展会'.split(' ');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const STORES = [
  {
    store: 'xlsx',
    init: (name: string) => funnel('init', `${name}.xlsx`),
    file: (name: string) => `${name}.xlsx`,
  },
  {
    store: 'csv in UTF-8 with BOM',
    init: (name: string) => funnel('init', `${name}-csv`, '--format', 'csv'),
    file: (name: string) => `${name}-csv`,
  },
  {
    store: 'csv in GB18030',
    init: async (name: string) => {
      await funnel('init', `${name}-gb`, '--format', 'csv');
      toGb18030(join(folder, `${name}-gb`));
    },
    file: (name: string) => `${name}-gb`,
  },
];

describe.each(STORES)(
  'one customer, from add-lead to 老客户池, by commands alone and without --force: $store',
  ({ store, init, file: fileOf }) => {
    const book = fileOf('book');
    const funnelOn = (...argv: string[]) => funnel(...argv, '--file', book);

    it('begins as a lead', async () => {
      await init('book');
      const { code } = await funnelOn('add-lead', '--customer', '华东机械有限公司', ...lead);
      expect(code).toBe(0);
    });

    it.each([
      ['discovery', ['screened']],
      ['proposal', ['first-contact', 'survey', 'intent']],
      ['negotiation', ['proposal', 'demo', 'materials', 'concerns']],
      ['closing', ['objections', 'terms', 'letter-of-intent', 'deal-figures']],
      ['aftercare', ['legal-review', 'contract', 'handover', 'kickoff']],
      ['pool', ['delivery', 'satisfaction']],
    ])(
      'to %s: first refused naming %j, each settled by its argv with the examples as they stand',
      async (stage, items) => {
        const refused = await funnelOn('advance', '华东', '--json');
        expect(refused.code).toBe(4);
        const missing: readonly Missing[] = JSON.parse(refused.out).error.missing;
        expect(missing.map(({ item }) => item)).toEqual(items);
        for (const { argv, fields } of missing) {
          const flags = fields
            .filter(({ required }) => required)
            .flatMap(({ flag, example }) => [flag, example]);
          const { code, err } = await funnelOn(...argv, ...flags);
          expect({ argv, code, err: code === 0 ? '' : err }).toEqual({ argv, code: 0, err: '' });
        }
        expect((await funnelOn('advance', '华东')).code).toBe(0);
        const shown = JSON.parse((await funnelOn('show', '华东', '--json')).out);
        expect(shown.stage).toBe(stage);
        expect(shown.events.some(({ forced }: { forced: boolean }) => forced)).toBe(false);
      },
    );

    it('every one of these commands can be taken back, to the very bytes of the beginning', async () => {
      await init('other');
      const other = fileOf('other');
      const before = bytesOf(join(folder, other));
      const file = ['--file', other];
      await funnel('add-lead', '--customer', '甲方', ...lead, ...file);
      await funnel('log', '甲方', '打了电话', ...file);
      await funnel('edit', '甲方', '--set', '预计金额=20万', ...file);
      for (let n = 0; n < 3; n++) expect((await funnel('undo', ...file)).code).toBe(0);
      expect(bytesOf(join(folder, other))).toBe(before);
    });

    it('the files are written as they were', () => {
      if (store === 'xlsx')
        return expect(readFileSync(join(folder, book)).subarray(0, 2).toString()).toBe('PK');
      const names = readdirSync(join(folder, book)).filter((name) => name.endsWith('.csv'));
      const read = names.map((name) => openCsv(name, readFileSync(join(folder, book, name))));
      expect(new Set(read.map(({ encoding, bom }) => `${encoding} ${bom}`))).toEqual(
        new Set([store === 'csv in GB18030' ? 'gb18030 0' : 'utf-8 3']),
      );
    });
  },
);

describe('the worked example of the conversion table', () => {
  const golden = (name: string) => readFileSync(join(import.meta.dirname, '../transcripts', name), 'utf8');
  const report = (text: string) => text.slice(text.indexOf('$ funnel report'));

  it('reads the same however the commands of the four deals are interleaved', () => {
    expect(report(golden('worked-example-interleaved.golden'))).toBe(report(golden('worked-example.golden')));
  });

  // Over CSV in UTF-8 with BOM it is played with the other transcripts.
  it('is the same to the letter over CSV in GB18030', async () => {
    const text = golden('worked-example.golden');
    expect(await playTranscript(text, 'gb18030')).toBe(text);
  });

  it('has exactly the figures of the specification', () => {
    const text = report(golden('worked-example.golden'));
    const json = text.slice(text.indexOf('> {'), text.indexOf('$ funnel report --quarter 2026Q2 --explain'));
    const { rows } = JSON.parse(json.replace(/^> ?/gm, ''));
    const figures = rows.map((row: Record<string, unknown>) => [
      row.name,
      row.opening,
      row.entered,
      row.converted,
      row.lost,
      row.back,
      row.closing,
      row.rate,
    ]);
    expect(figures).toEqual([
      ['线索获取', 0, 4, 3, 0, 0, 1, 0.75],
      ['需求挖掘', 0, 3, 2, 0, 0, 1, 2 / 3],
      ['方案呈现', 0, 2, 1, 1, 0, 0, 0.5],
      ['谈判推进', 0, 1, 0, 0, 0, 1, 0],
      ['成交签约', 0, 0, 0, 0, 0, 0, null],
      ['售后维护', 0, 0, 0, 0, 0, 0, null],
    ]);
  });
});

describe('every command answers --help, in both languages, and a bad call is never a stack trace', () => {
  const verbs =
    'init adopt add-lead log record why advance back lose reopen edit list show check report calendar undo'.split(
      ' ',
    );
  it.each(verbs)('%s', async (verb) => {
    for (const lang of ['zh', 'en']) {
      const help = await funnel(verb, '--help', '--lang', lang);
      expect({ code: help.code, err: help.err }).toEqual({ code: 0, err: '' });
      expect(help.out).toContain(`funnel ${verb}`);
    }
    const unknown = await funnel(verb, '--no-such-option', '--json');
    expect(unknown.code).toBe(2);
    expect(JSON.parse(unknown.out).error.code).toBe('usage');
  });
  it.each([
    'list',
    'check',
    'report',
    'show 甲',
    'why 甲',
    'log 甲 电话',
    'record 甲 demo',
    'advance 甲',
    'back 甲 --to 线索 --reason x',
    'lose 甲 --reason 价格',
    'reopen 甲 --to 线索 --reason x',
    'edit 甲 --set 预计金额=1',
    'undo',
    `add-lead --customer 甲 ${lead.join(' ')}`,
  ])('%s on a missing file is exit 3 and names it', async (line) => {
    const { code, out } = await funnel(...line.split(' '), '--file', 'missing.xlsx', '--json');
    expect(code).toBe(3);
    expect(JSON.parse(out).error).toMatchObject({ code: 'file' });
    expect(JSON.stringify(JSON.parse(out))).toContain('missing.xlsx');
  });
});
