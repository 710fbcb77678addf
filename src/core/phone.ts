import { joinMessages, type Message } from './message.ts';
import { normalizeWidth } from './text.ts';

/**
 * What is wrong with a 联系方式, or null: each of its parts must be a phone number (a mobile has 11 digits; a name may
 * stand before it), a mail address or a WeChat account (微信:abc).
 */
export function checkPhone(text: string): Message | null {
  const wrong = partsOf(text).find((part) => kindOf(part) === null);
  if (wrong === undefined) return null;
  if (/^[a-z][\w-]{5,19}$/i.test(wrong))
    return {
      zh: `联系方式「${wrong}」如果是微信号,请写成 微信:${wrong}`,
      en: `If “${wrong}” is a WeChat account, write 微信:${wrong}`,
    };
  if (wrong.includes('@'))
    return {
      zh: `邮箱「${wrong}」不完整:应如 li@example.cn;请核对`,
      en: `The mail address “${wrong}” is not complete: one looks like li@example.cn; check it`,
    };
  return {
    zh: `联系方式「${wrong}」不像电话、邮箱或微信:手机 11 位,座机如 021-61234567;请核对`,
    en: `“${wrong}” is no phone, mail or WeChat: a mobile has 11 digits, a landline looks like 021-61234567; check it`,
  };
}

/** What a 联系方式 was understood as, part by part: 手机 138 0000 0000、微信. A part that is wrong is left out. */
export function phoneMeaning(text: string): Message {
  const parts = partsOf(text).flatMap((part) => {
    const kind = kindOf(part);
    if (kind === null) return [];
    const mobile = kind === KINDS.mobile ? MOBILE.exec(bareNumber(part)) : null;
    const digits = mobile ? ` ${mobile.slice(1, 4).join(' ')}` : '';
    return [{ zh: `${kind.zh}${digits}`, en: `${kind.en}${digits}` }];
  });
  return joinMessages(parts, { zh: '、', en: ', ' });
}

const KINDS = {
  mobile: { zh: '手机', en: 'mobile' },
  landline: { zh: '座机', en: 'landline' },
  service: { zh: '400/800 电话', en: 'service number' },
  abroad: { zh: '境外电话', en: 'number abroad' },
  mail: { zh: '邮箱', en: 'mail' },
  wechat: { zh: '微信', en: 'WeChat' },
} as const satisfies Record<string, Message>;

/** Null: it is none of them. */
function kindOf(part: string): Message | null {
  if (WECHAT.test(part)) return part.replace(WECHAT_LABEL, '').length < 2 ? null : KINDS.wechat;
  if (MAIL.test(part)) return KINDS.mail;
  const number = bareNumber(part);
  if (MOBILE.test(number)) return KINDS.mobile;
  if (SERVICE.test(number)) return KINDS.service;
  if (LANDLINE.test(number)) return KINDS.landline;
  return ABROAD.test(number) ? KINDS.abroad : null;
}

function partsOf(text: string): readonly string[] {
  return normalizeWidth(text)
    .split(/[、，,;；/|\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function bareNumber(part: string): string {
  return part.replace(/[\s().-]/g, '');
}

/** 微信:abc, abc(微信), 李总微信abc; 13800000000(微信同号) is a mobile as well. */
const WECHAT = /^(?!\D*1[3-9]\d{9}\D*微信)(?=.*(?:微信|wx|wechat))(?!.*@)/i;
/** A label without an account says nothing. */
const WECHAT_LABEL = /微信号?|wechat|wx|[\s:()]/gi;
/** 李总:li@example.cn too. */
const MAIL = /^(?:\p{L}+[: ]\s*)?[^\s@:]+@[^\s@.]+(?:\.[^\s@.]+)+$/u;
// A name may stand before a number, or behind it.
const MOBILE = /^\p{L}*:?(?:(?:\+|00)?86)?(1[3-9]\d)(\d{4})(\d{4})\p{L}*$/u;
const LANDLINE =
  /^\p{L}*:?(?:0[1-9]\d{8,10}|(?:\+|00)86[1-9]\d{8,10}|[2-9]\d{6,7})(?:(?:转|x|ext)\d{1,6})?\p{L}*$/iu;
const SERVICE = /^\p{L}*:?[48]00\d{7}\p{L}*$/u;
const ABROAD = /^\p{L}*:?\+(?!86)\d{7,15}\p{L}*$/u;
