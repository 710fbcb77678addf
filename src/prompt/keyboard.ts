import { PassThrough } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

export interface Keyboard {
  readonly input: NodeJS.ReadableStream;
  /** Aborts when the terminal goes away or Ctrl-D is pressed, which inquirer would wait on for ever. */
  readonly signal: AbortSignal;
  close(): void;
}

/**
 * The terminal's input, handed on one character at a time. An input method commits several characters in one piece,
 * and readline of Node 20 appends all but the last of such a piece to the end of the line, wherever the cursor stands
 * (中文 typed into ab|cd became abcd中…文). Piece by piece every character goes where the cursor is.
 */
export function openKeyboard(stdin: NodeJS.ReadStream): Keyboard {
  const aborter = new AbortController();
  const decoder = new StringDecoder('utf8');
  const input = Object.assign(new PassThrough(), {
    // readline switches raw mode on at the start of a question and off at its end.
    setRawMode: (mode: boolean) => {
      stdin.setRawMode(mode);
      return input;
    },
  });
  const onData = (chunk: Buffer) => {
    for (const character of decoder.write(chunk)) {
      if (character === CTRL_D) aborter.abort();
      else input.write(character);
    }
  };
  const onGone = () => aborter.abort();
  stdin.on('data', onData).on('end', onGone).on('error', onGone).resume();
  return {
    input,
    signal: aborter.signal,
    close: () => {
      stdin.off('data', onData).off('end', onGone).off('error', onGone).pause();
    },
  };
}

const CTRL_D = String.fromCharCode(4);
