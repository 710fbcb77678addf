import { resolve } from 'node:path';
import { EXPORT_TABLES, exportTables } from '../core/tables/export.ts';
import type { ExportTable } from '../core/tables/table.ts';
import { visible } from '../core/text.ts';
import { EXIT } from '../exit.ts';
import { Failure } from '../failure.ts';
import type { Reading } from '../read-book.ts';
import { exitOf, fromBooks, incompleteJson } from '../read-books.ts';
import { renderTableCsv } from '../render/table-csv.ts';
import { openExport, replaceTeam, teamFolderName } from '../storage/export-folder.ts';
import type { CommandSpec } from './command.ts';
import { textOption } from './option-values.ts';

/** What an export can be written as. */
export const EXPORT_FORMATS = ['parquet', 'csv'] as const;
type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const exportCommand: CommandSpec = {
  name: 'export',
  args: '<dir>',
  summary: {
    zh: '导出成 DuckDB、ClickHouse 等能读的表(不含电话、联系人和文字内容)',
    en: 'tables for DuckDB, ClickHouse and the like (without phones, contacts and texts)',
  },
  writes: false,
  several: true,
  options: [
    {
      flags: '--format <format>',
      text: { zh: 'parquet(默认)或 csv', en: 'parquet (the default) or csv' },
    },
  ],
  examples: ['export 导出', 'export 导出 --format csv', 'export 导出 --file 团队'],
  async run(session, [dir], options) {
    const format = readFormat(textOption(options, 'format') ?? 'parquet');
    const root = resolve(session.io.cwd, String(dir));
    const render = format === 'csv' ? renderTableCsv : (await import('../render/parquet.ts')).renderParquet;
    const taken = new Set<string>();
    const books = await fromBooks(session, 'let go', async (reading) => {
      refuseOwnFolder(reading, root);
      const { book, calendar, today } = reading;
      const { team } = book;
      const name = teamFolderName(team);
      if (taken.has(name)) throw twoOfOneTeam(reading, team);
      taken.add(name);
      const tables = exportTables(team, { book, calendar, today, settings: book.settings });
      await openExport(root);
      const files = new Map(tables.map((table) => [`${table.name}.${format}`, render(table)]));
      const changed = await replaceTeam(root, name, files, {
        book: reading.store.book,
        known: isTableFile,
        yes: session.options.yes,
      });
      return {
        team,
        folder: name,
        changed,
        rows: Object.fromEntries(tables.map((table) => [table.name, countRows(table)])),
      };
    });
    if (session.options.json)
      session.json({ folder: root, format, teams: books.made, ...incompleteJson(books, session) });
    else
      for (const each of books.made)
        session.print(
          visible(
            session.say(
              each.changed
                ? {
                    zh: `${each.team}:已写到 ${root} 的 ${each.folder},${countText(each.rows)}`,
                    en: `${each.team}: written to ${each.folder} in ${root}, ${countText(each.rows)}`,
                  }
                : { zh: `${each.team}:没有变化,未改写`, en: `${each.team}: nothing changed, left as it is` },
            ),
          ),
        );
    return exitOf(books, EXIT.done);
  },
};

/** One would take the place of the other. */
function twoOfOneTeam({ store }: Reading, team: string): Failure {
  return new Failure(
    'file',
    {
      zh: `${store.path} 的团队也是「${team}」,没有导出;请在 设置「团队」里给不同的名字`,
      en: `${store.path} is of the team “${team}” too and was not exported; give another name in 设置「团队」`,
    },
    { file: store.path, value: team },
  );
}

function readFormat(word: string): ExportFormat {
  const found = EXPORT_FORMATS.find((each) => each === word.toLowerCase());
  if (found) return found;
  throw new Failure(
    'usage',
    {
      zh: `--format「${word}」不能导出;可用 ${EXPORT_FORMATS.join('、')}`,
      en: `--format “${word}” cannot be exported; use ${EXPORT_FORMATS.join(', ')}`,
    },
    { value: word, expected: EXPORT_FORMATS.join(' / ') },
  );
}

/** The folder of a CSV workbook takes no files that are no sheets. */
function refuseOwnFolder({ store }: Reading, root: string): void {
  if (store.book !== root) return;
  throw new Failure(
    'refused',
    {
      zh: `${root} 就是客户表的文件夹,不能导出到这里;请换一个`,
      en: `${root} is the folder of the workbook itself; export into another`,
    },
    { file: root },
  );
}

function isTableFile(name: string): boolean {
  return EXPORT_TABLES.some((table) => EXPORT_FORMATS.some((format) => name === `${table.name}.${format}`));
}

function countRows({ data }: ExportTable): number {
  return data[0]?.length ?? 0;
}

function countText(rows: Readonly<Record<string, number>>): string {
  return Object.entries(rows)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
