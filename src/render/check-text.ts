import type { CheckResult } from '../core/check.ts';
import type { CheckEntry } from '../core/check-order.ts';
import { type Day, formatDay } from '../core/date.ts';
import { type Finding, LEVELS } from '../core/finding.ts';
import { type Lang, say } from '../core/message.ts';
import { formatAmount } from '../core/money.ts';
import { commandOn } from '../core/paste.ts';
import { LEVEL_NAMES, RULE_NAMES } from '../core/rules/names.ts';
import { displayWidth, padEndTo, padStartTo, truncateTo, visible, wrapText } from '../core/text.ts';
import { checkFootLines } from './check-foot.ts';
import { type Painter, painter } from './color.ts';
import { LEVEL_PAINT, latenessText, stageLabel } from './finding-words.ts';

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
  /** The workbook as the command line named it. */
  readonly named: string | null;
}

/** A page without `--all` is no longer than this, header and footer included. */
const PAGE_LINES = 58;

/** The page one reads in the morning: by owner, then level; what does not fit is counted. */
export function renderCheck(result: CheckResult, style: CheckStyle): string {
  const entries = style.all ? result.entries.flatMap(unfold) : result.entries;
  const page: Page = {
    ...style,
    asOf: result.asOf,
    paint: painter(style.color),
    totals: new Map([...groupByOwner(result.entries)].map(([owner, own]) => [owner, countFindings(own)])),
    widths: columnWidths(entries, style),
  };
  const head = headLines(result, page);
  const foot = checkFootLines(result, page);
  const room = style.all ? Number.POSITIVE_INFINITY : PAGE_LINES - head.length - foot.length - 2;
  const { lines, hidden } = fitEntries(entries, page, room);
  const more =
    hidden === 0
      ? []
      : [
          page.paint.dim(
            say({ zh: `… 另有 ${hidden} 条 (--all)`, en: `… ${hidden} more (--all)` }, style.lang),
          ),
        ];
  const legacy = style.legacy.length === 0 ? [] : legacyLines(style.legacy, page);
  return [...head, ...lines, ...more, ...legacy, ...(foot.length > 0 ? ['', ...foot] : [])].join('\n');
}

interface Page extends CheckStyle {
  readonly asOf: Day;
  readonly paint: Painter;
  /** Findings of each owner, those that do not fit too. */
  readonly totals: ReadonlyMap<string | null, number>;
  readonly widths: Readonly<Record<'level' | 'rule' | 'customer' | 'stage' | 'amount', number>>;
}

function headLines({ asOf, counts, entries }: CheckResult, { lang, paint }: Page): string[] {
  const levels = LEVELS.filter((level) => counts[level] > 0).map((level) =>
    paint[LEVEL_PAINT[level]](`${say(LEVEL_NAMES[level], lang)} ${counts[level]}`),
  );
  const day = paint.bold(formatDay(asOf));
  if (levels.length === 0) return [`${day} · ${say({ zh: '没有要处理的', en: 'nothing to do' }, lang)}`];
  return [
    [day, ...levels].join(' · '),
    ...(entries.length === 0
      ? [say({ zh: '这一级及以上没有', en: 'nothing at this level or above' }, lang)]
      : []),
  ];
}

/** As much as fits: with explanations, else without, else the foremost entries only. */
function fitEntries(
  entries: readonly CheckEntry[],
  page: Page,
  room: number,
): { readonly lines: readonly string[]; readonly hidden: number } {
  // Explained, an entry takes two lines at least: a long list is not laid out only to be thrown away.
  if (page.verbose || entries.length * 2 <= room) {
    const full = ownerLines(entries, page, true);
    if (page.verbose || full.length <= room) return { lines: full, hidden: 0 };
  }
  for (let count = Math.min(entries.length, room); count > 0; count--) {
    const lines = ownerLines(entries.slice(0, count), page, false);
    const hidden = countFindings(entries.slice(count));
    if (lines.length <= room) return { lines, hidden };
  }
  return { lines: [], hidden: countFindings(entries) };
}

