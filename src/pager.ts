import { displayWidth } from './core/text.ts';

/** A program that shows text screen by screen, and what it is told. */
export interface Pager {
  readonly command: string;
  /** `command` is a line for the shell, as people write it into PAGER. */
  readonly shell: boolean;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * FUNNEL_PAGER, else PAGER, else less, which ends by itself where one screen is enough and says how to leave it. Null:
 * none is wanted (empty, or cat), or the terminal can do no more than print lines.
 */
export function choosePager(env: Readonly<Record<string, string | undefined>>): Pager | null {
  const own = (env.FUNNEL_PAGER ?? env.PAGER)?.trim();
  if (own === '' || own === 'cat' || env.TERM === 'dumb') return null;
  // Chinese in less where the locale is C; its options are the person's where there are any.
  const charset = { LESSCHARSET: env.LESSCHARSET ?? 'utf-8' };
  if (own !== undefined)
    return {
      command: own,
      shell: true,
      args: [],
      env: { LESS: env.LESS ?? 'FRX', LV: env.LV ?? '-c', ...charset },
    };
  const args = env.LESS === undefined ? ['-FRX', '-Ps空格/space ↓  q 退出/quit'] : [];
  return { command: 'less', shell: false, args, env: charset };
}

/** Whether a text takes more lines than the screen has; long lines take several. */
export function isLonger(text: string, screen: { readonly columns: number; readonly rows: number }): boolean {
  const lines = text.replace(/\n$/, '').split('\n');
  if (lines.length >= screen.rows) return true;
  const taken = lines.map((line) => Math.max(1, Math.ceil(displayWidth(line) / screen.columns)));
  return taken.reduce((sum, each) => sum + each, 0) >= screen.rows;
}
