import { moveBack } from '../core/move.ts';
import type { CommandSpec } from './command.ts';
import { runStep, STEP_OPTIONS } from './step.ts';

export const backCommand: CommandSpec = {
  name: 'back',
  args: '<deal>',
  summary: { zh: '退回更早的阶段(要有原因)', en: 'step back to an earlier stage, with a reason' },
  writes: true,
  options: STEP_OPTIONS,
  examples: ['back 华东机械 --to 需求挖掘 --reason "需求有变"'],
  run: (session, [query], options) => runStep(session, String(query ?? ''), options, moveBack),
};
