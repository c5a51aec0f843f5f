/**
 * A length of time as a clock shows it.
 */

/** Milliseconds as minutes and seconds, seconds that have begun counted whole: `1:05`. */
export function clockText(milliseconds: number): string {
  const seconds = Math.ceil(Math.max(0, milliseconds) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
