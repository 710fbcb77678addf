import { awakeDeals } from './book.ts';
import { lookAt } from './check.ts';
import type { Day } from './date.ts';
import type { RuleContext } from './deadlines.ts';
import type { RuleId } from './finding.ts';
import { joinMessages, type Message, plain } from './message.ts';
import { RULE_NAMES } from './rules/names.ts';
import type { Subject } from './rules/rule.ts';
import { explainTerm } from './term-text.ts';

/** Something that is to be done by a day, for a calendar program. */
export interface DueDay {
  /** The same for the same duty, so that an import replaces what it brought before. */
  readonly uid: string;
  readonly day: Day;
  readonly rule: RuleId;
  readonly id: string | null;
  readonly customer: string;
  readonly owner: string | null;
  readonly summary: Message;
  readonly description: Message;
}

/** Every open deadline (历史遗留 left out), agreed follow-up and end of a hold, of one owner or of all, by day. */
export function listDueDays(context: RuleContext, owner: string | null): readonly DueDay[] {
  return awakeDeals(context.book, owner)
    .filter(({ born, row }) => born && (owner === null || row.owner === owner))
    .flatMap((deal) => dueDaysOf(lookAt(deal, context)))
    .sort((a, b) => a.day - b.day);
}

function dueDaysOf({ deal, deadlines, clocks, held }: Subject): DueDay[] {
  if (clocks === null) return [];
  const entry = (rule: RuleId, day: Day, more: Message, key = ''): DueDay => {
    const { customer, id, sheet, row, owner } = deal.row;
    const who = owner === '' ? customer : `${customer} (${owner})`;
    return {
      uid: [rule, id ?? `${sheet}-${row}`, key].filter((part) => part !== '').join('-'),
      day,
      rule,
      id,
      customer,
      owner: owner || null,
      summary: joinMessages([RULE_NAMES[rule], plain(who)], plain(' ')),
      description: joinMessages([...(more.zh === '' ? [] : [more]), plain(id ?? '')], plain('\n')),
    };
  };
  const { hold, row } = deal;
  return [
    ...deadlines
      .filter(({ open, legacy, rule }) => open && !legacy && !(rule === 'D5' && held))
      .map(({ rule, due, start, term, note }) =>
        // Several demos owe several deliveries: their days tell them apart.
        entry(
          rule,
          due,
          term ? explainTerm(term()) : (note ?? plain('')),
          rule === 'D2' ? String(start) : '',
        ),
      ),
    ...(row.nextFollowUp === null ? [] : [entry('agreed', row.nextFollowUp, plain(''))]),
    ...(hold === null ? [] : [entry('hold', hold.until, plain(hold.reason))]),
  ];
}
