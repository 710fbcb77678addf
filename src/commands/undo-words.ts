import { counted } from '../core/message.ts';
import { DEFAULT_SETTINGS } from '../core/settings.ts';
import { truncateTo, visible, wrapText } from '../core/text.ts';
import type { LeftCell } from '../core/undo.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Reading } from '../read-book.ts';
import type { Session } from '../session.ts';
import { isKept, type JournalEntry, readUndoable } from '../storage/journal.ts';
import type { StateFolder } from '../storage/state-folder.ts';
import { recordedAtText } from '../today.ts';
import { changeJson, changeLine } from '../write-words.ts';
import type { TakingBack } from './undo-plan.ts';

/** What was taken back, or would be (--dry-run). */
export function showTakenBack(
  session: Session,
  entry: JournalEntry,
  taking: TakingBack,
  dryRun: boolean,
): void {
  const { plan, left, exact, reading } = taking;
  if (session.options.json) {
    session.json({
      undone: entryJson(entry),
      changes: plan.changes.map((change) => changeJson(reading, change)),
      left: left.map((cell) => leftJson(session, reading, cell)),
      exact,
      ...(dryRun ? { dryRun } : {}),
    });
    return;
  }
  if (dryRun || session.options.verbose)
    for (const change of plan.changes) session.print(changeLine(reading, change));
  if (dryRun || !session.interactive) for (const cell of left) session.print(leftLine(session, cell));
  const count = plan.changes.length;
  const command = shownCommand(entry);
  session.print(
    session.say(
      dryRun
        ? {
            zh: `试运行:会撤销「${command}」的 ${count} 格,保留 ${left.length} 格,没有写入任何内容。`,
            en: `Dry run: would take back ${counted(count, 'cell')} of “${command}” and leave ${left.length}; nothing was written.`,
          }
        : exact
          ? {
              zh: `已撤销「${command}」:${count} 格,文件与之前完全一样。`,
              en: `Took back “${command}”: ${counted(count, 'cell')}; the file is exactly as it was before.`,
            }
          : {
              zh: `已撤销「${command}」的 ${count} 格,保留 ${left.length} 格。`,
              en: `Took back ${counted(count, 'cell')} of “${command}”, left ${left.length}.`,
            },
    ),
  );
}

/** `undo --list`: what can be taken back, newest first. */
export async function listUndoable(session: Session, state: StateFolder): Promise<ExitCode> {
  const entries: JournalEntry[] = [];
  let older = 0;
  for await (const entry of readUndoable(state)) {
    if (await isKept(state, entry)) entries.push(entry);
    else older++;
  }
  if (session.options.json) {
    session.json(entries.map(entryJson));
    return EXIT.done;
  }
  for (const entry of entries) {
    const { n, user, sheets, cells } = entryJson(entry);
    const where = session.say({
      zh: `${cells} 格(${sheets.join('、')})`,
      en: `${counted(cells, 'cell')} (${sheets.join(', ')})`,
    });
    const width = session.io.columns - 3;
    const head = wrapText(visible(`${n}  ${shownTime(entry.time)}  ${user}  ${where}`), width);
    session.print([...head, truncateTo(visible(entry.command), width)].join('\n   '));
  }
  if (older > 0)
    session.note({
      zh: `另有 ${older} 条不能再撤销:它们之前的文件已不保留(最近 20 本、500 MB)`,
      en: `${older} more cannot be taken back: the files from before them are kept no longer (the last 20, at most 500 MB)`,
    });
  else if (entries.length === 0)
    session.note({ zh: '没有可以撤销的命令', en: 'There is no command to take back' });
  return EXIT.done;
}

export function entryJson({ n, time, user, command, changes }: JournalEntry) {
  return {
    n,
    time,
    user,
    command,
    sheets: [...new Set(changes.map(({ sheet }) => sheet))],
    cells: changes.length,
  };
}

export function leftJson(
  session: Session,
  reading: Reading,
  { change, header, cell, now, reason }: LeftCell,
) {
  const { before, after } = changeJson(reading, change);
  const shown = changeJson(reading, { ...change, after: now }).after;
  return {
    sheet: change.sheet,
    cell,
    column: header,
    before,
    after,
    now: shown,
    reason: session.say(reason),
  };
}

export function leftLine(session: Session, { change, header, cell, reason }: LeftCell): string {
  const place = `${change.sheet}!${cell ?? change.cell}${header ? ` ${header}` : ''}`;
  return visible(session.say({ zh: `保留 ${place}:${reason.zh}`, en: `left ${place}: ${reason.en}` }));
}

/** The command line, cut where it is long: what it changed is told by the cells. */
export function shownCommand({ command }: JournalEntry): string {
  return truncateTo(visible(command), 60);
}

export function shownTime(time: string): string {
  return recordedAtText(Date.parse(time), DEFAULT_SETTINGS.timeZone).slice(0, 16);
}
