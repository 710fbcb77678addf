import type { Message } from './message.ts';
import { normalizeWidth } from './text.ts';

/**
 * What is wrong with a 联系方式, or null: each of its parts must be a phone number (a mobile has 11 digits; a name may
 * stand before it), a mail address or a WeChat account.
 */
export function checkPhone(text: string): Message | null {
  const parts = normalizeWidth(text)
    .split(/[、，,;；/|\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const wrong = parts.find((part) => !ACCOUNT.test(part) && !NUMBER.test(part.replace(/[\s().-]/g, '')));
  if (wrong === undefined) return null;
  return {
    zh: `联系方式「${wrong}」不像电话、邮箱或微信:手机 11 位,座机如 021-61234567;请核对`,
    en: `“${wrong}” is no phone, mail or WeChat: a mobile has 11 digits, a landline looks like 021-61234567; check it`,
  };
}

const ACCOUNT = /@|微信|wx|wechat/i;
/** A mobile, a landline with or without its area code and extension, 400 and 800 numbers, a number abroad. */
const NUMBER =
  /^\p{L}*:?(?:(?:(?:\+|00)?86)?1[3-9]\d{9}|(?:0[1-9]\d{8,10}|(?:\+|00)86[1-9]\d{8,10}|[2-9]\d{6,7})(?:(?:转|x|ext)\d{1,6})?|[48]00\d{7}|\+(?!86)\d{7,15})\p{L}*$/iu;
