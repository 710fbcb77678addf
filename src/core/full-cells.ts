import type { Book } from './book.ts';
import { formatDay } from './date.ts';
import type { Deal } from './deal.ts';
import type { Decision, FieldChange } from './decision.ts';
import { newEvent } from './draft.ts';
import type { NewEvent } from './event.ts';
import { fieldInfo } from './fields.ts';
import { followUpKey } from './fold.ts';
import { takeOldestOut } from './follow-ups.ts';
import { writeContent } from './log-text.ts';
import type { Message } from './message.ts';

/** Excel's limit for the text of one cell, in characters (UTF-16). */
const MOST = 32_767;
/** A 跟进记录 cell that grows beyond this is relieved … */
const FULL = 32_000;
/** … down to this, so that it does not happen at every follow-up. */
const ROOM = 24_000;

/**
 * Before a 跟进记录 cell reaches Excel's limit, its oldest entries move to 过程记录: as a 跟进 of their day without a kind
 * (it was never said), and not at all where the log has that day and text already. Said; nothing is lost, and nothing
 * counts twice.
 */
export function relieveFullCells(book: Book, decision: Decision): Decision {
  const full = decision.fields.filter(isFull);
  // Of several follow-ups in one command the last one's text holds the others.
  const last = full.filter(({ row }, index) => !full.slice(index + 1).some((later) => later.row === row));
  return last.reduce((each, change) => relieve(book, each, change), decision);
}

function relieve(book: Book, decision: Decision, full: FullCell): Decision {
  const deal = book.deals.find(({ row }) => row.row === full.row);
  if (!deal) return decision;
  const known = new Set(
    [...book.events, ...decision.events]
      .filter(({ dealId, type }) => dealId === deal.row.id && type === 'followup')
      .map(({ date, note }) => followUpKey(date, note)),
  );
  const hints = { leadDate: deal.row.leadDate, today: book.asOf };
  const { text, entries, undated } = takeOldestOut(
    full.input.text,
    hints,
    ROOM,
    (entry) => entry.date <= book.asOf && writeContent(new Map(), entry.text).length <= MOST,
  );
  if (text === full.input.text) return decision;
  const moved = entries
    .filter(({ date, text }) => !known.has(followUpKey(date, text)))
    .map(({ date, text }): NewEvent => newEvent(deal, { date, type: 'followup', note: text }));
  return {
    ...decision,
    fields: [
      ...decision.fields.filter((change) => change.row !== full.row || change.field !== 'followUps'),
      { ...full, input: { kind: 'text', text } },
    ],
    events: [...decision.events, ...moved, ...remarks(deal, book, undated)],
    notes: [
      ...decision.notes,
      movedNote(
        entries.map(({ date }) => date),
        undated,
      ),
    ],
  };
}

type FullCell = FieldChange & { readonly input: { readonly kind: 'text'; readonly text: string } };

function isFull(change: FieldChange): change is FullCell {
  return change.field === 'followUps' && change.input.kind === 'text' && change.input.text.length > FULL;
}

/** Text without a day is no follow-up: a 修改 of the column keeps it, in pieces that fit. */
function remarks(deal: Deal, book: Book, undated: string): NewEvent[] {
  const pieces = undated.match(/[\s\S]{1,12000}/g) ?? [];
  const values = new Map([['列', fieldInfo('followUps').header.zh]]);
  return pieces.map((note) => newEvent(deal, { date: book.asOf, type: 'edited', values, note }));
}

function movedNote(days: readonly number[], undated: string): Message {
  const what: Message[] = undated === '' ? [] : [{ zh: '没有日期的文字', en: 'the text without a date' }];
  if (days.length > 0) {
    const [first, last] = [formatDay(Math.min(...days)), formatDay(Math.max(...days))];
    what.unshift({
      zh: `最早的 ${days.length} 条(${first} 至 ${last})`,
      en: `the ${days.length} oldest entries (${first} to ${last})`,
    });
  }
  return {
    zh: `跟进记录快满了(Excel 一格最多 ${MOST} 个字符):${what.map(({ zh }) => zh).join('和')}已移到 过程记录,show 里照常看到`,
    en: `The 跟进记录 cell is nearly full (Excel holds ${MOST} characters): ${what.map(({ en }) => en).join(' and ')} moved to 过程记录; show lists them as before`,
  };
}
