import { type Book, textsIn } from './book.ts';
import { type Day, formatDay } from './date.ts';
import type { Deal } from './deal.ts';
import type { MissingField, MissingItem } from './decision.ts';
import { flagsOf, type GateItem, gateItems, isFilled, openObjections, partsOf } from './gates.ts';
import type { ItemFlag, ItemInfo } from './items.ts';
import type { Message } from './message.ts';
import { OPEN_STAGES, type StageKey, stageRank } from './stages.ts';

/** What a move from `from` to `to` misses: every gate between, all items at once. Backward and closing moves have no gate. */
export function missingItems(
  book: Book,
  deal: Deal,
  from: StageKey,
  to: StageKey,
  today: Day,
): { readonly blocking: readonly MissingItem[]; readonly warnings: readonly Message[] } {
  const [first, last] = [stageRank(from), stageRank(to)];
  if (first === null || last === null) return { blocking: [], warnings: [] };
  const items = OPEN_STAGES.slice(first, last).flatMap((stage) => gateItems(deal, stage, book.settings));
  return {
    blocking: items
      .filter(({ state, mode }) => state === 'missing' && mode === 'block')
      .flatMap((item) => describeMissing(book, deal, item, today)),
    warnings: items
      .filter(({ state, mode, problem }) => mode === 'warn' && (state === 'missing' || problem !== null))
      .map(({ item, problem }) => ({
        zh: `提醒:${item.name.zh}${problem ? `:${problem.zh}` : '还没有记录'}`,
        en: `Note: ${item.name.en}${problem ? `: ${problem.en}` : ' is not recorded yet'}`,
      })),
  };
}

/** One missing item as a command: `argv` plus the required flags with their examples settles it as it stands. */
export function describeMissing(
  book: Book,
  deal: Deal,
  { item, problem }: GateItem,
  today: Day,
): MissingItem[] {
  const base = {
    item: item.key,
    name: item.name,
    stage: item.stage,
    source: item.source,
    problem,
    argv: ['record', deal.row.id ?? deal.row.customer, item.key],
  };
  const on: MissingField[] =
    item.needsOn || needsLeadDate(deal, item)
      ? [{ flag: '--on', required: true, example: formatDay(today) }]
      : [];
  const fieldsWith = (example: (flag: ItemFlag) => string): MissingField[] => [
    ...on,
    ...flagsOf(item, book.settings)
      .filter((flag) => flag.kind !== 'switch' && !isFilled(deal, item, flag, book.settings))
      .map((flag) => ({ flag: flag.flag, required: flag.required, example: example(flag) })),
  ];
  const usual = (flag: ItemFlag) => exampleOf(book, flag, item, today);
  const open = item.key === 'objections' ? openObjections(deal) : [];
  if (open.length === 0) return [{ ...base, fields: fieldsWith(usual) }];
  return open.map((objection) => ({
    ...base,
    problem: { zh: `「${objection}」还没有答复`, en: `“${objection}” has no answer yet` },
    fields: fieldsWith((flag) => (flag.flag === '--objection' ? objection : usual(flag))),
  }));
}

function needsLeadDate(deal: Deal, item: ItemInfo): boolean {
  return item.key === 'lead-form' && deal.row.leadDate === null;
}

function exampleOf(book: Book, flag: ItemFlag, item: ItemInfo, today: Day): string {
  if (flag.kind === 'parts') return partsOf(item, book.settings).join(',');
  if (flag.kind === 'date') return formatDay(today + 30);
  if (flag.flag === '--type') return book.settings.firstContactKinds[0] ?? flag.example;
  if (flag.flag !== '--number') return flag.example;
  const taken = textsIn(book, 'contractNumber');
  const year = formatDay(today).slice(0, 4);
  for (let n = 1; ; n++) {
    const number = `HT-${year}-${String(n).padStart(3, '0')}`;
    if (!taken.has(number)) return number;
  }
}
