import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatDay } from '../../src/core/date.ts';
import {
  type CalendarEvent,
  readHolidayEvents,
  readHolidayFile,
} from '../../src/core/holidays/arrangement.ts';
import { readIcsEvents } from '../../src/storage/ics.ts';
import { day } from '../commands/support.ts';
import { freshFolder } from '../save/support.ts';
import { runIn, splitWords } from '../transcripts/run-transcript.ts';

type Entry = readonly [name: string, date: string, isOffDay: boolean];

const NEXT: readonly Entry[] = [
  ['元旦', '2026-12-31', true],
  ['元旦', '2027-01-01', true],
  ['元旦', '2027-01-02', true],
  ['元旦', '2027-01-09', false],
  ['国庆节', '2027-10-01', true],
];

function holidayCn(year: number, entries: readonly Entry[]): string {
  const days = entries.map(([name, date, isOffDay]) => ({ name, date, isOffDay }));
  return JSON.stringify({ $schema: 'schema.json', year, papers: [], days });
}

type EventText = readonly [summary: string, start: string, end?: string | undefined, more?: string];

function ics(...events: readonly EventText[]): string {
  const lines = events.flatMap(([summary, start, end, more]) => [
    'BEGIN:VEVENT',
    `SUMMARY:${summary}`,
    `DTSTART${start.includes('T') ? '' : ';VALUE=DATE'}:${start}`,
    ...(end ? [`DTEND${end.includes('T') ? '' : ';VALUE=DATE'}:${end}`] : []),
    ...(more ? [more] : []),
    `UID:${start}${summary}`,
    'END:VEVENT',
  ]);
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//t//t//', ...lines, 'END:VCALENDAR', ''].join('\r\n');
}

