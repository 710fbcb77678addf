import type { Book } from '../book.ts';
import { type ColumnRef, columnHeader } from '../columns.ts';
import { readIntent } from '../intent.ts';
import { type Message, plain } from '../message.ts';
import type { Population, Subject } from './population.ts';

/** What groups are made by: a column of the tracking table, or the team whose book it is. */
export type GroupColumn = ColumnRef | 'team';

/** What it is called in a sheet. */
export function groupHeader(column: GroupColumn): string {
  return column === 'team' ? '团队' : columnHeader(column);
}

export interface Group {
  /** The value as it stands in the sheet (an intent by its key); null where none does. */
  readonly key: string | null;
  readonly title: Message;
  readonly subjects: readonly Subject[];
}

/**
 * Everybody by the value of `column` at the end of the period, so that every group balances; the largest group first.
 * Of `books` every team is listed, also one that has nobody yet: it must not pass for one that was not read.
 */
export function groupSubjects(
  { subjects }: Population,
  column: GroupColumn,
  books: readonly Book[],
): readonly Group[] {
  const groups = groupBySubject(subjects, (subject) => subject, column)
    .map(({ members, ...group }): Group => ({ ...group, subjects: members }))
    .sort((a, b) => b.subjects.length - a.subjects.length || ((a.key ?? '') < (b.key ?? '') ? -1 : 1));
  if (column !== 'team') return groups;
  const teams = new Set(books.map(({ team }) => team));
  for (const { key } of groups) if (key !== null) teams.delete(key);
  return [...groups, ...[...teams].map((team) => ({ key: team, title: plain(team), subjects: [] }))];
}

/** Things that each belong to one 商机, by its value of `column`. */
export function groupBySubject<Item>(
  items: readonly Item[],
  subjectOf: (item: Item) => Subject,
  column: GroupColumn,
): readonly (Pick<Group, 'key' | 'title'> & { readonly members: readonly Item[] })[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const text = groupText(subjectOf(item), column).trim();
    const group = groups.get(text);
    if (group) group.push(item);
    else groups.set(text, [item]);
  }
  return [...groups].map(([text, members]) => ({
    key: text === '' ? null : column === 'intent' ? (readIntent(text) ?? text) : text,
    title: text === '' ? { zh: '(空)', en: '(empty)' } : plain(text),
    members,
  }));
}

function groupText(subject: Subject, column: GroupColumn): string {
  if (column === 'team') return subject.book.team;
  return subject.names.text(subject.at, column);
}
