import type { Patch } from '../../core/sheet.ts';
import { broken, orNull } from './bad-file.ts';
import { chainSplices } from './calc-chain.ts';
import { openPart } from './context.ts';
import type { Edit } from './edit-state.ts';
import { followInNames, followInSheet, followInTotals } from './follow.ts';
import { followInFormulas } from './follow-formulas.ts';
import { type Entry, type Package, partKey } from './package.ts';
import { listSplices } from './register.ts';
import type { PackageChange, Splice } from './rewrite.ts';
import { type RowModel, writeRow } from './row-model.ts';
import { scrubStrings } from './scrub.ts';
import { scrubBeside } from './scrub-beside.ts';
import { rowSpan, type SheetXml } from './sheet.ts';
import type { SheetDraft } from './sheet-draft.ts';
import { factsOf } from './sheet-facts.ts';
import { type SheetWindow, toWhole } from './sheet-window.ts';
import { tableSplices } from './tables.ts';
import { workbookPart } from './workbook.ts';
import {
  attributeOf,
  elementEnd,
  findClose,
  findTag,
  findTags,
  prefixOf,
  readTag,
  rootTag,
  writeTag,
  type XmlPart,
} from './xml.ts';

/** Everything a plan does to the package: rows, what must follow them, and the parts that list new ones. */
export function finishEdit(
  edit: Edit,
  scrub: { readonly patches: readonly Patch[]; readonly names: readonly string[] } | null,
): PackageChange {
  followInFormulas(edit);
  const { workbook, sheets, newSheets } = edit;
  const { pkg } = workbook;
  const rewritten = new Map<Entry, readonly Splice[]>();
  const dropped = new Set<Entry>();
  const windows = new Map<Entry, SheetWindow>();
  const rewrite = (part: XmlPart, splices: readonly Splice[]) => {
    if (splices.length > 0) rewritten.set(writableEntry(pkg, part.name), sortSplices(part, splices));
  };
  for (const draft of sheets.values()) {
    if (draft.isNew) continue;
    const splices = [...rowSplices(draft), ...followInSheet(draft)];
    if (draft.window && splices.length > 0) {
      const { part, entry } = draft.window;
      rewritten.set(entry, toWhole(draft.window, sortSplices(part, splices)));
      windows.set(entry, draft.window);
    } else rewrite(draft.sheet.part, splices);
    for (const table of draft.tables) {
      rewrite(
        table.xml,
        tableSplices(table, (formula) => followInTotals(draft, formula)),
      );
    }
  }
  if (scrub) {
    const strings = scrubStrings(edit);
    if (strings) rewrite(strings.part, strings.splices);
    for (const { part, splices } of scrubBeside(workbook, scrub.patches, scrub.names)) rewrite(part, splices);
  }
  if (rewritten.size === 0 && newSheets.length === 0) return { rewritten, windows, dropped, added: [] };
  const stylesPart = workbookPart(workbook, 'styles');
  if (stylesPart !== null && edit.styles) rewrite(openPart(workbook, stylesPart), edit.styles.splices());
  const chain = workbookPart(workbook, 'calcChain');
  const dropChain = chain !== null && finishChain(edit, openPart(workbook, chain), rewrite);
  if (chain !== null && dropChain) dropped.add(writableEntry(pkg, chain));
  const lists = listSplices(edit, dropChain ? chain : null);
  for (const { part, splices } of lists.parts) rewrite(part, splices);
  rewrite(workbook.xml, [...followInNames(edit), ...lists.workbook, ...recalculate(edit)]);
  const added = newSheets.map(({ name, part, sheet }) => ({
    name: part,
    content: newContent(sheet, sheets.get(name)),
  }));
  return { rewritten, windows, dropped, added };
}

/** Rows of the file that changed, and new ones after the row they follow. */
export function rowSplices(draft: SheetDraft): readonly Splice[] {
  const { sheet, starts, numbers } = draft;
  const splices: Splice[] = [];
  const inserted = new Map<number, RowModel[]>();
  const end = (row: number) => {
    const start = starts.get(row);
    return start === undefined ? sheet.dataStart : rowSpan(sheet, readTag(sheet.part.masked, start), row).end;
  };
  const changed = [...draft.models.values()].filter((model) => model.changed).sort((a, b) => a.row - b.row);
  for (const model of changed) {
    const start = starts.get(model.row);
    if (start !== undefined) {
      splices.push({ start, end: end(model.row), text: writeRow(sheet, model) });
      continue;
    }
    const anchor = end(numbers[lastBelow(numbers, model.row)] ?? 0);
    const group = inserted.get(anchor);
    if (group) group.push(model);
    else inserted.set(anchor, [model]);
  }
  for (const [at, models] of inserted) {
    const rows = models.map((model) => writeRow(sheet, model)).join('');
    const { dataTag } = sheet;
    // <sheetData/> is opened to take its first rows.
    if (dataTag.selfClosed) {
      const opened = writeTag({ ...dataTag, selfClosed: false }, {});
      splices.push({ start: dataTag.start, end: dataTag.end, text: `${opened}${rows}</${dataTag.name}>` });
    } else splices.push({ start: at, end: at, text: rows });
  }
  return splices;
}

