import { normalizeWidth } from './text.ts';

/** Every mail address in a cell, in lower case. */
export function mailsIn(text: string): readonly string[] {
  if (!/[@＠]/.test(text)) return [];
  return [...new Set(normalizeWidth(text).toLowerCase().match(ADDRESS) ?? [])];
}

/** The customers' own domains among them: huadong.cn for li@mail.huadong.cn, none for li@qq.com. */
export function ownDomainsIn(text: string): readonly string[] {
  const domains = mailsIn(text).map((mail) => registered(mail.slice(mail.indexOf('@') + 1)));
  return [...new Set(domains)].filter((domain) => !OPEN_TO_ALL.has(domain));
}

const ADDRESS = /[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+/g;

/** What somebody registered: two labels, three under com.cn and its like. */
function registered(host: string): string {
  const labels = host.split('.');
  const isUnderCountry = /^(?:com|net|org|gov|edu|ac|co)$/.test(labels.at(-2) ?? '') && labels.length > 2;
  return labels.slice(isUnderCountry ? -3 : -2).join('.');
}

/** Where anybody may have an address: it tells nothing of a company. */
const OPEN_TO_ALL: ReadonlySet<string> = new Set(
  `qq.com vip.qq.com foxmail.com 163.com 126.com yeah.net 188.com netease.com sina.com sina.cn sohu.com tom.com 21cn.com
139.com 189.cn 189.com wo.cn wo.com.cn aliyun.com 263.net eyou.com sogou.com 2980.com 88.com gmail.com googlemail.com
outlook.com hotmail.com live.com live.cn msn.com yahoo.com yahoo.com.cn yahoo.cn yahoo.com.hk yahoo.com.tw yahoo.co.jp
icloud.com me.com mac.com aol.com proton.me protonmail.com gmx.com gmx.net gmx.de web.de mail.com zoho.com yandex.com
yandex.ru mail.ru naver.com daum.net hanmail.net hotmail.co.uk yahoo.co.uk hinet.net`.split(/\s+/),
);
