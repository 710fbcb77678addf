import type { RuleContext } from '../deadlines.ts';
import { DAYS, dayRows } from './days.ts';
import { DEADLINES, deadlineRows } from './deadlines.ts';
import { DEALS, dealVersions } from './deals.ts';
import { EVENTS, eventRows, STAGE_TABLE, stageRows } from './events.ts';
import { keyedDeals } from './keyed-deals.ts';
import { type ExportTable, type TableShape, tabulate } from './table.ts';

/** Changes when a column changes its name, its type or its meaning; a new column changes nothing. */
export const VERSION_OF_TABLES = 1;

/** The tables of an export, for docs and for engines that must be told types. */
export const EXPORT_TABLES: readonly Pick<TableShape, 'name' | 'about' | 'columns'>[] = [
  DEALS,
  EVENTS,
  STAGE_TABLE,
  DAYS,
  DEADLINES,
];

/** Everything that an engine needs to count as this program counts, of one team. Phones, contacts and texts are left out. */
export function exportTables(team: string, context: RuleContext): readonly ExportTable[] {
  const deals = keyedDeals(context.book);
  const events = deals.flatMap((deal) => eventRows(team, deal));
  const deadlines = deals.flatMap((deal) => deadlineRows(team, deal, context));
  const mentioned = [
    ...events.map(({ event }) => event.date),
    ...deadlines.flatMap(({ deadline: { start, due } }) => (start === null ? [due] : [start, due])),
  ];
  return [
    tabulate(
      DEALS,
      deals.flatMap((deal) => dealVersions(team, deal)),
    ),
    tabulate(EVENTS, events),
    tabulate(STAGE_TABLE, stageRows(team)),
    tabulate(DAYS, dayRows(team, context.calendar, mentioned, context.today)),
    tabulate(DEADLINES, deadlines),
  ];
}
