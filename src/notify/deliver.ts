import { setTimeout as pause } from 'node:timers/promises';
import type { Message } from '../core/message.ts';
import type { Io } from '../io.ts';
import type { Answer } from './post.ts';
import type { Robot, RobotAddress, RobotText } from './robot.ts';

/** Sends one request; post.ts's, given by the caller because it is loaded only when something is sent. */
export type Post = (url: string, body: unknown) => Promise<Answer>;

/** Pauses before the second and the third try. */
const BACK_OFF_MS = [500, 2000];

/** Null: delivered. Tries three times unless the message may have arrived; signs anew each time. */
export async function deliver(
  post: Post,
  robot: Pick<Robot, 'request' | 'problem'>,
  address: RobotAddress,
  message: RobotText,
  io: Pick<Io, 'now'>,
): Promise<Message | null> {
  for (let tries = 0; ; tries++) {
    const { url, body } = robot.request(address, message, io.now());
    const answer = await post(url, body);
    const problem = readAnswer(answer, robot, address);
    if (problem === null) return null;
    const back = BACK_OFF_MS[tries];
    if (back === undefined || ('sent' in answer && answer.sent)) return problem;
    await pause(back);
  }
}

function readAnswer(answer: Answer, robot: Pick<Robot, 'problem'>, address: RobotAddress): Message | null {
  if ('problem' in answer) return answer.problem;
  if (answer.status >= 200 && answer.status < 300) return robot.problem(hideSecrets(answer.body, address));
  return { zh: `HTTP ${answer.status}`, en: `HTTP ${answer.status}` };
}

/** An answer is printed: a gateway that repeats the request in it must not put address, token or secret into a log. */
function hideSecrets(body: unknown, { url, secret }: RobotAddress): unknown {
  const { pathname, searchParams } = new URL(url);
  const secrets = [url, secret ?? '', ...searchParams.values(), pathname.split('/').at(-1) ?? ''].filter(
    (word) => word.length > 5,
  );
  return JSON.parse(JSON.stringify(body), (_key, value: unknown) =>
    typeof value === 'string' ? secrets.reduce((text, word) => text.replaceAll(word, '***'), value) : value,
  );
}

/** Milliseconds to wait before the next message, so that no minute holds more than `perMinute`. `sent`: when the others went. */
export function waitBefore(sent: readonly number[], perMinute: number, now: number): number {
  const oldest = sent.at(-perMinute);
  return oldest === undefined ? 0 : Math.max(0, oldest + 60_000 - now);
}
