import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { playTranscript } from './run-transcript.ts';

const FILES = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.golden'));
const read = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8');
const CSV = FILES.filter((name) => !/^# xlsx only: ./m.test(read(name)));
// CSV as Chinese Excel saves it: undo must give those bytes back too.
const FILES_OF = { xlsx: FILES, csv: CSV, gb18030: CSV.filter((name) => name.startsWith('undo-')) };

describe.each(['xlsx', 'csv', 'gb18030'] as const)(
  'transcripts over %s: a command, what it prints, its exit code, the cells it leaves',
  (format) => {
    it.each(FILES_OF[format])('%s', async (name) => {
      const path = join(import.meta.dirname, name);
      const golden = read(name);
      const played = await playTranscript(golden, format);
      if (process.env.UPDATE === '1' && format === 'xlsx') writeFileSync(path, played);
      else expect(played).toBe(golden);
    });
  },
);
