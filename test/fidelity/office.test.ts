import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { playTranscript, type State } from '../transcripts/run-transcript.ts';
import { type Office, startOffice, whyNoOffice } from './office.ts';

const WHY_NOT = whyNoOffice();

// `% office open 李强` starts a LibreOffice of that name on the table; `type`, `save` … are for office.py. UPDATE=1 writes what came.
describe.skipIf(WHY_NOT)(`with a real LibreOffice${WHY_NOT ? ` (skipped: ${WHY_NOT})` : ''}`, () => {
  it.each(['xlsx', 'csv'] as const)(
    'a table (%s) that a colleague has open is waited for, and written once it is closed',
    async (format) => {
      const path = join(import.meta.dirname, `office-${format}.golden`);
      const golden = readFileSync(path, 'utf8');
      const offices: Office[] = [];
      const step = async ([verb, what = '', ...words]: readonly string[], { folder }: State) => {
        if (verb !== 'office') return null;
        if (what === 'open') {
          offices.unshift(startOffice(words[0] ?? ''));
          const sheet = format === 'csv' ? ['客户信息跟踪表.csv'] : [];
          await offices[0]?.tell('open', join(folder, '销售漏斗.xlsx', ...sheet));
        } else if (what === 'quit') await offices.shift()?.close();
        else await offices[0]?.tell(what, ...words);
        return [];
      };
      try {
        const played = await playTranscript(golden, format, undefined, step);
        const named = played.replaceAll(`(${hostname()})`, '(PC)');
        if (process.env.UPDATE === '1') writeFileSync(path, named);
        else expect(named).toBe(golden);
      } finally {
        for (const office of offices) await office.close();
      }
    },
    240_000,
  );
});
