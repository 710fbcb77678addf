import ICAL from 'ical.js';
import { type Day, dayOf } from '../core/date.ts';
import type { BadArrangement, CalendarEvent } from '../core/holidays/arrangement.ts';

/**
 * The events of an iCalendar file (RFC 5545), each reduced to the days it lasts as they are written: no time zone is
 * applied. What is no such file, and an event that repeats, is bad. (A bundle of its own: Failure is not the same
 * class here, so nothing is thrown.)
 */
export function readIcsEvents(text: string): readonly CalendarEvent[] | BadArrangement {
  try {
    return readEvents(text);
  } catch (error) {
    // Values are parsed when they are asked for: any of them may be what ical.js cannot read.
    return noCalendar(error instanceof Error ? error.message : String(error));
  }
}

function readEvents(text: string): readonly CalendarEvent[] | BadArrangement {
  const events: CalendarEvent[] = [];
  const parsed: unknown = ICAL.parse(text);
  if (!Array.isArray(parsed) || parsed[0] !== 'vcalendar') return noCalendar(text.slice(0, 40));
  for (const component of new ICAL.Component(parsed).getAllSubcomponents('vevent')) {
    const event = new ICAL.Event(component);
    const from = dayOfTime(event.startDate);
    const end = from === null ? null : dayOfTime(event.endDate);
    if (from === null || end === null) return noCalendar(`VEVENT ${event.summary ?? ''}`);
    if (event.isRecurring()) {
      return {
        bad: {
          zh: `「${event.summary}」是重复事件;放假安排要逐年列出日期`,
          en: `“${event.summary}” repeats; an arrangement lists the days of each year`,
        },
        value: event.summary,
        expected: 'DTSTART;VALUE=DATE:20271001',
      };
    }
    events.push({
      summary: event.summary ?? '',
      from,
      // DTEND is the day after; without one a whole-day event lasts its day.
      to: Math.max(from, end - 1),
      timed: !isMidnight(event.startDate) || !isMidnight(event.endDate),
      kinds: ['categories', 'x-apple-special-day']
        .flatMap((name) => component.getAllProperties(name))
        .flatMap((property) => property.getValues())
        .join(' '),
    });
  }
  return events;
}

function noCalendar(value: string): BadArrangement {
  return {
    bad: { zh: '不是有效的 .ics 日历', en: 'no valid .ics calendar' },
    value,
    expected: 'BEGIN:VCALENDAR … BEGIN:VEVENT … DTSTART;VALUE=DATE:20271001',
  };
}

/** Null where an event lacks it, or where the file writes no day of the calendar (ical.js would roll 02-30 over). */
function dayOfTime(time: ICAL.Time | null): Day | null {
  return time && dayOf(time.year, time.month, time.day);
}

function isMidnight({ isDate, hour, minute, second }: ICAL.Time): boolean {
  return isDate || (hour === 0 && minute === 0 && second === 0);
}
