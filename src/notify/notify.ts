import { setTimeout as pause } from 'node:timers/promises';
import type { CheckEntry } from '../core/check-order.ts';
import { keepEntries } from '../core/check-order.ts';
import type { Day } from '../core/date.ts';
import type { Finding } from '../core/finding.ts';
import type { Lang, Message } from '../core/message.ts';
import { maskPhones, visible } from '../core/text.ts';
import { isNews, rememberTold, type Told } from '../core/told.ts';
import type { Io } from '../io.ts';
import { CHAT_KEYWORD, chatMessages } from '../render/chat-text.ts';
import type { Store } from '../storage/store.ts';
import { readTold, writeTold } from '../storage/told.ts';
import { tellCommand } from './command.ts';
import { deliver, type Post, waitBefore } from './deliver.ts';
import { proxyFor } from './proxy.ts';
import type { Channel, ChannelName, NotifySettings } from './settings.ts';

/** What is to be told, and to whom it belongs. */
export interface News {
  readonly store: Pick<Store, 'book'>;
  /** False: a table never adopted, for which nothing is remembered. */
  readonly adopted: boolean;
  readonly asOf: Day;
  /** Those that may be pushed, as entries of the page. */
  readonly entries: readonly CheckEntry[];
  /** Every finding of the whole book today. */
  readonly all: readonly Finding[];
  /** The JSON document of some findings, for the webhook and the command. */
  readonly document: (findings: readonly Finding[]) => unknown;
  readonly lang: Lang;
}

/** What came of one channel. */
export interface Delivery {
  readonly channel: ChannelName;
  readonly messages: number;
  readonly findings: number;
  /** Null: everything was delivered. */
  readonly problem: Message | null;
  /** What was sent could not be kept: the system's word. */
  readonly unkept: string | null;
}

/**
 * Sends to every channel what it has not been told at that level, and remembers what was delivered. A channel that
 * fails stops there and is tried again by the next run; the others go on. Throws nothing.
 */
export async function notifyChannels(
  { channels, env, account }: NotifySettings,
  news: News,
  io: Io,
): Promise<readonly Delivery[]> {
  const deliveries: Delivery[] = [];
  for (const channel of channels) {
    const name = `sent-${channel.name}`;
    const told: Told = (news.adopted ? await readTold(news.store, io, name) : null)?.told ?? new Map();
    const fresh = keepEntries(news.entries, (finding) => isNews(told, finding));
    const sent = await sendTo(channel, fresh, news, { env, account, io });
    const findings = news.entries.flatMap((entry) => entry.findings);
    const known = findings.filter((finding) => !isNews(told, finding));
    const now = rememberTold(told, news.all, [...known, ...sent.delivered]);
    const unkept = news.adopted
      ? await writeTold(news.store, io, name, { asOf: news.asOf, told: now })
      : null;
    deliveries.push({
      channel: channel.name,
      messages: sent.messages,
      findings: sent.delivered.length,
      problem: sent.problem,
      unkept,
    });
  }
  return deliveries;
}

/** Says one sentence to every channel, signed and retried like the rest; nothing is remembered. Returns what failed. */
export async function tellChannels(
  { channels, env }: NotifySettings,
  sentence: string,
  io: Io,
): Promise<readonly Message[]> {
  const text = `${CHAT_KEYWORD}${maskPhones(visible(sentence))}`;
  const problems: (Message | null)[] = [];
  for (const channel of channels) {
    if (channel.name === 'command')
      problems.push(await tellCommand(channel.argv, JSON.stringify({ error: { message: text } })));
    else if (channel.name === 'webhook')
      problems.push(await postDocument(channel.url, { error: { message: text } }, env, io));
    else
      problems.push(
        await deliver(await postWith(env), channel.robot, channel.address, { text, accounts: [] }, io),
      );
  }
  return problems.filter((problem) => problem !== null);
}

interface Sent {
  readonly messages: number;
  readonly delivered: readonly Finding[];
  readonly problem: Message | null;
}

interface Means extends Pick<NotifySettings, 'env' | 'account'> {
  readonly io: Io;
}

async function sendTo(
  channel: Channel,
  entries: readonly CheckEntry[],
  news: News,
  { env, account, io }: Means,
): Promise<Sent> {
  const findings = entries.flatMap((entry) => entry.findings);
  if (findings.length === 0) return { messages: 0, delivered: [], problem: null };
  if (channel.name === 'command') {
    const problem = await tellCommand(channel.argv, documentText(news, findings));
    return { messages: 1, delivered: problem ? [] : findings, problem };
  }
  if (channel.name === 'webhook') {
    const problem = await postDocument(channel.url, JSON.parse(documentText(news, findings)), env, io);
    return { messages: 1, delivered: problem ? [] : findings, problem };
  }
  const post = await postWith(env);
  const { robot, address, name } = channel;
  const messages = chatMessages(entries, {
    lang: news.lang,
    asOf: news.asOf,
    limit: robot.limit,
    mention: (owner) => {
      const called = account(owner, name);
      return called === null ? '' : robot.mention(called);
    },
  });
  const delivered: Finding[] = [];
  const times: number[] = [];
  for (const message of messages) {
    await pause(waitBefore(times, robot.perMinute, io.now()));
    times.push(io.now());
    const accounts = message.owners.flatMap((owner) => account(owner, name) ?? []);
    const problem = await deliver(post, robot, address, { text: message.text, accounts }, io);
    if (problem) return { messages: times.length - 1, delivered, problem };
    delivered.push(...message.findings);
  }
  return { messages: messages.length, delivered, problem: null };
}

async function postWith(env: NotifySettings['env']): Promise<Post> {
  const { postJson } = await import('./post.ts');
  return (url, body) => postJson(url, body, proxyFor(url, env));
}

/** To the webhook: HTTP's own code says whether it arrived. */
async function postDocument(
  url: string,
  body: unknown,
  env: NotifySettings['env'],
  io: Io,
): Promise<Message | null> {
  const robot = { request: () => ({ url, body }), problem: () => null };
  return deliver(await postWith(env), robot, { url, secret: null }, { text: '', accounts: [] }, io);
}

/** Phones never leave the team: masked wherever they were typed. */
function documentText({ document }: News, findings: readonly Finding[]): string {
  return JSON.stringify(document(findings), (_key, value: unknown) =>
    typeof value === 'string' ? maskPhones(value) : value,
  );
}
