import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshFolder } from '../save/support.ts';
import { runIn } from '../transcripts/run-transcript.ts';

const NOW = Date.parse('2026-11-27T02:00:00Z');
const FIXTURES = join(import.meta.dirname, '../../fixtures');

const importJson = async (folder: string, words: readonly string[]) =>
  JSON.parse((await runIn(folder, ['import', ...words, '--json'], { now: NOW })).out);

/** Of each list: what the first lead becomes, and the first rejected row as it stands in the rejects file. */
const LISTS: readonly {
  readonly file: string;
  readonly words: readonly string[];
  readonly lead: Readonly<Record<string, unknown>>;
  readonly rejected: string;
  readonly why: string;
}[] = [
  {
    file: 'list-badges.csv',
    words: ['--source', '行业展会'],
    lead: {
      customer: '启源精密有限公司',
      contact: '李明',
      phone: '13920000000、contact@qiyuan.example',
      priority: 'A',
      leadDate: '2026-11-05',
    },
    rejected:
      'V1015,,无名印染有限公司,经理,13920000102,x@nameless.example,数据安全,B12,2026-11-07 12:05,list-badges.csv,16,缺 联系人',
    why: 'badge scans of a fair: UTF-16, tabs',
  },
  {
    file: 'list-web-form.csv',
    words: ['--source', '官网表单', '--map', '您的称呼=联系人', '--map', '您想了解什么=需求标签'],
    lead: {
      customer: '启源精密有限公司',
      contact: '李明',
      phone: '13920000000、微信:wx_13920000000',
      tags: ['CRM系统'],
      leadDate: '2026-11-05',
    },
    rejected:
      '2026-11-07 12:05,,无名印染有限公司,13920000102,,数据安全,/product,未处理,list-web-form.csv,16,缺 联系人',
    why: "a web form in the site's own words: UTF-8 with BOM",
  },
  {
    file: 'list-fxiaoke.csv',
    words: [],
    lead: {
      contact: '李明',
      phone: '13920000000、021-61234000、contact@qiyuan.example',
      owner: '王芳',
      source: '官网表单',
    },
    rejected:
      ',无名印染有限公司,采购部,主管,13920000102,,x@nameless.example,官网表单,未处理,数据安全,王芳,2026-11-07 12:05,list-fxiaoke.csv,16,缺 联系人',
    why: '纷享销客: GB18030',
  },
  {
    file: 'list-salesforce.csv',
    words: [],
    lead: {
      customer: 'Qiyuan Co., Ltd.',
      contact: '李明',
      owner: 'Li Qiang',
      source: 'Trade Show',
      industry: 'Manufacturing',
      size: '200',
    },
    rejected:
      ',,Manager,Nameless Ltd,x@nameless.example,,13920000102,Trade Show,Open - Not Contacted,数据安全,Li Qiang,2026/11/07,Manufacturing,200,list-salesforce.csv,16,缺 联系人',
    why: 'Salesforce: two columns of names, a status of its own, plain UTF-8',
  },
  {
    file: 'list-hubspot.csv',
    words: [],
    lead: {
      customer: 'Qiyuan Co., Ltd.',
      phone: '+86 13920000000、contact@qiyuan.example',
      source: 'Organic Search',
      tags: ['CRM系统'],
    },
    rejected:
      "70010015,,,x@nameless.example,'+86 13920000102,Nameless Ltd,Li Qiang,NEW,Lead,Organic Search,数据安全,2026-11-07 12:05,list-hubspot.csv,16,缺 联系人",
    why: 'HubSpot: semicolons',
  },
  {
    file: 'list-qichacha.xlsx',
    words: ['--source', '企业名录', '--tags', '需要CRM系统'],
    lead: {
      contact: '李明',
      phone: '13920000000、0512-61234000；0512-62234000、contact@qiyuan.example',
      tags: ['需要CRM系统'],
      size: '120',
    },
    rejected:
      "无名印染有限公司,存续,'-,1000万元人民币,2010-05-01,91330100716101014F,苏州市,13920000102,'-,x@nameless.example,通用设备制造业,134,制造;销售,list-qichacha.xlsx,17,缺 联系人",
    why: '企查查: a workbook, a line above the header, dashes for what is not known, no tags',
  },
];

describe('lists as other programs export them', () => {
  it.each(LISTS)('$file: $why', async ({ file, words, lead, rejected }) => {
    const folder = freshFolder();
    await runIn(folder, ['init'], { now: NOW });
    cpSync(join(FIXTURES, file), join(folder, file));
    const counts = async (...line: readonly string[]) => {
      const { read, added, duplicates, rejected, invalid, rejects } = await importJson(folder, line);
      return { read, added, duplicates, rejected, invalid, rejects };
    };
    const rejects = `${file.replace(/\..*/, '')}-未导入.csv`;
    const first = { read: 17, added: 12, duplicates: 2, rejected: 3, invalid: 0, rejects };
    expect(await counts(file, ...words)).toEqual(first);
    const list = JSON.parse((await runIn(folder, ['list', '--json'], { now: NOW })).out);
    expect(list[0]).toMatchObject(lead);

    const text = readFileSync(join(folder, rejects), 'utf8');
    const [, nameless, formula, wrong] = text.split('\r\n');
    expect(nameless).toBe(rejected);
    expect(formula).toContain(`"'=HYPERLINK(""http://x.example"")"`);
    expect(formula?.endsWith(',缺 联系方式')).toBe(true);
    expect(wrong).toContain('不像电话');
    expect(await counts(file, ...words)).toEqual({ ...first, added: 0, duplicates: 14 });

    writeFileSync(join(folder, rejects), text.replace(/1392000(?!\d)/, '13920000103'));
    expect(await counts(rejects, ...words)).toMatchObject({ read: 3, added: 1, rejected: 2 });
    expect(await counts(rejects, ...words)).toMatchObject({ added: 0, duplicates: 1 });
  });
});
