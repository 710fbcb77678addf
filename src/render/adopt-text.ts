import type { Adoption } from '../core/adopt.ts';
import type { Book } from '../core/book.ts';
import { fieldInfo } from '../core/fields.ts';
import { counted, type Message } from '../core/message.ts';
import { pasteCommand } from '../core/paste.ts';
import { columnLetters } from '../core/sheet.ts';

/** What the plan of an adoption is told from. */
export interface AdoptionView {
  /** The command that adopts, to be repeated with further answers. */
  readonly command: readonly string[];
  readonly book: Book;
  readonly adoption: Adoption;
  readonly sheetsAdded: readonly string[];
  /** Other sheets that look like the tracking table. */
  readonly alike: readonly string[];
}

const MOST_FINDINGS = 20;

/** The plan of an adoption, line by line: the mapping, what is assumed, what is added, what stays unclear. */
export function adoptionLines(view: AdoptionView): readonly Message[] {
  const { book, adoption, sheetsAdded, alike, command } = view;
  const { shape } = book;
  const count = book.deals.length;
  const [first, last] = [adoption.ids[0], adoption.ids.at(-1)];
  const range = adoption.ids.length > 1 ? `${first} … ${last}` : (first ?? '');
  const findings = book.findings.filter(({ rule }) => rule !== 'unknown-stage');
  const empty = book.deals.filter(({ row }) => row.stage === null && row.stageWord === '').length;
  return [
    {
      zh: `工作表 ${shape.sheet},表头在第 ${shape.headerRow} 行,${count} 个商机`,
      en: `Sheet ${shape.sheet}, header in row ${shape.headerRow}, ${counted(count, 'deal')}`,
    },
    ...mappingLines(adoption),
    {
      zh: `商机编号:新给 ${adoption.ids.length} 个 ${range}`.trimEnd(),
      en: `IDs: ${adoption.ids.length} new ${range}`.trimEnd(),
    },
    {
      zh: `推定历史:${adoption.assumed} 个商机(录入日期当天新增,最后一次跟进当天进入现阶段;不计入停留天数,报告里标明)`,
      en: `Assumed history: ${counted(adoption.assumed, 'deal')} (created on the lead date, in their stage since the last follow-up; kept out of durations, and reports say so)`,
    },
    ...inferredLines(book),
    ...(sheetsAdded.length === 0
      ? []
      : [{ zh: `新增工作表:${sheetsAdded.join('、')}`, en: `Sheets added: ${sheetsAdded.join(', ')}` }]),
    ...(alike.length === 0
      ? []
      : [
          {
            zh: `还有像客户信息跟踪表的工作表,不接管:${alike.join('、')}(要换用 --sheet)`,
            en: `Other sheets look like a tracking table and are left alone: ${alike.join(', ')} (choose with --sheet)`,
          },
        ]),
    ...passedOverLines(book),
    ...adoption.unknownWords.map((unknown) => unknownWordLine(command, unknown)),
    ...(empty === 0
      ? []
      : [
          {
            zh: `  当前阶段是空的:${empty} 行,不计入比率`,
            en: `  No stage: ${counted(empty, 'row')}, left out of rates`,
          },
        ]),
    ...unitLines(view),
    ...findings.slice(0, MOST_FINDINGS).map(({ words }) => indent(words().explain)),
    ...(findings.length > MOST_FINDINGS
      ? [
          {
            zh: `  … 另有 ${findings.length - MOST_FINDINGS} 处读不懂(--json 列出全部)`,
            en: `  … ${findings.length - MOST_FINDINGS} more findings (all with --json)`,
          },
        ]
      : []),
  ];
}

const MOST_INFERRED = 5;

/** Years that were not written, budgets that stood among the tags: the first of them, each with its cell. */
function inferredLines({ inferred }: Book): readonly Message[] {
  if (inferred.length === 0) return [];
  const count = inferred.length;
  return [
    { zh: `推断 ${count} 处(单元格不改):`, en: `Inferred in ${count} places (the cells stay):` },
    ...inferred.slice(0, MOST_INFERRED).map(indent),
    ...(count > MOST_INFERRED
      ? [{ zh: `  … 另有 ${count - MOST_INFERRED} 处`, en: `  … ${count - MOST_INFERRED} more` }]
      : []),
  ];
}

/** Columns found under their own name in one line; what was understood otherwise, and the team's own, each named. */
function mappingLines({ columns }: Adoption): readonly Message[] {
  const same = columns.filter(({ header, field }) => field !== null && fieldInfo(field).header.zh === header);
  const own = columns.filter(({ field }) => field === null);
  return [
    ...columns.flatMap(({ col, header, field }) => {
      if (field === null || fieldInfo(field).header.zh === header) return [];
      const { zh, en } = fieldInfo(field).header;
      const from = `  ${columnLetters(col)} ${header} →`;
      return [{ zh: `${from} ${zh}`, en: `${from} ${zh} (${en})` }];
    }),
    ...listLine({ zh: '按表头认出', en: 'Known by their header' }, same),
    ...listLine({ zh: '团队自己的列,保留', en: 'Your own columns, kept' }, own),
  ];
}

function listLine(title: Message, columns: Adoption['columns']): readonly Message[] {
  if (columns.length === 0) return [];
  const names = columns.map(({ header }) => header);
  return [{ zh: `  ${title.zh}:${names.join('、')}`, en: `  ${title.en}: ${names.join(', ')}` }];
}

/** Sums, remarks and headers among the rows: nobody should wonder why they are no deals. */
function passedOverLines({ passedOver: rows }: Book): readonly Message[] {
  if (rows.length === 0) return [];
  const list = `${rows.slice(0, 10).join('、')}${rows.length > 10 ? ' …' : ''}`;
  return [
    {
      zh: `不是商机,跳过 ${rows.length} 行(合计、备注或重复的表头):第 ${list} 行`,
      en: `No deals, passed over: ${counted(rows.length, 'row')} (sums, remarks or the header again): ${list.replaceAll('、', ', ')}`,
    },
  ];
}

/** How to say what bare numbers mean. */
function unitLines({ book, command }: AdoptionView): readonly Message[] {
  const unclear = book.findings.some(({ rule }) => rule === 'no-unit');
  const answer = unclear ? pasteCommand(...command, '--unit', '万元') : null;
  return answer === null ? [] : [{ zh: `  若是万元: ${answer}`, en: `  If it is 万元: ${answer}` }];
}

function unknownWordLine(
  words: readonly string[],
  { word, rows }: Adoption['unknownWords'][number],
): Message {
  const command = pasteCommand(...words, '--map-stage', `${word}=需求挖掘`);
  return {
    zh: `  不认识阶段「${word}」(${rows} 行),这些行不计入比率${command === null ? '' : `;若是需求挖掘: ${command}`}`,
    en: `  Stage “${word}” is not known (${counted(rows, 'row')}); these rows are left out of rates${command === null ? '' : `. If it means discovery: ${command}`}`,
  };
}

function indent({ zh, en }: Message): Message {
  return { zh: `  ${zh}`, en: `  ${en}` };
}
