/**
 * Dates as day numbers, and which date each round of a scenario has.
 *
 * Everything is arithmetic of whole days and minutes in the proleptic Gregorian calendar, so no time zone, locale or
 * platform clock can reach a result. Rounds beyond the listed dates go on in steps.
 */
import { at } from "./at.ts";
import type { Clock, DayNumber } from "./model.ts";

/** Minutes of a day. */
const dayMinutes = 1440;

/** Days from 1 March of year 0 to 1970-01-01; counting years from March puts the leap day at a year's end. */
const epochOffset = 719_468;

/** The day number of a date written as `2022-01-30` or `2022-01-30 06:00`, or null if there is no such day or time. */
export function parseDate(text: string): DayNumber | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2}))?$/.exec(text);
  if (found === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = found.slice(1).map((part) => Number(part ?? 0));
  if (year < 1 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59) return null;
  const number = dayNumber(year, month, day);
  return formatDate(number) === text.slice(0, 10) ? number + (hour * 60 + minute) / dayMinutes : null;
}

/** Day number of a date; a day beyond its month runs on into the next. */
function dayNumber(year: number, month: number, day: number): DayNumber {
  const marchYear = month > 2 ? year : year - 1;
  const monthFromMarch = month > 2 ? month - 3 : month + 9;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + Math.floor((153 * monthFromMarch + 2) / 5) + day - 1 - epochOffset;
}

/**
 * The date of a day number as `2022-01-30`, with a time of day as `2022-01-30 06:00`; years beyond 9999 take a sign and
 * six digits, as ISO 8601 has it.
 */
export function formatDate(date: DayNumber): string {
  const { year, month, day } = partsOfDay(Math.floor(date));
  const time = timeOfDay(date);
  return `${writtenYear(year)}-${twoDigits(month)}-${twoDigits(day)}${time === null ? "" : ` ${time}`}`;
}

/** The time of day as `06:00`; null for a day as a whole, and for midnight, at which a day begins. */
export function timeOfDay(date: DayNumber): string | null {
  const minutes = minutesOf(date - Math.floor(date));
  return minutes === 0 ? null : `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}

/** Year, month and day of the month of a day number. */
export function partsOfDay(date: DayNumber): { readonly year: number; readonly month: number; readonly day: number } {
  const sinceEpoch = Math.floor(date) + epochOffset;
  const era = Math.floor(sinceEpoch / 146_097);
  const dayOfEra = sinceEpoch - era * 146_097;
  const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return { year: era * 400 + yearOfEra + (month > 2 ? 0 : 1), month, day };
}

function writtenYear(year: number): string {
  if (year >= 0 && year <= 9999) return String(year).padStart(4, "0");
  return `${year < 0 ? "-" : "+"}${String(Math.abs(year)).padStart(6, "0")}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

/** Date of a round, with the time of day where rounds are shorter than a day. */
export function dateOfRound(clock: Clock, round: number): DayNumber {
  if (clock.dates === null) return dateAfter(clock, clock.start, round);
  const last = clock.dates.length - 1;
  const listed = at(clock.dates, Math.min(round, last));
  return round <= last ? listed : dateAfter(clock, listed, round - last);
}

/** The date so many even rounds after another. */
function dateAfter({ step, months }: Clock, date: DayNumber, rounds: number): DayNumber {
  if (months !== null) return monthsAfter(date, rounds * months);
  // In whole minutes, as rounds of an hour would drift apart from the dates that an author writes.
  return (minutesOf(date) + rounds * minutesOf(step)) / dayMinutes;
}

const minutesOf = (days: number): number => Math.round(days * dayMinutes);

/** The date so many months later; where that month has no such day, its last one. */
function monthsAfter(date: DayNumber, months: number): DayNumber {
  const whole = Math.floor(date);
  const { year, month, day } = partsOfDay(whole);
  const index = year * 12 + month - 1 + months;
  const [toYear, toMonth] = [Math.floor(index / 12), (((index % 12) + 12) % 12) + 1];
  const first = dayNumber(toYear, toMonth, 1);
  const next = toMonth === 12 ? dayNumber(toYear + 1, 1, 1) : dayNumber(toYear, toMonth + 1, 1);
  return Math.min(first + day - 1, next - 1) + (date - whole);
}

/** Length of a round in days. */
export function daysOfRound(clock: Clock, round: number): number {
  return dateOfRound(clock, round + 1) - dateOfRound(clock, round);
}

/** When something dated comes: at its time, and on the day of the start not before the start. */
export function momentOf(clock: Clock, date: DayNumber): DayNumber {
  const start = dateOfRound(clock, 0);
  return isWholeDay(date) && date === Math.floor(start) ? start : date;
}

/** Whether something dated comes in a round: from the round's date up to the next round's. */
export function isInRound(clock: Clock, round: number, date: DayNumber): boolean {
  const moment = momentOf(clock, date);
  return dateOfRound(clock, round) <= moment && moment < dateOfRound(clock, round + 1);
}

/** The round in which a date lies, from the round's date up to the next round's; null before the start. */
export function roundOfDate(clock: Clock, date: DayNumber): number | null {
  const day = momentOf(clock, date);
  if (day < dateOfRound(clock, 0)) return null;
  const dates = clock.dates ?? [clock.start];
  const next = dates.findIndex((date) => date > day);
  if (next > 0) return next - 1;
  const last = dates.length - 1;
  const since = day - dateOfRound(clock, last);
  const { step, months } = clock;
  if (months === null) return last + Math.floor(minutesOf(since) / minutesOf(step));
  // The longest month has 31 days, so this is the round or one before it.
  let round = last + Math.floor(since / (31 * months));
  while (dateOfRound(clock, round + 1) <= day) round++;
  return round;
}

/** Whether a date is a day as a whole, without a time. */
export const isWholeDay = (date: DayNumber): boolean => Number.isInteger(date);

/** Whether rounds begin at times of the day, so that several may begin on one day. */
export function hasTimes(clock: Clock): boolean {
  return ![clock.start, clock.step, ...(clock.dates ?? [])].every(Number.isInteger);
}
