import type { Message } from '../core/message.ts';
import type { CellInput } from '../core/sheet.ts';

/** Excel's limit for the text of one cell, in UTF-16 units. */
const MAX_TEXT = 32_767;

/** Why no store takes an input, whatever its format: Excel opens CSV files too, and cuts what is longer. Null: it fits. */
export function unfitReason(input: CellInput): Message | null {
  if (input.kind === 'text' && input.text.length > MAX_TEXT) {
    return {
      zh: `内容有 ${input.text.length} 个字符,Excel 一格最多 ${MAX_TEXT} 个。请写短一些`,
      en: `the text has ${input.text.length} characters; a cell holds ${MAX_TEXT}. Shorten it`,
    };
  }
  const value = input.kind === 'number' || input.kind === 'percent' ? input.value : 0;
  const fen = input.kind === 'money' ? input.fen : 0;
  return Number.isFinite(value) && Number.isFinite(fen)
    ? null
    : { zh: '不是有限的数', en: 'it is no finite number' };
}
