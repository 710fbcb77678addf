import { readEntries } from '../xlsx/compare.ts';
import { makeZip, type ZipPart } from '../xlsx/make-zip.ts';

type Random = () => number;

/** What breaks parsers: markup, quotes, numbers at their limits, names that JavaScript knows. */
const TOKENS = [
  ...[
    '<',
    '>',
    '</',
    '/>',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?',
    '?>',
    '&',
    '&#x0;',
    '&#xFFFFFF;',
    '"',
    "'",
    '=',
    ' ',
  ],
  ...[
    '</row>',
    '<row>',
    '<row r="0"/>',
    '</c>',
    '<c>',
    '<v>',
    '</v>',
    '<f>',
    '</sheetData>',
    '<sheetData/>',
    '<x:row>',
  ],
  ...[
    '-1',
    '0',
    '1e999',
    'NaN',
    '99999999999999999999',
    '1048576',
    '16385',
    'XFD1048576',
    'A0',
    '$',
    ':',
    '!',
  ],
  ...[
    '__proto__',
    'constructor',
    '_x000D_',
    '_x005F_',
    '\0',
    '\u001b[31m',
    '\u202e',
    '\uFEFF',
    '\uFFFE',
    '=1+1',
    '2026-02-30',
  ],
  ...[
    ' t="s"',
    ' t="d"',
    ' t="b"',
    ' s="999"',
    ' r="A1"',
    ' xmlns="x"',
    ' ref="A1:B"',
    '线索获取',
    ',',
    ';',
    '\t',
    '\r',
    '\n',
    '""',
  ],
];

/** A workbook with one to three faults in one of its parts or in the zip around them. */
export function mutateBook(book: Buffer, random: Random): Buffer {
  if (random() < 0.35) return mutateBytes(book, random);
  const parts = readEntries(book).map(({ name, content }): ZipPart => ({ name, content }));
  const wanted = Math.floor(random() * parts.length);
  return makeZip(
    parts.flatMap((part, index) => {
      if (index !== wanted) return [part];
      if (random() < 0.04) return [];
      if (random() < 0.04) return [part, part];
      return [{ ...part, content: mutateText(Buffer.from(part.content), random) }];
    }),
  );
}

/** A file with bytes flipped, cut out, doubled or zeroed. */
export function mutateBytes(file: Buffer, random: Random): Buffer {
  let bytes = Buffer.from(file);
  for (let rounds = 1 + Math.floor(random() * 3); rounds > 0 && bytes.length > 0; rounds--) {
    const at = Math.floor(random() * bytes.length);
    const length = Math.floor(random() ** 4 * 400) + 1;
    const kind = random();
    if (kind < 0.4) bytes[at] = Math.floor(random() * 256);
    else if (kind < 0.6) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    else if (kind < 0.75) bytes.fill(random() < 0.5 ? 0 : 255, at, Math.min(at + length, bytes.length));
    else if (kind < 0.9) bytes = Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    else bytes = bytes.subarray(0, at);
  }
  return bytes;
}

/** A text with tokens put in, and stretches between tags or line ends taken out, doubled or swapped. */
export function mutateText(content: Buffer, random: Random): Buffer {
  let text = content.toString('latin1');
  for (let rounds = 1 + Math.floor(random() * 3); rounds > 0; rounds--) {
    const pieces = text.split(/(?=[<\n,])/);
    const at = Math.floor(random() * pieces.length);
    const token = Buffer.from(TOKENS[Math.floor(random() * TOKENS.length)] ?? '').toString('latin1');
    const piece = pieces[at] ?? '';
    const within = Math.floor(random() * (piece.length + 1));
    const kind = random();
    if (kind < 0.35) pieces[at] = piece.slice(0, within) + token + piece.slice(within);
    else if (kind < 0.5)
      pieces[at] = piece.replace(/"[^"]*"|\d+/, (value) =>
        value.startsWith('"') ? `"${token.replaceAll('"', '')}"` : token,
      );
    else if (kind < 0.7) pieces.splice(at, 1 + Math.floor(random() ** 3 * 20));
    else if (kind < 0.85) pieces.splice(at, 0, ...pieces.slice(at, at + 1 + Math.floor(random() ** 3 * 20)));
    else if (kind < 0.95) pieces.splice(Math.floor(random() * pieces.length), 0, ...pieces.splice(at, 1));
    else pieces.length = at;
    text = pieces.join('');
  }
  return Buffer.from(text, 'latin1');
}
