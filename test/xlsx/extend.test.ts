import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Patch } from '../../src/core/sheet.ts';
import { joinCrc } from '../../src/storage/xlsx/crc.ts';
import { type DeflateBlocks, findBlocks } from '../../src/storage/xlsx/deflate-blocks.ts';
import {
  findPoints,
  inflateBetween,
  inflateNoting,
  pointsOf,
  wantPoints,
} from '../../src/storage/xlsx/deflate-points.ts';
import {
  findStretches,
  isCopy,
  REACH,
  type StreamPoints,
  spliceStream,
} from '../../src/storage/xlsx/deflate-splice.ts';
import { findLastBlocks } from '../../src/storage/xlsx/deflate-tail.ts';
import { openPackage, readEntry } from '../../src/storage/xlsx/package.ts';
import { cellsOf, MAIN, makeBook, makeStyles, openBytes } from './make-book.ts';

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Letters that compress like a sheet does: in places well, in places hardly. */
function makeText(size: number, seed: number): Buffer {
  let state = seed * 2654435761;
  return Buffer.from({ length: size }).map((_, index) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 65 + (index % 3 === 0 ? (state >>> 24) % 26 : (index >> 7) % 26);
  }) as Buffer;
}

function applyEdits(raw: Buffer, edits: readonly Edit[], from = 0, to = raw.length): Buffer {
  let done = from;
  const pieces = edits.flatMap(({ start, end, text }) => {
    const piece = [raw.subarray(done, start), Buffer.from(text)];
    done = end;
    return piece;
  });
  return Buffer.concat([...pieces, raw.subarray(done, to)]);
}

/** The stream with edits, as the package editor makes it. */
function edited(packed: Buffer, raw: Buffer, edits: readonly Edit[]): Buffer {
  const blocks = findBlocks(packed);
  const changed = findStretches(blocks, edits).map((stretch) => ({
    stretch,
    content: applyEdits(
      raw,
      edits.filter(({ start, end }) => start >= stretch.start && end <= stretch.end),
      stretch.start,
      stretch.end,
    ),
  }));
  const { pieces, points, renewed } = spliceStream(packed, pointsIn(blocks, raw), changed);
  for (const piece of pieces) {
    if (piece.kind === 'copied')
      expect(isCopy(Buffer.concat(piece.bytes), 0, packed, piece.from, piece.to)).toBe(true);
  }
  const next = Buffer.concat(pieces.flatMap(({ bytes }) => [...bytes]));
  // Every point of the new stream is one, and what is new lies between two of them.
  const whole = applyEdits(raw, edits);
  for (let first = 0; first < points.crcs.length; first++) {
    const content = inflateBetween(next, points, first, first + 1);
    expect(content?.equals(whole.subarray(points.bytes[first], points.bytes[first + 1]))).toBe(true);
  }
  expect(renewed.every(({ first, behind }) => first < behind && behind <= points.crcs.length)).toBe(true);
  return next;
}

/** Every block of a stream as a point of it. */
function pointsIn({ bits, bytes }: DeflateBlocks, raw: Buffer): StreamPoints {
  const starts = bytes.slice(0, -1);
  return {
    bits,
    bytes,
    crcs: starts.map((at, index) => crc32(raw.subarray(at, bytes[index + 1]))),
    windows: starts.map((at) => (at === 0 ? null : raw.subarray(Math.max(0, at - REACH), at))),
  };
}

const editsIn = (size: number) =>
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: size }), fc.nat(60), fc.string({ maxLength: 80 })), {
      minLength: 1,
      maxLength: 3,
    })
    .map((list) => {
      let done = -1;
      return list
        .sort(([a], [b]) => a - b)
        .flatMap(([at, length, text]): Edit[] => {
          const start = Math.max(at, done + 1);
          const end = Math.min(size, start + length);
          if (start > size) return [];
          done = end;
          return [{ start, end, text }];
        });
    });

