import { type Book, eventsOfDeal } from './book.ts';
import { type Day, formatDay } from './date.ts';
import type { Deal } from './deal.ts';
import { isDecision, type Outcome, type Refusal } from './decision.ts';
import {
  badInput,
  dealName,
  finishDraft,
  joinDrafts,
  newEvent,
  recordDrift,
  refuse,
  refuseFuture,
  setField,
  stageNow,
} from './draft.ts';
import type { EventMark } from './event.ts';
import { fieldInfo } from './fields.ts';
import { moveType } from './fold.ts';
import { editedEvent } from './item-effects.ts';
import { missingItems } from './missing.ts';
import { commandText, dealArgument } from './paste.ts';
import { joinAll } from './simulate.ts';
import { isOpenStage, nextStage, type StageKey, stageLabel, stageRank } from './stages.ts';

export interface Move {
  /** Null: the next stage. */
  readonly to: StageKey | null;
  readonly on: Day;
  readonly force: boolean;
  readonly reason: string;
}

/** Moves every deal forward, or none: a refusal names all missing items of all of them at once. */
export function advanceDeals(book: Book, deals: readonly Deal[], move: Move, today: Day): Outcome {
  const outcomes = deals.map((deal) => advanceDeal(book, deal, move, today));
  const unusable = outcomes.find((outcome) => 'badInput' in outcome);
  if (unusable) return unusable;
  const refusals = outcomes.filter((outcome): outcome is Refusal => 'refused' in outcome);
  const [first] = refusals;
  if (first) {
    return refusals.length === 1
      ? first
      : refuse(
          {
            zh: refusals.map(({ text }) => text.zh).join('\n'),
            en: refusals.map(({ text }) => text.en).join('\n'),
          },
          refusals.flatMap(({ missing }) => missing),
        );
  }
  return joinAll(outcomes.filter(isDecision));
}

function advanceDeal(book: Book, deal: Deal, { to, on, force, reason }: Move, today: Day): Outcome {
  const from = stageNow(deal);
  if (from === null || saysUnknownStage(deal)) return refuseUnknownStage(deal);
  const target = to ?? nextStage(from);
  const [fromRank, toRank] = [stageRank(from), target === null ? null : stageRank(target)];
  if (target === null || fromRank === null || from === 'pool') return refuseClosed(book, deal, from);
  if (toRank === null || toRank <= fromRank) {
    const command = toRank === null ? 'lose' : 'back';
    return refuse({
      zh: `${dealName(deal)} 现在是「${stageLabel(from).zh}」,到「${stageLabel(target).zh}」不是前进;请用 funnel ${command}`,
      en: `${dealName(deal)} is in ${stageLabel(from).en}; ${stageLabel(target).en} is not forward. Use funnel ${command}`,
    });
  }
  const refused = refuseFuture(on, today) ?? refuseEarlier(book, deal, on);
  if (refused) return refused;
  const drift = recordDrift(book, deal, on);
  const { blocking, warnings } = missingItems(book, drift.deal, from, target, today);
  if (blocking.length > 0 && !force) {
    return refuse(
      {
        zh: `${dealName(deal)} 还不能从「${stageLabel(from).zh}」到「${stageLabel(target).zh}」,离开前还缺 ${blocking.length} 项:`,
        en: `${dealName(deal)} cannot go from ${stageLabel(from).en} to ${stageLabel(target).en} yet: ${blocking.length} missing before leaving:`,
      },
      blocking,
    );
  }
  const forced = blocking.length > 0;
  if (forced && reason.trim() === '') {
    return badInput(
      {
        zh: '强制推进要写原因: --force --reason "原因"',
        en: 'A forced move needs its reason: --force --reason "TEXT"',
      },
      '',
      '--reason',
    );
  }
  const event = newEvent(drift.deal, {
    date: on,
    type: moveType(from, target),
    from,
    to: target,
    values: reason === '' ? new Map() : new Map([['原因', reason]]),
    marks: new Set<EventMark>(forced ? ['forced'] : []),
  });
  return finishDraft(
    book,
    deal,
    joinDrafts(drift.draft, { events: [event], fields: [], notes: warnings }),
    today,
    reason,
  );
}

