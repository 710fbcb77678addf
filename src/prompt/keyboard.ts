import { PassThrough } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

export interface Keyboard {
  readonly input: NodeJS.ReadableStream;
  /** Aborts when the terminal goes away or Ctrl-D is pressed, which inquirer would wait on for ever; at `<` its reason is BACK. */
  readonly signal: AbortSignal;
  close(): void;
}

/**
 * The terminal's input, handed on one character at a time. An input method commits several characters in one piece,
 * and readline of Node 20 appends all but the last of such a piece to the end of the line, wherever the cursor stands
 * (中文 typed into ab|cd became abcd中…文). Piece by piece every character goes where the cursor is. What was typed or
 * pasted beyond the Enter that ends a question is kept for the next one. `hasBack`: nothing is typed there, so a `<` ends it.
 */
export function openKeyboard(stdin: NodeJS.ReadStream, hasBack = false): Keyboard {
  const aborter = new AbortController();
  const decoder = new StringDecoder('utf8');
  const input = Object.assign(new PassThrough(), {
    // readline switches raw mode on at the start of a question and off at its end.
    setRawMode: (mode: boolean) => {
      stdin.setRawMode(mode);
      return input;
    },
  });
  const waiting: string[] = [];
  let state: 'idle' | 'handing-on' | 'closed' = 'idle';
  const handOn = () => {
    if (state === 'closed') return;
    const character = waiting.shift();
    state = character === undefined ? 'idle' : 'handing-on';
    if (character === undefined) return;
    if (character === CTRL_D) aborter.abort();
    else if (hasBack && /[<＜《〈]/.test(character)) aborter.abort(BACK);
    else input.write(character);
    // The question sees each before the next, and has time to end at Enter.
    if (character === '\r' || character === '\n') setTimeout(handOn, ENDING_MS);
    else setImmediate(handOn);
  };
  const onData = (chunk: Buffer) => {
    waiting.push(...decoder.write(chunk));
    if (state === 'idle') handOn();
  };
  const onGone = () => aborter.abort();
  stdin.on('data', onData).on('end', onGone).on('error', onGone).resume();
  return {
    input,
    signal: aborter.signal,
    close: () => {
      state = 'closed';
      stdin.off('data', onData).off('end', onGone).off('error', onGone).pause();
      keepTyped(stdin, waiting.join(''));
    },
  };
}

/** Gives back what nobody has read yet: the next question reads it first. */
export function keepTyped(stdin: NodeJS.ReadStream, text: string): void {
  if (text !== '' && stdin.readable) stdin.unshift(Buffer.from(text));
}

/** Somebody wants the question before. */
export const BACK = Symbol('back');
const CTRL_D = String.fromCharCode(4);
const ENDING_MS = 20;
