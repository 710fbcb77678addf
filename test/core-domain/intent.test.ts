import { describe, expect, it } from 'vitest';
import { readChoice } from '../../src/core/choice.ts';
import { fieldInfo } from '../../src/core/fields.ts';

describe('决策周期 is read as people write it', () => {
  const cases: readonly (readonly [text: string, word: string | null, why: string])[] = [
    ['≤1个月', '≤1个月', 'the word'],
    ['<= 1个月', '≤1个月', 'as keyboards have it'],
    ['1个月', '≤1个月', 'exactly one month'],
    ['一个月内', '≤1个月', 'in Chinese'],
    ['两周', '≤1个月', 'weeks'],
    ['半个月', '≤1个月', 'half a month'],
    ['３０天', '≤1个月', 'days, full width'],
    ['2个月', '1-3个月', 'between'],
    ['1～2个月', '1-3个月', 'a range: its upper end'],
    ['3个月', '1-3个月', 'exactly three months'],
    ['一个月到三个月', '1-3个月', 'a range in words'],
    ['100天', '>3个月', 'more than three months'],
    ['3-6个月', '>3个月', 'a range beyond'],
    ['半年', '>3个月', 'half a year'],
    ['1年', '>3个月', 'a year'],
    ['未知', '未知', 'not known'],
    ['3个月以上', null, 'open to above: asked, not guessed'],
    ['Q3', null, 'a date is no length of time'],
    ['3月', null, 'March, or three months?'],
    ['2026年', null, 'a year, not as many'],
    ['1', null, 'no unit'],
  ];
  it.each(cases)('%s → %s (%s)', (text, word) => {
    expect(readChoice(text, fieldInfo('cycle').words)).toBe(word);
  });
  it('only there', () => {
    expect(readChoice('1个月', fieldInfo('clarity').words)).toBe(null);
  });
});
