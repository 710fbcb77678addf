import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/storage/open.ts';
import { TEMPLATE_PATH } from '../../src/templates.ts';
import { freshFolder } from './support.ts';

describe('opening a path', () => {
  it('follows a link: named by the link, written at the target', async () => {
    const folder = freshFolder();
    copyFileSync(TEMPLATE_PATH, join(folder, 'real.xlsx'));
    symlinkSync('real.xlsx', join(folder, 'link.xlsx'));
    const store = await openStore(join(folder, 'link.xlsx'));
    expect([store.path, store.files]).toEqual([
      join(folder, 'link.xlsx'),
      [realpathSync(join(folder, 'real.xlsx'))],
    ]);
    expect(readdirSync(folder)).toHaveLength(2);
  });

  const bad: readonly {
    readonly why: string;
    readonly name: string;
    readonly lay?: (path: string) => void;
    readonly says: string;
  }[] = [
    { why: 'a missing file', name: 'x.xlsx', says: 'funnel init' },
    {
      why: 'a link that leads nowhere',
      name: 'x.xlsx',
      lay: (path) => symlinkSync('nowhere', path),
      says: 'funnel init',
    },
    { why: 'a link to itself', name: 'x.xlsx', lay: (path) => symlinkSync('x.xlsx', path), says: '循环' },
    { why: 'a folder', name: 'x.xlsx', lay: (path) => mkdirSync(path), says: '文件夹' },
    {
      why: 'a pipe, which is not waited on',
      name: 'x.xlsx',
      lay: (path) => spawnSync('sh', ['-c', `mkfifo "${path}"`]),
      says: '管道',
    },
    { why: 'a device', name: 'x.xlsx', lay: (path) => symlinkSync('/dev/zero', path), says: '管道或设备' },
    { why: 'an .xls', name: 'x.xls', lay: (path) => writeFileSync(path, ''), says: '另存为 .xlsx' },
    { why: 'an .xlsb', name: 'x.xlsb', lay: (path) => writeFileSync(path, ''), says: '另存为 .xlsx' },
    {
      why: 'another kind of file',
      name: 'x.txt',
      lay: (path) => writeFileSync(path, ''),
      says: '另存为 .xlsx',
    },
    { why: 'an empty file', name: 'x.xlsx', lay: (path) => writeFileSync(path, ''), says: 'x.xlsx' },
    {
      why: 'a sparse file of two gigabytes',
      name: 'x.xlsx',
      lay: (path) => {
        writeFileSync(path, '');
        truncateSync(path, 2 ** 31);
      },
      says: '256 MB',
    },
  ];
  for (const { why, name, lay, says } of bad) {
    it(`refuses ${why}`, async () => {
      const path = join(freshFolder(), name);
      lay?.(path);
      await expect(openStore(path)).rejects.toMatchObject({
        code: 'file',
        text: { zh: expect.stringContaining(says) },
        place: { file: path },
      });
    });
  }
});
