import type { Book } from './book.ts';
import type { AmountRange, Deal, DealRow } from './deal.ts';
import {
  type BadInput,
  type Decision,
  type FieldChange,
  isDecision,
  type LeadEntry,
  type Outcome,
  type Refusal,
} from './decision.ts';
import type { EncodeMeta } from './encode.ts';
import type { DealEvent, NewEvent } from './event.ts';
import type { FieldKey } from './fields.ts';
import { foldDeal } from './fold.ts';
import { readIntent } from './intent.ts';
import { parseAmount } from './money.ts';
import { groupBy } from './series.ts';
import type { CellInput } from './sheet.ts';
import { readStageWord } from './stages.ts';
import { splitTags } from './text.ts';

/** A deal as it will be once `events` and `fields` are written: lets one decision build on another before any save. */
export function simulateDeal(
  book: Book,
  deal: Deal,
  events: readonly NewEvent[],
  fields: readonly FieldChange[],
): Deal {
  const row = fields
    .filter((change) => change.row === deal.row.row)
    .reduce((each, change) => changeRow(book, each, change), deal.row);
  const fresh = events
    .filter((event) => event.dealId === deal.row.id)
    .map(
      (event, index): DealEvent => ({
        ...event,
        seq: book.nextSeq + deal.events.length + index,
        by: '',
        recordedAt: '',
      }),
    );
  return foldDeal(row, [...deal.events, ...fresh], book.asOf);
}

/**
 * The book as it will be once `decision` is written, so far as deals are concerned: their rows and events, new ones
 * behind the others. Settings and sheets without deals stay as they are.
 */
export function simulateBook(book: Book, decision: Decision, meta: EncodeMeta): Book {
  const events = decision.events.map(
    (event, index): DealEvent => ({ ...meta, ...event, seq: book.nextSeq + index }),
  );
  const eventsOf = groupBy(events, ({ dealId }) => dealId);
  const fieldsOf = groupBy(decision.fields, ({ row }) => row);
  const touched = new Set(
    book.deals.flatMap(({ row: { row, id } }) => (id !== null && fieldsOf.has(row) ? [id] : [])),
  );
  const before = groupBy(
    book.events.filter(({ dealId }) => touched.has(dealId) || eventsOf.has(dealId)),
    ({ dealId }) => dealId,
  );
  const deals = book.deals.map((deal) => {
    const fields = fieldsOf.get(deal.row.row) ?? [];
    const row = fields.reduce((each, change) => changeRow(book, each, change), deal.row);
    const fresh = (row.id === null ? undefined : eventsOf.get(row.id)) ?? [];
    if (fields.length === 0 && fresh.length === 0) return deal;
    return foldDeal(row, [...(before.get(row.id ?? '') ?? []), ...fresh], book.asOf);
  });
  const lastRow = Math.max(book.shape.headerRow, ...book.deals.map(({ row }) => row.row), ...book.passedOver);
  const added = decision.newRows.map(({ cells, own }, index) => {
    const blank: DealRow = { ...BLANK_ROW, sheet: book.shape.sheet, row: lastRow + 1 + index };
    const changes: readonly FieldChange[] = [
      ...[...cells].map(([field, input]) => ({ row: blank.row, field, input })),
      ...[...own].map(([header, input]) => ({ row: blank.row, field: { own: header }, input })),
    ];
    const row = changes.reduce((each, change) => changeRow(book, each, change), blank);
    return foldDeal(row, eventsOf.get(row.id ?? '') ?? [], book.asOf);
  });
  return {
    ...book,
    deals: [...deals, ...added],
    events: [...book.events, ...events],
    leadIds: [...book.leadIds, ...decision.leads.flatMap((lead) => leadId(lead))],
    nextSeq: book.nextSeq + events.length,
    table: null,
  };
}

function leadId(lead: LeadEntry): readonly string[] {
  const input = lead.get('商机编号');
  return input?.kind === 'text' ? [input.text] : [];
}

