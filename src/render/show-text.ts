import { type Clocks, countStallDays, isAgreed, stallDayWord } from '../core/clocks.ts';
import { type Day, formatDay } from '../core/date.ts';
import type { Deadline, RuleContext } from '../core/deadlines.ts';
import type { Deal } from '../core/deal.ts';
import type { Finding } from '../core/finding.ts';
import { type GateItem, statusLabel } from '../core/gates.ts';
import { INTENT_WORDS } from '../core/intent.ts';
import { linkedDeals } from '../core/links.ts';
import { type Message, say } from '../core/message.ts';
import { formatAmount } from '../core/money.ts';
import { LEVEL_NAMES, RULE_NAMES } from '../core/rules/names.ts';
import { nextCommand, type Subject } from '../core/rules/rule.ts';
import { stallLimitsOf } from '../core/settings.ts';
import { stageLabel } from '../core/stages.ts';
import { explainTerm } from '../core/term-text.ts';
import { displayWidth, padEndTo, visible, wrapText } from '../core/text.ts';
import { waitingNote } from '../core/waiting.ts';
import { type Painter, painter } from './color.ts';
import { LEVEL_PAINT, latenessText } from './finding-words.ts';
import { flowLines } from './flow.ts';
import type { GridStyle } from './terminal.ts';
import { timelineLines } from './timeline-text.ts';

export interface ShownDeal {
  readonly subject: Subject;
  /** Of its own stage; empty where it is closed. */
  readonly gate: readonly GateItem[];
  readonly findings: readonly Finding[];
  readonly context: RuleContext;
  /** How many commands about it are in the queue: what they do is shown, but is not in the file yet. */
  readonly queued: number;
}

/** One deal whole: who, both clocks, what is wrong, its gate, its deadlines and how they were counted, what happened. */
export function renderShow(shown: ShownDeal, style: GridStyle): string {
  const { subject, gate, context } = shown;
  const { deal } = subject;
  const paint = painter(style.color);
  const sections: readonly (readonly [Message, readonly string[]])[] = [
    [{ zh: '提醒', en: 'Findings' }, findingLines(shown, style, paint)],
    [gateTitle(deal), gateLines(subject, gate, context, style, paint)],
    [{ zh: '期限', en: 'Deadlines' }, deadlineLines(subject.deadlines, context.today, style, paint)],
    [{ zh: '经过', en: 'What happened' }, timelineLines(deal, style)],
  ];
  return [
    ...headLines(deal, context, style, paint),
    ...waitingNote(shown.queued).map((note) => say(note, style.lang)),
    ...clockLines(subject, context, style),
    ...sections.flatMap(([title, lines]) =>
      lines.length === 0 ? [] : ['', paint.bold(say(title, style.lang)), ...lines],
    ),
  ].join('\n');
}

/** Under a section's title, what goes on further in. */
const HANGING = { first: '  ', indent: '    ', gap: '  ' };

function headLines(
  deal: Deal,
  { settings, book }: RuleContext,
  { lang, columns }: GridStyle,
  paint: Painter,
): string[] {
  const { row } = deal;
  const linked = linkedDeals(book, deal)
    .map((other) => `${other.row.id} ${say(statusLabel(other, settings), lang)}`)
    .join('、');
  const amount = row.contractAmount ?? row.amount;
  const range = amount && amount.high > amount.low ? ` – ${formatAmount(amount.high, lang)}` : '';
  const priority = row.priority || settings.channels.get(row.source);
  const facts = [
    say(statusLabel(deal, settings), lang),
    row.owner || say({ zh: '没有负责人', en: 'no owner' }, lang),
    amount ? `${formatAmount(amount.low, lang)}${range}` : say({ zh: '没有金额', en: 'no amount' }, lang),
    row.source && (priority ? `${row.source}(${priority})` : row.source),
    row.intent ? say(INTENT_WORDS[row.intent], lang) : '',
    row.expectedClose === null
      ? ''
      : say(
          {
            zh: `预计成交 ${formatDay(row.expectedClose)}`,
            en: `expected close ${formatDay(row.expectedClose)}`,
          },
          lang,
        ),
  ];
  const person = [row.contact, row.phone, row.industry, row.size, row.tags.join('、'), row.concerns];
  const line = (parts: readonly string[]) =>
    wrapText(
      parts
        .filter((part) => part !== '')
        .map((part) => visible(part))
        .join(' · '),
      columns,
    );
  return [
    ...flowLines(
      [row.customer, row.id ?? ''].filter((part) => part !== '').map((part) => visible(part)),
      columns,
      { ...HANGING, first: '' },
    ).map((text) => paint.bold(text)),
    ...line(facts),
    ...line(person).filter((text) => text !== ''),
    ...(linked === '' ? [] : line([`${say({ zh: '关联', en: 'linked:' }, lang)} ${linked}`])),
  ];
}

