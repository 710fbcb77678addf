import { describe, expect, it } from 'vitest';
import { formatDay } from '../../src/core/date.ts';
import { Failure } from '../../src/failure.ts';
import { recordedAtText, teamToday } from '../../src/today.ts';

describe('today is the day in the team’s zone', () => {
  it.each([
    [
      '2026-11-23T15:59:59Z',
      'Asia/Shanghai',
      '2026-11-23',
      '2026-11-23 23:59:59',
      'the last second of the day',
    ],
    ['2026-11-23T16:00:00Z', 'Asia/Shanghai', '2026-11-24', '2026-11-24 00:00:00', 'midnight is 00, not 24'],
    ['2026-11-23T16:00:00Z', 'America/New_York', '2026-11-23', '2026-11-23 11:00:00', 'another zone'],
    ['2026-12-31T23:30:00Z', 'Pacific/Kiritimati', '2027-01-01', '2027-01-01 13:30:00', 'the furthest one'],
  ])('%s in %s is %s (%s; %s)', (time, zone, day, recorded) => {
    const now = Date.parse(time);
    expect(formatDay(teamToday(now, zone))).toBe(day);
    expect(recordedAtText(now, zone)).toBe(recorded);
  });

  it('in Shanghai it is what the platform says, whenever it is asked', () => {
    const format = new Intl.DateTimeFormat('sv-SE', {
      timeZone: 'Asia/Shanghai',
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    // From before the last summer time there until long after us, at odd hours.
    for (let now = Date.UTC(1985, 0, 1); now < Date.UTC(2080, 0, 1); now += 9_999_991_000)
      expect(recordedAtText(now, 'Asia/Shanghai')).toBe(format.format(now));
  });

  it.each(['Asia/Peking', '北京时间'])(
    'an unknown zone 「%s」 is a failure that names it, never UTC',
    (zone) => {
      const failing = () => teamToday(Date.parse('2026-11-23T16:00:00Z'), zone);
      expect(failing).toThrow(Failure);
      expect(failing).toThrow(zone);
    },
  );
});
