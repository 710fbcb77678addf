import { explainTerm } from '../core/calendar.ts';
import { type Day, formatDay } from '../core/date.ts';
import { EVENT_MARKS, EVENT_TYPES } from '../core/event.ts';
import { enteredStage, lastRealFollowUp } from '../core/fold.ts';
import { type GateItem, statusWord } from '../core/gates.ts';
import type { Lang, Message } from '../core/message.ts';
import { formatAmount } from '../core/money.ts';
import type { Subject } from '../core/rules/rule.ts';
import type { Settings } from '../core/settings.ts';
import { stageInfo } from '../core/stages.ts';
import { visible } from '../core/text.ts';

const STATES: Readonly<Record<GateItem['state'], Message>> = {
  done: { zh: '✓', en: '✓' },
  missing: { zh: '✗', en: '✗' },
  assumed: { zh: '✓ 推定', en: '✓ assumed' },
  off: { zh: '- 不检查', en: '- off' },
};

/** One deal as a page: what it is, both clocks, its gate, its deadlines with how they were counted, its timeline. */
export function renderShow({ deal, deadlines }: Subject, gate: readonly GateItem[], settings: Settings, today: Day, lang: Lang): string {
  const { row, stage } = deal;
  const t = (zh: string, en: string) => (lang === 'zh' ? zh : en);
  const stageName = stage === null ? row.stageWord : lang === 'zh' ? statusWord(deal, settings) : `${stageInfo(stage).name.en} (${statusWord(deal, settings)})`;
  const [last, entered] = [lastRealFollowUp(deal), enteredStage(deal)];
  const since = (day: Day | null) => (day === null ? '—' : t(`${formatDay(day)}(${today - day} 天前)`, `${formatDay(day)} (${today - day} days ago)`));
  const amount = row.amount ? formatAmount(row.amount.low, lang) : '—';
  const lines = [
    `${row.customer}  ${row.id ?? ''}  ${stageName}`,
    t(`  联系人 ${row.contact} ${row.phone} · 来源 ${row.source} · 负责人 ${row.owner || '—'}`, `  contact ${row.contact} ${row.phone} · source ${row.source} · owner ${row.owner || '—'}`),
    t(`  预计金额 ${amount} · 需求 ${row.tags.join('、')}`, `  amount ${amount} · tags ${row.tags.join(', ')}`),
    t(`  最后跟进 ${since(last)} · 进入本阶段 ${since(entered)}`, `  last follow-up ${since(last)} · in this stage since ${since(entered)}`),
    ...(deal.hold ? [t(`  搁置到 ${formatDay(deal.hold.until)}:${deal.hold.reason}`, `  on hold until ${formatDay(deal.hold.until)}: ${deal.hold.reason}`)] : []),
    ...(deal.drift ? [t(`  表里的阶段是手工改的:${row.stageWord}`, `  the stage was changed by hand: ${row.stageWord}`)] : []),
    ...(gate.length > 0 ? ['', t('离开本阶段前', 'Before leaving this stage')] : []),
    ...gate.map(({ item, state, problem }) => `  ${STATES[state][lang]} ${item.name[lang]}${problem ? `: ${problem[lang]}` : ''}`),
    ...(deadlines.length > 0 ? ['', t('期限', 'Deadlines')] : []),
    ...deadlines.map(({ rule, due, met, open, term, note }) => {
      const state = met !== null ? t(`已于 ${formatDay(met)} 完成`, `met on ${formatDay(met)}`) : open ? (today > due ? t('逾期', 'overdue') : t('未到期', 'open')) : t('已停', 'closed');
      return `  ${rule} ${formatDay(due)} ${state}${term ? ` — ${explainTerm(term)[lang]}` : ''}${note ? ` — ${note[lang]}` : ''}`;
    }),
    '',
    t('时间线', 'Timeline'),
    ...deal.events.map((event) => {
      const move = event.to ? ` ${event.from ? `${stageInfo(event.from).name[lang]} → ` : ''}${stageInfo(event.to).name[lang]}` : '';
      const values = [...event.values].map(([label, value]) => `${label}=${value}`).join(' ');
      const marks = [...event.marks].map((mark) => (lang === 'zh' ? EVENT_MARKS[mark] : mark)).join(' ');
      return `  ${formatDay(event.date)} ${lang === 'zh' ? EVENT_TYPES[event.type] : event.type}${move}${event.item ? ` ${event.item}` : ''} ${values} ${event.note}${marks ? ` [${marks}]` : ''}`.trimEnd();
    }),
    ...deal.followUps.filter(({ kind }) => kind === null).map(({ date, text }) => `  ${formatDay(date)} ${t('跟进(手写)', 'follow-up (typed)')} ${text}`),
  ];
  return lines.map((line) => visible(line)).join('\n');
}