const BLANK_ROW: DealRow = {
  sheet: '',
  row: 0,
  id: null,
  customer: '',
  contact: '',
  phone: '',
  industry: '',
  size: '',
  tags: [],
  source: '',
  leadDate: null,
  stageWord: '',
  stage: null,
  complete: false,
  expectedClose: null,
  amount: null,
  owner: '',
  followUps: [],
  followUpsText: '',
  priority: '',
  intent: null,
  clarity: '',
  budgetFit: '',
  cycle: '',
  budget: null,
  concerns: '',
  nextFollowUp: null,
  contractAmount: null,
  contractNumber: '',
  contractDate: null,
  deliveryOwner: '',
  deliveryDate: null,
  satisfaction: null,
  linked: '',
  lostReason: '',
  own: new Map(),
  unread: new Set(),
};

/** Two decisions as one: `second` was made on the book as `first` leaves it. What both say is said once. */
export function joinDecisions(first: Decision, second: Decision): Decision {
  return joinAll([first, second]);
}

/** One decision for each deal, or the first outcome that is none: all of them are written, or nothing is. */
export function decideEach(
  deals: readonly Deal[],
  decide: (deal: Deal) => Outcome,
): { readonly decisions: readonly Decision[] } | Refusal | BadInput {
  const decisions: Decision[] = [];
  for (const deal of deals) {
    const outcome = decide(deal);
    if (!isDecision(outcome)) return outcome;
    decisions.push(outcome);
  }
  return { decisions };
}

/** Decisions as one, in order, in time linear in what they hold. */
export function joinAll(decisions: readonly Decision[]): Decision {
  const notes = new Map(decisions.flatMap((decision) => decision.notes.map((note) => [note.zh, note])));
  return {
    ids: [...new Set(decisions.flatMap(({ ids }) => ids))],
    events: decisions.flatMap(({ events }) => events),
    fields: decisions.flatMap(({ fields }) => fields),
    newRows: decisions.flatMap(({ newRows }) => newRows),
    leads: decisions.flatMap(({ leads }) => leads),
    settings: decisions.flatMap(({ settings = [] }) => settings),
    patches: decisions.flatMap(({ patches = [] }) => patches),
    notes: [...notes.values()],
  };
}

function changeRow(book: Book, row: DealRow, { field, input }: FieldChange): DealRow {
  if (typeof field !== 'string') return { ...row, own: new Map(row.own).set(field.own, inputText(input)) };
  return { ...row, ...readInput(book, field, input) };
}

function readInput(book: Book, field: FieldKey, input: CellInput): Partial<DealRow> {
  const text = inputText(input);
  switch (field) {
    case 'tags':
      return { tags: splitTags(text) };
    case 'intent':
      return { intent: readIntent(text) };
    case 'satisfaction':
      return { satisfaction: input.kind === 'number' ? input.value : null };
    case 'stage': {
      const word = readStageWord(text, book.settings.stageWords);
      return { stageWord: text, stage: word?.stage ?? null, complete: word?.complete ?? false };
    }
    case 'leadDate':
    case 'expectedClose':
    case 'nextFollowUp':
    case 'contractDate':
    case 'deliveryDate':
      return { [field]: input.kind === 'date' ? input.day : null };
    case 'amount':
    case 'budget':
    case 'contractAmount':
      return { [field]: readMoney(input) };
    case 'followUps':
      return { followUpsText: text };
    default:
      return { [field]: text };
  }
}

function readMoney(input: CellInput): AmountRange | null {
  if (input.kind === 'money') return { low: input.fen, high: input.fen };
  const read = input.kind === 'text' ? parseAmount(input.text, 1) : null;
  return read?.kind === 'amount' ? { low: read.low, high: read.high } : null;
}

function inputText(input: CellInput): string {
  return input.kind === 'text' ? input.text : '';
}
