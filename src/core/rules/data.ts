import { textsIn } from '../book.ts';
import type { FieldKey } from '../fields.ts';
import { hasContract, isAssumed } from '../gates.ts';
import { linksOf } from '../links.ts';
import { missingItems } from '../missing.ts';
import { commandOn, dealArgument } from '../paste.ts';
import { isOpenStage, stageInfo, stageLabel, stageRank } from '../stages.ts';
import { nextCommand, type Rule, type Subject, type TeamContext } from './rule.ts';

/** Others that one line names. */
const MOST_RIVALS = 3;

/** 资料待补: what a deal of its stage should say and does not, and a stage changed by hand. */
export const DATA_RULES: readonly Rule[] = [
  { id: 'no-owner', find: findNoOwner },
  { id: 'no-amount', find: findNoAmount },
  { id: 'no-close', find: findNoClose },
  { id: 'drift', find: findDrift },
  { id: 'two-owners', find: findTwoOwners },
  { id: 'two-teams', find: findTwoTeams },
];

/** From stage 2 on somebody must own it. Who last worked on it, if that is one of the owners, is offered. */
function findNoOwner(subject: Subject, context: TeamContext) {
  const { row, events } = subject.deal;
  if (!isFrom('discovery', subject) || row.owner !== '' || row.unread.has('owner')) return null;
  return {
    words: () => {
      const last = events.at(-1)?.by ?? '';
      const isOwner = last !== '' && textsIn(context.book, 'owner').has(last);
      return {
        explain: { zh: '从需求挖掘起要有销售负责人', en: 'from discovery on a deal needs an owner' },
        next:
          isOwner && context.book.adopted
            ? commandOn(context.book, 'assign', last, dealArgument(subject.deal))
            : nextCommand(subject, context, 'show'),
      };
    },
    place: placeOf(subject, context, 'owner'),
  };
}

/** From stage 4 on it has an amount: 预计金额 or 合同金额. */
function findNoAmount(subject: Subject, context: TeamContext) {
  const { row } = subject.deal;
  const isUnread = row.unread.has('amount') || row.unread.has('contractAmount');
  if (!isFrom('negotiation', subject) || row.amount || row.contractAmount || isUnread) return null;
  return {
    words: () => ({
      explain: { zh: '从谈判推进起要有金额', en: 'from negotiation on a deal needs an amount' },
      next: nextCommand(subject, context, 'record', 'deal-figures'),
    }),
    source: 'L72',
    place: placeOf(subject, context, 'amount'),
  };
}

/** From stage 4 on, until the contract, it has 预计成交日期. */
function findNoClose(subject: Subject, context: TeamContext) {
  const { deal } = subject;
  const isSigned = hasContract(deal.row) || isAssumed(deal, 'closing');
  if (!isFrom('negotiation', subject) || isSigned) return null;
  if (deal.row.expectedClose !== null || deal.row.unread.has('expectedClose')) return null;
  return {
    words: () => ({
      explain: {
        zh: '从谈判推进起要有预计成交日期',
        en: 'from negotiation on a deal needs an expected close date',
      },
      next: nextCommand(subject, context, 'record', 'deal-figures'),
    }),
    source: 'L72',
    place: placeOf(subject, context, 'expectedClose'),
  };
}

/** 当前阶段 was changed by hand: with what the gates between still miss. The next write to the deal records the move. */
function findDrift(subject: Subject, context: TeamContext) {
  const { deal } = subject;
  const { stage, drift } = deal;
  if (drift === null || stage === null || !deal.born) return null;
  return {
    words: () => {
      const { blocking } = missingItems(context.book, deal, stage, drift, context.today);
      const [first] = blocking;
      const names = {
        zh: blocking.map(({ name }) => name.zh).join('、'),
        en: blocking.map(({ name }) => name.en).join(', '),
      };
      return {
        explain: {
          zh: `表里改成了「${deal.row.stageWord}」,记录里还是「${stageInfo(stage).name.zh}」${first ? `;跳过的推进条件:${names.zh}` : ''};下次写入时记为人工`,
          en: `the sheet says ${deal.row.stageWord}, the log ${stageLabel(stage).en}${first ? `; gate items skipped: ${names.en}` : ''}; the next write records it as made by hand`,
        },
        next: first
          ? nextCommand(subject, context, 'record', first.item)
          : nextCommand(subject, context, 'log'),
      };
    },
    place: placeOf(subject, context, 'stage'),
  };
}

/** 撞单: another owner works on the same customer. Deals that name each other in 关联商机 are known to belong together. */
function findTwoOwners(subject: Subject, { rivals, book }: TeamContext) {
  const { deal } = subject;
  const { id, owner } = deal.row;
  const others = (rivals.get(deal.row.row) ?? []).filter(
    (other) =>
      other.row.owner !== owner &&
      !(id !== null && linksOf(other).includes(id)) &&
      !linksOf(deal).includes(other.row.id ?? ''),
  );
  const [first] = others;
  if (!first) return null;
  return {
    words: () => {
      const named = others.slice(0, MOST_RIVALS).map(({ row }) => `${row.owner} ${row.id ?? row.customer}`);
      const more = others.length - named.length;
      return {
        explain: {
          zh: `同一客户还有别人在跟:${named.join('、')}${more > 0 ? ` 等 ${others.length} 个` : ''}`,
          en: `somebody else works on this customer: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
        },
        next: book.adopted ? commandOn(book, 'show', dealArgument(first)) : null,
      };
    },
  };
}

/** Another team works on the same customer. Their books know nothing of each other: a person decides. */
function findTwoTeams(subject: Subject, { shared }: TeamContext) {
  const others = shared.get(subject.deal.row.row) ?? [];
  const [first] = others;
  if (!first) return null;
  return {
    words: () => {
      const named = others
        .slice(0, MOST_RIVALS)
        .map(({ book, deal: { row } }) =>
          [book.team, row.owner, row.id ?? ''].filter((word) => word !== '').join(' '),
        );
      const more = others.length - named.length;
      return {
        explain: {
          zh: `同一客户还有别的团队在跟:${named.join('、')}${more > 0 ? ` 等 ${others.length} 个` : ''}`,
          en: `another team works on this customer: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
        },
        next: commandOn(first.book, 'show', dealArgument(first.deal)),
      };
    },
  };
}

/** The deal is open and has come at least as far as `stage`. */
function isFrom(stage: 'discovery' | 'negotiation', { deal, clocks }: Subject): boolean {
  return (
    clocks !== null &&
    isOpenStage(clocks.stage) &&
    (stageRank(deal.stage ?? 'lead') ?? 0) >= (stageRank(stage) ?? 0)
  );
}

function placeOf({ deal }: Subject, { book }: TeamContext, field: FieldKey) {
  const col = book.shape.columns.get(field);
  return col === undefined ? null : { sheet: deal.row.sheet, row: deal.row.row, col };
}
