/**
 * Whether a text is the label of a row of sums, not of a deal: 合 计, 本页小计, 总计(元), 合计 12 家, 张三小计, 三季度合计:,
 * Total. A company may begin with such a word (汇总科技有限公司): what follows must be a unit or a number.
 */
export function isSumLabel(text: string): boolean {
  return SUM.test(text.trim());
}

const SUM =
  /^(?:[^,，;；]{0,12}?(?:合\s*计|总\s*计|小\s*计|共\s*计|汇\s*总)|(?:sub|grand )?(?:totals?|sum))\s*(?:[(（].{0,12}[)）])?[\s\d:：,，.元万千家个条单笔]*$/i;
