import { formatDay } from '../core/date.ts';
import type { Deal } from '../core/deal.ts';
import { type DealEvent, EVENT_MARKS, EVENT_TYPES } from '../core/event.ts';
import { itemInfo } from '../core/items.ts';
import { type Lang, say } from '../core/message.ts';
import { stageLabel } from '../core/stages.ts';
import { displayWidth, padEndTo, visible, wrapText } from '../core/text.ts';
import type { GridStyle } from './terminal.ts';

/** Columns a screen must have for the text to stand in a column of its own. */
const SIDE_BY_SIDE = 60;

/** Everything that happened, oldest first: the log's events and the entries people typed into 跟进记录. */
export function timelineLines(deal: Deal, { lang, columns, plain }: GridStyle): string[] {
  const logged = new Set(
    deal.events.filter(({ type }) => type === 'followup').map(({ date, note }) => `${date} ${note}`),
  );
  const typed = deal.followUps
    .filter(({ kind, date, text }) => kind === null && !logged.has(`${date} ${text}`))
    .map(({ date, text }) => ({ date, kind: say({ zh: '手写', en: 'typed' }, lang), text }));
  const events = deal.events.map((event) => ({
    date: event.date,
    kind: lang === 'zh' ? EVENT_TYPES[event.type] : event.type,
    text: eventText(event, lang),
  }));
  const kindWidth = lang === 'zh' ? 6 : 8;
  return [...events, ...typed]
    .sort((a, b) => a.date - b.date)
    .flatMap(({ date, kind, text }) => {
      if (plain || columns < SIDE_BY_SIDE) {
        const whole = `${formatDay(date)}  ${kind}  ${visible(text)}`.trimEnd();
        return wrapText(whole, columns - 4).map((line, index) => `${index === 0 ? '  ' : '    '}${line}`);
      }
      const head = `  ${formatDay(date)}  ${padEndTo(kind, kindWidth)}  `;
      const [first = '', ...rest] = wrapText(visible(text), columns - displayWidth(head));
      return [`${head}${first}`.trimEnd(), ...rest.map((line) => `${' '.repeat(kindWidth + 16)}${line}`)];
    });
}

function eventText({ from, to, item, values, note, by, marks }: DealEvent, lang: Lang): string {
  const moved =
    to === null
      ? ''
      : `${from === null ? '' : `${say(stageLabel(from), lang)} → `}${say(stageLabel(to), lang)}`;
  const said = [...values].map(([label, value]) => `${label}=${value}`).join(' ');
  const marked = [...marks].map((mark) => (lang === 'zh' ? EVENT_MARKS[mark] : mark)).join(' ');
  const words = [
    moved,
    item === null ? '' : say(itemInfo(item).name, lang),
    said,
    note,
    marked && `[${marked}]`,
    by && `— ${by}`,
  ];
  return words.filter((word) => word !== '').join(' ');
}
