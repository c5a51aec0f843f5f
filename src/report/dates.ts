/**
 * Dates as a reader wants them: "22 January 2022", "22 to 25 January 2022".
 *
 * English month names of our own, so that no locale of the machine reaches the page.
 */
import { dateOfRound, formatDate } from "../scenario/calendar.ts";
import type { Clock, DayNumber } from "../scenario/model.ts";

const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

interface Parts {
  readonly day: number;
  readonly month: string;
  readonly year: string;
}

function partsOf(date: DayNumber): Parts {
  const [, year = "", month = "1", day = "1"] = /^([-+]?\d+)-(\d\d)-(\d\d)$/.exec(formatDate(date)) ?? [];
  return { day: Number(day), month: months[Number(month) - 1] ?? "", year: year.replace(/^([-+]?)0+(?=\d)/, "$1") };
}

/** A date in words, such as "22 January 2022". */
export function longDate(date: DayNumber): string {
  const { day, month, year } = partsOf(date);
  return `${day} ${month} ${year}`;
}

/** A span of days, inclusive, naming month and year once where both ends share them. */
export function dateRange(first: DayNumber, last: DayNumber): string {
  if (first === last) return longDate(first);
  const one = partsOf(first);
  const other = partsOf(last);
  if (one.year !== other.year) return `${longDate(first)} to ${longDate(last)}`;
  if (one.month !== other.month) return `${one.day} ${one.month} to ${longDate(last)}`;
  return `${one.day} to ${longDate(last)}`;
}

/** Day and month alone, such as "22 Jan", for an axis. */
export function shortDate(date: DayNumber): string {
  const { day, month } = partsOf(date);
  return `${day} ${month.slice(0, 3)}`;
}

/** Tells when a round is: by its date, or by its number where the scenario has no clock. */
export function roundTeller(clock: Clock | null): (round: number) => string {
  return clock === null ? (round) => `Round ${round}` : (round) => longDate(dateOfRound(clock, round));
}
