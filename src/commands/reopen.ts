import { reopenDeal } from '../core/move.ts';
import type { CommandSpec } from './command.ts';
import { runStep, STEP_OPTIONS } from './step.ts';

export const reopenCommand: CommandSpec = {
  name: 'reopen',
  args: '<deal>',
  summary: { zh: '重启已流失的商机', en: 'reopen a lost deal' },
  writes: true,
  options: STEP_OPTIONS,
  examples: ['reopen 华东机械 --to 方案呈现 --reason "客户回来了"'],
  run: (session, [query], options) => runStep(session, String(query ?? ''), options, reopenDeal),
};
