import type { Deal } from './deal.ts';
import type { Message } from './message.ts';

/** What waits in the queue for the book to be free: how many commands, and how many of each 商机 (by its id). */
export interface Waiting {
  readonly n: number;
  readonly ofDeal: ReadonlyMap<string, number>;
}

/** How many queued commands are about a deal: what is shown of it is 待写. */
export function waitingOf({ ofDeal }: Waiting, { row: { id } }: Pick<Deal, 'row'>): number {
  return id === null ? 0 : (ofDeal.get(id) ?? 0);
}

/** `queued` in the JSON of a deal; no key where nothing about it waits. */
export function waitingJson(waiting: Waiting, deal: Pick<Deal, 'row'>): { readonly queued?: number } {
  const queued = waitingOf(waiting, deal);
  return queued > 0 ? { queued } : {};
}

/** The line below a page that shows what is not in the file yet; none where nothing waits. */
export function waitingNote(n: number): readonly Message[] {
  if (n === 0) return [];
  return [
    {
      zh: `含 ${n} 条排队的命令(待写): funnel pending`,
      en: `With ${n} queued command${n === 1 ? '' : 's'}, not in the file yet: funnel pending`,
    },
  ];
}
