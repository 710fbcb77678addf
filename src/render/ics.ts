import { civilOf, type Day } from '../core/date.ts';
import type { DueDay } from '../core/due-days.ts';
import { type Lang, say } from '../core/message.ts';
import { maskPhones, visible } from '../core/text.ts';

/**
 * An iCalendar file (RFC 5545) of whole-day entries that block nobody's time. `stamp`: when it was made, milliseconds.
 * Phones are masked: calendars are shared.
 */
export function renderIcs(
  days: readonly DueDay[],
  { lang, stamp }: { readonly lang: Lang; readonly stamp: number },
): string {
  const made = new Date(stamp).toISOString().replace(/[-:]|\.\d+/g, '');
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//funnel//check//ZH',
    'CALSCALE:GREGORIAN',
    `X-WR-CALNAME:${escapeText(say({ zh: '销售漏斗', en: 'Sales funnel' }, lang))}`,
    ...days.flatMap(({ uid, day, summary, description }) => [
      'BEGIN:VEVENT',
      `UID:${escapeText(uid)}@funnel`,
      `DTSTAMP:${made}`,
      `DTSTART;VALUE=DATE:${icsDay(day)}`,
      // The end is the day after the last.
      `DTEND;VALUE=DATE:${icsDay(day + 1)}`,
      `SUMMARY:${escapeText(say(summary, lang))}`,
      `DESCRIPTION:${escapeText(say(description, lang))}`,
      'TRANSP:TRANSPARENT',
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${foldLine(line)}\r\n`).join('');
}

function icsDay(day: Day): string {
  const { year, month, date } = civilOf(day);
  return `${String(year).padStart(4, '0')}${String(month).padStart(2, '0')}${String(date).padStart(2, '0')}`;
}

function escapeText(text: string): string {
  return visible(maskPhones(text), { newlines: true })
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\r\n?|\n/g, '\\n');
}

/** At most 75 octets a line, cut between characters; a continuation begins with a space. */
function foldLine(line: string): string {
  const encoder = new TextEncoder();
  let folded = '';
  let used = 0;
  for (const char of line) {
    const size = encoder.encode(char).length;
    if (used + size > 75) {
      folded += '\r\n ';
      used = 1;
    }
    folded += char;
    used += size;
  }
  return folded;
}
