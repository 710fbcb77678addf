import { writeBook } from '../app.ts';
import { type LeadInput, REQUIRED_LEAD } from '../core/add-lead.ts';
import { commandText } from '../core/paste.ts';
import { Failure } from '../failure.ts';
import type { Session } from '../session.ts';
import type { CommandSpec, OptionValues } from './command.ts';
import { enterLeads, writingOf } from './enter-leads.ts';
import { textOption } from './option-values.ts';

export const addLeadCommand: CommandSpec = {
  name: 'add-lead',
  args: '',
  summary: { zh: '录入新线索(在终端里逐项询问)', en: 'enter a new lead (asks in a terminal)' },
  writes: true,
  options: [
    { flags: '--customer <name>', text: { zh: '客户名称(必填)', en: 'customer (needed)' } },
    { flags: '--contact <name>', text: { zh: '联系人(必填)', en: 'contact (needed)' } },
    { flags: '--phone <number>', text: { zh: '联系方式(必填)', en: 'phone (needed)' } },
    {
      flags: '--tags <tags>',
      text: { zh: '需求标签,逗号分隔(必填)', en: 'needs, separated by commas (needed)' },
    },
    { flags: '--source <channel>', text: { zh: '来源渠道(必填)', en: 'source channel (needed)' } },
    { flags: '--on <date>', text: { zh: '录入日期(默认今天)', en: 'date of entry (default: today)' } },
    {
      flags: '--priority <A|B|C>',
      text: { zh: '来源优先级(默认按渠道)', en: "source priority (default: the channel's)" },
    },
    { flags: '--industry <text>', text: { zh: '所属行业', en: 'industry' } },
    { flags: '--size <text>', text: { zh: '客户规模', en: 'size' } },
    { flags: '--budget <amount>', text: { zh: '预算范围', en: 'budget' } },
    { flags: '--owner <name>', text: { zh: '销售负责人(默认本人)', en: 'owner (default: you)' } },
    { flags: '--amount <amount>', text: { zh: '预计金额', en: 'amount' } },
    { flags: '--close <date>', text: { zh: '预计成交日期', en: 'expected close' } },
    { flags: '--next <date>', text: { zh: '下次跟进日期', en: 'next follow-up' } },
    {
      flags: '--set <column=value>',
      text: { zh: '其他列,可多次', en: 'another column; may be repeated' },
      repeat: true,
    },
    { flags: '--screened <note>', text: { zh: '初步筛选通过,及说明', en: 'screening passed, and why' } },
    {
      flags: '--invalid <reason>',
      text: {
        zh: '录入即剔除,及原因:只进线索信息表',
        en: 'screened out at entry, and why: kept in 线索信息表 only',
      },
    },
    {
      flags: '--ask',
      text: {
        zh: '没给的都问,写入前确认(要在终端里)',
        en: 'ask for all that is not given, then once before writing (needs a terminal)',
      },
    },
  ],
  examples: [
    'add-lead',
    'add-lead --customer 华东机械有限公司 --contact 李总 --phone 13800000000 --tags 需要CRM系统,预算10-20万 --source 行业展会 --screened 行业规模预算相符',
    'add-lead --customer 江北商行 --contact 张工 --phone 021-61234567 --tags 询价 --source 官网表单 --invalid 需求不符',
  ],
  async run(session, _args, options) {
    const given = readInput(options);
    const missing = REQUIRED_LEAD.filter((name) => given[name].trim() === '');
    const asks = options.ask === true;
    if (missing.length === 0 && !asks)
      return writeBook(
        session,
        writingOf(session, async () => ({ input: given, said: [] })),
      );
    if (!session.interactive) throw missing.length === 0 ? nobodyToAsk() : missingFlags(session, missing);
    return enterLeads(session, { first: given, all: asks ? readInput({}) : given }, EXAMPLES);
  },
};

const EXAMPLES: Readonly<Record<(typeof REQUIRED_LEAD)[number], string>> = {
  customer: '华东机械有限公司',
  contact: '李总',
  phone: '13800000000',
  tags: '需要CRM系统',
  source: '行业展会',
};

function readInput(options: OptionValues): LeadInput {
  const text = (name: string) => textOption(options, name) ?? '';
  return {
    customer: text('customer'),
    contact: text('contact'),
    phone: text('phone'),
    tags: text('tags'),
    source: text('source'),
    on: text('on'),
    priority: text('priority'),
    industry: text('industry'),
    size: text('size'),
    budget: text('budget'),
    owner: text('owner'),
    amount: text('amount'),
    close: text('close'),
    next: text('next'),
    set: Array.isArray(options.set) ? options.set : [],
    screened: text('screened'),
    invalid: text('invalid'),
  };
}

function nobodyToAsk(): Failure {
  return new Failure(
    'usage',
    {
      zh: '--ask 要在终端里才能问(不能带 --json、--yes);去掉它就直接写入',
      en: '--ask needs a terminal (without --json and --yes); leave it out to write at once',
    },
    { value: '--ask' },
  );
}

/** Names every flag that is missing, each with an example. */
function missingFlags({ options }: Session, missing: readonly (keyof typeof EXAMPLES)[]): Failure {
  const flags = missing.map((name) => `--${name}`).join(' ');
  const words = missing.flatMap((name) => [`--${name}`, EXAMPLES[name]]);
  const example = commandText({ named: options.file }, 'add-lead', ...words);
  return new Failure(
    'usage',
    {
      zh: `新线索还要给出 ${flags}\n例: ${example}\n在终端里不带参数运行 funnel add-lead 会逐项询问`,
      en: `A new lead also needs ${flags}\nLike: ${example}\nIn a terminal, funnel add-lead alone asks for them`,
    },
    { expected: words.join(' ') },
  );
}
