import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { deliver, waitBefore } from '../../src/notify/deliver.ts';
import { DINGTALK } from '../../src/notify/dingtalk.ts';
import { proxyFor } from '../../src/notify/proxy.ts';
import { freshFolder } from '../save/support.ts';
import { runIn, splitWords } from '../transcripts/run-transcript.ts';
import { DINGTALK_SECRET, FEISHU_SECRET, startRobots } from './fake-robots.ts';

const NOW = Date.parse('2026-05-15T02:00:00Z');
const PHONE = '13800000000';

/** A new book with leads entered on Monday 2026-05-11, one day overdue on Friday the 15th. */
async function newTeam(leads: readonly string[] = ['甲方机械', '乙方电子']) {
  const folder = freshFolder();
  const robots = await startRobots(NOW);
  const env = {
    FUNNEL_DINGTALK_URL: `${robots.base}/dingtalk/send?access_token=TOKEN1`,
    FUNNEL_DINGTALK_SECRET: DINGTALK_SECRET,
    FUNNEL_FEISHU_URL: `${robots.base}/feishu/hook/TOKEN2`,
    FUNNEL_FEISHU_SECRET: FEISHU_SECRET,
    FUNNEL_WECOM_URL: `${robots.base}/wecom/send?key=TOKEN3`,
    FUNNEL_WEBHOOK_URL: `${robots.base}/hook/TOKEN4`,
  };
  const run = (line: string, some: Readonly<Record<string, string>> = env) =>
    runIn(folder, splitWords(line), { now: NOW, env: some });
  await run('init');
  for (const [index, customer] of leads.entries()) {
    const { code, err } = await run(
      `add-lead --customer "${customer}" --contact 李总 --phone ${Number(PHONE) + index} --tags CRM --source 行业展会 --on ${index < 10 ? '2026-05-11' : '2026-05-08'} --owner 王芳`,
    );
    expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
  }
  return { folder, robots, env, run };
}

const only = (env: Readonly<Record<string, string>>, name: string) =>
  Object.fromEntries(Object.entries(env).filter(([key]) => key.includes(name)));

