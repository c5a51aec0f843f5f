/**
 * Factors and designs: what may be varied, and at which points.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { luckOf } from "../../src/chance/draw.ts";
import { factorial, latinHypercube, oneAtATime, saltelli } from "../../src/ensemble/design.ts";
import { type Factor, factorsOf, levelAt, placeOf, treatAt } from "../../src/ensemble/factor.ts";
import type { Model } from "../../src/scenario/model.ts";
import { readScenario } from "../../src/scenario/scenario.ts";

function library(id: string): Model {
  const text = readFileSync(join(import.meta.dirname, `../../scenarios/${id}.yaml`), "utf8");
  const { scenario } = readScenario({ file: id, text });
  if (scenario === null) throw new Error(`${id} cannot be read`);
  return scenario.model;
}

const continuous = (name: string): Factor => ({
  name,
  kind: "assumption",
  id: name,
  range: [10, 20],
  levels: null,
  usual: 12,
  cited: false,
});

const discrete: Factor = { ...continuous("mood"), range: null, levels: ["calm", "tense", "hostile"], usual: "tense" };

describe("a Latin hypercube", () => {
  const factors = [continuous("x"), continuous("y"), discrete];
  const points = latinHypercube("a", factors, 12);

  test("has one point in each stratum of each range", () => {
    for (const name of ["x", "y"]) {
      const strata = points.map((point) => Math.floor(((Number(point[name]) - 10) / 10) * 12)).sort((a, b) => a - b);
      expect(strata).toEqual(Array.from({ length: 12 }, (_, index) => index));
    }
  });

  test("shares the levels of other factors evenly", () => {
    expect(["calm", "tense", "hostile"].map((level) => points.filter(({ mood }) => mood === level).length)).toEqual([
      4, 4, 4,
    ]);
  });

  test("is a function of its seed, and of no factor beside", () => {
    expect(latinHypercube("a", factors, 12)).toEqual(points);
    expect(latinHypercube("b", factors, 12)).not.toEqual(points);
    const alone = latinHypercube("a", [continuous("y")], 12);
    expect(alone.map(({ y }) => y)).toEqual(points.map(({ y }) => y));
  });

  test("is pinned: a seed gives the points that it always gave", () => {
    // With one point there is one stratum, so the place is the first draw that the seed has for it.
    const places = ["a", "b"].map((seed) => luckOf(seed, 0).at("design:lhs:within:x", 0) / 2 ** 32);
    expect(["a", "b"].map((seed) => latinHypercube(seed, [continuous("x")], 1))).toEqual(
      places.map((place) => [{ x: 10 + 10 * place }]),
    );
  });

  test("does not put its factors into step", () => {
    const strata = (name: string): readonly number[] =>
      points.map((point) => Math.floor(1.2 * (Number(point[name]) - 10)));
    expect(strata("x")).not.toEqual(strata("y"));
    expect(strata("x")).not.toEqual([...strata("x")].sort((a, b) => a - b));
  });
});

describe("a full factorial", () => {
  test("has every combination of levels once", () => {
    const points = factorial([continuous("x"), discrete], 2);
    expect(points).toHaveLength(6);
    expect(new Set(points.map((point) => JSON.stringify(point))).size).toBe(6);
    expect(points[0]).toEqual({ x: 10, mood: "calm" });
    expect(points.at(-1)).toEqual({ x: 20, mood: "hostile" });
  });

  test("of too many points is refused with a way out", () => {
    const many = Array.from({ length: 12 }, (_, index) => continuous(`x${index}`));
    expect(() => factorial(many, 3)).toThrow("531441 points");
  });
});

describe("one at a time", () => {
  test("begins with the usual point and tries each other level or end alone", () => {
    expect(oneAtATime([continuous("x"), discrete])).toEqual([
      {},
      { x: 10 },
      { x: 20 },
      { mood: "calm" },
      { mood: "hostile" },
    ]);
  });
});

describe("a Saltelli design", () => {
  test("mixes one factor of the second sample into the first", () => {
    const { a, b, mixed } = saltelli("a", [continuous("x"), continuous("y")], 5);
    expect(mixed[0]?.map(({ x, y }) => [x, y])).toEqual(a.map(({ y }, row) => [b[row]?.x, y]));
    expect(mixed[1]?.map(({ x, y }) => [x, y])).toEqual(a.map(({ x }, row) => [x, b[row]?.y]));
    expect(a[0]).not.toEqual(b[0]);
  });
});

describe("a factor", () => {
  test("reaches each of its levels as often, and its place is known again", () => {
    const places = Array.from({ length: 300 }, (_, index) => index / 300);
    const levels = places.map((place) => levelAt(discrete, place));
    expect(["calm", "tense", "hostile"].map((level) => levels.filter((one) => one === level).length)).toEqual([
      100, 100, 100,
    ]);
    expect(placeOf(discrete, "tense")).toBe(0.5);
    expect(placeOf(continuous("x"), 12.5)).toBe(0.25);
  });

  test("never overrules what a variant sets itself", () => {
    const model = library("geneva-2022");
    const factors = factorsOf(model, {}, ["reply_round", "leak_chance", "policy:eu"]);
    const point = { reply_round: 9, leak_chance: 0.3, "policy:eu": "behind" };
    const late = treatAt(model, { variant: "late_reply" }, factors, { ...point, "policy:eu": "forward" });
    expect(late.assume).toMatchObject({ reply_round: 18, leak_chance: 0.3 });
    expect(treatAt(model, { variant: "rejection" }, factors, { reply_round: 9 }).assume.reply_round).toBe(9);
  });

  test("that is unknown, fixed or named twice is refused with the name that was meant", () => {
    const model = library("geneva-2022");
    expect(() => factorsOf(model, {}, ["leak_chanse"])).toThrow("unknown factor leak_chanse");
    expect(() => factorsOf(model, {}, ["russia"])).toThrow(
      expect.objectContaining({ hint: "did you mean policy:russia?" }),
    );
    expect(() => factorsOf(model, { assume: { leak_chance: 0.1 } }, ["leak_chance"])).toThrow("varied and fixed");
    expect(() => factorsOf(model, {}, ["leak_chance", "leak_chance"])).toThrow("named twice");
    expect(() => factorsOf({ ...model, assumptions: [], policies: [] }, {}, null)).toThrow("nothing to vary");
  });

  test("sets an initial value in place of a drawn one", () => {
    const model = library("geneva-2022");
    const factors = factorsOf(model, {}, ["initial:intent"]);
    expect(factors[0]).toMatchObject({ levels: [0, 1, 2], usual: null });
    expect(treatAt(model, {}, factors, { "initial:intent": 2 }).initial.intent).toEqual([
      { value: 2, odds: { op: "number", value: 1 } },
    ]);
  });
});
