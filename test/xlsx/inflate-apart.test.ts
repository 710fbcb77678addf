import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inflateNoting, pointsOf, wantPoints } from '../../src/storage/xlsx/deflate-points.ts';
import type { StreamPoints } from '../../src/storage/xlsx/deflate-splice.ts';
import {
  endInflater,
  inflateApart,
  startInflater,
  takeInflater,
} from '../../src/storage/xlsx/inflate-apart.ts';
import type { Wanted } from '../../src/storage/xlsx/note-points.ts';
import { openPackage, type Package, readEntry } from '../../src/storage/xlsx/package.ts';
import { bundleScript } from '../bundle.ts';
import { makeZip, type ZipPart } from './make-zip.ts';

const folder = mkdtempSync(join(tmpdir(), 'funnel-apart-'));
const script = join(folder, 'inflate-worker.cjs');

beforeAll(async () => {
  writeFileSync(script, await bundleScript('src/storage/xlsx/inflate-worker.ts'));
});
afterEach(endInflater);
afterAll(() => rmSync(folder, { recursive: true }));

/** Some nine megabytes that compress like a sheet, each line another one. */
const TEXT = Array.from(
  { length: 150_000 },
  (_, row) => `<row r="${row}"><c r="A${row}"><v>${(row * 7919) % 104729}</v></c></row>`,
).join('\n');

function makePackage(said: Partial<ZipPart> = {}, change: (bytes: Buffer) => void = () => {}): Package {
  const bytes = makeZip([
    { name: 'a.xml', content: TEXT, ...said },
    { name: 'b.xml', content: `${TEXT}<b/>` },
  ]);
  change(bytes);
  return openPackage('a.xlsx', bytes);
}

async function readApart(pkg: Package, index = 0, wanted?: Wanted) {
  const [inflater, entry] = [await takeInflater(script), pkg.entries[index]];
  if (!inflater || !entry) throw new Error('no thread');
  const pieces: Buffer[] = [];
  const reading = inflateApart(pkg, entry, inflater, wanted);
  for (;;) {
    const { done, value } = await reading.next();
    if (done) return { bytes: Buffer.concat(pieces), points: value };
    pieces.push(Buffer.from(value));
  }
}

/** A buffer that has travelled is an array of bytes. */
const plain = (points: StreamPoints | null) =>
  points && { ...points, windows: points.windows.map((window) => window && crc32(window)) };

describe('a thread that inflates', () => {
  it('gives what the program itself inflates, entry after entry', async () => {
    const pkg = makePackage();
    for (const index of [0, 1, 0]) {
      const { bytes } = await readApart(pkg, index);
      expect(bytes.equals(readEntry(pkg, pkg.entries[index] as never))).toBe(true);
    }
  });

  it.each(['all', 'ends'] as const)('notes the same points: %s', async (wanted) => {
    const pkg = makePackage();
    const { points } = await readApart(pkg, 0, wanted);
    await endInflater();
    const entry = pkg.entries[0] as never;
    wantPoints(entry, wanted);
    for await (const _ of inflateNoting(pkg, entry));
    expect(points?.bits.length).toBeGreaterThan(2);
    expect(plain(points)).toEqual(plain(pointsOf(entry)));
  });

  it.each([
    ['a sum that is wrong', makePackage({ crc: 1 }), 'checksum'],
    ['more bytes than the directory says', makePackage({ sizeSaid: 2_000_000 }), 'checksum'],
    ['fewer bytes than the directory says', makePackage({ sizeSaid: 20_000_000 }), 'checksum'],
    [
      'a stream that is damaged',
      makePackage({}, (bytes) => bytes.fill(0xff, 60_000, 60_400)),
      'decompressed',
    ],
  ])('refuses %s as the program does, and goes on with another file', async (_, pkg, message) => {
    const inside = async () => {
      for await (const _ of inflateNoting(pkg, pkg.entries[0] as never));
    };
    await expect(inside()).rejects.toThrow(message);
    await endInflater();
    await expect(readApart(pkg)).rejects.toThrow(message);
    expect((await readApart(makePackage())).bytes.toString()).toBe(TEXT);
  });

  it('is left alone by a second reader while it is taken, and by what follows a reading that was stopped', async () => {
    const pkg = makePackage();
    const inflater = await takeInflater(script);
    expect(await takeInflater(script)).toBeNull();
    const reading = inflateApart(pkg, pkg.entries[0] as never, inflater as never, undefined);
    await reading.next();
    await reading.return(null);
    expect((await readApart(pkg, 1)).bytes.toString()).toBe(`${TEXT}<b/>`);
  });

  it('gives pieces that are empty, not others, once the next one was asked for', async () => {
    const pkg = makePackage();
    const reading = inflateApart(
      pkg,
      pkg.entries[0] as never,
      (await takeInflater(script)) as never,
      undefined,
    );
    const { value: first } = await reading.next();
    await reading.next();
    expect((first as Buffer).length).toBe(0);
    await reading.return(null);
  });

  it('is not there where its script cannot be run, and the next one is', async () => {
    const broken = join(folder, 'broken.cjs');
    writeFileSync(broken, 'this is no script');
    expect(await takeInflater(broken)).toBeNull();
    expect((await readApart(makePackage())).bytes.toString()).toBe(TEXT);
  });

  it('is not taken once it has been ended', async () => {
    startInflater(script);
    const [, inflater] = await Promise.all([endInflater(), takeInflater(script)]);
    expect(inflater).toBeNull();
    expect((await readApart(makePackage())).bytes.toString()).toBe(TEXT);
  });

  it('says that it has ended in the middle of a stream', async () => {
    const pkg = makePackage();
    const inflater = await takeInflater(script);
    const reading = inflateApart(pkg, pkg.entries[0] as never, inflater as never, undefined);
    await reading.next();
    inflater?.end();
    await expect(
      (async () => {
        while (!(await reading.next()).done);
      })(),
    ).rejects.toThrow('has ended');
  });

  it('is not there where its script is not', async () => {
    expect(await takeInflater(join(folder, 'none.cjs'))).toBeNull();
  });
});
