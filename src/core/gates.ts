import { formatDay } from './date.ts';
import type { Deal } from './deal.ts';
import type { DealEvent } from './event.ts';
import { type FieldKey, fieldInfo } from './fields.ts';
import { kindOf } from './fold.ts';
import { gradeIntent } from './intent.ts';
import { type ItemFlag, type ItemInfo, type ItemKey, itemsOf } from './items.ts';
import { type Message, plain } from './message.ts';
import type { GateMode, Settings } from './settings.ts';
import { isOpenStage, type OpenStage, type StageKey, stageInfo, stageRank } from './stages.ts';
import { splitTags } from './text.ts';

export type ItemState = 'done' | 'missing' | 'assumed' | 'off';

export interface GateItem {
  readonly item: ItemInfo;
  readonly mode: GateMode;
  readonly state: ItemState;
  /** What is wrong with what is on file (two of three documents), or a done item's warning (低意向). */
  readonly problem: Message | null;
}

/** The checklist of one gate, every item with its state. Values typed into their columns count. */
export function gateItems(deal: Deal, stage: OpenStage, settings: Settings): readonly GateItem[] {
  return itemsOf(stage).map((item) => gateItem(deal, stage, settings, item));
}

function gateItem(deal: Deal, stage: OpenStage, settings: Settings, item: ItemInfo): GateItem {
  const mode = settings.gateModes.get(item.key) ?? 'block';
  if (mode === 'off') return { item, mode, state: 'off', problem: null };
  const check = CHECKS[item.key](deal, settings, item);
  if (check === null || (check.done && !check.problem)) return { item, mode, state: 'done', problem: null };
  if (check.done) return { item, mode: 'warn', state: 'done', problem: check.problem };
  if (isAssumed(deal, stage)) return { item, mode, state: 'assumed', problem: null };
  return { item, mode, state: 'missing', problem: check.problem };
}

/** Nothing that blocks is missing before leaving `stage` (the deal's own by default). Closed stages have no gate. */
export function gateComplete(deal: Deal, settings: Settings, stage: StageKey | null = deal.stage): boolean {
  if (stage === null || !isOpenStage(stage)) return false;
  // One after the other: what blocks first says enough.
  return itemsOf(stage).every((item) => {
    const { state, mode } = gateItem(deal, stage, settings, item);
    return state !== 'missing' || mode === 'warn';
  });
}

/** 异议 that were raised and have no answer yet. */
export function openObjections(deal: Deal): readonly string[] {
  const open = new Map<string, boolean>();
  for (const { values } of itemEvents(deal, 'objections')) {
    const objection = values.get('异议');
    if (objection !== undefined) open.set(objection, !values.has('答复'));
  }
  return [...open].filter(([, isOpen]) => isOpen).map(([objection]) => objection);
}

/** An item's flags; 需求调研 also has one `--question` for every further question of 设置. */
export function flagsOf(item: ItemInfo, { surveyQuestions }: Settings): readonly ItemFlag[] {
  if (item.key !== 'survey') return item.flags;
  return [
    ...item.flags,
    ...surveyQuestions.map(
      (question): ItemFlag => ({
        flag: '--question',
        label: plain(question),
        kind: 'text',
        required: true,
        example: `${question}=已了解`,
        column: null,
        words: [],
      }),
    ),
  ];
}

/** What a flag's value is kept under: its name; a question's with the question, since all share one flag. */
export function flagKey({ flag, label }: ItemFlag): string {
  return flag === '--question' ? `--question ${label.zh}` : flag;
}

/** All parts of a `--parts` item: 设置 may replace those of 资料交付. */
export function partsOf(item: ItemInfo, settings: Settings): readonly string[] {
  if (item.key === 'materials') return settings.materials;
  return item.flags.find((flag) => flag.kind === 'parts')?.words ?? [];
}

/** Events that record `key` (a 跟进 may carry `first-contact`), oldest first. */
export function itemEvents(deal: Deal, key: ItemKey): readonly DealEvent[] {
  return deal.events.filter((event) => event.item === key);
}

