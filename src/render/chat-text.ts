import { type CheckEntry, groupByOwner, mergeDeals } from '../core/check-order.ts';
import { type Day, formatDay } from '../core/date.ts';
import { type Finding, LEVELS, type Level } from '../core/finding.ts';
import { type Lang, say } from '../core/message.ts';
import { formatAmount } from '../core/money.ts';
import { LEVEL_NAMES, RULE_NAMES } from '../core/rules/names.ts';
import { maskPhones, truncateTo, visible } from '../core/text.ts';
import { latenessText } from './finding-words.ts';

/** One text for a chat, with what it tells. */
export interface ChatMessage {
  readonly text: string;
  readonly findings: readonly Finding[];
  readonly owners: readonly string[];
}

export interface ChatStyle {
  readonly lang: Lang;
  readonly asOf: Day;
  /** Bytes of UTF-8 that one message may hold. */
  readonly limit: number;
  /** What calls an owner's attention behind the name; empty for nobody. */
  mention(owner: string): string;
}

/** Robots that filter by keyword let through what begins with it. */
export const CHAT_KEYWORD = '【销售漏斗】';

/**
 * Findings for people who read them in a chat: one line per deal, no padding, phones masked. As many messages as the
 * limit asks for, split between deals; the heading of an owner is repeated where a message begins with it.
 */
export function chatMessages(entries: readonly CheckEntry[], style: ChatStyle): readonly ChatMessage[] {
  const findings = entries.flatMap((entry) => entry.findings);
  if (findings.length === 0) return [];
  const title = titleText(findings, style);
  const room = style.limit - byteLength(`${title} (99/99)`);
  const parts: Part[] = [];
  for (const [owner, own] of groupByOwner(mergeDeals(entries))) {
    const heading = ownerText(owner, style);
    for (const entry of own) {
      const line = truncateBytes(entryText(entry, style), room - byteLength(heading) - 2);
      const last = parts.at(-1);
      const sameOwner = last?.owner === owner;
      const more = [...(sameOwner ? [] : [heading]), line];
      const bytes = byteLength(more.join('\n'));
      if (last && last.bytes + 1 + bytes + 1 <= room) {
        last.lines.push(...more);
        last.bytes += 1 + bytes;
        last.findings.push(...entry.findings);
        last.owners.add(owner ?? '');
        last.owner = owner;
      } else {
        const lines = [heading, line];
        parts.push({
          owner,
          owners: new Set([owner ?? '']),
          lines,
          bytes: byteLength(lines.join('\n')),
          findings: [...entry.findings],
        });
      }
    }
  }
  return parts.map(({ lines, findings: own, owners }, index) => ({
    text: [parts.length > 1 ? `${title} (${index + 1}/${parts.length})` : title, ...lines].join('\n'),
    findings: own,
    owners: [...owners].filter((owner) => owner !== ''),
  }));
}

interface Part {
  owner: string | null;
  readonly owners: Set<string>;
  readonly lines: string[];
  /** Of `lines`, with the line breaks between them. */
  bytes: number;
  readonly findings: Finding[];
}

function titleText(findings: readonly Finding[], { asOf, lang }: ChatStyle): string {
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
  const counts = LEVELS.filter((level) => count(level) > 0).map(
    (level) => `${say(LEVEL_NAMES[level], lang)} ${count(level)}`,
  );
  return `${CHAT_KEYWORD}${formatDay(asOf)} ${counts.join(' · ')}`;
}

function ownerText(owner: string | null, style: ChatStyle): string {
  if (owner === null) return say({ zh: '没有负责人:', en: 'No owner:' }, style.lang);
  return `${clean(owner)}${style.mention(owner)}:`;
}

/** `逾期 首次接触 华东机械 15万 已逾期 2 个工作日 +未跟进 L20260511-001`. */
function entryText({ findings, entered, aClass }: CheckEntry, { lang, asOf }: ChatStyle): string {
  const [first, ...others] = findings;
  const head = `${say(LEVEL_NAMES[first.level], lang)} ${say(RULE_NAMES[first.rule], lang)}`;
  if (entered !== null) {
    const named = (aClass.length > 0 ? aClass : findings)
      .slice(0, 5)
      .map(({ customer }) => clean(customer ?? ''));
    const who = { zh: aClass.length > 0 ? 'A 类 ' : '', en: aClass.length > 0 ? 'class A ' : '' };
    const text = {
      zh: `${findings.length} 条(${formatDay(entered)} 录入): ${who.zh}${named.join('、')} 等`,
      en: `${findings.length} entered on ${formatDay(entered)}: ${who.en}${named.join(', ')}, …`,
    };
    return `${head} ${say(text, lang)}`;
  }
  return [
    head,
    clean(first.customer ?? say(first.words().explain, lang)),
    first.amount === null ? '' : formatAmount(first.amount, lang),
    latenessText(first, asOf, lang),
    others.map(({ rule }) => `+${say(RULE_NAMES[rule], lang)}`).join(' '),
    first.id ?? '',
  ]
    .filter((word) => word !== '')
    .join(' ');
}

/** Cells are typed by anybody: nothing a terminal or a chat obeys (`<at …>`), no phones, no essays. */
function clean(text: string): string {
  return truncateTo(maskPhones(visible(text)).replaceAll('<', '＜').replaceAll('@', '＠'), 80);
}

function byteLength(text: string): number {
  return ENCODER.encode(text).length;
}

const ENCODER = new TextEncoder();

/** At most `limit` bytes, cut between characters. */
function truncateBytes(text: string, limit: number): string {
  if (byteLength(text) <= limit) return text;
  let cut = '';
  let used = byteLength('…');
  for (const char of text) {
    used += byteLength(char);
    if (used > limit) break;
    cut += char;
  }
  return `${cut}…`;
}
