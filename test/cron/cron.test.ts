import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTaskArgs, cronLine, editCrontab, type NightJob, taskLine } from '../../src/core/cron-line.ts';
import { freshFolder } from '../save/support.ts';
import { runIn, splitWords } from '../transcripts/run-transcript.ts';

const zone = process.env.TZ;
beforeAll(() => {
  process.env.TZ = 'Asia/Shanghai';
});
afterAll(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

const NAME = '销售 漏斗 50%.xlsx';
const OTHERS =
  '# m h dom mon dow\nMAILTO=me@example.com\n5 4 * * 0 /usr/bin/backup "a b" 100\\%\n\n@reboot true';

/** A crontab command that keeps its table in a file; `no crontab` before the first. */
function fakeCrontab(folder: string, text: string | null) {
  const tools = join(folder, 'tools');
  const table = join(folder, 'table');
  mkdirSync(tools);
  if (text !== null) writeFileSync(table, text);
  writeFileSync(
    join(tools, 'crontab'),
    `#!/bin/sh\ncase "$1" in\n-l) if [ -f '${table}' ]; then cat '${table}'; else echo "no crontab for me" >&2; exit 1; fi;;\n-) echo . >>'${table}.writes'; cat >'${table}';;\nesac\n`,
  );
  chmodSync(join(tools, 'crontab'), 0o755);
  return {
    path: `${tools}:/usr/bin:/bin`,
    read: () => readFileSync(table, 'utf8'),
    writes: () => (existsSync(`${table}.writes`) ? readFileSync(`${table}.writes`, 'utf8').length / 2 : 0),
  };
}

async function newBook(text: string | null = OTHERS) {
  const folder = freshFolder();
  const crontab = fakeCrontab(folder, text);
  const run = (line: string, env: Readonly<Record<string, string>> = {}) =>
    runIn(folder, splitWords(line), { env: { PATH: crontab.path, ...env } });
  await run(`init "${NAME}"`);
  return { folder, crontab, run };
}

describe('cron', () => {
  const LINE =
    /^30 8 \* \* \* \/usr\/bin\/node \/opt\/funnel\/bin\/funnel\.cjs check --nightly --quiet --lang zh --file '\/.*\/销售 漏斗 50\\%\.xlsx' # funnel-check-[0-9a-f]{8}\n$/;

  it('prints one line with absolute paths, quoted for the shell, % escaped for the crontab', async () => {
    const { run, crontab } = await newBook();
    const { code, out } = await run('cron');
    expect({ code, line: LINE.test(out) }).toEqual({ code: 0, line: true });
    expect(crontab.writes()).toBe(0);
  });

  it('--install twice is once, --remove leaves the user’s other lines byte for byte', async () => {
    const { run, crontab } = await newBook();
    expect(await run('cron --install')).toMatchObject({ code: 0 });
    const once = crontab.read();
    expect(once.startsWith(`${OTHERS}\n30 8 * * * `)).toBe(true);
    expect((await run('cron --install')).err).toBe('已经装着,没有改动\n');
    expect({ same: crontab.read() === once, writes: crontab.writes() }).toEqual({ same: true, writes: 1 });
    await run('cron --install --time 07:05 --log 检查.log');
    expect(crontab.read()).toMatch(/\n5 7 \* \* \* .* >>'\/.*\/检查\.log' 2>&1 # funnel-check-\w{8}\n$/);
    expect(crontab.read().match(/funnel-check/g)).toHaveLength(1);
    expect(await run('cron --remove')).toMatchObject({ code: 0 });
    expect(crontab.read()).toBe(`${OTHERS}\n`);
    expect((await run('cron --remove')).err).toBe('没有装过,没有改动\n');
  });

  it('two workbooks have a line each', async () => {
    const { run, crontab } = await newBook(null);
    await run('init 二队.xlsx');
    await run(`cron --install --file "${NAME}"`);
    await run('cron --install --file 二队.xlsx');
    expect(crontab.read().split('\n')).toHaveLength(3);
    await run('cron --remove --file 二队.xlsx');
    expect(crontab.read()).toMatch(LINE);
  });

  it('a crontab that may not be read or written changes nothing: exit 5, with what to do', async () => {
    const { folder, run } = await newBook();
    for (const script of [
      'echo "you are not allowed" >&2; exit 1',
      '[ "$1" = -l ] || { echo "disk full" >&2; exit 1; }; exit 0',
    ]) {
      writeFileSync(join(folder, 'tools', 'crontab'), `#!/bin/sh\n${script}\n`);
      const { code, err } = await run('cron --install');
      expect({ code, next: err.includes('funnel cron --print') }).toEqual({ code: 5, next: true });
    }
    expect(await run('cron --install', { PATH: '/nowhere' })).toMatchObject({ code: 5 });
  });

  it.each([
    ['cron --install --remove', '只能给一个'],
    ['cron --time 25:00', '--time「25:00」不是时间'],
    ['cron --time 8点', '不是时间'],
  ])('%s is a usage error', async (line, says) => {
    const { run } = await newBook();
    const { code, err } = await run(line);
    expect({ code, said: err.includes(says) }).toEqual({ code: 2, said: true });
  });

  it('the time is the team’s, whatever zone the machine is in', async () => {
    const { run } = await newBook();
    for (const [here, time, says] of [
      ['America/Los_Angeles', '30 16 ', '08:30 在这里是 16:30'],
      ['UTC', '30 0 ', '08:30 在这里是 00:30'],
      ['Asia/Kolkata', '0 6 ', '08:30 在这里是 06:00'],
    ] as const) {
      process.env.TZ = here;
      const { out, err } = await run('cron');
      process.env.TZ = 'Asia/Shanghai';
      expect({ here, time: out.startsWith(time), said: err.includes(says) }).toEqual({
        here,
        time: true,
        said: true,
      });
    }
  });

  it('with --notify it warns where a nightly run would know no robot', async () => {
    const { folder, run } = await newBook();
    const env = { FUNNEL_WECOM_URL: 'http://127.0.0.1:9/?key=K' };
    const bare = await run('cron --notify', env);
    expect(bare.out).toContain('check --nightly --quiet --notify');
    expect(bare.err).toContain('定时任务没有环境变量');
    writeFileSync(join(folder, 'robots.env'), `FUNNEL_WECOM_URL=${env.FUNNEL_WECOM_URL}\n`);
    writeFileSync(join(folder, 'funnel.config.json'), '{"notify": {"secrets": "robots.env"}}');
    expect((await run('cron --notify')).err).toBe('');
  });
});

describe('cron on Windows', () => {
  it('prints, makes and deletes a task of schtasks; the check writes its own log, which begins with a BOM', async () => {
    const folder = freshFolder();
    const tools = join(folder, 'tools');
    mkdirSync(tools);
    writeFileSync(
      join(tools, 'schtasks'),
      `#!/bin/sh\nprintf '%s|' "$@" >>'${folder}/calls'\nexit $(cat '${folder}/code')\n`,
    );
    chmodSync(join(tools, 'schtasks'), 0o755);
    writeFileSync(join(folder, 'code'), '0');
    const run = (line: string) =>
      runIn(folder, splitWords(line), { env: { PATH: `${tools}:/usr/bin:/bin` }, platform: 'win32' });
    await run('init');
    const printed = await run('cron --log 检查.log');
    expect(printed.out).toMatch(
      /^schtasks \/Create \/F \/SC DAILY \/ST 08:30 \/TN funnel-check-\w{8} \/TR ".* check --nightly --quiet --lang zh --file \\".*\.xlsx\\" --log \\".*检查\.log\\""\n$/,
    );
    expect(existsSync(join(folder, 'calls'))).toBe(false);
    expect(await run('cron --install')).toMatchObject({ code: 0 });
    expect(await run('cron --remove')).toMatchObject({ code: 0 });
    const calls = readFileSync(join(folder, 'calls'), 'utf8');
    expect(calls).toMatch(
      /^\/Create\|\/F\|\/SC\|DAILY\|\/ST\|08:30\|\/TN\|(funnel-check-\w{8})\|\/TR\|[^|]+\|\/Delete\|\/F\|\/TN\|\1\|$/,
    );
    writeFileSync(join(folder, 'code'), '1');
    expect(await run('cron --install')).toMatchObject({ code: 5 });
    await run('check --log 检查.log');
    await run('check --log 检查.log');
    const log = readFileSync(join(folder, '检查.log'), 'utf8');
    expect(log).toBe('\uFEFF2026-11-23 · 没有要处理的\n2026-11-23 · 没有要处理的\n');
  });
});

describe('the line itself', () => {
  const JOB: NightJob = {
    hour: 8,
    minute: 30,
    argv: [
      'C:\\Program Files\\nodejs\\node.exe',
      'C:\\f\\funnel.cjs',
      'check',
      '--file',
      '\\\\nas\\销售\\漏斗.xlsx',
    ],
    log: null,
    mark: 'funnel-check-1',
  };

  it('on Windows is a task of schtasks with the UNC path, quotes escaped', () => {
    expect(taskLine(createTaskArgs(JOB))).toBe(
      'schtasks /Create /F /SC DAILY /ST 08:30 /TN funnel-check-1 /TR "\\"C:\\Program Files\\nodejs\\node.exe\\" \\"C:\\f\\funnel.cjs\\" check --file \\"\\\\nas\\销售\\漏斗.xlsx\\""',
    );
  });

  it.each(["it's here", 'a b', '$HOME `x`', '100%', '中文', 'plain-1.2/x_y'])(
    'the shell reads %s back as it was',
    (word) => {
      const line = cronLine({ ...JOB, argv: ['printf', '%s', word] });
      // cron turns \% into % and hands the rest to /bin/sh.
      const command = line.split(' ').slice(5).join(' ').replaceAll('\\%', '%');
      expect(execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' })).toBe(word);
    },
  );

  it.each<[string, string | null, string, string]>([
    ['', 'L # m', 'L # m\n', 'an empty table'],
    ['a\n', 'L # m', 'a\nL # m\n', 'behind the others'],
    ['a', 'L # m', 'a\nL # m\n', 'a last line without its end'],
    ['a\nK # m\nb\n', 'L # m', 'a\nL # m\nb\n', 'where it stood'],
    ['a\nK # m\nb\nJ # m\n', 'L # m', 'a\nL # m\nb\n', 'only once'],
    ['a\r\n\n\nb # mm\n', null, 'a\r\n\n\nb # mm\n', 'nothing of its own to remove'],
    ['K # m\n', null, '', 'nothing left'],
  ])('%j with %j: %j (%s)', (text, line, after, _why) => {
    expect(editCrontab(text, 'm', line)).toBe(after);
  });
});

describe('the nightly run in a bare environment', () => {
  const dist = mkdtempSync(join(tmpdir(), 'funnel-night-'));
  beforeAll(async () => {
    await build({
      entryPoints: ['src/main.ts'],
      outfile: join(dist, 'funnel.cjs'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      define: { FUNNEL_VERSION: '"0"' },
      logLevel: 'error',
    });
  });
  afterAll(() => rmSync(dist, { recursive: true, force: true }));

  /** The command of the printed line, run as cron does: no environment but its own, /bin/sh, no terminal. */
  async function night(
    folder: string,
    run: (line: string) => Promise<{ out: string }>,
    extra: string[] = [],
    line = 'cron',
  ) {
    const printed = (await run(line)).out.trim().split(' ').slice(5).join(' ').replaceAll('\\%', '%');
    const command = printed.replace(
      '/usr/bin/node /opt/funnel/bin/funnel.cjs',
      `${process.execPath} ${dist}/funnel.cjs`,
    );
    const { status, stdout, stderr } = spawnSync(
      '/usr/bin/env',
      [
        '-i',
        'LANG=C',
        'PATH=/usr/bin:/bin',
        ...extra,
        '/bin/sh',
        '-c',
        command.replace(' # ', ' --as-of 2026-05-15 # '),
      ],
      { cwd: '/', encoding: 'utf8' },
    );
    return { status, stdout, stderr, folder };
  }
  const LEAD =
    'add-lead --customer 甲方机械 --contact 李总 --phone 13800000000 --tags CRM --source 行业展会 --on 2026-05-11 --owner 王芳';

  it('is silent on a clean book, one page where something is late, exit 0 and 10', async () => {
    const { folder, run } = await newBook();
    expect(await night(folder, run)).toMatchObject({ status: 0, stdout: '', stderr: '' });
    await run(LEAD);
    const late = await night(folder, run);
    expect(late).toMatchObject({ status: 10, stderr: '' });
    expect(late.stdout).toMatch(/^2026-05-15 · 逾期 1\n\n王芳 · 1 条\n/);
  });

  it.each(['TZ=America/Los_Angeles', 'TZ=UTC'])('%s gives the team’s day', async (zone) => {
    const { folder, run } = await newBook();
    const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(new Date());
    const { stdout } = spawnSync(
      '/usr/bin/env',
      ['-i', zone, process.execPath, `${dist}/funnel.cjs`, 'check', '--json', '--file', join(folder, NAME)],
      { encoding: 'utf8' },
    );
    expect(JSON.parse(stdout).asOf).toBe(today);
    expect((await run('check')).out).toContain('2026-11-23');
  });

  it('appends to the log, and says 检查未完成 with the reason where the book cannot be read', async () => {
    const { folder, run } = await newBook();
    await run(LEAD);
    await night(folder, run, [], 'cron --log 检查.log');
    writeFileSync(join(folder, 'broken.xlsx'), 'no zip');
    const line = (await run('cron --log 检查.log')).out;
    rmSync(join(folder, NAME));
    const broken = await night(folder, async () => ({ out: line }));
    expect(broken.status).toBe(3);
    const log = readFileSync(join(folder, '检查.log'), 'utf8').split('\n');
    expect(log[0]).toBe('2026-05-15 · 逾期 1');
    expect(log.at(-2)).toMatch(/^检查未完成: .*没有这个文件/);
  });
});

describe('check --nightly', () => {
  it('does nothing on a day off of the team’s calendar, whatever there is', async () => {
    const { run } = await newBook();
    await run(
      'add-lead --customer 甲方机械 --contact 李总 --phone 13800000000 --tags CRM --source 行业展会 --on 2026-05-11',
    );
    for (const day of ['2026-05-16', '2026-10-01'])
      expect(await run(`check --nightly --as-of ${day}`)).toEqual({ code: 0, out: '', err: '' });
    expect(await run('check --nightly --as-of 2026-10-10')).toMatchObject({ code: 10 });
  });

  it('--log appends instead of printing; a log that cannot be written is said and the page printed', async () => {
    const { folder, run } = await newBook();
    expect(await run('check --log a.log')).toEqual({ code: 0, out: '', err: '' });
    await run('check --log a.log');
    expect(readFileSync(join(folder, 'a.log'), 'utf8')).toBe(
      '2026-11-23 · 没有要处理的\n2026-11-23 · 没有要处理的\n',
    );
    const { out, err } = await run('check --log tools');
    expect(out).toContain('没有要处理的');
    expect(err).toContain('写不了');
  });

  it('the unfinished check stands in its own log too, and only there does a stamp stand before it', async () => {
    const { folder, run } = await newBook();
    const { code, err } = await run('check --nightly --log a.log --file 没有.xlsx');
    expect(code).toBe(3);
    expect(err).toMatch(/^检查未完成: /);
    expect(readFileSync(join(folder, 'a.log'), 'utf8')).toMatch(
      /^2026-11-23 10:00:00 检查未完成: .*没有\.xlsx/,
    );
  });
});