describe('a deflate stream of which only stretches are deflated anew', () => {
  it('inflates to the edited bytes, edit after edit (property)', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 10, 40_000, 300_000),
        fc.nat(1000),
        fc.constantFrom(0, 1, 6, 9),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(10_000),
        (size, seed, level, memLevel, _) => {
          let raw: Buffer = makeText(size, seed);
          let packed: Buffer = deflateRawSync(raw, { level, memLevel });
          for (const edits of fc.sample(editsIn(size), { numRuns: 3, seed })) {
            const fitting = edits.filter(({ end }) => end <= raw.length);
            packed = edited(packed, raw, fitting);
            raw = applyEdits(raw, fitting);
            expect(inflateRawSync(packed).equals(raw)).toBe(true);
            expect(findBlocks(packed).bytes.at(-1)).toBe(raw.length);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is told block by block, and refused where it is cut off', () => {
    const packed = deflateRawSync(makeText(200_000, 7));
    expect(findBlocks(packed).bits.length).toBeGreaterThan(2);
    expect(() => findBlocks(packed.subarray(0, packed.length - 9))).toThrow(RangeError);
  });

  it('is not walked through where it is mostly blocks that hold nothing: that would take minutes', () => {
    const empty = Buffer.from([0, 0, 0, 0xff, 0xff]);
    const stream = (count: number) =>
      Buffer.concat([...Array.from({ length: count }, () => empty), deflateRawSync(Buffer.from('x'))]);
    expect(inflateRawSync(stream(20_000)).toString()).toBe('x');
    expect(() => findBlocks(stream(20_000))).toThrow('too many blocks');
    expect(findBlocks(stream(500)).bytes.at(-1)).toBe(1);
  });
});

describe('the blocks at the end of a stream', () => {
  it.each([
    { level: 1, look: 40_000, why: 'quickly deflated' },
    { level: 6, look: 60_000, why: 'as most programs deflate' },
    { level: 9, look: 90_000, why: 'at the best level' },
    { level: 6, look: 1 << 20, why: 'all of the stream is looked at: from the first block on' },
  ])('are found without what comes before them: $why', ({ level, look }) => {
    for (const seed of [1, 2, 3]) {
      const raw = makeText(600_000, seed);
      const packed = deflateRawSync(raw, { level });
      const all = findBlocks(packed);
      const last = findLastBlocks(packed, look);
      const count = last?.bits.length ?? 0;
      expect(count).toBeGreaterThan(2);
      expect(last?.bits).toEqual(all.bits.slice(-count));
      const before = raw.length - (last?.bytes.at(-1) ?? 0);
      expect(last?.bytes.map((byte) => before + byte)).toEqual(all.bytes.slice(-count));
    }
  });

  it.each([
    { why: 'bytes that are no stream', bytes: makeText(50_000, 5) },
    { why: 'a stream that is cut off', bytes: deflateRawSync(makeText(100_000, 5)).subarray(0, -3) },
    {
      why: 'a stream with something behind it',
      bytes: Buffer.concat([deflateRawSync(makeText(100_000, 5)), Buffer.from('xy')]),
    },
    { why: 'blocks without codes of their own', bytes: deflateRawSync(makeText(100_000, 5), { level: 0 }) },
    { why: 'next to nothing', bytes: deflateRawSync(Buffer.from('x')) },
  ])('are not made up: $why', ({ bytes }) => {
    expect(findLastBlocks(bytes, 1 << 20)).toBeNull();
  });
});

describe('CRCs of joined bytes', () => {
  it('follow from each other (property)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.uint8Array({ maxLength: 400 }), (a, b) => {
        expect(joinCrc(crc32(a), crc32(b), b.length)).toBe(crc32(Buffer.concat([a, b])));
      }),
    );
  });
});

