import { dealsOf } from './core/book.ts';
import type { Message } from './core/message.ts';
import type { CellChange } from './core/sheet.ts';
import { Failure } from './failure.ts';
import type { Reading } from './read-book.ts';
import type { Session } from './session.ts';

/** A write into so many rows of 客户信息跟踪表 that it is not done unasked. */
export interface LargeChange {
  /** Rows that stood there already and are written into. */
  readonly rows: number;
  /** All rows with a 商机. */
  readonly of: number;
}

const MANY_ROWS = 100;
const MANY_SHARE = 0.2;

/** Null where at most 100 rows, or at most 20 % of them, are touched. Rows that are added touch none. */
export function findLargeChange(
  { book }: Reading,
  changes: readonly Pick<CellChange, 'sheet' | 'row'>[],
): LargeChange | null {
  const { sheet } = book.shape;
  const touched = new Set(changes.flatMap((change) => (change.sheet === sheet ? change.row : [])));
  if (touched.size <= MANY_ROWS) return null;
  const deals = dealsOf(book);
  const rows = deals.filter(({ row }) => touched.has(row.row)).length;
  return rows > MANY_ROWS && rows > deals.length * MANY_SHARE ? { rows, of: deals.length } : null;
}

/** For --dry-run: that writing it is asked about. */
export function largeNote(large: LargeChange): Message {
  const { zh, en } = largeText(large);
  return {
    zh: `这条命令${zh}:写入前会先问,没有终端时要加 --yes`,
    en: `This command ${en}: writing it asks first, and needs --yes without a terminal`,
  };
}

/** Asks a person in a terminal, outside any lock. Throws Failure: exit 2 where nobody can be asked, exit 4 for no. */
export async function agreeToLarge(session: Session, { store }: Reading, large: LargeChange): Promise<void> {
  const text = largeText(large);
  const place = { file: store.path, value: String(large.rows), expected: '--yes' };
  if (!session.interactive) {
    throw new Failure(
      'usage',
      {
        zh: `这条命令${text.zh},没有写入。先加 --dry-run 看清楚;同意就加 --yes`,
        en: `This command ${text.en}; nothing was written. Look first with --dry-run; to agree, add --yes`,
      },
      place,
    );
  }
  const { askConfirm } = await import('./prompt/ask.ts');
  const question = { zh: `这条命令${text.zh},继续?`, en: `This command ${text.en}. Go on?` };
  if (await askConfirm(session, question, false)) return;
  throw new Failure('refused', { zh: '没有写入,什么都没改', en: 'Nothing was written' }, place);
}

function largeText({ rows, of }: LargeChange): Message {
  const share = Math.round((rows / of) * 100);
  return {
    zh: `会改 ${rows} 行(共 ${of} 行,${share}%)`,
    en: `changes ${rows} of ${of} rows (${share}%)`,
  };
}
