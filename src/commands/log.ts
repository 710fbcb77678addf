import { writeBook } from '../app.ts';
import type { Deal } from '../core/deal.ts';
import { FOLLOW_UP_KINDS, type FollowUpKind } from '../core/event.ts';
import { inferKind, logFollowUps, readKind } from '../core/log-follow-up.ts';
import { plain } from '../core/message.ts';
import { Failure } from '../failure.ts';
import type { Reading } from '../read-book.ts';
import type { Session } from '../session.ts';
import type { CommandSpec, OptionValues } from './command.ts';
import { chooseDeals, sameDeals } from './deal-argument.ts';
import { dateOption, textOption } from './option-values.ts';

export const logCommand: CommandSpec = {
  name: 'log',
  args: '<deal> [text...]',
  summary: {
    zh: '记一次跟进;商机写 - 则从标准输入读编号',
    en: 'record a follow-up; - reads the IDs of several deals from stdin',
  },
  writes: true,
  options: [
    {
      flags: '--type <kind>',
      text: {
        zh: FOLLOW_UP_KINDS.join('、'),
        en: `what kind: ${FOLLOW_UP_KINDS.join(', ')} (phone, mail, meeting, visit, WeChat, in passing, mailing, no answer, other)`,
      },
    },
    { flags: '--on <date>', text: { zh: '哪天(默认今天)', en: 'the day (default: today)' } },
    {
      flags: '--next <date>',
      text: {
        zh: '约定的下次跟进日期,如 周五(今天是周五就指今天)、下周五、+3wd',
        en: 'the agreed next follow-up, like fri (today, if it is one), next fri, +3wd',
      },
    },
    { flags: '--evidence <path>', text: { zh: '凭据文件', en: 'a file as evidence' } },
    { flags: '--reason <text>', text: { zh: '补录的原因', en: 'why it is back-dated' } },
  ],
  examples: [
    'log 华东机械 打了电话,要求报价 --next 周五',
    'log L20261123-001 客户来访 --type 拜访 --on 昨天',
    'log 华东 没接 --type 未接通',
    'list --stage 老客户池 --format ids | funnel log - 发了新品资料 --type 推送',
  ],
  run: (session, [query, words], options) => {
    const given = (Array.isArray(words) ? words : []).join(' ').trim();
    return writeBook<{ deals: readonly Deal[]; text: string; kind: FollowUpKind }>(session, {
      async ask(reading) {
        const deals = await chooseDeals(session, reading, [String(query ?? '')]);
        const text = given || (await askWhat(session));
        return { deals, text, kind: await chooseKind(session, options, text) };
      },
      // Several are one command, as they were given: all of them or none.
      queued: ({ deals, text, kind }, nameOf) => {
        const [deal] = deals.length === 1 ? deals : [];
        return [session.words([deal ? nameOf(deal) : '-', text], { type: kind })];
      },
      queuedStdin: ({ deals }, nameOf) => (deals.length === 1 ? '' : deals.map(nameOf).join('\n')),
      decide: (reading, { deals, text, kind }) => {
        const input = {
          text,
          kind,
          evidence: textOption(options, 'evidence') ?? '',
          reason: textOption(options, 'reason') ?? '',
          ...readDays(options, reading),
        };
        return logFollowUps(reading.book, sameDeals(reading.book, deals), input, reading.today);
      },
    });
  },
};

function readDays(options: OptionValues, reading: Reading) {
  return {
    on: dateOption(options, 'on', reading, 'past') ?? reading.today,
    next: dateOption(options, 'next', reading, 'coming'),
  };
}

/** What was said, asked in a terminal (`check` prints the command without it); Failure('usage') naming it elsewhere. */
async function askWhat(session: Session): Promise<string> {
  if (!session.interactive)
    throw new Failure(
      'usage',
      {
        zh: '缺少跟进内容,如 funnel log 华东机械 打了电话,要求报价',
        en: 'The follow-up has no text; like funnel log 华东机械 called, wants a quote',
      },
      { expected: '打了电话' },
    );
  const { askText } = await import('../prompt/ask.ts');
  return askText(session, {
    message: { zh: '跟进内容?', en: 'What was said?' },
    validate: (text) => (text === '' ? { zh: '写一句跟进内容', en: 'Write what was said' } : null),
  });
}

/** `--type`, else what the words say (and that is said), else asked in a terminal, else 其他. */
async function chooseKind(session: Session, options: OptionValues, text: string): Promise<FollowUpKind> {
  const given = textOption(options, 'type');
  if (given !== null) {
    const kind = readKind(given);
    if (typeof kind === 'string') return kind;
    const isNear = kind.near.length > 0;
    const near = isNear ? kind.near : FOLLOW_UP_KINDS;
    throw new Failure(
      'usage',
      {
        zh: `没有跟进方式「${given}」;${isNear ? '是不是' : '有'} ${near.join('、')}`,
        en: `There is no kind “${given}”; ${isNear ? 'did you mean' : 'there are'} ${near.join(', ')}`,
      },
      { value: given, expected: FOLLOW_UP_KINDS.join(' / ') },
    );
  }
  const inferred = inferKind(text);
  if (inferred !== null) {
    session.note({
      zh: `按内容记为:${inferred}(可用 --type 指定)`,
      en: `Taken as ${inferred} by its words (--type to choose)`,
    });
    return inferred;
  }
  if (!session.interactive) return '其他';
  const { chooseOne } = await import('../prompt/ask.ts');
  const chosen = await chooseOne(
    session,
    { zh: '跟进方式?', en: 'What kind of follow-up?' },
    FOLLOW_UP_KINDS.map((kind) => ({ value: kind, label: plain(kind) })),
    { none: null },
  );
  return FOLLOW_UP_KINDS.find((kind) => kind === chosen) ?? '其他';
}
