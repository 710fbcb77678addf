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

  it('two workbooks are a usage error, as for every command', async () => {
    await runIn(folder, ['init', 'second.xlsx']);
    expect((await doctor()).code).toBe(2);
  });
});
