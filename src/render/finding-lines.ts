import type { CheckEntry } from '../core/check-order.ts';
import { type Day, formatDay } from '../core/date.ts';
import type { Finding, Level, RuleId } from '../core/finding.ts';
import { type Lang, plain, say } from '../core/message.ts';
import { type Fen, formatAmount } from '../core/money.ts';
import { commandOn, type Named } from '../core/paste.ts';
import { LEVEL_NAMES, RULE_NAMES } from '../core/rules/names.ts';
import { type StageKey, stageLabel } from '../core/stages.ts';
import { displayWidth, padEndTo, padStartTo, truncateTo, visible, wrapText } from '../core/text.ts';
import type { Waiting } from '../core/waiting.ts';
import type { Painter } from './color.ts';
import { LEVEL_PAINT, latenessText } from './finding-words.ts';
import { flowLines } from './flow.ts';

/** What the lines of a page have in common. */
export interface LinePage {
  readonly lang: Lang;
  readonly columns: number;
  readonly paint: Painter;
  readonly asOf: Day;
  /** How each was counted is said, however long the page gets. */
  readonly verbose: boolean;
  /** What the command line named. */
  readonly named: Named['named'];
  /** What waits in the queue: its deals are marked 待写. */
  readonly waiting?: Waiting;
  readonly widths: Readonly<Record<'level' | 'rule' | 'customer' | 'stage' | 'amount', number>>;
}

/** How much is said of an entry: its line, the command too, how it was counted too. */
export type Detail = 'line' | 'command' | 'explained';

/** One entry: its line, how it was counted, and the command that helps. */
export function entryLines(entry: CheckEntry, page: LinePage, detail: Detail): string[] {
  const { findings, entered } = entry;
  const [first, ...others] = findings;
  const { lang, paint, columns } = page;
  if (entered !== null)
    return [
      ...manyLines(entry, entered, page),
      ...commandLine(detail === 'line' ? null : manyCommand(first, page), page),
    ];
  const { level, rule, customer, amount, stage } = first;
  const cells = [
    padEndTo(say(LEVEL_NAMES[level], lang), page.widths.level),
    padEndTo(say(RULE_NAMES[rule], lang), page.widths.rule),
    clip(customer ?? '', page.widths.customer),
    padEndTo(stage === null ? '' : say(stageLabel(stage), lang), page.widths.stage),
    padStartTo(amount === null ? '' : formatAmount(amount, lang), page.widths.amount),
    latenessText(first, page.asOf, lang),
    first.id !== null && page.waiting?.ofDeal.has(first.id) ? say({ zh: '待写', en: 'queued' }, lang) : '',
  ].filter((cell) => cell !== '');
  const line = `  ${cells.join('  ')}`.trimEnd();
  if (displayWidth(line) > columns)
    return [...narrowLines(cells, entry, page), ...restLines(first, page, detail)];
  const [word = ''] = cells;
  const painted = `  ${paint[LEVEL_PAINT[level]](word)}${line.slice(2 + word.length)}`;
  const also = alsoText(others, columns - displayWidth(line) - 2, lang);
  return [`${painted}${also}`, ...restLines(first, page, detail)];
}

/** The cells of a line that the screen is too narrow for, the whole name among them. */
function narrowLines(cells: readonly string[], { findings }: CheckEntry, page: LinePage): string[] {
  const { lang, paint, columns } = page;
  const [{ level, customer }, ...others] = findings;
  const [levelCell = '', ruleCell = ''] = cells;
  // Where there is some room these two stay in their columns, since lines that do fit stand around.
  const shown = (cell: string) => (columns < 60 ? cell.trim() : cell);
  const rest = cells.slice(page.widths.customer > 0 ? 3 : 2);
  const words = [
    paint[LEVEL_PAINT[level]](shown(levelCell)),
    shown(ruleCell),
    visible(customer ?? ''),
    ...rest.map((cell) => cell.trim()),
    ...others.map((other) => `+${say(RULE_NAMES[other.rule], lang)}`),
  ].filter((word) => word !== '');
  return flowLines(words, columns, { first: '  ', indent: INDENT, gap: '  ' });
}

/** How it was counted, and the command. */
function restLines(first: Finding, page: LinePage, detail: Detail): string[] {
  const { lang, paint, columns } = page;
  if (detail === 'line' && !page.verbose) return [];
  const { explain, counted, next } = first.words();
  const said = [...(detail === 'explained' ? [explain] : []), ...(page.verbose && counted ? [counted] : [])];
  const lines = said
    .flatMap((each) => wrapText(visible(say(each, lang)), columns - INDENT.length))
    .map((each) => paint.dim(`${INDENT}${each}`));
  return [...lines, ...commandLine(detail === 'line' ? null : next, page)];
}