describe('check --notify', () => {
  it('tells every robot, signed as each wants it, and no phone is among the words', async () => {
    const { robots, run } = await newTeam();
    const { code, out, err } = await run('check --notify');
    expect(code).toBe(10);
    expect(out).toContain('甲方机械');
    expect(err).toBe(
      'dingtalk: 已发 2 条(1 条消息)\nfeishu: 已发 2 条(1 条消息)\nwecom: 已发 2 条(1 条消息)\nwebhook: 已发 2 条(1 条消息)\n',
    );
    expect(robots.heard.map(({ robot, accepted }) => `${robot} ${accepted}`)).toEqual([
      'dingtalk true',
      'feishu true',
      'wecom true',
      'webhook true',
    ]);
    const text =
      '【销售漏斗】2026-05-15 逾期 2\n王芳:\n逾期 首次接触 甲方机械 已逾期 1 个工作日 L20260511-001\n逾期 首次接触 乙方电子 已逾期 1 个工作日 L20260511-002';
    for (const { text: sent } of robots.heard.slice(0, 3)) expect(sent).toBe(text);
    expect((await run('check --format chat')).out).toBe(`${text}\n`);
    const webhook = robots.heard[3]?.body as { findings: { rule: string; customer: string }[] };
    expect(webhook.findings.map(({ rule, customer }) => `${rule} ${customer}`)).toEqual([
      'D1 甲方机械',
      'D1 乙方电子',
    ]);
    expect(JSON.stringify(robots.heard)).not.toContain(PHONE);
  });

  it('a phone, an @ and a tag typed into a name reach nobody', async () => {
    const { robots, run } = await newTeam([`甲方${PHONE}`, '乙<at user_id=all></at>@all']);
    await run('check --notify');
    const said = JSON.stringify(robots.heard);
    expect(said).not.toContain(PHONE);
    expect(said).toContain('甲方138****0000');
    for (const { robot, text } of robots.heard) if (robot !== 'webhook') expect(text).not.toMatch(/<at|@all/);
  });

  it('sends each finding once per level, and again when it is worse or came back', async () => {
    const { robots, run, env } = await newTeam();
    const ding = only(env, 'DINGTALK');
    await run('check --notify', ding);
    expect((await run('check --notify', ding)).err).toBe('dingtalk: 没有新的要发\n');
    expect(robots.heard).toHaveLength(1);
    await run('check --notify --as-of 2026-05-21', ding);
    expect(robots.heard[1]?.text).toContain('严重 未跟进 甲方机械');
    expect(robots.heard).toHaveLength(2);
    // Another robot has been told nothing yet.
    await run('check --notify --as-of 2026-05-21', only(env, 'WECOM'));
    expect(robots.heard[2]).toMatchObject({ robot: 'wecom', accepted: true });
  });

  it('200 with an error in the body is tried three times, then exit 6; the findings are printed and sent the next time', async () => {
    const { robots, run, env } = await newTeam();
    const ding = only(env, 'DINGTALK');
    robots.misbehave('busy', 'busy', 'busy');
    const { code, out, err } = await run('check --notify --quiet', ding);
    expect(code).toBe(6);
    expect(out).toContain('甲方机械');
    expect(err).toBe('通知 dingtalk 没有送达: 错误码 -1: system busy。下次运行会再发\n');
    expect(robots.heard).toHaveLength(3);
    expect(await run('check --notify --quiet', ding)).toMatchObject({ code: 10, err: '' });
    expect(robots.heard.at(-1)).toMatchObject({ accepted: true });
    expect(robots.heard).toHaveLength(4);
  });

  it.each([['busy'], ['http500']] as const)('%s once is made good by the second try', async (mood) => {
    const { robots, run, env } = await newTeam();
    robots.misbehave(mood);
    expect(await run('check --notify', only(env, 'FEISHU'))).toMatchObject({ code: 10 });
    expect(robots.heard.map(({ accepted }) => accepted)).toEqual([false, true]);
  });

  it('a slow answer is waited for, and nothing is sent twice', async () => {
    const { robots, run, env } = await newTeam();
    robots.misbehave({ slow: 3000 });
    expect(await run('check --notify', only(env, 'WECOM'))).toMatchObject({ code: 10 });
    expect(robots.heard).toHaveLength(1);
  });

  it('a connection torn after the message may have arrived: exit 6, not repeated in this run', async () => {
    const { robots, run, env } = await newTeam();
    robots.misbehave('torn');
    const { code, err } = await run('check --notify', only(env, 'DINGTALK'));
    expect(code).toBe(6);
    expect(err).toContain('连不上');
    expect(robots.heard).toHaveLength(0);
  });

  it('a wrong secret is the robot’s word; neither secret nor token is printed', async () => {
    const { run, env } = await newTeam();
    const wrong = { ...only(env, 'DINGTALK'), FUNNEL_DINGTALK_SECRET: 'SECwrong' };
    const { code, out, err } = await run('check --notify --verbose', wrong);
    expect(code).toBe(6);
    expect(err).toContain('310000: sign not match');
    expect(`${out}${err}`).not.toMatch(/SECwrong|TOKEN1/);
  });

  it('an answer that repeats what was sent shows neither address, token nor secret', async () => {
    const address = { url: 'http://127.0.0.1:9/send?access_token=TOKEN1', secret: 'SECwrong' };
    const repeat = async (url: string) => ({
      status: 200,
      body: { errcode: 310000, errmsg: `no ${address.url} with SECwrong: ${url}` },
    });
    const problem = await deliver(repeat, DINGTALK, address, { text: '', accounts: [] }, { now: () => NOW });
    expect(problem?.zh).toContain('错误码 310000: no *** with ***: ***');
    expect(JSON.stringify(problem)).not.toMatch(/SECwrong|TOKEN1|127/);
  });

  it('nobody there, no channel at all, an address that is none: exit 6, said without the value', async () => {
    const { run } = await newTeam();
    const gone = await run('check --notify', { FUNNEL_WECOM_URL: 'http://127.0.0.1:9/wecom?key=TOKEN3' });
    expect(gone).toMatchObject({ code: 6 });
    expect(gone.err).toContain('通知 wecom 没有送达: 连不上(ECONNREFUSED)');
    const none = await run('check --notify', {});
    expect(none).toMatchObject({ code: 6 });
    expect(none.err).toContain('FUNNEL_DINGTALK_URL');
    const bad = await run('check --notify', { FUNNEL_FEISHU_URL: 'feishu TOKEN2' });
    expect(bad).toMatchObject({ code: 6 });
    expect(bad.err).toContain('FUNNEL_FEISHU_URL 不是 http(s) 网址');
    for (const { out, err } of [gone, none, bad]) {
      expect(out).toContain('甲方机械');
      expect(`${out}${err}`).not.toContain('TOKEN');
    }
  });

  it('an address that is none is said, exit 6; the others are told all the same', async () => {
    const { robots, run, env } = await newTeam();
    const { code, err } = await run('check --notify', { ...env, FUNNEL_DINGTALK_URL: 'dingtalk TOKEN1' });
    expect(code).toBe(6);
    expect(err).toContain('FUNNEL_DINGTALK_URL 不是 http(s) 网址(值不显示)');
    expect(err).not.toContain('TOKEN');
    expect(robots.heard.map(({ robot }) => robot)).toEqual(['feishu', 'wecom', 'webhook']);
  });

  it('a long text is split at the robot’s bytes, between deals, and each part is whole by itself', async () => {
    const leads = Array.from({ length: 20 }, (_, index) => `${'很长的客户名称'.repeat(7)}${index}有限公司`);
    const { robots, run, env } = await newTeam(leads);
    const { code, err } = await run('check --notify', only(env, 'WECOM'));
    expect(code).toBe(10);
    const texts = robots.heard.map(({ text }) => text);
    expect(texts.length).toBeGreaterThan(1);
    expect(err).toBe(`wecom: 已发 20 条(${texts.length} 条消息)\n`);
    for (const [index, text] of texts.entries()) {
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2048);
      const lines = text.split('\n');
      expect(lines[0]).toBe(`【销售漏斗】2026-05-15 逾期 20 (${index + 1}/${texts.length})`);
      expect(lines[1]).toBe('王芳:');
      for (const line of lines.slice(2)) expect(line).toMatch(/^逾期 首次接触 .+ L202605\d\d-0\d\d$/);
    }
    const ids = texts.flatMap((text) => text.match(/L202605\d\d-\d{3}/g) ?? []);
    expect(ids).toHaveLength(20);
    expect(new Set(ids).size).toBe(20);
  });

  it('where the second part fails the first is not sent again', async () => {
    const leads = Array.from({ length: 20 }, (_, index) => `${'很长的客户名称'.repeat(7)}${index}有限公司`);
    const { robots, run, env } = await newTeam(leads);
    robots.misbehave({ slow: 0 }, 'busy', 'busy', 'busy');
    const { code, err } = await run('check --notify', only(env, 'WECOM'));
    expect(code).toBe(6);
    expect(err).toMatch(/先发出了 \d+ 条/);
    await run('check --notify', only(env, 'WECOM'));
    const accepted = robots.heard.filter((each) => each.accepted).map(({ text }) => text);
    const ids = accepted.flatMap((text) => text.match(/L202605\d\d-\d{3}/g) ?? []);
    expect([...ids].sort()).toEqual([...new Set(ids)].sort());
    expect(ids).toHaveLength(20);
  });

  it('owners are called by the accounts of funnel.config.json, in each robot’s way', async () => {
    const { folder, robots, run } = await newTeam();
    const mentions = { 王芳: { dingtalk: 'user01', feishu: 'ou_01', wecom: 'wangfang' } };
    writeFileSync(join(folder, 'funnel.config.json'), JSON.stringify({ notify: { mentions } }));
    await run('check --notify');
    const [ding, feishu, wecom] = robots.heard;
    expect(ding?.body).toMatchObject({ at: { atUserIds: ['user01'], isAtAll: false } });
    expect(ding?.text).toContain('王芳 @user01:');
    expect(feishu?.text).toContain('王芳 <at user_id="ou_01"></at>:');
    expect(wecom?.body).toMatchObject({ text: { mentioned_list: ['wangfang'] } });
  });

  it('secrets may stand in a file, for cron; the environment wins', async () => {
    const { folder, robots, run, env } = await newTeam();
    writeFileSync(
      join(folder, 'funnel.secrets.env'),
      `FUNNEL_WECOM_URL=${env.FUNNEL_WECOM_URL}\nFUNNEL_WEBHOOK_URL=http://127.0.0.1:9/\n`,
    );
    writeFileSync(join(folder, 'funnel.config.json'), '{"notify": {"secrets": "funnel.secrets.env"}}');
    expect(await run('check --notify', only(env, 'WEBHOOK'))).toMatchObject({ code: 10 });
    expect(robots.heard.map(({ robot }) => robot)).toEqual(['wecom', 'webhook']);
    rmSync(join(folder, 'funnel.secrets.env'));
    const { code, err } = await run('check --notify', {});
    expect({ code, said: err.includes('funnel.secrets.env') }).toEqual({ code: 6, said: true });
  });

  it.each([
    ['{"notify": []}', 3, '"notify"'],
    ['{"notify": {"mentions": {"王芳": 1}}}', 6, 'notify.mentions'],
    ['{"notify": {"command": []}}', 6, 'notify.command'],
    ['{"notify": {"secrets": {}}}', 6, 'notify.secrets'],
  ])('%s in funnel.config.json: exit %i', async (text, code, says) => {
    const { folder, run } = await newTeam(['甲方机械']);
    writeFileSync(join(folder, 'funnel.config.json'), text);
    const ran = await run('check --notify', {});
    expect({ code: ran.code, says: ran.err.includes(says) }).toEqual({ code, says: true });
  });

  it('a command gets the JSON on its stdin; one that fails is exit 6', async () => {
    const { folder, run } = await newTeam();
    const program = join(folder, 'keep.mjs');
    writeFileSync(
      program,
      `import { readFileSync, writeFileSync } from 'node:fs';\nwriteFileSync(process.argv[2], readFileSync(0));\nprocess.exitCode = Number(process.argv[3]);\n`,
    );
    const tell = (code: number) =>
      writeFileSync(
        join(folder, 'funnel.config.json'),
        JSON.stringify({
          notify: { command: [process.execPath, program, join(folder, 'got.json'), String(code)] },
        }),
      );
    tell(3);
    const failed = await run('check --notify', {});
    expect(failed).toMatchObject({ code: 6 });
    expect(failed.err).toContain('以 3 结束');
    tell(0);
    expect(await run('check --notify', {})).toMatchObject({ code: 10 });
    const got = JSON.parse(readFileSync(join(folder, 'got.json'), 'utf8'));
    expect(got).toMatchObject({ asOf: '2026-05-15', counts: { overdue: 2 } });
    expect(got.findings).toHaveLength(2);
    writeFileSync(join(folder, 'funnel.config.json'), '{"notify": {"command": "/nowhere/at-all"}}');
    expect((await run('check --notify --as-of 2026-05-21', {})).err).toContain(
      '不能运行 /nowhere/at-all(ENOENT)',
    );
  });

  it('资料待补 go out once a week: on Monday, or the first working day of a week that begins with days off', async () => {
    const { robots, run, env } = await newTeam(['甲方机械']);
    const id = 'L20260511-001';
    const wecom = only(env, 'WECOM');
    await run(`log ${id} 打了电话谈了需求 --type 电话 --on 2026-05-12`);
    await run(`edit ${id} --set 销售负责人=`);
    await run(`advance ${id} --force --reason 测试 --on 2026-05-12`);
    await run('check --notify --as-of 2026-05-15', wecom);
    expect(robots.heard).toHaveLength(0);
    expect((await run('check --format chat --as-of 2026-05-15')).out).toBe('');
    await run('check --notify --as-of 2026-05-18', wecom);
    expect(robots.heard[0]?.text).toContain('资料待补 缺负责人');
    const chat = async (day: string) => (await run(`check --format chat --as-of ${day}`)).out;
    expect(await chat('2026-10-05')).not.toContain('资料待补');
    expect(await chat('2026-10-08')).toContain('资料待补');
    expect(await chat('2026-10-09')).not.toContain('资料待补');
  });

  it('--json keeps to one document, with what came of each channel', async () => {
    const { robots, run, env } = await newTeam();
    robots.misbehave('busy', 'busy', 'busy');
    const { code, out } = await run('check --notify --json', {
      ...only(env, 'DINGTALK'),
      ...only(env, 'WECOM'),
    });
    expect(code).toBe(6);
    expect(JSON.parse(out).notify).toEqual([
      { channel: 'dingtalk', messages: 0, findings: 0, error: '错误码 -1: system busy' },
      { channel: 'wecom', messages: 1, findings: 2, error: null },
    ]);
  });

  it('what cannot be remembered is said and fails nothing; a clean book tells nobody', async () => {
    const { folder, robots, run, env } = await newTeam();
    rmSync(join(folder, '.funnel'), { recursive: true });
    writeFileSync(join(folder, '.funnel'), '');
    const { code, err } = await run('check --notify --quiet', only(env, 'WECOM'));
    expect({ code, said: err.includes('没能记下发过什么') }).toEqual({ code: 10, said: true });
    const nothing = await run('check --notify --as-of 2026-05-11', only(env, 'WECOM'));
    expect(nothing.err).toBe('wecom: 没有新的要发\n');
    const clean = freshFolder();
    await runIn(clean, ['init']);
    expect(await runIn(clean, ['check', '--notify', '--quiet'], { env: only(env, 'WECOM') })).toEqual({
      code: 0,
      out: '',
      err: '',
    });
    expect(robots.heard).toHaveLength(1);
  });

  it('HTTPS_PROXY is asked for the tunnel, unless NO_PROXY excepts the host', async () => {
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => new Promise((resolve) => proxy.close(() => resolve())));
    const { port } = proxy.address() as AddressInfo;
    const { run } = await newTeam(['甲方机械']);
    const env = {
      FUNNEL_WECOM_URL: 'https://robot.invalid/wecom?key=K',
      HTTPS_PROXY: `http://127.0.0.1:${port}`,
    };
    expect(await run('check --notify', env)).toMatchObject({ code: 6 });
    expect(new Set(asked)).toEqual(new Set(['robot.invalid:443']));
    asked.length = 0;
    expect(await run('check --notify', { ...env, NO_PROXY: 'robot.invalid' })).toMatchObject({ code: 6 });
    expect(asked).toEqual([]);
  });
});