/** Index of the last number below `row` in an ascending list; −1 if none. */
function lastBelow(numbers: readonly number[], row: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) < row) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function newContent(sheet: SheetXml, draft: SheetDraft | undefined): Buffer {
  const { source } = sheet.part;
  const splices = draft ? sortSplices(sheet.part, rowSplices(draft)) : [];
  let done = 0;
  const pieces = splices.map(({ start, end, text }) => {
    const piece = source.slice(done, start) + text;
    done = end;
    return piece;
  });
  return Buffer.from(pieces.join('') + source.slice(done), 'latin1');
}

/** By position; an insertion comes before what is replaced from there on. Two edits of one stretch are a bug. */
function sortSplices(part: XmlPart, splices: readonly Splice[]): readonly Splice[] {
  const sorted = [...splices].sort((a, b) => a.start - b.start || a.end - b.end);
  sorted.forEach(({ start }, index) => {
    const before = sorted[index - 1];
    if (before && before.end > start) throw new Error(`overlapping edits in ${part.name} at ${start}`);
  });
  return sorted;
}

/** The entry of a part that is to be rewritten. Of two with one name it cannot be known which one other programs read. */
function writableEntry(pkg: Package, part: string): Entry {
  const entry = pkg.parts.get(partKey(part));
  if (!entry) throw broken(pkg.file, part, { zh: '包里没有这个部件', en: 'it is missing from the package' });
  if (entry.duplicate) {
    throw broken(pkg.file, part, {
      zh: '包里有两个同名部件,不能改写',
      en: 'the package holds two parts of this name; it cannot be changed',
    });
  }
  return entry;
}

/** Writes the chain's edits; true when the part must go altogether. */
function finishChain(
  edit: Edit,
  chain: XmlPart,
  rewrite: (part: XmlPart, splices: readonly Splice[]) => void,
): boolean {
  const { workbook } = edit;
  const tags = findTags(workbook.xml, 'sheet');
  const sheets = [...edit.sheets.values()].flatMap((draft) => {
    const index = workbook.sheets.findIndex(({ name }) => name === draft.name);
    const tag = tags[index];
    return tag ? [{ sheetId: attributeOf(tag, 'sheetId') ?? '', draft }] : [];
  });
  const splices = chainSplices(chain, sheets);
  if (splices) rewrite(chain, splices);
  return splices === null;
}

/** Formulas are worked out anew when the book is opened. Nothing is asked of a book without formulas. */
function recalculate(edit: Edit): readonly Splice[] {
  const { xml } = edit.workbook;
  const tag = findTag(xml, 'calcPr');
  if (/^(1|true|on)$/.test((tag && attributeOf(tag, 'fullCalcOnLoad')) ?? '') || !hasFormulas(edit))
    return [];
  if (tag) return [{ start: tag.start, end: tag.end, text: writeTag(tag, { fullCalcOnLoad: '1' }) }];
  const element = `<${prefixOf(rootTag(xml).name)}calcPr fullCalcOnLoad="1"/>`;
  // The schema's order: sheets, functionGroups, externalReferences, definedNames, calcPr.
  const before = ['definedNames', 'externalReferences', 'functionGroups', 'sheets'];
  const previous = before.map((name) => findTag(xml, name)).find((each) => each !== null);
  const at = previous ? elementEnd(xml.masked, previous) : findClose(xml.masked, rootTag(xml).name, 0);
  return [{ start: at, end: at, text: element }];
}

function hasFormulas(edit: Edit): boolean {
  const { workbook } = edit;
  if (workbookPart(workbook, 'calcChain') !== null) return true;
  return workbook.sheets.some(({ kind, part }) => {
    const entry = workbook.pkg.parts.get(partKey(part));
    if (kind !== 'worksheet' || !entry) return false;
    const facts = factsOf(entry);
    if (facts) return facts.hasFormulas;
    // What cannot be read is only copied; it may hold formulas.
    const xml = orNull(() => openPart(workbook, part));
    return xml === null || /<(?:[^\s<>/:]+:)?f[\s>/]/.test(xml.masked);
  });
}
