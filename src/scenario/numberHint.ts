/**
 * What to write for a number that was written otherwise: in quotes, with a comma, or as a percentage.
 */
import type { ScalarNode } from "./node.ts";

/** The hint for a scalar that was meant as a number or truth value; null where it looks like neither. */
export function numberHint({ text, style }: ScalarNode): string | null {
  const fraction = /^([-+]?\d+),(\d+)$/.exec(text);
  if (fraction !== null) return `a fraction is written with a point: \`${fraction[1]}.${fraction[2]}\``;
  const percentage = /^(\d+(?:\.\d+)?) ?%$/.exec(text);
  if (percentage !== null) return `write the fraction: \`${Number((Number(percentage[1]) / 100).toPrecision(12))}\``;
  const isPlain = /^[-+]?\d+(\.\d+)?$|^true$|^false$/.test(text);
  return style === "quoted" && isPlain ? `write it without quotes: \`${text.replace(/^\+/, "")}\`` : null;
}

/** The hint for what a comma between braces left behind of a fraction; null where it did not split one. */
export function splitFractionHint(before: string, after: string): string | null {
  const [, whole] = /(?<![\w.])([-+]?\d+),$/.exec(before) ?? [];
  return whole === undefined || !/^\d+$/.test(after)
    ? null
    : `a fraction is written with a point: \`${whole}.${after}\``;
}
