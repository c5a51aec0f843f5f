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

describe("a time of day", () => {
  test.each([
    ["2024-02-26 00:00", "2024-02-26"],
    ["2024-02-26 06:00", "2024-02-26 06:00"],
    ["2024-02-26T23:59", "2024-02-26 23:59"],
  ])("%s is written as %s", (text, written) => {
    expect(formatDate(day(text))).toBe(written);
  });

  test.each(["2024-02-26 24:00", "2024-02-26 12:60", "2024-02-26 6:00", "2024-02-26  06:00", "2024-02-30 06:00"])(
    "%s does not exist",
    (text) => {
      expect(parseDate(text)).toBeNull();
    },
  );
});

describe("a round", () => {
  const hourly: Clock = { start: day("2024-02-28 23:00"), step: 1 / 24, months: null, dates: null };
  const monthly: Clock = { start: day("2023-10-31 12:00"), step: 0, months: 1, dates: null };
  const yearly: Clock = { start: day("2024-02-29"), step: 0, months: 12, dates: null };

  test("of hours comes to every date that an author can write, however many have passed", () => {
    for (const round of [0, 1, 24, 25, 8760, 1_000_001]) {
      const date = dateOfRound(hourly, round);
      expect(parseDate(formatDate(date))).toBe(date);
    }
    expect(formatDate(dateOfRound(hourly, 1))).toBe("2024-02-29");
    expect(formatDate(dateOfRound(hourly, 25))).toBe("2024-03-01");
  });

  test("of a month keeps its day where the month has it, else takes the last one", () => {
    const dates = Array.from({ length: 6 }, (_, round) => formatDate(dateOfRound(monthly, round)));
    expect(dates.map((date) => date.slice(0, 10))).toEqual([
      "2023-10-31",
      "2023-11-30",
      "2023-12-31",
      "2024-01-31",
      "2024-02-29",
      "2024-03-31",
    ]);
    expect(new Set(dates.map((date) => date.slice(10)))).toEqual(new Set([" 12:00"]));
    expect(daysOfRound(monthly, 3)).toBe(29);
    expect([1, 4].map((round) => formatDate(dateOfRound(yearly, round)))).toEqual(["2025-02-28", "2028-02-29"]);
  });

  test("of hours, months or years is found again by any of its times", () => {
    fc.assert(
      fc.property(fc.constantFrom(hourly, monthly, yearly), fc.nat(400), fc.nat(999), (clock, round, part) => {
        const [from, to] = [dateOfRound(clock, round), dateOfRound(clock, round + 1)];
        const minutes = Math.floor(((to - from) * 1440 * part) / 1000);
        expect(roundOfDate(clock, from + minutes / 1440)).toBe(round);
        expect(roundOfDate(clock, to)).toBe(round + 1);
      }),
    );
    expect(roundOfDate(monthly, day("2023-10-31 11:59"))).toBeNull();
  });

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
