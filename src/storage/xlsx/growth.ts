import type { Area, AreaMap } from './areas.ts';
import type { SheetDraft } from './sheet-draft.ts';

/** Appended rows in columns left…right: the last data row went from `from` to `to`. */
export interface Growth {
  readonly left: number;
  readonly right: number;
  readonly from: number;
  to: number;
  /** The totals (and what else stood below them) moved down by `moved`. */
  footer: (Footer & { moved: number }) | null;
}

/** Rows that stand below the data of a block of columns. */
export interface Footer {
  readonly first: number;
  readonly last: number;
}

/** Areas that covered the last data row take the new ones in; those of the totals move with them. */
export function coverGrowth(growths: readonly Growth[]): AreaMap {
  const move = moveGrowth(growths, true);
  return (given, isRange) => {
    let area = move(given, isRange);
    for (const { left, right, from, to } of growths) {
      if (area.bottom === from && area.right >= left && area.left <= right) area = { ...area, bottom: to };
    }
    return area;
  };
}

/** Areas of the totals move with them; with `grow`, ranges that end right above take the new rows in. */
export function moveGrowth(growths: readonly Growth[], grow = false): AreaMap {
  return (area, isRange) =>
    growths.reduce<Area>((each, growth) => {
      const { footer } = growth;
      return footer ? shiftArea(each, isRange, footer, growth, footer.moved, grow) : each;
    }, area);
}

/** A range that ends at the header covers no data: only filters grow from there. */
export function dataGrowths(draft: SheetDraft): readonly Growth[] {
  return draft.growths.filter(({ from }) => from > draft.headerBottom);
}

/**
 * Where an area goes when the rows of a footer step down by `by`: into them, with them. With `grow`, a range that ends
 * right above them takes in the new rows.
 */
export function shiftArea(
  area: Area,
  isRange: boolean,
  footer: Footer,
  { left, right }: Pick<Area, 'left' | 'right'>,
  by: number,
  grow: boolean,
): Area {
  if (area.right < left || area.left > right) return area;
  const inside = (row: number) => footer.first <= row && row <= footer.last;
  const grows = grow && isRange && area.bottom === footer.first - 1;
  const top = inside(area.top) ? area.top + by : area.top;
  const bottom = inside(area.bottom) || grows ? area.bottom + by : area.bottom;
  return top === area.top && bottom === area.bottom ? area : { ...area, top, bottom };
}
