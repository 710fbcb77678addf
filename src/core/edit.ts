import type { Book } from './book.ts';
import { type InputContext, inputText, readColumnInput } from './cell-input.ts';
import { type ColumnRef, columnNames, columnText, findColumn } from './columns.ts';
import { plainName } from './customer-name.ts';
import type { Deal } from './deal.ts';
import type { BadInput, Decision, FieldChange, Outcome, Refusal } from './decision.ts';
import { badInput, EMPTY_DECISION, finishDraft, refuse, refuseFuture } from './draft.ts';
import type { NewEvent } from './event.ts';
import { type FieldKey, fieldInfo } from './fields.ts';
import { checkContractNumber, editedEvent } from './item-effects.ts';
import type { Message } from './message.ts';
import { checkPhone } from './phone.ts';
import type { CellInput } from './sheet.ts';
import { decideEach, joinAll } from './simulate.ts';
import { nearest } from './text.ts';

/** One `列=值`, read. */
export interface Assignment {
  readonly column: ColumnRef;
  readonly input: CellInput;
}

/**
 * Sets cells of one row by column name (`列=值`), each with a 修改 event that keeps what stood there. Never 当前阶段,
 * 商机编号 or 跟进记录, and no date in the future where the column says what has happened. A value that is there already
 * changes nothing.
 */
export function editDeal(
  book: Book,
  deal: Deal,
  assignments: readonly string[],
  context: InputContext,
): Outcome {
  const fields: FieldChange[] = [];
  const events: NewEvent[] = [];
  const notes: Message[] = [];
  for (const assignment of assignments) {
    const read = readAssignment(book, assignment, context);
    if (!('column' in read)) return read;
    const { column, input } = read;
    const again = fields.some(({ field }) => JSON.stringify(field) === JSON.stringify(column));
    if (again)
      return badInput(
        {
          zh: `--set「${assignment}」这一列给了两次,只能给一次`,
          en: `--set “${assignment}”: the column is given twice; give it once`,
        },
        assignment,
        '列=值',
      );
    const [before, after] = [columnText(deal.row, column), inputText(input)];
    const unread = typeof column === 'string' && deal.row.unread.has(column);
    if (before === after && !unread) continue;
    if (column === 'customer' && after === '')
      return badInput({ zh: '客户名称不能清空', en: 'A customer needs a name' }, assignment, '客户名称=…');
    const number = column === 'contractNumber' ? checkContractNumber(book, deal.row, after) : [];
    if ('refused' in number) return number;
    notes.push(...number);
    fields.push({ row: deal.row.row, field: column, input });
    const header = typeof column === 'string' ? fieldInfo(column).header.zh : column.own;
    events.push(editedEvent(deal, context.today, header, before, after));
  }
  if (events.length === 0) {
    const same = { zh: '值都没有变化,没有写入', en: 'Every value is there already; nothing was written' };
    return { ...EMPTY_DECISION, ids: deal.row.id === null ? [] : [deal.row.id], notes: [same] };
  }
  return finishDraft(book, deal, { events, fields, notes }, context.today, '');
}

/** The same values in several rows, or in none. A value that some of them have already is counted, not said of each. */
export function editDeals(
  book: Book,
  deals: readonly Deal[],
  assignments: readonly string[],
  context: InputContext,
): Outcome {
  const each = decideEach(deals, (deal) => editDeal(book, deal, assignments, context));
  if (!('decisions' in each)) return each;
  const { decisions } = each;
  const edited = decisions.filter(({ events }) => events.length > 0);
  const number = refuseSharedNumber(decisions, deals);
  if (number) return number;
  const same = deals.length - edited.length;
  if (same === 0 || edited.length === 0) return joinAll(decisions);
  const note = {
    zh: `${same} 个的值本来就是这样,没有改动`,
    en: `${same} had every value already; not changed`,
  };
  const joined = joinAll(edited);
  return { ...joined, notes: [...joined.notes, note] };
}

/** One contract number for several customers at once: each alone would be new. */
function refuseSharedNumber(decisions: readonly Decision[], deals: readonly Deal[]): Refusal | null {
  const numbered = new Set(
    decisions.flatMap(({ fields }) =>
      fields.flatMap(({ row, field, input }) =>
        field === 'contractNumber' && inputText(input) !== '' ? row : [],
      ),
    ),
  );
  const customers = new Set(
    deals.filter(({ row }) => numbered.has(row.row)).map(({ row }) => plainName(row.customer)),
  );
  if (customers.size < 2) return null;
  return refuse({
    zh: `一个合同编号不能给 ${customers.size} 个客户;请分开写`,
    en: `One contract number cannot belong to ${customers.size} customers; set them one by one`,
  });
}

/** Columns that other commands keep: what they say comes from events. */
const KEPT_BY: Readonly<Partial<Record<FieldKey, Message>>> = {
  stage: {
    zh: '请用 funnel advance / back / lose / reopen',
    en: 'use funnel advance / back / lose / reopen',
  },
  followUps: { zh: '请用 funnel log', en: 'use funnel log' },
  id: { zh: '编号一经给出就不变', en: 'an ID stays as it was given' },
};

/** Columns whose date says that something has happened. */
const PAST_DATES: readonly ColumnRef[] = ['leadDate', 'contractDate', 'deliveryDate'];

/** Reads `列=值`: BadInput with the nearest columns where there is none of that name, Refusal for what is kept by other commands. */
export function readAssignment(
  book: Book,
  assignment: string,
  context: InputContext,
): Assignment | BadInput | Refusal {
  const [, name, value = ''] = /^([^=＝]*?)\s*[=＝]([\s\S]*)$/.exec(assignment) ?? [];
  if (!name) {
    return badInput(
      { zh: `--set「${assignment}」要写成 列=值`, en: `--set “${assignment}” must be COLUMN=VALUE` },
      assignment,
      '列=值',
    );
  }
  const column = findColumn(book.shape, name);
  if (column === null) {
    const close = nearest(name, columnNames(book.shape));
    const names = (close.length > 0 ? close : [...book.shape.headers.values()]).join(' / ');
    return badInput(
      {
        zh: `没有「${name}」这一列;${close.length > 0 ? '是不是' : '有'} ${names}`,
        en: `There is no column “${name}”; ${close.length > 0 ? 'did you mean' : 'there are'} ${names}`,
      },
      name,
      names,
    );
  }
  const keeper = typeof column === 'string' ? KEPT_BY[column] : undefined;
  if (typeof column === 'string' && keeper) {
    const { header } = fieldInfo(column);
    return refuse({
      zh: `${header.zh}不能用 --set 改:${keeper.zh}`,
      en: `${header.en} is not changed by --set: ${keeper.en}`,
    });
  }
  const input = readColumnInput(column, value, context);
  if ('badInput' in input) return input;
  const phone = column === 'phone' ? checkPhone(inputText(input)) : null;
  if (phone) return badInput(phone, inputText(input), '13800000000');
  const future =
    input.kind === 'date' && PAST_DATES.includes(column) ? refuseFuture(input.day, context.today) : null;
  return future ?? { column, input };
}
