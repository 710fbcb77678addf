import { StringDecoder } from 'node:string_decoder';
import { interruption } from '../interrupt.ts';
import type { Terminal } from '../io.ts';
import type { Session } from '../session.ts';
import { keepTyped } from './keyboard.ts';

/** Asks until the answer is none that `check` finds wrong. Enter alone: `initial`, which stands in brackets. */
export async function askLine(
  session: Session,
  question: {
    readonly message: string;
    readonly initial: string;
    readonly check: (text: string) => string | null;
  },
): Promise<string> {
  const { terminal } = session.io;
  if (!terminal) throw new Error('a question without a terminal');
  terminal.flush();
  const { message, initial, check } = question;
  const lead = `? ${message}${initial === '' ? '' : ` [${initial}]`}: `;
  for (;;) {
    const text = (await readLine(terminal, lead)).trim() || initial;
    const problem = check(text);
    if (problem === null) return text;
    terminal.output.write(`> ${problem}\n`);
  }
}

/**
 * One line as the terminal itself lets people type and correct it: for terminals that cannot move their cursor
 * (TERM=dumb), where nothing may be drawn again. Ctrl-C, Ctrl-D and a terminal that goes away throw what `isInterrupt`
 * knows.
 */
function readLine({ input, output, onInterrupt }: Terminal, lead: string): Promise<string> {
  output.write(lead);
  const decoder = new StringDecoder('utf8');
  return new Promise((resolve, reject) => {
    let typed = '';
    const onData = (chunk: Buffer) => {
      typed += decoder.write(chunk);
      const end = typed.search(/[\r\n]/);
      if (end < 0) return;
      close();
      keepTyped(input, typed.slice(end).replace(/^\r?\n|^\r/, ''));
      resolve(typed.slice(0, end));
    };
    const onGone = () => {
      close();
      output.write('\n');
      reject(interruption());
    };
    const forget = onInterrupt(onGone);
    const close = () => {
      forget();
      input.off('data', onData).off('end', onGone).off('error', onGone).pause();
    };
    input.on('data', onData).on('end', onGone).on('error', onGone).resume();
  });
}
