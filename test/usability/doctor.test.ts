import { chmodSync, linkSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runIn } from '../transcripts/run-transcript.ts';

interface Found {
  readonly ok: boolean;
  readonly checks: readonly { readonly key: string; readonly status: string; readonly message: string }[];
}

describe('doctor', () => {
  let folder = '';
  const doctor = async (env: Readonly<Record<string, string>> = {}) => {
    const { code, out } = await runIn(folder, ['doctor', '--json'], { env });
    const { ok, checks }: Found = JSON.parse(out);
    return { code, ok, of: (key: string) => checks.find((check) => check.key === key) };
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'funnel-doctor-'));
    await runIn(folder, ['init', 'book.xlsx', '--sample']);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('says which workbook, why, who acts and what is known, and leaves nothing behind', async () => {
    const before = readdirSync(folder);
    const { code, ok, of } = await doctor();
    expect([code, ok]).toEqual([0, true]);
    expect(of('workbook')?.message).toContain('book.xlsx');
    expect(of('why')?.message).toContain('唯一');
    expect(of('user')).toMatchObject({ status: 'ok', message: '王芳(FUNNEL_USER),也是默认负责人' });
    expect(of('lock')?.status).toBe('ok');
    expect(of('calendar')).toMatchObject({ status: 'note', message: expect.stringContaining('缺 2027 年') });
    expect(readdirSync(folder)).toEqual(before);
  });

  it('names who pointed at the workbook', async () => {
    expect((await doctor({ FUNNEL_FILE: 'book.xlsx' })).of('why')?.message).toBe('由 FUNNEL_FILE 指定');
    writeFileSync(join(folder, 'funnel.config.json'), '{"file": "book.xlsx", "user": "外人"}');
    const { of } = await doctor({ FUNNEL_USER: '' });
    expect(of('why')?.message).toContain('funnel.config.json');
    expect(of('user')).toMatchObject({ status: 'note', message: expect.stringContaining('外人') });
  });

  it.each([
    { name: '~$book.xlsx', code: 5, key: 'lock', status: 'wrong', why: 'open in Excel' },
    { name: '.~lock.book.xlsx#', code: 5, key: 'lock', status: 'wrong', why: 'open in LibreOffice' },
    { name: 'book-冲突.xlsx', code: 0, key: 'copies', status: 'note', why: 'a conflict copy' },
  ])('$name beside it: $status ($why), exit code $code', async ({ name, code, key, status }) => {
    writeFileSync(join(folder, name), '');
    const found = await doctor();
    expect([found.code, found.of(key)?.status]).toEqual([code, status]);
  });

  it('notes a second name of the file and a file marked read-only', async () => {
    linkSync(join(folder, 'book.xlsx'), join(folder, 'other.bin'));
    chmodSync(join(folder, 'book.xlsx'), 0o444);
    const { code, of } = await doctor();
    expect([code, of('hard-links')?.status]).toEqual([0, 'note']);
    if (process.getuid?.() !== 0) expect(of('read-only')?.status).toBe('note');
  });

  it.each([
    { file: '没有.xlsx', code: 3, why: 'it is missing' },
    { file: 'broken.xlsx', code: 3, why: 'it is no workbook' },
  ])('$file: exit code $code, $why', async ({ file, code }) => {
    writeFileSync(join(folder, 'broken.xlsx'), 'x');
    const found = await doctor({ FUNNEL_FILE: file });
    expect([found.code, found.of('workbook')?.status]).toEqual([code, 'wrong']);
    expect(found.of('program')?.message).toContain('Node');
  });

  it.each([
    { env: {}, status: 'ok', message: '没有设', why: 'no robot is no fault' },
    {
      env: {
        FUNNEL_DINGTALK_URL: 'https://oapi.dingtalk.com/robot/send?access_token=t0k',
        FUNNEL_WECOM_URL: 'http://10.0.0.8/x',
      },
      status: 'ok',
      message: 'dingtalk、wecom',
      why: 'its own address, and a private server',
    },
    {
      env: { FUNNEL_FEISHU_URL: 'feishu t0k' },
      status: 'note',
      message: 'FUNNEL_FEISHU_URL 不是 http',
      why: 'no address',
    },
    {
      env: { FUNNEL_FEISHU_URL: 'https://oapi.dingtalk.com/robot/send?access_token=t0k' },
      status: 'note',
      message: '应写在 FUNNEL_DINGTALK_URL',
      why: 'the address of another robot',
    },
    {
      env: { FUNNEL_DINGTALK_SECRET: 't0k' },
      status: 'note',
      message: '没有 FUNNEL_DINGTALK_URL',
      why: 'a secret alone',
    },
    {
      env: { FUNNEL_WECOM_SECRET: 't0k' },
      status: 'note',
      message: '没有机器人读 FUNNEL_WECOM_SECRET:wecom 不加签',
      why: 'a secret for a robot that has none',
    },
    {
      env: { FUNNEL_DINGTLAK_URL: 'http://10.0.0.8/t0k' },
      status: 'note',
      message: '是不是 FUNNEL_DINGTALK_URL?',
      why: 'a slip in the name',
    },
  ])('robots: $why', async ({ env, status, message }) => {
    const { code, of } = await doctor(env);
    expect([code, of('robots')?.status]).toEqual([0, status]);
    expect(of('robots')?.message).toContain(message);
    expect(of('robots')?.message).not.toContain('t0k');
  });

  it.each([
    {
      notify: { mentions: { 王芳: 'wangfang', 王方: 'wf' } },
      message: '「王方」',
      why: 'a name with a slip',
    },
    { notify: { secrets: 'nowhere.env' }, message: '读不了', why: 'a file of secrets that is missing' },
    { notify: { mentions: ['王芳'] }, message: 'notify.mentions', why: 'what cannot be read' },
  ])('robots in funnel.config.json: $why is a note, not an error', async ({ notify, message }) => {
    writeFileSync(join(folder, 'funnel.config.json'), JSON.stringify({ notify }));
    const { code, of } = await doctor();
    expect([code, of('robots')?.status]).toEqual([0, 'note']);
    expect(of('robots')?.message).toContain(message);
  });

  it('two workbooks are a usage error, as for every command', async () => {
    await runIn(folder, ['init', 'second.xlsx']);
    expect((await doctor()).code).toBe(2);
  });
});
