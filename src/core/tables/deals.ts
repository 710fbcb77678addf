import { type Day, dayOf } from '../date.ts';
import type { DealRow } from '../deal.ts';
import { hasContract } from '../gates.ts';
import { rowAsOf } from '../row-as-of.ts';
import { normalizeWidth } from '../text.ts';
import type { KeyedDeal } from './keyed-deals.ts';
import { column, type TableShape, type TableValue, teamColumn } from './table.ts';

/** The ends of time as every engine can hold them: no date that a team writes lies beyond. */
export const FIRST_DAY: Day = dayOf(1900, 1, 1) ?? 0;
export const LAST_DAY: Day = dayOf(2299, 12, 31) ?? 0;

/** What a 商机 was from one day to another. */
interface DealVersion {
  readonly team: string;
  readonly deal: KeyedDeal;
  readonly row: DealRow | null;
  readonly from: Day;
  readonly to: Day;
}

const text = (read: (row: DealRow) => string) => (version: DealVersion) =>
  version.row === null ? '' : read(version.row);
const value =
  (read: (row: DealRow) => TableValue) =>
  ({ row }: DealVersion) =>
    row === null ? null : read(row);

/** One row per 商机 and span of days in which its values were the same: joined by the day that is asked about. */
export const DEALS: TableShape<DealVersion> = {
  name: 'deals',
  about: {
    zh: '商机在每段时间里的值:按要看的那一天取 valid_from ≤ 那天 ≤ valid_to 的一行',
    en: 'what an opportunity was from one day to another: of the day asked about take the row with valid_from ≤ day ≤ valid_to',
  },
  columns: [
    teamColumn(),
    column(
      'deal_key',
      'text',
      {
        zh: '在团队内唯一:商机编号;没有编号或编号重复的行带上行号',
        en: 'its own within the team: the id; with the number of its row where it has no id or another row has the same',
      },
      ({ deal }) => deal.key,
    ),
    column('deal_id', 'text', { zh: '商机编号,可空', en: 'the id, may be empty' }, ({ deal }) => deal.id),
    column(
      'customer',
      'text',
      { zh: '客户名称', en: 'the customer' },
      ({ deal, row }) => row?.customer ?? deal.customer,
    ),
    column(
      'customer_key',
      'text',
      {
        zh: '数客户家数用的名称(全角、空格归一)',
        en: 'the name customers are counted by (widths and spaces evened)',
      },
      ({ deal, row }) => normalizeWidth(row?.customer ?? deal.customer).trim(),
    ),
    column(
      'owner',
      'text',
      { zh: '销售负责人,可空', en: 'the owner, may be empty' },
      text((row) => row.owner.trim()),
    ),
    column(
      'source',
      'text',
      { zh: '来源渠道', en: 'the channel' },
      text((row) => row.source.trim()),
    ),
    column(
      'priority',
      'text',
      { zh: '来源优先级', en: 'its priority' },
      text((row) => row.priority.trim()),
    ),
    column(
      'industry',
      'text',
      { zh: '行业', en: 'the industry' },
      text((row) => row.industry.trim()),
    ),
    column(
      'size',
      'text',
      { zh: '规模', en: "the customer's size" },
      text((row) => row.size.trim()),
    ),
    column(
      'intent',
      'text',
      { zh: '意向等级:high medium low 或空', en: 'high, medium, low or empty' },
      text((row) => row.intent ?? ''),
    ),
    column(
      'amount',
      'money',
      {
        zh: '合同金额,否则预计金额;元,区间取低端',
        en: 'contract amount, else expected; in yuan, the low end of a range',
      },
      value((row) => (row.contractAmount ?? row.amount)?.low ?? null),
      true,
    ),
    column(
      'amount_high',
      'money',
      { zh: '同上,高端', en: 'the same, its high end' },
      value((row) => (row.contractAmount ?? row.amount)?.high ?? null),
      true,
    ),
    column(
      'lead_date',
      'date',
      { zh: '线索录入日期', en: 'the day of entry' },
      value((row) => row.leadDate),
      true,
    ),
    column(
      'expected_close',
      'date',
      { zh: '预计成交日期', en: 'the expected day of closing' },
      value((row) => row.expectedClose),
      true,
    ),
    column(
      'contract_date',
      'date',
      { zh: '合同签订日期,合同编号也有时', en: 'the day of the contract, where it has a number too' },
      value((row) => (hasContract(row) ? row.contractDate : null)),
      true,
    ),
    column(
      'delivery_date',
      'date',
      { zh: '交付日期', en: 'the day of delivery' },
      value((row) => row.deliveryDate),
      true,
    ),
    column(
      'stage_unread',
      'flag',
      {
        zh: '当前阶段的词读不懂:到今天为止的期间不计它',
        en: 'nobody can read the word in its stage cell: periods up to today leave it out',
      },
      ({ deal: { row } }) => row !== null && row.stage === null,
    ),
    column(
      'row_deleted',
      'flag',
      { zh: '行已被删除,只剩过程记录', en: 'its row was deleted, only the log is left' },
      ({ deal }) => deal.row === null,
    ),
    column(
      'valid_from',
      'date',
      { zh: '这些值从这天起', en: 'the first day of these values' },
      ({ from }) => from,
    ),
    column('valid_to', 'date', { zh: '到这天止', en: 'their last day' }, ({ to }) => to),
  ],
};

/** The values of a 商机 through time, a row for each span in which none changed. */
export function dealVersions(team: string, deal: KeyedDeal): readonly DealVersion[] {
  const { row, events } = deal;
  if (row === null) return [{ team, deal, row, from: FIRST_DAY, to: LAST_DAY }];
  const days = [...events.map(({ date }) => date), row.contractDate, row.deliveryDate];
  const turns = [...new Set(days.filter((day) => day !== null))].sort((a, b) => a - b);
  const versions: DealVersion[] = [];
  for (const [index, from] of [FIRST_DAY, ...turns].entries()) {
    const to = turns[index] === undefined ? LAST_DAY : turns[index] - 1;
    const version = { team, deal, row: rowAsOf(row, events, from), from, to };
    const last = versions.at(-1);
    if (last && isSame(last, version)) versions[versions.length - 1] = { ...last, to };
    else versions.push(version);
  }
  return versions;
}

function isSame(a: DealVersion, b: DealVersion): boolean {
  return DEALS.columns.every(({ name, value: read }) => name.startsWith('valid_') || read(a) === read(b));
}
