import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of its own for one test, removed afterwards. */
export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'funnel-save-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder with one file `销售漏斗.xlsx`; its contents mean nothing, saving looks at bytes only. */
export function freshBook(bytes = 'old'): { readonly folder: string; readonly book: string } {
  const folder = freshFolder();
  const book = join(folder, '销售漏斗.xlsx');
  writeFileSync(book, bytes);
  return { folder, book };
}
