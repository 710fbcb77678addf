import { Failure } from '../../failure.ts';

/**
 * One XML part as text with one character per byte (latin1), so that what is not touched goes back byte for byte,
 * whatever it holds. `masked` has the same length with comments and processing instructions (but the declaration) filled
 * with a control character and CDATA made harmless: in it every `<` begins a tag. Positions are valid in both.
 */
export interface XmlPart {
  readonly file: string;
  readonly name: string;
  readonly bytes: Buffer;
  readonly source: string;
  readonly masked: string;
  /** Whether `masked` is `source`: told once, for comparing two long strings may mean looking at all of them. */
  readonly isPlain: boolean;
  /** A label TextDecoder knows; every one of them holds ASCII as it is. */
  readonly encoding: string;
}

/** A start or end tag in `masked`: `<name …>` at [start, end). Attribute values are raw. */
export interface Tag {
  readonly start: number;
  readonly end: number;
  /** With its prefix; an end tag begins with `/`. */
  readonly name: string;
  readonly selfClosed: boolean;
  readonly names: readonly string[];
  readonly values: readonly string[];
}

// Control characters that XML forbids stand for markup in `masked`: EDGE for what is no text at all.
const [EDGE, LT, AMP, GT] = ['\x01', '\x02', '\x03', '\x04'];

/** Opens the bytes of a part. Refuses UTF-16, an unknown encoding and a DOCTYPE (entity expansion). */
export function openXml(file: string, name: string, bytes: Buffer): XmlPart {
  const source = bytes.toString('latin1');
  const declared = /^(?:\xEF\xBB\xBF)?<\?xml[^>]*?encoding\s*=\s*["']([^"']*)/.exec(
    source.slice(0, 300),
  )?.[1];
  const encoding = (declared ?? 'utf-8').toLowerCase();
  if (/^(?:\xFF\xFE|\xFE\xFF|<\0|\0<)/.test(source) || encoding.startsWith('utf-16')) {
    throw new Failure(
      'file',
      {
        zh: `${file} 的部件 ${name} 是 UTF-16 编码,不支持。请用 Excel 或 WPS 另存一份再试。`,
        en: `${file}: the part ${name} is in UTF-16, which is not supported. Save a copy with Excel or WPS and try again.`,
      },
      { file, value: name, expected: 'UTF-8' },
    );
  }
  if (!knowsEncoding(encoding)) {
    throw new Failure(
      'file',
      {
        zh: `${file} 的部件 ${name} 声明的编码 ${encoding} 不认识。请用 Excel 或 WPS 另存一份再试。`,
        en: `${file}: the part ${name} declares an unknown encoding, ${encoding}. Save a copy with Excel or WPS and try again.`,
      },
      { file, value: encoding, expected: 'UTF-8' },
    );
  }
  const masked = maskMarkup(file, name, source);
  return { file, name, bytes, source, masked, isPlain: masked === source, encoding };
}

/** A stretch of a UTF-8 part, known to hold no markup but tags, as a part of its own. */
export function openStretch(file: string, name: string, bytes: Buffer): XmlPart {
  const source = bytes.toString('latin1');
  return { file, name, bytes, source, masked: source, isPlain: true, encoding: 'utf-8' };
}

/** Whether bytes hold a comment, CDATA or processing instruction at or after `from`. */
export function hasMarkup(bytes: Buffer, from = 0): boolean {
  // Both marks are rare, `<` is not.
  return [33, 63].some((mark) => {
    for (let at = bytes.indexOf(mark, from); at >= 0; at = bytes.indexOf(mark, at + 1)) {
      if (bytes[at - 1] === 60) return true;
    }
    return false;
  });
}

/** Reads the tag whose `<` is at `start` of `xml`. */
export function readTag(xml: string, start: number): Tag {
  let at = start + 1;
  if (xml.charCodeAt(at) === 47) at++;
  while (!isNameEnd(xml.charCodeAt(at))) at++;
  const name = xml.slice(start + 1, at);
  const names: string[] = [];
  const values: string[] = [];
  for (;;) {
    const code = xml.charCodeAt(at);
    if (code === 62) return { start, end: at + 1, name, selfClosed: false, names, values };
    if (code === 47 && xml.charCodeAt(at + 1) === 62) {
      return { start, end: at + 2, name, selfClosed: true, names, values };
    }
    if (Number.isNaN(code)) return { start, end: xml.length, name, selfClosed: true, names, values };
    if (code <= 32 || code === 47) {
      at++;
      continue;
    }
    const nameStart = at;
    while (!isNameEnd(xml.charCodeAt(at)) && xml.charCodeAt(at) !== 61) at++;
    const attribute = xml.slice(nameStart, at);
    while (xml.charCodeAt(at) <= 32) at++;
    if (xml.charCodeAt(at) !== 61) {
      // Not an attribute: step on, so that broken markup cannot hold the scan.
      if (at === nameStart) at++;
      continue;
    }
    at++;
    while (xml.charCodeAt(at) <= 32) at++;
    const quote = xml.charAt(at);
    const close = quote === '"' || quote === "'" ? xml.indexOf(quote, at + 1) : -1;
    if (close < 0) continue;
    names.push(attribute);
    values.push(xml.slice(at + 1, close));
    at = close + 1;
  }
}

