import type { Day } from './date.ts';
import { fieldNamed } from './header.ts';
import { readDayRange } from './setting-values.ts';
import type { Settings } from './settings.ts';
import { readStageWord } from './stages.ts';

/** The settings whose name is the team's to choose, by category. */
export const FREE_SETTINGS: ReadonlyMap<
  string,
  (settings: Settings, name: string, value: string) => Settings | null
> = new Map([
  [
    '来源渠道',
    (s, name, value) =>
      /^[A-C]$/i.test(value) ? { ...s, channels: new Map(s.channels).set(name, value.toUpperCase()) } : null,
  ],
  [
    '目标份额',
    (s, name, value) => {
      const weight = Number(value.replace(/%$/, ''));
      return weight >= 0 ? { ...s, ownerShares: new Map(s.ownerShares).set(name, weight) } : null;
    },
  ],
  [
    '阶段用语',
    (s, name, value) => {
      const word = readStageWord(value, new Map());
      return word ? { ...s, stageWords: new Map(s.stageWords).set(name, word.stage) } : null;
    },
  ],
  [
    '列对应',
    (s, name, value) => {
      const field = value === '-' ? null : fieldNamed(value);
      const known = field !== null || value === '-';
      return known ? { ...s, columnMap: new Map(s.columnMap).set(name, field) } : null;
    },
  ],
  [
    '放假',
    days((s, name, some) => ({ ...s, ownDays: { ...s.ownDays, off: withDays(s.ownDays.off, name, some) } })),
  ],
  [
    '调休',
    days((s, name, some) => ({
      ...s,
      ownDays: { ...s.ownDays, work: withDays(s.ownDays.work, name, some) },
    })),
  ],
  [
    '法定年份',
    (s, name, value) =>
      /^\d{4}$/.test(name)
        ? { ...s, imported: { ...s.imported, years: new Map(s.imported.years).set(Number(name), value) } }
        : null,
  ],
  [
    '法定放假',
    days((s, name, some) => ({
      ...s,
      imported: { ...s.imported, holidays: withDays(s.imported.holidays, name, some) },
    })),
  ],
  [
    '法定调休',
    days((s, name, some) => ({
      ...s,
      imported: { ...s.imported, makeup: withDays(s.imported.makeup, name, some) },
    })),
  ],
]);

/** The rows of 来源渠道 that `init` writes. */
export const CHANNELS = (
  [
    ['合作伙伴推荐', 'A'],
    ['老客户复购', 'A'],
    ['行业展会', 'A'],
    ['官网表单', 'B'],
  ] as const
).map(([name, value]) => ({
  category: '来源渠道',
  name,
  value,
  explanation: '渠道的来源优先级 A/B/C(A=高转化潜力);可增加行',
}));

/** The channels' default priorities. */
export const DEFAULT_CHANNELS: ReadonlyMap<string, string> = new Map(
  CHANNELS.map(({ name, value }) => [name, value]),
);

function days(apply: (settings: Settings, name: string, some: readonly Day[]) => Settings) {
  return (settings: Settings, name: string, value: string): Settings | null => {
    const some = readDayRange(value);
    return some && apply(settings, name, some);
  };
}

function withDays(
  known: ReadonlyMap<Day, string>,
  name: string,
  some: readonly Day[],
): ReadonlyMap<Day, string> {
  return new Map([...known, ...some.map((day) => [day, name] as const)]);
}
