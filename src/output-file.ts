import { resolve } from 'node:path';
import type { Session } from './session.ts';
import { findOutput, type OutputTarget, outputExists } from './storage/output.ts';
import type { Store } from './storage/store.ts';

/**
 * Where a file made for others goes: asked before the work (and before a lock). A file that is there is replaced with
 * --yes, after a question in a terminal, else refused. The book and the files of its store are refused always.
 */
export async function chooseOutput(session: Session, store: Store, name: string): Promise<OutputTarget> {
  const target = await findOutput(resolve(session.io.cwd, name), store, session.io.cwd);
  if (!target.exists || session.options.yes) return target;
  if (!session.interactive) throw outputExists(target.path);
  if (session.options.dryRun) return target;
  const { askConfirm } = await import('./prompt/ask.ts');
  const message = { zh: `${name} 已存在,覆盖它?`, en: `${name} exists. Replace it?` };
  if (!(await askConfirm(session, message, false))) throw outputExists(target.path);
  return target;
}
