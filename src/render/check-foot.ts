import type { CheckResult } from '../core/check.ts';
import { counted, type Message, say } from '../core/message.ts';
import { formatAmount } from '../core/money.ts';
import { commandText } from '../core/paste.ts';
import { visible } from '../core/text.ts';
import type { CheckStyle } from './check-text.ts';

/** Owners named in the line of 历史遗留; the others are summed up. */
const MOST_OWNERS = 6;

/** What is no alarm but should be known: 历史遗留, 搁置, 已约定, 可推进, missing years, how to take the table over. */
export function checkFootLines(
  {
    legacyByOwner,
    held,
    agreed,
    movable,
    missingYears,
    yearToImport,
  }: Pick<CheckResult, 'legacyByOwner' | 'held' | 'agreed' | 'movable' | 'missingYears' | 'yearToImport'>,
  { lang, adopt, legacy, named }: Pick<CheckStyle, 'lang' | 'adopt' | 'legacy' | 'named'>,
): string[] {
  const money = (amount: number) =>
    amount === 0
      ? { zh: '', en: '' }
      : { zh: `,${formatAmount(amount, 'zh')}`, en: `, ${formatAmount(amount, 'en')}` };
  const isSeveral = typeof named === 'object' && named !== null;
  const listing = commandText({ named }, 'check', '--legacy');
  const others = legacyByOwner.slice(MOST_OWNERS);
  const owners = legacyByOwner.slice(0, MOST_OWNERS).map(({ team, owner, n, amount }): Message => {
    const whose = team === undefined ? '' : `${team} · `;
    const name = { zh: visible(whose + (owner ?? '没有负责人')), en: visible(whose + (owner ?? 'no owner')) };
    return {
      zh: `历史遗留 ${name.zh} ${n} 条${money(amount).zh}`,
      en: `Overdue when adopted, ${name.en}: ${n}${money(amount).en}`,
    };
  });
  const rest = others.reduce((sum, { n }) => sum + n, 0);
  const lines: (Message | null)[] = [
    ...(legacy.length > 0 ? [] : owners),
    rest === 0 || legacy.length > 0
      ? null
      : {
          zh: `历史遗留 其他 ${others.length} 人 ${rest} 条`,
          en: `Overdue when adopted, ${others.length} others: ${rest}`,
        },
    legacyByOwner.length === 0 || legacy.length > 0
      ? null
      : { zh: `  (${listing} 列出)`, en: `  (${listing} lists them)` },
    held.n === 0
      ? null
      : {
          zh: `搁置 ${held.n} 个${money(held.amount).zh}`,
          en: `Put aside: ${held.n}${money(held.amount).en}`,
        },
    agreed === 0 ? null : { zh: `已约定下次跟进 ${agreed} 个`, en: `Follow-up agreed: ${agreed}` },
    movable.n === 0
      ? null
      : {
          zh: `可推进 ${movable.n} 个${movable.next === null ? '' : `: ${movable.next}`}`,
          en: `Ready to move: ${movable.n}${movable.next === null ? '' : `: ${movable.next}`}`,
        },
    missingYears.length === 0
      ? null
      : {
          zh: `暂定:缺 ${missingYears.join('、')} 年放假安排,按周末和固定假日推算`,
          en: `Provisional: no holiday arrangement for ${missingYears.join(', ')}; weekends and fixed holidays only`,
        },
    yearToImport === null
      ? null
      : {
          zh: `还没有 ${yearToImport.year} 年的放假安排(国务院公布后取 holiday-cn 的 JSON 或 .ics): ${importText(yearToImport)}`,
          en: `The arrangement of ${yearToImport.year} is missing (once announced, take the JSON of holiday-cn or an .ics): ${importText(yearToImport)}`,
        },
    adopt.length === 0
      ? null
      : {
          zh: `${isSeveral ? `有 ${adopt.length} 张表` : '这张表'}还没有接管,以上只读。看接管计划: ${adopt[0]}`,
          en: `${isSeveral ? `Only read, not adopted yet: ${counted(adopt.length, 'table')}.` : 'This table has not been adopted; it was only read.'} To see the plan: ${adopt[0]}`,
        },
  ];
  return lines.flatMap((line) => (line ? [say(line, lang)] : []));
}

function importText({ named, year }: NonNullable<CheckResult['yearToImport']>): string {
  return commandText({ named }, 'calendar', 'import', `${year}.json`);
}
