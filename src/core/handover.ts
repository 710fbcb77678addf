import { lookAt } from './check.ts';
import { formatDay } from './date.ts';
import type { Deadline, RuleContext } from './deadlines.ts';
import type { Deal } from './deal.ts';
import { gateItems, statusWord } from './gates.ts';
import type { Grid, GridCell, GridColumn } from './grid.ts';
import { INTENT_WORDS } from './intent.ts';
import { joinMessages, type Message, plain } from './message.ts';
import { RULE_NAMES } from './rules/names.ts';
import { isOpenStage, stageRank } from './stages.ts';

/**
 * 交接清单: what the next owner of these deals must know, the furthest stage first: who the customer is, where the deal
 * stands, what is still missing, what is due, what was said last. As they stand before they change hands.
 */
export function handoverGrid(
  deals: readonly Deal[],
  from: string | null,
  to: string,
  context: RuleContext,
): Grid {
  const rank = ({ stage }: Deal) => (stage === null ? -1 : (stageRank(stage) ?? -1));
  const amount = ({ row }: Deal) => (row.contractAmount ?? row.amount)?.low ?? 0;
  const sorted = [...deals].sort((a, b) => rank(b) - rank(a) || amount(b) - amount(a));
  return {
    title: {
      zh: `交接清单:${from === null ? '' : `${from} → `}${to},${formatDay(context.today)},${deals.length} 个商机`,
      en: `Hand-over: ${from === null ? '' : `${from} → `}${to}, ${formatDay(context.today)}, ${deals.length} deals`,
    },
    columns: COLUMNS.map(({ column }) => column),
    rows: sorted.map((deal) => COLUMNS.map(({ cell }) => cell(deal, context))),
    notes: [],
  };
}

interface HandoverColumn {
  readonly column: GridColumn;
  readonly cell: (deal: Deal, context: RuleContext) => GridCell;
}

const LIST_MARK: Message = { zh: '、', en: ', ' };

const COLUMNS: readonly HandoverColumn[] = [
  textColumn('商机编号', 'ID', ({ row }) => row.id ?? ''),
  textColumn('客户名称', 'Customer', ({ row }) => row.customer),
  textColumn('联系人', 'Contact', ({ row }) => row.contact),
  textColumn('联系方式', 'Phone', ({ row }) => row.phone),
  textColumn('原负责人', 'Owner so far', ({ row }) => row.owner),
  textColumn('当前阶段', 'Stage', (deal, { settings }) =>
    deal.stage === null ? deal.row.stageWord : statusWord(deal, settings),
  ),
  textColumn('意向等级', 'Intent', ({ row }) => (row.intent ? INTENT_WORDS[row.intent] : '')),
  {
    column: { title: { zh: '金额(元)', en: 'Amount (yuan)' }, align: 'right' },
    cell: ({ row }) => ({ kind: 'money', fen: (row.contractAmount ?? row.amount)?.low ?? null }),
  },
  dateColumn('预计成交日期', 'Expected close', ({ row }) => row.expectedClose),
  textColumn('下一步', 'Next step', (deal, context) =>
    deal.stage === null || !isOpenStage(deal.stage)
      ? ''
      : joinMessages(
          gateItems(deal, deal.stage, context.settings)
            .filter(({ state }) => state === 'missing')
            .map(({ item }) => item.name),
          LIST_MARK,
        ),
  ),
  textColumn('期限', 'Deadlines', (deal, context) =>
    joinMessages(
      lookAt(deal, context)
        .deadlines.filter(({ open }) => open)
        .map((deadline) => deadlineWords(deadline, context)),
      LIST_MARK,
    ),
  ),
  dateColumn('下次跟进日期', 'Next follow-up', ({ row }) => row.nextFollowUp),
  dateColumn('最后跟进日期', 'Last follow-up', ({ followUps }) => followUps.at(-1)?.date ?? null),
  textColumn('最后跟进', 'What was said last', ({ followUps }) => {
    const last = followUps.at(-1);
    return last ? `${last.kind ? `${last.kind}:` : ''}${last.text}` : '';
  }),
  textColumn('搁置', 'Put aside', ({ hold }) =>
    hold ? plain(`${formatDay(hold.until)} ${hold.reason}`.trim()) : '',
  ),
  textColumn('需求标签', 'Tags', ({ row }) => row.tags.join('、')),
  textColumn('客户关注点', 'Concerns', ({ row }) => row.concerns),
];

function textColumn(
  zh: string,
  en: string,
  text: (deal: Deal, context: RuleContext) => string | Message,
): HandoverColumn {
  return {
    column: { title: { zh, en }, align: 'left' },
    cell: (deal, context) => ({ kind: 'text', text: text(deal, context) }),
  };
}

function dateColumn(zh: string, en: string, day: (deal: Deal) => number | null): HandoverColumn {
  return { column: { title: { zh, en }, align: 'left' }, cell: (deal) => ({ kind: 'date', day: day(deal) }) };
}

function deadlineWords({ rule, due }: Deadline, { today }: RuleContext): Message {
  const name = RULE_NAMES[rule];
  const day = formatDay(due);
  return due < today
    ? { zh: `${name.zh} ${day}(已逾期)`, en: `${name.en} ${day} (overdue)` }
    : { zh: `${name.zh} ${day}`, en: `${name.en} ${day}` };
}
