import { ITEMS } from '../core/items.ts';
import type { Lang, Message } from '../core/message.ts';
import { OPEN_STAGES, STAGES, type StageInfo, stageLabel } from '../core/stages.ts';
import { EXIT } from '../exit.ts';

/** One page of `help TOPIC`. What stands in a table of the program is read from it. */
export interface Topic {
  readonly name: string;
  /** Other words for it. */
  readonly also: readonly string[];
  readonly text: Message;
}

/** The page that a word names; null where there is none. */
export function helpTopic(word: string): Message | null {
  const wanted = word.toLowerCase();
  return TOPICS.find(({ name, also }) => [name, ...also].includes(wanted))?.text ?? null;
}

const stageLine = (lang: Lang) => (stage: StageInfo) => {
  const { key, name, aliases, statusWords, completeWord } = stage;
  const words = [...aliases, ...statusWords, ...(completeWord === null ? [] : [completeWord])].join('、');
  const title = lang === 'zh' ? `${name.zh}  ${key}` : `${key}  ${name.en} (${name.zh})`;
  return words === '' ? `  ${title}` : `  ${title}  ${lang === 'zh' ? '也认' : 'also read'} ${words}`;
};

const gateLines = (lang: Lang) =>
  OPEN_STAGES.map((stage) => {
    const items = ITEMS.filter((item) => item.stage === stage).map(({ key, name }) =>
      lang === 'zh' ? `${key} ${name.zh}` : `${key} (${name.en})`,
    );
    return `  ${stageLabel(stage)[lang]}: ${items.join(lang === 'zh' ? '、' : ', ')}`;
  });

