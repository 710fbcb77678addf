import type { CheckEntry, CheckResult } from '../core/check.ts';
import { type Day, formatDay } from '../core/date.ts';
import { type Finding, LEVELS, type Level } from '../core/finding.ts';
import { type Lang, type Message, say } from '../core/message.ts';
import { formatAmount } from '../core/money.ts';
import { pasteCommand } from '../core/paste.ts';
import { LEVEL_NAMES, RULE_NAMES } from '../core/rules/names.ts';
import { stageInfo } from '../core/stages.ts';
import { displayWidth, padEndTo, padStartTo, truncateTo, visible, wrapText } from '../core/text.ts';
import { type Painter, painter } from './color.ts';

export interface CheckStyle {
  readonly lang: Lang;
  readonly columns: number;
  readonly color: boolean;
  /** Every finding on its own, however long the page gets. */
  readonly all: boolean;
  /** How each was counted, however long the page gets. */
  readonly verbose: boolean;
  /** 历史遗留 to be listed after the rest. */
  readonly legacy: readonly Finding[];
  /** The command that takes the table over, where nobody has yet. */
  readonly adopt: string | null;
}

/** A page without `--all` is no longer than this, header and footer included. */
const PAGE_LINES = 58;

/** The page one reads in the morning: by owner, then level; what does not fit is counted. */
export function renderCheck(result: CheckResult, style: CheckStyle): string {
  const page: Page = { ...style, asOf: result.asOf, paint: painter(style.color), widths: columnWidths(result.entries, style) };
  const entries = style.all ? result.entries.flatMap(unfold) : result.entries;
  const head = headLines(result, page);
  const foot = footLines(result, page);
  const room = style.all ? Number.POSITIVE_INFINITY : PAGE_LINES - head.length - foot.length - 2;
  const { lines, hidden } = fitEntries(entries, page, room);
  const more =
    hidden === 0 ? [] : [page.paint.dim(say({ zh: `… 另有 ${hidden} 条 (--all)`, en: `… ${hidden} more (--all)` }, style.lang))];
  const legacy = style.legacy.length === 0 ? [] : legacyLines(style.legacy, page);
  return [...head, ...lines, ...more, ...legacy, ...(foot.length > 0 ? ['', ...foot] : [])].join('\n');
}

interface Page extends CheckStyle {
  readonly asOf: Day;
  readonly paint: Painter;
  readonly widths: Readonly<Record<'level' | 'rule' | 'customer' | 'stage' | 'amount', number>>;
}

const LEVEL_PAINT: Readonly<Record<Level, 'red' | 'yellow' | 'cyan' | 'dim'>> = {
  severe: 'red',
  overdue: 'red',
  stalled: 'yellow',
  dueSoon: 'cyan',
  data: 'dim',
};

function headLines({ asOf, counts, entries }: CheckResult, { lang, paint }: Page): string[] {
  const levels = LEVELS.filter((level) => counts[level] > 0).map((level) => paint[LEVEL_PAINT[level]](`${say(LEVEL_NAMES[level], lang)} ${counts[level]}`));
  const day = paint.bold(formatDay(asOf));
  if (levels.length === 0) return [`${day} · ${say({ zh: '没有要处理的', en: 'nothing to do' }, lang)}`];
  return [[day, ...levels].join(' · '), ...(entries.length === 0 ? [say({ zh: '这一级及以上没有', en: 'nothing at this level or above' }, lang)] : [])];
}

/** As much as fits: with explanations, else without, else the foremost entries only. */
function fitEntries(entries: readonly CheckEntry[], page: Page, room: number): { readonly lines: readonly string[]; readonly hidden: number } {
  const full = ownerLines(entries, page, true);
  if (page.verbose || full.length <= room) return { lines: full, hidden: 0 };
  for (let count = Math.min(entries.length, room); count > 0; count--) {
    const lines = ownerLines(entries.slice(0, count), page, false);
    const hidden = entries.slice(count).reduce((sum, { findings }) => sum + findings.length, 0);
    if (lines.length <= room) return { lines, hidden };
  }
  return { lines: [], hidden: entries.reduce((sum, { findings }) => sum + findings.length, 0) };
}