describe('calendar import', () => {
  const folder = mkdtempSync(join(tmpdir(), 'funnel-holidays-'));
  const funnel = (line: string) => runIn(folder, splitWords(line));
  const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
  beforeAll(async () => {
    await funnel('init');
    put('2027.json', holidayCn(2027, NEXT));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('puts a yearly JSON of holiday-cn into 设置, and everything counts by it from then on', async () => {
    const book = readFileSync(join(folder, '销售漏斗.xlsx'));
    const dry = await funnel('calendar import 2027.json --dry-run');
    expect(dry).toMatchObject({ code: 0 });
    expect(dry.out).toContain('法定放假');
    expect(readFileSync(join(folder, '销售漏斗.xlsx'))).toEqual(book);

    const done = await funnel('calendar import 2027.json');
    expect(done).toMatchObject({ code: 0 });
    expect(done.err).toContain('2027 年:放假 4 天,调休上班 1 天');
    expect(JSON.parse((await funnel('calendar years --json')).out).years.at(-1)).toEqual({
      year: 2027,
      source: '2027.json',
    });
    expect((await funnel('calendar show 2027-01-09')).out).toBe('2027-01-09 周六: 上班(调休上班)\n');
    expect((await funnel('calendar add 2026-12-30 3')).out).toBe(
      '2026-12-30 周三 + 3 个工作日 = 2027-01-06 周三\n  计入 01-04…01-06\n  跳过 12-31…01-02 元旦 放假、01-03 周末\n',
    );
  });

  it('keeps a day of December under its own date, and does not take its year for known', async () => {
    expect((await funnel('calendar show 2026-12-31')).out).toContain('休息(元旦)');
    put(
      '2031.json',
      holidayCn(2031, [
        ['元旦', '2030-12-31', true],
        ['国庆节', '2031-10-01', true],
      ]),
    );
    const { err } = await funnel('calendar import 2031.json');
    expect(err).toContain('2030-12-31 记在各自的日期下,不算那一年有了安排');
    const { out } = await funnel('calendar show 2030-12-31');
    expect(out).toContain('休息(元旦)');
    expect(out).toContain('缺 2030 年放假安排');
    await funnel('undo');
  });

  it('imported again it changes nothing; a corrected file replaces what stood there, day by day', async () => {
    expect((await funnel('calendar import 2027.json')).err).toContain('没有写入');
    put(
      'new.json',
      holidayCn(2027, [
        ['元旦', '2027-01-01', true],
        ['国庆节', '2027-10-01', true],
      ]),
    );
    await funnel('calendar import new.json');
    expect((await funnel('calendar show 2027-01-09')).out).toBe('2027-01-09 周六: 休息\n');
    expect((await funnel('calendar show 2027-01-02')).out).toBe('2027-01-02 周六: 休息\n');
    // The last day of 2026 belongs to the other file's notice, and this one does not speak of it.
    expect((await funnel('calendar show 2026-12-31')).out).toContain('休息(元旦)');
    await funnel('undo');
    expect((await funnel('calendar show 2027-01-09')).out).toContain('上班(调休上班)');
  });

  it('an empty file supplies no year', async () => {
    put('2029.json', holidayCn(2029, []));
    expect(await funnel('calendar import 2029.json')).toMatchObject({ code: 0, out: '' });
    put('2029.ics', ics());
    expect((await funnel('calendar import 2029.ics')).err).toContain('还没有放假安排');
    const years = JSON.parse((await funnel('calendar years --json')).out).years.map(
      ({ year }: { year: number }) => year,
    );
    expect(years).not.toContain(2029);
  });

  it('reads an .ics, makes it the year’s arrangement and says so', async () => {
    put(
      '安排.ics',
      ics(['国庆节假期', '20271001', '20271008'], ['上班(补国庆节假期)', '20271009', '20271010']),
    );
    const { code, err } = await funnel('calendar import 安排.ics');
    expect(code).toBe(0);
    expect(err).toContain('2027 年原来就有安排,改以这份为准');
    expect((await funnel('calendar show 2027-10-07')).out).toContain('休息(国庆节)');
    expect((await funnel('calendar show 2027-10-09')).out).toContain('上班(调休上班)');
    expect((await funnel('calendar show 2027-01-01')).out).not.toContain('元旦');
    await funnel('undo');
  });

  it('wants a workbook that was taken over', async () => {
    const empty = freshFolder();
    writeFileSync(join(empty, '2027.json'), holidayCn(2027, NEXT));
    expect(await runIn(empty, ['calendar', 'import', '2027.json'])).toMatchObject({ code: 3 });
  });

  it.each([
    ['missing', null, '没有 bad 这个文件'],
    ['no JSON', '{"year":', '既不是 JSON 也不是 .ics'],
    ['a list', '[]', '要有 "year"(年份)和 "days"'],
    ['a year as text', '{"year":"2027","days":[]}', '要有 "year"(年份)'],
    ['no such day', holidayCn(2027, [['元旦', '2027-02-30', true]]), '第 1 项'],
    ['isOffDay left out', '{"year":2027,"days":[{"name":"元旦","date":"2027-01-01"}]}', 'isOffDay'],
    [
      'a day both off and worked',
      holidayCn(2027, [
        ['元旦', '2027-01-01', true],
        ['元旦', '2027-01-01', false],
      ]),
      '2027-01-01 既写成放假又写成上班',
    ],
    ['a torn .ics', 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:国庆节放假\n', '不是有效的 .ics'],
    [
      'an event without a day',
      'BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR',
      'VEVENT x',
    ],
    ['an hour off', ics(['国庆节放假', '20271001T090000', '20271001T100000']), '要是整天的事件'],
    ['a holiday without end', ics(['国庆节放假', '20271001', '20281001']), '不超过 31 天'],
    ['a repeating one', ics(['元旦放假', '20270101', '20270102', 'RRULE:FREQ=YEARLY']), '是重复事件'],
  ])('%s is refused', async (_why, text, says) => {
    const book = readFileSync(join(folder, '销售漏斗.xlsx'));
    if (text !== null) put('bad', text);
    const ran = await funnel('calendar import bad');
    expect(ran).toMatchObject({ code: 3 });
    expect(ran.err).toContain(says);
    expect(readFileSync(join(folder, '销售漏斗.xlsx'))).toEqual(book);
  });

  it.each(['calendar import', 'calendar import a.json b.json'])('%s is a usage error', async (line) => {
    expect(await funnel(line)).toMatchObject({ code: 2 });
  });

  it('where the workbook of the folder cannot be read, counting goes on and says so', async () => {
    const broken = freshFolder();
    writeFileSync(join(broken, '表.xlsx'), 'no zip');
    const { code, out, err } = await runIn(broken, ['calendar', 'add', '2026-09-30', '3']);
    expect({ code, due: out.includes('2026-10-10') }).toEqual({ code: 0, due: true });
    expect(err).toContain('没有算团队自己的日子');
  });
});

describe('what an .ics says', () => {
  const read = (events: readonly EventText[]) => {
    const found = readIcsEvents(ics(...events));
    if ('bad' in found) throw new Error(found.bad.en);
    const arrangement = readHolidayEvents(found);
    if ('bad' in arrangement) throw new Error(arrangement.bad.en);
    return arrangement.days.map(
      (each) => `${formatDay(each.day)} ${each.working ? '班' : '休'} ${each.name}`,
    );
  };

  it.each<readonly [string, readonly EventText[], readonly string[]]>([
    ['holiday-cn', [['春节假期', '20270205', '20270207']], ['2027-02-05 休 春节', '2027-02-06 休 春节']],
    ['holiday-cn, worked', [['上班(补春节假期)', '20270131', '20270201']], ['2027-01-31 班 春节']],
    [
      'Apple: marks beside ordinary days',
      [
        ['春节（休）', '20270205', '20270206'],
        ['除夕', '20270205', '20270206'],
        ['立春', '20270204', '20270205'],
        ['春节（班）', '20270131', '20270201'],
      ],
      ['2027-02-05 休 春节', '2027-01-31 班 春节'],
    ],
    [
      'Apple: the property alone',
      [['劳动节', '20270501', '20270502', 'X-APPLE-SPECIAL-DAY:WORK-HOLIDAY']],
      ['2027-05-01 休 劳动节'],
    ],
    [
      'subscription with counters',
      [
        ['国庆节 假期 第1天/共7天', '20271001', '20271002'],
        ['国庆节 补班 第1天/共1天', '20271009', '20271010'],
      ],
      ['2027-10-01 休 国庆节', '2027-10-09 班 国庆节'],
    ],
    [
      'the category says it',
      [['清明调休', '20270403', undefined, 'CATEGORIES:上班']],
      ['2027-04-03 班 清明'],
    ],
    [
      'bare names',
      [
        ['端午节', '20270609'],
        ['妇女节', '20270308'],
      ],
      ['2027-06-09 休 端午节'],
    ],
    ['a day without DTEND', [['中秋节放假', '20270915']], ['2027-09-15 休 中秋节']],
    [
      'midnight to midnight',
      [['中秋节放假', '20270915T000000', '20270916T000000']],
      ['2027-09-15 休 中秋节'],
    ],
    ['nothing of the kind', [['部门会议', '20270915T090000', '20270915T100000']], []],
  ])('%s', (_why, events, days) => {
    expect(read(events)).toEqual(days);
  });

  it('supplies a year only where its National Day is in it', () => {
    const event = (summary: string, from: string, to = from): CalendarEvent => ({
      summary,
      from: day(from),
      to: day(to),
      timed: false,
      kinds: '',
    });
    const years = (...events: CalendarEvent[]) => {
      const found = readHolidayEvents(events);
      return 'years' in found ? found.years : [];
    };
    expect(years(event('元旦假期', '2026-12-31', '2027-01-02'))).toEqual([]);
    expect(years(event('元旦假期', '2026-12-31', '2027-01-02'), event('国庆节假期', '2027-10-01'))).toEqual([
      2027,
    ]);
    expect(years(event('国庆节上班', '2027-10-01'))).toEqual([]);
  });

  it('a JSON file with days supplies the year it names', () => {
    expect(readHolidayFile(JSON.parse(holidayCn(2019, [['元旦', '2018-12-30', true]])))).toMatchObject({
      years: [2019],
    });
  });
});

describe('the hint that next year is missing', () => {
  it('stands at the foot of the page from 1 December on, and does not break --quiet', async () => {
    const folder = freshFolder();
    await runIn(folder, ['init']);
    const check = (...words: string[]) => runIn(folder, ['check', ...words]);
    expect((await check('--as-of', '2026-11-30')).out).not.toContain('2027');
    const { code, out } = await check('--as-of', '2026-12-01');
    expect({ code, hint: out.includes('funnel calendar import 2027.json') }).toEqual({ code: 0, hint: true });
    expect(await check('--as-of', '2026-12-01', '--quiet')).toEqual({ code: 0, out: '', err: '' });
    writeFileSync(join(folder, '2027.json'), holidayCn(2027, NEXT));
    await runIn(folder, ['calendar', 'import', '2027.json']);
    expect((await check('--as-of', '2026-12-01')).out).not.toContain('2027');
    expect(JSON.parse((await check('--as-of', '2026-12-01', '--json')).out).calendar.yearToImport).toBe(null);
  });
});
