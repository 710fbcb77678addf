import { readTextCell } from '../../core/values.ts';
import type { Store } from '../store.ts';
import { draftSheet, typeText } from './draft.ts';
import { writeSheet } from './write.ts';

/** A book's sheets as new CSV files, by file name: every cell as it shows, dates as 2026-11-23. */
export async function convertToCsv(store: Store): Promise<ReadonlyMap<string, readonly Uint8Array[]>> {
  const files = new Map<string, readonly Uint8Array[]>();
  for (const { name, kind } of store.sheets) {
    if (kind !== 'worksheet') continue;
    const draft = draftSheet(name, `${name}.csv`, null);
    await store.readRows(name, ({ row, cells }) => {
      for (const [index, cell] of cells.entries())
        typeText(draft, row, index + 1, readTextCell(cell, store.dates1904));
      return true;
    });
    files.set(draft.path, writeSheet(draft));
  }
  return files;
}
