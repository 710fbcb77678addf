import type { Lang } from './core/message.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The language of help, prompts and messages: `--lang`, else FUNNEL_LANG, else the locale where it says English,
 * else Chinese (cron has no locale, or C). 语言 of 设置 comes before the locale (Session.speak).
 */
export function pickLang(argv: readonly string[], env: Env): Lang {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return askedLang(argv, env) ?? (locale.toLowerCase().startsWith('en') ? 'en' : 'zh');
}

/** `--lang`, else FUNNEL_LANG; null where neither names a language (`--lang fr` is refused in the other one's words). */
export function askedLang(argv: readonly string[], env: Env): Lang | null {
  const at = argv.indexOf('--lang');
  const inline = argv.find((word) => word.startsWith('--lang='))?.slice('--lang='.length);
  return asLang(at >= 0 ? argv[at + 1] : inline) ?? asLang(env.FUNNEL_LANG);
}

function asLang(word: string | undefined): Lang | null {
  return word === 'zh' || word === 'en' ? word : null;
}
