/**
 * GB18030 bytes of a text; null where a character has none (a lone surrogate). Node decodes GB18030 and cannot encode it:
 * the table is the decoder's own, turned round, so that the two never disagree.
 */
export function encodeGb18030(text: string): Uint8Array | null {
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (point < 0x80) bytes.push(point);
    else if (point > 0xffff) bytes.push(...fourBytes(LINEAR_FROM + point - 0x10000));
    else {
      const code = codeOf(point);
      if (code === 0) return null;
      if (code < 0x10000) bytes.push(code >> 8, code & 0xff);
      else bytes.push(code >>> 24, (code >> 16) & 0xff, (code >> 8) & 0xff, code & 0xff);
    }
  }
  return Uint8Array.from(bytes);
}

/** Index of 0x90308130 among the four-byte forms: from there on they are U+10000 and what follows, in order. */
const LINEAR_FROM = (0x90 - 0x81) * 12_600;
/** The four-byte forms of the first plane lie before this index (0x8431A439 is the last). */
const FIRST_PLANE = 39_420;

/** Code by UTF-16 unit, 0: none; made when a character first needs it. */
let table: Uint32Array | null = null;

function codeOf(unit: number): number {
  table ??= buildTable();
  return table[unit] ?? 0;
}

function buildTable(): Uint32Array {
  const codes = new Uint32Array(0x10000);
  const twos: number[] = [];
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) if (trail !== 0x7f) twos.push((lead << 8) | trail);
  }
  const fours = Array.from({ length: FIRST_PLANE }, (_, index) =>
    fourBytes(index).reduce((code, byte) => code * 256 + byte, 0),
  );
  addCodes(codes, twos, 2);
  addCodes(codes, fours, 4);
  return codes;
}

/** Decodes all codes at once, one a line. Shorter forms come first and stay. */
function addCodes(codes: Uint32Array, all: readonly number[], length: 2 | 4): void {
  const bytes = Buffer.alloc(all.length * (length + 1), '\n');
  all.forEach((code, index) => {
    bytes.writeUIntBE(code, index * (length + 1), length);
  });
  const texts = new TextDecoder('gb18030', { ignoreBOM: true }).decode(bytes).split('\n');
  all.forEach((code, index) => {
    const text = texts[index] ?? '';
    const unit = text.charCodeAt(0);
    if (text.length === 1 && unit !== 0xfffd && unit >= 0x80 && codes[unit] === 0) codes[unit] = code;
  });
  // The sign for “unreadable” is a character too; what stands for it is known.
  if (length === 4) codes[0xfffd] = 0x8431a437;
}

function fourBytes(index: number): readonly number[] {
  return [
    0x81 + Math.floor(index / 12_600),
    0x30 + (Math.floor(index / 1260) % 10),
    0x81 + (Math.floor(index / 10) % 126),
    0x30 + (index % 10),
  ];
}
