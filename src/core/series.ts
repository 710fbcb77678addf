/**
 * Values that are made when they are looked at: a big book has more deals and events than memory should hold. An array
 * is one too.
 */
export interface Series<T> extends Iterable<T> {
  readonly length: number;
  at(index: number): T | undefined;
  filter(keep: (value: T, index: number) => unknown): T[];
  map<U>(make: (value: T, index: number) => U): U[];
  flatMap<U>(make: (value: T, index: number) => U | readonly U[]): U[];
  find(wanted: (value: T, index: number) => unknown): T | undefined;
  some(wanted: (value: T, index: number) => unknown): boolean;
}

/** A series of `length` values, each made by its index every time it is looked at. */
export function makeSeries<T>(length: number, at: (index: number) => T): Series<T> {
  const each = (visit: (value: T, index: number) => boolean) => {
    for (let index = 0; index < length; index++) if (visit(at(index), index)) return;
  };
  return {
    length,
    at: (index) => (index < length ? at(index) : undefined),
    *[Symbol.iterator]() {
      for (let index = 0; index < length; index++) yield at(index);
    },
    filter(keep) {
      const kept: T[] = [];
      each((value, index) => {
        if (keep(value, index)) kept.push(value);
        return false;
      });
      return kept;
    },
    map<U>(make: (value: T, index: number) => U) {
      return Array.from({ length }, (_, index) => make(at(index), index));
    },
    flatMap<U>(make: (value: T, index: number) => U | readonly U[]) {
      const made: U[] = [];
      each((value, index) => {
        const some = make(value, index);
        if (Array.isArray(some)) for (const one of some) made.push(one);
        else made.push(some as U);
        return false;
      });
      return made;
    },
    find(wanted) {
      let found: T | undefined;
      each((value, index) => {
        const is = Boolean(wanted(value, index));
        if (is) found = value;
        return is;
      });
      return found;
    },
    some(wanted) {
      let is = false;
      each((value, index) => {
        is = Boolean(wanted(value, index));
        return is;
      });
      return is;
    },
  };
}

/** Items by what `keyOf` says, in the order they come. */
export function groupBy<Item, Key>(
  items: Iterable<Item>,
  keyOf: (item: Item) => Key,
): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
