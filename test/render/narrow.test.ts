import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/core/text.ts';
import { narrowText, readCodePage } from '../../src/render/narrow.ts';
import { runIn } from '../transcripts/run-transcript.ts';

describe('a console of code page 936', () => {
  it.each([
    { printed: '活动代码页: 936\r\n', page: 936 },
    { printed: '\xbb\xee\xb6\xaf\xb4\xfa\xc2\xeb\xd2\xb3: 936\r\n', page: 936 },
    { printed: 'Active code page: 65001\r\n', page: 65001 },
    { printed: '', page: null },
  ])('$printed → $page', ({ printed, page }) => {
    expect(readCodePage(printed)).toBe(page);
  });

  it('gets a report without a border, a bar or an arrow that it would draw two columns wide, and as wide as before', async () => {
    const { out } = await runIn(import.meta.dirname, ['help', 'dates']);
    expect(narrowText(out)).toBe(out);
    const table = '线索获取  82.4%  ████████▒░\n──────────  → …';
    expect(narrowText(table)).toBe('线索获取  82.4%  ########=.\n----------  > ~');
    expect(displayWidth(narrowText('█▒░─→…'))).toBe(displayWidth('█▒░─→…'));
  });

  it('leaves alone what names and values hold', () => {
    expect(narrowText('阿凡提·买买提 ≤1个月 “引号”')).toBe('阿凡提·买买提 ≤1个月 “引号”');
  });
});
