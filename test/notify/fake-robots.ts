import { webcrypto } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request as it arrived. */
export interface Heard {
  readonly robot: 'dingtalk' | 'feishu' | 'wecom' | 'webhook';
  readonly url: URL;
  readonly body: Readonly<Record<string, unknown>>;
  /** The text of the message; empty for the webhook. */
  readonly text: string;
  readonly accepted: boolean;
}

export interface Robots {
  readonly base: string;
  readonly heard: readonly Heard[];
  /** What the next requests meet instead of a robot in good health, in order. */
  misbehave(...next: readonly Mood[]): void;
}

/** An error in a body of HTTP 200, an HTTP error, silence for some milliseconds and then success, a torn connection. */
export type Mood = 'busy' | 'http500' | 'torn' | { readonly slow: number };

export const DINGTALK_SECRET = 'SECdingtalk000';
export const FEISHU_SECRET = 'feishu-secret';

/** Robots on 127.0.0.1 that judge a message as the real ones do: signature and its age, keyword, size, and the answer's codes. */
export async function startRobots(now: number): Promise<Robots> {
  const heard: Heard[] = [];
  const moods: Mood[] = [];
  const server: Server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const body = JSON.parse(await readAll(request));
    const robot =
      (['dingtalk', 'feishu', 'wecom'] as const).find((name) => url.pathname.includes(name)) ?? 'webhook';
    const mood = moods.shift();
    if (mood === 'torn') {
      request.socket.destroy();
      return;
    }
    if (typeof mood === 'object') await new Promise((resolve) => setTimeout(resolve, mood.slow));
    const answer =
      mood === 'busy' ? BUSY[robot] : mood === 'http500' ? null : await JUDGES[robot](url, body, now);
    heard.push({ robot, url, body, text: textOf(body), accepted: answer === GOOD[robot] });
    response.writeHead(answer === null ? 500 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  const { port } = server.address() as AddressInfo;
  return { base: `http://127.0.0.1:${port}`, heard, misbehave: (...next) => void moods.push(...next) };
}

type Body = Readonly<Record<string, unknown>>;
type Judge = (url: URL, body: Body, now: number) => Promise<object>;

const GOOD = {
  dingtalk: { errcode: 0, errmsg: 'ok' },
  feishu: { code: 0, msg: 'success', data: {} },
  wecom: { errcode: 0, errmsg: 'ok' },
  webhook: {},
};
const BUSY = {
  dingtalk: { errcode: -1, errmsg: 'system busy' },
  feishu: { code: 11232, msg: 'frequency limited' },
  wecom: { errcode: 45009, errmsg: 'api freq out of limit' },
  webhook: {},
};

const JUDGES: Readonly<Record<Heard['robot'], Judge>> = {
  async dingtalk(url, body, now) {
    const [timestamp, sign] = [url.searchParams.get('timestamp'), url.searchParams.get('sign')];
    const expected = await hmac(DINGTALK_SECRET, `${timestamp}\n${DINGTALK_SECRET}`);
    if (Math.abs(Number(timestamp) - now) > 3_600_000)
      return { errcode: 310000, errmsg: 'invalid timestamp' };
    if (sign !== expected) return { errcode: 310000, errmsg: 'sign not match' };
    if (!textOf(body).includes('【销售漏斗】')) return { errcode: 310000, errmsg: 'keywords not in content' };
    return bytes(JSON.stringify(body)) > 20_000
      ? { errcode: 460101, errmsg: 'message too long' }
      : GOOD.dingtalk;
  },
  async feishu(_url, body, now) {
    const { timestamp, sign } = body;
    const expected = await hmac(`${timestamp}\n${FEISHU_SECRET}`, '');
    if (Math.abs(Number(timestamp) * 1000 - now) > 3_600_000 || sign !== expected)
      return { code: 19021, msg: 'sign match fail or timestamp is not within one hour from current time' };
    if (!textOf(body).includes('【销售漏斗】')) return { code: 19024, msg: 'Key Words Not Found' };
    return bytes(JSON.stringify(body)) > 20_480 ? { code: 9499, msg: 'Bad Request' } : GOOD.feishu;
  },
  async wecom(url, body) {
    if (!url.searchParams.get('key')) return { errcode: 93000, errmsg: 'invalid webhook url' };
    return bytes(textOf(body)) > 2048 ? { errcode: 40058, errmsg: 'content exceed max length' } : GOOD.wecom;
  },
  webhook: async () => GOOD.webhook,
};

/** HMAC-SHA256 by Web Crypto, not by what the program signs with; base64. An empty key is not allowed there, and never used. */
async function hmac(key: string, text: string): Promise<string> {
  const encoder = new TextEncoder();
  const imported = await webcrypto.subtle.importKey(
    'raw',
    encoder.encode(key),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  return Buffer.from(await webcrypto.subtle.sign('HMAC', imported, encoder.encode(text))).toString('base64');
}

function textOf({ text, content }: Body): string {
  const holder = (text ?? content) as { content?: string; text?: string } | undefined;
  return holder?.content ?? holder?.text ?? '';
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
