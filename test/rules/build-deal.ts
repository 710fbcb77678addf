import { type Book, SHEETS } from '../../src/core/book.ts';
import { buildCalendar } from '../../src/core/calendar.ts';
import { checkBook } from '../../src/core/check.ts';
import { type Day, formatDay, parseIsoDay } from '../../src/core/date.ts';
import type { RuleContext } from '../../src/core/deadlines.ts';
import type { Deal, DealRow } from '../../src/core/deal.ts';
import type { DealEvent, EventMark, EventType } from '../../src/core/event.ts';
import type { Finding, RuleId } from '../../src/core/finding.ts';
import { foldDeal, moveType } from '../../src/core/fold.ts';
import { isItemKey } from '../../src/core/items.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../src/core/settings.ts';
import { readStageWord, type StageKey } from '../../src/core/stages.ts';
import { officialHolidays } from '../../src/storage/holidays.ts';

export const day = (iso: string): Day => parseIsoDay(iso) ?? Number.NaN;

/** One 商机 told in a few words. Nothing said: entered on 2026-05-11, a lead, nothing happened. */
export interface DealScript {
  readonly lead?: string;
  /** `2026-05-14 discovery`, `… lost`, `… lead` after a loss (a reopening): moves, from the lead stage on. */
  readonly moves?: readonly string[];
  /** `2026-06-01 demo`, `2026-06-02 materials 演示PPT,案例集`. */
  readonly items?: readonly string[];
  /** `2026-05-12 电话 谈了需求`. */
  readonly log?: readonly string[];
  /** Entries people typed into 跟进记录: `2026-05-12 谈了需求`. */
  readonly typed?: readonly string[];
  /** `2026-06-01 2026-06-20 预算待批`: said on, until, why. */
  readonly hold?: string;
  /** Dates 预计成交日期 went through, all changed on 2026-05-12; the last one is the cell's. */
  readonly closes?: readonly string[];
  /** Taken over by `adopt` on this day: its history is 推定. */
  readonly adopted?: string;
  /** The row's word in a table with no events for it. */
  readonly word?: string;
  readonly row?: Partial<DealRow>;
}

export interface TeamScript {
  readonly settings?: Partial<Settings>;
  /** The team's own days off. */
  readonly off?: readonly string[];
  /** The table was never adopted: no log, no ids. */
  readonly neverAdopted?: boolean;
}

const MATERIALS = '演示PPT,案例集,合同模板';

/** The book of some deals as of a day, and all the rules need beside it. */
export function contextOf(scripts: readonly DealScript[], today: string, team: TeamScript = {}): RuleContext {
  const settings: Settings = {
    ...DEFAULT_SETTINGS,
    ownDays: { off: new Map((team.off ?? []).map((iso) => [day(iso), '厂庆'])), work: new Map() },
    ...team.settings,
  };
  const holidays = officialHolidays();
  const asOf = day(today);
  const told = scripts.map((script, index) => tell(script, index, team.neverAdopted === true));
  const events = told.flatMap((each) => each.events).map((event, index) => ({ ...event, seq: index + 1 }));
  const deals = told.map(
    ({ row }): Deal =>
      foldDeal(
        row,
        events.filter(({ dealId }) => dealId === row.id),
        asOf,
      ),
  );
  const book: Book = {
    named: null,
    shape: {
      sheet: SHEETS.tracking,
      headerRow: 1,
      columns: new Map(),
      headers: new Map(),
      own: [],
      units: new Map(),
      nextCol: 31,
    },
    logShape: null,
    leadsShape: null,
    team: '',
    passedOver: [],
    settingsShape: null,
    settings,
    settingRows: [],
    units: new Map(),
    adopted: team.neverAdopted !== true,
    deals,
    events,
    orphans: [],
    leadIds: [],
    screenedOut: [],
    findings: [],
    inferred: [],
    nextSeq: events.length + 1,
    asOf,
    holidays,
  };
  return { today: asOf, settings, calendar: buildCalendar(holidays, settings.ownDays), book };
}

/** All findings of one deal alone, 历史遗留 too. */
export function findingsOf(script: DealScript, today: string, team: TeamScript = {}): readonly Finding[] {
  const { findings, legacy } = checkBook(contextOf([script], today, team));
  return [...findings, ...legacy];
}

/** One rule's finding in short: `overdue 2026-05-14 1`, `legacy …` or `provisional …` before it, or `none`. */
export function short(rule: RuleId, script: DealScript, today: string, team: TeamScript = {}): string {
  const found = findingsOf(script, today, team).filter((finding) => finding.rule === rule);
  return found.map(shortFinding).join(' + ') || 'none';
}

