import { addWorkingDays, buildCalendar, type Calendar, dayInfo } from '../core/calendar.ts';
import { civilOf, type Day, formatDay } from '../core/date.ts';
import { parseDateWords } from '../core/date-words.ts';
import { joinMessages, type Message, plain } from '../core/message.ts';
import { DEFAULT_SETTINGS } from '../core/settings.ts';
import { describeDays, englishName, provisionalNote, weekdayName } from '../core/term-text.ts';
import { nearest, normalizeWidth, visible, wrapText } from '../core/text.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { Failure } from '../failure.ts';
import { readBook, readToday } from '../read-book.ts';
import type { Session } from '../session.ts';
import { officialHolidays } from '../storage/holidays.ts';
import { importArrangement } from './calendar-import.ts';
import type { CommandSpec } from './command.ts';

const ACTIONS = ['show', 'add', 'import', 'years'] as const;

export const calendarCommand: CommandSpec = {
  name: 'calendar',
  args: '<action> [date] [n]',
  summary: {
    zh: '工作日怎么数: show 日期、add 日期 天数、years(不需要工作簿;有的话也算团队自己的放假和上班日);import 文件 把一年的放假安排写进设置',
    en: "how working days are counted: show DATE, add DATE N, years (no workbook needed; where there is one the team's own days count too); import FILE puts a year's arrangement into the workbook",
  },
  brief: {
    zh: '工作日怎么数;导入一年的放假安排',
    en: 'how working days are counted; import a year of holidays',
  },
  writes: true,
  options: [],
  examples: [
    'calendar show 2026-10-10',
    'calendar add 2026-09-30 3',
    'calendar add 今天 10',
    'calendar years',
    'calendar import 2027.json --dry-run',
    'calendar import 放假安排.ics',
  ],
  async run(session, [action, date, n]) {
    if (action === 'import') return importArrangement(session, readFileName(date, n));
    const read = { show: showDay, add: showTerm, years: showYears };
    const known = (['show', 'add', 'years'] as const).find((each) => each === action);
    if (!known) throw unknownAction(String(action));
    return read[known](session, await openCalendar(session), { date, n });
  },
};

type Argument = string | readonly string[] | undefined;

interface Given {
  readonly date: Argument;
  readonly n: Argument;
}

interface Opened {
  readonly calendar: Calendar;
  readonly today: Day;
}

/** With a workbook (named, or the one of this folder) its own and imported days count; else the official arrangement alone. */
async function openCalendar(session: Session): Promise<Opened> {
  try {
    return await readBook(session);
  } catch (error) {
    const { io, options } = session;
    if (!(error instanceof Failure) || options.file !== null || io.env.FUNNEL_FILE) throw error;
    const calendar = buildCalendar(officialHolidays(), DEFAULT_SETTINGS.ownDays);
    const today = readToday(session, DEFAULT_SETTINGS.timeZone, calendar);
    // No workbook in this folder is what it is here for.
    if (error.place.file !== io.cwd) {
      session.note({
        zh: `只按法定放假安排数,没有算团队自己的日子:${error.text.zh}`,
        en: `Counted by the official arrangement only, without the team's own days: ${error.text.en}`,
      });
    }
    return { calendar, today };
  }
}

function showDay(session: Session, opened: Opened, given: Given): ExitCode {
  if (given.n !== undefined) {
    const example = `funnel calendar add ${given.date} ${given.n}`;
    throw usage(
      {
        zh: `calendar show 只要一个日期;要加天数: ${example}`,
        en: `calendar show takes one date; to add days: ${example}`,
      },
      given.n,
      example,
    );
  }
  const { day, working, kind, name, provisional } = dayInfo(opened.calendar, readDate(given.date, opened));
  if (session.options.json) {
    session.json({ date: formatDay(day), working, kind, name, provisional });
    return EXIT.done;
  }
  const weekday = weekdayName(day);
  const why =
    name === '' || name === weekday.zh ? plain('') : { zh: `(${name})`, en: ` (${englishName(name)})` };
  const note = provisional ? provisionalNote([civilOf(day).year]) : null;
  printLine(session, {
    zh: `${formatDay(day)} ${weekday.zh}: ${working ? '上班' : '休息'}${why.zh}${note ? `;${note.zh}` : ''}`,
    en: `${formatDay(day)} ${weekday.en}: ${working ? 'working day' : 'day off'}${why.en}${note ? `; ${note.en}` : ''}`,
  });
  return EXIT.done;
}

