import { crc32 } from 'node:zlib';
import { type RawEntry, readEntries } from '../xlsx/compare.ts';

// What a change of a workbook may touch, byte for byte. Knows nothing of the editor: its own zip, its own idea of XML.

export type Change = 'edit' | 'append' | 'add sheet';

/** Kinds of parts, by the root element, that a change may rewrite. */
const MAY_CHANGE: Readonly<Record<Change, readonly string[]>> = {
  edit: ['worksheet', 'workbook', 'calcChain'],
  append: ['worksheet', 'workbook', 'calcChain', 'table'],
  'add sheet': ['workbook', 'Relationships', 'Types', 'calcChain'],
};

/** Everything that differs between two states of a package and should not; nothing if all is as it must be. */
export function lossesIn(before: Buffer, after: Buffer, change: Change): readonly string[] {
  const losses: string[] = [];
  const old = readEntries(before);
  const now = readEntries(after);
  const changed: (readonly [RawEntry, RawEntry])[] = [];
  let index = 0;
  for (const entry of old) {
    const same = now[index];
    if (same?.name !== entry.name) {
      if (rootOf(entry) !== 'calcChain' && !/calcChain\.xml$/i.test(entry.name))
        losses.push(`${entry.name} is gone`);
      continue;
    }
    index += 1;
    if (!entry.local.equals(same.local)) changed.push([entry, same]);
    else if (!withoutOffset(entry.record).equals(withoutOffset(same.record)))
      losses.push(`${entry.name}: its directory record changed`);
  }
  const added = now.slice(index);
  if (added.length !== (change === 'add sheet' ? 1 : 0)) losses.push(`${added.length} parts were added`);
  for (const entry of added) losses.push(...faultsOf(entry));
  for (const [entry, same] of changed) {
    const root = rootOf(entry);
    const isListOfChain = /Relationships|Types/.test(root) && before.includes('calcChain');
    if (!MAY_CHANGE[change].includes(root) && !isListOfChain) losses.push(`${entry.name} (${root}) changed`);
    const wasBroken = xmlFault(entry.content.toString('latin1')) !== null;
    losses.push(...faultsOf(same, wasBroken), ...partLosses(entry, same, change));
  }
  losses.push(...frameLosses(before, after, old, now));
  return losses;
}

/** What stands before the first entry and behind the directory: kept as it is. */
function frameLosses(
  before: Buffer,
  after: Buffer,
  old: readonly RawEntry[],
  now: readonly RawEntry[],
): string[] {
  const first = (entries: readonly RawEntry[]) => Math.min(...entries.map(({ start }) => start));
  const tail = (zip: Buffer) => zip.subarray(zip.lastIndexOf('PK\x05\x06', undefined, 'latin1') + 20);
  return [
    ...(before.subarray(0, first(old)).equals(after.subarray(0, first(now))) ? [] : ['the front changed']),
    ...(tail(before).equals(tail(after)) ? [] : ['the comment or the tail changed']),
  ];
}

function withoutOffset(record: Buffer): Buffer {
  const copy = Buffer.from(record);
  copy.fill(0, 42, 46);
  // A zip64 field holds the offset last.
  if (record.readUInt32LE(42) === 0xffffffff) copy.fill(0, 46 + record.readUInt16LE(28));
  return copy;
}

/** A written entry must be whole: sizes, sum and XML. */
function faultsOf({ name, local, record, content }: RawEntry, wasBroken = false): string[] {
  const sum = record.readUInt32LE(16);
  const faults: string[] = [];
  if (crc32(content) !== sum || local.readUInt32LE(14) !== sum) faults.push(`${name}: wrong sum`);
  if (record.readUInt32LE(24) !== content.length || local.readUInt32LE(22) !== content.length)
    faults.push(`${name}: wrong size`);
  const fault = wasBroken ? null : xmlFault(content.toString('latin1'));
  if (fault !== null) faults.push(`${name}: no XML: ${fault}`);
  return faults;
}

