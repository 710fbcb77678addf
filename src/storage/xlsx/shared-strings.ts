import { broken } from './bad-file.ts';
import { decodeEscapes } from './text.ts';
import {
  decodeStretch,
  elementEnd,
  findClose,
  localName,
  prefixOf,
  readTag,
  rootTag,
  type XmlPart,
} from './xml.ts';

/** The shared strings of a workbook by their number; decoded when asked for. */
export interface SharedStrings {
  readonly count: number;
  textOf(index: number): string | undefined;
}

/** Finds where each string begins; decodes none. */
export function readSharedStrings(part: XmlPart): SharedStrings {
  const { masked } = part;
  const name = `${prefixOf(rootTag(part).name)}si`;
  const starts: number[] = [];
  const mark = `<${name}`;
  for (let at = masked.indexOf(mark); at >= 0; at = masked.indexOf(mark, at + mark.length)) {
    const next = masked.charCodeAt(at + mark.length);
    if (next === 62 || next <= 32 || next === 47) starts.push(at);
  }
  refuseCutOff(part, starts.length, masked.includes(`</${prefixOf(name)}sst`));
  const texts: (string | undefined)[] = [];
  return {
    count: starts.length,
    textOf(index) {
      const start = starts[index];
      if (start === undefined) return undefined;
      const known = texts[index];
      if (known !== undefined) return known;
      const tag = readTag(masked, start);
      const text = tag.selfClosed ? '' : richText(part, tag.end, findClose(masked, name, tag.end));
      texts[index] = text;
      return text;
    },
  };
}

/** A list of strings that stops in the middle would leave cells without their text. */
export function refuseCutOff(
  { file, name }: Pick<XmlPart, 'file' | 'name'>,
  count: number,
  isClosed: boolean,
): void {
  if (count > 0 && !isClosed)
    throw broken(file, name, { zh: '文字清单没有结束,已损坏', en: 'its list of texts never ends: damaged' });
}

/** The text of a string item (`si` or `is`) in [from, to): its runs joined, phonetic hints left out. */
export function richText(part: XmlPart, from: number, to: number): string {
  const { masked } = part;
  // The usual shape is one <t> and nothing else.
  const only = masked.indexOf('<', masked.indexOf('>', from));
  if (masked.startsWith('<t>', from) && only + 4 === to)
    return decodeEscapes(decodeStretch(part, from + 3, only));
  let text = '';
  for (let at = masked.indexOf('<', from); at >= 0 && at < to; ) {
    const tag = readTag(masked, at);
    const local = localName(tag.name);
    let next = tag.end;
    if (local === 'rPh') next = elementEnd(masked, tag);
    else if (local === 't' && !tag.selfClosed) {
      next = findClose(masked, tag.name, tag.end);
      text += decodeStretch(part, tag.end, next);
    }
    at = masked.indexOf('<', next);
  }
  return decodeEscapes(text);
}