function showTerm(session: Session, opened: Opened, given: Given): ExitCode {
  const start = readDate(given.date, opened);
  const add = readDays(given.n);
  const { due, provisional, missingYears, counted, skipped } = addWorkingDays(opened.calendar, start, add);
  if (session.options.json) {
    session.json({
      date: formatDay(start),
      add,
      due: formatDay(due),
      provisional,
      missingYears,
      counted: counted.map(({ day, name }) => ({ date: formatDay(day), name })),
      skipped: skipped.map(({ day, name, kind }) => ({ date: formatDay(day), name, kind })),
    });
    return EXIT.done;
  }
  const [from, to] = [weekdayName(start), weekdayName(due)];
  printLine(session, {
    zh: `${formatDay(start)} ${from.zh} + ${add} 个工作日 = ${formatDay(due)} ${to.zh}`,
    en: `${formatDay(start)} ${from.en} + ${add} working day${add === 1 ? '' : 's'} = ${formatDay(due)} ${to.en}`,
  });
  printDays(session, { zh: '计入', en: 'counted' }, describeDays(counted));
  printDays(session, { zh: '跳过', en: 'skipped' }, describeDays(skipped));
  if (provisional) {
    const { zh, en } = provisionalNote(missingYears);
    printLine(session, {
      zh: `  ${zh}:先按周末和固定日期的节日推算`,
      en: `  ${en}: only weekends and fixed-date holidays are known`,
    });
  }
  return EXIT.done;
}

function showYears(session: Session, { calendar }: Opened): ExitCode {
  const years = [...calendar.table.years].map(([year, source]) => ({ year, source }));
  years.sort((a, b) => a.year - b.year);
  if (session.options.json) session.json({ years });
  else for (const { year, source } of years) printLine(session, plain(`${year}  ${source}`));
  return EXIT.done;
}

function printDays(session: Session, title: Message, days: readonly Message[]): void {
  if (days.length === 0) return;
  const list = joinMessages(days, { zh: '、', en: ', ' });
  printLine(session, { zh: `  ${title.zh} ${list.zh}`, en: `  ${title.en} ${list.en}` });
}

/** Names of days come from the team's cells too. */
function printLine(session: Session, line: Message): void {
  const lines = wrapText(visible(session.say(line)), session.style.columns - 4);
  session.print(lines.map((each, index) => (index === 0 ? each : `    ${each}`)).join('\n'));
}

function readDate(text: Argument, { calendar, today }: Opened): Day {
  const day = parseDateWords(String(text ?? ''), { today, sense: 'coming', calendar });
  if (day !== null) return day;
  const examples = { zh: '2026-10-01、10-01、今天、下周三、月底', en: '2026-10-01, 10-01, today, next wed' };
  throw usage(
    text === undefined
      ? { zh: `缺少日期;可写 ${examples.zh}`, en: `The date is missing; write ${examples.en}` }
      : {
          zh: `「${text}」不是日期;可写 ${examples.zh}`,
          en: `“${text}” is not a date; write ${examples.en}`,
        },
    text,
    '2026-10-01',
  );
}

function readDays(text: Argument): number {
  const word = normalizeWidth(String(text ?? '')).trim();
  if (/^\d{1,4}$/.test(word)) return Number(word);
  throw usage(
    text === undefined
      ? {
          zh: '缺少工作日数,如 calendar add 2026-09-30 3',
          en: 'The number of working days is missing, like calendar add 2026-09-30 3',
        }
      : {
          zh: `工作日数「${text}」要是 0 到 9999 的整数,如 3`,
          en: `The number of working days “${text}” must be a whole number from 0 to 9999, like 3`,
        },
    text,
    '3',
  );
}

function readFileName(file: Argument, more: Argument): string {
  if (typeof file === 'string' && file !== '' && more === undefined) return file;
  const example = 'funnel calendar import 2027.json';
  throw usage(
    {
      zh: `calendar import 要一个文件(holiday-cn 的年度 JSON 或 .ics,- 表示标准输入),如 ${example}`,
      en: `calendar import takes one file (a yearly JSON of holiday-cn or an .ics; - for stdin), like ${example}`,
    },
    more ?? file,
    '2027.json',
  );
}

function unknownAction(action: string): Failure {
  const close = nearest(action, ACTIONS);
  const hint =
    close.length > 0
      ? { zh: `是不是 ${close.join('、')}?`, en: `Did you mean ${close.join(', ')}?` }
      : { zh: `可用 ${ACTIONS.join('、')}`, en: `There are ${ACTIONS.join(', ')}` };
  return usage(
    { zh: `没有「calendar ${action}」。${hint.zh}`, en: `There is no “calendar ${action}”. ${hint.en}` },
    action,
    ACTIONS.join(' / '),
  );
}

function usage(text: Message, value: Argument, expected: string): Failure {
  return new Failure('usage', text, { value: String(value ?? ''), expected });
}
