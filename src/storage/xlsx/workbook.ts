import { OUTPUT_MARK } from '../../core/text.ts';
import { Failure } from '../../failure.ts';
import type { SheetInfo } from '../store.ts';
import { broken } from './bad-file.ts';
import { type Package, partKey, readPart } from './package.ts';
import { isType, type Relationship, relationshipsOf } from './relationships.ts';
import { decodeEscapes } from './text.ts';
import {
  attributeOf,
  decodeXml,
  elementEnd,
  findTag,
  findTags,
  localName,
  openXml,
  rootTag,
  type XmlPart,
} from './xml.ts';

/** The workbook part and what it lists. */
export interface Workbook {
  readonly pkg: Package;
  /** Name of the workbook part. */
  readonly part: string;
  readonly xml: XmlPart;
  readonly relationships: readonly Relationship[];
  readonly sheets: readonly SheetPart[];
  readonly dates1904: boolean;
  /** Carries the name that render/xlsx.ts puts into what it makes. */
  readonly isOutput: boolean;
}

export interface SheetPart extends SheetInfo {
  /** Name of the sheet's part. */
  readonly part: string;
  /** Null where the list points to nothing (old macro modules are listed so): kept, and never read. */
  readonly relationship: Relationship | null;
}

/** Finds the workbook through the package's relationships and reads its list of sheets. */
export function openWorkbook(pkg: Package): Workbook {
  const part = relationshipsOf(pkg, '').find((each) => isType(each, 'officeDocument'))?.part;
  if (!part || !pkg.parts.has(partKey(part))) throw notWorkbook(pkg);
  if (/\.bin$/i.test(part)) throw notWorkbook(pkg);
  const xml = openXml(pkg.file, part, readPart(pkg, part));
  if (localName(rootTag(xml).name) !== 'workbook') throw notWorkbook(pkg);
  const relationships = relationshipsOf(pkg, part);
  const properties = findTag(xml, 'workbookPr');
  return {
    pkg,
    part,
    xml,
    relationships,
    sheets: readSheets(pkg, xml, relationships),
    isOutput: findTags(xml, 'definedName').some((tag) => attributeOf(tag, 'name') === OUTPUT_MARK),
    dates1904: /^(1|true|on)$/.test((properties && attributeOf(properties, 'date1904')) ?? ''),
  };
}

/** The name of the part of that kind that the workbook points to; null where there is none in the package. */
export function workbookPart(workbook: Workbook, type: string): string | null {
  const part = workbook.relationships.find((each) => isType(each, type))?.part ?? null;
  return part !== null && workbook.pkg.parts.has(partKey(part)) ? part : null;
}

/** The worksheet of that name. Throws Failure where there is none. */
export function worksheetOf(workbook: Workbook, name: string): SheetPart {
  const sheet = workbook.sheets.find((each) => each.name === name && each.kind === 'worksheet');
  if (sheet) return sheet;
  const { file } = workbook.pkg;
  if (workbook.sheets.some((each) => each.name === name && each.relationship === null)) {
    throw broken(file, workbook.part, {
      zh: `工作表“${name}”没有指向任何部件`,
      en: `the sheet "${name}" points to no part`,
    });
  }
  const names = workbook.sheets.filter(({ kind }) => kind === 'worksheet').map((each) => each.name);
  throw new Failure(
    'file',
    {
      zh: `${file} 里没有工作表“${name}”。现有:${names.join('、')}。`,
      en: `${file} has no worksheet "${name}". It has: ${names.join(', ')}.`,
    },
    { file, sheet: name, expected: names.join(', ') },
  );
}

function readSheets(
  pkg: Package,
  xml: XmlPart,
  relationships: readonly Relationship[],
): readonly SheetPart[] {
  const list = findTag(xml, 'sheets');
  if (!list) throw broken(pkg.file, xml.name, { zh: '没有工作表清单', en: 'it lists no sheets' });
  return findTags(xml, 'sheet', list.end, elementEnd(xml.masked, list)).map((tag) => {
    const name = decodeEscapes(decodeXml(xml, attributeOf(tag, 'name') ?? ''));
    const idName = tag.names.find((each) => localName(each) === 'id' && each !== 'id') ?? 'id';
    const id = decodeXml(xml, attributeOf(tag, idName) ?? '');
    const relationship = relationships.find((each) => each.id === id) ?? null;
    const part = relationship?.part ?? null;
    return {
      name,
      kind: relationship && isType(relationship, 'worksheet') && part !== null ? 'worksheet' : 'other',
      hidden: /hidden/i.test(attributeOf(tag, 'state') ?? ''),
      part: part ?? '',
      relationship,
    };
  });
}

function notWorkbook(pkg: Package): Failure {
  const names = [...pkg.parts.keys()];
  const { file } = pkg;
  const say = (zh: string, en: string) =>
    new Failure('file', { zh: `${file} ${zh}`, en: `${file} ${en}` }, { file, expected: '.xlsx / .xlsm' });
  if (names.some((name) => /workbook[^/]*\.bin$/.test(name))) {
    return say(
      '是二进制的 .xlsb 格式。请在 Excel 里另存为 .xlsx 再试。',
      'is a binary .xlsb workbook. Save it as .xlsx with Excel and try again.',
    );
  }
  if (names.includes('content.xml') && names.includes('mimetype')) {
    return say(
      '是 OpenDocument 表格(.ods)。请另存为 .xlsx 再试。',
      'is an OpenDocument spreadsheet (.ods). Save it as .xlsx and try again.',
    );
  }
  return say(
    '是压缩包,但不是 Excel 工作簿。请检查是不是选错了文件。',
    'is a zip file but no Excel workbook. Check that it is the right file.',
  );
}
