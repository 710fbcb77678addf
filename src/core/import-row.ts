import { REQUIRED_LEAD } from './add-lead.ts';
import { columnText } from './columns.ts';
import type { Day } from './date.ts';
import { formatDay } from './date.ts';
import type { AmountRange, DealRow } from './deal.ts';
import { decodeRow, isBareNumber, isDealRow, type RowContext } from './decode-row.ts';
import { type FieldKey, fieldInfo } from './fields.ts';
import { columnsRead, type ImportColumns, LEAD_AMOUNTS, LEAD_DATES, LEAD_TEXTS } from './import-columns.ts';
import type { ReadLead } from './lead-entry.ts';
import type { Message } from './message.ts';
import { formatAmount, parseAmount } from './money.ts';
import { checkPhone } from './phone.ts';
import { type CellInput, type CellValue, cellText, type SheetRow } from './sheet.ts';
import { stageLabel } from './stages.ts';
import { isSumLabel } from './sum-row.ts';
import { splitTags } from './text.ts';
import { readDateCell, readTextCell } from './values.ts';

/** What --source, --owner and --tags say for rows that do not. */
export interface LeadDefaults {
  readonly tags: string;
  readonly source: string;
  readonly owner: string;
}

/** A row of an import file: a lead, or every reason why it is none. */
export type ImportRow =
  | { readonly lead: ReadLead; readonly row: DealRow; readonly inferred: readonly Message[] }
  | { readonly reasons: readonly Message[] };

/** What one cell of a workbook holds at most. */
const MAX_TEXT = 32_767;

/**
 * False for what is no lead: a blank row, a sum, a remark. Whoever is named, and whatever fills two cells, is a lead (and
 * rejected if something is missing): no row is dropped silently.
 */
export function isImportRow(source: SheetRow, columns: ImportColumns): boolean {
  const [row, { shape }] = [withParts(source, columns), columns];
  if (isDealRow(row, shape)) return true;
  const text = (key: FieldKey) => readTextCell(row.cells[(shape.columns.get(key) ?? 0) - 1]);
  const filled = [...shape.columns.keys()].filter((key) => text(key) !== '');
  const first = cellText(row.cells.find((cell) => cellText(cell).trim() !== '')).trim();
  return filled.length > 1 && !isSumLabel(first) && text('customer') + text('contact') === '';
}

/** Reads one row through the field table, as a row of the book is read. What cannot be read is a reason, never a guess. */
export function readImportRow(
  row: SheetRow,
  columns: ImportColumns,
  context: RowContext,
  defaults: LeadDefaults,
): ImportRow {
  const { deal, findings, inferred } = decodeRow(withParts(row, columns), context);
  const cellOf = (col: number | null | undefined) => (col ? row.cells[col - 1] : undefined);
  const cells = new Map<FieldKey, CellInput>();
  const put = (key: FieldKey, text: string) => {
    if (text !== '') cells.set(key, { kind: 'text', text });
  };
  for (const key of LEAD_TEXTS) put(key, columnText(deal, key));
  const tags = deal.tags.length > 0 || deal.unread.has('tags') ? deal.tags : splitTags(defaults.tags);
  put('tags', tags.join(','));
  if (deal.source === '' && !deal.unread.has('source')) put('source', defaults.source);
  if (deal.owner === '' && !deal.unread.has('owner')) put('owner', defaults.owner);
  for (const key of LEAD_DATES) if (deal[key] !== null) cells.set(key, { kind: 'date', day: deal[key] });
  for (const key of LEAD_AMOUNTS) {
    const cell = cellOf(columns.shape.columns.get(key));
    if (cell && readTextCell(cell) !== '') cells.set(key, amountInput(cell, deal[key]));
  }
  const screening = readScreening(
    readTextCell(cellOf(columns.screening)),
    readTextCell(cellOf(columns.invalidReason)),
    deal,
  );
  const own = new Map(
    columns.own.flatMap(({ header, col }) => {
      const input = ownInput(cellOf(col), context);
      return input ? [[header, input] as const] : [];
    }),
  );
  const reasons = [
    ...damagedReasons(row, columns),
    ...missingReasons(cells, deal),
    ...findings.flatMap(({ rule, words }) => (rule === 'unread' ? words().explain : [])),
    ...unitReasons(context, (key) => cellOf(columns.shape.columns.get(key))),
    ...('problem' in screening ? [screening.problem] : []),
    ...phoneReasons(deal, 'problem' in screening ? '' : screening.invalid),
    ...stageReasons(deal, columns),
    ...futureReasons(deal.leadDate, context.today),
    ...lengthReasons(cells),
  ];
  if (reasons.length > 0 || 'problem' in screening) return { reasons };
  // A budget among the tags is said by the entry of the lead, once for all rows that have it.
  const said = inferred.filter(({ zh }) => !zh.includes(`读作 ${fieldInfo('budget').header.zh}`));
  return {
    lead: { cells, own, on: deal.leadDate ?? context.today, ...screening },
    row: { ...deal, tags },
    inferred: said,
  };
}

