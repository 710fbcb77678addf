/** `_x000D_` → the character it stands for (ECMA-376 22.4.2.4, ST_Xstring); `_x005F_` is the underscore itself. */
export function decodeEscapes(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/**
 * Text as a cell stores it: what XML cannot hold (control characters, a carriage return, half a surrogate pair) becomes
 * `_xHHHH_`, and what already looks like that is guarded as `_x005F_x…_`.
 */
export function encodeEscapes(text: string): string {
  return text.replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_').replace(FORBIDDEN, escapeCharacter);
}

/** Control characters (C1 too), halves of surrogate pairs and the two non-characters. */
const FORBIDDEN = /(?![\t\n])\p{Cc}|\p{Cs}|[\uFFFE\uFFFF]/gu;

function escapeCharacter(char: string): string {
  return `_x${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;
}
