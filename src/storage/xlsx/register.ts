import { broken } from './bad-file.ts';
import { openPart } from './context.ts';
import type { Edit, NewSheet } from './edit-state.ts';
import { partKey } from './package.ts';
import { isType, relationshipsName, relationshipsPart } from './relationships.ts';
import type { Splice } from './rewrite.ts';
import { encodeEscapes } from './text.ts';
import {
  attributeOf,
  elementEnd,
  encodeXml,
  findTag,
  findTags,
  localName,
  prefixOf,
  rootTag,
  type Tag,
  type XmlPart,
} from './xml.ts';

export interface ListEdits {
  readonly workbook: readonly Splice[];
  readonly parts: readonly { readonly part: XmlPart; readonly splices: readonly Splice[] }[];
}

/** New sheets (and a calculation chain that leaves) in workbook, relationships and content types. */
export function listSplices(edit: Edit, droppedChain: string | null): ListEdits {
  const { workbook, newSheets } = edit;
  const { pkg, xml } = workbook;
  if (newSheets.length === 0 && droppedChain === null) return { workbook: [], parts: [] };
  const relationships = relationshipsPart(pkg, workbook.part);
  const types = openPart(workbook, '[Content_Types].xml');
  const list = findTag(xml, 'sheets');
  if (!relationships || !list || localName(rootTag(relationships).name) !== 'Relationships')
    throw broken(pkg.file, relationshipsName(workbook.part), {
      zh: '缺失或已损坏',
      en: 'it is missing or damaged',
    });
  if (localName(rootTag(types).name) !== 'Types')
    throw broken(pkg.file, types.name, { zh: '已损坏', en: 'it is damaged' });
  const model = workbook.sheets.find(({ kind }) => kind === 'worksheet');
  const tags = findTags(xml, 'sheet', list.end, elementEnd(xml.masked, list));
  const firstSheetId = Math.max(0, ...tags.map((tag) => Number(attributeOf(tag, 'sheetId')) || 0)) + 1;
  const ids = new Set(workbook.relationships.map(({ id }) => id));
  const inWorkbook: string[] = [];
  const inRelationships: string[] = [];
  const inTypes: string[] = [];
  newSheets.forEach((sheet, index) => {
    let number = ids.size + 1;
    while (ids.has(`rId${number}`)) number++;
    const id = `rId${number}`;
    ids.add(id);
    inWorkbook.push(sheetElement(edit, tags[0], sheet, String(firstSheetId + index), id));
    const target = targetLike(model?.relationship?.target ?? '', sheet.part);
    inRelationships.push(
      `<${prefixOf(rootTag(relationships).name)}Relationship Id="${id}" Type="${model?.relationship?.type ?? ''}" Target="${encodeXml(relationships, target)}"/>`,
    );
    inTypes.push(
      `<${prefixOf(rootTag(types).name)}Override PartName="/${encodeXml(types, sheet.part)}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`,
    );
  });
  const relation = workbook.relationships.findIndex((each) => isType(each, 'calcChain'));
  const gone =
    droppedChain === null ? [] : findTags(relationships, 'Relationship').slice(relation, relation + 1);
  const goneTypes = findTags(types, 'Override').filter(
    (tag) => droppedChain !== null && partKey(attributeOf(tag, 'PartName') ?? '') === partKey(droppedChain),
  );
  return {
    workbook: newSheets.length === 0 ? [] : [insertAtEnd(xml, list, inWorkbook.join(''))],
    parts: [
      {
        part: relationships,
        splices: [...removal(relationships, gone), ...insertion(relationships, inRelationships)],
      },
      { part: types, splices: [...removal(types, goneTypes), ...insertion(types, inTypes)] },
    ],
  };
}

function sheetElement(
  edit: Edit,
  model: Tag | undefined,
  { name }: NewSheet,
  sheetId: string,
  id: string,
): string {
  const { xml } = edit.workbook;
  const idName = model?.names.find((each) => localName(each) === 'id' && each !== 'id') ?? 'r:id';
  const declared = `xmlns:${prefixOf(idName).slice(0, -1)}`;
  // The prefix may be declared on each sheet element instead of the root.
  const namespace = model && attributeOf(model, declared);
  const extra = namespace === undefined ? '' : ` ${declared}="${namespace}"`;
  return `<${prefixOf(rootTag(xml).name)}sheet${extra} name="${encodeXml(xml, encodeEscapes(name))}" sheetId="${sheetId}" ${idName}="${id}"/>`;
}

/** The new part's target, absolute or relative as the book's other sheets have it. */
function targetLike(model: string, part: string): string {
  const file = part.slice(part.lastIndexOf('/') + 1);
  return model.slice(0, model.replaceAll('\\', '/').lastIndexOf('/') + 1) + file;
}

function insertion(part: XmlPart, elements: readonly string[]): readonly Splice[] {
  return elements.length === 0 ? [] : [insertAtEnd(part, rootTag(part), elements.join(''))];
}

function insertAtEnd(part: XmlPart, parent: Tag, text: string): Splice {
  const close = part.masked.lastIndexOf(`</${parent.name}`, elementEnd(part.masked, parent));
  if (close < parent.end)
    throw broken(part.file, part.name, { zh: '没有结束,已损坏', en: 'it never ends: damaged' });
  return { start: close, end: close, text };
}

function removal(part: XmlPart, tags: readonly Tag[]): readonly Splice[] {
  return tags.map((tag) => ({ start: tag.start, end: elementEnd(part.masked, tag), text: '' }));
}
