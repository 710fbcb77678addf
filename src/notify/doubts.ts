import type { Message } from '../core/message.ts';
import { nearest } from '../core/text.ts';
import { ROBOTS } from './robots.ts';
import type { NotifySettings } from './settings.ts';

const KNOWN = [
  ...Object.entries(ROBOTS).flatMap(([name, { signs }]) => [
    variable(name, 'URL'),
    ...(signs ? [variable(name, 'SECRET')] : []),
  ]),
  variable('webhook', 'URL'),
];

/**
 * What is odd about settings that could be read: a FUNNEL_…_URL or _SECRET that nothing reads, a secret without its address, the
 * address of another robot, an account of somebody who owns no deal (`owners`). No address or secret is in the texts.
 */
export function robotDoubts(
  { channels, env, mentioned }: NotifySettings,
  owners: ReadonlySet<string>,
): readonly Message[] {
  const given = Object.keys(env).filter(
    (key) => /^FUNNEL_[A-Z]+_(URL|SECRET)$/.test(key) && env[key]?.trim(),
  );
  const unknown = given.filter((key) => !KNOWN.includes(key)).map(unknownText);
  const lonely = given
    .filter((key) => KNOWN.includes(key) && key.endsWith('_SECRET'))
    .map((key) => [key, key.replace('_SECRET', '_URL')] as const)
    .filter(([, url]) => !env[url]?.trim())
    .map(([key, url]) => ({ zh: `有 ${key} 而没有 ${url}`, en: `${key} without ${url}` }));
  const swapped = channels.flatMap((channel) => {
    if (channel.name === 'command') return [];
    const { hostname } = new URL('url' in channel ? channel.url : channel.address.url);
    const [other] = Object.entries(ROBOTS).find(([, { hosts }]) => hosts.includes(hostname)) ?? [];
    if (other === undefined || other === channel.name) return [];
    const [is, should] = [variable(channel.name, 'URL'), variable(other, 'URL')];
    return [
      {
        zh: `${is} 是 ${other} 的地址,应写在 ${should}`,
        en: `${is} is an address of ${other}: it belongs into ${should}`,
      },
    ];
  });
  const strangers = mentioned
    .filter((name) => !owners.has(name))
    .map((name) => ({
      zh: `notify.mentions 里的「${name}」不是表里的销售负责人`,
      en: `“${name}” in notify.mentions owns no deals here`,
    }));
  return [...unknown, ...lonely, ...swapped, ...strangers];
}

function variable(robot: string, what: 'URL' | 'SECRET'): string {
  return `FUNNEL_${robot.toUpperCase()}_${what}`;
}

function unknownText(key: string): Message {
  const unsigned = Object.keys(ROBOTS).find((name) => key === variable(name, 'SECRET'));
  if (unsigned !== undefined)
    return {
      zh: `没有机器人读 ${key}:${unsigned} 不加签`,
      en: `no robot reads ${key}: ${unsigned} signs nothing`,
    };
  const [near] = nearest(key, KNOWN);
  return near === undefined
    ? { zh: `没有机器人读 ${key}`, en: `no robot reads ${key}` }
    : { zh: `没有机器人读 ${key};是不是 ${near}?`, en: `no robot reads ${key}; did you mean ${near}?` };
}
