import { describe, expect, it } from 'vitest';
import { isPinyinLike } from '../../src/core/find-deal.ts';
import { isSpelled } from '../../src/pinyin.ts';

describe('names by pinyin', () => {
  it.each([
    { name: '华东机械有限公司', typed: 'hdjx', is: true, why: 'initials' },
    { name: '华东机械有限公司', typed: 'HDJX', is: true, why: 'in any case' },
    { name: '华东机械有限公司', typed: 'huadongjixie', is: true, why: 'in full' },
    { name: '华东机械有限公司', typed: 'hua dong', is: true, why: 'in words' },
    { name: '华东机械有限公司', typed: 'huadjx', is: true, why: 'mixed' },
    { name: '华东机械有限公司', typed: 'jx', is: true, why: 'a part, as with Chinese characters' },
    { name: '华东机械有限公司', typed: 'hjx', is: false, why: 'nothing left out between' },
    { name: '华东机械有限公司', typed: 'hdjs', is: false, why: 'another name' },
    { name: '重庆银行', typed: 'cqyh', is: true, why: 'the reading of this word' },
    { name: '重庆银行', typed: 'zhongqing', is: true, why: 'and the one that is typed by mistake' },
    { name: '单氏食品', typed: 'sssp', is: true, why: 'a surname read otherwise than the word' },
    { name: '曾记饼家', typed: 'zjbj', is: true, why: 'a surname read otherwise than the word' },
    { name: '绿能科技', typed: 'lvneng', is: true, why: 'ü typed v' },
    { name: '华东(上海)机械', typed: 'hdshjx', is: true, why: 'marks are not spelled' },
    { name: '３Ｍ中国', typed: '3mzg', is: true, why: 'letters and digits of the name, full width' },
    { name: '', typed: 'hd', is: false, why: 'no name' },
    { name: '华东', typed: "'", is: false, why: 'nothing typed' },
  ])('$typed → $name: $is, $why', ({ name, typed, is }) => {
    expect(isSpelled(name, typed)).toBe(is);
  });

  it.each([
    { query: 'hdjx', is: true, why: 'letters' },
    { query: 'ｈｄ', is: true, why: 'full-width letters' },
    { query: '3mzg', is: true, why: 'digits among letters' },
    { query: "xi'an", is: true, why: 'the mark between syllables' },
    { query: 'h', is: false, why: 'one letter begins half of all names' },
    { query: '001', is: false, why: 'an id ending' },
    { query: '华东hd', is: false, why: 'part of a name as it is written' },
  ])('“$query” is taken for pinyin: $is, $why', ({ query, is }) => {
    expect(isPinyinLike(query)).toBe(is);
  });
});
