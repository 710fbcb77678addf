import { type Day, dayOf } from './core/date.ts';
import { Failure } from './failure.ts';

/** The team's calendar day at `now` (milliseconds), whatever zone the machine is in. An unknown zone is an error, never UTC. */
export function teamToday(now: number, timeZone: string): Day {
  const parts = zonedParts(now, timeZone);
  return dayOf(Number(parts.year), Number(parts.month), Number(parts.day)) ?? 0;
}

/** 记录时间: `YYYY-MM-DD HH:MM:SS` in the team's zone. */
export function recordedAtText(now: number, timeZone: string): string {
  const { year, month, day, hour, minute, second } = zonedParts(now, timeZone);
  return `${year}-${month}-${day} ${hour}:${minute}:${second}`;
}

/** Minutes by which the machine's clock is ahead of the team's at `now`: −960 in Los Angeles for Shanghai. */
export function zoneShift(now: number, timeZone: string): number {
  const { year, month, day, hour, minute } = zonedParts(now, timeZone);
  const team = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
  const machine = now - new Date(now).getTimezoneOffset() * 60_000;
  return Math.round((machine - team) / 60_000 - (now % 60_000) / 60_000);
}

/**
 * Zones that have kept one time since 1992, in hours before UTC. The platform's own tables take 15 ms to load, a sixth of a
 * short command.
 */
const STEADY: ReadonlyMap<string, number> = new Map([['Asia/Shanghai', 8]]);
const STEADY_SINCE = Date.UTC(1992, 0, 1);

function zonedParts(now: number, timeZone: string): Readonly<Record<string, string>> {
  const hours = STEADY.get(timeZone);
  if (hours !== undefined && now >= STEADY_SINCE) {
    const [, year = '', month = '', day = '', hour = '', minute = '', second = ''] =
      /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)/.exec(new Date(now + hours * 3_600_000).toISOString()) ?? [];
    return { year, month, day, hour, minute, second };
  }
  try {
    const format = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
    return Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value]));
  } catch {
    throw new Failure(
      'file',
      {
        zh: `设置里的时区「${timeZone}」无法识别;请写成 Asia/Shanghai 这样的名字`,
        en: `The time zone “${timeZone}” in 设置 is not known; write it like Asia/Shanghai`,
      },
      { sheet: '设置', value: timeZone, expected: 'Asia/Shanghai' },
    );
  }
}
