/**
 * Dates as day numbers, and which date each round of a scenario has.
 *
 * Everything is integer arithmetic in the proleptic Gregorian calendar, so no time zone, locale or platform clock can
 * reach a result. Rounds beyond the listed dates go on in steps.
 */
import type { Clock, DayNumber } from "./model.ts";

/** Days from 1 March of year 0 to 1970-01-01; counting years from March puts the leap day at a year's end. */
const epochOffset = 719_468;

/** The day number of a date written as `2022-01-30`, or null if there is no such day. */
export function parseDate(text: string): DayNumber | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(5, 7));
  const day = Number(text.slice(8, 10));
  if (year < 1 || month < 1 || month > 12 || day < 1) return null;
  const number = dayNumber(year, month, day);
  return formatDate(number) === text ? number : null;
}

/** Day number of a date; a day beyond its month runs on into the next. */
function dayNumber(year: number, month: number, day: number): DayNumber {
  const marchYear = month > 2 ? year : year - 1;
  const monthFromMarch = month > 2 ? month - 3 : month + 9;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + Math.floor((153 * monthFromMarch + 2) / 5) + day - 1 - epochOffset;
}

/** The date of a day number as `2022-01-30`; years beyond 9999 take a sign and six digits, as ISO 8601 has it. */
export function formatDate(day: DayNumber): string {
  const sinceEpoch = day + epochOffset;
  const era = Math.floor(sinceEpoch / 146_097);
  const dayOfEra = sinceEpoch - era * 146_097;
  const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const dayOfMonth = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = era * 400 + yearOfEra + (month > 2 ? 0 : 1);
  return `${writtenYear(year)}-${twoDigits(month)}-${twoDigits(dayOfMonth)}`;
}

function writtenYear(year: number): string {
  if (year >= 0 && year <= 9999) return String(year).padStart(4, "0");
  return `${year < 0 ? "-" : "+"}${String(Math.abs(year)).padStart(6, "0")}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

/** Date of a round. */
export function dateOfRound(clock: Clock, round: number): DayNumber {
  if (clock.dates === null) return clock.start + round * clock.step;
  const last = clock.dates.length - 1;
  const listed = clock.dates[Math.min(round, last)] ?? clock.start;
  return listed + Math.max(0, round - last) * clock.step;
}

/** Length of a round in days. */
export function daysOfRound(clock: Clock, round: number): number {
  return dateOfRound(clock, round + 1) - dateOfRound(clock, round);
}

/** The round in which a day lies, from the round's date up to the next round's; null before the start. */
export function roundOfDate(clock: Clock, day: DayNumber): number | null {
  if (day < dateOfRound(clock, 0)) return null;
  const dates = clock.dates ?? [clock.start];
  const next = dates.findIndex((date) => date > day);
  if (next > 0) return next - 1;
  const last = dates.length - 1;
  return last + Math.floor((day - dateOfRound(clock, last)) / clock.step);
}
