import type { Book } from './book.ts';
import { type InputContext, inputText, readColumnInput } from './cell-input.ts';
import { parseDateWords } from './date-words.ts';
import type { BadInput, LeadEntry, Outcome } from './decision.ts';
import { backdate, badInput, EMPTY_DECISION, refuseFuture } from './draft.ts';
import { knownBefore } from './duplicates.ts';
import { readAssignment } from './edit.ts';
import type { NewEvent } from './event.ts';
import type { FieldKey } from './fields.ts';
import { nextDealId, takenIds } from './ids.ts';
import type { Message } from './message.ts';
import { parseAmount } from './money.ts';
import { checkPhone } from './phone.ts';
import type { CellInput } from './sheet.ts';
import { stageInfo } from './stages.ts';
import { splitTags } from './text.ts';

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
  const notes = [
    ...tagNotes(input, cells),
    ...priorityNotes(book, input, cells),
    ...ownerOf(book, input, cells, context.by),
    ...knownNotes(book, input),
  ];
  cells.set('leadDate', { kind: 'date', day: on });
  if (input.invalid !== '') return screenOut(book, input, cells, notes);
  const id = nextDealId(takenIds(book), on);
  cells.set('id', { kind: 'text', text: id });
  cells.set('stage', { kind: 'text', text: stageInfo('lead').name.zh });
  const base = {
    dealId: id,
    customer: input.customer.trim(),
    from: null,
    to: null,
    item: null,
    values: new Map<string, string>(),
    note: '',
    evidence: '',
    marks: new Set<never>(),
  };
  const screened: NewEvent = { ...base, date: on, type: 'item', item: 'screened', note: input.screened };
  const { events, notes: backdated } = backdate(
    [{ ...base, date: on, type: 'created', to: 'lead' }, ...(input.screened === '' ? [] : [screened])],
    context.today,
    '',
  );
  return {
    ids: [id],
    events,
    fields: [],
    newRows: [{ cells, own }],
    leads: [leadEntry(cells, input, id)],
    notes: [...notes, ...backdated],
  };
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

/** 预算10-20万 among the tags also fills 预算范围, said. */
function tagNotes(input: LeadInput, cells: Map<FieldKey, CellInput>): Message[] {
  const tag = splitTags(input.tags).find(
    (each) => each.startsWith('预算') && parseAmount(each.slice(2), 1)?.kind === 'amount',
  );
  if (tag === undefined || cells.has('budget')) return [];
  cells.set('budget', { kind: 'text', text: tag.slice(2) });
  return [{ zh: `预算范围按标签记为 ${tag.slice(2)}`, en: `Budget taken from the tag: ${tag.slice(2)}` }];
}

/** The channel's priority; an unknown channel has none. */
function priorityNotes(book: Book, input: LeadInput, cells: Map<FieldKey, CellInput>): Message[] {
  if (cells.has('priority')) return [];
  const priority = book.settings.channels.get(input.source.trim());
  if (priority !== undefined) {
    cells.set('priority', { kind: 'text', text: priority });
    return [];
  }
  const known = [...book.settings.channels.keys()].join('、');
  return [
    {
      zh: `「${input.source}」是新渠道,还没有来源优先级(已知:${known})`,
      en: `“${input.source}” is a new channel without a priority (known: ${known})`,
    },
  ];
}

function ownerOf(book: Book, input: LeadInput, cells: Map<FieldKey, CellInput>, by: string): Message[] {
  if (input.owner !== '' || !book.deals.some(({ row }) => row.owner === by)) return [];
  cells.set('owner', { kind: 'text', text: by });
  return [{ zh: `销售负责人记为 ${by}`, en: `Owner: ${by}` }];
}

/** One line for each of the first three deals that the customer or the phone is known from. */
export function knownNotes(book: Book, lead: Pick<LeadInput, 'customer' | 'phone'>): Message[] {
  return knownBefore(book, lead)
    .slice(0, 3)
    .map(({ deal: { row }, by }) => ({
      zh: `注意:${by === 'customer' ? '这个客户' : '这个联系方式'}已有 ${row.customer} ${row.id ?? ''}(${row.stageWord},${row.owner || '无负责人'});仍新建一个商机`,
      en: `Note: this ${by === 'customer' ? 'customer' : 'phone'} is known: ${row.customer} ${row.id ?? ''} (${row.stageWord}, ${row.owner || 'no owner'}); a new deal is made all the same`,
    }));
}

function screenOut(
  book: Book,
  input: LeadInput,
  cells: ReadonlyMap<FieldKey, CellInput>,
  notes: readonly Message[],
): Outcome {
  const known = book.settings.invalidReasons;
  const fresh = known.includes(input.invalid)
    ? []
    : [
        {
          zh: `「${input.invalid}」是新的原因(已知:${known.join('、')})`,
          en: `“${input.invalid}” is a new reason (known: ${known.join(', ')})`,
        },
      ];
  const kept = {
    zh: '录入即剔除:只记入线索信息表,不建商机',
    en: 'Screened out at entry: kept in 线索信息表 only, no deal',
  };
  return { ...EMPTY_DECISION, leads: [leadEntry(cells, input, '')], notes: [...notes, ...fresh, kept] };
}

/** The lead as it was entered, for 线索信息表. */
function leadEntry(cells: ReadonlyMap<FieldKey, CellInput>, input: LeadInput, id: string): LeadEntry {
  const result = input.invalid !== '' ? '剔除' : input.screened !== '' ? `通过:${input.screened}` : '待筛选';
  const texts: readonly (readonly [string, CellInput | undefined])[] = [
    ['客户名称', cells.get('customer')],
    ['联系人', cells.get('contact')],
    ['联系方式', cells.get('phone')],
    ['所属行业', cells.get('industry')],
    ['客户规模', cells.get('size')],
    ['预算范围', textOf(cells.get('budget'))],
    ['需求标签', cells.get('tags')],
    ['来源渠道', cells.get('source')],
    ['来源优先级', cells.get('priority')],
    ['录入日期', cells.get('leadDate')],
    ['筛选结果', { kind: 'text', text: result }],
    ['无效原因', input.invalid === '' ? undefined : { kind: 'text', text: input.invalid }],
    ['商机编号', id === '' ? undefined : { kind: 'text', text: id }],
  ];
  return new Map(texts.flatMap(([header, cell]) => (cell ? [[header, cell] as const] : [])));
}

/** An amount as text: 线索信息表 keeps what was said, whatever the unit of the other sheet's column. */
function textOf(input: CellInput | undefined): CellInput | undefined {
  return input && { kind: 'text', text: inputText(input) };
}
