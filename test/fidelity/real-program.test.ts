import { describe, expect, it } from 'vitest';
import { freshFolder } from '../save/support.ts';
import { BAD_TABLES } from './bad-tables.ts';
import { BAD_WORKBOOKS } from './bad-workbooks.ts';
import { BAD_PLACES } from './places.ts';
import { faultsOf, runProgram, tryFile } from './real-program.ts';

// A sample; all of them: test/fidelity/bad-files.ts.
const HEAVY = /lies about its size|million styled empty rows|40 MB in a cell/;
const FILES = [...BAD_WORKBOOKS, ...BAD_TABLES].filter(
  ({ why, heavy }, index) => HEAVY.test(why) || (!heavy && index % 40 === 0),
);
const isRoot = process.getuid?.() === 0;

describe('the program itself, on what is no workbook', () => {
  it.each(FILES)(
    'ends soon, in little memory, with one message: $name, $why',
    (file) => {
      expect(tryFile(freshFolder(), file, [['check']]).faults).toEqual([]);
    },
    120_000,
  );

  it.each(BAD_PLACES.filter(({ notForRoot }) => !notForRoot || !isRoot))(
    'says what stands there instead: $why',
    ({ path, says, make }) => {
      const folder = freshFolder();
      make(folder);
      const ran = runProgram(folder, ['check', '--file', path]);
      expect(ran.code).toBe(3);
      expect(faultsOf(ran, says, path)).toEqual([]);
    },
    120_000,
  );
});
