import { addWorkingDays, buildCalendar, type Calendar, dayInfo, englishName, explainTerm, provisionalNote, weekdayName } from '../core/calendar.ts';
import { civilOf, type Day, formatDay } from '../core/date.ts';
import { parseDateWords } from '../core/date-words.ts';
import type { Message } from '../core/message.ts';
import { DEFAULT_SETTINGS } from '../core/settings.ts';
import { nearest, normalizeWidth } from '../core/text.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { Failure } from '../failure.ts';
import { readBook } from '../read-book.ts';
import type { Session } from '../session.ts';
import { officialHolidays } from '../storage/holidays.ts';
import { teamToday } from '../today.ts';
import type { CommandSpec } from './command.ts';

const ACTIONS = ['show', 'add', 'years'] as const;

export const calendarCommand: CommandSpec = {
  name: 'calendar',
  args: '<action> [date] [days]',
  summary: { zh: '工作日怎么数:show 日期、add 日期 天数、years', en: 'how working days are counted: show DATE, add DATE N, years' },
  writes: false,
  options: [],
  examples: ['calendar show 2026-10-10', 'calendar add 2026-09-30 3', 'calendar years'],
  async run(session, [action, date, days]) {
    const { calendar, today } = await openCalendar(session);
    switch (action) {
      case 'years':
        return showYears(session, calendar);
      case 'show':
        return showDay(session, calendar, readDate(date, calendar, today));
      case 'add':
        return showTerm(session, calendar, readDate(date, calendar, today), readDays(days));
      default: {
        const close = nearest(String(action), ACTIONS);
        const words = close.length > 0 ? close : ACTIONS;
        throw usage({ zh: `没有「calendar ${action}」;有 ${words.join('、')}`, en: `There is no “calendar ${action}”; there are ${words.join(', ')}` }, String(action), ACTIONS.join(' / '));
      }
    }
  },
};

/** With a workbook its own days count; without one the official arrangement alone. */
async function openCalendar(session: Session): Promise<{ readonly calendar: Calendar; readonly today: Day }> {
  const { io, options } = session;
  if (options.file !== null || io.env.FUNNEL_FILE) return readBook(session);
  return { calendar: buildCalendar(officialHolidays(), DEFAULT_SETTINGS.ownDays), today: teamToday(io.now(), DEFAULT_SETTINGS.timeZone) };
}

function readDate(text: string | readonly string[] | undefined, calendar: Calendar, today: Day): Day {
  const day = typeof text === 'string' ? parseDateWords(text, { today, sense: 'coming', calendar }) : null;
  if (day !== null) return day;
  throw usage({ zh: `「${text ?? ''}」不是日期;可写 2026-10-01、今天、下周三`, en: `“${text ?? ''}” is not a date; write 2026-10-01, today, next wed` }, String(text ?? ''), '2026-10-01');
}

function readDays(text: string | readonly string[] | undefined): number {
  const word = typeof text === 'string' ? normalizeWidth(text).trim() : '';
  if (/^\d{1,4}$/.test(word)) return Number(word);
  throw usage({ zh: `天数「${text ?? ''}」要是 0 或更大的整数`, en: `The number of days “${text ?? ''}” must be a whole number, 0 or more` }, String(text ?? ''), '3');
}

function showYears(session: Session, { table }: Calendar): ExitCode {
  const years = [...table.years].map(([year, source]) => ({ year, source })).sort((a, b) => a.year - b.year);
  if (session.options.json) session.json({ years });
  else for (const { year, source } of years) session.print(`${year}  ${source}`);
  return EXIT.done;
}

function showDay(session: Session, calendar: Calendar, day: Day): ExitCode {
  const { working, kind, name, provisional } = dayInfo(calendar, day);
  if (session.options.json) {
    session.json({ date: formatDay(day), working, kind, name, provisional });
    return EXIT.done;
  }
  const note: Message = provisional ? provisionalNote([civilOf(day).year]) : { zh: '', en: '' };
  const weekday = weekdayName(day);
  session.print(
    session.say({
      zh: `${formatDay(day)} ${weekday.zh}:${working ? '工作日' : '休息'}${name && name !== weekday.zh ? `(${name})` : ''}${note.zh}`,
      en: `${formatDay(day)} ${weekday.en}: ${working ? 'working day' : 'day off'}${name && name !== weekday.zh ? ` (${englishName(name)})` : ''}${note.en}`,
    }),
  );
  return EXIT.done;
}

function showTerm(session: Session, calendar: Calendar, start: Day, add: number): ExitCode {
  const term = addWorkingDays(calendar, start, add);
  if (session.options.json) {
    session.json({
      date: formatDay(start),
      add,
      due: formatDay(term.due),
      provisional: term.provisional,
      missingYears: term.missingYears,
      counted: term.counted.map(({ day, name }) => ({ date: formatDay(day), name })),
      skipped: term.skipped.map(({ day, name, kind }) => ({ date: formatDay(day), name, kind })),
    });
    return EXIT.done;
  }
  session.print(session.say({ zh: `${formatDay(start)} + ${add} 个工作日 = ${formatDay(term.due)}`, en: `${formatDay(start)} + ${add} working days = ${formatDay(term.due)}` }));
  session.print(session.say(explainTerm(term)));
  return EXIT.done;
}

function usage(text: Message, value: string, expected: string): Failure {
  return new Failure('usage', text, { value, expected });
}

