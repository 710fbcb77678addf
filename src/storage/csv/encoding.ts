import { encodeGb18030 } from './gb18030.ts';

/** How a CSV file's text is stored. UTF-16 is known by its BOM only. */
export type CsvEncoding = 'utf-8' | 'gb18030' | 'utf-16le' | 'utf-16be';

/** What a file is written in, and where its text begins. */
export interface DetectedEncoding {
  readonly encoding: CsvEncoding;
  /** Bytes of the BOM: 0 where there is none. */
  readonly bom: 0 | 2 | 3;
  /** Offset of the first byte that is no text in that encoding; null where all of it is. */
  readonly badAt: number | null;
}

/**
 * BOM, else valid UTF-8, else GB18030 (what Chinese Excel saves). A file that is neither is called what it holds more of
 * from its beginning, and so is a UTF-8 file with one broken byte: GB18030 would take it for other characters.
 */
export function detectEncoding(bytes: Uint8Array): DetectedEncoding {
  for (const { encoding, mark } of BOMS) {
    if (!mark.every((byte, index) => bytes[index] === byte)) continue;
    return { encoding, bom: mark.length === 3 ? 3 : 2, badAt: findBad(encoding, bytes, mark.length) };
  }
  const badUtf8 = findBad('utf-8', bytes, 0);
  if (badUtf8 === null) return { encoding: 'utf-8', bom: 0, badAt: null };
  const badGb = findBad('gb18030', bytes, 0);
  const isUtf8 = looksLikeUtf8(bytes, badUtf8) || (badGb !== null && badGb < badUtf8);
  return isUtf8
    ? { encoding: 'utf-8', bom: 0, badAt: badUtf8 }
    : { encoding: 'gb18030', bom: 0, badAt: badGb };
}

/** The text of bytes that have been found to be valid. A BOM in mid-text is a character like others. */
export function decodeText(encoding: CsvEncoding, bytes: Uint8Array): string {
  return DECODERS[encoding].decode(bytes);
}

/** The bytes of a text; null where the encoding has no bytes for one of its characters (a lone surrogate has none). */
export function encodeText(encoding: CsvEncoding, text: string): Uint8Array | null {
  if (/[^\0-\x7F]/.test(text)) {
    if (encoding === 'gb18030') return encodeGb18030(text);
    if (/\p{Surrogate}/u.test(text)) return null;
  }
  if (encoding === 'utf-16be') return Buffer.from(text, 'utf16le').swap16();
  return Buffer.from(text, encoding === 'utf-16le' ? 'utf16le' : 'utf8');
}

const BOMS: readonly { readonly encoding: CsvEncoding; readonly mark: readonly number[] }[] = [
  { encoding: 'utf-8', mark: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', mark: [0xff, 0xfe] },
  { encoding: 'utf-16be', mark: [0xfe, 0xff] },
];

// TextDecoder drops a BOM unless told not to, and puts U+FFFD in place of what it cannot read unless told to refuse it.
const STRICT = { fatal: true, ignoreBOM: true };
const DECODERS = {
  'utf-8': new TextDecoder('utf-8', STRICT),
  gb18030: new TextDecoder('gb18030', STRICT),
  'utf-16le': new TextDecoder('utf-16le', STRICT),
  'utf-16be': new TextDecoder('utf-16be', STRICT),
} as const satisfies Readonly<Record<CsvEncoding, unknown>>;

/** TextDecoder names no position: it is found by halving. */
function findBad(encoding: CsvEncoding, bytes: Uint8Array, from: number): number | null {
  if (isText(encoding, bytes.subarray(from), false)) return null;
  let [good, bad] = [from, bytes.length];
  while (good < bad) {
    const middle = Math.ceil((good + bad) / 2);
    // As a beginning: an unfinished character at its end is no fault yet.
    if (isText(encoding, bytes.subarray(from, middle), true)) good = middle;
    else bad = middle - 1;
  }
  return startOfCharacter(encoding, bytes, from, good);
}

function isText(encoding: CsvEncoding, bytes: Uint8Array, stream: boolean): boolean {
  try {
    new TextDecoder(encoding, STRICT).decode(bytes, { stream });
    return true;
  } catch {
    return false;
  }
}

/** Back from the longest beginning that is no fault yet to where its unfinished character begins. */
function startOfCharacter(encoding: CsvEncoding, bytes: Uint8Array, from: number, end: number): number {
  for (let at = end; at > Math.max(from, end - 4); at--) {
    if (isText(encoding, bytes.subarray(from, at), false)) return at;
  }
  return Math.max(from, end - 4);
}

/** Four Chinese characters in a row of bytes that are GB18030 are well-formed UTF-8 by chance in one file of millions. */
function looksLikeUtf8(bytes: Uint8Array, end: number): boolean {
  let threes = 0;
  for (let at = 0; at < end && threes < 4; at++) if (((bytes[at] ?? 0) & 0xf0) === 0xe0) threes++;
  return threes === 4;
}
