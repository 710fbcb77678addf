import { plainName } from './customer-name.ts';
import type { Deal } from './deal.ts';
import { stageNow } from './draft.ts';
import { contactsIn, groupBy, indexDeals, needsOf } from './duplicates.ts';
import { linksOf } from './links.ts';
import type { Message } from './message.ts';
import { isOpenStage, stageRank } from './stages.ts';

/** Deals that may be one: parallel 商机 of a customer, or a duplicate. A person decides. */
export interface DuplicateGroup {
  /** The one to keep first: the furthest, then the earliest of the table. */
  readonly deals: readonly Deal[];
  readonly reason: Message;
  /** 0–1: how much speaks for a duplicate. */
  readonly score: number;
  /** Whose they are; more than one: 撞单. */
  readonly owners: readonly string[];
}

type Judged = Omit<DuplicateGroup, 'owners'>;

/** A domain that more customers than this write from is nobody's own: a trade's mail service, a park's. */
const MOST_OF_DOMAIN = 5;

/**
 * Running deals of one customer (name without legal form, region, punctuation) with a need in common, with a shared
 * phone, mail address or WeChat account, or of other names with mail at one domain of their own and a need in common; those
 * that name each other in 关联商机 (a repurchase) are known to be parallel. Surest first. Time grows with the number of
 * deals: they are compared by keys, never pair by pair.
 */
export function findDuplicates(deals: readonly Deal[]): readonly DuplicateGroup[] {
  const running = deals.filter((deal) => {
    const stage = stageNow(deal);
    return deal.born && (stage === null || isOpenStage(stage));
  });
  const { byCustomer, byContact, byDomain } = indexDeals(running);
  const alike = (same: readonly Deal[]) => connect(same, needGroups(same)).filter(isUnknown);
  const named = [...byCustomer.values()].filter((same) => same.length > 1).flatMap(alike);
  const inNamed = groupsOf(named);
  const sharing = connect(running, [...byContact.values()])
    .filter(isUnknown)
    .filter((group) => !isWithin(group, inNamed));
  const inSharing = groupsOf(sharing);
  const near = [...byDomain.values()]
    .filter((same) => same.length > 1 && namesOf(same).size <= MOST_OF_DOMAIN)
    .flatMap(alike)
    .filter((group) => namesOf(group).size > 1 && !isWithin(group, inNamed) && !isWithin(group, inSharing));
  const groups = [...named.map(judgeNeeds), ...sharing.map(judgePhone), ...near.map(judgeDomain)];
  return groups.sort((a, b) => b.score - a.score || firstRow(a) - firstRow(b)).map(withOwners);
}

/** 撞单 stands in the reason: who merges them has two people to ask. */
function withOwners(group: Judged): DuplicateGroup {
  const owners = [...new Set(group.deals.map(({ row }) => row.owner))].filter((owner) => owner !== '');
  if (owners.length < 2) return { ...group, owners };
  const { zh, en } = group.reason;
  return {
    ...group,
    owners,
    reason: { zh: `${zh};撞单: ${owners.join('、')}`, en: `${en}; two owners: ${owners.join(', ')}` },
  };
}

/** Deals of one customer by each of their needs; one that names none may be any of them, and is put to the first. */
function needGroups(same: readonly Deal[]): readonly (readonly Deal[])[] {
  const silent = same.filter(({ row }) => needsOf(row.tags).length === 0);
  const [first] = same;
  const byNeed = [...groupBy(same, ({ row }) => needsOf(row.tags)).values()];
  return first && silent.length > 0 ? [...byNeed, [first, ...silent]] : byNeed;
}

/** Deals joined by any of `groups`, directly or through others; only those of at least two. */
function connect(deals: readonly Deal[], groups: readonly (readonly Deal[])[]): readonly (readonly Deal[])[] {
  const leader = new Map<Deal, Deal>();
  const leaderOf = (deal: Deal): Deal => {
    let top = deal;
    for (let next = leader.get(top); next !== undefined; next = leader.get(top)) top = next;
    // Every path ends at its leader the next time: chains stay short.
    if (top !== deal) leader.set(deal, top);
    return top;
  };
  for (const [first, ...others] of groups) {
    if (!first) continue;
    for (const other of others) {
      const [a, b] = [leaderOf(first), leaderOf(other)];
      if (a !== b) leader.set(b, a);
    }
  }
  const joined = new Map<Deal, Deal[]>();
  for (const deal of deals) {
    const top = leaderOf(deal);
    const group = joined.get(top);
    if (group) group.push(deal);
    else joined.set(top, [deal]);
  }
  return [...joined.values()].filter((group) => group.length > 1);
}