/** A step back: no gate, but a reason. */
export function moveBack(
  book: Book,
  deal: Deal,
  { to, on, reason }: Omit<Move, 'force'>,
  today: Day,
): Outcome {
  const from = stageNow(deal);
  if (from === null || saysUnknownStage(deal)) return refuseUnknownStage(deal);
  const [fromRank, toRank] = [stageRank(from), to === null ? null : stageRank(to)];
  if (fromRank === null || from === 'pool') return refuseClosed(book, deal, from);
  if (to === null || toRank === null || toRank >= fromRank) {
    return refuse({
      zh: `${dealName(deal)} 现在是「${stageLabel(from).zh}」,--to 要是更早的阶段`,
      en: `${dealName(deal)} is in ${stageLabel(from).en}; --to must be an earlier stage`,
    });
  }
  if (from === 'aftercare' && toRank <= 1) {
    const command = commandText(book, 'repurchase', dealArgument(deal));
    return refuse({
      zh: `售后的客户再买是新商机,不退回: ${command}`,
      en: `A customer in aftercare who buys again is a new deal, not a step back: ${command}`,
    });
  }
  return simpleMove(book, deal, from, { to, on, reason }, today);
}

/** Back to life after a loss, at most to the furthest stage it had reached, without a gate; 流失原因 stays in the log alone. */
export function reopenDeal(
  book: Book,
  deal: Deal,
  { to, on, reason }: Omit<Move, 'force'>,
  today: Day,
): Outcome {
  const from = stageNow(deal);
  if (from !== 'lost' && from !== 'invalid') {
    return refuse({
      zh: `${dealName(deal)} 没有流失,不用重启`,
      en: `${dealName(deal)} is not lost; there is nothing to reopen`,
    });
  }
  const furthest = Math.max(0, ...deal.stays.map(({ stage }) => stageRank(stage) ?? 0));
  const rank = to === null || !isOpenStage(to) ? null : stageRank(to);
  if (to === null || rank === null || rank > furthest) {
    const name = deal.stays.find(({ stage }) => stageRank(stage) === furthest)?.stage ?? 'lead';
    return refuse({
      zh: `${dealName(deal)} 最远到过「${stageLabel(name).zh}」,重启最多回到那里`,
      en: `${dealName(deal)} had come as far as ${stageLabel(name).en}; it can be reopened up to there`,
    });
  }
  const outcome = simpleMove(book, deal, from, { to, on, reason }, today);
  const said = deal.row.lostReason;
  if (!isDecision(outcome) || said === '') return outcome;
  const logged = deal.events.findLast(({ type }) => type === 'lost')?.values.get('原因');
  return {
    ...outcome,
    events:
      logged === said
        ? outcome.events
        : [...outcome.events, editedEvent(deal, on, fieldInfo('lostReason').header.zh, said, '')],
    fields: [...outcome.fields, setField(deal, 'lostReason', { kind: 'blank' })],
  };
}

export interface Loss {
  readonly on: Day;
  readonly reason: string;
  readonly invalid: boolean;
  readonly note: string;
}

/** 流失, or 无效线索 with `invalid`. A reason that 设置 does not list is accepted, and that is said. */
export function loseDeal(book: Book, deal: Deal, { on, reason, invalid, note }: Loss, today: Day): Outcome {
  const from = stageNow(deal);
  if (from === null || saysUnknownStage(deal)) return refuseUnknownStage(deal);
  if (from === 'lost' || from === 'invalid') return refuseClosed(book, deal, from);
  const known = invalid ? book.settings.invalidReasons : book.settings.lostReasons;
  const notes = known.includes(reason)
    ? []
    : [
        {
          zh: `「${reason}」是新的原因(设置里有:${known.join('、')}),已照记`,
          en: `“${reason}” is a new reason (设置 has: ${known.join(', ')}); recorded all the same`,
        },
      ];
  const outcome = simpleMove(book, deal, from, { to: invalid ? 'invalid' : 'lost', on, reason, note }, today);
  if (!isDecision(outcome)) return outcome;
  return {
    ...outcome,
    fields: [...outcome.fields, setField(deal, 'lostReason', { kind: 'text', text: reason })],
    notes: [...outcome.notes, ...notes],
  };
}