/** Every phone, mail and WeChat account of the row in its 联系方式, first and last name in its 联系人. */
function withParts(row: SheetRow, { shape, contacts, names }: ImportColumns): SheetRow {
  const text = (col: number | null) => (col === null ? '' : readTextCell(row.cells[col - 1]));
  const cells = [...row.cells];
  const put = (key: FieldKey, whole: string) => {
    const col = shape.columns.get(key);
    if (col !== undefined) cells[col - 1] = whole === '' ? undefined : { kind: 'text', text: whole };
  };
  if (contacts.length > 1 || contacts.some(({ kind }) => kind !== 'phone')) {
    const texts = contacts.flatMap(({ col, kind }) => {
      const each = text(col);
      if (!/[\p{L}\p{N}]/u.test(each) || NOTHING.test(each)) return [];
      return kind === 'wechat' && /^[a-z][\w-]+$/i.test(each) ? `微信:${each}` : each;
    });
    put('phone', [...new Set(texts)].join('、'));
  }
  if (names) put('contact', joinName(text(names.first), text(names.last)));
  return { ...row, cells };
}

/** What programs write where they know of no phone. */
const NOTHING = /^(?:无|暂无|没有|未公开|n\/?a|none|null)$/i;

/** 王 and 小明 → 王小明; Jane and Doe → Jane Doe. */
function joinName(first: string, last: string): string {
  const isHan = /^[\u4e00-\u9fff]*$/.test(first + last);
  return (isHan ? `${last}${first}` : `${first} ${last}`).trim();
}

/** 筛选结果 as 线索信息表 writes it (通过:…, 待筛选, 剔除) and as people do; a reason alone says 剔除. */
function readScreening(
  word: string,
  reason: string,
  { stage }: DealRow,
): Pick<ReadLead, 'screened' | 'invalid'> | { readonly problem: Message } {
  const [, passed, passedNote = ''] =
    /^(通过|合格|有效|符合|是|passed|valid|yes)(?:[\s:：,，;；]+(.*))?$/isu.exec(word) ?? [];
  const [, failed, failedNote = ''] =
    /^(剔除|无效|不通过|未通过|不合格|不符合|否|invalid|failed|no)(?:[\s:：,，;；]+(.*))?$/isu.exec(word) ??
    [];
  const isOpen = word === '' || /^(?:待|未)(?:初步)?筛选?|^待定$|^pending$/iu.test(word);
  if (passed === undefined && failed === undefined && !isOpen)
    return {
      problem: {
        zh: `筛选结果「${word}」读不懂,应为 通过 / 剔除 / 待筛选`,
        en: `Screening “${word}” cannot be read; expected 通过 / 剔除 / 待筛选`,
      },
    };
  const why = reason || failedNote;
  if (passed !== undefined && why !== '')
    return {
      problem: {
        zh: `筛选结果是「${word}」,却又有无效原因「${why}」`,
        en: `Screening says “${word}”, yet there is an invalid reason “${why}”`,
      },
    };
  if (why !== '') return { screened: null, invalid: why };
  if (failed !== undefined || stage === 'invalid')
    return {
      problem: {
        zh: '筛选未通过,缺 无效原因(联系方式错误、需求不符、重复 …)',
        en: 'screened out, but the invalid reason (无效原因) is missing',
      },
    };
  return { screened: passed === undefined ? null : passedNote.trim(), invalid: '' };
}

/** A range, or what names no amount (面议), as it was typed; where the column's unit makes it another sum, written out. */
function amountInput(cell: CellValue, range: AmountRange | null): CellInput {
  const text = cellText(cell).trim();
  if (range === null) return { kind: 'text', text };
  if (range.low === range.high) return { kind: 'money', fen: range.low };
  const typed = parseAmount(text, 1);
  const isSame = typed?.kind === 'amount' && typed.low === range.low && typed.high === range.high;
  return {
    kind: 'text',
    text: isSame ? text : `${formatAmount(range.low, 'zh')}-${formatAmount(range.high, 'zh')}`,
  };
}