/** The raw value of an attribute, by its full name. */
export function attributeOf(tag: Tag, name: string): string | undefined {
  return tag.values[tag.names.indexOf(name)];
}

/** Whether the tag at `at` has that name (its prefix included). */
export function isTag(xml: string, at: number, name: string): boolean {
  return xml.startsWith(name, at + 1) && isNameEnd(xml.charCodeAt(at + 1 + name.length));
}

/** The name without its prefix; an end tag keeps its `/`. */
export function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : `${name.startsWith('/') ? '/' : ''}${name.slice(colon + 1)}`;
}

/** The first tag with that local name at or after `from` and before `to`; end tags are `/name`. */
export function findTag(part: XmlPart, local: string, from = 0, to = part.masked.length): Tag | null {
  for (const tag of tagsIn(part, from, to)) {
    if (localName(tag.name) === local) return tag;
  }
  return null;
}

/** All start tags with that local name in [from, to). */
export function findTags(part: XmlPart, local: string, from = 0, to = part.masked.length): readonly Tag[] {
  const found: Tag[] = [];
  for (const tag of tagsIn(part, from, to)) if (localName(tag.name) === local) found.push(tag);
  return found;
}

/** Every tag in [from, to), in order. */
export function* tagsIn(part: XmlPart, from = 0, to = part.masked.length): Generator<Tag> {
  for (let at = part.masked.indexOf('<', from); at >= 0 && at < to; ) {
    const tag = readTag(part.masked, at);
    yield tag;
    at = part.masked.indexOf('<', tag.end);
  }
}

/** The root element's start tag. */
export function rootTag({ masked }: XmlPart): Tag {
  const first = masked.indexOf('<');
  const at = masked.charAt(first + 1) === '?' ? masked.indexOf('<', first + 1) : first;
  return readTag(masked, at < 0 ? masked.length : at);
}

/** `x:worksheet` → `x:`. */
export function prefixOf(name: string): string {
  return name.slice(0, name.indexOf(':') + 1);
}

/** Position of the end tag `</name` at or after `from`; the end of the text where there is none. */
export function findClose(xml: string, name: string, from: number): number {
  const mark = `</${name}`;
  for (let at = xml.indexOf(mark, from); at >= 0; at = xml.indexOf(mark, at + 2)) {
    if (isNameEnd(xml.charCodeAt(at + mark.length))) return at;
  }
  return xml.length;
}

/** The end of the element that `tag` opens (after its end tag). */
export function elementEnd(xml: string, tag: Tag): number {
  return tag.selfClosed ? tag.end : afterTag(xml, findClose(xml, tag.name, tag.end));
}

/** The position after the `>` that ends the tag at `at`; the end of the text where there is none. */
export function afterTag(xml: string, at: number): number {
  const end = xml.indexOf('>', at);
  return end < 0 ? xml.length : end + 1;
}

/** The text in [from, to) of a part, as characters. */
export function decodeStretch(part: XmlPart, from: number, to: number): string {
  if (!part.isPlain || !isUtf8(part.encoding)) return decodeXml(part, part.masked.slice(from, to));
  return decodeUtf8(part.bytes, from, to);
}

/** The text in [from, to) of UTF-8 bytes between tags. */
export function decodeUtf8(bytes: Buffer, from: number, to: number): string {
  return decodeMarkup(bytes.toString('utf8', from, to));
}

/** Raw text between tags, or a raw attribute value, as characters. */
export function decodeXml(part: XmlPart, raw: string): string {
  let text = raw;
  if (/[\x80-\xFF]/.test(text)) {
    const bytes = Buffer.from(text, 'latin1');
    text = isUtf8(part.encoding) ? bytes.toString('utf8') : new TextDecoder(part.encoding).decode(bytes);
  }
  return decodeMarkup(text);
}

