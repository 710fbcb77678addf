import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { EXPORT_TABLES, VERSION_OF_TABLES } from '../../src/core/tables/export.ts';

const PAGE = join(import.meta.dirname, '../../docs/schema.md');
const TYPES = { text: 'text', date: 'date', whole: 'integer', money: 'decimal(18,2)', flag: 'boolean' };
const [FROM, TO] = ['<!-- tables -->', '<!-- end of tables -->'];

it('docs/schema.md tells every column as it is exported (UPDATE=1 writes it)', () => {
  const tables = EXPORT_TABLES.map(({ name, about, columns }) =>
    [
      `## ${name}`,
      `${about.zh}。${about.en[0]?.toUpperCase()}${about.en.slice(1)}.`,
      '',
      '| column | type | 中文 | English |',
      '|---|---|---|---|',
      ...columns.map(
        ({ name: column, type, nullable, about: meaning }) =>
          `| \`${column}\` | ${TYPES[type]}${nullable ? ', may be null' : ''} | ${meaning.zh} | ${meaning.en} |`,
      ),
    ].join('\n'),
  );
  const wanted = `${FROM}\nVersion ${VERSION_OF_TABLES}.\n\n${tables.join('\n\n')}\n${TO}`;
  const page = readFileSync(PAGE, 'utf8');
  const found = page.slice(page.indexOf(FROM), page.indexOf(TO) + TO.length);
  if (process.env.UPDATE)
    writeFileSync(
      PAGE,
      page.replace(found, () => wanted),
    );
  else expect(found).toBe(wanted);
});
