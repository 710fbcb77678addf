/** Whether the first text of a row among the last ones says that it is a 合计 row: new rows go before it. */
export function isTotalWord(text: string): boolean {
  return /^\s*(合\s*计|总\s*计|小\s*计|共\s*计|汇\s*总|(sub|grand )?totals?)\s*[:：]?\s*$/i.test(text);
}