function partLosses(old: RawEntry, now: RawEntry, change: Change): readonly string[] {
  const [before, after] = [old.content.toString('latin1'), now.content.toString('latin1')];
  const lost = (what: string) => [`${old.name}: ${what}`];
  switch (rootOf(old)) {
    case 'worksheet':
      return sheetLosses(before, after, change).map((each) => `${old.name}: ${each}`);
    case 'workbook': {
      const plain = (xml: string) =>
        blankRanges(xml.replace(/ fullCalcOnLoad="[^"]*"/, '').replace(/<(\w+:)?calcPr ?\/>/, ''));
      if (change === 'append') return plain(before) === plain(after) ? [] : lost('more than ranges changed');
      const rest = change === 'add sheet' ? withoutNew(before, after, 'sheet') : after;
      return plain(before) === plain(rest) ? [] : lost('more than the list of sheets changed');
    }
    case 'Relationships':
    case 'Types': {
      // A calculation chain without links goes, and what lists it.
      const rest = change === 'add sheet' ? withoutNew(before, after, 'Relationship|Override') : after;
      return before.replace(CHAIN, '') === rest.replace(CHAIN, '')
        ? []
        : lost('more than the new sheet was listed');
    }
    case 'table':
      // A table that showed an empty row to type in has data in it now.
      return blankRanges(before.replace(/ insertRow="1"/, '')) === blankRanges(after)
        ? []
        : lost('more than ranges changed');
    default:
      return [];
  }
}

const CHAIN =
  /<(\w+:)?(Relationship|Override) [^<>]*calcChain[^<>]*(\/>|>\s*<\/(\w+:)?(Relationship|Override)>)/;

/** Without the one element of that name that was not there before. */
function withoutNew(before: string, after: string, name: string): string {
  const found = [...after.matchAll(new RegExp(`<(\\w+:)?(${name}) [^<]*/>`, 'g'))].find(
    ([element]) => !before.includes(element),
  );
  return found ? after.slice(0, found.index) + after.slice(found.index + found[0].length) : after;
}

interface Row {
  readonly number: number;
  readonly xml: string;
}

/** Outside the touched rows nothing may differ; ranges may only grow. */
function sheetLosses(before: string, after: string, change: Change): readonly string[] {
  const losses: string[] = [];
  const [old, now] = [splitSheet(before), splitSheet(after)];
  for (const [index, frame] of old.frame.entries()) {
    if (blankRanges(frame) !== blankRanges(now.frame[index] ?? ''))
      losses.push('what stands around the rows changed');
    const ranges = rangesOf(now.frame[index] ?? '');
    for (const [at, range] of rangesOf(frame).entries())
      if (!grew(range, ranges[at] ?? '')) losses.push(`range ${range} became ${ranges[at]}`);
  }
  if (old.between !== now.between) losses.push('what stands between the rows changed');
  const known = new Map(old.rows.map(({ number, xml }) => [number, xml]));
  const added = now.rows.filter(({ number }) => !known.has(number));
  const touched = now.rows.filter(({ number, xml }) => known.has(number) && known.get(number) !== xml);
  const kept = new Set(now.rows.map(({ number }) => number));
  for (const { number } of old.rows) if (!kept.has(number)) losses.push(`row ${number} is gone`);
  const order = now.rows.map(({ number }) => number).filter((number) => known.has(number));
  if (order.some((number, index) => number !== old.rows[index]?.number))
    losses.push('rows changed their order');
  if (change === 'edit' && added.length + touched.length !== 1)
    losses.push(`rows ${[...added, ...touched].map(({ number }) => number)} changed`);
  if (change === 'append') {
    const last = added[0]?.number ?? Math.max(...touched.map(({ number }) => number));
    if (added.length > 1 && touched.length === 0) losses.push(`${added.length} rows were added`);
    const bottom = Math.max(...[...added, ...touched].map(({ number }) => number));
    const after = new Map(now.rows.map(({ number, xml }) => [number, contentsOf(xml)]));
    for (const { number, xml } of touched) {
      // Totals and what stands under them step down by a row, over gaps too; formulas that show them follow.
      const here = [...(after.get(number) ?? []), ...(after.get(number + 1) ?? [])];
      const steppedDown =
        number < bottom && contentsOf(known.get(number) ?? '').every((cell) => here.includes(cell));
      if (number !== last && !steppedDown && !/<(\w+:)?f[\s>]/.test(xml))
        losses.push(`row ${number} changed`);
    }
  }
  return losses;
}

/** What the cells of a row hold, wherever they stand. */
function contentsOf(row: string): readonly string[] {
  return (row.match(/<((?:\w+:)?c)\s[^>]*>(?<!\/>)[\s\S]*?<\/\1>/g) ?? []).map((cell) =>
    cell.replace(/<(\w+:)?f[\s>][\s\S]*?<\/(\w+:)?f>|\s/g, '').replace(/r=["'][A-Z]+\d+["']/, ''),
  );
}

interface SplitSheet {
  /** Before and after the rows. */
  readonly frame: readonly [string, string];
  readonly rows: readonly Row[];
  /** What stands between the rows. */
  readonly between: string;
}

// Comments, CDATA and processing instructions are stepped over, whatever they hold.
const ROWS =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<((?:[\w.-]+:)?row)(?=[\s>/])(?:[^>]*\/>|[^>]*>(?:<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|[\s\S])*?<\/\1\s*>)/g;

function splitSheet(xml: string): SplitSheet {
  const bare = xml.replace(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>/g, (all) => '\x01'.repeat(all.length));
  const open = /<((?:[\w.-]+:)?sheetData)(?=[\s>/])[^>]*>/.exec(bare);
  if (!open) throw new Error('no sheetData');
  const from = open.index + open[0].length;
  const head = xml.slice(0, open.index);
  if (open[0].endsWith('/>')) return { frame: [head, xml.slice(from)], rows: [], between: '' };
  const to = bare.indexOf(`</${open[1]}`, from);
  const tail = xml.slice(bare.indexOf('>', to) + 1);
  const rows: Row[] = [];
  let last = 0;
  const between = xml.slice(from, to).replace(ROWS, (all, name?: string) => {
    if (name === undefined) return all;
    last = Number(/^[^>]*?\sr=["'](\d+)/.exec(all)?.[1] ?? last + 1);
    rows.push({ number: last, xml: all });
    return '';
  });
  return { frame: [head, tail], rows, between };
}

const RANGE = /\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?/g;

function rangesOf(xml: string): readonly string[] {
  return xml.match(RANGE) ?? [];
}

function blankRanges(xml: string): string {
  return xml
    .replace(RANGE, '#')
    .replace(/["']|&quot;/g, '"')
    .replace(/\s+/g, ' ')
    .replace(/ ?= ?/g, '=')
    .replace(/ ?(\/?>)/g, '$1');
}

/** The same, or one that takes more in (or, for totals, one row down). */
function grew(before: string, after: string): boolean {
  const [a, b] = [cornersOf(before), cornersOf(after)];
  if (!a || !b) return before === after;
  return a.left >= b.left && a.right <= b.right && (b.bottom >= a.bottom || before === after);
}

function cornersOf(range: string) {
  const [from, to] = range.replaceAll('$', '').split(':');
  const read = (cell = '') => /^([A-Z]+)(\d+)$/.exec(cell);
  const [a, b] = [read(from), read(to ?? from)];
  if (!a || !b) return null;
  const column = (letters = '') =>
    [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
  return { left: column(a[1]), right: column(b[1]), bottom: Number(b[2]) };
}

/** The local name of the root element; empty where it is no XML. */
function rootOf({ name, content }: RawEntry): string {
  if (!/\.(xml|rels|vml)$|^[^.]*$|\.dat$/i.test(name)) return '';
  const head = content.toString('latin1', 0, 4000).replace(/<!--[\s\S]*?-->/g, '');
  return /<(?![?!])(?:[\w.-]+:)?([\w.-]+)/.exec(head)?.[1] ?? '';
}

/** Why a text is no well-formed XML: tags, quotes, entities, one root, prefixes declared; null if it is. */
export function xmlFault(xml: string): string | null {
  const open: string[] = [];
  const scopes: ReadonlySet<string>[] = [new Set(['xml', 'xmlns'])];
  let roots = 0;
  const text = xml
    .replace(/^\xEF\xBB\xBF/, '')
    .replace(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>/g, '');
  for (const [all, close, name, attributes = '', slash, between] of text.matchAll(
    /<(?:\/([^\s>]+)\s*|([^\s<>/!]+)((?:\s+[^\s=<>"'/]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?))>|([^<]+)|</g,
  )) {
    if (between !== undefined) {
      if (/&(?!#x[0-9a-f]+;|#\d+;|(lt|gt|amp|quot|apos);)/i.test(between))
        return `entity in ${between.slice(0, 60)}`;
      if (open.length === 0 && between.trim() !== '') return `text outside: ${between.slice(0, 60)}`;
    } else if (close !== undefined) {
      if (open.pop() !== close) return `</${close}>`;
      scopes.pop();
    } else if (name !== undefined) {
      if (open.length === 0 && ++roots > 1) return `second root ${name}`;
      if (/&(?!#x[0-9a-f]+;|#\d+;|(lt|gt|amp|quot|apos);)/i.test(attributes)) return `entity in ${all}`;
      const pairs = [...attributes.matchAll(/([^\s=]+)\s*=\s*(?:"[^"]*"|'[^']*')/g)].map(
        ([, key = '']) => key,
      );
      if (new Set(pairs).size < pairs.length) return `attribute twice in ${all}`;
      const scope = new Set([
        ...(scopes.at(-1) ?? []),
        ...pairs.filter((key) => key.startsWith('xmlns:')).map((key) => key.slice(6)),
      ]);
      for (const key of [name, ...pairs])
        if (key.includes(':') && !scope.has(key.slice(0, key.indexOf(':')))) return `prefix of ${key}`;
      if (slash === '/') continue;
      open.push(name);
      scopes.push(scope);
    } else return `stray <`;
  }
  return open.length === 0 && roots === 1 ? null : `${open.at(-1)} is open`;
}
