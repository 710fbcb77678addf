import { expect, it } from 'vitest';
import { counted } from '../../src/core/message.ts';

it.each([
  { n: 0, one: 'row', text: '0 rows' },
  { n: 1, one: 'row', text: '1 row' },
  { n: 2, one: 'row', text: '2 rows' },
])('English counts $text', ({ n, one, text }) => {
  expect(counted(n, one)).toBe(text);
});
