import { type Day, parseIsoDay } from './date.ts';
import type { AmountRange, DealRow } from './deal.ts';
import type { DealEvent } from './event.ts';
import { FIELDS, type FieldKey, fieldInfo } from './fields.ts';
import { readIntent } from './intent.ts';
import { parseAmount } from './money.ts';
import { splitTags } from './text.ts';

/**
 * A row as it was at the end of a day, as far as the log knows: what 修改 events (and 跟进, for 下次跟进日期) replaced later is put back, and a
 * contract, a delivery or a survey of a later day has not happened yet.
 * @param events all of the deal's, later ones too, oldest first
 */
export function rowAsOf(row: DealRow, events: readonly DealEvent[], asOf: Day): DealRow {
  const later = events.filter((event) => event.date > asOf).reverse();
  const happened = (day: Day | null) => (day !== null && day > asOf ? null : day);
  const surveyed = later.some(({ item, values }) => item === 'satisfaction' && values.has('满意度'));
  const now =
    happened(row.contractDate) === row.contractDate && happened(row.deliveryDate) === row.deliveryDate
      ? row
      : { ...row, contractDate: happened(row.contractDate), deliveryDate: happened(row.deliveryDate) };
  const before = surveyed ? { ...now, satisfaction: lastScore(events, asOf) } : now;
  return later.filter(({ values }) => values.has('列')).reduce(putBack, before);
}

function lastScore(events: readonly DealEvent[], asOf: Day): number | null {
  const survey = events.findLast(
    ({ date, item, values }) => date <= asOf && item === 'satisfaction' && values.has('满意度'),
  );
  return survey ? Number(survey.values.get('满意度')) : null;
}

const BY_HEADER: ReadonlyMap<string, FieldKey> = new Map(FIELDS.map(({ key, header }) => [header.zh, key]));

function putBack(row: DealRow, { values }: DealEvent): DealRow {
  const header = values.get('列') ?? '';
  const text = values.get('原值') ?? '';
  const key = BY_HEADER.get(header);
  if (key === undefined)
    return row.own.has(header) ? { ...row, own: new Map(row.own).set(header, text) } : row;
  switch (fieldInfo(key).kind) {
    case 'date':
      return { ...row, [key]: parseIsoDay(text) };
    case 'amount':
      return { ...row, [key]: readYuan(text) };
    case 'score':
      return { ...row, [key]: text === '' ? null : Number(text) };
    case 'tags':
      return { ...row, [key]: splitTags(text) };
    case 'text':
    case 'choice':
      return { ...row, [key]: key === 'intent' ? readIntent(text) : text };
    default:
      return row;
  }
}

/** 修改 events write amounts in yuan. */
function readYuan(text: string): AmountRange | null {
  const read = parseAmount(text, 1);
  return read?.kind === 'amount' ? { low: read.low, high: read.high } : null;
}
