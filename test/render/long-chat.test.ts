import { describe, expect, it } from 'vitest';
import { oneEntry } from '../../src/core/check-order.ts';
import { dataFinding } from '../../src/core/finding.ts';
import { plain } from '../../src/core/message.ts';
import { chatMessages } from '../../src/render/chat-text.ts';
import { day } from '../core-domain/a-deal.ts';

const STYLE = { lang: 'zh', asOf: day('2026-05-15'), mention: () => '' } as const;

const entriesOf = (n: number, owner: (index: number) => string) =>
  Array.from({ length: n }, (_, index) =>
    oneEntry(
      dataFinding('no-owner', {
        id: `L20260511-${index}`,
        customer: `客户${index}`,
        owner: owner(index),
        explain: plain(''),
      }),
    ),
  );

describe('a long chat', () => {
  it('of 40,000 deals takes a moment: each line is measured once', () => {
    const start = performance.now();
    const [only, ...others] = chatMessages(
      entriesOf(40_000, () => '王芳'),
      { ...STYLE, limit: Number.POSITIVE_INFINITY },
    );
    expect(performance.now() - start).toBeLessThan(5000);
    expect(others).toEqual([]);
    expect(only?.text.split('\n')).toHaveLength(40_002);
  });

  it.each([200, 333, 500, 1000])('each message is filled as far as %i bytes go', (limit) => {
    const messages = chatMessages(
      entriesOf(60, (index) => (index < 30 ? '王芳' : '李强')),
      { ...STYLE, limit },
    );
    const sizes = messages.map(({ text }) => Buffer.byteLength(text));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(limit);
    expect(messages.flatMap(({ findings }) => findings)).toHaveLength(60);
    for (const [index, size] of sizes.slice(0, -1).entries()) {
      const next = messages[index + 1]?.text.split('\n') ?? [];
      // The longest title there may be, and what would come next: its owner's name unless that is known already.
      const owner = messages[index]?.text.includes(next[1] ?? '') ? [] : [next[1] ?? ''];
      const more = [...owner, next[2] ?? ''].map((line) => Buffer.byteLength(line) + 1);
      const spare = 7 - ` (${index + 1}/${messages.length})`.trim().length;
      expect(size + spare + more.reduce((sum, bytes) => sum + bytes, 0)).toBeGreaterThan(limit);
    }
  });
});