/** A delivery of all documents: what D2 and the gate want. */
export function isCompleteDelivery(event: DealEvent, settings: Settings): boolean {
  const parts = splitTags(event.values.get('内容') ?? '');
  return settings.materials.every((part) => parts.includes(part));
}

/** Null: done. `done` with a problem: passes with a warning. */
type Check = { readonly done: boolean; readonly problem: Message | null } | null;

const MISSING: Check = { done: false, problem: null };

const CHECKS: Readonly<Record<ItemKey, (deal: Deal, settings: Settings, item: ItemInfo) => Check>> = {
  source: ({ row }) => (row.source === '' ? MISSING : null),
  priority: ({ row }, { channels }) =>
    /^[A-C]$/.test(row.priority) || channels.has(row.source) ? null : MISSING,
  screened: wantsEvent,
  'lead-form': ({ row }) => {
    const empty = LEAD_FORM.filter((key) => (key === 'tags' ? row.tags.length === 0 : row[key] === ''));
    const all: readonly FieldKey[] = row.leadDate === null ? [...empty, 'leadDate'] : empty;
    if (all.length === 0) return null;
    const names = all.map((key) => fieldInfo(key).header);
    return {
      done: false,
      problem: {
        zh: `缺 ${names.map(({ zh }) => zh).join('、')}`,
        en: `missing: ${names.map(({ en }) => en).join(', ')}`,
      },
    };
  },
  'first-contact': (deal, settings, item) => {
    const kinds = itemEvents(deal, item.key).map(kindOf);
    return kinds.some((kind) => kind !== null && settings.firstContactKinds.includes(kind)) ? null : MISSING;
  },
  survey: (deal, settings, item) => {
    const open = openQuestions(deal, settings, item);
    if (open.length === 0) return null;
    if (open.length === flagsOf(item, settings).length) return MISSING;
    const labels = open.map(({ label }) => label);
    return {
      done: false,
      problem: {
        zh: `还没有问 ${labels.map(({ zh }) => zh).join('、')}`,
        en: `not asked yet: ${labels.map(({ en }) => en).join(', ')}`,
      },
    };
  },
  intent: ({ row }) => {
    const intent = row.intent ?? gradeIntent(row.clarity, row.budgetFit, row.cycle)?.intent ?? null;
    if (intent === null) return MISSING;
    return intent === 'low' ? { done: true, problem: { zh: '低意向', en: 'low intent' } } : null;
  },
  proposal: wantsParts,
  demo: wantsEvent,
  materials: (deal, settings, item) => {
    const lastDemo = itemEvents(deal, 'demo').at(-1)?.date;
    const deliveries = itemEvents(deal, 'materials').filter((event) => isCompleteDelivery(event, settings));
    if (deliveries.length === 0) return wantsParts(deal, settings, item);
    if (lastDemo === undefined || deliveries.some((event) => event.date >= lastDemo)) return null;
    return {
      done: false,
      problem: {
        zh: `${formatDay(lastDemo)} 讲解之后还没有交付资料`,
        en: `no materials since the demo on ${formatDay(lastDemo)}`,
      },
    };
  },
  concerns: ({ row }) => (row.concerns === '' ? MISSING : null),
  objections: (deal) => {
    const open = openObjections(deal);
    if (itemEvents(deal, 'objections').length === 0) return MISSING;
    return open.length === 0
      ? null
      : {
          done: false,
          problem: { zh: `${open.length} 条异议未答复`, en: `${open.length} objections unanswered` },
        };
  },
  terms: wantsParts,
  'letter-of-intent': wantsEvent,
  'deal-figures': ({ row }) => (row.expectedClose !== null && row.contractAmount !== null ? null : MISSING),
  'legal-review': wantsEvent,
  contract: ({ row }) => (hasContract(row) ? null : MISSING),
  handover: wantsParts,
  kickoff: wantsEvent,
  delivery: ({ row }) => (row.deliveryDate === null ? MISSING : null),
  satisfaction: (deal, settings) => {
    const { satisfaction } = deal.row;
    if (satisfaction !== null && satisfaction >= settings.poolScore) return null;
    if (satisfaction !== null) {
      return {
        done: false,
        problem: {
          zh: `满意度 ${satisfaction} 低于 ${settings.poolScore},改进后请再调研一次`,
          en: `score ${satisfaction} is below ${settings.poolScore}; survey again after the measure`,
        },
      };
    }
    const silent = itemEvents(deal, 'satisfaction').some(({ values }) => values.has('未答复'));
    return silent
      ? {
          done: false,
          problem: {
            zh: '客户未答复;入池需 --force --reason',
            en: 'no reply; entering the pool needs --force --reason',
          },
        }
      : MISSING;
  },
};