const INDENT = '    ';

/** `  +慢于常态`: what else is found about the deal, or how many where that does not fit. */
function alsoText(others: readonly Finding[], room: number, lang: Lang): string {
  if (others.length === 0) return '';
  const names = others.map(({ rule }) => `+${say(RULE_NAMES[rule], lang)}`).join('');
  return `  ${displayWidth(names) <= room ? names : `+${others.length}`}`;
}

/** 23 条 of one rule, owner and day of entry: an import nobody has touched yet. Who is A-class is named, as far as two lines go. */
function manyLines({ findings, aClass }: CheckEntry, entered: Day, page: LinePage): string[] {
  const { lang, paint, widths, columns } = page;
  const [{ level, rule }] = findings;
  const amount = findings.reduce((sum, finding) => sum + (finding.amount ?? 0), 0);
  const namesOf = (some: readonly Finding[]) =>
    some.map(({ customer }) => visible(customer ?? '')).join('、');
  const first = namesOf(findings.slice(0, 2));
  const who = aClass.length > 0 ? plain('') : { zh: `,${first} 等`, en: `: ${first}, …` };
  const line = [
    paint[LEVEL_PAINT[level]](padEndTo(say(LEVEL_NAMES[level], lang), widths.level)),
    padEndTo(say(RULE_NAMES[rule], lang), widths.rule),
    say(
      {
        zh: `${findings.length} 条,${formatDay(entered)} 录入${who.zh}`,
        en: `${findings.length} entered on ${formatDay(entered)}${who.en}`,
      },
      lang,
    ),
    ...(amount === 0 ? [] : [formatAmount(amount, lang)]),
  ].join('  ');
  if (aClass.length === 0) return [`  ${line}`];
  const names = say(
    {
      zh: `A 类 ${aClass.length} 个: ${namesOf(aClass)}`,
      en: `Class A, ${aClass.length}: ${namesOf(aClass)}`,
    },
    lang,
  );
  const room = columns - INDENT.length;
  return [`  ${line}`, ...wrapText(truncateTo(names, 2 * room - 4), room).map((each) => `${INDENT}${each}`)];
}

function manyCommand({ owner }: Finding, page: LinePage): string | null {
  return commandOn(page, 'check', ...(owner === null ? [] : ['--owner', owner]), '--all');
}

function commandLine(command: string | null, { paint }: LinePage): string[] {
  return command === null ? [] : [`${INDENT}${paint.cyan(`→ ${command}`)}`];
}

/** As wide as what stands in the column, the customer's name within limits. */
export function columnWidths(findings: Iterable<Finding>, lang: Lang): LinePage['widths'] {
  const levels = new Set<Level>();
  const rules = new Set<RuleId>();
  const stages = new Set<StageKey>();
  const amounts = new Set<Fen>();
  let customer = 0;
  for (const finding of findings) {
    levels.add(finding.level);
    rules.add(finding.rule);
    if (finding.stage !== null) stages.add(finding.stage);
    if (finding.amount !== null) amounts.add(finding.amount);
    const name = finding.customer ?? '';
    // Most names are told to be no wider without measuring them.
    if (customer < WIDEST_NAME && mostWidth(name) > customer)
      customer = Math.max(customer, displayWidth(visible(name)));
  }
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(displayWidth));
  return {
    level: widest([...levels].map((level) => say(LEVEL_NAMES[level], lang))),
    rule: widest([...rules].map((rule) => say(RULE_NAMES[rule], lang))),
    customer: Math.min(WIDEST_NAME, customer),
    stage: widest([...stages].map((stage) => say(stageLabel(stage), lang))),
    amount: [...amounts].reduce(
      (width, amount) => Math.max(width, displayWidth(formatAmount(amount, lang))),
      0,
    ),
  };
}

/** Of a customer's name on a line; more is cut off. */
const WIDEST_NAME = 24;

/** `text` takes no more columns than this; infinite where only measuring tells. */
function mostWidth(text: string): number {
  let width = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const isWide = (code >= 0x3000 && code <= 0x9fff) || (code >= 0xff00 && code <= 0xffef);
    if (isWide) width += 2;
    else if (code >= 0x20 && code <= 0x7e) width += 1;
    else return Number.POSITIVE_INFINITY;
  }
  return width;
}

function clip(text: string, width: number): string {
  return padEndTo(truncateTo(visible(text), width), width);
}