/** A cell for a column of the team's own: numbers and dates stay what they are. */
function ownInput(cell: CellValue | undefined, { dates1904, today }: RowContext): CellInput | null {
  if (cell?.kind === 'number' && cell.format === 'plain') return { kind: 'number', value: cell.value };
  const date =
    cell?.kind === 'number' && cell.format === 'date' ? readDateCell(cell, dates1904, today) : null;
  if (date) return { kind: 'date', day: date.day };
  const text = readTextCell(cell, dates1904);
  return text === '' ? null : { kind: 'text', text };
}

/** U+FFFD stands where another program could not read a character: what it was is gone. */
function damagedReasons({ cells }: SheetRow, columns: ImportColumns): Message[] {
  const isDamaged = (cell: CellValue | undefined) => cell?.kind === 'text' && cell.text.includes('\ufffd');
  if (!cells.some(isDamaged)) return [];
  return columnsRead(columns).flatMap(({ col, header }) =>
    isDamaged(cells[col - 1])
      ? [
          {
            zh: `「${header}」的文字已经损坏(有 �),读不回来;请从原来的程序重新导出`,
            en: `the text of “${header}” is damaged (it holds �) and cannot be read back; export it again`,
          },
        ]
      : [],
  );
}

/** A dash or a dot in a required cell says that nothing is known: it is missing too. */
function missingReasons(cells: ReadonlyMap<FieldKey, CellInput>, { unread }: DealRow): Message[] {
  const isSaid = (key: FieldKey) => {
    const input = cells.get(key);
    return input?.kind === 'text' && /[\p{L}\p{N}]/u.test(input.text);
  };
  const missing = REQUIRED_LEAD.filter((key) => !isSaid(key) && !unread.has(key)).map(
    (key) => fieldInfo(key).header,
  );
  if (missing.length === 0) return [];
  return [
    {
      zh: `缺 ${missing.map(({ zh }) => zh).join('、')}`,
      en: `${missing.map(({ en }) => en).join(', ')} missing`,
    },
  ];
}

/** 联系方式错误 is itself a reason to screen a lead out. */
function phoneReasons({ phone }: DealRow, invalid: string): Message[] {
  const problem = phone === '' || invalid !== '' ? null : checkPhone(phone);
  return problem ? [problem] : [];
}

/** A bare number under a header without a unit, all of the column below 1,000: 15 元 or 15 万? */
function unitReasons({ units }: RowContext, cellOf: (key: FieldKey) => CellValue | undefined): Message[] {
  return LEAD_AMOUNTS.flatMap((key) => {
    const cell = cellOf(key);
    if (units.get(key) !== null || cell === undefined || !isBareNumber(cell)) return [];
    const [{ header }, typed] = [fieldInfo(key), cellText(cell)];
    return [
      {
        zh: `${header.zh}「${typed}」没有单位:是元还是万元?请写成 ${typed}万,或把表头写成 ${header.zh}(万元)`,
        en: `${header.en} “${typed}” has no unit (yuan, or 10,000 yuan?): write ${typed}万, or name the column ${header.zh}(万元)`,
      },
    ];
  });
}

/** Leads enter in 线索获取. What is further on has a history that a list of leads does not tell: that is `adopt`'s work. */
function stageReasons({ stage, stageWord }: DealRow, { header, shape }: ImportColumns): Message[] {
  if (stageWord === '' || stage === 'lead' || stage === 'invalid') return [];
  if (stage === null) {
    const column = header.headers.get(shape.columns.get('stage') ?? 0) ?? '';
    return [
      {
        zh: `不认识阶段「${stageWord}」;若「${column}」不是销售阶段,用 --map ${column}=- 略过这一列`,
        en: `stage “${stageWord}” is not known; if “${column}” is no sales stage, leave the column out: --map ${column}=-`,
      },
    ];
  }
  const name = stageLabel(stage);
  return [
    {
      zh: `已在「${name.zh}」:导入只收线索,进行中的商机请用 funnel adopt 接管,或录入后再推进`,
      en: `is in ${name.en} already: import takes leads only; adopt the table, or advance the deal after entry`,
    },
  ];
}

function futureReasons(on: Day | null, today: Day): Message[] {
  if (on === null || on <= today) return [];
  return [
    {
      zh: `线索录入日期 ${formatDay(on)} 在今天(${formatDay(today)})之后`,
      en: `lead date ${formatDay(on)} is after today (${formatDay(today)})`,
    },
  ];
}

function lengthReasons(cells: ReadonlyMap<FieldKey, CellInput>): Message[] {
  const long = [...cells].filter(([, input]) => input.kind === 'text' && input.text.length > MAX_TEXT);
  return long.map(([key]) => {
    const { header } = fieldInfo(key);
    return {
      zh: `${header.zh}超过一格能放的 ${MAX_TEXT} 个字符`,
      en: `${header.en} is longer than the ${MAX_TEXT} characters a cell holds`,
    };
  });
}
