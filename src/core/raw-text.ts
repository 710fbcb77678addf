/**
 * Texts as they lie in a file, UTF-8 in one piece: most rows of a big book are told from what is looked for by their bytes,
 * and only the few that may be it are decoded.
 */

/** Says of the text in bytes [from, to) that it may be what is looked for. False: decoded it would not be, for sure. */
export type Look = (bytes: Uint8Array, from: number, to: number) => boolean;

/** Bytes of which texts consist that width, case, blanks and normal forms leave as they are, but for capital letters. */
const LETTERS = tableOf(/[A-Za-z0-9]/);
const VISIBLE = tableOf(/[!-~]/);

/**
 * Whether a text may hold `wanted` once it is squeezed: half-width, in small letters, without blanks. `lettersOnly`:
 * without punctuation too. `wanted` is squeezed already.
 */
export function holds(wanted: string, lettersOnly = false): Look {
  const plain = lettersOnly ? LETTERS : VISIBLE;
  const [first = -1, ...rest] = utf8Of(wanted);
  const length = rest.length;
  if (wanted === '') return () => true;
  return (bytes, from, to) => {
    for (let at = from; at < to; ) {
      const byte = bytes[at] as number;
      if (byte === first || small(byte) === first) {
        let same = 0;
        while (same < length && at + same + 1 < to && small(bytes[at + same + 1] as number) === rest[same])
          same++;
        if (same === length) return true;
      }
      if (plain[byte] === 1) at++;
      else if (isPlainHan(bytes, at)) at += 3;
      else return true;
    }
    return false;
  };
}

/** A Chinese character from U+4E00 to U+9FFF, whole: nothing that is compared changes it. */
function isPlainHan(bytes: Uint8Array, at: number): boolean {
  const [lead, second, third] = [bytes[at] as number, bytes[at + 1] as number, bytes[at + 2] as number];
  const isLead = lead > 0xe4 ? lead <= 0xe9 : lead === 0xe4 && second >= 0xb8;
  return isLead && (second & 0xc0) === 0x80 && (third & 0xc0) === 0x80;
}

function small(byte: number): number {
  return byte >= 65 && byte <= 90 ? byte + 32 : byte;
}

/** A hash of a text that consists of visible ASCII; null for every other (and the empty) one, whose text must be decoded. */
export function hashBytes(bytes: Uint8Array, from: number, to: number): number | null {
  let hash = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    if (VISIBLE[byte] !== 1) return null;
    hash = Math.imul(hash ^ byte, 0x01000193) ^ (hash >>> 15);
  }
  return from < to ? hash : null;
}

/** The hash of a decoded text: the same where `hashBytes` gives one. */
export function hashText(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) ^ (hash >>> 15);
  return hash;
}

function utf8Of(text: string): readonly number[] {
  return Array.from(text, (char) => {
    const code = char.codePointAt(0) ?? 0;
    const tail = (shift: number) => 0x80 | ((code >> shift) & 0x3f);
    if (code < 0x80) return [code];
    if (code < 0x800) return [0xc0 | (code >> 6), tail(0)];
    if (code < 0x10000) return [0xe0 | (code >> 12), tail(6), tail(0)];
    return [0xf0 | (code >> 18), tail(12), tail(6), tail(0)];
  }).flat();
}

function tableOf(chars: RegExp): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) =>
    code < 128 && chars.test(String.fromCharCode(code)) ? 1 : 0,
  );
}