/** Text as it is written between tags or in a double-quoted attribute of that part (still one character per byte). */
export function encodeXml(part: XmlPart, text: string): string {
  const escaped = text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  if (isUtf8(part.encoding)) return Buffer.from(escaped, 'utf8').toString('latin1');
  return Array.from(escaped, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return code < 128 ? char : `&#${code};`;
  }).join('');
}

/** The attributes of `tag` as they are written again: changed, added, or dropped where the value is null. */
export function writeAttributes(tag: Tag, changes: Readonly<Record<string, string | null>>): string {
  const kept = tag.names.map((name, index) => [name, changes[name] ?? tag.values[index] ?? ''] as const);
  const added = Object.entries(changes).filter(([name]) => !tag.names.includes(name));
  return [...kept.filter(([name]) => changes[name] !== null), ...added]
    .filter((pair): pair is readonly [string, string] => pair[1] !== null)
    .map(([name, value]) => (value.includes('"') ? ` ${name}='${value}'` : ` ${name}="${value}"`))
    .join('');
}

/** The start tag written again with changed attributes. */
export function writeTag(tag: Tag, changes: Readonly<Record<string, string | null>>): string {
  return `<${tag.name}${writeAttributes(tag, changes)}${tag.selfClosed ? '/>' : '>'}`;
}

function decodeMarkup(raw: string): string {
  let text = raw;
  if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n');
  if (text.includes('&')) text = text.replace(/&(#x[0-9a-f]+|#\d+|lt|gt|amp|quot|apos);/gi, decodeEntity);
  if (text.includes(EDGE)) {
    text = text.replaceAll(EDGE, '').replaceAll(LT, '<').replaceAll(AMP, '&').replaceAll(GT, '>');
  }
  return text;
}

function isNameEnd(code: number): boolean {
  return code <= 32 || code === 62 || code === 47 || Number.isNaN(code);
}

/** Whether an encoding's name means UTF-8. */
export function isUtf8(encoding: string): boolean {
  return encoding === 'utf-8' || encoding === 'utf8';
}

function knowsEncoding(encoding: string): boolean {
  if (isUtf8(encoding)) return true;
  try {
    new TextDecoder(encoding);
    return true;
  } catch {
    return false;
  }
}

function decodeEntity(whole: string, name: string): string {
  const named = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }[name];
  if (named !== undefined) return named;
  if (!name.startsWith('#')) return whole;
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}

function maskMarkup(file: string, name: string, source: string): string {
  const pieces: string[] = [];
  // The XML declaration stays: nearly every part has one, and then no copy is needed.
  const declaration = /^(?:\xEF\xBB\xBF)?<\?xml[^>]*>/.exec(source)?.[0].length ?? 0;
  let done = 0;
  let bang = source.indexOf('<!', declaration);
  let question = source.indexOf('<?', declaration);
  while (bang >= 0 || question >= 0) {
    const at = bang < 0 || (question >= 0 && question < bang) ? question : bang;
    const [open, close] = markupAt(source, at);
    if (close === null) throw new Failure('file', doctypeMessage(file, name), { file, value: name });
    const inner = source.indexOf(close, at + open.length);
    const end = inner < 0 ? source.length : inner + close.length;
    pieces.push(source.slice(done, at));
    pieces.push(
      open === '<![CDATA['
        ? maskCdata(source.slice(at + 9, inner < 0 ? end : inner), end - at)
        : EDGE.repeat(end - at),
    );
    done = end;
    if (bang >= 0 && bang < done) bang = source.indexOf('<!', done);
    if (question >= 0 && question < done) question = source.indexOf('<?', done);
  }
  return pieces.length === 0 ? source : pieces.join('') + source.slice(done);
}

function markupAt(source: string, at: number): readonly [string, string | null] {
  if (source.startsWith('<!--', at)) return ['<!--', '-->'];
  if (source.startsWith('<![CDATA[', at)) return ['<![CDATA[', ']]>'];
  return source.startsWith('<?', at) ? ['<?', '?>'] : ['<!', null];
}

function maskCdata(content: string, length: number): string {
  const inner = content.replaceAll('<', LT).replaceAll('&', AMP).replaceAll('>', GT);
  return EDGE.repeat(9) + inner + EDGE.repeat(Math.max(0, length - 9 - content.length));
}

function doctypeMessage(file: string, name: string) {
  return {
    zh: `${file} 的部件 ${name} 含有 DOCTYPE(实体展开),出于安全不打开。请用 Excel 或 WPS 另存一份再试。`,
    en: `${file}: the part ${name} holds a DOCTYPE (entity expansion) and is not opened, for safety. Save a copy with Excel or WPS and try again.`,
  };
}
