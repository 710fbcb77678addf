/** Bytes that need not lie in one piece: what a package is read from. A `Buffer` is such. */
export type Bytes = Pick<Buffer, 'length' | 'subarray' | 'readUInt16LE' | 'readUInt32LE' | 'readBigUInt64LE'>;

/** Pieces as if they were joined: what lies in one of them is lent, only what reaches over several is copied. */
export function joinBytes(pieces: readonly Uint8Array[]): Bytes {
  const buffers = pieces.map(({ buffer, byteOffset, length }) => Buffer.from(buffer, byteOffset, length));
  const starts: number[] = [];
  let total = 0;
  for (const { length } of buffers) {
    starts.push(total);
    total += length;
  }
  const subarray = (start = 0, end = total): Buffer => {
    const to = Math.min(end, total);
    const found: Buffer[] = [];
    // The first piece that begins behind the start follows the one that holds it.
    let index = Math.max(0, firstBehind(starts, start) - 1);
    for (; index < buffers.length && (starts[index] ?? 0) < to; index++) {
      const from = starts[index] ?? 0;
      const part = buffers[index]?.subarray(Math.max(0, start - from), to - from);
      if (part && part.length > 0) found.push(part);
    }
    return found.length === 1 && found[0] ? found[0] : Buffer.concat(found);
  };
  return {
    length: total,
    subarray,
    readUInt16LE: (at = 0) => subarray(at, at + 2).readUInt16LE(),
    readUInt32LE: (at = 0) => subarray(at, at + 4).readUInt32LE(),
    readBigUInt64LE: (at = 0) => subarray(at, at + 8).readBigUInt64LE(),
  };
}

/** Whether `bytes` hold `wanted` from a place on; looked at in stretches, so that no large one is copied. */
export function holdAt(bytes: Bytes, at: number, wanted: Uint8Array): boolean {
  for (let done = 0; done < wanted.length; done += STRETCH) {
    const part = wanted.subarray(done, done + STRETCH);
    if (Buffer.compare(bytes.subarray(at + done, at + done + part.length), part) !== 0) return false;
  }
  return true;
}

const STRETCH = 256 * 1024;

/** Index of the first of ascending numbers above `value`. */
function firstBehind(numbers: readonly number[], value: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
