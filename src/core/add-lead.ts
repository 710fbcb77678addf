import { type Book, textsIn } from './book.ts';
import { type InputContext, inputText, readColumnInput } from './cell-input.ts';
import { parseDateWords } from './date-words.ts';
import type { BadInput, Outcome } from './decision.ts';
import { badInput, refuseFuture } from './draft.ts';
import { type Known, knownIn } from './duplicates.ts';
import { readAssignment } from './edit.ts';
import type { FieldKey } from './fields.ts';
import { takenIds } from './ids.ts';
import { checkContractNumber } from './item-effects.ts';
import { agreedNotes, enterLead } from './lead-entry.ts';
import type { Message } from './message.ts';
import { checkPhone } from './phone.ts';
import type { CellInput } from './sheet.ts';
import { isOpenStage, stageInfo } from './stages.ts';

/** A new lead as the flags of `add-lead` give it; empty: not given. */
export interface LeadInput {
  readonly customer: string;
  readonly contact: string;
  readonly phone: string;
  readonly tags: string;
  readonly source: string;
  /** 录入日期 in any form people type; empty: today. */
  readonly on: string;
  readonly priority: string;
  readonly industry: string;
  readonly size: string;
  readonly budget: string;
  readonly owner: string;
  readonly amount: string;
  readonly close: string;
  readonly next: string;
  /** `列=值`. */
  readonly set: readonly string[];
  /** The note of a passed 初步筛选; empty: not screened yet. */
  readonly screened: string;
  /** Why it is screened out at entry; empty: it is not. */
  readonly invalid: string;
}

/** Flags that must be given, by their name in LeadInput. */
export const REQUIRED_LEAD = ['customer', 'contact', 'phone', 'tags', 'source'] as const;

/** LeadInput's names as columns, where they are one. */
const COLUMNS: Readonly<Partial<Record<keyof LeadInput, FieldKey>>> = {
  customer: 'customer',
  contact: 'contact',
  phone: 'phone',
  industry: 'industry',
  size: 'size',
  tags: 'tags',
  source: 'source',
  priority: 'priority',
  budget: 'budget',
  owner: 'owner',
  amount: 'amount',
  close: 'expectedClose',
  next: 'nextFollowUp',
};

/**
 * A new 商机 in 线索获取, and its copy in 线索信息表. One screened out at entry (`invalid`) is kept in 线索信息表 only: no
 * 商机, no 新增, no 流失 (L34). A known customer or phone is warned about and added all the same. `by` owns it where it
 * is one of the 销售负责人 and nobody else is named.
 */
export function addLead(
  book: Book,
  input: LeadInput,
  context: InputContext & { readonly by: string },
): Outcome {
  const missing = REQUIRED_LEAD.filter((name) => input[name].trim() === '');
  if (missing.length > 0) {
    const flags = missing.map((name) => `--${name}`).join(' ');
    return badInput({ zh: `新线索还要给出 ${flags}`, en: `A new lead also needs ${flags}` }, '', flags);
  }
  if (input.screened !== '' && input.invalid !== '') {
    const text = {
      zh: '--screened 和 --invalid 只能给一个',
      en: '--screened and --invalid exclude each other',
    };
    return badInput(text, input.invalid, '--screened / --invalid');
  }
  const on = input.on === '' ? context.today : parseDateWords(input.on, { ...context, sense: 'past' });
  if (on === null)
    return badInput(
      { zh: `--on「${input.on}」不是日期`, en: `--on “${input.on}” is not a date` },
      input.on,
      '2026-11-23',
    );
  const future = refuseFuture(on, context.today);
  if (future) return future;
  const cells = readCells(input, context);
  if ('badInput' in cells) return cells;
  const own = new Map<string, CellInput>();
  for (const assignment of input.set) {
    const read = readAssignment(book, assignment, context);
    if (!('column' in read)) return read;
    if (typeof read.column === 'string') cells.set(read.column, read.input);
    else own.set(read.column.own, read.input);
  }
  const number = checkContractNumber(
    book,
    { row: null, customer: input.customer },
    inputText(cells.get('contractNumber') ?? { kind: 'blank' }),
  );
  if ('refused' in number) return number;
  const owned = ownerOf(book, input, cells, context.by);
  const owner = inputText(cells.get('owner') ?? { kind: 'blank' });
  const screened = input.screened === '' ? null : input.screened;
  const entered = enterLead(
    book,
    { cells, own, on, screened, invalid: input.invalid },
    takenIds(book),
    context.today,
  );
  const agreed = agreedNotes(input.next, cells, context.today);
  const known = knownNotes(book, input, owner);
  return { ...entered, notes: [...owned, ...number, ...known, ...agreed, ...entered.notes] };
}

function readCells(input: LeadInput, context: InputContext): Map<FieldKey, CellInput> | BadInput {
  const cells = new Map<FieldKey, CellInput>();
  // 联系方式错误 is itself a reason to screen a lead out.
  const problem = input.invalid === '' ? checkPhone(input.phone) : null;
  if (problem) return badInput(problem, input.phone, '13800000000');
  for (const [name, field] of Object.entries(COLUMNS) as [keyof LeadInput, FieldKey][]) {
    const text = input[name];
    if (typeof text !== 'string' || text.trim() === '') continue;
    const read = readColumnInput(field, text, context);
    if ('badInput' in read) return read;
    cells.set(field, read);
  }
  return cells;
}

function ownerOf(book: Book, input: LeadInput, cells: Map<FieldKey, CellInput>, by: string): Message[] {
  if (input.owner !== '' || !textsIn(book, 'owner').has(by)) return [];
  cells.set('owner', { kind: 'text', text: by });
  return [{ zh: `销售负责人记为 ${by}`, en: `Owner: ${by}` }];
}

/** One line for each of the first three deals that customer, phone or mail are known from; `owner`: whose the new one is. */
export function knownNotes(
  book: Book,
  lead: Pick<LeadInput, 'customer' | 'phone'>,
  owner: string,
): Message[] {
  return knownIn(book, lead, 3).map((known) => {
    const [note, theirs] = [knownNote(known), known.deal.row.owner];
    const isRival =
      known.by === 'customer' && owner !== '' && theirs !== '' && theirs !== owner && isRunning(known);
    return {
      zh: `${note.zh};仍新建一个商机${isRival ? `。撞单: 同一客户由 ${theirs} 和 ${owner} 两人跟进` : ''}`,
      en: `${note.en}; a new deal is made all the same${isRival ? `. Two owners of one customer: ${theirs} and ${owner}` : ''}`,
    };
  });
}

function isRunning({ deal: { row } }: Known): boolean {
  return row.stage !== null && isOpenStage(row.stage);
}

const KNOWN_BY: Readonly<Record<Known['by'], Message>> = {
  customer: { zh: '这个客户', en: 'this customer' },
  phone: { zh: '这个联系方式', en: 'this phone' },
  domain: { zh: '这个企业邮箱域名', en: 'the domain of this mail address' },
};

/** Which 商机 it is, whose, and where it stands. */
export function knownNote({ deal: { row }, by }: Known): Message {
  const stage = row.stage === null ? row.stageWord : `${stageInfo(row.stage).name.en} (${row.stageWord})`;
  return {
    zh: `注意:${KNOWN_BY[by].zh}已有 ${row.customer} ${row.id ?? ''}(${row.stageWord},${row.owner || '无负责人'})`,
    en: `Note: ${KNOWN_BY[by].en} is known: ${row.customer} ${row.id ?? ''} (${stage}, ${row.owner || 'no owner'})`,
  };
}