describe('a large worksheet', () => {
  const ROWS = 12_000;
  const rows = Array.from(
    { length: ROWS },
    (_, index) =>
      `<row r="${index + 1}" spans="1:4"><c r="A${index + 1}" t="s"><v>${index % 2}</v></c><c r="B${index + 1}" s="1"><v>${45000 + (index % 900)}</v></c><c r="C${index + 1}" t="inlineStr"><is><t>第${index + 1}行的内容,长短不一${'。'.repeat(index % 40)}</t></is></c></row>`,
  ).join('');
  const shape = (data: string) => ({
    sheets: {
      表: `<dimension ref="A1:C${ROWS}"/><sheetData>${data}</sheetData><autoFilter ref="A1:C${ROWS}"/>`,
    },
    styles: makeStyles(['', 'yyyy-mm-dd']),
    strings: `<sst xmlns="${MAIN}"><si><t>甲</t></si><si><t>乙</t></si></sst>`,
  });

  it('changes as the same edits change it when it is rewritten whole, write after write', async () => {
    let bytes = makeBook(shape(rows));
    // Array formulas are looked at as a whole: the same rows with one far away take the other way.
    const slow = makeBook(
      shape(rows.replace('<v>45300</v>', '<f t="array" ref="B301:B301">45300</f><v>45300</v>')),
    );
    expect(readEntry(openPackage('x', bytes), sheetOf(bytes)).length).toBeGreaterThan(1024 * 1024);
    let other = slow;
    for (const row of [6000, 2, 9500]) {
      const patches: readonly Patch[] = [
        { op: 'set', place: { sheet: '表', row, col: 3 }, input: { kind: 'text', text: `改了 ${row}` } },
        { op: 'append', sheet: '表', cells: new Map([[1, { kind: 'text', text: `新 ${row}` }]]) },
      ];
      [bytes, other] = (await Promise.all(
        [bytes, other].map(async (each) => {
          const store = await openBytes(each);
          await store.readPacked?.('表');
          const plan = await store.plan(patches);
          await store.verify(plan);
          const pieces = plan.files[0]?.pieces ?? [];
          if (each === bytes) expect(holdsStretchOf(each, pieces)).toBe(true);
          return Buffer.concat(pieces);
        }),
      )) as [Buffer, Buffer];
      const [now, whole] = [bytes, other].map((each) =>
        readEntry(openPackage('x', each), sheetOf(each)).toString(),
      );
      expect(now).toBe(whole?.replace('<f t="array" ref="B301:B301">45300</f>', ''));
    }
    const cells = await cellsOf(await openBytes(bytes), '表');
    expect(cells.C6000).toEqual({ kind: 'text', text: '改了 6000' });
    expect(cells[`A${ROWS + 3}`]).toEqual({ kind: 'text', text: '新 9500' });
  });

  it.each([
    { lost: 0, why: 'a cell that was there' },
    { lost: 1, why: 'the first cell of a new row' },
    { lost: 2, why: 'another cell of it' },
  ])('is not written where a cell changes that nobody meant to change: $why', async ({ lost }) => {
    const store = await openBytes(makeBook(shape(rows)));
    await store.readPacked?.('表');
    const text = (word: string) => ({ kind: 'text', text: word }) as const;
    const plan = await store.plan([
      { op: 'set', place: { sheet: '表', row: 7000, col: 3 }, input: text('改') },
      {
        op: 'append',
        sheet: '表',
        cells: new Map([
          [1, text('新')],
          [3, text('行')],
        ]),
      },
    ]);
    await store.verify(plan);
    expect(plan.changes).toHaveLength(3);
    (plan.changes as unknown[]).splice(lost, 1);
    await expect(store.verify(plan)).rejects.toThrow('is not what was intended');
  });

  it('is not written where what was rewritten does not read back', async () => {
    const bytes = makeBook(shape(rows));
    const store = await openBytes(bytes);
    await store.readPacked?.('表');
    const plan = await store.plan([
      { op: 'set', place: { sheet: '表', row: 7000, col: 3 }, input: { kind: 'text', text: '改' } },
    ]);
    const pieces = plan.files[0]?.pieces ?? [];
    // What is only copied lies where the old file's bytes do.
    const largest = pieces
      .filter(({ buffer }) => buffer !== bytes.buffer)
      .sort((a, b) => b.length - a.length)[0];
    if (!largest) throw new Error('no pieces');
    largest[largest.length >> 1] = (largest[largest.length >> 1] ?? 0) ^ 1;
    await expect(store.verify(plan)).rejects.toThrow();
  });
});