describe('which proxy', () => {
  const P = 'http://proxy:3128';
  it.each<[string, Record<string, string>, string | null, string]>([
    ['https://a.com/x', { HTTPS_PROXY: P }, P, 'named'],
    ['https://a.com/x', { https_proxy: P, HTTPS_PROXY: 'http://other' }, P, 'small letters first'],
    ['https://a.com/x', { HTTP_PROXY: P }, null, 'not the one for http'],
    ['http://a.com/x', { HTTP_PROXY: 'proxy:3128' }, P, 'written without http://'],
    ['https://a.com/x', { HTTPS_PROXY: P, NO_PROXY: 'a.com' }, null, 'the host'],
    ['https://r.a.com/x', { HTTPS_PROXY: P, NO_PROXY: 'b.com, .a.com' }, null, 'its domain'],
    ['https://r.a.com/x', { HTTPS_PROXY: P, no_proxy: 'a.com' }, null, 'its domain without a dot'],
    ['https://ra.com/x', { HTTPS_PROXY: P, NO_PROXY: 'a.com' }, P, 'another domain with the same end'],
    ['https://a.com/x', { HTTPS_PROXY: P, NO_PROXY: '*' }, null, 'every host'],
    ['https://a.com:8443/x', { HTTPS_PROXY: P, NO_PROXY: 'a.com:443' }, P, 'another port'],
    ['https://a.com/x', { HTTPS_PROXY: P, NO_PROXY: 'a.com:443' }, null, 'the port understood'],
    ['https://a.com/x', { HTTPS_PROXY: P, NO_PROXY: '' }, P, 'nobody excepted'],
  ])('%s with %j: %s (%s)', (url, env, proxy, _why) => {
    expect(proxyFor(url, env)).toBe(proxy);
  });
});

