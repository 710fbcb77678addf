import type { Lang } from './core/message.ts';

/**
 * The language of help, prompts and messages: `--lang`, else FUNNEL_LANG, else the locale where it says English,
 * else Chinese (cron has no locale, or C).
 */
export function pickLang(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Lang {
  const at = argv.indexOf('--lang');
  const inline = argv.find((word) => word.startsWith('--lang='))?.slice('--lang='.length);
  const asked = (at >= 0 ? argv[at + 1] : inline) ?? env.FUNNEL_LANG;
  if (asked === 'zh' || asked === 'en') return asked;
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return locale.toLowerCase().startsWith('en') ? 'en' : 'zh';
}
