import { describe, expect, it } from 'vitest';
import { findDuplicates } from '../../src/core/dupes.ts';
import { needsOf } from '../../src/core/duplicates.ts';
import { FIELDS } from '../../src/core/fields.ts';
import { day } from './a-deal.ts';
import { newMemory, readMemory } from './memory-book.ts';

const TODAY = day('2026-11-23');

/** `客户 | 标签 | 电话 | 阶段 | 关联`: a row each, ids A, B, C … */
function dealsOf(...lines: readonly string[]) {
  const headers = FIELDS.map(({ header }) => header.zh);
  const rows = lines.map((line, index) => {
    const [customer = '', tags = '', phone = '', stage = '', linked = ''] = line
      .split('|')
      .map((part) => part.trim());
    const cells: Readonly<Record<string, string>> = {
      客户名称: customer,
      需求标签: tags,
      联系方式: phone,
      当前阶段: stage || '线索获取',
      关联商机: linked,
      商机编号: String.fromCharCode(65 + index),
      线索录入日期: '2026-05-11',
    };
    return headers.map((header) => cells[header] ?? null);
  });
  return readMemory(newMemory([headers, ...rows]), TODAY).deals;
}

/** Each group as `ids score`. */
const found = (...lines: readonly string[]) =>
  findDuplicates(dealsOf(...lines)).map(
    ({ deals, score }) => `${deals.map(({ row }) => row.id).join('')} ${score}`,
  );

describe('what two deals are wanted for', () => {
  it('is their tags without amounts, each once, whatever their width', () => {
    expect(needsOf(['需要CRM', '需要ＣＲＭ', '预算10-20万', '15万', 'ERP'])).toEqual(['需要crm', 'erp']);
  });
});

describe('parallel 商机 or duplicate?', () => {
  it.each([
    [['华东机械 | CRM', '上海华东机械有限公司 | ＣＲＭ、预算10万'], ['AB 0.9'], 'one customer, one need'],
    [['华东机械 | CRM', '华东机械集团 | CRM、ERP'], ['AB 0.8'], 'a need in common'],
    [['华东机械 | CRM', '华东机械集团'], ['AB 0.6'], 'one says nothing of its need'],
    [['华东机械', '华东机械集团'], ['AB 0.6'], 'neither does'],
    [['华东机械 | CRM', '华东机械集团 | ERP'], [], 'parallel: other needs'],
    [['华东机械 | CRM | 13800000001', '华东机械集团 | CRM | +86 138 0000 0001'], ['AB 1'], 'with one phone'],
    [
      ['华东机械 | CRM | 13800000001', '华东机械集团 | ERP | 13800000001'],
      ['AB 0.5'],
      'one phone, other needs',
    ],
    [['华东机械 | CRM | 13800000001', '南方电子 | ERP | 13800000001'], ['AB 0.6'], 'one phone, other names'],
    [
      [
        '华东机械 | CRM | 13800000001 13900000002',
        '南方电子 | ERP | 13900000002',
        '北方食品 | MES | 13800000001',
      ],
      ['ABC 0.6'],
      'two phones in a cell join three',
    ],
    [['华东机械 | CRM | li@hd.cn', 'HD Machinery | CRM | wang@hd.cn'], ['AB 0.6'], "one company's mail"],
    [['华东机械 | CRM | li@hd.cn', 'HD Machinery | | wang@hd.cn'], ['AB 0.4'], 'the need unsaid'],
    [['华东机械 | CRM | li@hd.cn', 'HD Machinery | ERP | wang@hd.cn'], [], 'other needs: parallel at most'],
    [['华东机械 | CRM | li@163.com', '南方电子 | CRM | wang@163.com'], [], 'mail open to all'],
    [
      ['华东机械 | CRM | li@hd.cn', '华东机械集团 | CRM | li@hd.cn'],
      ['AB 1'],
      'told once, by what is surest',
    ],
    [
      ['华东机械 | CRM | li@hd.cn', '南方电子 | ERP | li@hd.cn'],
      ['AB 0.6'],
      'one mail address, as one phone',
    ],
    [
      ['甲甲', '乙乙', '丙丙', '丁丁', '戊戊', '己己'].map((name, at) => `${name} | CRM | a${at}@yuanqu.cn`),
      [],
      'more than five customers at one domain: it is nobody of theirs',
    ],
    [['华东机械 | CRM', '华东机电 | CRM'], [], 'another name'],
    [['上海银行 | CRM', '北京银行 | CRM'], [], 'told apart by the region alone'],
    [['—— | CRM', '** | CRM'], [], 'no name at all'],
    [['华东机械 | CRM', '华东机械 | CRM || 已流失'], [], 'one is lost'],
    [['华东机械 | CRM', '华东机械 | CRM || 无效线索'], [], 'one is invalid: merged already'],
    [['华东机械 | CRM', '华东机械 | CRM || 老客户池'], [], 'one is closed as a success'],
    [['华东机械 | CRM || 售后维护', '华东机械 | CRM ||| A'], [], 'a repurchase names what it follows'],
    [
      ['华东机械 | CRM || 售后维护', '华东机械 | CRM ||| A', '华东机械 | CRM'],
      ['ABC 0.9'],
      'a third one is named by neither',
    ],
    [['华东机械 | CRM', '华东机械 | CRM || 方案呈现'], ['BA 0.9'], 'the furthest is to be kept'],
    [['华东机械 | CRM', '华东机械 | CRM || 跟进中'], ['AB 0.9'], 'a stage that nobody can read'],
    [
      ['甲乙丙丁 | CRM | 13800000001', '戊己庚辛 | ERP | 13800000001', '甲乙丙丁 | CRM'],
      ['AC 0.9', 'AB 0.6'],
      'the surest first, another reason on its own line',
    ],
  ] as const)('%j: %j (%s)', (lines, groups, _why) => {
    expect(found(...lines)).toEqual(groups);
  });

  it('compares by keys: four times the deals take no more than some eight times the time', () => {
    const deals = (n: number) =>
      dealsOf(
        ...Array.from(
          { length: n },
          (_, index) => `客户${index % (n / 2)}号 | CRM | 138${String(index).padStart(8, '0')}`,
        ),
        // A customer that everybody was entered under.
        ...Array.from({ length: n / 4 }, () => '个人客户 | CRM | 13900000000'),
      );
    const timed = (n: number) => {
      const all = deals(n);
      const start = performance.now();
      expect(findDuplicates(all)).toHaveLength(n / 2 + 1);
      return performance.now() - start;
    };
    timed(1000);
    const small = Math.min(timed(2000), timed(2000));
    expect(timed(8000)).toBeLessThan(Math.max(8 * small, 100));
  });
});
