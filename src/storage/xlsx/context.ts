import { type Formats, NO_FORMATS, readFormats } from './formats.ts';
import { readPart } from './package.ts';
import { readSharedStrings, type SharedStrings } from './shared-strings.ts';
import { type CellContext, openSheet, type SheetXml } from './sheet.ts';
import { type Workbook, workbookPart, worksheetOf } from './workbook.ts';
import { openXml, type XmlPart } from './xml.ts';

const NO_STRINGS: SharedStrings = { count: 0, textOf: () => undefined };

/** Number formats and shared strings of a workbook, each loaded once, when a cell first needs it. */
export function cellContext(workbook: Workbook): CellContext {
  let formats: Formats | undefined;
  let strings: SharedStrings | undefined;
  return {
    formats() {
      if (!formats) {
        const part = workbookPart(workbook, 'styles');
        formats = part === null ? NO_FORMATS : readFormats(openPart(workbook, part));
      }
      return formats;
    },
    strings() {
      if (!strings) {
        const part = workbookPart(workbook, 'sharedStrings');
        strings = part === null ? NO_STRINGS : readSharedStrings(openPart(workbook, part));
      }
      return strings;
    },
  };
}

/** The worksheet of that name, opened. */
export function openWorksheet(workbook: Workbook, name: string): SheetXml {
  return openSheet(openPart(workbook, worksheetOf(workbook, name).part));
}

/** A part of the workbook's package, inflated and opened. */
export function openPart(workbook: Workbook, part: string): XmlPart {
  return openXml(workbook.pkg.file, part, readPart(workbook.pkg, part));
}
