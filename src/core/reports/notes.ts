import { type Book, eventsMarked } from '../book.ts';
import { type Day, formatDay } from '../date.ts';
import type { DealEvent } from '../event.ts';
import { joinMessages, type Message, plain } from '../message.ts';
import { commandText } from '../paste.ts';
import type { Conversion } from './conversion.ts';
import {
  customerOf,
  gatherPopulation,
  idOf,
  type Population,
  recordedDay,
  type Subject,
} from './population.ts';
import type { Entry, ReportInput } from './report.ts';
import { isUndoneLoss, type TallyColumn, tallyStages } from './tally.ts';

/** What a reader of the conversion table must know: assumed and forced history, what is left out, what came later. */
export function conversionNotes(
  input: ReportInput,
  population: Population,
  { totals, rows }: Conversion,
  asOf: Day,
): readonly Message[] {
  const { period } = input;
  const undone = population.subjects.filter(({ stays }) =>
    stays.some((stay) => isUndoneLoss(stay, period.from, asOf)),
  );
  return [
    ...when(undone.length, (n) => ({
      zh: `期内流失又重启 ${n} 条,不计流失:${namesOf(undone, '、')}`,
      en: `${n} lost and reopened within the period, not counted as lost: ${namesOf(undone, ', ')}`,
    })),
    ...populationNotes(input, population, totals.opportunities, { from: period.from, to: asOf }),
    ...unpricedNote(rows.flatMap(({ cells }) => [...cells.converted, ...cells.lost, ...cells.closing])),
    ...backdatedNote(input, asOf, (subjects) => {
      const then = subjects === null ? rows : tallyStages(subjects, period.from, asOf);
      return COMPARED.map(([column, name]) => [
        name,
        then.reduce((total, { cells }) => total + cells[column].length, 0),
      ]);
    }),
    ...when(period.from > input.today ? 1 : 0, () => ({
      zh: '这个期间还没有开始',
      en: 'The period has not begun',
    })),
  ];
}

/** What is assumed, forced, left out or changed by hand among those counted. `bornBy`: the last day of entry that counts. */
export function populationNotes(
  { books, knownOn, named }: ReportInput,
  population: Population,
  counted: readonly Entry[],
  { from, to, bornBy = to }: { readonly from: Day; readonly to: Day; readonly bornBy?: Day },
): readonly Message[] {
  const isInPeriod = (day: Day) => day >= from && day <= to;
  const assumed = counted.filter(({ subject }) =>
    subject.stays.some((stay) => stay.assumed && stay.from <= to && (stay.to === null || stay.to >= from)),
  );
  const forced = population.subjects.flatMap(({ stays }) =>
    stays.filter((stay) => stay.forced && isInPeriod(stay.from)),
  );
  const screenedOut =
    knownOn === null
      ? books
          .flatMap(({ screenedOut }) => screenedOut)
          .filter(({ on }) => on !== null && isInPeriod(on) && on <= bornBy).length
      : 0;
  const drifted = books.every(({ asOf }) => to >= asOf) && knownOn === null ? population.drifted : 0;
  const look = commandText({ named }, 'check');
  const deleted = counted.filter(({ subject }) => subject.names.isDeleted);
  return [
    ...when(assumed.length, (n) => ({
      zh: `含推定历史 ${n} 条(不计入停留)`,
      en: `${n} with assumed history (推定; kept out of stays)`,
    })),
    ...when(forced.length, (n) => ({
      zh: `强制 ${n} 次`,
      en: `${n} forced move${n === 1 ? '' : 's'} (强制)`,
    })),
    ...when(screenedOut, (n) => ({
      zh: `录入即剔除 ${n} 条,不计新增`,
      en: `${n} lead${n === 1 ? '' : 's'} screened out at entry, not counted`,
    })),
    ...when(population.unknown.length, (n) => {
      const words = [...new Set(population.unknown.map(({ row }) => row.stageWord.trim()))].slice(0, 3);
      const logged = population.unknown.filter(({ stage }) => stage !== null).length;
      const closed: Message =
        logged === 0
          ? plain('')
          : {
              zh: `(其中 ${logged} 条有过程记录,已结束的期间仍按记录计入)`,
              en: ` (${logged} of them have a log: closed periods still count them by it)`,
            };
      return {
        zh: `阶段不认识 ${n} 条,未计入:${words.map((word) => `「${word || '空'}」`).join('、')}${closed.zh}`,
        en: `Not counted, stage unknown (${n} row${n === 1 ? '' : 's'}): ${words.map((word) => `“${word || 'empty'}”`).join(', ')}${closed.en}`,
      };
    }),
    ...when(drifted, (n) => ({
      zh: `阶段被手工改过 ${n} 条,按过程记录计;见 ${look}`,
      en: `${n} stages were changed by hand; counted by the log. See ${look}`,
    })),
    ...when(deleted.length, (n) => ({ zh: `含已删除的行 ${n} 条`, en: `${n} whose row was deleted` })),
  ];
}

