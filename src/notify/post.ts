import { Agent, ProxyAgent, request } from 'undici';
import type { Message } from '../core/message.ts';

/** What came back: the parsed body (text where it is no JSON), or why nothing did. */
export type Answer =
  | { readonly status: number; readonly body: unknown }
  /** `sent`: the request may have arrived all the same, so it must not be repeated. */
  | { readonly problem: Message; readonly sent: boolean };

const TIMEOUT_MS = 30_000;

/** Posts JSON, through `proxy` (an address, or null). Throws nothing. */
export async function postJson(url: string, body: unknown, proxy: string | null): Promise<Answer> {
  let agent: Agent | ProxyAgent | null = null;
  try {
    agent = proxy === null ? new Agent() : new ProxyAgent(proxy);
    const { statusCode, body: answer } = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
      dispatcher: agent,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status: statusCode, body: parseBody(await answer.text()) };
  } catch (error) {
    return failed(error);
  } finally {
    await agent?.close().catch(() => undefined);
  }
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(0, 200);
  }
}

/** Only the kind of the error: its text may hold the URL, and with it the token. */
function failed(error: unknown): Answer {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code =
    cause instanceof Error
      ? 'code' in cause && typeof cause.code === 'string'
        ? cause.code
        : cause.name
      : '';
  if (code === 'TimeoutError' || /TIMEOUT/.test(code)) {
    const seconds = TIMEOUT_MS / 1000;
    return {
      problem: {
        zh: `${seconds} 秒内没有回应(消息可能已经送到)`,
        en: `no answer within ${seconds} s (the message may have arrived)`,
      },
      sent: code !== 'UND_ERR_CONNECT_TIMEOUT',
    };
  }
  return {
    problem: { zh: `连不上(${code})`, en: `cannot be reached (${code})` },
    sent: code === 'UND_ERR_SOCKET' || code === 'ECONNRESET',
  };
}
