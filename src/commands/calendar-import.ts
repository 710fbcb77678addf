import { basename } from 'node:path';
import { writeBook } from '../app.ts';
import {
  type Arrangement,
  type BadArrangement,
  readHolidayEvents,
  readHolidayFile,
} from '../core/holidays/arrangement.ts';
import { importDays } from '../core/holidays/import-days.ts';
import type { ExitCode } from '../exit.ts';
import { Failure } from '../failure.ts';
import type { Session } from '../session.ts';
import { readInputText } from '../storage/input-text.ts';

/** `calendar import FILE`: a year's arrangement (holiday-cn JSON or .ics, `-` for stdin) into 设置. */
export async function importArrangement(session: Session, file: string): Promise<ExitCode> {
  const arrangement = await readArrangement(session, file);
  const source = file === '-' ? 'stdin' : basename(file);
  return writeBook(session, {
    ask: async () => undefined,
    queued: () => (file === '-' ? null : [session.words()]),
    decide: ({ book }) => importDays(book, arrangement, source),
  });
}

async function readArrangement({ io }: Session, file: string): Promise<Arrangement> {
  const text = await readInputText(io, file);
  if (/^\s*BEGIN:VCALENDAR/i.test(text)) {
    const { readIcsEvents } = await import('../storage/ics.ts');
    return usable(file, readHolidayEvents(usable(file, readIcsEvents(text))));
  }
  return usable(file, readHolidayFile(parseJson(text, file)));
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure(
      'file',
      {
        zh: `${file} 既不是 JSON 也不是 .ics 日历;请用 holiday-cn 的年度文件(如 2027.json)或一份放假安排的 .ics`,
        en: `${file} is neither JSON nor an .ics calendar; use a yearly file of holiday-cn (like 2027.json) or an .ics of the arrangement`,
      },
      { file, value: text.trim().slice(0, 40), expected: '2027.json / .ics' },
    );
  }
}

function usable<T extends object>(file: string, read: T | BadArrangement): T {
  if (!('bad' in read)) return read;
  throw new Failure(
    'file',
    {
      zh: `${file}:${read.bad.zh}。读到 ${read.value}`,
      en: `${file}: ${read.bad.en}. Found ${read.value}`,
    },
    { file, value: read.value, expected: read.expected },
  );
}
