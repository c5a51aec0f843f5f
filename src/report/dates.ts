/**
 * Dates as a reader wants them: "22 January 2022", "22 to 25 January 2022", "22 a 25 de janeiro de 2022".
 *
 * Month names of our own, so that no locale of the machine reaches the page.
 */

import { at } from "../scenario/at.ts";
import { dateOfRound, partsOfDay, timeOfDay } from "../scenario/calendar.ts";
import type { Clock, DayNumber } from "../scenario/model.ts";

/** How a language writes dates. */
export interface DateWords {
  readonly months: readonly string[];
  /** Between day and month, and between month and year. */
  readonly of: string;
  /** Between the ends of a span. */
  readonly to: string;
}

export const datesEn: DateWords = {
  months: [
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
  ],
  of: " ",
  to: " to ",
};

export const datesPt: DateWords = {
  months: [
    "janeiro",
    "fevereiro",
    "março",
    "abril",
    "maio",
    "junho",
    "julho",
    "agosto",
    "setembro",
    "outubro",
    "novembro",
    "dezembro",
  ],
  of: " de ",
  to: " a ",
};

interface DateParts {
  readonly day: number;
  readonly month: string;
  readonly year: string;
  /** The time of day with a comma before it, such as ", 06:00"; empty for a day as a whole. */
  readonly time: string;
}

function partsOf(date: DayNumber, { months }: DateWords): DateParts {
  const { year, month, day } = partsOfDay(date);
  const time = timeOfDay(date);
  const sign = year < 0 ? "-" : year > 9999 ? "+" : "";
  return {
    day,
    month: at(months, month - 1),
    year: `${sign}${Math.abs(year)}`,
    time: time === null ? "" : `, ${time}`,
  };
}

/** A date in words, such as "22 January 2022". */
export function longDate(date: DayNumber, words: DateWords = datesEn): string {
  const { day, month, year, time } = partsOf(date, words);
  return `${[day, month, year].join(words.of)}${time}`;
}

/** A span of days, inclusive, naming month and year once where both ends share them. */
export function dateRange(first: DayNumber, last: DayNumber, words: DateWords = datesEn): string {
  const [one, other] = [partsOf(first, words), partsOf(last, words)];
  const end = longDate(last, words);
  if (first === last) return end;
  if (one.time !== "" || other.time !== "" || one.year !== other.year)
    return `${longDate(first, words)}${words.to}${end}`;
  return `${one.month === other.month ? one.day : [one.day, one.month].join(words.of)}${words.to}${end}`;
}

/** Day and month alone, such as "22 Jan", for an axis. */
export function shortDate(date: DayNumber, words: DateWords = datesEn): string {
  const { day, month, time } = partsOf(date, words);
  return `${day} ${month.slice(0, 3)}${time}`;
}

/** Tells when a round is: by its date, or by its number where the scenario has no clock. */
export function roundTeller(clock: Clock | null): (round: number) => string {
  return clock === null ? (round) => `Round ${round}` : (round) => longDate(dateOfRound(clock, round));
}
