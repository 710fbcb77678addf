import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdAt, joinBytes } from '../../src/storage/xlsx/joined-bytes.ts';

const pieces = fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 6 });

describe('bytes in pieces', () => {
  it('read as the same bytes in one piece (property)', () => {
    fc.assert(
      fc.property(pieces, fc.nat(60), fc.nat(60), (parts, start, end) => {
        const whole = Buffer.concat(parts);
        const joined = joinBytes(parts);
        expect(joined.length).toBe(whole.length);
        if (start <= end) expect(joined.subarray(start, end)).toEqual(whole.subarray(start, end));
        expect(joined.subarray(start)).toEqual(whole.subarray(start));
        if (start + 8 > whole.length) return;
        expect(joined.readUInt16LE(start)).toBe(whole.readUInt16LE(start));
        expect(joined.readUInt32LE(start)).toBe(whole.readUInt32LE(start));
        expect(joined.readBigUInt64LE(start)).toBe(whole.readBigUInt64LE(start));
      }),
    );
  });

  it('lend what lies in one of them, and copy nothing of it', () => {
    const [a, b] = [Buffer.from('abcdef'), Buffer.from('ghi')];
    const part = joinBytes([a, Buffer.alloc(0), b]).subarray(1, 5);
    expect([part.buffer, part.byteOffset]).toEqual([a.buffer, a.byteOffset + 1]);
  });

  it('are told from others wherever one byte differs', () => {
    const size = 600_000;
    const bytes = joinBytes([Buffer.alloc(1000, 1), Buffer.alloc(size, 2)]);
    const wanted = Buffer.alloc(size, 2);
    expect(holdAt(bytes, 1000, wanted)).toBe(true);
    expect(holdAt(bytes, 999, wanted)).toBe(false);
    expect(holdAt(bytes, 1001, wanted)).toBe(false);
    for (const at of [0, 262_143, 262_144, size - 1]) {
      const other = Buffer.from(wanted);
      other[at] = 3;
      expect(holdAt(bytes, 1000, other)).toBe(false);
    }
  });
});
