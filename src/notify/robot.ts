import type { Message } from '../core/message.ts';

/** Where a group robot listens, and what it signs with. Neither is ever printed. */
export interface RobotAddress {
  readonly url: string;
  readonly secret: string | null;
}

/** The text of one message and the accounts it calls. */
export interface RobotText {
  readonly text: string;
  readonly accounts: readonly string[];
}

/** One kind of group robot. They answer HTTP 200 on failure: what the body says counts. */
export interface Robot {
  /** Where its robots live, as far as the makers say: an address of another robot is told by them (private servers are not here). */
  readonly hosts: readonly string[];
  /** Whether it signs, with a secret beside its address. */
  readonly signs: boolean;
  /** Bytes of UTF-8 in one text. */
  readonly limit: number;
  /** Messages it takes a minute. */
  readonly perMinute: number;
  /** What calls an account in the text, behind the owner's name. */
  mention(account: string): string;
  /** The request for one text, signed for this moment (milliseconds). */
  request(
    address: RobotAddress,
    message: RobotText,
    now: number,
  ): { readonly url: string; readonly body: unknown };
  /** Null: delivered. Else what the answer says is wrong. */
  problem(body: unknown): Message | null;
}

/** A field of an answer as text; empty where there is none. */
export function answerField(body: unknown, name: string): string {
  if (typeof body !== 'object' || body === null) return '';
  const value = Object.entries(body).find(([key]) => key === name)?.[1];
  return value === undefined || value === null ? '' : String(value);
}

/** The code under `name` must be 0; the text under `text` says why it is not. */
export function codeProblem(body: unknown, name: string, text: string): Message | null {
  const code = answerField(body, name);
  if (code === '0') return null;
  const said = answerField(body, text).slice(0, 120);
  return code === ''
    ? { zh: '回应里没有结果码', en: 'the answer has no result code' }
    : { zh: `错误码 ${code}${said && `: ${said}`}`, en: `error ${code}${said && `: ${said}`}` };
}
