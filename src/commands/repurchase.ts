import { writeBook } from '../app.ts';
import type { Deal } from '../core/deal.ts';
import { REPURCHASE_KINDS, type Repurchase, repurchaseDeal } from '../core/repurchase.ts';
import type { Reading } from '../read-book.ts';
import type { Session } from '../session.ts';
import type { CommandSpec, OptionValues } from './command.ts';
import { chooseDeal, sameDeal } from './deal-argument.ts';
import { dateOption, requiredText, textOption } from './option-values.ts';

export const repurchaseCommand: CommandSpec = {
  name: 'repurchase',
  args: '<deal>',
  summary: {
    zh: '老客户复购或增购:新建一个关联的商机',
    en: 'a customer buys again: a new deal, linked to the old one',
  },
  writes: true,
  options: [
    { flags: '--tags <tags>', text: { zh: '这次的需求标签,逗号分隔', en: 'what is wanted this time' } },
    {
      flags: '--kind <kind>',
      text: { zh: '复购(默认)或 增购', en: '复购 (again, the default) or 增购 (in addition)' },
    },
    { flags: '--on <date>', text: { zh: '录入日期(默认今天)', en: 'date of entry (default: today)' } },
    { flags: '--amount <amount>', text: { zh: '预计金额', en: 'amount' } },
    { flags: '--close <date>', text: { zh: '预计成交日期', en: 'expected close' } },
    {
      flags: '--owner <name>',
      text: { zh: '销售负责人(默认原负责人)', en: "owner (default: the old deal's)" },
    },
    { flags: '--next <date>', text: { zh: '下次跟进日期', en: 'next follow-up' } },
  ],
  examples: [
    'repurchase 华东机械 --tags 续费一年',
    'repurchase L20261123-001 --kind 增购 --tags 增购5个用户 --amount 3万 --close 月底 --next 周五',
  ],
  run: (session, [query], options) =>
    writeBook<{ deal: Deal; tags: string }>(session, {
      async ask(reading) {
        const deal = await chooseDeal(session, reading, String(query ?? ''));
        const given = textOption(options, 'tags')?.trim();
        return { deal, tags: given || (await askTags(session, reading, deal, options)) };
      },
      queued: ({ deal, tags }, nameOf) => [session.words([nameOf(deal)], { tags })],
      decide: (reading, { deal, tags }) =>
        repurchaseDeal(
          reading.book,
          sameDeal(reading.book, deal),
          readOptions(options, reading, tags),
          reading,
        ),
    }),
};

function readOptions(options: OptionValues, reading: Reading, tags: string): Repurchase {
  const text = (name: string) => textOption(options, name) ?? '';
  return {
    tags,
    kind: text('kind').trim(),
    on: dateOption(options, 'on', reading, 'past') ?? reading.today,
    amount: text('amount'),
    close: text('close'),
    owner: text('owner'),
    next: text('next'),
  };
}

/** Asked in a terminal, once everything else can be used (`advance` prints the command without it). */
async function askTags(
  session: Session,
  reading: Reading,
  deal: Deal,
  options: OptionValues,
): Promise<string> {
  if (!session.interactive) return requiredText(options, 'tags', '续费一年');
  const probe = repurchaseDeal(reading.book, deal, readOptions(options, reading, '续费'), reading);
  if (!('events' in probe)) return '';
  const { askText } = await import('../prompt/ask.ts');
  return askText(session, {
    message: { zh: `${REPURCHASE_KINDS.join('/')}什么?(需求标签)`, en: 'What is wanted this time? (tags)' },
    validate: (text) => (text === '' ? { zh: '写一个需求标签', en: 'Write at least one tag' } : null),
  });
}
