import { resolve } from 'node:path';
import type { Message } from '../core/message.ts';
import { Failure } from '../failure.ts';
import { tellChannels } from '../notify/notify.ts';
import { readNotifySettings } from '../notify/settings.ts';
import type { Session } from '../session.ts';
import { appendLog } from '../storage/log-file.ts';
import { recordedAtText } from '../today.ts';
import type { OptionValues } from './command.ts';
import { textOption } from './option-values.ts';

/** To stdout, or behind what stands in the `--log` file; where that cannot be written the page is printed after all. */
export async function printPage(
  { io, note, print }: Session,
  options: OptionValues,
  page: string,
): Promise<void> {
  const log = textOption(options, 'log');
  if (log === null) return print(page);
  const path = resolve(io.cwd, log);
  const problem = await appendLog(path, `${page}\n`, io.platform);
  if (problem === null) return;
  note({
    zh: `日志 ${path} 写不了(${problem}),改为打印`,
    en: `The log ${path} cannot be written (${problem}); printed instead`,
  });
  print(page);
}

/**
 * A check that could not run must not look like a quiet night: 检查未完成 with the reason, to the log and with --notify
 * to every channel. Returns the error to be thrown on, its message saying so.
 */
export async function tellUnfinished(
  session: Session,
  options: OptionValues,
  error: unknown,
): Promise<unknown> {
  const { io } = session;
  const text = unfinishedText(error);
  const log = textOption(options, 'log');
  const stamp = recordedAtText(io.now(), 'Asia/Shanghai');
  if (log !== null) await appendLog(resolve(io.cwd, log), `${stamp} ${session.say(text)}\n`, io.platform);
  // Busy: another check is at it (reading waits for nobody), and tells what there is to tell.
  const overlaps = error instanceof Failure && error.code === 'busy';
  if (options.notify === true && !overlaps) await tellEverybody(session, text);
  return error instanceof Failure ? new Failure(error.code, text, error.place, error.detail) : error;
}

/** The robots are those of the folder of the workbook that was named, whether it is there or not. */
async function tellEverybody({ io, note, say, options }: Session, text: Message): Promise<void> {
  const book = resolve(io.cwd, options.file ?? (io.env.FUNNEL_FILE || 'book'));
  try {
    const settings = await readNotifySettings(io, book);
    for (const problem of [...settings.problems, ...(await tellChannels(settings, say(text), io))])
      note({ zh: `这件事也没能通知出去: ${problem.zh}`, en: `This could not be sent either: ${problem.en}` });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    note(error.text);
  }
}

function unfinishedText(error: unknown): Message {
  if (error instanceof Failure) {
    const { zh, en } = error.text;
    return { zh: `检查未完成: ${zh}`, en: `The check could not run: ${en}` };
  }
  const reason = error instanceof Error ? error.message : String(error);
  return { zh: `检查未完成: 程序出错(${reason})`, en: `The check could not run: a bug (${reason})` };
}
