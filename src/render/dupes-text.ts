import type { Book } from '../core/book.ts';
import { formatDay } from '../core/date.ts';
import type { Deal } from '../core/deal.ts';
import type { DuplicateGroup } from '../core/dupes.ts';
import { lastRealFollowUp } from '../core/fold.ts';
import { statusLabel } from '../core/gates.ts';
import { type Lang, say } from '../core/message.ts';
import { commandOn, dealArgument } from '../core/paste.ts';
import { findRivals } from '../core/rules/rivals.ts';
import type { Settings } from '../core/settings.ts';
import { visible } from '../core/text.ts';
import { painter } from './color.ts';

/** Groups and lines of one group that a page shows; --json has them all. */
const MOST_GROUPS = 30;
const MOST_DEALS = 10;

/** Each group with its score, why, who is in it, and the command that merges it where a person finds that it is one. */
export function renderDuplicates(
  groups: readonly DuplicateGroup[],
  book: Book,
  { lang, color }: { readonly lang: Lang; readonly color: boolean },
): string {
  const rivals = rivalBlock(groups, book, lang);
  if (groups.length === 0)
    return [say({ zh: '没有发现可能重复的商机', en: 'No deals look like duplicates' }, lang), ...rivals].join(
      '\n\n',
    );
  const paint = painter(color);
  const blocks = groups.slice(0, MOST_GROUPS).map((group) => {
    const { deals, reason, score } = group;
    const more = deals.length - MOST_DEALS;
    const command = book.adopted ? commandOn(book, 'merge', ...deals.map(dealArgument)) : null;
    return [
      `${score.toFixed(1)}  ${paint.bold(say(reason, lang))}`,
      ...deals.slice(0, MOST_DEALS).map((deal) => `  ${dealLine(deal, book.settings, lang)}`),
      ...(more > 0 ? [say({ zh: `  … 另有 ${more} 个`, en: `  … ${more} more` }, lang)] : []),
      ...(command === null || more > 0
        ? []
        : [say({ zh: `  若是重复: ${command}`, en: `  If it is a duplicate: ${command}` }, lang)]),
    ].join('\n');
  });
  const rest = groups.length - MOST_GROUPS;
  const foot =
    rest > 0
      ? { zh: `… 另有 ${rest} 组(--json 列出全部)`, en: `… ${rest} more groups (--json lists all)` }
      : {
          zh: `${groups.length} 组;并行的商机不用处理`,
          en: `${groups.length} group${groups.length === 1 ? '' : 's'}; parallel deals need nothing`,
        };
  return [...blocks, ...rivals, say(foot, lang)].join('\n\n');
}

/** 撞单 that is no duplicate: parallel 商机 of one customer, followed by different people. */
function rivalBlock(groups: readonly DuplicateGroup[], book: Book, lang: Lang): readonly string[] {
  const shown = groups.map(({ deals }) => new Set(deals));
  const rivals = [...new Set(findRivals(book).values())].filter(
    (deals) => !shown.some((group) => deals.every((deal) => group.has(deal))),
  );
  if (rivals.length === 0) return [];
  const more = rivals.length - MOST_GROUPS;
  return [
    [
      say(
        {
          zh: '撞单: 同一客户由不同的人跟进(需求不同,不是重复)',
          en: 'One customer, several owners (other needs, no duplicates)',
        },
        lang,
      ),
      ...rivals
        .slice(0, MOST_GROUPS)
        .flatMap((deals) =>
          deals.slice(0, MOST_DEALS).map((deal) => `  ${dealLine(deal, book.settings, lang)}`),
        ),
      ...(more > 0 ? [say({ zh: `  … 另有 ${more} 组`, en: `  … ${more} more groups` }, lang)] : []),
    ].join('\n'),
  ];
}

function dealLine(deal: Deal, settings: Settings, lang: Lang): string {
  const { row } = deal;
  const last = lastRealFollowUp(deal);
  const parts = [
    row.id ?? '',
    row.customer,
    say(statusLabel(deal, settings), lang),
    row.owner || say({ zh: '没有负责人', en: 'no owner' }, lang),
    row.tags.join('、'),
    last === null
      ? say({ zh: '还没有跟进', en: 'no follow-up' }, lang)
      : say({ zh: `最后跟进 ${formatDay(last)}`, en: `last follow-up ${formatDay(last)}` }, lang),
  ];
  return visible(parts.filter((part) => part !== '').join(' · '));
}
