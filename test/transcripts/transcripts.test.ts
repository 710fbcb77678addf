import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { playTranscript } from './run-transcript.ts';

const FILES = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.golden'));

describe.each(['xlsx', 'csv'] as const)(
  'transcripts over %s: a command, what it prints, its exit code, the cells it leaves',
  (format) => {
    it.each(FILES)('%s', async (name) => {
      const path = join(import.meta.dirname, name);
      const golden = readFileSync(path, 'utf8');
      const played = await playTranscript(golden, format);
      if (process.env.UPDATE === '1' && format === 'xlsx') writeFileSync(path, played);
      else expect(played).toBe(golden);
    });
  },
);
