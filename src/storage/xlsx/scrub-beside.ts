import type { Patch } from '../../core/sheet.ts';
import { orNull } from './bad-file.ts';
import { openPart } from './context.ts';
import { partKey } from './package.ts';
import { isType, relationshipsOf } from './relationships.ts';
import type { Splice } from './rewrite.ts';
import { type Workbook, workbookPart } from './workbook.ts';
import {
  attributeOf,
  decodeXml,
  elementEnd,
  encodeXml,
  findClose,
  findTag,
  findTags,
  localName,
  prefixOf,
  rootTag,
  type Tag,
  tagsIn,
  writeTag,
  type XmlPart,
} from './xml.ts';

/** A part and what becomes of it. */
export interface ScrubbedPart {
  readonly part: XmlPart;
  readonly splices: readonly Splice[];
}

/**
 * What the workbook keeps of erased cells beside them: comments on the rows that `patches` write into lose their text,
 * and in what pivot tables and charts remember every text with one of `names` becomes a mask. Both are filled from the
 * cells again when the book is opened; pivot tables are asked to.
 */
export function scrubBeside(
  workbook: Workbook,
  patches: readonly Patch[],
  names: readonly string[],
): readonly ScrubbedPart[] {
  const masks = new Map<string, string>();
  const maskOf = (text: string) => {
    if (!names.some((name) => text.includes(name))) return null;
    const mask = masks.get(text) ?? `${MASK}-${masks.size + 1}`;
    masks.set(text, mask);
    return mask;
  };
  return [
    ...commentParts(workbook).map(({ sheet, part }) => ({
      part,
      splices: scrubComments(part, rowsOf(patches, sheet)),
    })),
    ...cacheParts(workbook).map((part) => ({ part, splices: scrubCache(part, maskOf) })),
  ];
}

/** Names of the parts that `scrubBeside` may change. */
export function partsBeside(workbook: Workbook): readonly string[] {
  return [...commentParts(workbook).map(({ part }) => part), ...cacheParts(workbook)].map(({ name }) => name);
}

const MASK = '已删除';

function rowsOf(patches: readonly Patch[], sheet: string): ReadonlySet<number> {
  return new Set(
    patches.flatMap((patch) => (patch.op === 'set' && patch.place.sheet === sheet ? patch.place.row : [])),
  );
}

/** Comments of both kinds. One that cannot be read is only copied; whether it names somebody is told afterwards. */
function commentParts(workbook: Workbook): readonly { readonly sheet: string; readonly part: XmlPart }[] {
  return workbook.sheets.flatMap((sheet) =>
    sheet.kind !== 'worksheet'
      ? []
      : relationshipsOf(workbook.pkg, sheet.part)
          .filter((each) => isType(each, 'comments') || isType(each, 'threadedComment'))
          .flatMap(({ part }) => {
            const opened = part === null ? null : orNull(() => openPart(workbook, part));
            return opened ? { sheet: sheet.name, part: opened } : [];
          }),
  );
}

function scrubComments(part: XmlPart, rows: ReadonlySet<number>): readonly Splice[] {
  return [...findTags(part, 'comment'), ...findTags(part, 'threadedComment')].flatMap((tag): Splice[] => {
    const row = Number(/\d+$/.exec(attributeOf(tag, 'ref') ?? '')?.[0]);
    if (!rows.has(row) || tag.selfClosed) return [];
    const end = elementEnd(part.masked, tag);
    const text = findTag(part, 'text', tag.end, end);
    const mask = encodeXml(part, MASK);
    const prefix = prefixOf(tag.name);
    const content = localName(tag.name) === 'comment' ? `<${prefix}t>${mask}</${prefix}t>` : mask;
    // Who is mentioned is known by the place in the text.
    const mentions = findTag(part, 'mentions', tag.end, end);
    return [
      ...(text ? replaceContent(part, text, content) : []),
      ...(mentions ? [{ start: mentions.start, end: elementEnd(part.masked, mentions), text: '' }] : []),
    ];
  });
}

function replaceContent(part: XmlPart, tag: Tag, text: string): Splice[] {
  if (tag.selfClosed) return [];
  const end = findClose(part.masked, tag.name, tag.end);
  return part.source.slice(tag.end, end) === text ? [] : [{ start: tag.end, end, text }];
}

const CACHES: ReadonlySet<string> = new Set(['pivotCacheDefinition', 'pivotCacheRecords', 'chartSpace']);

function cacheParts(workbook: Workbook): readonly XmlPart[] {
  const cells = [...workbook.sheets.map((each) => each.part), workbookPart(workbook, 'sharedStrings') ?? ''];
  const large = new Set(cells.map(partKey));
  return workbook.pkg.entries.flatMap(({ name }) => {
    if (!/\.xml$/i.test(name) || large.has(partKey(name))) return [];
    const part = orNull(() => openPart(workbook, name));
    return part && CACHES.has(localName(rootTag(part).name)) ? part : [];
  });
}

function scrubCache(part: XmlPart, maskOf: (text: string) => string | null): readonly Splice[] {
  const root = rootTag(part);
  const isChart = localName(root.name) === 'chartSpace';
  const splices = isChart ? scrubChart(part, maskOf) : scrubPivot(part, maskOf);
  if (localName(root.name) !== 'pivotCacheDefinition' || splices.length === 0) return splices;
  return [{ start: root.start, end: root.end, text: writeTag(root, { refreshOnLoad: '1' }) }, ...splices];
}

/** `<c:v>` of what a chart remembers, `<cx:pt>` in charts of the newer kind. */
function scrubChart(part: XmlPart, maskOf: (text: string) => string | null): readonly Splice[] {
  return [...findTags(part, 'v'), ...findTags(part, 'pt')].flatMap((tag) => {
    const text = part.masked.slice(tag.end, findClose(part.masked, tag.name, tag.end));
    const mask = tag.selfClosed || text.includes('<') ? null : maskOf(decodeXml(part, text));
    return mask === null ? [] : replaceContent(part, tag, encodeXml(part, mask));
  });
}

/** Attributes of items: `<s v="…"/>`, `<n v="…"/>`, and the least and greatest number of a field. */
function scrubPivot(part: XmlPart, maskOf: (text: string) => string | null): readonly Splice[] {
  return [...tagsIn(part)].flatMap((tag): Splice[] => {
    const name = localName(tag.name);
    const isNumber = name === 'n' || name === 'sharedItems';
    if (!isNumber && name !== 's') return [];
    const changes = ['v', 'minValue', 'maxValue'].flatMap((attribute) => {
      const mask = maskOf(decodeXml(part, attributeOf(tag, attribute) ?? ''));
      if (mask === null) return [];
      return [[attribute, isNumber ? mask.replace(/\D/g, '') : encodeXml(part, mask)] as const];
    });
    if (changes.length === 0) return [];
    return [{ start: tag.start, end: tag.end, text: writeTag(tag, Object.fromEntries(changes)) }];
  });
}
