import type { Formats } from './formats.ts';
import { readFormats } from './formats.ts';
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
  rootTag,
  writeTag,
  type XmlPart,
} from './xml.ts';

/** The styles of a workbook with those a plan adds. */
export interface StyleDraft extends Formats {
  /** A style that shows a date and is otherwise like `base`; null where the workbook's styles cannot take one. */
  dateStyle(base: number): number | null;
  splices(): readonly Splice[];
}

const DATE_CODE = 'yyyy\\-mm\\-dd';

/** Opens a styles part for additions. Existing styles are never changed. */
export function openStyles(xml: XmlPart): StyleDraft {
  const formats = readFormats(xml);
  const list = findTag(xml, 'cellXfs');
  const xfs = list
    ? findTags(xml, 'xf', list.end, elementEnd(xml.masked, list)).map((tag) => ({
        tag,
        xml: xml.source.slice(tag.start, elementEnd(xml.masked, tag)),
      }))
    : [];
  const added: string[] = [];
  const dates = new Set<number>();
  const dateFormat = readDateFormat(xml);
  const formatOf: Formats['formatOf'] = (style) => (dates.has(style) ? 'date' : formats.formatOf(style));
  return {
    formatOf,
    dateStyle(base) {
      if (formatOf(base) === 'date') return base;
      const model = xfs[base];
      if (!list || list.selfClosed || !model) return null;
      const tag = writeTag(model.tag, {
        numFmtId: String(dateFormat.id),
        applyNumberFormat: '1',
        quotePrefix: null,
      });
      const wanted = tag + model.xml.slice(model.tag.end - model.tag.start);
      const known = [...xfs.map((xf) => xf.xml), ...added].indexOf(wanted);
      if (known >= 0) {
        dates.add(known);
        return known;
      }
      added.push(wanted);
      dates.add(xfs.length + added.length - 1);
      return xfs.length + added.length - 1;
    },
    splices() {
      if (!list || added.length === 0) return [];
      const close = findClose(xml.masked, list.name, list.end);
      const splices: Splice[] = [
        {
          start: list.start,
          end: list.end,
          text: writeTag(list, { count: String(xfs.length + added.length) }),
        },
        { start: close, end: close, text: added.join('') },
      ];
      return dateFormat.isNew ? [...numberFormatSplices(xml, dateFormat.id), ...splices] : splices;
    },
  };
}

/** The workbook's own yyyy-mm-dd, or the number that one would get. */
function readDateFormat(xml: XmlPart): { readonly id: number; readonly isNew: boolean } {
  const list = findTag(xml, 'numFmts');
  const known = list ? findTags(xml, 'numFmt', list.end, elementEnd(xml.masked, list)) : [];
  const same = known.find((tag) => {
    const code = decodeXml(xml, attributeOf(tag, 'formatCode') ?? '').toLowerCase();
    return code === DATE_CODE || code === 'yyyy-mm-dd';
  });
  if (same) return { id: Number(attributeOf(same, 'numFmtId')), isNew: false };
  return {
    id: Math.max(163, ...known.map((tag) => Number(attributeOf(tag, 'numFmtId') ?? 0))) + 1,
    isNew: true,
  };
}

function numberFormatSplices(xml: XmlPart, id: number): readonly Splice[] {
  const root = rootTag(xml);
  const prefix = prefixOf(root.name);
  const format = `<${prefix}numFmt numFmtId="${id}" formatCode="${encodeXml(xml, DATE_CODE)}"/>`;
  const list = findTag(xml, 'numFmts');
  if (!list || list.selfClosed) {
    // numFmts is the first child of styleSheet.
    const at = list ?? { start: root.end, end: root.end };
    return [
      { start: at.start, end: at.end, text: `<${prefix}numFmts count="1">${format}</${prefix}numFmts>` },
    ];
  }
  const count = findTags(xml, 'numFmt', list.end, elementEnd(xml.masked, list)).length + 1;
  const close = findClose(xml.masked, list.name, list.end);
  return [
    { start: list.start, end: list.end, text: writeTag(list, { count: String(count) }) },
    { start: close, end: close, text: format },
  ];
}