/** Both clocks, with their limits, and what quiets or ends them. */
function clockLines(
  { deal, clocks, held }: Subject,
  context: RuleContext,
  { lang, columns }: GridStyle,
): string[] {
  const lines: (Message | null)[] = [
    clocks && idleWords(deal, clocks, context),
    clocks && stayWords(deal, clocks, context),
    deal.hold && {
      zh: `搁置 ${formatDay(deal.hold.since)} 至 ${formatDay(deal.hold.until)}:${deal.hold.reason}${held ? '' : '(已到期)'}`,
      en: `put aside ${formatDay(deal.hold.since)} to ${formatDay(deal.hold.until)}: ${deal.hold.reason}${held ? '' : ' (that day has passed)'}`,
    },
    deal.drift && {
      zh: `表里的阶段是手工改的:${deal.row.stageWord};下次写入时记为人工`,
      en: `the stage in the sheet was changed by hand: ${deal.row.stageWord}; the next write records it`,
    },
  ];
  return lines.flatMap((line) =>
    line
      ? flowLines(visible(say(line, lang)).split(' · '), columns, { ...HANGING, first: '', gap: ' · ' })
      : [],
  );
}

function idleWords(deal: Deal, clocks: Clocks, context: RuleContext): Message {
  const { idleWarn, idleSevere } = stallLimitsOf(context.settings, clocks.stage, deal.row.intent);
  const days = countStallDays(clocks.idleSince, context.today, context);
  const unit = stallDayWord(context.settings);
  const since = formatDay(clocks.idleSince);
  const last =
    clocks.lastFollowUp === clocks.idleSince
      ? { zh: `上次 ${since}`, en: `last ${since}` }
      : { zh: `${since} 起还没有`, en: `none since ${since}` };
  const limits = limitWords(
    [idleWarn, { zh: '提醒', en: 'warns at' }],
    [idleSevere, { zh: '严重', en: 'severe at' }],
  );
  const agreed =
    isAgreed(deal, clocks, context) && deal.row.nextFollowUp !== null
      ? formatDay(deal.row.nextFollowUp).slice(5)
      : null;
  const attempts = deal.attempts;
  return {
    zh: `未跟进 ${days} 个${unit.zh} · ${last.zh}${limits.zh}${agreed ? ` · 已约定 ${agreed}` : ''}${attempts > 0 ? ` · 已尝试 ${attempts} 次` : ''}`,
    en: `No follow-up for ${days} ${unit.en} · ${last.en}${limits.en}${agreed ? ` · agreed for ${agreed}` : ''}${attempts > 0 ? ` · attempts: ${attempts}` : ''}`,
  };
}

function stayWords(deal: Deal, clocks: Clocks, context: RuleContext): Message {
  const { stayWarn } = stallLimitsOf(context.settings, clocks.stage, deal.row.intent);
  const days = countStallDays(clocks.staySince, context.today, context);
  const unit = stallDayWord(context.settings);
  const limits = limitWords([stayWarn, { zh: '提醒', en: 'warns at' }]);
  const since = formatDay(clocks.staySince);
  return {
    zh: `停留 ${days} 个${unit.zh} · ${since} 进入${limits.zh}`,
    en: `In the stage for ${days} ${unit.en} · since ${since}${limits.en}`,
  };
}

function limitWords(...limits: readonly (readonly [number | null, Message])[]): Message {
  const set = limits.filter(([limit]) => limit !== null);
  return {
    zh: set.map(([limit, word]) => ` · ${word.zh} ${limit}`).join(''),
    en: set.map(([limit, word]) => ` · ${word.en} ${limit}`).join(''),
  };
}

