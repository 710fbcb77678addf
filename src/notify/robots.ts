import { DINGTALK } from './dingtalk.ts';
import { FEISHU } from './feishu.ts';
import type { Robot } from './robot.ts';
import { WECOM } from './wecom.ts';

/** Every kind of group robot. To add one: a file, and a line here; FUNNEL_NAME_URL, and _SECRET where it signs, follow. */
export const ROBOTS = { dingtalk: DINGTALK, feishu: FEISHU, wecom: WECOM } as const satisfies Record<
  string,
  Robot
>;
export type RobotName = keyof typeof ROBOTS;
