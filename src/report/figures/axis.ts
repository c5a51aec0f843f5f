/**
 * Marks on axes: round numbers, and rounds as dates.
 */
import { dateOfRound } from "../../scenario/calendar.ts";
import type { Clock } from "../../scenario/model.ts";
import { shortDate } from "../dates.ts";

/** Round numbers from `low` to `high`, about as many as asked for; zero is one of them where it lies between. */
export function roundNumbers(low: number, high: number, about: number): readonly number[] {
  const span = high - low;
  if (!(span > 0)) return [low];
  let unit = 1;
  while (unit * about > span * 2) unit /= 10;
  while (unit * about * 5 < span) unit *= 10;
  const step = [1, 2, 5, 10].map((factor) => factor * unit).find((size) => span / size <= about) ?? 10 * unit;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

/** Tells a round: its date where there is a calendar, else its number. */
export type TellRound = (round: number) => string;

/** Short words for rounds: "22 Jan" or "12". */
export function roundTeller(clock: Clock | null): TellRound {
  if (clock === null) return (round) => String(round);
  return (round) => shortDate(dateOfRound(clock, round));
}

/** About four rounds from the first to the last, evenly apart. */
export function roundMarks(last: number): readonly number[] {
  const step = [1, 2, 5, 7, 10, 14, 20, 25, 50, 100, 200, 500, 1000, 2000].find((size) => last / size <= 4.5) ?? 5000;
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, index) => index * step);
}
