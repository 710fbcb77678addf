import type { Message } from './core/message.ts';

/** Ctrl-C at a question: inquirer's own error, told by its name so that inquirer need not be loaded to ask. */
export function isInterrupt(error: unknown): boolean {
  return error instanceof Error && (error.name === 'ExitPromptError' || error.name === 'AbortPromptError');
}

/** The same for somebody who said no at the end, or who asked the program to stop. `except`: what was written before that. */
export function interruption(except: Message | null = null): Error {
  return Object.assign(new Error('left'), { name: 'AbortPromptError', except });
}

/** What an interrupted command had written all the same, as words to stand behind "nothing was written". */
export function exceptOf(error: unknown): Message {
  const except = error instanceof Error && 'except' in error ? (error.except as Message | null) : null;
  return except ?? { zh: '', en: '' };
}
