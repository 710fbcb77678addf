import { type ColumnRef, columnText } from '../columns.ts';
import { readIntent } from '../intent.ts';
import { type Message, plain } from '../message.ts';
import type { Population, Subject } from './population.ts';

export interface Group {
  /** The value as it stands in the sheet (an intent by its key); null where none does. */
  readonly key: string | null;
  readonly title: Message;
  readonly subjects: readonly Subject[];
}

/** Everybody by the value of `column` at the end of the period, so that every group balances; the largest group first. */
export function groupSubjects({ subjects }: Population, column: ColumnRef): readonly Group[] {
  const groups = new Map<string, Subject[]>();
  for (const subject of subjects) {
    const text = subject.row === null ? '' : columnText(subject.row, column).trim();
    const group = groups.get(text);
    if (group) group.push(subject);
    else groups.set(text, [subject]);
  }
  return [...groups]
    .sort(([a, these], [b, those]) => those.length - these.length || (a < b ? -1 : 1))
    .map(([text, members]) => ({
      key: text === '' ? null : column === 'intent' ? (readIntent(text) ?? text) : text,
      title: text === '' ? { zh: '(空)', en: '(empty)' } : plain(text),
      subjects: members,
    }));
}
