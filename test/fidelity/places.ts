import { execFileSync } from 'node:child_process';
import { chmodSync, ftruncateSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GOOD } from './bad-workbooks.ts';

/** A path where no workbook can be read: made in `folder`, and what must be said about it. */
export interface BadPlace {
  readonly why: string;
  readonly path: string;
  readonly says: RegExp;
  make(folder: string): void;
  /** Does not hold for root, who may read everything. */
  readonly notForRoot?: boolean;
}

const place = (
  why: string,
  path: string,
  says: RegExp,
  make: (folder: string) => void = () => {},
): BadPlace => ({
  why,
  path,
  says,
  make,
});
const sparse = (name: string, size: number) => (folder: string) =>
  ftruncateSync(openSync(join(folder, name), 'w'), size);

/** Paths that are no ordinary readable workbook. */
export const BAD_PLACES: readonly BadPlace[] = [
  place('nothing there', '没有.xlsx', /没有这个文件.*funnel init/),
  place('a path through a file', '好.xlsx/里面.xlsx', /没有这个文件/, (folder) =>
    writeFileSync(join(folder, '好.xlsx'), GOOD),
  ),
  place('an empty folder', '空', /文件夹.*init/, (folder) => mkdirSync(join(folder, '空'))),
  place('a folder called .xlsx', '客户.xlsx', /文件夹/, (folder) => mkdirSync(join(folder, '客户.xlsx'))),
  place('a folder with another folder called .csv', '表', /文件夹|不是|CSV/, (folder) =>
    mkdirSync(join(folder, '表/客户信息跟踪表.csv'), { recursive: true }),
  ),
  place('a pipe', '管道.xlsx', /管道/, (folder) => execFileSync('mkfifo', [join(folder, '管道.xlsx')])),
  place('a pipe among the sheets of a folder', '表', /管道|普通文件/, (folder) => {
    mkdirSync(join(folder, '表'));
    execFileSync('mkfifo', [join(folder, '表/客户信息跟踪表.csv')]);
  }),
  place('a device', '/dev/zero', /设备/),
  place('a link to itself', '环.xlsx', /循环/, (folder) => symlinkSync('环.xlsx', join(folder, '环.xlsx'))),
  place('a link to nothing', '断.xlsx', /没有这个文件/, (folder) =>
    symlinkSync('不在.xlsx', join(folder, '断.xlsx')),
  ),
  place('a name of a thousand letters', `${'长'.repeat(1000)}.xlsx`, /文件名太长/),
  place('a file of two gigabytes', '大.xlsx', /大于.*不像/, sparse('大.xlsx', 2 ** 31)),
  place('a file of 300 MB', '大.xlsx', /大于.*不像/, sparse('大.xlsx', 300 * 2 ** 20)),
  place('a sheet of 300 MB in a folder', '表', /大于.*不像/, (folder) => {
    mkdirSync(join(folder, '表'));
    sparse('表/客户信息跟踪表.csv', 300 * 2 ** 20)(folder);
  }),
  place('an ending nobody reads', '客户.docx', /另存为 \.xlsx/, (folder) =>
    writeFileSync(join(folder, '客户.docx'), GOOD),
  ),
  place('.xls by its name', '客户.xls', /\.xls 格式.*另存为 \.xlsx/, (folder) =>
    writeFileSync(join(folder, '客户.xls'), GOOD),
  ),
  {
    ...place('a file nobody may read', '锁.xlsx', /没有读取权限/, (folder) => {
      writeFileSync(join(folder, '锁.xlsx'), GOOD);
      chmodSync(join(folder, '锁.xlsx'), 0);
    }),
    notForRoot: true,
  },
];
