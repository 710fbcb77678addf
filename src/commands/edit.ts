import { writeBook } from '../app.ts';
import { editDeal } from '../core/edit.ts';
import { Failure } from '../failure.ts';
import type { CommandSpec } from './command.ts';
import { chooseDeal, sameDeal } from './deal-argument.ts';

export const editCommand: CommandSpec = {
  name: 'edit',
  args: '<deal>',
  summary: { zh: '按列名修改资料(不改当前阶段)', en: 'change fields by column name (never the stage)' },
  writes: true,
  options: [
    {
      flags: '--set <column=value...>',
      text: {
        zh: '列=值,可多个;团队自己的列也行',
        en: 'COLUMN=VALUE, several allowed; your own columns too',
      },
    },
  ],
  examples: [
    'edit 华东机械 --set 预计金额=20万',
    'edit L20261123-001 --set 销售负责人=李强 预计成交日期=月底',
    'edit 华东 --set 区域=华东',
  ],
  async run(session, [query], options) {
    const { set } = options;
    const assignments = Array.isArray(set) ? set : [];
    if (assignments.length === 0) {
      throw new Failure(
        'usage',
        {
          zh: '缺少 --set 列=值,如 --set 预计金额=20万',
          en: '--set COLUMN=VALUE is missing, like --set 预计金额=20万',
        },
        { expected: '--set 列=值' },
      );
    }
    return writeBook(session, {
      ask: (reading) => chooseDeal(session, reading, String(query ?? '')),
      queued: (deal, nameOf) => [session.words([nameOf(deal)])],
      decide: (reading, deal) => editDeal(reading.book, sameDeal(reading.book, deal), assignments, reading),
    });
  },
};
