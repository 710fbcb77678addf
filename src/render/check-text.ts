import type { CheckResult } from '../core/check.ts';
import {
  type CheckEntry,
  countByOwner,
  countFindings,
  groupByOwner,
  mergeDeals,
  oneEntry,
} from '../core/check-order.ts';
import { type Day, formatDay } from '../core/date.ts';
import { type Finding, LEVELS } from '../core/finding.ts';
import { type Lang, type Message, say } from '../core/message.ts';
import type { Named } from '../core/paste.ts';
import { LEVEL_NAMES } from '../core/rules/names.ts';
import { visible } from '../core/text.ts';
import { type Waiting, waitingNote } from '../core/waiting.ts';
import { checkFootLines } from './check-foot.ts';
import { painter } from './color.ts';
import { columnWidths, type Detail, entryLines, type LinePage } from './finding-lines.ts';
import { LEVEL_PAINT } from './finding-words.ts';
import { flowLines } from './flow.ts';

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
  /** The commands that take tables over which nobody has yet. */
  readonly adopt: readonly string[];
  /** What the command line named. */
  readonly named: Named['named'];
  /** Commands in the queue: findings of their deals are marked. Absent: none. */
  readonly waiting?: Waiting;
  /** `--since`: the day of the run before (null: none that is known), and `entries` hold only what is new or worse. */
  readonly since?: { readonly day: Day | null };
}

/** A page without `--all` is no longer than this, header and footer included. */
const PAGE_LINES = 58;

/** The page one reads in the morning: by owner, then level; what does not fit is counted. */
export function renderCheck(result: CheckResult, style: CheckStyle): string {
  const entries = style.all
    ? result.entries.flatMap(({ findings }) => findings.map(oneEntry))
    : result.entries;
  const page: Page = {
    ...style,
    asOf: result.asOf,
    paint: painter(style.color),
    totals: countByOwner(result.entries),
    widths: columnWidths(foremostOf(entries, style.legacy), style.lang),
  };
  const head = headLines(result, page);
  const foot = [
    ...checkFootLines(result, page),
    ...waitingNote(style.waiting?.n ?? 0).map((note) => say(note, style.lang)),
  ];
  const room = style.all ? Number.POSITIVE_INFINITY : PAGE_LINES - head.length - foot.length - 2;
  const lines = fitEntries(entries, page, room);
  const legacy = style.legacy.length === 0 ? [] : legacyLines(style.legacy, page);
  return [...head, ...lines, ...legacy, ...(foot.length > 0 ? ['', ...foot] : [])].join('\n');
}

function* foremostOf(entries: readonly CheckEntry[], legacy: readonly Finding[]): Generator<Finding> {
  for (const { findings } of entries) yield findings[0];
  yield* legacy;
}

interface Page extends CheckStyle, LinePage {
  /** Findings of each owner, those that do not fit too. */
  readonly totals: ReadonlyMap<string | null, number>;
}

function headLines({ asOf, counts, entries }: CheckResult, { lang, paint, since, columns }: Page): string[] {
  const levels = LEVELS.filter((level) => counts[level] > 0).map((level) =>
    paint[LEVEL_PAINT[level]](`${say(LEVEL_NAMES[level], lang)} ${counts[level]}`),
  );
  const day = paint.bold(formatDay(asOf));
  if (levels.length === 0) return [`${day} · ${say({ zh: '没有要处理的', en: 'nothing to do' }, lang)}`];
  const none = { zh: '这一级及以上没有', en: 'nothing at this level or above' };
  const also = since ? sinceText(since.day, countFindings(entries)) : entries.length === 0 ? none : null;
  return [
    ...flowLines([day, ...levels], columns, { first: '', indent: '  ', gap: ' · ' }),
    ...(also ? [say(also, lang)] : []),
  ];
}

function sinceText(day: Day | null, n: number): Message {
  if (day === null) return { zh: `第一次查看,${n} 条都列出`, en: `First look: all ${n} are listed` };
  return n === 0
    ? { zh: `比 ${formatDay(day)} 没有新的或更严重的`, en: `Nothing new or worse since ${formatDay(day)}` }
    : { zh: `比 ${formatDay(day)} 新的或更严重的 ${n} 条`, en: `New or worse since ${formatDay(day)}: ${n}` };
}

/**
 * As much as fits: everything explained; else a line and a command for each; else a line for each deal, with the
 * commands of the foremost as far as they fit; else the foremost deals only.
 */
function fitEntries(entries: readonly CheckEntry[], page: Page, room: number): readonly string[] {
  // Explained, an entry takes two lines at least: a long list is not laid out only to be thrown away.
  if (page.verbose || entries.length * 2 <= room) {
    const full = ownerLines(entries, page, () => 'explained');
    if (page.verbose || full.length <= room) return full;
  }
  if (entries.length <= room) {
    const plain = ownerLines(entries, page, () => 'command');
    if (plain.length <= room) return plain;
  }
  const merged = mergeDeals(entries, Math.max(room, 0));
  for (let count = Math.min(merged.length, room); count > 0; count--) {
    const shown = merged.slice(0, count);
    const lines = ownerLines(shown, page, () => 'line');
    if (lines.length > room) continue;
    const hidden = countFindings(entries) - countFindings(shown);
    const commands = new Set(shown.slice(0, room - lines.length));
    return [
      ...ownerLines(shown, page, (entry) => (commands.has(entry) ? 'command' : 'line')),
      page.paint.dim(moreText(hidden, page)),
    ];
  }
  return [page.paint.dim(moreText(countFindings(entries), page))];
}

/** What `--all` would add: the findings that do not fit, else the commands. */
function moreText(hidden: number, { lang }: Page): string {
  return say(
    hidden > 0
      ? { zh: `… 另有 ${hidden} 条 (--all)`, en: `… ${hidden} more (--all)` }
      : { zh: '… 每条的下一步 (--all)', en: '… the next step of each (--all)' },
    lang,
  );
}

/** Owners in the order of their foremost entry. */
function ownerLines(
  entries: readonly CheckEntry[],
  page: Page,
  detailOf: (entry: CheckEntry) => Detail,
): string[] {
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
      ...own.flatMap((entry) => entryLines(entry, page, detailOf(entry))),
    ];
  });
}

function legacyLines(legacy: readonly Finding[], page: Page): string[] {
  const title = page.paint.bold(
    say({ zh: `历史遗留 · ${legacy.length} 条`, en: `Overdue when adopted · ${legacy.length}` }, page.lang),
  );
  const detail = page.verbose ? 'explained' : 'command';
  return ['', title, ...legacy.flatMap((finding) => entryLines(oneEntry(finding), page, detail))];
}
