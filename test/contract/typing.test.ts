import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/commands/index.ts';
import { runIn } from '../transcripts/run-transcript.ts';

// What people type: full-width characters, dates and amounts in every listed form, flags every command takes.

const folder = mkdtempSync(join(tmpdir(), 'funnel-typing-'));
const funnel = (...argv: string[]) => runIn(folder, argv);
const dateOf = async (word: string) =>
  JSON.parse((await funnel('calendar', 'add', word, '0', '--json')).out).due;
const DEAL = '华东';

beforeAll(async () => {
  await funnel('init');
  const lead = '--contact 李总 --phone 13800000000 --tags 需要CRM系统 --source 行业展会 --on 2026-11-20';
  await funnel('add-lead', '--customer', '华东机械有限公司', ...lead.split(' '));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('full-width characters are read as what was meant, and that is said', () => {
  it.each([
    { argv: ['log', DEAL, '聊了', '——next', '2026-12-05'], said: '——next → --next' },
    {
      argv: ['log', DEAL, '聊了', '－－ｎｅｘｔ', '１２－０５'],
      said: '－－ｎｅｘｔ → --next, １２－０５ → 12-05',
    },
    { argv: ['log', DEAL, '聊了', '--next', '３天后'], said: '３天后 → 3天后' },
    { argv: ['edit', DEAL, '--set', '预计金额=15万', '——dry-run'], said: '——dry-run → --dry-run' },
    { argv: ['record', DEAL, 'priority', '--priority', 'Ａ'], said: 'Ａ → A' },
    { argv: ['log', DEAL, '聊了', '——next　下周三'], said: '——next　下周三 → --next 下周三' },
    { argv: ['跟进　华东　聊了', '--dry-run'], said: '跟进　华东　聊了 → 跟进 华东 聊了' },
    { argv: ['ｌｉｓｔ'], said: 'ｌｉｓｔ → list' },
    { argv: ['show', 'Ｌ２０２６１１２０－００１'], said: 'Ｌ２０２６１１２０－００１ → L20261120-001' },
    { argv: ['report', '--quarter', '２０２６Ｑ３'], said: '２０２６Ｑ３ → 2026Q3' },
  ])('$argv', async ({ argv, said }) => {
    const { code, err } = await funnel(...argv);
    expect([code, err.split('\n')[0]]).toEqual([0, `全角字符读作半角: ${said}`]);
    expect((await funnel(...argv, '-q')).err).not.toContain('全角');
  });

  it('a text with Chinese in it stays as it was typed', async () => {
    const { err, out } = await funnel('log', DEAL, '报价１５万——含税', '--json');
    expect(err).not.toContain('全角');
    expect(JSON.stringify(JSON.parse(out).changes)).toContain('报价１５万——含税');
  });

  it('a full-width space within a text, or behind --, is part of the text', async () => {
    for (const argv of [['next　下周三'], ['--', '——next　下周三']]) {
      const { out } = await funnel('log', DEAL, '--dry-run', '--json', ...argv);
      expect(JSON.stringify(JSON.parse(out).changes)).toContain('next　下周三');
    }
  });
});

describe('dates, today being Monday 2026-11-23', () => {
  it.each([
    ['2026-11-23', '2026-11-23'],
    ['11-25', '2026-11-25'],
    ['今天', '2026-11-23'],
    ['昨天', '2026-11-22'],
    ['yesterday', '2026-11-22'],
    ['后天', '2026-11-25'],
    ['周五', '2026-11-27'],
    ['fri', '2026-11-27'],
    ['下周三', '2026-12-02'],
    ['月底', '2026-11-30'],
    ['季度末', '2026-12-31'],
    ['10天后', '2026-12-03'],
    ['+3工作日', '2026-11-26'],
    ['+3wd', '2026-11-26'],
    ['节后', '2027-01-04'],
  ])('%s is %s', async (word, due) => {
    expect(await dateOf(word)).toBe(due);
  });

  it('a partial one is the latest past for --on, the coming one for --next', async () => {
    const { out } = await funnel(
      'log',
      DEAL,
      '聊了',
      '--on',
      '11-21',
      '--next',
      '1-15',
      '--dry-run',
      '--json',
    );
    const cells = JSON.parse(out).changes.map(({ after }: { after: unknown }) => after);
    expect(cells).toEqual(expect.arrayContaining(['2026-11-21', '2027-01-15']));
  });
});

describe('amounts', () => {
  it.each([
    ['15万', 150000],
    ['15万元', 150000],
    ['1.5亿', 150000000],
    ['￥150,000.00', 150000],
    ['150000', 150000],
    ['１５万', 150000],
    ['10-20万', '10-20万'],
    ['面议', '面议'],
  ])('%s', async (amount, after) => {
    const { out } = await funnel('edit', DEAL, '--set', `预计金额=${amount}`, '--dry-run', '--json');
    expect(JSON.parse(out).changes[0]).toMatchObject({ column: '预计金额', after });
  });

  it.each(['十五', 'abc', '-5', '20-10万'])('%s is refused with what is expected', async (amount) => {
    const { code, out } = await funnel('edit', DEAL, '--set', `预计金额=${amount}`, '--json');
    expect([code, JSON.parse(out).error.expected]).toEqual([2, '15万 / 150000 / 10-20万']);
  });
});

describe('every command', () => {
  const names = COMMANDS.map(({ name }) => name);

  it.each(names)(
    '%s prints help with examples in both languages, and no command a shell would misread',
    async (name) => {
      for (const [lang, title] of [
        ['zh', '例:'],
        ['en', 'Examples:'],
      ] as const) {
        const { code, out, err } = await funnel(name, '--help', '--lang', lang);
        expect([code, err]).toEqual([0, '']);
        const examples = out.slice(out.indexOf(title)).split('\n').slice(1).filter(Boolean);
        expect(examples.length).toBeGreaterThan(0);
        for (const line of examples) expect(line).toMatch(/^ {2}funnel [^'$!%^&<>]+$/);
      }
    },
  );

  it.each(names)('%s refuses an unknown option and an unknown language with exit 2', async (name) => {
    const unknown = await funnel(name, '--nope');
    expect([unknown.code, unknown.out]).toEqual([2, '']);
    expect(unknown.err).toContain('--nope');
    const language = await funnel(name, '--lang', 'fr');
    expect([language.code, language.out]).toEqual([2, '']);
    const english = await runIn(folder, [name, '--lang', 'fr'], { env: { FUNNEL_LANG: 'en' } });
    expect(english.err).toMatch(/^[^\p{Script=Han}]+$/u);
  });

  it('the program’s own help has no command a shell would misread', async () => {
    for (const lang of ['zh', 'en']) {
      const { out } = await funnel('--help', '--lang', lang);
      const commands = out.split('\n').filter((line) => /: funnel [a-z]/.test(line));
      expect(commands.length).toBeGreaterThan(1);
      for (const line of commands) expect(line).not.toMatch(/funnel .*['$!%^&<>]/);
    }
  });
});
