import { REGIONS } from './regions.ts';
import { normalizeWidth } from './text.ts';

/**
 * What two spellings of one customer have in common: 上海华东机械(集团)有限公司, 华东机械有限公司(上海) and 华东机械 are
 * one. Width, case, spaces, punctuation, the legal form and the region go, each of the latter two only while two
 * distinctive characters are left: 上海银行 and 北京银行 stay two. Empty for a name without a letter or digit.
 */
export function plainName(customer: string): string {
  const text = normalizeWidth(customer).toLowerCase();
  const whole = strip(text);
  const noted = /[([【]/.test(text) ? strip(withoutAsides(text)) : whole;
  const start = isDistinctive(noted) ? noted : whole;
  const short = withoutForm(start);
  const bare = withoutRegion(short);
  return [bare, short].find(isDistinctive) ?? start;
}

/** False where the plain name of `customer` is surely another: what it leaves of a name without asides stands in it in one piece. */
export function mayBe(customer: string, plain: string): boolean {
  const text = normalizeWidth(customer).toLowerCase();
  return /[([【]/.test(text) || strip(text).includes(plain);
}

/** Letters and digits only. */
function strip(text: string): string {
  return /^[\u4e00-\u9fffa-z0-9]*$/.test(text) ? text : text.replace(/[^\p{L}\p{N}]+/gu, '');
}

function withoutAsides(text: string): string {
  return text.replace(/[([【]([^)\]】]*)[)\]】]/g, (all, inside) => (isAside(inside) ? '' : all));
}

/** (上海), (集团), (中国), (有限合伙): said beside the name. */
function isAside(inside: string): boolean {
  const text = strip(inside);
  return text === '' || withoutForm(text) === '' || afterRegion(text) === '';
}

const LEGAL_FORMS: ReadonlySet<string> = new Set(
  `股份有限公司 有限责任公司 有限公司 总公司 分公司 子公司 集团公司 公司 集团 控股 股份 有限合伙 普通合伙 个体工商户
limited coltd ltd incorporated inc corporation corp company llc plc gmbh pteltd`.split(/\s+/),
);
const LONGEST_FORM = longestOf(LEGAL_FORMS);
const LONGEST_REGION = longestOf(REGIONS);
/** Most names neither begin nor end in such a word: their first and last characters tell. */
const FORM_ENDS: ReadonlySet<string> = new Set(Array.from(LEGAL_FORMS, (word) => word.slice(-1)));
const REGION_ENDS: ReadonlySet<string> = new Set(Array.from(REGIONS, (word) => word.slice(-1)));
const REGION_BEGINNINGS: ReadonlySet<string> = new Set(Array.from(REGIONS, (word) => word.charAt(0)));

/** All legal forms behind one another (集团股份有限公司); a branch's place before 分公司 goes with it. */
function withoutForm(text: string): string {
  let short = text;
  for (let form = formOf(short); form !== ''; form = formOf(short)) {
    short = short.slice(0, -form.length);
    if (form === '分公司') short = withoutTail(short);
  }
  return short;
}

function formOf(text: string): string {
  return FORM_ENDS.has(text.slice(-1)) ? endingIn(LEGAL_FORMS, text, LONGEST_FORM) : '';
}

/** The longest of `words` that `text` ends in; empty where it ends in none. */
function endingIn(words: ReadonlySet<string>, text: string, longest: number): string {
  for (let length = Math.min(longest, text.length); length >= 2; length--)
    if (words.has(text.slice(-length))) return text.slice(-length);
  return '';
}

/** 华东机械有限公司上海 → 华东机械有限公司. */
function withoutTail(text: string): string {
  const place = /[市省区县]$/.test(text) ? text.slice(0, -1) : text;
  const region = REGION_ENDS.has(place.slice(-1)) ? endingIn(REGIONS, place, LONGEST_REGION) : '';
  return region === '' || region === place ? text : place.slice(0, -region.length);
}

function withoutRegion(text: string): string {
  let bare = text;
  for (let next = afterRegion(bare); next !== null && isDistinctive(next); next = afterRegion(bare))
    bare = next;
  const head = withoutTail(bare);
  return head !== bare && isDistinctive(head) ? head : bare;
}

/** What follows a place at the beginning: 江苏省…, 苏州工业园区…, 昆山市…; null where there is none. */
function afterRegion(text: string): string | null {
  const longest = REGION_BEGINNINGS.has(text.charAt(0)) ? LONGEST_REGION : 0;
  for (let length = longest; length >= 2; length--) {
    if (!REGIONS.has(text.slice(0, length))) continue;
    const rest = text.slice(length).replace(DIVISION, '');
    const district = /[区县]/.test(rest) ? rest.replace(DISTRICT, '') : rest;
    return isDistinctive(district) ? district : rest;
  }
  // A smaller town says that it is one: 海宁市…. 超市 and 城市 are no towns.
  const town = text.charAt(2) === '市' || text.charAt(3) === '市' ? TOWN.exec(text) : null;
  return town ? text.slice(town[0].length) : null;
}

const DIVISION = /^(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|(?:[\u4e00-\u9fff]{1,4}族)?自治州|省|市)/;
const DISTRICT = /^[\u4e00-\u9fff]{1,5}?(?:新区|开发区|园区|区|县)/;
const TOWN = /^[\u4e00-\u9fff]{2,3}(?<![超城都股上门夜菜花鱼集])市/;

/**
 * Words that half a trade has in its name, and numbers: where only they are left, nobody is told apart. The loop ends at
 * the second distinctive character, mostly the second of the name: a check asks this of every running deal.
 */
function isDistinctive(text: string): boolean {
  let found = 0;
  for (let at = 0; at < text.length && found < 2; ) {
    const common = commonLength(text, at);
    if (common === 0) found += 1;
    at += Math.max(common, 1);
  }
  return found >= 2;
}

/** The longest common word that begins at a place; 0 where none does. */
function commonLength(text: string, at: number): number {
  if (!COMMON_BEGINNINGS.has(text.charAt(at))) return 0;
  for (let length = LONGEST_COMMON; length > 0; length--)
    if (COMMON.has(text.slice(at, at + length))) return length;
  return 0;
}

const COMMON: ReadonlySet<string> = new Set(
  `银行 证券 保险 信托 基金 投资 资本 租赁 科技 技术 信息 网络 软件 数据 智能 电子 电气 电器 电力
电信 移动 联通 通信 通讯 机械 机电 机器 设备 装备 仪器 器械 制造 工业 实业 产业 企业 材料 化工
化学 塑料 塑胶 橡胶 五金 钢铁 钢材 金属 有色 石油 石化 能源 燃气 水务 自来水 供水 供电 热力
环保 环境 生物 医药 制药 药业 医疗 医院 人民 卫生 健康 食品 饮料 酒业 餐饮 酒店 宾馆 饭店 旅游
旅行社 文化 传媒 广告 影视 出版 报业 日报 教育 培训 大学 学院 学校 中学 小学 幼儿园 研究院
研究所 设计院 设计 规划 勘察 建设 建筑 工程 建工 建材 装饰 装修 家具 家居 园林 房地产 地产 置业
物业 物流 运输 快递 货运 航空 机场 铁路 地铁 公交 港口 港务 汽车 汽配 贸易 商贸 进出口 外贸
国际 百货 超市 商场 零售 连锁 农业 林业 牧业 渔业 纺织 服装 服饰 鞋业 印刷 包装 纸业 服务 咨询
管理 人力资源 发展 开发 供应链 电商 电子商务 中心 集团 总厂 厂 店 部 社 局 院 所
第 一 二 三 四 五 六 七 八 九 十`.split(/\s+/),
);
const COMMON_BEGINNINGS: ReadonlySet<string> = new Set([...COMMON].map((word) => word.charAt(0)));
const LONGEST_COMMON = longestOf(COMMON);

function longestOf(words: ReadonlySet<string>): number {
  return [...words].reduce((most, word) => Math.max(most, word.length), 0);
}
