import { formatDay } from './date.ts';
import type { RuleContext } from './deadlines.ts';
import { lastRealFollowUp } from './fold.ts';
import { statusLabel } from './gates.ts';
import type { Grid, GridCell, GridColumn } from './grid.ts';
import { joinMessages, type Message, plain } from './message.ts';
import { formatAmount } from './money.ts';
import { LEVEL_NAMES, RULE_NAMES } from './rules/names.ts';
import { type StageKey, stageLabel } from './stages.ts';
import { amountOf, type ChangeKind, type PersonWeek, type WeekChange, type Weeks } from './week.ts';

/** So many rows of each kind: one A4 page per person. */
const MOST_ROWS = 10;

const CHANGE_NAMES: Readonly<Record<ChangeKind, Message>> = {
  new: { zh: '新增', en: 'new' },
  moved: { zh: '推进', en: 'moved' },
  back: { zh: '退回', en: 'back' },
  reopened: { zh: '重启', en: 'reopened' },
  lost: { zh: '流失', en: 'lost' },
  signed: { zh: '签约', en: 'signed' },
};

/** The tables of one person's page: the week, the next one, the ten that matter, what is late. */
export function weekGrids(person: PersonWeek, weeks: Weeks, context: RuleContext): readonly Grid[] {
  const page = person.owner === null ? { zh: '没有负责人', en: 'no owner' } : plain(person.owner);
  const title = joinMessages([page, weekSummary(person, weeks)], plain(' · '));
  return [
    { ...changesGrid(person.changes), page, title },
    agreedGrid(person, weeks),
    mattersGrid(person, context),
    lateGrid(person),
  ];
}

/** 10-05…10-09: 新增 2 · 推进 3 · 签约 1(25万). */
function weekSummary({ changes }: PersonWeek, { from, to }: Weeks): Message {
  const kinds = (Object.keys(CHANGE_NAMES) as ChangeKind[]).filter((kind) =>
    changes.some((change) => change.kind === kind),
  );
  const signed = changes
    .filter(({ kind }) => kind === 'signed')
    .reduce((sum, { deal }) => sum + amountOf(deal), 0);
  const counts = kinds.map((kind): Message => {
    const n = changes.filter((change) => change.kind === kind).length;
    const amount = kind === 'signed' && signed > 0;
    return {
      zh: `${CHANGE_NAMES[kind].zh} ${n}${amount ? `(${formatAmount(signed, 'zh')})` : ''}`,
      en: `${CHANGE_NAMES[kind].en} ${n}${amount ? ` (${formatAmount(signed, 'en')})` : ''}`,
    };
  });
  const none = { zh: '没有变化', en: 'no changes' };
  const range = `${formatDay(from)}…${formatDay(to).slice(5)}`;
  return joinMessages(
    [plain(range), joinMessages(counts.length > 0 ? counts : [none], plain(' · '))],
    plain(': '),
  );
}

function changesGrid(changes: readonly WeekChange[]): Grid {
  return grid(
    { zh: '这一周', en: 'The week' },
    [
      left('变化', 'Change'),
      left('客户', 'Customer'),
      left('阶段', 'Stage'),
      right('金额', 'Amount'),
      left('日期', 'Date'),
    ],
    changes.map(({ kind, deal, from: before, to: after, day }) => [
      text(CHANGE_NAMES[kind]),
      text(deal.row.customer),
      text(stagesText(before, after)),
      { kind: 'money', fen: amountOf(deal) || null },
      { kind: 'date', day },
    ]),
  );
}

function agreedGrid({ agreed }: PersonWeek, { nextFrom, nextTo }: Weeks): Grid {
  const range = `${formatDay(nextFrom).slice(5)}…${formatDay(nextTo).slice(5)}`;
  return grid(
    { zh: `约好和到期 ${range}`, en: `Agreed and due ${range}` },
    [left('日期', 'Date'), left('事项', 'What'), left('客户', 'Customer'), left('编号', 'ID')],
    agreed.map(({ day, rule, customer, id }) => [
      { kind: 'date', day },
      text(RULE_NAMES[rule]),
      text(customer),
      text(id ?? ''),
    ]),
  );
}

function mattersGrid({ matters, late }: PersonWeek, { settings }: RuleContext): Grid {
  return grid(
    { zh: '最要紧的', en: 'What matters most' },
    [
      left('客户', 'Customer'),
      left('阶段', 'Stage'),
      right('金额', 'Amount'),
      left('预计成交', 'Expected close'),
      left('上次跟进', 'Last follow-up'),
      left('提醒', 'Warning'),
    ],
    matters.map((deal) => {
      const warning = late.find(({ id }) => id !== null && id === deal.row.id);
      return [
        text(deal.row.customer),
        text(statusLabel(deal, settings)),
        { kind: 'money', fen: amountOf(deal) || null },
        { kind: 'date', day: deal.row.expectedClose },
        { kind: 'date', day: lastRealFollowUp(deal) },
        text(warning ? RULE_NAMES[warning.rule] : ''),
      ];
    }),
  );
}

function lateGrid({ late }: PersonWeek): Grid {
  return grid(
    { zh: '逾期', en: 'Late' },
    [
      left('级别', 'Level'),
      left('事项', 'What'),
      left('客户', 'Customer'),
      right('金额', 'Amount'),
      left('到期', 'Due'),
      right('晚(工作日)', 'Late (working days)'),
    ],
    late.map(({ level, rule, customer, amount, due, workingDaysLate }) => [
      text(LEVEL_NAMES[level]),
      text(RULE_NAMES[rule]),
      text(customer ?? ''),
      { kind: 'money', fen: amount },
      { kind: 'date', day: due },
      workingDaysLate === null ? { kind: 'empty' } : { kind: 'count', value: workingDaysLate },
    ]),
  );
}

/** At most ten rows; the others are counted. */
function grid(title: Message, columns: readonly GridColumn[], rows: readonly (readonly GridCell[])[]): Grid {
  const others = rows.length - MOST_ROWS;
  const count = { zh: `${title.zh} · ${rows.length}`, en: `${title.en} · ${rows.length}` };
  return {
    title: count,
    columns,
    rows: rows.slice(0, MOST_ROWS),
    notes: others > 0 ? [{ zh: `另有 ${others} 条`, en: `${others} more` }] : [],
  };
}

function stagesText(before: StageKey | null, after: StageKey | null): Message {
  const names = [before, after].filter((stage) => stage !== null).map(stageLabel);
  return joinMessages(names, plain(' → '));
}

function text(words: string | Message): GridCell {
  return { kind: 'text', text: words };
}

function left(zh: string, en: string): GridColumn {
  return { title: { zh, en }, align: 'left' };
}

function right(zh: string, en: string): GridColumn {
  return { title: { zh, en }, align: 'right' };
}
