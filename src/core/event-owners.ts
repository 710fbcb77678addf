import type { DealIds } from './deal-ids.ts';
import type { EventLog } from './event-log.ts';

/** Of each event of the log the index of its deal; −1: an orphan. */
export interface EventOwners {
  readonly owners: Int32Array;
  /** Events whose 商机 has no row, by their place in the log. */
  readonly orphans: readonly number[];
}

/** Finds whose each event is, by the key of its 商机编号. */
export function findOwners(log: EventLog | null, ids: DealIds): EventOwners {
  const length = log?.events.length ?? 0;
  const owners = new Int32Array(length);
  const orphans: number[] = [];
  const others = new Map<number, number>();
  let [lastKey, owner] = [Number.NaN, -1];
  for (let event = 0; event < length && log; event++) {
    const key = log.ids[event] ?? 0;
    // Events of one deal often follow each other.
    if (key !== lastKey) {
      lastKey = key;
      owner = ids.findKey(log.texts, key) ?? others.get(key) ?? byText(log, event);
    }
    owners[event] = owner;
    if (owner < 0) orphans.push(event);
  }
  return { owners, orphans };

  function byText(from: EventLog, event: number): number {
    const found = ids.find(from.idAt(event));
    others.set(from.ids[event] ?? 0, found);
    return found;
  }
}

/** Events by deal, in order of 序号: those of deal `i` are order[starts[i]…starts[i + 1]). */
export interface EventGroups {
  readonly starts: Int32Array;
  readonly order: Int32Array;
}

/** Groups the events of `size` deals. */
export function groupEvents({ owners, orphans }: EventOwners, size: number): EventGroups {
  const starts = new Int32Array(size + 1);
  for (let event = 0; event < owners.length; event++) {
    const owner = owners[event] ?? -1;
    if (owner >= 0) starts[owner + 1] = (starts[owner + 1] ?? 0) + 1;
  }
  for (let index = 0; index < size; index++)
    starts[index + 1] = (starts[index + 1] ?? 0) + (starts[index] ?? 0);
  const next = starts.slice(0, size);
  const order = new Int32Array(owners.length - orphans.length);
  owners.forEach((owner, event) => {
    if (owner < 0) return;
    const at = next[owner] ?? 0;
    order[at] = event;
    next[owner] = at + 1;
  });
  return { starts, order };
}
