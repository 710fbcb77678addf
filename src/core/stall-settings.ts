import { INTENT_WORDS } from './intent.ts';
import { MOST_DAYS, readWhole, type Setting, setting } from './setting-values.ts';
import { type Intent, isOpenStage, type OpenStage, STAGES, type StallLimits } from './stages.ts';

/** One row per stage (需求挖掘: per intent) and clock. One number per row: Excel would turn 5/10/22 into a date. */
export function stallSettings(): Setting[] {
  return STAGES.flatMap(({ key: stage, name, stalls }) => {
    if (stage !== 'pool' && !isOpenStage(stage)) return [];
    const kinds: readonly {
      key: OpenStage | 'pool' | `discovery.${Intent}`;
      label: string;
      limits: StallLimits;
    }[] =
      'high' in stalls
        ? (['high', 'medium', 'low'] as const).map((intent) => ({
            key: `discovery.${intent}`,
            label: `${name.zh}(${INTENT_WORDS[intent].zh})`,
            limits: stalls[intent],
          }))
        : [{ key: stage, label: name.zh, limits: stalls }];
    return kinds.flatMap(({ key, label, limits }) =>
      CLOCKS.map((clock) =>
        setting(
          '停滞',
          `${label} ${clock.name}`,
          String(limits[clock.key] ?? '不提醒'),
          `${clock.explanation};不提醒=不检查`,
          (s, v) => {
            const limit = v === '不提醒' ? null : readWhole(v, 0, MOST_DAYS);
            if (limit === undefined) return null;
            const stallLimits = new Map(s.stallLimits).set(key, {
              ...(s.stallLimits.get(key) ?? limits),
              [clock.key]: limit,
            });
            return { ...s, stallLimits };
          },
        ),
      ),
    );
  });
}

const CLOCKS = [
  { key: 'idleWarn', name: '未跟进提醒', explanation: '几个工作日没有跟进就提醒' },
  { key: 'idleSevere', name: '未跟进严重', explanation: '几个工作日没有跟进算严重' },
  { key: 'stayWarn', name: '停留提醒', explanation: '在本阶段停留几个工作日就提醒' },
] as const satisfies readonly { key: keyof StallLimits; name: string; explanation: string }[];
