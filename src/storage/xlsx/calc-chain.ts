import { cellName } from '../../core/sheet.ts';
import type { Splice } from './rewrite.ts';
import type { SheetDraft } from './sheet-draft.ts';
import { attributeOf, elementEnd, findTags, type Tag, writeTag, type XmlPart } from './xml.ts';

/** The formula cells of a changed sheet: by the sheet's number in the chain. */
export interface ChainSheet {
  readonly sheetId: string;
  readonly draft: SheetDraft;
}

interface Link {
  readonly tag: Tag;
  readonly sheetId: string;
}

/**
 * The edits that keep the calculation chain true: cells of changed rows that no longer hold a formula leave it, moved ones
 * come in. Null when nothing is left and the part must go (an empty chain is not allowed).
 */
export function chainSplices(chain: XmlPart, sheets: readonly ChainSheet[]): readonly Splice[] | null {
  const links = readLinks(chain);
  const gone = new Set<Link>();
  const added: string[] = [];
  const model = links[0]?.tag;
  for (const { sheetId, draft } of sheets) {
    const changed = [...draft.models.values()].filter((row) => row.changed);
    const rows = new Set(changed.map(({ row }) => row));
    const formulas = new Set(
      changed.flatMap(({ row, cells }) =>
        cells.flatMap(({ col, formula }) => (formula ? cellName(row, col) : [])),
      ),
    );
    for (const link of links) {
      const cell = attributeOf(link.tag, 'r') ?? '';
      if (link.sheetId !== sheetId || !rows.has(Number(/\d+$/.exec(cell)?.[0]))) continue;
      if (!formulas.delete(cell)) gone.add(link);
    }
    // Cells that moved come in. Formulas that are new stay out: programs put what the chain lacks into it themselves.
    const vacated = links.filter((link) => gone.has(link) && link.sheetId === sheetId).length;
    const incoming = [...formulas].slice(0, vacated);
    if (model)
      added.push(
        ...incoming.map((r) => writeTag(model, { r, i: sheetId, l: null, s: null, t: null, a: null })),
      );
  }
  if (gone.size === 0) return [];
  if (gone.size === links.length && added.length === 0) return null;
  return relink(chain, links, gone, added);
}

/** `i` left out means "the sheet of the cell before": it is written out where the cell before leaves. */
function relink(
  chain: XmlPart,
  links: readonly Link[],
  gone: ReadonlySet<Link>,
  added: readonly string[],
): readonly Splice[] {
  const splices: Splice[] = [];
  let written = '';
  for (const link of links) {
    const { start } = link.tag;
    const end = elementEnd(chain.masked, link.tag);
    if (gone.has(link)) {
      splices.push({ start, end, text: '' });
      continue;
    }
    if (attributeOf(link.tag, 'i') === undefined && link.sheetId !== written) {
      splices.push({ start, end: link.tag.end, text: writeTag(link.tag, { i: link.sheetId }) });
    }
    written = link.sheetId;
  }
  const last = links.at(-1);
  const end = last ? elementEnd(chain.masked, last.tag) : 0;
  return added.length === 0 ? splices : [...splices, { start: end, end, text: added.join('') }];
}

function readLinks(chain: XmlPart): readonly Link[] {
  let sheetId = '';
  return findTags(chain, 'c').map((tag) => {
    sheetId = attributeOf(tag, 'i') ?? sheetId;
    return { tag, sheetId };
  });
}
