import fc from 'fast-check';
import { formatDay } from '../../src/core/date.ts';
import { OPEN_STAGES, type StageKey } from '../../src/core/stages.ts';
import { day, type Move, type Remark, type Story } from './history.ts';

/** The stages a deal walks, the pool last. */
export const WAY: readonly StageKey[] = [...OPEN_STAGES, 'pool'];
/** The first day of the two years. */
export const FIRST = day('2025-01-01');
const LAST = day('2026-12-31');

const step = fc.record({
  gap: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 120 })),
  pick: fc.nat({ max: 99 }),
});
export const OWNERS = ['王芳', '李强', ''] as const;
/** What hold (no owner here), assign and release leave in the log between the moves. */
const remark = fc.record({
  on: fc.integer({ min: FIRST, max: LAST }),
  days: fc.integer({ min: 0, max: 170 }),
  owner: fc.option(fc.constantFrom(...OWNERS), { nil: null }),
});
const story = fc.record({
  born: fc.integer({ min: FIRST - 60, max: LAST }),
  steps: fc.array(step, { maxLength: 12 }),
  remarks: fc.array(remark, { maxLength: 4 }),
  owner: fc.constantFrom(...OWNERS),
  customer: fc.constantFrom('甲', '乙', '丙'),
});
/** Random lives of some deals over two years: forward, skipping, back, lost, reopened, owners and customers among few. */
export const randomStories = fc.array(story, { minLength: 1, maxLength: 12 }).map((all) => all.map(toStory));

interface Drawn {
  readonly born: number;
  readonly steps: readonly { readonly gap: number; readonly pick: number }[];
  readonly remarks: readonly { readonly on: number; readonly days: number; readonly owner: string | null }[];
  /** At the beginning. */
  readonly owner: string;
  readonly customer: string;
}

function toStory(drawn: Drawn, index: number): Story {
  const walked: Move[] = [{ on: formatDay(drawn.born), to: 'lead' }];
  let [at, on, furthest]: [StageKey, number, number] = ['lead', drawn.born, 0];
  for (const { gap, pick } of drawn.steps) {
    const to = nextOf(at, furthest, pick);
    if (to === null || on + gap > LAST) break;
    on += gap;
    at = to;
    furthest = Math.max(furthest, WAY.indexOf(to));
    walked.push({ on: formatDay(on), to });
  }
  const later = drawn.remarks.filter((each) => each.on >= drawn.born).sort((a, b) => a.on - b.on);
  let owner = drawn.owner;
  const remarks: Remark[] = [];
  for (const each of later) {
    if (each.owner === null) continue;
    const content = `列=销售负责人；原值=${owner}；新值=${each.owner}`;
    remarks.push({ on: formatDay(each.on), content });
    owner = each.owner;
  }
  return {
    id: `D${index}`,
    moves: walked,
    remarks,
    holds: later
      .filter((each) => each.owner === null)
      .map(({ on: since, days }) => ({ on: formatDay(since), until: formatDay(since + days) })),
    cells: { 销售负责人: owner, 客户名称: drawn.customer },
  };
}

/** Half the moves go forward, the rest skip, fall back, lose; what is lost may be reopened, the pool is the end. */
function nextOf(at: StageKey, furthest: number, pick: number): StageKey | null {
  if (at === 'pool') return null;
  if (at === 'lost' || at === 'invalid')
    return WAY[Math.min(pick % (furthest + 1), OPEN_STAGES.length - 1)] ?? null;
  const rank = WAY.indexOf(at);
  if (pick < 50) return WAY[rank + 1] ?? null;
  if (pick < 60) return WAY[rank + 2] ?? null;
  if (pick < 75) return rank === 0 ? null : (WAY[pick % rank] ?? null);
  return pick < 92 ? 'lost' : 'invalid';
}