/** Owners in the order of their foremost entry. */
function ownerLines(entries: readonly CheckEntry[], page: Page, explained: boolean): string[] {
  const owners = new Map<string | null, CheckEntry[]>();
  for (const entry of entries) {
    const { owner } = entry.findings[0];
    const own = owners.get(owner);
    if (own) own.push(entry);
    else owners.set(owner, [entry]);
  }
  return [...owners].flatMap(([owner, own]) => {
    const n = own.reduce((sum, { findings }) => sum + findings.length, 0);
    const name = owner === null ? say({ zh: '没有负责人', en: 'no owner' }, page.lang) : visible(owner);
    return ['', page.paint.bold(`${name} · ${say({ zh: `${n} 条`, en: String(n) }, page.lang)}`), ...own.flatMap((entry) => entryLines(entry, page, explained))];
  });
}

function entryLines({ findings, entered }: CheckEntry, page: Page, explained: boolean): string[] {
  const [first] = findings;
  const { lang, paint, columns } = page;
  if (entered !== null) return [manyLine(findings, entered, page), commandLine(manyCommand(first), page)].flat();
  const { level, rule, customer, amount, stage } = first;
  const cells = [
    paint[LEVEL_PAINT[level]](padEndTo(say(LEVEL_NAMES[level], lang), page.widths.level)),
    padEndTo(say(RULE_NAMES[rule], lang), page.widths.rule),
    fit(customer ?? '', page.widths.customer),
    padEndTo(stage === null ? '' : say(stageInfo(stage).name, lang), page.widths.stage),
    padStartTo(amount === null ? '' : formatAmount(amount, lang), page.widths.amount),
    lateness(first, page),
  ];
  const indent = '    ';
  const explain = explained ? wrapText(visible(say(first.explain, lang)), columns - indent.length - 2).map((line) => paint.dim(`${indent}${line}`)) : [];
  return [`  ${cells.join('  ')}`.trimEnd(), ...explain, ...commandLine(first.next, page)];
}

/** 23 条 of one rule, owner and day of entry: an import nobody has touched yet. */
function manyLine(findings: CheckEntry['findings'], entered: Day, { lang, paint, widths }: Page): string {
  const [{ level, rule }] = findings;
  const amount = findings.reduce((sum, finding) => sum + (finding.amount ?? 0), 0);
  const names = findings.slice(0, 2).map(({ customer }) => visible(customer ?? '')).join('、');
  const cells = [
    paint[LEVEL_PAINT[level]](padEndTo(say(LEVEL_NAMES[level], lang), widths.level)),
    padEndTo(say(RULE_NAMES[rule], lang), widths.rule),
    say({ zh: `${findings.length} 条,${formatDay(entered)} 录入,${names} 等`, en: `${findings.length} entered on ${formatDay(entered)}: ${names}, …` }, lang),
    amount === 0 ? '' : formatAmount(amount, lang),
  ];
  return `  ${cells.join('  ')}`.trimEnd();
}

function manyCommand({ owner }: Finding): string | null {
  return owner === null ? pasteCommand('check', '--all') : pasteCommand('check', '--owner', owner, '--all');
}

function commandLine(command: string | null, { paint }: Page): string[] {
  return command === null ? [] : [`    ${paint.cyan(`→ ${command}`)}`];
}

/** 已逾期 2 个工作日; on a day off it may be none yet. */
function lateness({ level, due, workingDaysLate: late }: Finding, { asOf, lang }: Page): string {
  if (due === null || late === null) return '';
  const { zh, en } = LATENESS[level];
  if (due === asOf) return say({ zh: '今天到期', en: 'due today' }, lang);
  if (due > asOf) return say({ zh: `${formatDay(due).slice(5)} 到期`, en: `due ${formatDay(due).slice(5)}` }, lang);
  if (late === 0) return say({ zh: `${zh}(今日休息)`, en: `${en} (day off)` }, lang);
  return say({ zh: `${zh} ${late} 个工作日`, en: `${en} by ${late} wd` }, lang);
}

const LATENESS: Readonly<Record<Level, Message>> = {
  severe: { zh: '已超', en: 'over' },
  overdue: { zh: '已逾期', en: 'late' },
  stalled: { zh: '已超', en: 'over' },
  dueSoon: { zh: '', en: '' },
  data: { zh: '', en: '' },
};