/** How many of these have no amount: they add nothing to what is summed. */
export function unpricedNote(entries: readonly Entry[]): readonly Message[] {
  const unpriced = new Set(entries.map(({ subject }) => subject).filter(({ amount }) => amount === null));
  return when(unpriced.size, (n) => ({
    zh: `没有金额 ${n} 条,金额中未计`,
    en: `${n} without an amount add nothing to the amounts`,
  }));
}

const COMPARED: readonly (readonly [TallyColumn, Message])[] = [
  ['opening', { zh: '期初', en: 'start' }],
  ['entered', { zh: '新增', en: 'new' }],
  ['converted', { zh: '转化', en: 'converted' }],
  ['lost', { zh: '流失', en: 'lost' }],
  ['back', { zh: '退回', en: 'back' }],
  ['closing', { zh: '期末', en: 'end' }],
];

/**
 * How the table differs from the one without the events marked 补录 that came in after the period's end.
 * @param count what is told apart, by name; null: as it stands now
 */
export function backdatedNote(
  { books, period: { from, to }, knownOn }: ReportInput,
  asOf: Day,
  count: (subjects: readonly Subject[] | null) => readonly (readonly [name: Message, n: number])[],
): readonly Message[] {
  const isKnown = (day: Day) => knownOn === null || day <= knownOn;
  const lateOf = (book: Book) =>
    eventsMarked(book, 'backdated').filter(
      (event) =>
        event.date <= to &&
        (event.date >= from || event.to !== null) &&
        recordedDay(event) > to &&
        isKnown(recordedDay(event)),
    );
  const late = books.flatMap(lateOf);
  if (late.length === 0) return [];
  const version =
    late.reduce((first, event) => Math.min(first, recordedDay(event)), Number.POSITIVE_INFINITY) - 1;
  const keyOf = ({ seq, dealId }: DealEvent) => `${seq} ${dealId}`;
  const then = books.flatMap((book) => {
    const lateOnes = new Set(lateOf(book).map(keyOf));
    return gatherPopulation(book, {
      end: asOf,
      hides: (event) => lateOnes.has(keyOf(event)) || !isKnown(recordedDay(event)),
      onlyRecorded: knownOn !== null,
    }).subjects;
  });
  const before = count(then);
  const changes = count(null).flatMap(([name, now], index): Message[] => {
    const difference = now - (before[index]?.[1] ?? 0);
    const signed = difference > 0 ? `+${difference}` : String(difference);
    return difference === 0 ? [] : [{ zh: `${name.zh} ${signed}`, en: `${name.en} ${signed}` }];
  });
  const said = joinMessages(
    [{ zh: `补录 ${late.length} 条`, en: `${late.length} back-dated events (补录)` }, ...changes],
    { zh: ', ', en: ', ' },
  );
  return [
    {
      zh: `与 ${formatDay(version)} 版相差: ${said.zh}`,
      en: `Against the version of ${formatDay(version)}: ${said.en}`,
    },
  ];
}

function when(n: number, note: (n: number) => Message): readonly Message[] {
  return n === 0 ? [] : [note(n)];
}

function namesOf(subjects: readonly Subject[], separator: string): string {
  const names = subjects
    .slice(0, 5)
    .map((subject) => [customerOf(subject), idOf(subject) ?? ''].join(' ').trim());
  return `${names.join(separator)}${subjects.length > 5 ? ' …' : ''}`;
}
