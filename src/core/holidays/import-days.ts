import type { Book } from '../book.ts';
import { civilOf, type Day, formatDay } from '../date.ts';
import type { Decision } from '../decision.ts';
import { EMPTY_DECISION } from '../draft.ts';
import { counted, type Message } from '../message.ts';
import type { SettingChange, SettingTexts } from '../setting-rows.ts';
import { readDayRange } from '../setting-values.ts';
import type { SettingRow } from '../settings.ts';
import { normalizeWidth } from '../text.ts';
import type { Arrangement, NamedDay } from './arrangement.ts';

/**
 * The rows of 设置 that an arrangement makes: 法定年份 for each year it supplies, 法定放假 and 法定调休 for its days.
 * Rows that an earlier import left for those years or days are written over; a row of other days stays as it is.
 * `source` (the file's name) is what `calendar years` shows.
 */
export function importDays(book: Book, { years, days }: Arrangement, source: string): Decision {
  const dates = new Set(days.map(({ day }) => day));
  const isReplaced = (day: Day) => years.includes(civilOf(day).year) || dates.has(day);
  const held = book.settingRows.flatMap((row) => {
    const working = DAY_CATEGORIES.indexOf(row.category);
    const range = working < 0 ? null : readDayRange(normalizeWidth(row.value));
    return range?.some(isReplaced) ? [{ row, working: working === 1, range }] : [];
  });
  const kept = held.flatMap(({ row, working, range }) =>
    range.filter((day) => !isReplaced(day)).map((day): NamedDay => ({ day, name: row.name, working })),
  );
  const yearRows = book.settingRows.filter(
    ({ category, name }) => category === YEAR_CATEGORY && years.includes(Number(name)),
  );
  const wanted = [...years.map((year) => yearRow(year, source)), ...dayRows([...kept, ...days])];
  const settings = fillRows([...yearRows, ...held.map(({ row }) => row)], wanted);
  return { ...EMPTY_DECISION, settings, notes: notesOf(book, { years, days }, settings) };
}

const YEAR_CATEGORY = '法定年份';
const DAY_CATEGORIES = ['法定放假', '法定调休'];

function yearRow(year: number, source: string): SettingTexts {
  return { category: YEAR_CATEGORY, name: String(year), value: source, explanation: '导入的放假安排' };
}

/** Neighbouring days of one name as one row. */
function dayRows(days: readonly NamedDay[]): SettingTexts[] {
  const ranges: { from: Day; to: Day; name: string; working: boolean }[] = [];
  for (const { day, name, working } of [...days].sort((a, b) => a.day - b.day)) {
    const last = ranges.at(-1);
    if (last && last.name === name && last.working === working && day <= last.to + 1) last.to = day;
    else ranges.push({ from: day, to: day, name, working });
  }
  return ranges.map(({ from, to, name, working }) => ({
    category: DAY_CATEGORIES[working ? 1 : 0] ?? '',
    name,
    value: from === to ? formatDay(from) : `${formatDay(from)}…${formatDay(to)}`,
    explanation: working ? '导入的调休上班日' : '导入的放假日',
  }));
}

/** `wanted` in the rows that are free for it, the rest behind; rows left over are emptied. What stands there already is no change. */
function fillRows(free: readonly SettingRow[], wanted: readonly SettingTexts[]): SettingChange[] {
  const same = (row: SettingRow) => (texts: SettingTexts) =>
    row.category === texts.category && row.name === texts.name && row.value === texts.value;
  const standing = free.filter((row) => wanted.some(same(row)));
  const missing = wanted.filter((texts) => !standing.some((row) => same(row)(texts)));
  const places = free.filter((row) => !standing.includes(row));
  return [
    ...missing.map((texts, index) => ({ ...texts, row: places[index]?.row ?? null })),
    ...places
      .slice(missing.length)
      .map(({ row }) => ({ row, category: '', name: '', value: '', explanation: '' })),
  ];
}

function notesOf(
  book: Book,
  { years, days }: Arrangement,
  settings: readonly SettingChange[],
): readonly Message[] {
  if (days.length === 0) {
    return [
      {
        zh: '文件里还没有放假安排(国务院公布后再取一份),没有写入任何内容',
        en: 'The file holds no arrangement yet (fetch it again once it is announced); nothing was written',
      },
    ];
  }
  if (settings.length === 0)
    return [
      { zh: '设置里已经是这份安排,没有写入', en: 'The arrangement is there already; nothing was written' },
    ];
  const [off, work] = [days.filter(({ working }) => !working), days.filter(({ working }) => working)];
  const others = days
    .filter(({ day }) => !years.includes(civilOf(day).year))
    .map(({ day }) => formatDay(day));
  const thin = years.filter((year) => !off.some(({ day }) => formatDay(day) === `${year}-10-01`));
  const list = { zh: others.join('、'), en: others.join(', ') };
  const known = years.filter((year) => book.holidays.years.has(year));
  return [
    {
      zh: `${years.length === 0 ? '没有提供整年的安排' : `${years.join('、')} 年`}:放假 ${off.length} 天,调休上班 ${work.length} 天`,
      en: `${years.length === 0 ? 'No whole year' : years.join(', ')}: ${counted(off.length, 'day')} off, ${counted(work.length, 'make-up working day')}`,
    },
    ...(others.length === 0
      ? []
      : [
          {
            zh: `${list.zh} 记在各自的日期下,不算那一年有了安排`,
            en: `${list.en} go under their own dates and do not make their year known`,
          },
        ]),
    ...(known.length === 0
      ? []
      : [
          {
            zh: `${known.join('、')} 年原来就有安排,改以这份为准`,
            en: `${known.join(', ')} had an arrangement; this one counts now`,
          },
        ]),
    ...(thin.length === 0
      ? []
      : [
          {
            zh: `${thin.join('、')} 年里没有国庆节(10-01),请核对文件是不是完整`,
            en: `${thin.join(', ')} has no National Day (10-01); check whether the file is complete`,
          },
        ]),
    ...(off.length > 0 && work.length === 0
      ? [{ zh: '没有调休上班的日子,请核对', en: 'There is no make-up working day; check the file' }]
      : []),
  ];
}
