/** Dates are day numbers, and rounds have dates. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dateOfRound, daysOfRound, formatDate, parseDate, roundOfDate } from "../../src/scenario/calendar.ts";
import type { Clock } from "../../src/scenario/model.ts";

function day(date: string): number {
  const number = parseDate(date);
  if (number === null) throw new Error(`no such date: ${date}`);
  return number;
}

const daily: Clock = { start: day("2022-01-22"), step: 1, months: null, dates: null };
const lesson: Clock = {
  start: day("2022-01-26"),
  step: 7,
  months: null,
  dates: [day("2022-01-26"), day("2022-02-01"), day("2022-02-20")],
};

describe("a date", () => {
  test.each([
    ["1970-01-01", 0],
    ["1969-12-31", -1],
    ["2000-02-29", 11_016],
    ["2022-01-30", 19_022],
    ["0001-01-01", -719_162],
    ["9999-12-31", 2_932_896],
  ])("%s is day %i", (date, number) => {
    expect(parseDate(date)).toBe(number);
    expect(formatDate(number)).toBe(date);
  });

  test.each(["2022-02-29", "1900-02-29", "2022-13-01", "2022-00-10", "2022-04-31", "2022-01-00", "0000-01-01"])(
    "%s does not exist",
    (date) => {
      expect(parseDate(date)).toBeNull();
    },
  );

  test.each(["2022-1-30", "2022/01/30", " 2022-01-30", "2022-01-30\n", "20220130", ""])(
    "%j is not written as one",
    (text) => {
      expect(parseDate(text)).toBeNull();
    },
  );

  test("agrees with the platform's calendar over five centuries", () => {
    for (let number = -100_000; number < 100_000; number += 29) {
      expect(formatDate(number)).toBe(new Date(number * 86_400_000).toISOString().slice(0, 10));
    }
  });

  test("beyond the year 9999 is written with a sign", () => {
    expect(formatDate(day("9999-12-31") + 1)).toBe("+010000-01-01");
  });
});

describe("a round", () => {
  test("lasts a step where no dates are listed", () => {
    expect(formatDate(dateOfRound(daily, 29))).toBe("2022-02-20");
    expect(daysOfRound(daily, 29)).toBe(1);
  });

  test("lasts until the next listed date, and the last one a step", () => {
    expect([0, 1, 2, 3].map((round) => daysOfRound(lesson, round))).toEqual([6, 19, 7, 7]);
    expect(formatDate(dateOfRound(lesson, 4))).toBe("2022-03-06");
  });

  test("is found again by any of its days", () => {
    expect(roundOfDate(lesson, day("2022-01-25"))).toBeNull();
    expect(roundOfDate(lesson, day("2022-01-26"))).toBe(0);
    expect(roundOfDate(lesson, day("2022-01-31"))).toBe(0);
    expect(roundOfDate(lesson, day("2022-02-20"))).toBe(2);
    expect(roundOfDate(lesson, day("2022-02-27"))).toBe(3);
    fc.assert(
      fc.property(fc.constantFrom(daily, lesson), fc.nat(100), fc.nat(), (clock, round, offset) => {
        const within = dateOfRound(clock, round) + (offset % daysOfRound(clock, round));
        expect(roundOfDate(clock, within)).toBe(round);
      }),
    );
  });
});
