import { describe, expect, it } from 'vitest';
import { plainName } from '../../src/core/customer-name.ts';
import { REGIONS } from '../../src/core/regions.ts';

describe('one customer, spelt in several ways', () => {
  it.each([
    ['华东机械', '华东机械有限公司', 'the legal form'],
    ['华东机械', '上海华东机械股份有限公司', 'the region before it'],
    ['华东机械', '上海市华东机械有限公司', 'with 市'],
    ['华东机械', '江苏省苏州市华东机械有限公司', 'a province and a city'],
    ['华东机械', '苏州工业园区华东机械有限公司', 'a district'],
    ['华东机械', '海宁市华东机械厂有限公司', 'a town that says 市', '华东机械厂'],
    ['华东机械', '华东机械(上海)有限公司', 'the region in brackets'],
    ['华东机械', '华东机械（中国）有限公司', 'full-width brackets'],
    ['华东机械', '华东机械【集团】', 'other brackets'],
    ['华东机械', '华东机械有限公司上海分公司', 'a branch'],
    ['华东机械', '华东机械集团股份有限公司', 'two legal forms'],
    ['华东机械', '内蒙古自治区华东机械', 'an autonomous region'],
    ['华东机械', ' 华东·机械 “有限公司” ', 'spaces and punctuation'],
    ['ａｃｍｅ', 'ACME Co., Ltd.', 'width and case'],
    ['acme', '上海 Acme (China) Inc.', 'Latin letters', 'acmechina'],
    ['3M', '３Ｍ中国有限公司', 'the region behind it'],
  ])('%s = %s: %s', (one, other, _why, plain = plainName(one)) => {
    expect(plainName(other)).toBe(plain);
  });

  it.each([
    ['上海银行', '北京银行', 'the region is all that tells them apart'],
    ['中国移动', '移动', 'the same'],
    ['江苏省人民医院', '浙江省人民医院', 'a public body'],
    ['上海第一医院', '北京第一医院', 'a number is not distinctive'],
    ['科技有限公司', '科技集团', 'a trade is no name'],
    ['公司', '集团', 'a legal form is no name'],
    ['华东机械', '华东机电', 'another name'],
    ['大润超市', '世纪超市', '超市 is no town'],
    ['平安保险(集团)', '太平保险(集团)', 'only the aside goes'],
  ])('%s ≠ %s: %s', (one, other) => {
    expect(plainName(one)).not.toBe(plainName(other));
  });

  it('has nothing to say about a name without a letter', () => {
    expect(plainName('——')).toBe('');
  });

  it('knows places by their names alone', () => {
    expect([...REGIONS].filter((name) => /[省市县]$/.test(name) || name.length < 2)).toEqual([]);
  });
});