function legacyLines(legacy: readonly Finding[], page: Page): string[] {
  const title = page.paint.bold(say({ zh: `历史遗留 · ${legacy.length} 条`, en: `Overdue when adopted · ${legacy.length}` }, page.lang));
  const entries = legacy.map((finding): CheckEntry => ({ findings: [finding], entered: null }));
  return ['', title, ...entries.flatMap((entry) => entryLines(entry, page, page.verbose))];
}

/** Owners named in the line of 历史遗留; the others are summed up. */
const MOST_OWNERS = 6;

function footLines({ legacyByOwner, held, agreed, movable, missingYears }: CheckResult, { lang, adopt, legacy }: Page): string[] {
  const money = (amount: number) => (amount === 0 ? { zh: '', en: '' } : { zh: `,${formatAmount(amount, 'zh')}`, en: `, ${formatAmount(amount, 'en')}` });
  const others = legacyByOwner.slice(MOST_OWNERS);
  const owners = legacyByOwner.slice(0, MOST_OWNERS).map(({ owner, n, amount }): Message => {
    const name = { zh: visible(owner ?? '没有负责人'), en: visible(owner ?? 'no owner') };
    return { zh: `历史遗留 ${name.zh} ${n} 条${money(amount).zh}`, en: `Overdue when adopted, ${name.en}: ${n}${money(amount).en}` };
  });
  const rest = others.reduce((sum, { n }) => sum + n, 0);
  const lines: (Message | null)[] = [
    ...(legacy.length > 0 ? [] : owners),
    rest === 0 || legacy.length > 0 ? null : { zh: `历史遗留 其他 ${others.length} 人 ${rest} 条`, en: `Overdue when adopted, ${others.length} others: ${rest}` },
    legacyByOwner.length === 0 || legacy.length > 0 ? null : { zh: '  (funnel check --legacy 列出)', en: '  (funnel check --legacy lists them)' },
    held.n === 0 ? null : { zh: `搁置 ${held.n} 个${money(held.amount).zh}`, en: `Put aside: ${held.n}${money(held.amount).en}` },
    agreed === 0 ? null : { zh: `已约定下次跟进 ${agreed} 个`, en: `Follow-up agreed: ${agreed}` },
    movable.n === 0
      ? null
      : {
          zh: `可推进 ${movable.n} 个${movable.next === null ? '' : `: ${movable.next}`}`,
          en: `Ready to move: ${movable.n}${movable.next === null ? '' : `: ${movable.next}`}`,
        },
    missingYears.length === 0
      ? null
      : {
          zh: `暂定:缺 ${missingYears.join('、')} 年放假安排,按周末和固定假日推算`,
          en: `Provisional: no holiday arrangement for ${missingYears.join(', ')}; weekends and fixed holidays only`,
        },
    adopt === null ? null : { zh: `这张表还没有接管,以上只读。看接管计划: ${adopt}`, en: `This table has not been adopted; it was only read. To see the plan: ${adopt}` },
  ];
  return lines.flatMap((line) => (line ? [say(line, lang)] : []));
}

function unfold({ findings }: CheckEntry): CheckEntry[] {
  return findings.map((finding) => ({ findings: [finding], entered: null }));
}

/** As wide as what stands in the column, the customer's name within limits. */
function columnWidths(entries: readonly CheckEntry[], { lang, legacy }: CheckStyle): Page['widths'] {
  const findings = [...entries.map(({ findings: [first] }) => first), ...legacy];
  const widest = (texts: readonly string[]) => Math.max(0, ...new Set(texts.map(displayWidth)));
  return {
    level: widest(findings.map(({ level }) => say(LEVEL_NAMES[level], lang))),
    rule: widest(findings.map(({ rule }) => say(RULE_NAMES[rule], lang))),
    customer: Math.min(24, widest(findings.map(({ customer }) => visible(customer ?? '')))),
    stage: widest(findings.map(({ stage }) => (stage === null ? '' : say(stageInfo(stage).name, lang)))),
    amount: widest(findings.map(({ amount }) => (amount === null ? '' : formatAmount(amount, lang)))),
  };
}

function fit(text: string, width: number): string {
  return padEndTo(truncateTo(visible(text), width), width);
}
