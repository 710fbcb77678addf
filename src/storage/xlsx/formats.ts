import { attributeOf, decodeXml, elementEnd, findTag, findTags, type XmlPart } from './xml.ts';

/** How a number shows, as far as reading it needs to know. */
export type NumberFormat = 'plain' | 'date' | 'percent';

/** The number formats of a workbook, by cell style (`s`). */
export interface Formats {
  formatOf(style: number): NumberFormat;
}

/** Without a styles part every number is plain. */
export const NO_FORMATS: Formats = { formatOf: () => 'plain' };

/** Reads the number formats of a styles part. */
export function readFormats(styles: XmlPart): Formats {
  const codes = new Map<number, NumberFormat>();
  for (const tag of findTags(styles, 'numFmt', 0, sectionEnd(styles, 'numFmts'))) {
    const code = decodeXml(styles, attributeOf(tag, 'formatCode') ?? '');
    codes.set(Number(attributeOf(tag, 'numFmtId')), formatOfCode(code));
  }
  const list = findTag(styles, 'cellXfs');
  const xfs = list ? findTags(styles, 'xf', list.end, elementEnd(styles.masked, list)) : [];
  const formats = xfs.map((tag) => {
    const id = Number(attributeOf(tag, 'numFmtId') ?? 0);
    return codes.get(id) ?? builtInFormat(id);
  });
  return { formatOf: (style) => formats[style] ?? 'plain' };
}

/** What a format code shows: colours, conditions, locales, literals, fillers and the sections after the first are skipped. */
export function formatOfCode(code: string): NumberFormat {
  // Elapsed times ([h]:mm) count as dates; every other bracket is a colour, a condition or a locale.
  const bare = code
    .replace(/"[^"]*"?/g, '')
    .replace(/[\\_*]./gu, '')
    .replace(/\[(?!(?:h+|m+|s+)\])[^\]]*\]/gi, '');
  const section = bare.split(';')[0] ?? '';
  if (/general/i.test(section)) return 'plain';
  if (/[ymdhs]/i.test(section)) return 'date';
  return section.includes('%') ? 'percent' : 'plain';
}

/** ECMA-376 18.8.30; 27–36 and 50–58 are dates in the Chinese, Japanese and Korean editions. */
function builtInFormat(id: number): NumberFormat {
  if ((id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58)) {
    return 'date';
  }
  return id === 9 || id === 10 ? 'percent' : 'plain';
}

/** The end of a section of the part: 0 where it has none, so that nothing is found in it. */
function sectionEnd(styles: XmlPart, name: string): number {
  const tag = findTag(styles, name);
  return tag ? elementEnd(styles.masked, tag) : 0;
}
