import type { CommandSpec, OptionSpec } from './command.ts';

/** Conventions of every command (3.3 of the contract README prints). */
export const COMMON: readonly OptionSpec[] = [
  {
    flags: '--file <path>',
    text: {
      zh: '工作簿或 CSV 文件夹(默认 FUNNEL_FILE、funnel.config.json 或本文件夹中唯一的一个);报表和检查可给多本、*.xlsx 或文件夹',
      en: 'the workbook or CSV folder (default: FUNNEL_FILE, funnel.config.json, or the only one here); reports and checks take several, *.xlsx or a folder',
    },
    repeat: true,
  },
  { flags: '--as-of <date>', text: { zh: '把哪一天当作今天', en: 'the day to take as today' } },
  { flags: '--json', text: { zh: '只输出一份 JSON', en: 'print one JSON document' } },
  { flags: '--lang <zh|en>', text: { zh: '语言', en: 'language' } },
  { flags: '--yes', text: { zh: '不再确认', en: 'do not ask for confirmation' } },
  { flags: '--no-color', text: { zh: '不用颜色(NO_COLOR 亦可)', en: 'no colour (or NO_COLOR)' } },
  {
    flags: '--plain',
    text: {
      zh: '给读屏软件:不排表格,不画线条(FUNNEL_PLAIN=1 亦可)',
      en: 'for screen readers: no tables, nothing drawn (or FUNNEL_PLAIN=1)',
    },
  },
  { flags: '-q, --quiet', text: { zh: '只说必须说的', en: 'say only what must be said' } },
  { flags: '-v, --verbose', text: { zh: '多说一些', en: 'say more' } },
];
const PAGING: readonly OptionSpec[] = [
  {
    flags: '--no-pager',
    text: {
      zh: '长的也直接打印,不分屏(PAGER 可换程序)',
      en: 'print long output at once, no pager (PAGER names another)',
    },
  },
];
const WRITING: readonly OptionSpec[] = [
  {
    flags: '--dry-run',
    text: { zh: '逐格列出改动,不写入', en: 'list every cell that would change; write nothing' },
  },
];
const WAITING: readonly OptionSpec[] = [
  {
    flags: '--wait <seconds>',
    text: {
      zh: '文件被占用时最多等几秒(默认 5)',
      en: 'how long to wait while the file is in use (default 5)',
    },
  },
  {
    flags: '--ignore-lock',
    text: {
      zh: '确知没人打开时,忽略 Excel/WPS 的占用标记',
      en: 'ignore a lock mark when nobody has the file open',
    },
  },
];
const QUEUEING: readonly OptionSpec[] = [
  {
    flags: '--queue',
    text: {
      zh: '文件被占用时先排队,等它空出来再写(见 funnel pending)',
      en: 'keep the command while the file is in use; it is written once it is free (see funnel pending)',
    },
  },
];

/** The options of one command: its own, and those of its kind. */
export function optionsOf(spec: CommandSpec): readonly OptionSpec[] {
  return [
    ...spec.options,
    ...(spec.pages ? PAGING : []),
    ...(spec.writes ? WRITING : []),
    ...((spec.waits ?? spec.writes) ? WAITING : []),
    ...((spec.queues ?? spec.writes) ? QUEUEING : []),
  ];
}