export const TOPICS: readonly Topic[] = [
  {
    name: 'dates',
    also: ['date', '日期'],
    text: {
      zh: `日期可以这样写
  2026-11-23、2026/11/23、11-23、11月23日
  今天、昨天、前天、明天、后天、大后天
  周五、下周三、上周五、月底、季度末
  10天后 或 +10d、+3工作日 或 +3wd、节后(下一个假期后的第一个工作日)

没写年份的: --on 取最近过去的一天;--next、--close、--until 取将要到来的一天。
周五: 今天就是周五时指今天;下一周的写 下周五。
“今天”按团队的时区(设置里可改,默认 Asia/Shanghai);--as-of 日期 把某一天当作今天。
期间: --quarter 2026Q3、Q3、last、this;--month 2026-11;--year 2026;--from 日期 --to 日期`,
      en: `Dates can be written
  2026-11-23, 2026/11/23, 11-23
  today, yesterday, tomorrow (今天, 昨天, 前天, 明天, 后天)
  fri, next wed (周五, 下周三), 月底 (end of month), 季度末 (end of quarter)
  +10d (in 10 days; 10天后), +3wd (in 3 working days), 节后 (first working day after the next holiday)

Without a year: --on takes the latest past day; --next, --close and --until the coming one.
fri: on a Friday it is that very day; next fri is the Friday of the week after.
“Today” is the day in the team's time zone (a setting; Asia/Shanghai); --as-of DATE takes another day for it.
Periods: --quarter 2026Q3, Q3, last, this; --month 2026-11; --year 2026; --from DATE --to DATE`,
    },
  },
  {
    name: 'amounts',
    also: ['amount', 'money', '金额'],
    text: {
      zh: `金额可以这样写
  15万、15万元、1.5亿、￥150,000.00、8千
  10-20万(范围;按低的一头计)、面议(没有金额)
筛选: --amount 10万以上、10万-50万

表里不带单位的数字是元还是万元,由设置「金额单位」或表头(预计金额(万元))决定;--json 一律是元。`,
      en: `Amounts can be written
  150000, 15万 (150,000), 1.5亿 (150,000,000), ￥150,000.00
  10-20万 (a range; counted by its low end), 面议 (none yet)
Filters: --amount 100000+ (and more), 100000-500000

What a bare number in the table means (yuan or 万) is said by the setting 金额单位 or the header; --json is always in yuan.`,
    },
  },
  {
    name: 'stages',
    also: ['stage', '阶段'],
    text: {
      zh: `六个阶段和结束状态(命令里写中文或英文都行)
${STAGES.map(stageLine('zh')).join('\n')}

自己的用语: funnel adopt 客户表.xlsx --map-stage 跟进中=需求挖掘;读不懂的词会指出单元格,不猜。
推进 funnel advance · 退回 funnel back · 流失 funnel lose · 重启 funnel reopen`,
      en: `The six stages, and how a deal ends (either word works in commands)
${STAGES.map(stageLine('en')).join('\n')}

Words of your own: funnel adopt customers.xlsx --map-stage WORD=STAGE. A word that nobody knows is named with its cell, never guessed.
Moves: funnel advance, back, lose, reopen`,
    },
  },
  {
    name: 'gates',
    also: ['gate', 'items', '推进条件', '门槛'],
    text: {
      zh: `离开每个阶段前要有的记录
${gateLines('zh').join('\n')}

还缺什么: funnel why 华东机械;记一项: funnel record 华东机械 demo --on 昨天 --note 客户关注数据安全
跳过: funnel advance 华东机械 --force --reason 原因(记为强制,报告里会数出来)
每一项可在「设置」里改成 block(必须)、warn(提醒)、off(不用)。`,
      en: `What must be on file before each stage is left
${gateLines('en').join('\n')}

What is missing: funnel why CUSTOMER; record one: funnel record CUSTOMER demo --on yesterday --note TEXT
To pass all the same: funnel advance CUSTOMER --force --reason TEXT (kept as forced, and counted in reports)
Each item is block, warn or off in the sheet 设置.`,
    },
  },
  {
    name: 'deadlines',
    also: ['deadline', 'stalls', 'rules', '期限', '停滞'],
    text: {
      zh: `期限(起算日不算,只算工作日,到期日当天做完算按时)
  D1 首次接触   录入后 3 个工作日
  D2 资料交付   每次讲解后 3 个工作日
  D3 每周同步   启动会以后、交付以前,每周一次
  D4 满意度调研 交付后 7 天,遇休息日顺延
  D5 预计成交   预计成交日期当天
停滞: idle 未跟进、stay 停留过久、slow 比平时慢一倍、agreed 约好没做、hold 搁置到期
级别: severe 严重 > overdue 逾期 > stalled 停滞 > dueSoon 临期 > data 资料待补

天数都是默认,在「设置」里改。一条期限怎么数的: funnel show 华东机械`,
      en: `Deadlines (the first day is not counted, only working days are, done on the due day is on time)
  D1 first contact      3 working days after the lead came in
  D2 materials          3 working days after each demo
  D3 weekly sync        every week from kickoff to delivery
  D4 satisfaction       7 days after delivery, moved past days off
  D5 expected close     the expected day of closing
Stalls: idle (no follow-up), stay (too long in a stage), slow (twice the usual), agreed (a date passed), hold (put aside, date passed)
Levels: severe > overdue > stalled > dueSoon > data

All numbers are defaults, to be changed in the sheet 设置. How one was counted: funnel show CUSTOMER`,
    },
  },
  {
    name: 'files',
    also: ['file', 'workbook', 'config', '文件', '工作簿', '配置'],
    text: {
      zh: `用哪一本: --file 路径;否则 FUNNEL_FILE;否则往上最近的 funnel.config.json 里的 "file";否则本文件夹里唯一一本有客户信息跟踪表的。
为什么是这一本、写得进去吗: funnel doctor
report、check、forecast、list、verify、export 可以一次读几本: 几个 --file,或 "团队/*.xlsx",或一个文件夹;也可写进配置 {"files": ["团队/*.xlsx"]}。

是 .xlsx、.xlsm,或一个 CSV 文件夹(每张表一个文件)。名字像副本的(副本、备份、冲突、(1))不算。
旁边的 .funnel/ 存着每次改动的记录和换下来的旧文件,funnel undo 用它;同步盘可以不带它:
  {"file": "销售漏斗.xlsx", "user": "王芳", "state": "D:/funnel-state"}
操作人: FUNNEL_USER;否则配置里的 "user";否则系统用户。是销售负责人的,也是 add-lead 和 today 的默认负责人。`,
      en: `Which one: --file PATH; else FUNNEL_FILE; else "file" in the nearest funnel.config.json upward; else the only one in this folder that has a tracking table.
Why this one, and can it be written: funnel doctor
report, check, forecast, list, verify and export read several at once: --file more than once, "team/*.xlsx", or a folder; or in the config {"files": ["team/*.xlsx"]}.

It is an .xlsx, an .xlsm, or a folder of CSV files, one per sheet. Names that look like copies (copy, conflict, (1), 副本) do not count.
.funnel/ beside it keeps the record of every change and the files that were replaced, for funnel undo; a synced drive need not carry it:
  {"file": "funnel.xlsx", "user": "wangfang", "state": "D:/funnel-state"}
Who acts: FUNNEL_USER; else "user" of the config; else the system's user. One who owns deals is the default owner of add-lead and today.`,
    },
  },
  {
    name: 'queue',
    also: ['locks', 'busy', '占用'],
    text: {
      zh: `文件正在 Excel 或 WPS 里开着时,写入的命令等几秒(--wait),然后退出码 5,什么也不写。
表整天开着的团队: 命令后加 --queue(或设置「占用时」改成 排队),命令先存下来,标「待写」;表空出来后,下一条写命令或 funnel sync 按当时的表重新判断再写。
  funnel pending            看排着的和被拒绝的
  funnel pending --drop 2   取消一条
  funnel sync               现在就写
确知没人打开而标记还在: --ignore-lock`,
      en: `While the file is open in Excel or WPS a writing command waits some seconds (--wait), then ends with exit code 5; nothing is written.
Where it is open all day: add --queue (or set 占用时 to 排队 in 设置). The command is kept and shown as waiting; once the file is free, the next writing command, or funnel sync, decides it anew and writes it.
  funnel pending            what waits, and what was refused
  funnel pending --drop 2   drop one
  funnel sync               write now
Where nobody has it open and the mark is still there: --ignore-lock`,
    },
  },
  {
    name: 'holidays',
    also: ['working-days', '节假日', '放假', '调休'],
    text: {
      zh: `工作日 = 周一到周五,按国务院放假和调休安排修正,再按「设置」里团队自己的日子修正。
  funnel calendar years                   有哪些年
  funnel calendar show 2026-10-10         这天上不上班,为什么
  funnel calendar add 2026-09-30 3        3 个工作日后是哪天,跳过了哪些
  funnel calendar import 2027.json        导入一年(holiday-cn 的 JSON 或 .ics)
没有安排的年份按周末和固定日期的节日推算,相关日期标「暂定」。`,
      en: `A working day is Monday to Friday, corrected by the State Council's arrangement of holidays and make-up days, then by the team's own days in 设置.
  funnel calendar years                   which years are known
  funnel calendar show 2026-10-10         is it a working day, and why
  funnel calendar add 2026-09-30 3        the day 3 working days later, and what was skipped
  funnel calendar import 2027.json        import a year (holiday-cn's JSON, or an .ics)
A year without an arrangement is counted by weekends and fixed holidays, and its dates are marked provisional.`,
    },
  },
  {
    name: 'json',
    also: [],
    text: {
      zh: `--json 在标准输出上只有一份 JSON,键是固定的英文,金额一律是元,日期一律 2026-11-23。
出错时: {"error": {"code", "message", "file", "sheet", "cell", "value", "expected"}},退出码不变;
被推进条件拒绝(退出码 4)时 error.missing 列出每一项,argv 加上必填的值就是一条完整的命令。
写入的命令: {"id", "changes": [{"sheet", "cell", "column", "before", "after"}], "undo"}`,
      en: `--json prints one document on stdout: fixed English keys, amounts in yuan, dates as 2026-11-23.
Errors: {"error": {"code", "message", "file", "sheet", "cell", "value", "expected"}}, with the same exit code;
a gate's refusal (exit 4) adds error.missing, where argv with the required values is a complete command.
Writing commands: {"id", "changes": [{"sheet", "cell", "column", "before", "after"}], "undo"}`,
    },
  },
  {
    name: 'exit-codes',
    also: ['exit', 'codes', '退出码'],
    text: {
      zh: `退出码
  ${EXIT.done}    完成,或没有可报告的
  ${EXIT.bug}    程序缺陷
  ${EXIT.usage}    用法: 命令、选项、商机、阶段、值不对,或没有终端时缺答案
  ${EXIT.file}    文件缺失、读不了或无效
  ${EXIT.refused}    被规则拒绝
  ${EXIT.busy}    占用或不可写(什么也没写)
  ${EXIT.notify}    通知没有送达
  ${EXIT.findings}   check、verify 有发现
  ${EXIT.interrupted}  Ctrl-C(什么也没写)
doctor 以下一条写命令会有的退出码结束: 0、2、3 或 5。`,
      en: `Exit codes
  ${EXIT.done}    done, or nothing to report
  ${EXIT.bug}    a bug
  ${EXIT.usage}    usage: a wrong command, option, deal, stage or value, or an answer missing without a terminal
  ${EXIT.file}    a file is missing, unreadable or invalid
  ${EXIT.refused}    refused by a rule
  ${EXIT.busy}    busy or not writable (nothing was written)
  ${EXIT.notify}    a notification was not delivered
  ${EXIT.findings}   check or verify found something
  ${EXIT.interrupted}  Ctrl-C (nothing was written)
doctor ends as the next writing command would: 0, 2, 3 or 5.`,
    },
  },
];

/** Every word that names a page. */
export const TOPIC_NAMES: readonly string[] = TOPICS.flatMap(({ name, also }) => [name, ...also]);
