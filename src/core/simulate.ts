import type { Book } from './book.ts';
import type { AmountRange, Deal, DealRow } from './deal.ts';
import type { Decision, FieldChange } from './decision.ts';
import type { DealEvent, NewEvent } from './event.ts';
import type { FieldKey } from './fields.ts';
import { foldDeal } from './fold.ts';
import { readIntent } from './intent.ts';
import { parseAmount } from './money.ts';
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

/** Two decisions as one: `second` was made on the book as `first` leaves it. What both say is said once. */
export function joinDecisions(first: Decision, second: Decision): Decision {
  return joinAll([first, second]);
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