function shortFinding({ level, due, workingDaysLate, legacy, provisional }: Finding): string {
  const words = [
    legacy && 'legacy',
    provisional && 'provisional',
    level,
    due !== null && formatDay(due),
    workingDaysLate,
  ];
  return words.filter((word) => word !== false && word !== null).join(' ');
}

/** Fields of a finding that a test looks at. */
export function findingOf(rule: RuleId, script: DealScript, today: string, team: TeamScript = {}): Finding {
  const finding = findingsOf(script, today, team).find((each) => each.rule === rule);
  if (!finding) throw new Error(`no ${rule} finding`);
  return finding;
}

function tell(
  script: DealScript,
  index: number,
  neverAdopted: boolean,
): { row: DealRow; events: DealEvent[] } {
  const lead = script.lead ?? '2026-05-11';
  const id = neverAdopted ? null : `L${lead.replaceAll('-', '')}-${String(index + 1).padStart(3, '0')}`;
  const moves = (script.moves ?? []).map((text) => text.split(' ') as [string, StageKey]);
  const stage = script.word
    ? (readStageWord(script.word, new Map())?.stage ?? null)
    : (moves.at(-1)?.[1] ?? 'lead');
  const delivery = script.items?.findLast((text) => text.includes(' delivery'))?.split(' ')[0];
  const close = script.closes?.at(-1);
  const base: DealRow = {
    sheet: SHEETS.tracking,
    row: index + 2,
    id,
    customer: `客户${index + 1}`,
    contact: '李总',
    phone: '13800000000',
    industry: '',
    size: '',
    tags: ['CRM'],
    source: '行业展会',
    leadDate: day(lead),
    stageWord: script.word ?? '',
    stage,
    complete: script.word ? (readStageWord(script.word, new Map())?.complete ?? false) : false,
    expectedClose: close ? day(close) : null,
    amount: { low: 15_000_000, high: 15_000_000 },
    owner: '王芳',
    followUps: (script.typed ?? []).map((text) => ({
      date: day(text.slice(0, 10)),
      text: text.slice(11),
      inferredYear: false,
    })),
    followUpsText: '',
    priority: '',
    intent: null,
    clarity: '',
    budgetFit: '',
    cycle: '',
    budget: null,
    concerns: '',
    nextFollowUp: null,
    contractAmount: null,
    contractNumber: '',
    contractDate: null,
    deliveryOwner: '',
    deliveryDate: delivery ? day(delivery) : null,
    satisfaction: null,
    linked: '',
    lostReason: '',
    own: new Map(),
    unread: new Set(),
    ...script.row,
  };
  if (neverAdopted || script.word) return { row: base, events: [] };
  const event = (iso: string, type: EventType, more: Partial<DealEvent>): DealEvent => ({
    seq: 0,
    date: day(iso),
    dealId: id ?? '',
    customer: base.customer,
    type,
    from: null,
    to: null,
    item: null,
    values: new Map(),
    note: '',
    evidence: '',
    by: '王芳',
    marks: new Set<EventMark>(script.adopted && (type === 'created' || more.to) ? ['assumed'] : []),
    recordedAt: `${script.adopted ?? iso} 10:00:00`,
    ...more,
  });
  const [first] = script.closes ?? [];
  const events = [
    event(lead, 'created', { to: 'lead' }),
    ...moves.map(([iso, to], at) => {
      const from = moves[at - 1]?.[1] ?? 'lead';
      return event(iso, moveType(from, to), { from, to });
    }),
    ...(script.items ?? []).map((text) => {
      const [iso = '', item = '', parts] = text.split(' ');
      if (!isItemKey(item)) throw new Error(item);
      const values = new Map(
        item === 'materials'
          ? [['内容', parts ?? MATERIALS]]
          : item === 'satisfaction'
            ? [parts === '未答复' ? ['未答复', '是'] : ['满意度', parts ?? '5']]
            : [],
      ) as Map<string, string>;
      return event(iso, 'item', { item, values });
    }),
    ...(script.log ?? []).map((text) => {
      const [iso = '', kind = '', ...words] = text.split(' ');
      return event(iso, 'followup', { values: new Map([['方式', kind]]), note: words.join(' ') });
    }),
    ...(script.closes ?? []).slice(1).map((after, at) =>
      event('2026-05-12', 'edited', {
        values: new Map([
          ['列', '预计成交日期'],
          ['原值', script.closes?.[at] ?? first ?? ''],
          ['新值', after],
        ]),
      }),
    ),
    ...(script.hold ? [script.hold.split(' ')] : []).map(([iso = '', until = '', reason = '']) =>
      event(iso, 'held', {
        values: new Map([
          ['至', until],
          ['原因', reason],
        ]),
      }),
    ),
  ];
  return { row: base, events };
}
