import type { FieldKey } from './fields.ts';
import { type HeaderNames, headerKey } from './header.ts';
import { checkPhone } from './phone.ts';
import { cellText, type SheetRow } from './sheet.ts';
import { normalizeWidth } from './text.ts';

/** What in another program's list is only a part of a field of ours. */
export type LeadPart = 'mail' | 'wechat' | 'firstName' | 'lastName';

/**
 * How other programs call what a lead has: badge scans of fairs, web forms, 企查查 and 1688, Salesforce, HubSpot, 纷享销客.
 * Only for lists: in the team's own table such a column is the team's. Where two stand in one list, the first counts.
 */
const LIST_HEADERS: Readonly<Partial<Record<FieldKey, string>>> = {
  customer: `企业全称|公司全称|单位|工作单位|所在单位|参观单位|买家公司名称|买家公司|公司/客户|Company Name|Company / Account|Account Name
|Organization|Organisation|Associated Company`,
  contact: `观众姓名|参观者姓名|参会人|联系人名称|对接人|线索姓名|买家姓名|法定代表人|法人|Full Name|Contact Person|Attendee|Attendee Name`,
  phone: `移动电话|有效手机号|企业电话|更多电话|固定电话|办公电话|座机|Mobile Phone|Mobile Phone Number|Mobile Number|Phone Number|Business Phone|Work Phone`,
  tags: `感兴趣的产品|意向产品|关注产品|感兴趣产品|采购产品|采购需求|需求描述|咨询内容|留言内容|留言|线索详情|销售线索详情|产品兴趣|产品意向
|Product Interest|Products of Interest|Interests|Interest|Message|How can we help`,
  source: `潜在客户来源|客户来源渠道|推广渠道|Original Source|Original Traffic Source|Record Source`,
  leadDate: `创建时间|提交时间|登记时间|扫描时间|入场时间|询盘时间|留言时间|Create Date|Created Date|Created At|Submission Date|Submitted At|Scan Time|Timestamp`,
  owner: `潜在客户所有人|线索负责人|客户负责人|所有人|Lead Owner|Contact Owner|Record Owner|Account Owner`,
  industry: `国标行业大类|国标行业门类|主营行业`,
  size: `人员规模|员工人数|员工数|参保人数|No. of Employees|Number of Employees|Company Size`,
};

const PART_HEADERS: Readonly<Record<LeadPart, string>> = {
  mail: `邮箱|电子邮箱|电子邮件|邮件|邮件地址|邮箱地址|企业邮箱|更多邮箱|Email|E-mail|Email Address|Work Email|Mail`,
  wechat: `微信|微信号|WeChat|WeChat ID`,
  firstName: `First Name|FirstName|Given Name|名字|名`,
  lastName: `Last Name|LastName|Surname|Family Name|姓氏|姓`,
};

const words = (text: string) => text.replace(/\n/g, '').split('|');

/** Behind every name that a table of ours knows. */
export const LIST_NAMES: HeaderNames = new Map(
  (Object.entries(LIST_HEADERS) as [FieldKey, string][])
    .reverse()
    .flatMap(([key, text]) =>
      words(text).map((name, index) => [headerKey(name), { key, rank: 100 + index }] as const),
    ),
);

const PARTS: ReadonlyMap<string, LeadPart> = new Map(
  (Object.entries(PART_HEADERS) as [LeadPart, string][]).flatMap(([part, text]) =>
    words(text).map((name) => [headerKey(name), part] as const),
  ),
);

export function partNamed(header: string): LeadPart | null {
  return PARTS.get(headerKey(header)) ?? null;
}

/** Rows of a column that are looked at, and how many of those that say something must be of a kind. */
const LOOKED = 200;
const SHARE = 0.8;

export type ContentKind = 'customer' | 'phone' | 'mail';

/** What a column without a known header holds, by its cells: companies, phone numbers or mail; null: none of these. */
export function kindOfColumn(rows: readonly SheetRow[], col: number): ContentKind | null {
  const texts = rows
    .slice(0, LOOKED)
    .map(({ cells }) => normalizeWidth(cellText(cells[col - 1])).trim())
    .filter((text) => /[\p{L}\p{N}]/u.test(text));
  const kinds = texts.map(kindOfText);
  const isMost = (kind: ContentKind) =>
    texts.length > 0 && kinds.filter((each) => each === kind).length >= SHARE * texts.length;
  return (['mail', 'phone', 'customer'] as const).find(isMost) ?? null;
}

export function kindOfText(text: string): ContentKind | null {
  if (/^[^\s@]+@[^\s@]+\.[a-z]{2,}$/i.test(text)) return 'mail';
  // A landline without its area, a date or a number of any kind has as many digits: not enough to go by.
  if (/^\+?[\d\s()-]{10,18}$/.test(text) && checkPhone(text) === null) return 'phone';
  return /(?:公司|集团|厂|商行|研究院|研究所|合作社|医院|大学|\bltd\.?|\binc\.?|\bllc|\bgmbh|\bcorp\.?)$/iu.test(
    text,
  )
    ? 'customer'
    : null;
}
