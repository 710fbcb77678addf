import type { TableShape } from './book.ts';
import { LOG_HEADERS, type LogHeader, readLogStage } from './decode-log.ts';
import type { DealEvent } from './event.ts';
import { readContent } from './log-text.ts';
import { KIND, type PackedSheet, valueAt } from './packed-sheet.ts';
import type { StageKey } from './stages.ts';
import { readTextCell } from './values.ts';

/** What an event says in words, beside what stands in the arrays of the log. */
export type EventTexts = Omit<DealEvent, 'seq' | 'date' | 'type' | 'to' | 'item' | 'marks'>;

/** Reads them of one row at a time. */
export function eventTextReader(
  packed: PackedSheet,
  { columns }: TableShape,
  context: { readonly stageWords: ReadonlyMap<string, StageKey>; readonly labels: ReadonlySet<string> },
): (row: number) => EventTexts {
  const { heads, starts, texts } = packed;
  const roles: number[] = [];
  for (const [role, header] of LOG_HEADERS.entries()) roles[columns.get(header) ?? 0] = role;
  const cells = new Int32Array(LOG_HEADERS.length);
  const text = (role: number) => {
    const at = cells[role] ?? -1;
    if (at < 0) return '';
    // Nearly all of them: nothing is made but the text.
    if (((heads[at] ?? 0) & 15) === KIND.text) return texts.textOf(packed.values[at] ?? 0).trim();
    return readTextCell(valueAt(packed, at));
  };
  const stages = new Map<string, StageKey | null>();
  const stageOf = (word: string) => {
    const known = stages.get(word);
    if (known !== undefined) return known;
    const read = readLogStage(word, context.stageWords);
    stages.set(word, read);
    return read;
  };
  return (row) => {
    cells.fill(-1);
    for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at++) {
      const role = roles[(heads[at] ?? 0) >> 4];
      if (role !== undefined) cells[role] = at;
    }
    const { values: fields, note } = readContent(text(ROLE.内容), context.labels);
    return {
      dealId: text(ROLE.商机编号),
      customer: text(ROLE.客户名称),
      from: stageOf(text(ROLE.原阶段)),
      values: fields,
      note,
      evidence: text(ROLE.证据),
      by: text(ROLE.操作人),
      recordedAt: text(ROLE.记录时间),
    };
  };
}

const ROLE = Object.fromEntries(LOG_HEADERS.map((header, role) => [header, role])) as Readonly<
  Record<LogHeader, number>
>;
