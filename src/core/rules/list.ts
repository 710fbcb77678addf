import { DATA_RULES } from './data.ts';
import { LATE_RULES } from './late.ts';
import type { Rule } from './rule.ts';
import { STALL_RULES } from './stalled.ts';

/** Every rule about one deal, in the order findings of equal rank are shown. */
export const RULES: readonly Rule[] = [...LATE_RULES, ...STALL_RULES, ...DATA_RULES];