function findingLines(
  { findings, context }: ShownDeal,
  { lang, columns }: GridStyle,
  paint: Painter,
): string[] {
  return findings.flatMap((finding) => {
    const { level, rule, legacy } = finding;
    const { explain, counted, next } = finding.words();
    const parts = [
      paint[LEVEL_PAINT[level]](say(LEVEL_NAMES[level], lang)),
      say(RULE_NAMES[rule], lang),
      latenessText(finding, context.today, lang),
      legacy ? say({ zh: '历史遗留', en: 'overdue when adopted' }, lang) : '',
    ];
    const said = [explain, ...(counted ? [counted] : [])].flatMap((each) =>
      wrapText(visible(say(each, lang)), columns - 4),
    );
    return [
      ...flowLines(
        parts.filter((part) => part !== ''),
        columns,
        HANGING,
      ),
      ...said.map((line) => paint.dim(`    ${line}`)),
      ...(next === null ? [] : [`    ${paint.cyan(`→ ${next}`)}`]),
    ];
  });
}

/** `spoken` is what a screen reader gets instead of the mark. */
const GATE_STATES: Readonly<
  Record<GateItem['state'], { readonly mark: string; readonly spoken: Message; readonly word: Message }>
> = {
  done: { mark: '✓', spoken: { zh: '已有', en: 'done' }, word: { zh: '', en: '' } },
  missing: { mark: '✗', spoken: { zh: '还缺', en: 'missing' }, word: { zh: '', en: '' } },
  assumed: { mark: '✓', spoken: { zh: '已有', en: 'done' }, word: { zh: '推定', en: 'assumed' } },
  off: { mark: '-', spoken: { zh: '不查', en: 'skipped' }, word: { zh: '不检查', en: 'off' } },
};

function gateTitle({ stage }: Deal): Message {
  const name = stage === null ? { zh: '', en: '' } : stageLabel(stage);
  return { zh: `离开「${name.zh}」前`, en: `Before leaving ${name.en}` };
}

function gateLines(
  subject: Subject,
  gate: readonly GateItem[],
  context: RuleContext,
  { lang, columns, plain }: GridStyle,
  paint: Painter,
): string[] {
  const width = plain ? 0 : Math.max(0, ...gate.map(({ item }) => displayWidth(say(item.name, lang))));
  return gate.flatMap(({ item, mode, state, problem }) => {
    const { mark, word, spoken } = GATE_STATES[state];
    const words = [
      say(word, lang),
      mode === 'warn' && state === 'missing' ? say({ zh: '只提醒', en: 'a reminder only' }, lang) : '',
      problem ? visible(say(problem, lang)) : '',
    ];
    const said = words.filter((text) => text !== '').join(' · ');
    const lines = flowLines(
      [
        `${plain ? `${say(spoken, lang)}:` : mark} ${padEndTo(say(item.name, lang), width)}`,
        ...(said === '' ? [] : [said]),
      ],
      columns,
      HANGING,
    );
    const command = state === 'missing' ? nextCommand(subject, context, 'record', item.key) : null;
    return [
      ...lines.map((line) => (state === 'missing' ? paint.yellow(line) : line)),
      ...(command === null ? [] : [`      ${paint.cyan(`→ ${command}`)}`]),
    ];
  });
}

function deadlineLines(
  deadlines: readonly Deadline[],
  today: Day,
  { lang, columns }: GridStyle,
  paint: Painter,
): string[] {
  return deadlines.flatMap((deadline) => {
    const { rule, due, provisional, term, note } = deadline;
    const state = deadlineState(deadline, today);
    const words = [
      `${rule} ${say(RULE_NAMES[rule], lang)}`,
      formatDay(due) + (provisional ? say({ zh: '(暂定)', en: ' (provisional)' }, lang) : ''),
      say(state, lang),
    ];
    const said = [...(term ? [explainTerm(term())] : []), ...(note ? [note] : [])].map((each) =>
      visible(say(each, lang)),
    );
    return [
      ...flowLines(words, columns, HANGING),
      ...wrapText(said.join(say({ zh: ';', en: '; ' }, lang)), columns - 4).flatMap((line) =>
        line === '' ? [] : [paint.dim(`    ${line}`)],
      ),
    ];
  });
}

function deadlineState({ due, met, open, legacy }: Deadline, today: Day): Message {
  if (met !== null) {
    const day = formatDay(met);
    return met > due
      ? { zh: `${day} 完成,晚了`, en: `met late, on ${day}` }
      : { zh: `${day} 完成`, en: `met on ${day}` };
  }
  if (!open) return { zh: '不再计', en: 'no longer runs' };
  if (today <= due) return { zh: '未到期', en: 'not due yet' };
  return legacy ? { zh: '逾期(历史遗留)', en: 'overdue when adopted' } : { zh: '逾期', en: 'overdue' };
}
