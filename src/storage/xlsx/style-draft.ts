import { type Formats, type NumberFormat, readFormats } from './formats.ts';
import type { Splice } from './rewrite.ts';
import {
  attributeOf,
  decodeXml,
  elementEnd,
  encodeXml,
  findClose,
  findTag,
  findTags,
  prefixOf,
  readTag,
  rootTag,
  writeTag,
  type XmlPart,
} from './xml.ts';

/** Formats a plan may need where the book's style shows none. */
type AddedFormat = Exclude<NumberFormat, 'plain'>;

/** The styles of a workbook with those a plan adds. */
export interface StyleDraft extends Formats {
  /** A style that shows a date or a percentage and is otherwise like `base`; null where the workbook's styles cannot take one. */
  styleWith(format: AddedFormat, base: number): number | null;
  splices(): readonly Splice[];
}

/** The code each is written as, and how the book may have it. */
const CODES: Readonly<Record<AddedFormat, readonly [string, ...string[]]>> = {
  date: ['yyyy\\-mm\\-dd', 'yyyy-mm-dd'],
  percent: ['0.0%'],
};

/** Opens a styles part for additions. Existing styles are never changed. */
export function openStyles(xml: XmlPart): StyleDraft {
  const formats = readFormats(xml);
  const list = findTag(xml, 'cellXfs');
  const xfs = list
    ? findTags(xml, 'xf', list.end, elementEnd(xml.masked, list)).map((tag) =>
        xml.source.slice(tag.start, elementEnd(xml.masked, tag)),
      )
    : [];
  const added: string[] = [];
  const made = new Map<number, AddedFormat>();
  const codes = numberCodes(xml);
  const formatOf: Formats['formatOf'] = (style) => made.get(style) ?? formats.formatOf(style);
  return {
    formatOf,
    styleWith(format, base) {
      if (formatOf(base) === format) return base;
      const model = xfs[base] ?? added[base - xfs.length];
      if (!list || list.selfClosed || model === undefined) return null;
      const old = readTag(model, 0);
      const tag = writeTag(old, {
        numFmtId: String(codes.idOf(format)),
        applyNumberFormat: '1',
        quotePrefix: null,
      });
      const wanted = tag + model.slice(old.end);
      const known = [...xfs, ...added].indexOf(wanted);
      const style = known >= 0 ? known : xfs.length + added.push(wanted) - 1;
      made.set(style, format);
      return style;
    },
    splices() {
      if (!list || added.length === 0) return [];
      const close = findClose(xml.masked, list.name, list.end);
      return [
        ...codes.splices(),
        {
          start: list.start,
          end: list.end,
          text: writeTag(list, { count: String(xfs.length + added.length) }),
        },
        { start: close, end: close, text: added.join('') },
      ];
    },
  };
}

/** The numbers of the workbook's own format codes; one that it lacks gets a number and is added. */
function numberCodes(xml: XmlPart) {
  const list = findTag(xml, 'numFmts');
  const known = list ? findTags(xml, 'numFmt', list.end, elementEnd(xml.masked, list)) : [];
  const ids = known.map((tag) => Number(attributeOf(tag, 'numFmtId') ?? 0));
  const added: AddedFormat[] = [];
  const first = Math.max(163, ...ids) + 1;
  return {
    idOf(format: AddedFormat): number {
      const same = known.findIndex((tag) =>
        CODES[format].includes(decodeXml(xml, attributeOf(tag, 'formatCode') ?? '').toLowerCase()),
      );
      if (same >= 0) return ids[same] ?? 0;
      if (!added.includes(format)) added.push(format);
      return first + added.indexOf(format);
    },
    splices(): readonly Splice[] {
      if (added.length === 0) return [];
      const root = rootTag(xml);
      const prefix = prefixOf(root.name);
      const codes = added
        .map((format, index) => {
          const code = encodeXml(xml, CODES[format][0]);
          return `<${prefix}numFmt numFmtId="${first + index}" formatCode="${code}"/>`;
        })
        .join('');
      const count = String(known.length + added.length);
      if (!list || list.selfClosed) {
        // numFmts is the first child of styleSheet.
        const at = list ?? { start: root.end, end: root.end };
        const text = `<${prefix}numFmts count="${count}">${codes}</${prefix}numFmts>`;
        return [{ start: at.start, end: at.end, text }];
      }
      const close = findClose(xml.masked, list.name, list.end);
      return [
        { start: list.start, end: list.end, text: writeTag(list, { count }) },
        { start: close, end: close, text: codes },
      ];
    },
  };
}
