/** One command on one book, tried with a fault at every point of it. */
export interface Scenario {
  readonly name: string;
  readonly format: 'xlsx' | 'csv';
  /** A book of over 1 MB instead of a new one: commands leave an index of it. */
  readonly isBig?: true;
  /** Commands that make the book what it is before. */
  readonly before: readonly string[];
  /** WPS has the book open while these are given: they wait. */
  readonly queued?: readonly string[];
  readonly command: string;
  /** The command is given while WPS has the book open. */
  readonly isOpen?: boolean;
  /** The points that are meant, by what is written there; absent: all. */
  readonly at?: RegExp;
  /** What the next run does, once the fault is gone and the book closed. */
  readonly next: string;
  /** What another person asks meanwhile, and whoever comes afterwards. */
  readonly question: string;
}

const LEAD = 'add-lead --contact 李总 --phone 13800000000 --tags CRM --source 行业展会 --customer';

export const SCENARIOS: readonly Scenario[] = [
  ...(['xlsx', 'csv'] as const).flatMap((format): Scenario[] => [
    {
      name: `a follow-up (${format})`,
      format,
      before: [`${LEAD} 甲方机械`],
      command: 'log 甲方 打了电话 --next +3wd',
      next: 'edit 甲方 --set 客户规模=100人',
      question: 'list',
    },
    {
      name: `a lead, the first write of all (${format})`,
      format,
      before: [],
      command: `${LEAD} 甲方机械`,
      next: `${LEAD} 乙方电子`,
      question: 'list',
    },
    {
      name: `undo (${format})`,
      format,
      before: [`${LEAD} 甲方机械`, 'log 甲方 打了电话'],
      command: 'undo',
      next: `${LEAD} 乙方电子`,
      question: 'list',
    },
    {
      name: `a command that is queued (${format})`,
      format,
      before: [`${LEAD} 甲方机械`],
      command: 'log 甲方 打了电话 --queue --wait 0',
      isOpen: true,
      next: `${LEAD} 乙方电子`,
      question: 'list',
    },
    {
      name: `a queue of two people that is written (${format})`,
      format,
      before: [`${LEAD} 甲方机械`],
      queued: ['log 甲方 打了电话', `${LEAD} 丙方商行`, 'edit 甲方 --set 所属行业=制造业'],
      command: 'sync',
      next: `${LEAD} 乙方电子`,
      question: 'list',
    },
  ]),
  ...[
    { what: 'made', before: [] },
    { what: 'made anew', before: ['log 001700 打了电话'] },
  ].map(
    ({ what, before }): Scenario => ({
      name: `the index of a big book is ${what} (xlsx)`,
      format: 'xlsx',
      isBig: true,
      before,
      command: 'log 001701 又打了电话',
      at: /\b(index|base-|texts-|now\.)/,
      next: 'edit 001702 --set 客户规模=100人',
      question: 'show 001701',
    }),
  ),
];

/** For the long form alone: two people's day, queued; killed at every point, each command is written once or still waits. */
export const LONG: readonly Scenario[] = (['xlsx', 'csv'] as const).map((format) => ({
  name: `thirty commands that waited (${format})`,
  format,
  before: [`${LEAD} 甲方机械`],
  queued: Array.from({ length: 30 }, (_, n) =>
    n % 3 === 0
      ? `${LEAD} 客户${n}`
      : n % 3 === 1
        ? `log 甲方 第${n}次沟通`
        : `edit 甲方 --set 客户规模=${n}人`,
  ),
  command: 'sync',
  next: `${LEAD} 乙方电子`,
  question: 'list',
}));
