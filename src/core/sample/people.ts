import type { FieldKey } from '../fields.ts';
import type { CellInput } from '../sheet.ts';
import type { Script } from './scripts.ts';
import { type Story, text } from './story.ts';

const OWNERS = ['王芳', '李强', '陈静', '赵磊'];
const SURNAMES = ['李', '张', '刘', '周', '吴', '郑', '孙', '朱', '何', '高', '林', '罗'];
const TITLES = ['总', '经理', '主任'];
const BRANDS = { first: '启恒远博鼎瑞宏信泰', second: '帆岳川泽辰诚骏禾澜' };
const TRADES = [
  ['机械', '制造业'],
  ['电子', '电子'],
  ['食品', '食品'],
  ['物流', '物流'],
  ['医疗器械', '医疗'],
  ['包装', '制造业'],
  ['软件', '信息技术'],
  ['建材', '建筑'],
] as const;
const SIZES = ['50-100人', '100-500人', '500-1000人', '1000人以上'];
const CHANNELS = [
  ['行业展会', 'A'],
  ['官网表单', 'B'],
  ['合作伙伴推荐', 'A'],
  ['官网表单', 'B'],
  ['行业展会', 'A'],
  ['电话开发', 'C'],
] as const;
const AMOUNTS = [8, 12, 15, 18, 20, 25, 30, 36, 45, 60];
const NEEDS = ['需要CRM系统', '需要ERP对接', '需要报表系统', '需要移动端'];
const INTENTS = [
  ['明确', '充足', '≤1个月'],
  ['明确', '待确认', '1-3个月'],
  ['部分明确', '充足', '1-3个月'],
  ['明确', '充足', '1-3个月'],
  ['部分明确', '未定', '>3个月'],
] as const;

/** The customer, the contact, the owner and the figures of one 商机. */
export function newStory(script: Script, index: number, id: string): Story {
  const pick = picker(script.seed);
  const [trade, industry] = at(TRADES, pick(TRADES.length));
  const { first, second } = BRANDS;
  const brand = `${first[Math.floor(index / second.length) % first.length]}${second[index % second.length]}`;
  const customer = `${brand}${trade}有限公司`;
  const contact = `${at(SURNAMES, pick(SURNAMES.length))}${at(TITLES, pick(TITLES.length))}`;
  const owner = script.owner ?? at(OWNERS, pick(OWNERS.length));
  const [source, priority] = at(CHANNELS, pick(CHANNELS.length));
  const wan = at(AMOUNTS, pick(AMOUNTS.length));
  const budget = `${wan - Math.ceil(wan / 5)}-${wan + Math.ceil(wan / 5)}万`;
  const amount = script.amount === null ? null : wan * 1_000_000;
  const texts: readonly (readonly [FieldKey, string])[] = [
    ['customer', customer],
    ['contact', contact],
    ['phone', `1380000${String(1000 + index * 37)}`],
    ['industry', industry],
    ['size', at(SIZES, pick(SIZES.length))],
    ['tags', `${at(NEEDS, pick(NEEDS.length))},预算${budget}`],
    ['source', source],
    ['owner', owner],
    ['id', id],
    ['priority', priority],
    ['budget', budget],
  ];
  const cells = new Map<FieldKey, CellInput>(
    texts.filter(([, value]) => value !== '').map(([field, value]) => [field, text(value)]),
  );
  cells.set('leadDate', { kind: 'date', day: script.created });
  cells.set('amount', amount === null ? text('面议') : { kind: 'money', fen: amount });
  const intent = at(INTENTS, pick(INTENTS.length));
  return {
    id,
    customer,
    contact,
    owner: owner || at(OWNERS, 0),
    amount,
    intent,
    pick,
    events: [],
    cells,
    stage: 'lead',
    expectedClose: null,
    followUps: '',
  };
}

function at<T>(list: readonly T[], index: number): T {
  const value = list[index % list.length];
  if (value === undefined) throw new Error('an empty list');
  return value;
}

/** Small numbers that look drawn and are not (mulberry32): the same seed gives the same ones. */
export function picker(seed: number): (below: number) => number {
  let state = seed * 0x9e3779b9;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