/** What 需求调研 still has to ask; a question that came into 设置 later is asked alone. */
function openQuestions(deal: Deal, settings: Settings, item: ItemInfo): readonly ItemFlag[] {
  const answered = new Set(itemEvents(deal, 'survey').flatMap(({ values }) => [...values.keys()]));
  return flagsOf(item, settings).filter(({ label }) => !answered.has(label.zh));
}

const LEAD_FORM = ['customer', 'contact', 'phone', 'tags', 'source'] as const;

/** 赢单 means a contract: its date and its number (L82). */
export function hasContract(row: Deal['row']): boolean {
  return row.contractDate !== null && row.contractNumber !== '';
}

/** Done once an event of it holds every required value. */
function wantsEvent(deal: Deal, _settings: Settings, item: ItemInfo): Check {
  const complete = itemEvents(deal, item.key).some((event) =>
    item.flags.every(
      (flag) =>
        !flag.required ||
        flag.column !== null ||
        (flag.flag === '--note' ? event.note !== '' : event.values.has(flag.label.zh)),
    ),
  );
  return complete ? null : MISSING;
}

/** Done once one event names all parts. */
function wantsParts(deal: Deal, settings: Settings, item: ItemInfo): Check {
  const wanted = partsOf(item, settings);
  const lacking = itemEvents(deal, item.key).map((event) => {
    const parts = splitTags(event.values.get('内容') ?? '');
    return wanted.filter((part) => !parts.includes(part));
  });
  const best = lacking.sort((a, b) => a.length - b.length)[0];
  if (best === undefined) return MISSING;
  return best.length === 0
    ? null
    : { done: false, problem: { zh: `还缺 ${best.join('、')}`, en: `still missing: ${best.join(', ')}` } };
}

/** An adopted row's gates before its stage, and its own where the cell said so, count as done. */
export function isAssumed(deal: Deal, stage: OpenStage): boolean {
  const assumed = deal.assumedTo;
  const [reached, rank] = [assumed ? stageRank(assumed.stage) : null, stageRank(stage) ?? 0];
  return assumed !== null && reached !== null && (rank < reached || (rank === reached && assumed.complete));
}

/** 线索信息 and a 需求调研 that was begun ask for what is still open; every other item may be recorded again. */
export function isFilled(deal: Deal, item: ItemInfo, flag: ItemFlag, settings: Settings): boolean {
  if (item.key === 'survey') {
    const open = openQuestions(deal, settings, item);
    return open.length > 0 && !open.some(({ label }) => label.zh === flag.label.zh);
  }
  if (item.key !== 'lead-form' || flag.column === null) return false;
  const value = deal.row[flag.column as (typeof LEAD_FORM)[number]];
  return value.length > 0;
}

/**
 * What 当前阶段 says for a deal: the stage's canonical word while its gate is open, its "complete" word once every item
 * is done; 已签约 once contract date and number stand.
 */
export function statusWord(deal: Deal, settings: Settings): string {
  const { stage } = deal;
  if (stage === null) return deal.row.stageWord;
  const info = stageInfo(stage);
  if (info.completeWord !== null && gateComplete(deal, settings)) return info.completeWord;
  return stage === 'closing' && hasContract(deal.row) ? (info.statusWords[0] ?? info.name.zh) : info.name.zh;
}

/** The status as people are told it, an unknown word as it stands: 方案评估; in English Proposal (方案评估). */
export function statusLabel(deal: Deal, settings: Settings): Message {
  const word = statusWord(deal, settings);
  return { zh: word, en: deal.stage === null ? word : `${stageInfo(deal.stage).name.en} (${word})` };
}
