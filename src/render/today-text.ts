import { formatDay } from '../core/date.ts';
import { DAY_PARTS, type DayPart, type DayPlan } from '../core/day-plan.ts';
import { type Lang, type Message, say } from '../core/message.ts';
import { RULE_NAMES } from '../core/rules/names.ts';
import { weekdayName } from '../core/term-text.ts';
import { visible } from '../core/text.ts';
import { type Waiting, waitingNote } from '../core/waiting.ts';
import { checkFootLines } from './check-foot.ts';
import { painter } from './color.ts';
import { columnWidths, entryLines } from './finding-lines.ts';
import { flowLines } from './flow.ts';

export interface TodayStyle {
  readonly lang: Lang;
  readonly columns: number;
  readonly color: boolean;
  readonly verbose: boolean;
  /** Whose day; null: the team's. */
  readonly owner: string | null;
  readonly named: string | null;
  readonly waiting: Waiting;
}

const PART_NAMES: Readonly<Record<DayPart, Message>> = {
  due: { zh: '今天', en: 'Today' },
  late: { zh: '逾期', en: 'Late' },
  stalled: { zh: '停滞', en: 'Stalled' },
  data: { zh: '资料待补', en: 'Data to fill in' },
};

/** A day on one page: what is due today, what is late, what has stalled, and what comes next. */
export function renderToday(plan: DayPlan, style: TodayStyle): string {
  const { lang, owner } = style;
  const paint = painter(style.color);
  const { zh, en } = weekdayName(plan.asOf);
  const whose =
    owner === null ? { zh: '全队', en: 'the whole team' } : { zh: visible(owner), en: visible(owner) };
  const title = paint.bold(`${formatDay(plan.asOf)} ${say({ zh, en }, lang)} · ${say(whose, lang)}`);
  const all = DAY_PARTS.flatMap((part) => plan.parts[part]);
  const page = {
    ...style,
    paint,
    asOf: plan.asOf,
    widths: columnWidths(
      all.map(({ findings: [first] }) => first),
      lang,
    ),
  };
  const parts = DAY_PARTS.filter((part) => plan.parts[part].length > 0).flatMap((part) => [
    '',
    paint.bold(`${say(PART_NAMES[part], lang)} · ${plan.parts[part].length}`),
    ...plan.parts[part].flatMap((entry) => entryLines(entry, page, style.verbose ? 'explained' : 'command')),
  ]);
  const nothing = [say({ zh: '今天没有要做的', en: 'Nothing to do today' }, lang)];
  const coming =
    plan.coming.length === 0
      ? []
      : [
          '',
          paint.bold(
            `${say({ zh: '接下来五个工作日', en: 'The next five working days' }, lang)} · ${plan.coming.length}`,
          ),
          ...plan.coming.flatMap(({ day, rule, id, customer, owner: who }) =>
            flowLines(
              [
                formatDay(day).slice(5),
                say(RULE_NAMES[rule], lang),
                customer,
                ...(owner === null && who !== null ? [who] : []),
                id ?? '',
              ]
                .map((word) => visible(word))
                .filter((word) => word !== ''),
              style.columns,
              { first: '  ', indent: '    ', gap: '  ' },
            ),
          ),
        ];
  const foot = [
    ...checkFootLines(
      { ...plan, legacyByOwner: [], missingYears: [], yearToImport: null },
      { lang, adopt: [], legacy: [], named: style.named },
    ),
    ...waitingNote(style.waiting.n).map((note) => say(note, lang)),
  ];
  return [
    title,
    ...(all.length === 0 ? nothing : parts),
    ...coming,
    ...(foot.length > 0 ? ['', ...foot] : []),
  ].join('\n');
}
