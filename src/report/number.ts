/**
 * Numbers as readers want them: shares in per cent, differences in points, whole numbers in groups, levels in few digits.
 *
 * No locale of the machine has a say: the decimal sign is a point, the minus sign a real one.
 */

const minus = (text: string): string => text.replace("-", "−");

/** A share in per cent without the sign, with so many decimals. */
export function percent(share: number, decimals = 1): string {
  return minus((share * 100).toFixed(decimals));
}

/** A difference of shares in points, with its sign; what rounds to zero has none. */
export function points(difference: number, decimals = 1): string {
  const text = (difference * 100).toFixed(decimals);
  if (Number(text) === 0) return text.replace("-", "");
  return difference > 0 ? `+${text}` : minus(text);
}

/** Decimals that an interval of shares deserves. */
export function decimalsFor({ low, high }: { readonly low: number; readonly high: number }): number {
  return high - low > 0.002 ? 1 : 2;
}

/** A whole number in groups of three digits. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Any number in at most so many significant digits, without trailing zeros. */
export function brief(value: number, digits = 3): string {
  if (Number.isInteger(value)) return minus(grouped(value));
  return minus(String(Number(value.toPrecision(digits))));
}
