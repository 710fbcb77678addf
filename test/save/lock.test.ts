import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/failure.ts';
import { acquireLock, lockPath } from '../../src/storage/lock.ts';
import { withLock } from '../../src/storage/save.ts';
import { freshBook } from './support.ts';
import { testIo, writeText } from './write-text.ts';

const take = (book: string, more: { wait?: number; ignoreLock?: boolean; user?: string } = {}) =>
  acquireLock({
    book,
    files: [book],
    user: '王芳',
    wait: 0,
    ignoreLock: false,
    io: testIo(dirname(book)),
    ...more,
  });

/** A pid that no longer runs. */
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid;

/** Who this process says it is, for locks written by hand. */
async function ownerLike(book: string, more: Readonly<Record<string, unknown>>): Promise<string> {
  const release = await take(book);
  const owner = JSON.parse(readFileSync(lockPath(book), 'utf8'));
  await release();
  return JSON.stringify({ ...owner, token: 'another', ...more });
}

describe("funnel's own lock", () => {
  it('is made beside the real file, says who holds it, and goes without a trace', async () => {
    const { folder, book } = freshBook();
    const release = await take(book);
    const owner = JSON.parse(readFileSync(lockPath(book), 'utf8'));
    expect(owner).toMatchObject({
      user: '王芳',
      host: hostname(),
      pid: process.pid,
      time: '2026-11-23T02:00:00.000Z',
    });
    expect(readdirSync(folder)).toHaveLength(2);
    await release();
    expect(readdirSync(folder)).toEqual(['销售漏斗.xlsx']);
  });

  it('is refused while a living process holds it, naming who, and left to its holder', async () => {
    const { book } = freshBook();
    const release = await take(book, { user: '李强' });
    await expect(take(book)).rejects.toSatisfy(
      (error) => error instanceof Failure && error.code === 'busy' && error.text.zh.includes('李强'),
    );
    await expect(take(book, { ignoreLock: true })).rejects.toMatchObject({ code: 'busy' });
    await release();
    await (await take(book))();
  });

  it('is waited for', async () => {
    const { book } = freshBook();
    const release = await take(book);
    setTimeout(release, 300);
    await (await take(book, { wait: 5 }))();
  });

  it('lets one at a time write, each on what the other left', async () => {
    const { folder, book } = freshBook('0');
    const io = testIo(folder);
    let inside = 0;
    await Promise.all(
      Array.from({ length: 6 }, () =>
        withLock({ book, files: [book], wait: 10, ignoreLock: false, io }, async () => {
          expect(++inside).toBe(1);
          await new Promise((resolve) => setTimeout(resolve, 5));
          inside--;
        }),
      ),
    );
    expect(readdirSync(folder)).toEqual(['销售漏斗.xlsx']);
  });

  const found: readonly {
    readonly why: string;
    readonly owner: Readonly<Record<string, unknown>>;
    readonly taken: boolean;
    readonly ignored: boolean;
  }[] = [
    {
      why: 'a dead process of this host is succeeded',
      owner: { pid: deadPid() },
      taken: true,
      ignored: true,
    },
    {
      why: 'a process that only inherited the number is succeeded',
      owner: { started: '1' },
      taken: true,
      ignored: true,
    },
    { why: 'a living process of this host is not', owner: {}, taken: false, ignored: false },
    {
      why: 'another host is waited for, unless the user knows better',
      owner: { host: 'LAPTOP-7', pid: deadPid() },
      taken: false,
      ignored: true,
    },
    {
      why: 'another container of this host is like another host',
      owner: { space: 'pid:[1]', pid: deadPid() },
      taken: false,
      ignored: true,
    },
  ];
  for (const { why, owner, taken, ignored } of found) {
    it(why, async () => {
      const { folder, book } = freshBook();
      const text = await ownerLike(book, owner);
      for (const [ignoreLock, allowed] of [
        [false, taken],
        [true, ignored],
      ] as const) {
        writeFileSync(lockPath(book), text);
        const taking = take(book, { ignoreLock });
        if (allowed) await (await taking)();
        else await expect(taking).rejects.toMatchObject({ code: 'busy' });
        rmSync(lockPath(book), { force: true });
        expect(readdirSync(folder)).toEqual(['销售漏斗.xlsx']);
      }
    });
  }

  it('of many who find the same dead lock one succeeds it at a time', async () => {
    const { book } = freshBook();
    writeFileSync(lockPath(book), await ownerLike(book, { pid: deadPid() }));
    let inside = 0;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const release = await take(book, { wait: 10 });
        expect(++inside).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inside--;
        await release();
      }),
    );
  });

  it('a lock half written by a crash is named, and passed over when told to', async () => {
    const { book } = freshBook();
    writeFileSync(lockPath(book), '');
    await expect(take(book)).rejects.toMatchObject({ code: 'busy' });
    await (await take(book, { ignoreLock: true }))();
  });
});

