import type { Book } from '../book.ts';
import type { Day } from '../date.ts';
import type { Decision } from '../decision.ts';
import { EMPTY_DECISION, finishDraft } from '../draft.ts';
import { adoptNewRows } from '../ids.ts';
import { joinDecisions } from '../simulate.ts';

/**
 * What can be mended without asking anybody: a 商机编号 that stands twice (the later row, which no event speaks of, gets
 * a new one and its 推定 history) and a stage changed by hand (recorded as 人工, as the next write would). Rows without
 * an id get theirs with any write.
 */
export function fixBook(book: Book, today: Day): Decision {
  const seen = new Set<string>();
  const deals = book.deals.map((deal) => {
    const { id } = deal.row;
    if (id !== null && seen.has(id)) return { ...deal, row: { ...deal.row, id: null } };
    if (id !== null) seen.add(id);
    return deal;
  });
  const { extra } = adoptNewRows({ ...book, deals, table: null });
  const drifted = deals.filter(({ row, drift }) => row.id !== null && drift !== null);
  const decision = drifted
    .map((deal) => finishDraft(book, deal, { events: [], fields: [], notes: [] }, today, ''))
    .reduce(joinDecisions, extra);
  if (decision.events.length + decision.fields.length > 0) return decision;
  const nothing = {
    zh: '没有能自动修复的;verify 若列出了什么,要人来定',
    en: 'Nothing can be mended by itself; what verify lists, if anything, is for people to decide',
  };
  return { ...EMPTY_DECISION, notes: [nothing] };
}