function simpleMove(
  book: Book,
  deal: Deal,
  from: StageKey,
  { to, on, reason, note = '' }: { to: StageKey; on: Day; reason: string; note?: string },
  today: Day,
): Outcome {
  if (reason.trim() === '') {
    return badInput(
      { zh: '要写原因: --reason "原因"', en: 'The reason is needed: --reason "TEXT"' },
      '',
      '--reason',
    );
  }
  const refused = refuseFuture(on, today) ?? refuseEarlier(book, deal, on);
  if (refused) return refused;
  const drift = recordDrift(book, deal, on);
  const event = newEvent(drift.deal, {
    date: on,
    type: moveType(from, to),
    from,
    to,
    values: new Map([['原因', reason.trim()]]),
    note,
  });
  return finishDraft(
    book,
    deal,
    joinDrafts(drift.draft, { events: [event], fields: [], notes: [] }),
    today,
    '',
  );
}

/** A stage move before the last stage move of its deal is refused. */
function refuseEarlier(book: Book, deal: Deal, on: Day): Refusal | null {
  const moves = [...deal.events, ...eventsOfDeal(book, deal.row.id ?? '')].filter(
    (event) => event.to !== null,
  );
  const last = Math.max(...moves.map((event) => event.date));
  if (on >= last) return null;
  return refuse({
    zh: `${formatDay(on)} 早于 ${dealName(deal)} 上一次阶段变动 ${formatDay(last)};--on 不能早于它`,
    en: `${formatDay(on)} is before the last stage move of ${dealName(deal)} on ${formatDay(last)}; --on cannot be earlier`,
  });
}

/** Why a deal cannot be put aside or merged: it is closed, or nobody can read its stage. Null for a running one. */
export function refuseNotRunning(book: Book, deal: Deal): Refusal | null {
  const stage = stageNow(deal);
  if (stage === null || saysUnknownStage(deal)) return refuseUnknownStage(deal);
  return isOpenStage(stage) ? null : refuseClosed(book, deal, stage);
}

function refuseClosed(book: Book, deal: Deal, stage: StageKey): Refusal {
  const id = dealArgument(deal);
  if (stage === 'pool') {
    const command = commandText(book, 'repurchase', id);
    return refuse({
      zh: `${dealName(deal)} 已在老客户池;复购请新建商机: ${command}`,
      en: `${dealName(deal)} is in the customer pool; a new purchase is a new deal: ${command}`,
    });
  }
  return refuse({
    zh: `${dealName(deal)} 已是「${stageLabel(stage).zh}」;要继续请重启: ${commandText(book, 'reopen', id, '--to', '阶段', '--reason', '原因')}`,
    en: `${dealName(deal)} is ${stageLabel(stage).en}; to go on, reopen it: ${commandText(book, 'reopen', id, '--to', 'STAGE', '--reason', 'TEXT')}`,
  });
}

/** The cell holds a word that nobody can read: it is never guessed, and never overwritten. */
function saysUnknownStage({ row }: Deal): boolean {
  return row.stage === null && row.stageWord !== '';
}

function refuseUnknownStage(deal: Deal): Refusal {
  return refuse({
    zh: `${dealName(deal)} 的当前阶段「${deal.row.stageWord}」不认识;请在表里改成已知的词,或在 设置「阶段用语」里说明它是哪个阶段`,
    en: `The stage “${deal.row.stageWord}” of ${dealName(deal)} is not known; use a known word in the sheet, or say in 设置「阶段用语」 which stage it is`,
  });
}
