import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshFolder } from '../save/support.ts';
import { runIn } from '../transcripts/run-transcript.ts';
import { CUSTOMER, nameEverywhere, PHONE } from '../undo/named-everywhere.ts';
import { readEntries } from '../xlsx/compare.ts';

const HAS_OFFICE = !spawnSync('soffice', ['--version']).error;
/** All sheets, each a file. */
const CSV = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1';

/** All that LibreOffice reads of a workbook: as one XML (`all.fods`), and part by part as it saves it again, and the cells. */
function readByOffice(folder: string, book: string): ReadonlyMap<string, string> {
  const outdir = join(folder, 'read');
  for (const format of ['fods', 'xlsx', CSV]) {
    const profile = `-env:UserInstallation=file://${join(folder, 'profile')}`;
    const argv = [profile, '--headless', '--convert-to', format, '--outdir', outdir, join(folder, book)];
    // Without a language of the system it cannot write file names in Chinese.
    const env = { ...process.env, LC_ALL: 'C.UTF-8' };
    const { status, stderr } = spawnSync('soffice', argv, { env, encoding: 'utf8', timeout: 120_000 });
    expect([format, status, /error/i.test(stderr)]).toEqual([format, 0, false]);
  }
  return new Map(
    readdirSync(outdir).flatMap((name) => {
      const bytes = readFileSync(join(outdir, name));
      return name.endsWith('.xlsx')
        ? readEntries(bytes).map((each) => [each.name, each.content.toString('utf8')] as const)
        : [[name, bytes.toString('utf8')] as const];
    }),
  );
}

describe.skipIf(!HAS_OFFICE)('what LibreOffice reads after forget', () => {
  it('names the person nowhere; comments, pivot table and chart are still there', async () => {
    const folder = freshFolder();
    writeFileSync(join(folder, 'all.xlsx'), nameEverywhere());
    const run = async (...argv: readonly string[]) => {
      const ran = await runIn(folder, argv);
      expect([argv[0], ran.code, ran.code === 0 ? '' : ran.err]).toEqual([argv[0], 0, '']);
      return ran.out;
    };
    await run('adopt', 'all.xlsx');
    const [{ id, phone }] = JSON.parse(await run('list', CUSTOMER, '--json'));
    await run('edit', id, '--set', `联系方式=${PHONE}`);
    const before = readByOffice(folder, 'all.xlsx');
    const naming = (read: ReadonlyMap<string, string>) =>
      [...read].flatMap(([name, text]) =>
        [CUSTOMER, PHONE, phone].some((each) => text.includes(each)) ? [name] : [],
      );
    expect(naming(before)).toEqual(
      expect.arrayContaining([
        'all.fods',
        'all-客户信息跟踪表.csv',
        'xl/comments1.xml',
        'xl/charts/chart1.xml',
      ]),
    );
    await run('forget', id, '--name', CUSTOMER);
    const after = readByOffice(folder, 'all.xlsx');
    expect(naming(after)).toEqual([]);
    const counted = (read: ReadonlyMap<string, string>) =>
      ['<office:annotation ', '<table:data-pilot-table ', '<table:data-pilot-member ', '<chart:chart '].map(
        (element) => [element, (read.get('all.fods') ?? '').split(element).length - 1],
      );
    expect(counted(after)).toEqual(counted(before));
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
  }, 240_000);
});
