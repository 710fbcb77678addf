import { writeBook } from '../app.ts';
import { assignDeals } from '../core/assign.ts';
import type { Deal } from '../core/deal.ts';
import type { CommandSpec } from './command.ts';
import { chooseDeals, sameDeals } from './deal-argument.ts';

export const releaseCommand: CommandSpec = {
  name: 'release',
  args: '<deals...>',
  summary: {
    zh: '放回公海:不再有销售负责人',
    en: 'give deals back to the common pool (公海): no owner',
  },
  writes: true,
  options: [],
  examples: ['release 华东机械', 'release L20261123-001 L20261123-002 --dry-run'],
  run: (session, [queries]) =>
    writeBook<readonly Deal[]>(session, {
      ask: (reading) => chooseDeals(session, reading, Array.isArray(queries) ? queries : []),
      queued: (deals, nameOf) => [session.words([deals.map(nameOf)])],
      decide: ({ book, today }, deals) => assignDeals(book, sameDeals(book, deals), '', today),
    }),
};