/** Not all of them name one another: a deal and its repurchases are no question. */
function isUnknown(group: readonly Deal[]): boolean {
  const ids = group.map(({ row }) => row.id);
  const links = new Set(group.flatMap((deal) => linksOf(deal).map((id) => `${deal.row.id} ${id}`)));
  const isLinked = (a: string | null, b: string | null) => links.has(`${a} ${b}`) || links.has(`${b} ${a}`);
  if (links.size === 0) return true;
  return ids.some((a, index) => ids.slice(index + 1).some((b) => !isLinked(a, b)));
}

function judgeNeeds(group: readonly Deal[]): Judged {
  const phone = sharesContact(group);
  const needs = group.map(({ row }) => needsOf(row.tags));
  const isSame = needs.every((each) => sameNeeds(each, needs[0] ?? []));
  const [score, zh, en] =
    isSame && needs[0]?.length !== 0
      ? [0.9, '同一客户、同样的需求标签', 'same customer, same tags']
      : needs.every((each) => each.length > 0)
        ? [0.8, '同一客户、有相同的需求标签', 'same customer, a tag in common']
        : [0.6, '同一客户,有的没有写需求标签', 'same customer, some without tags'];
  return {
    deals: keepFirst(group),
    reason: { zh: phone ? `${zh}、同一联系方式` : zh, en: phone ? `${en}, same phone` : en },
    score: phone ? Math.round((score + 0.1) * 10) / 10 : score,
  };
}

function judgePhone(group: readonly Deal[]): Judged {
  const isOne = namesOf(group).size === 1;
  return {
    deals: keepFirst(group),
    reason: isOne
      ? {
          zh: '同一客户、同一联系方式,需求标签不同(可能是并行商机)',
          en: 'same customer and phone, other tags (parallel deals, perhaps)',
        }
      : { zh: '同一联系方式,客户名称不同', en: 'same phone, other customer names' },
    score: isOne ? 0.5 : 0.6,
  };
}

function judgeDomain(group: readonly Deal[]): Judged {
  const isSaid = group.every(({ row }) => needsOf(row.tags).length > 0);
  return {
    deals: keepFirst(group),
    reason: isSaid
      ? {
          zh: '同一企业邮箱域名、有相同的需求标签,客户名称不同',
          en: "mail at one company's domain, a tag in common, other customer names",
        }
      : {
          zh: '同一企业邮箱域名,客户名称不同,有的没有写需求标签',
          en: "mail at one company's domain, other customer names, some without tags",
        },
    score: isSaid ? 0.6 : 0.4,
  };
}

function namesOf(group: readonly Deal[]): ReadonlySet<string> {
  return new Set(group.map(({ row }) => plainName(row.customer)));
}

function keepFirst(group: readonly Deal[]): readonly Deal[] {
  const rank = (deal: Deal) => stageRank(stageNow(deal) ?? 'lead') ?? 0;
  return [...group].sort((a, b) => rank(b) - rank(a) || a.row.row - b.row.row);
}

function sameNeeds(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((need) => b.includes(need));
}

function sharesContact(group: readonly Deal[]): boolean {
  return [...groupBy(group, ({ row }) => contactsIn(row.phone)).values()].some(
    (sharing) => sharing.length > 1,
  );
}

type GroupsOf = ReadonlyMap<Deal, readonly Deal[]>;

function groupsOf(groups: readonly (readonly Deal[])[]): GroupsOf {
  return new Map(groups.flatMap((group) => group.map((deal) => [deal, group] as const)));
}

/** All of them stand together in one group already. */
function isWithin(group: readonly Deal[], found: GroupsOf): boolean {
  const there = group[0] && found.get(group[0]);
  return there !== undefined && group.every((deal) => found.get(deal) === there);
}

function firstRow({ deals }: Judged): number {
  return deals[0]?.row.row ?? 0;
}
