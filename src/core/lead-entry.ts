import type { Book } from './book.ts';
import { inputText } from './cell-input.ts';
import { type Day, formatDay } from './date.ts';
import type { Decision, LeadEntry } from './decision.ts';
import { backdate, EMPTY_DECISION } from './draft.ts';
import type { NewEvent } from './event.ts';
import type { FieldKey } from './fields.ts';
import { nextDealId, type TakenIds } from './ids.ts';
import type { Message } from './message.ts';
import { parseAmount } from './money.ts';
import type { CellInput } from './sheet.ts';
import { stageInfo } from './stages.ts';
import { agreedText } from './term-text.ts';
import { splitTags } from './text.ts';

/** A lead whose values have been read and found usable, wherever they came from. */
export interface ReadLead {
  /** By column, the required ones at least; 商机编号, 当前阶段 and 线索录入日期 are set here. */
  readonly cells: ReadonlyMap<FieldKey, CellInput>;
  readonly own: ReadonlyMap<string, CellInput>;
  /** 录入日期. */
  readonly on: Day;
  /** The note of a passed 初步筛选; null: not screened yet. */
  readonly screened: string | null;
  /** Why it is screened out at entry; empty: it is not. */
  readonly invalid: string;
}

/**
 * A row in 线索获取 with its creation, and its copy in 线索信息表. One screened out (`invalid`) is kept in 线索信息表
 * only: no 商机, no 新增, no 流失 (L34). Its id is taken from `taken`.
 */
export function enterLead(book: Book, lead: ReadLead, taken: TakenIds, today: Day): Decision {
  const { on, screened, invalid } = lead;
  const cells = new Map(lead.cells);
  const notes = [...tagNotes(cells), ...priorityNotes(book, cells)];
  cells.set('leadDate', { kind: 'date', day: on });
  if (invalid !== '') {
    const kept = {
      zh: '录入即剔除:只记入线索信息表,不建商机',
      en: 'Screened out at entry: kept in 线索信息表 only, no deal',
    };
    return {
      ...EMPTY_DECISION,
      leads: [leadEntry(cells, lead, '')],
      notes: [...notes, ...reasonNotes(book, invalid), kept],
    };
  }
  const id = nextDealId(taken, on);
  cells.set('id', { kind: 'text', text: id });
  cells.set('stage', { kind: 'text', text: stageInfo('lead').name.zh });
  const base = {
    date: on,
    dealId: id,
    customer: textIn(cells, 'customer'),
    from: null,
    to: null,
    item: null,
    values: new Map<string, string>(),
    note: '',
    evidence: '',
    marks: new Set<never>(),
  };
  const screening: NewEvent[] =
    screened === null ? [] : [{ ...base, type: 'item', item: 'screened', note: screened }];
  const { events, notes: backdated } = backdate(
    [{ ...base, type: 'created', to: 'lead' }, ...screening],
    today,
    '',
  );
  return {
    ids: [id],
    events,
    fields: [],
    newRows: [{ cells, own: lead.own }],
    leads: [leadEntry(cells, lead, id)],
    notes: [...notes, ...backdated],
  };
}

/** 预算10-20万 among the tags also fills 预算范围, said. */
function tagNotes(cells: Map<FieldKey, CellInput>): Message[] {
  const tag = splitTags(textIn(cells, 'tags')).find(
    (each) => each.startsWith('预算') && parseAmount(each.slice(2), 1)?.kind === 'amount',
  );
  if (tag === undefined || cells.has('budget')) return [];
  cells.set('budget', { kind: 'text', text: tag.slice(2) });
  return [{ zh: `预算范围按标签记为 ${tag.slice(2)}`, en: `Budget taken from the tag: ${tag.slice(2)}` }];
}

/** The channel's priority; an unknown channel has none. */
function priorityNotes(book: Book, cells: Map<FieldKey, CellInput>): Message[] {
  if (cells.has('priority')) return [];
  const source = textIn(cells, 'source');
  const priority = book.settings.channels.get(source);
  if (priority !== undefined) {
    cells.set('priority', { kind: 'text', text: priority });
    return [];
  }
  const known = [...book.settings.channels.keys()];
  return [
    {
      zh: `「${source}」是新渠道,还没有来源优先级(已知:${known.join('、')})`,
      en: `“${source}” is a new channel without a priority (known: ${known.join(', ')})`,
    },
  ];
}

/** The day that 下次跟进日期 became, where it was typed in words. */
export function agreedNotes(typed: string, cells: ReadonlyMap<FieldKey, CellInput>, today: Day): Message[] {
  const next = cells.get('nextFollowUp');
  return next?.kind === 'date' && typed !== formatDay(next.day) ? [agreedText(next.day, today)] : [];
}

/** A reason that is not in the list is taken, and said to be new. */
function reasonNotes(book: Book, reason: string): Message[] {
  const known = book.settings.invalidReasons;
  if (known.includes(reason)) return [];
  return [
    {
      zh: `「${reason}」是新的原因(已知:${known.join('、')})`,
      en: `“${reason}” is a new reason (known: ${known.join(', ')})`,
    },
  ];
}

/** The lead as it was entered, for 线索信息表. */
function leadEntry(
  cells: ReadonlyMap<FieldKey, CellInput>,
  { screened, invalid }: ReadLead,
  id: string,
): LeadEntry {
  const passed = screened === null ? '待筛选' : screened === '' ? '通过' : `通过:${screened}`;
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
    ['筛选结果', { kind: 'text', text: invalid === '' ? passed : '剔除' }],
    ['无效原因', invalid === '' ? undefined : { kind: 'text', text: invalid }],
    ['商机编号', id === '' ? undefined : { kind: 'text', text: id }],
  ];
  return new Map(texts.flatMap(([header, cell]) => (cell ? [[header, cell] as const] : [])));
}

function textIn(cells: ReadonlyMap<FieldKey, CellInput>, key: FieldKey): string {
  const input = cells.get(key);
  return input ? inputText(input) : '';
}

/** An amount as text: 线索信息表 keeps what was said, whatever the unit of the other sheet's column. */
function textOf(input: CellInput | undefined): CellInput | undefined {
  return input && { kind: 'text', text: inputText(input) };
}
