import { type Book, SHEETS } from './book.ts';
import { type Day, formatDay } from './date.ts';
import type { Decision } from './decision.ts';
import { LEAD_HEADERS } from './decode.ts';
import { LOG_HEADERS } from './decode-log.ts';
import { type EncodeMeta, encodeDecision } from './encode.ts';
import type { NewEvent } from './event.ts';
import { FIELDS, type FieldKey, fieldInfo } from './fields.ts';
import { fieldNamed } from './header.ts';
import { adoptNewRows } from './ids.ts';
import { encodeSettingRows, type SettingTexts } from './setting-rows.ts';
import { settingRows } from './setting-table.ts';
import type { Patch } from './sheet.ts';
import { readStageWord, type StageKey, stageInfo } from './stages.ts';

/** What people said about a table that its own words do not tell; 设置 keeps it. */
export interface TableAnswers {
  readonly sheet: string | null;
  /** What a header means; null: the team's own column. */
  readonly columns: ReadonlyMap<string, FieldKey | null>;
  readonly stages: ReadonlyMap<string, StageKey>;
  /** Yuan per bare number in the amount columns; null: not said. */
  readonly amountUnit: number | null;
}

/** What taking over a table means, before anything is written. */
export interface Adoption {
  /** The columns as they were understood; `field` null: the team's own. */
  readonly columns: readonly {
    readonly col: number;
    readonly header: string;
    readonly field: FieldKey | null;
  }[];
  /** Ids, one per row that has none, and 推定 history for every row without events (1.9). No cell people typed is touched. */
  readonly decision: Decision;
  readonly ids: readonly string[];
  /** Rows whose history is assumed. */
  readonly assumed: number;
  /** Words in 当前阶段 that are not known, with how many rows have them: they stay findings. */
  readonly unknownWords: readonly { readonly word: string; readonly rows: number }[];
}

export function planAdoption(book: Book): Adoption {
  const { shape } = book;
  const { extra } = adoptNewRows(book);
  const words = new Map<string, number>();
  for (const { row } of book.deals) {
    if (row.stage === null && row.stageWord !== '')
      words.set(row.stageWord, (words.get(row.stageWord) ?? 0) + 1);
  }
  const fieldAt = new Map([...shape.columns].map(([key, col]) => [col, key]));
  return {
    columns: [...shape.headers].map(([col, header]) => ({ col, header, field: fieldAt.get(col) ?? null })),
    decision: { ...extra, events: extra.events.map((event) => datedAdoption(event, book.asOf)), notes: [] },
    ids: extra.fields.flatMap(({ field, input }) =>
      field === 'id' && input.kind === 'text' ? input.text : [],
    ),
    assumed: new Set(extra.events.map((event) => event.dealId)).size,
    unknownWords: [...words].map(([word, rows]) => ({ word, rows })),
  };
}

/** Says in a 推定 creation which day the table was taken over: `adopt --as-of` may name another than that of 记录时间. */
function datedAdoption(event: NewEvent, day: Day): NewEvent {
  return event.type === 'created' ? { ...event, values: new Map([['接管日', formatDay(day)]]) } : event;
}

/**
 * The adoption as patches: ids, history, and the sheets that are missing, added at once so that people see them;
 * 设置 with every default explained and the answers in it.
 */
export function encodeAdoption(
  book: Book,
  { decision, ids }: Adoption,
  answers: TableAnswers,
  meta: EncodeMeta,
): Patch[] {
  const { shape } = book;
  const idColumn: Patch = {
    op: 'addColumn',
    sheet: shape.sheet,
    headerRow: shape.headerRow,
    col: shape.nextCol,
    header: fieldInfo('id').header.zh,
  };
  return [
    ...(shape.columns.has('id') || ids.length > 0 ? [] : [idColumn]),
    ...encodeDecision(book, decision, meta),
    ...(book.logShape || decision.events.length > 0 ? [] : [newSheet(SHEETS.log, LOG_HEADERS)]),
    ...(book.leadsShape ? [] : [newSheet(SHEETS.leads, LEAD_HEADERS)]),
    ...encodeSettings(book, answers),
  ];
}

/** `--map 列=字段`: a field by its header, alias or key; `列=-` keeps the column as the team's own. Null: not of that form. */
export function readColumnMap(
  text: string,
): { readonly header: string; readonly field: FieldKey | null } | null {
  const [, header = '', name = ''] = /^(.+?)\s*[=＝]\s*(.+)$/.exec(text.trim()) ?? [];
  if (name === '-') return { header, field: null };
  const field = FIELDS.find(({ key }) => key === name)?.key ?? fieldNamed(name);
  return header === '' || field === null ? null : { header, field };
}

/** `--map-stage 词=阶段`. Null: not of that form, or no such stage. */
export function readStageMap(text: string): { readonly word: string; readonly stage: StageKey } | null {
  const [, word = '', name = ''] = /^(.+?)\s*[=＝]\s*(.+)$/.exec(text.trim()) ?? [];
  const stage = readStageWord(name, new Map())?.stage;
  return word === '' || !stage ? null : { word, stage };
}

function newSheet(sheet: string, headers: readonly string[]): Patch {
  return { op: 'addSheet', sheet, headers };
}

/** A new 设置 holds every setting, the answers among them; in one that is there they go into their rows, or behind the others. */
function encodeSettings(book: Book, answers: TableAnswers): Patch[] {
  const kept = answerRows(book, answers);
  const same = (a: Names) => (b: Names) => a.category === b.category && a.name === b.name;
  if (book.settingsShape) {
    const { sheet, columns } = book.settingsShape;
    const col = columns.get('值') ?? 3;
    return kept.flatMap((answer): Patch[] => {
      // Of several rows of one name the last counts.
      const known = book.settingRows.findLast(same(answer));
      if (known?.value === answer.value) return [];
      if (!known) return encodeSettingRows(book, [{ ...answer, row: null }]);
      const input = { kind: 'text', text: answer.value } as const;
      return [{ op: 'set', place: { sheet, row: known.row, col }, input }];
    });
  }
  const defaults = settingRows();
  const rows = [
    ...defaults.map((row) => ({ ...row, value: kept.find(same(row))?.value ?? row.value })),
    ...kept.filter((row) => !defaults.some(same(row))),
  ];
  return encodeSettingRows(
    book,
    rows.map((row) => ({ ...row, row: null })),
  );
}

type Names = Pick<SettingTexts, 'category' | 'name'>;

/** What 设置 has to remember: the sheet, the unit, the columns and the words that were chosen. */
function answerRows({ shape }: Book, { columns, stages, amountUnit }: TableAnswers): SettingTexts[] {
  const row = (category: string, name: string, value: string, explanation: string) => [
    { category, name, value, explanation },
  ];
  return [
    ...(shape.sheet === SHEETS.tracking ? [] : row('表格', '跟踪表', shape.sheet, '接管时选定的工作表')),
    ...(amountUnit === null
      ? []
      : row('表格', '金额单位', amountUnit === 1 ? '元' : '万元', '接管时说明的单位')),
    ...[...columns].flatMap(([header, field]) =>
      row('列对应', header, field ? fieldInfo(field).header.zh : '-', '接管时说明的列;- 表示团队自己的列'),
    ),
    ...[...stages].flatMap(([word, stage]) =>
      row('阶段用语', word, stageInfo(stage).name.zh, '接管时说明的阶段用语'),
    ),
  ];
}
