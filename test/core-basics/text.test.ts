import { describe, expect, it } from 'vitest';
import {
  displayWidth,
  maskPhones,
  nearest,
  normalizeWidth,
  padEndTo,
  padStartTo,
  safeJson,
  splitTags,
  truncateTo,
  visible,
  wrapText,
} from '../../src/core/text.ts';

describe('width in a terminal', () => {
  it.each([
    ['线索A获取', 9, 'Chinese takes two columns'],
    ['10-01…国庆节', 12, 'an ellipsis takes one'],
    ['ｶﾀｶﾅ', 4, 'half-width forms one'],
    ['é', 1, 'a combining mark none'],
    ['한글', 4, 'Korean two'],
    ['𠮷', 2, 'beyond the first plane'],
    ['👍🏽', 2, 'a skin tone is part of its emoji'],
    ['👨‍👩‍👧', 2, 'a family is one'],
    ['❤️', 2, 'drawn as an emoji'],
    ['🇨🇳', 2, 'a flag is two letters'],
    ['\u200b', 0, 'an invisible space'],
    ['\x1b[31m红\x1b[0m', 2, 'colours take none'],
    ['', 0, 'nothing'],
  ])('%j takes %i (%s)', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it('pads and cuts by columns', () => {
    expect([padEndTo('线索', 6), padStartTo('线索', 6), padEndTo('线索', 2)]).toEqual([
      '线索  ',
      '  线索',
      '线索',
    ]);
    expect([truncateTo('客户信息跟踪表', 7), truncateTo('线索', 4), truncateTo('👨‍👩‍👧们来了', 5)]).toEqual([
      '客户信…',
      '线索',
      '👨‍👩‍👧们…',
    ]);
  });

  it.each([
    ['客户信息跟踪表里的每一行', 10, ['客户信息跟', '踪表里的每', '一行'], 'between any two characters'],
    ['the quick brown fox', 10, ['the quick', 'brown fox'], 'at spaces'],
    ['确认方案,然后报价', 8, ['确认方', '案,然后', '报价'], 'never before a closing mark'],
    ['一二三「四五」', 8, ['一二三', '「四五」'], 'never behind an opening one'],
    ['L20261123-001要跟进', 8, ['L2026112', '3-001要', '跟进'], 'inside a word only if it must'],
    ['统计表是否平(只读)', 14, ['统计表是否平', '(只读)'], 'behind a bracket of either width'],
    ['日期是11-23。好', 11, ['日期是', '11-23。好'], 'a closing mark stays with a Latin word too'],
    ['甲\n\n乙', 8, ['甲', '', '乙'], 'line breaks stay'],
    ['', 8, [''], 'nothing'],
  ])('%j in %i columns (%s)', (text, width, lines) => {
    expect(wrapText(text, width)).toEqual(lines);
    expect(Math.max(...wrapText(text, width).map(displayWidth))).toBeLessThanOrEqual(width);
  });
});

describe('what a terminal would obey is shown instead', () => {
  it.each([
    ['a\x1b[31mb', 'a\\x1b[31mb', 'an escape sequence'],
    ['\x1b]0;title\x07', '\\x1b]0;title\\x07', 'a window title'],
    ['\x9b2J', '\\x9b2J', 'C1'],
    ['b\u202ec\u2066d', 'b\\u202ec\\u2066d', 'text turned round'],
    ['\u061c', '\\u061c', 'an Arabic letter mark'],
    ['\u{e0041}', '\\u{e0041}', 'an invisible tag'],
    ['c\nd\r\ne', 'c⏎d⏎e', 'line breaks'],
    ['\rx', '\\x0dx', 'back to the start of the line'],
    ['a\tb', 'a b', 'a tab'],
    ['👨‍👩‍👧', '👨‍👩‍👧', 'a joiner inside an emoji stays'],
    ['\ud800', '\\ud800', 'half a character'],
  ])('%j → %s (%s)', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('line breaks stay where they are wanted', () => {
    expect(visible('a\r\nb\x07', { newlines: true })).toBe('a\nb\\x07');
  });

  it('JSON escapes them and means the same', () => {
    const value = { note: '\x9b\u202e\u{e0041}\x7f\x1b甲' };
    expect(safeJson(value)).toContain('\\u009b\\u202e\\udb40\\udc41\\u007f\\u001b甲');
    expect(JSON.parse(safeJson(value))).toEqual(value);
  });
});

describe('words', () => {
  it.each([
    ['advnace', ['advance', 'list', 'adopt'], ['advance'], 'a swap'],
    ['rep', ['report', 'repurchase', 'list'], ['report', 'repurchase'], 'a beginning'],
    ['方案', ['需求挖掘', '方案呈现'], ['方案呈现'], 'a part'],
    ['需求调研', ['需求挖掘', '线索获取'], ['需求挖掘'], 'half of a Chinese word'],
    ['ADD', ['add', 'show'], ['add'], 'case'],
    ['跟进中', ['成交', '已流失', '谈判推进'], [], 'nothing near'],
    ['zzz', ['advance', 'list'], [], 'nothing near'],
    ['', ['a', 'advance'], [], 'nothing typed'],
  ])('%s among %o suggests %o (%s)', (word, candidates, near) => {
    expect(nearest(word, candidates)).toEqual(near);
  });

  it('full width, tags, phones', () => {
    expect(normalizeWidth('１５万　ＡＢＣ，——next')).toBe('15万 ABC,--next');
    expect(splitTags('需要CRM系统、预算10-20万,报表；云 ')).toEqual([
      '需要CRM系统',
      '预算10-20万',
      '报表',
      '云',
    ]);
    expect(maskPhones('李总 13812345678 / 138-1234-5678 / 010-82345678 / +86 13812345678')).toBe(
      '李总 138****5678 / 138****5678 / 010-****5678 / +86 138****5678',
    );
    expect(maskPhones('合同 20261123001 金额 150000')).toBe('合同 20261123001 金额 150000');
  });
});