describe('a nightly run', () => {
  it('tells nobody anything on a day off of the team’s calendar', async () => {
    const { robots, run } = await newTeam();
    for (const day of ['2026-05-16', '2026-10-01'])
      expect(await run(`check --notify --nightly --as-of ${day}`)).toEqual({ code: 0, out: '', err: '' });
    expect(robots.heard).toHaveLength(0);
  });

  it('that cannot read the book says 检查未完成 and why to every channel, and ends as the failure does', async () => {
    const { folder, robots, run } = await newTeam();
    const [name = ''] = readdirSync(folder).filter((each) => each.endsWith('.xlsx'));
    writeFileSync(join(folder, name), 'no zip');
    const { code, err } = await run(`check --notify --nightly --file ${name}`);
    expect(code).toBe(3);
    expect(err).toMatch(/^检查未完成: /);
    expect(robots.heard.map(({ robot, accepted }) => `${robot} ${accepted}`)).toEqual([
      'dingtalk true',
      'feishu true',
      'wecom true',
      'webhook true',
    ]);
    expect(robots.heard[0]?.text).toMatch(/^【销售漏斗】检查未完成: /);
    expect(robots.heard[3]?.body).toMatchObject({ error: { message: robots.heard[0]?.text } });
  });

  it('never overlaps another one: the second is refused while the first still waits for a slow robot', async () => {
    const { robots, run, env } = await newTeam();
    robots.misbehave({ slow: 1500 });
    const first = run('check --notify', only(env, 'WECOM'));
    await new Promise((resolve) => setTimeout(resolve, 700));
    const second = await run('check --notify', only(env, 'WECOM'));
    expect({ code: second.code, said: second.err.includes('另一次检查') }).toEqual({ code: 5, said: true });
    expect(await run('check --nightly --quiet', {})).toMatchObject({ code: 5, out: '' });
    expect(await run('check --quiet', {})).toMatchObject({ code: 10 });
    expect(await first).toMatchObject({ code: 10 });
    expect(await run('check --notify', only(env, 'WECOM'))).toMatchObject({ code: 10 });
    expect(robots.heard).toHaveLength(1);
  });
});

describe('the pace', () => {
  it.each([
    [[], 0, 0],
    [[0, 1000], 2000, 0],
    [[0, 1000, 2000], 3000, 57_000],
    [[0, 1000, 2000], 61_000, 0],
    [[0, 1000, 2000, 60_000], 60_500, 500],
  ])('three a minute, sent at %j, now %i: wait %i ms', (sent, now, wait) => {
    expect(waitBefore(sent, 3, now)).toBe(wait);
  });
});
