import type { Finding } from '../core/finding.ts';
import { counted, type Lang, say } from '../core/message.ts';
import { RULE_NAMES } from '../core/rules/names.ts';
import { visible, wrapText } from '../core/text.ts';
import { painter } from './color.ts';

/** How much a book holds. */
export interface BookSize {
  readonly deals: number;
  readonly events: number;
}

/** Every problem by rule, with what to do about it where a command helps; or that all is well. */
export function renderVerify(
  findings: readonly Finding[],
  { deals, events }: BookSize,
  { lang, columns, color }: { readonly lang: Lang; readonly columns: number; readonly color: boolean },
): string {
  if (findings.length === 0) {
    return say(
      {
        zh: `没有问题: ${deals} 个商机,${events} 条过程记录`,
        en: `All is well: ${counted(deals, 'deal')}, ${counted(events, 'record')}`,
      },
      lang,
    );
  }
  const paint = painter(color);
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  return rules
    .map((rule) => {
      const own = findings.filter((finding) => finding.rule === rule);
      const lines = own.flatMap(({ words }) => {
        const { explain, next } = words();
        return [
          ...wrapText(visible(say(explain, lang)), columns - 4).map(
            (line, index) => `${index === 0 ? '  ' : '    '}${line}`,
          ),
          ...(next === null ? [] : [`    ${paint.cyan(`→ ${next}`)}`]),
        ];
      });
      return [paint.bold(`${say(RULE_NAMES[rule], lang)} · ${own.length}`), ...lines].join('\n');
    })
    .join('\n\n');
}
