import { CODE_ORDER, type DeflateBlocks, startWalk, walkBlocks } from './deflate-blocks.ts';

/**
 * The blocks at the end of a raw deflate stream, found without what comes before them: positions as in `DeflateBlocks`, but
 * the bytes counted from the first of them. Null where the last `look` bytes of it do not show them. What is found reads as
 * blocks to the very end of the stream; whether it was meant so, the sum of what they inflate to must tell.
 */
export function findLastBlocks(packed: Uint8Array, look: number): DeflateBlocks | null {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length);
  const behind = (packed.length - HEADER) * 8;
  for (let bit = Math.max(0, packed.length - look) * 8; bit < behind; bit++) {
    if (!mayBeHeader(view, bit)) continue;
    const walk = startWalk(packed, bit);
    try {
      walkBlocks(walk, Number.POSITIVE_INFINITY);
    } catch (error) {
      if (error instanceof RangeError) continue;
      throw error;
    }
    if (Math.ceil((walk.bits.at(-1) ?? 0) / 8) === packed.length) return walk;
  }
  return null;
}

/** Bytes that the header of a block with codes of its own takes, and those that are looked at with it. */
const HEADER = 16;
/** All codes of seven bits: so much do those of a block's lengths fill, neither less nor more. */
const FULL = 128;

/** Whether a block with codes of its own may begin at a bit: its counts are possible, and the codes of its lengths complete. */
function mayBeHeader(view: DataView, bit: number): boolean {
  const held = view.getUint32(bit >>> 3, true) >>> (bit & 7);
  if (((held >>> 1) & 3) !== 2 || ((held >>> 3) & 31) > 29 || ((held >>> 8) & 31) > 29) return false;
  const count = ((held >>> 13) & 15) + 4;
  let filled = 0;
  for (let index = 0; index < count; index++) {
    const at = bit + 17 + 3 * index;
    const length = (view.getUint16(at >>> 3, true) >>> (at & 7)) & 7;
    if (length > 0) filled += FULL >>> length;
    if (filled > FULL) return false;
  }
  return filled === FULL && count <= CODE_ORDER.length;
}
