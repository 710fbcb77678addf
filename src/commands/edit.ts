import { writeBook } from '../app.ts';
import type { Deal } from '../core/deal.ts';
import { editDeals } from '../core/edit.ts';
import { Failure } from '../failure.ts';
import type { CommandSpec } from './command.ts';
import { chooseDeals, sameDeals } from './deal-argument.ts';

export const editCommand: CommandSpec = {
  name: 'edit',
  args: '<deal...>',
  summary: {
    zh: '按列名修改一个或几个商机的资料(不改当前阶段);- 从标准输入读编号',
    en: 'change fields of deals by column name (never the stage); - reads IDs from stdin',
  },
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
    'edit L20261123-001 L20261123-002 --set 来源优先级=A',
    'list --where 区域=江苏 --format ids | funnel edit - --set 区域=华东',
  ],
  async run(session, [queries], options) {
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
    return writeBook<readonly Deal[]>(session, {
      ask: (reading) => chooseDeals(session, reading, Array.isArray(queries) ? queries : []),
      queued: (deals, nameOf) => [session.words([deals.map(nameOf)])],
      decide: (reading, deals) =>
        editDeals(reading.book, sameDeals(reading.book, deals), assignments, reading),
    });
  },
};
