import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { Message } from '../core/message.ts';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { type Config, readConfig } from '../storage/config.ts';
import { errnoOf } from '../storage/files.ts';
import type { Robot, RobotAddress } from './robot.ts';
import { ROBOTS, type RobotName } from './robots.ts';

type Env = Readonly<Record<string, string | undefined>>;

export type ChannelName = RobotName | 'webhook' | 'command';

/** One listener of `check --notify`. */
export type Channel =
  | { readonly name: RobotName; readonly robot: Robot; readonly address: RobotAddress }
  | { readonly name: 'webhook'; readonly url: string }
  | { readonly name: 'command'; readonly argv: readonly string[] };

export interface NotifySettings {
  readonly channels: readonly Channel[];
  /** Addresses that cannot be used: the other channels are told all the same. */
  readonly problems: readonly Message[];
  /** The environment with what the secrets file adds: proxies too. */
  readonly env: Env;
  /** The account of an owner at a robot; null: nobody is called. */
  account(owner: string, channel: ChannelName): string | null;
  /** The owners that have one. */
  readonly mentioned: readonly string[];
}

/**
 * Who is told: FUNNEL_DINGTALK_URL/_SECRET, FUNNEL_FEISHU_URL/_SECRET, FUNNEL_WECOM_URL, FUNNEL_WEBHOOK_URL from the
 * environment, else from the file that "notify": {"secrets"} of funnel.config.json names (cron has no environment);
 * {"command"} gets the JSON on stdin; {"mentions"} maps owners to accounts. Never from the workbook. Throws
 * Failure('file') where the file or funnel.config.json cannot be used; what is secret is in no text.
 */
export async function readNotifySettings(io: Pick<Io, 'env' | 'cwd'>, book: string): Promise<NotifySettings> {
  const config = [io.cwd, dirname(book)].map(readConfig).find((each) => each?.notify) ?? null;
  const notify = config?.notify ?? {};
  const env: Env = { ...(await readSecrets(config, notify.secrets)), ...io.env };
  const problems: Message[] = [];
  const readUrl = (key: string): string | null => {
    const text = env[key]?.trim();
    if (!text || isWebAddress(text)) return text || null;
    problems.push({
      zh: `${key} 不是 http(s) 网址(值不显示)`,
      en: `${key} is no http(s) address (its value is not shown)`,
    });
    return null;
  };
  const robots = Object.entries(ROBOTS).flatMap(([name, robot]): Channel[] => {
    const key = `FUNNEL_${name.toUpperCase()}`;
    const url = readUrl(`${key}_URL`);
    const secret = (robot.signs && env[`${key}_SECRET`]?.trim()) || null;
    return url === null ? [] : [{ name: name as RobotName, robot, address: { url, secret } }];
  });
  const webhook = readUrl('FUNNEL_WEBHOOK_URL');
  const argv = readArgv(config, notify.command);
  const mentions = readMentions(config, notify.mentions);
  return {
    channels: [
      ...robots,
      ...(webhook === null ? [] : [{ name: 'webhook', url: webhook } as const]),
      ...(argv === null ? [] : [{ name: 'command', argv } as const]),
    ],
    problems,
    env,
    mentioned: [...mentions.keys()],
    account: (owner, channel) => {
      const entry = mentions.get(owner);
      return typeof entry === 'string' ? entry : (entry?.[channel] ?? null);
    },
  };
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** KEY=VALUE lines, for cron. */
async function readSecrets(config: Config | null, given: unknown): Promise<Env> {
  if (given === undefined || config === null) return {};
  if (typeof given !== 'string') throw badConfig(config, 'secrets', '"funnel.secrets.env"');
  const path = resolve(dirname(config.path), given);
  try {
    if ((await stat(path)).isFile()) return parseEnv(await readFile(path, 'utf8')) as Env;
  } catch (error) {
    if (errnoOf(error) === null) throw error;
  }
  throw unusable(path, {
    zh: `${config.path} 的 notify.secrets 指的文件 ${path} 读不了`,
    en: `${path}, which notify.secrets of ${config.path} names, cannot be read`,
  });
}

/** A program and its arguments; no shell reads them. */
function readArgv(config: Config | null, given: unknown): readonly string[] | null {
  if (given === undefined || config === null) return null;
  const argv: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (argv.length > 0 && argv.every((word): word is string => typeof word === 'string' && word !== ''))
    return argv;
  throw badConfig(config, 'command', '["python3", "/home/me/send.py"]');
}

type Mention = string | Readonly<Record<string, string>>;

function readMentions(config: Config | null, given: unknown): ReadonlyMap<string, Mention> {
  if (given === undefined || config === null) return new Map();
  const isMention = (value: unknown): value is Mention =>
    typeof value === 'string' ||
    (typeof value === 'object' &&
      value !== null &&
      Object.values(value).every((account) => typeof account === 'string'));
  const entries = typeof given === 'object' && given !== null ? Object.entries(given) : [['', null]];
  for (const [, value] of entries)
    if (!isMention(value))
      throw badConfig(
        config,
        'mentions',
        '{"王芳": {"dingtalk": "user01", "feishu": "ou_…", "wecom": "wangfang"}}',
      );
  return new Map(entries as [string, Mention][]);
}

function badConfig({ path }: Config, key: string, expected: string): Failure {
  return new Failure(
    'file',
    {
      zh: `${path} 的 notify.${key} 不能用,应像 ${expected}`,
      en: `notify.${key} in ${path} cannot be used; write it like ${expected}`,
    },
    { file: path, expected },
  );
}

function unusable(file: string, text: Message): Failure {
  return new Failure('file', text, { file });
}
