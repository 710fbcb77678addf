import { lstat, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { orBusy } from './busy.ts';
import { statOrNull } from './create.ts';
import { flushFolder, hashPieces, makeFolder, writeFlushed } from './files.ts';

/** Where new folders are made and old ones wait to go; queries read DIR/TEAM/TABLE and never look in here. */
const WORKSHOP = '.funnel-export';

/** Says of which book a team's folder is: two books of one team's name must not replace each other's tables. */
const BOOK_MARK = '.funnel-book';

/** The name of a team's folder: what file systems or the patterns of engines take for something else becomes `_`. */
export function teamFolderName(team: string): string {
  const safe = team.replace(/[\\/:*?"<>|[\]{}'\p{Cc}\p{Cf}]/gu, '_').replace(/^\.+|[. ]+$/g, '_');
  return safe === '' || DEVICE.test(safe) ? `_${safe}` : safe;
}

/** What Windows takes for a device, with an ending or without. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * Makes the folder of an export and mends what a run that was killed left: a team's folder that had been taken away is put
 * back, half-made ones go. Failure('refused') where `root` is a file.
 */
export async function openExport(root: string): Promise<void> {
  const there = await statOrNull(root, lstat);
  if (there && !there.isDirectory() && !there.isSymbolicLink()) throw notAFolder(root);
  await orBusy(root, async () => {
    await makeFolder(root);
    const workshop = join(root, WORKSHOP);
    for (const name of await readdir(join(workshop, 'old')).catch(() => [])) {
      const place = join(root, name);
      if (!(await statOrNull(place, lstat))) await rename(join(workshop, 'old', name), place);
    }
    await rm(workshop, { recursive: true, force: true });
  });
}

/** Whose tables are put into a folder. */
export interface TeamExport {
  /** The real path of the workbook. */
  readonly book: string;
  /** The names that tables have. */
  readonly known: (name: string) => boolean;
  /** Tables of another book under the same name may be replaced: it was moved, or somebody said so. */
  readonly yes: boolean;
}

/**
 * Puts a team's tables under `root/name`, all of them or none: made beside it, flushed, and exchanged for the old folder.
 * False where the folder holds exactly these files already: then nothing is touched. Failure('refused') where it holds
 * files that no export made or tables of another book, 'busy' where it cannot be written; the old folder then stands as before.
 */
export async function replaceTeam(
  root: string,
  name: string,
  tables: ReadonlyMap<string, Uint8Array>,
  { book, known, yes }: TeamExport,
): Promise<boolean> {
  const place = join(root, name);
  const present = await readdir(place).catch(() => []);
  const foreign = present.find((each) => each !== BOOK_MARK && !known(each));
  if (foreign !== undefined) throw foreignFile(place, foreign);
  // A path says whose computer it is: what others get holds its sum only.
  const mark = Buffer.from(`${hashPieces([Buffer.from(book)])}\n`);
  const owner = await readFile(join(place, BOOK_MARK)).catch(() => null);
  if (owner && !owner.equals(mark) && !yes) throw otherBook(place, name);
  const files = new Map<string, Uint8Array>([...tables, [BOOK_MARK, mark]]);
  if (await holdsSame(place, present, files)) return false;
  const [made, old] = [join(root, WORKSHOP, 'new', name), join(root, WORKSHOP, 'old', name)];
  await orBusy(place, async () => {
    try {
      await mkdir(made, { recursive: true });
      await mkdir(join(root, WORKSHOP, 'old'), { recursive: true });
      for (const [file, bytes] of files) await writeFlushed(join(made, file), [bytes], null);
      await flushFolder(made);
      if (present.length > 0 || (await statOrNull(place, lstat))) await rename(place, old);
      await rename(made, place).catch(async (error: unknown) => {
        await rename(old, place).catch(() => undefined);
        throw error;
      });
      await flushFolder(root);
    } finally {
      await rm(made, { recursive: true, force: true });
      if (await statOrNull(place, lstat)) await rm(join(root, WORKSHOP), { recursive: true, force: true });
    }
  });
  return true;
}

async function holdsSame(
  place: string,
  present: readonly string[],
  files: ReadonlyMap<string, Uint8Array>,
): Promise<boolean> {
  if (present.length !== files.size) return false;
  for (const [name, bytes] of files) {
    const there = await readFile(join(place, name)).catch(() => null);
    if (!there?.equals(bytes)) return false;
  }
  return true;
}

function notAFolder(root: string): Failure {
  return new Failure(
    'refused',
    {
      zh: `${root} 是一个文件,不是文件夹;请换个名字`,
      en: `${root} is a file, not a folder; give another name`,
    },
    { file: root },
  );
}

function foreignFile(place: string, name: string): Failure {
  return new Failure(
    'refused',
    {
      zh: `${place} 里有不是导出的文件(${name}),没有动它;请导出到别的文件夹`,
      en: `${place} holds a file that no export made (${name}) and was left alone; export into another folder`,
    },
    { file: join(place, name) },
  );
}

function otherBook(place: string, name: string): Failure {
  return new Failure(
    'refused',
    {
      zh: `${place} 里是另一本工作簿的「${name}」,没有动它:请在 设置「团队」里给不同的名字,或导出到别的文件夹;这本只是挪了地方的话,加 --yes`,
      en: `${place} holds “${name}” of another workbook and was left alone: give another name in 设置「团队」, or export into another folder; where this one was only moved, add --yes`,
    },
    { file: place },
  );
}
