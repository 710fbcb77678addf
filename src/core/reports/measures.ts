/** The arithmetic mean; null of nothing. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The value below which the share `p` (0–1) lies, between neighbours linearly; null of nothing. 0.5 is the median. */
export function quantile(values: readonly number[], p: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * p;
  const low = sorted[Math.floor(at)];
  const high = sorted[Math.ceil(at)];
  return low === undefined || high === undefined ? null : low + (high - low) * (at - Math.floor(at));
}

/** Null on a zero denominator: never 0 % or NaN. */
export function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** Fewer than this say little about a team. */
export function isSmall(n: number): boolean {
  return n < 10;
}

/** The 95 % interval of a share (Wilson, 1927): honest for small samples too. Null of nothing. */
export function wilsonInterval(
  part: number,
  n: number,
): { readonly low: number; readonly high: number } | null {
  if (n === 0) return null;
  const z = 1.959964;
  const share = part / n;
  const middle = share + (z * z) / (2 * n);
  const spread = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return { low: Math.max(0, (middle - spread) / scale), high: Math.min(1, (middle + spread) / scale) };
}
