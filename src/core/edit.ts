import type { Book } from './book.ts';
import { type InputContext, inputText, readColumnInput } from './cell-input.ts';
import { columnNames, columnText, findColumn } from './columns.ts';
import type { Deal } from './deal.ts';
import type { FieldChange, Outcome } from './decision.ts';
import { badInput, EMPTY_DECISION, finishDraft, refuse } from './draft.ts';
import type { NewEvent } from './event.ts';
import { type FieldKey, fieldInfo } from './fields.ts';
import { editedEvent } from './record.ts';
import { nearest } from './text.ts';

/** Columns that other commands keep: what they say comes from events. */
const NOT_EDITED: Readonly<Partial<Record<FieldKey, string>>> = { stage: 'advance / back / lose / reopen', id: '', followUps: 'log' };

/**
 * Sets cells of one row by column name (`列=值`), each with a 修改 event that keeps what stood there. Never 当前阶段,
 * 商机编号 or 跟进记录. A value that is there already changes nothing.
 */
export function editDeal(book: Book, deal: Deal, assignments: readonly string[], context: InputContext): Outcome {
  const fields: FieldChange[] = [];
  const events: NewEvent[] = [];
  for (const assignment of assignments) {
    const [, name, value = ''] = /^([^=]*?)\s*[=＝]([\s\S]*)$/.exec(assignment) ?? [];
    if (!name) return badInput({ zh: `--set「${assignment}」要写成 列=值`, en: `--set “${assignment}” must be COLUMN=VALUE` }, assignment, '列=值');
    const column = findColumn(book.shape, name);
    if (column === null) {
      const close = nearest(name, columnNames(book.shape));
      const expected = close.length > 0 ? close.join(' / ') : [...book.shape.headers.values()].join(' / ');
      return badInput({ zh: `没有「${name}」这一列;${close.length > 0 ? '是不是' : '有'} ${expected}`, en: `There is no column “${name}”; ${close.length > 0 ? 'did you mean' : 'there are'} ${expected}` }, name, expected);
    }
    const instead = typeof column === 'string' ? NOT_EDITED[column] : undefined;
    if (typeof column === 'string' && instead !== undefined) {
      const { header } = fieldInfo(column);
      return refuse({
        zh: `${header.zh}不能用 edit 改${instead ? `;请用 funnel ${instead}` : ''}`,
        en: `${header.en} is not changed by edit${instead ? `; use funnel ${instead}` : ''}`,
      });
    }
    const input = readColumnInput(column, value, context);
    if ('badInput' in input) return input;
    const before = columnText(deal.row, column);
    const after = inputText(input);
    if (before === after) continue;
    fields.push({ row: deal.row.row, field: column, input });
    events.push(editedEvent(deal, context.today, typeof column === 'string' ? fieldInfo(column).header.zh : column.own, before, after));
  }
  if (events.length === 0) {
    const same = { zh: '值都没有变化,没有写入', en: 'Every value is there already; nothing was written' };
    return { ...EMPTY_DECISION, ids: deal.row.id === null ? [] : [deal.row.id], notes: [same] };
  }
  return finishDraft(book, deal, { events, fields, notes: [] }, context.today, '');
}

