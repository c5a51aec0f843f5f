/**
 * Measuring: medians of repeated calls, and rows that say what was measured and against which aim.
 */
import { performance } from "node:perf_hooks";

/** Median time of a call in milliseconds. */
export async function medianMs(times: number, call: () => unknown): Promise<number> {
  const spent: number[] = [];
  for (let time = 0; time < times; time++) {
    const begun = performance.now();
    await call();
    spent.push(performance.now() - begun);
  }
  return spent.sort((one, other) => one - other)[Math.floor(times / 2)] ?? 0;
}

/** Prints one figure, with what we aim at. */
export function report(what: string, figure: string, aim = ""): void {
  console.log(`${what.padEnd(58)} ${figure.padStart(16)}   ${aim}`);
}

/** Prints the title of a section. */
export function section(title: string): void {
  console.log(`\n${title}\n${"-".repeat(title.length)}`);
}

/** Milliseconds, with sensible decimals. */
export function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}