describe('a large worksheet to which rows are added', () => {
  const ROWS = 9000;
  const rows = Array.from({ length: ROWS }, (_, index) => {
    const text = makeText(700, index + 1).toString();
    return `<row r="${index + 1}"><c r="A${index + 1}"><v>${index}</v></c><c r="B${index + 1}" t="inlineStr"><is><t>${text}</t></is></c></row>`;
  }).join('');
  const bytes = makeBook({
    sheets: { 表: `<dimension ref="A1:B${ROWS}"/><sheetData>${rows}</sheetData>` },
  });
  const patchesOf = (row: number | null): readonly Patch[] => [
    ...(row === null
      ? []
      : [
          {
            op: 'set' as const,
            place: { sheet: '表', row, col: 2 },
            input: { kind: 'text' as const, text: `改了 ${row}` },
          },
        ]),
    { op: 'append', sheet: '表', cells: new Map([[2, { kind: 'text', text: '新' }]]) },
  ];

  it('is entered at its ends only, until something between them is wanted', async () => {
    const pkg = openPackage('x', bytes);
    const entry = pkg.entries.find(({ name }) => name.endsWith('sheet1.xml'));
    if (!entry) throw new Error('no sheet');
    const { size } = entry;
    const longest = () => {
      const at = pointsOf(entry)?.bytes ?? [];
      return Math.max(...at.slice(1).map((byte, index) => byte - (at[index] ?? 0)));
    };
    wantPoints(entry, 'ends');
    for await (const _ of inflateNoting(pkg, entry));
    expect(longest()).toBeGreaterThan(size / 2);
    const head = { start: 100, end: 200 };
    await findPoints(pkg, entry, [head, { start: size - 200, end: size - 100 }]);
    expect(longest()).toBeGreaterThan(size / 2);
    await findPoints(pkg, entry, [head, { start: size >> 1, end: (size >> 1) + 1 }]);
    expect(longest()).toBeLessThan(size / 4);
  });

  it.each([
    { row: null, why: 'only behind its last row' },
    { row: 3, why: 'and in a row at its beginning' },
    { row: ROWS - 2, why: 'and in one of its last rows' },
    { row: ROWS >> 1, why: 'and in a row between' },
  ])('changes as if it had been looked at as a whole: $why', async ({ row }) => {
    const made = await Promise.all(
      [true, false].map(async (isAppended) => {
        const store = await openBytes(bytes);
        await store.readPacked?.('表', isAppended);
        const plan = await store.plan(patchesOf(row));
        await store.verify(plan);
        const next = Buffer.concat(plan.files[0]?.pieces ?? []);
        expect(next.length).toBeLessThan(bytes.length * 1.1);
        return readEntry(openPackage('x', next), sheetOf(next)).toString();
      }),
    );
    expect(made[0]).toBe(made[1]);
    expect(made[0]).toContain('新</t>');
    if (row !== null) expect(made[0]).toContain(`改了 ${row}<`);
  });
});

/** Whether some of the new file is a stretch of the old sheet's stream, copied as it stands. */
function holdsStretchOf(old: Buffer, pieces: readonly Uint8Array[]): boolean {
  const { start, end } = sheetOf(old);
  return pieces.some(
    ({ buffer, byteOffset, length }) =>
      buffer === old.buffer &&
      byteOffset - old.byteOffset > start + 100 &&
      byteOffset - old.byteOffset + length < end + 1 &&
      length > 10_000,
  );
}

function sheetOf(bytes: Buffer) {
  const entry = openPackage('x', bytes).entries.find(({ name }) => name.endsWith('sheet1.xml'));
  if (!entry) throw new Error('no sheet');
  return entry;
}
