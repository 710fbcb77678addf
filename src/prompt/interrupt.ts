/** Ctrl-C at a question: inquirer's own error, told by its name so that inquirer need not be loaded to ask. */
export function isInterrupt(error: unknown): boolean {
  return error instanceof Error && (error.name === 'ExitPromptError' || error.name === 'AbortPromptError');
}

/** The same for somebody who said no at the end. */
export function interruption(): Error {
  return Object.assign(new Error('left'), { name: 'AbortPromptError' });
}