/** Owners in the order of their foremost entry. */
function ownerLines(entries: readonly CheckEntry[], page: Page, explained: boolean): string[] {
  return [...groupByOwner(entries)].flatMap(([owner, own]) => {
    const n = countFindings(own);
    const total = page.totals.get(owner) ?? n;
    const count =
      total > n
        ? { zh: `${total} 条,列出 ${n}`, en: `${total}, ${n} listed` }
        : { zh: `${n} 条`, en: String(n) };
    const name = owner === null ? say({ zh: '没有负责人', en: 'no owner' }, page.lang) : visible(owner);
    return [
      '',
      page.paint.bold(`${name} · ${say(count, page.lang)}`),
      ...own.flatMap((entry) => entryLines(entry, page, explained)),
    ];
  });
}

function groupByOwner(entries: readonly CheckEntry[]): ReadonlyMap<string | null, readonly CheckEntry[]> {
  const owners = new Map<string | null, CheckEntry[]>();
  for (const entry of entries) {
    const { owner } = entry.findings[0];
    const own = owners.get(owner);
    if (own) own.push(entry);
    else owners.set(owner, [entry]);
  }
  return owners;
}

function countFindings(entries: readonly CheckEntry[]): number {
  return entries.reduce((sum, { findings }) => sum + findings.length, 0);
}

function entryLines({ findings, entered }: CheckEntry, page: Page, explained: boolean): string[] {
  const [first] = findings;
  const { lang, paint, columns } = page;
  if (entered !== null)
    return [manyLine(findings, entered, page), commandLine(manyCommand(first, page), page)].flat();
  const { level, rule, customer, amount, stage } = first;
  const cells = [
    paint[LEVEL_PAINT[level]](padEndTo(say(LEVEL_NAMES[level], lang), page.widths.level)),
    padEndTo(say(RULE_NAMES[rule], lang), page.widths.rule),
    clip(customer ?? '', page.widths.customer),
    padEndTo(stage === null ? '' : say(stageLabel(stage), lang), page.widths.stage),
    padStartTo(amount === null ? '' : formatAmount(amount, lang), page.widths.amount),
    latenessText(first, page.asOf, lang),
  ].filter((cell) => cell !== '');
  const indent = '    ';
  const said = [
    ...(explained ? [first.explain] : []),
    ...(page.verbose && first.counted ? [first.counted] : []),
  ];
  const explain = said
    .flatMap((each) => wrapText(visible(say(each, lang)), columns - indent.length))
    .map((line) => paint.dim(`${indent}${line}`));
  return [`  ${cells.join('  ')}`.trimEnd(), ...explain, ...commandLine(first.next, page)];
}

/** 23 条 of one rule, owner and day of entry: an import nobody has touched yet. */
function manyLine(findings: CheckEntry['findings'], entered: Day, { lang, paint, widths }: Page): string {
  const [{ level, rule }] = findings;
  const amount = findings.reduce((sum, finding) => sum + (finding.amount ?? 0), 0);
  const names = findings
    .slice(0, 2)
    .map(({ customer }) => visible(customer ?? ''))
    .join('、');
  const cells = [
    paint[LEVEL_PAINT[level]](padEndTo(say(LEVEL_NAMES[level], lang), widths.level)),
    padEndTo(say(RULE_NAMES[rule], lang), widths.rule),
    say(
      {
        zh: `${findings.length} 条,${formatDay(entered)} 录入,${names} 等`,
        en: `${findings.length} entered on ${formatDay(entered)}: ${names}, …`,
      },
      lang,
    ),
    amount === 0 ? '' : formatAmount(amount, lang),
  ];
  return `  ${cells.join('  ')}`.trimEnd();
}

function manyCommand({ owner }: Finding, page: Page): string | null {
  return commandOn(page, 'check', ...(owner === null ? [] : ['--owner', owner]), '--all');
}

function commandLine(command: string | null, { paint }: Page): string[] {
  return command === null ? [] : [`    ${paint.cyan(`→ ${command}`)}`];
}

function legacyLines(legacy: readonly Finding[], page: Page): string[] {
  const title = page.paint.bold(
    say({ zh: `历史遗留 · ${legacy.length} 条`, en: `Overdue when adopted · ${legacy.length}` }, page.lang),
  );
  const entries = legacy.map((finding): CheckEntry => ({ findings: [finding], entered: null }));
  return ['', title, ...entries.flatMap((entry) => entryLines(entry, page, page.verbose))];
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
    stage: widest(findings.map(({ stage }) => (stage === null ? '' : say(stageLabel(stage), lang)))),
    amount: widest(findings.map(({ amount }) => (amount === null ? '' : formatAmount(amount, lang)))),
  };
}

function clip(text: string, width: number): string {
  return padEndTo(truncateTo(visible(text), width), width);
}