/** Excel's owner file: the name in the system's code page in 55 bytes, then in UTF-16. */
function excelOwner(name: string): Buffer {
  const bytes = Buffer.alloc(165, 0x20);
  const narrow = Buffer.from(name.replace(/[^ -~]/g, '?'), 'latin1');
  bytes[0] = narrow.length;
  narrow.copy(bytes, 1);
  bytes.writeUInt16LE(name.length, 55);
  Buffer.from(name, 'utf16le').copy(bytes, 57);
  return bytes;
}

describe('the marks of office programs', () => {
  const marks: readonly {
    readonly why: string;
    readonly mark: string;
    readonly bytes: Buffer;
    readonly names: string;
  }[] = [
    { why: 'Excel', mark: '~$销售漏斗.xlsx', bytes: excelOwner('王小明'), names: '王小明' },
    {
      why: 'Excel, one character of the name cut',
      mark: '~$售漏斗.xlsx',
      bytes: excelOwner('Li Qiang'),
      names: 'Li Qiang',
    },
    { why: 'Excel, two characters cut', mark: '~$漏斗.xlsx', bytes: excelOwner('王芳'), names: '王芳' },
    {
      why: 'Excel that lets nobody read its mark',
      mark: '~$销售漏斗.xlsx',
      bytes: Buffer.alloc(0),
      names: 'Excel',
    },
    { why: 'WPS', mark: '.~销售漏斗.xlsx', bytes: excelOwner('赵磊'), names: '赵磊' },
    { why: 'WPS, cut', mark: '.~漏斗.xlsx', bytes: excelOwner('赵磊'), names: '赵磊' },
    {
      why: 'an old owner file with the code page only',
      mark: '~$销售漏斗.xlsx',
      bytes: Buffer.concat([Buffer.from([4, 0xcd, 0xf5, 0xb7, 0xbc]), Buffer.alloc(49, 0x20)]),
      names: '王芳',
    },
    {
      why: 'LibreOffice',
      mark: '.~lock.销售漏斗.xlsx#',
      bytes: Buffer.from(
        '张\\,敏,zhangmin,PC-03,23.11.2026 10:01,file:///home/zhangmin/.config/libreoffice/4;',
      ),
      names: '张,敏(PC-03)',
    },
    {
      why: 'LibreOffice without a full name',
      mark: '.~lock.销售漏斗.xlsx#',
      bytes: Buffer.from(',zhangmin,PC-03,23.11.2026 10:01,file:///x;'),
      names: 'zhangmin(PC-03)',
    },
  ];
  for (const { why, mark, bytes, names } of marks) {
    it(`${why}: nothing is written, and the user is named`, async () => {
      const { folder, book } = freshBook();
      writeFileSync(join(folder, mark), bytes);
      await expect(writeText(book, folder, 'new')).rejects.toSatisfy(
        (error) =>
          error instanceof Failure &&
          error.code === 'busy' &&
          error.text.zh.includes(names) &&
          error.text.zh.includes('--ignore-lock') &&
          error.text.zh.includes(mark),
      );
      expect(readFileSync(book, 'utf8')).toBe('old');
      expect(readdirSync(folder).sort()).toEqual([mark, basename(book)].sort());
      await (await take(book, { ignoreLock: true }))();
    });
  }

  it('a mark that goes away in time is no refusal', async () => {
    const { folder, book } = freshBook();
    const mark = join(folder, '~$销售漏斗.xlsx');
    writeFileSync(mark, excelOwner('王芳'));
    setTimeout(() => rmSync(mark), 300);
    await (await take(book, { wait: 5 }))();
  });

  it("a neighbour's mark is not ours, though our name cut is the neighbour's", async () => {
    const { folder, book } = freshBook();
    writeFileSync(join(folder, '漏斗.xlsx'), '');
    writeFileSync(join(folder, '~$漏斗.xlsx'), excelOwner('王芳'));
    await (await take(book))();
  });

  it('is looked for beside the real file, not beside a link to it', async () => {
    const { book } = freshBook();
    const { folder: other } = freshBook();
    symlinkSync(book, join(other, '链接.xlsx'));
    writeFileSync(join(dirname(book), '.~lock.销售漏斗.xlsx#'), ',a,b,c,d;');
    await expect(take(book)).rejects.toMatchObject({ code: 'busy' });
  });
});
