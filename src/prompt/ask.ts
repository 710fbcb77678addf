// The entry of the bundle that is loaded at the first question: `await import('../prompt/ask.ts')`, and only where
// session.interactive says that questions may be asked.
export { askItems, fillItems } from './ask-item.ts';
export { type AskedLead, askLead, type KnownInstead } from './ask-lead.ts';
export { askChain, BACK_CHOICE } from './chain.ts';
export { askConfirm, askText, chooseOne, isBack, showText } from './question.ts';
