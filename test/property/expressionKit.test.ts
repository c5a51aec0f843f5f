/**
 * The kit of expressions and properties keeps what its users rely on: the walk leaves nothing out, types are those that
 * the reader found, functions keep their bounds, and a pattern names all of its conditions.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Expression } from "../../src/scenario/expression.ts";
import { expressionsIn, visitModel } from "../../src/scenario/expressionsIn.ts";
import { typeOf } from "../../src/scenario/expressionType.ts";
import {
  type Bounds,
  type NumberFunctionName,
  numberFunctionNames,
  numberFunctions,
  takesOneNumber,
} from "../../src/scenario/functions.ts";
import type { Model } from "../../src/scenario/model.ts";
import {
  conditionsOf,
  isRunProperty,
  type Property,
  partsOf,
  patternKinds,
  premisesOf,
} from "../../src/scenario/property.ts";
import { readScenario } from "../../src/scenario/scenario.ts";
import { documentText, scenarioArbitrary } from "../../src/testing/scenarioArbitrary.ts";

const models: readonly Model[] = fc.sample(scenarioArbitrary, { seed: 1648, numRuns: 200 }).flatMap((document) => {
  const { scenario } = readScenario({ file: "generated.yaml", text: documentText(document) });
  return scenario === null ? [] : [scenario.model];
});

/** Everything with an `op` inside a value, whatever the value is: what a walk by types must find as well. */
function nodesIn(part: unknown): readonly object[] {
  if (typeof part !== "object" || part === null) return [];
  return [...("op" in part ? [part] : []), ...Object.values(part).flatMap(nodesIn)];
}

test("the walk of a model finds every expression, and each once", () => {
  expect(models).toHaveLength(200);
  for (const model of models) {
    const found: Expression[] = [];
    visitModel(model, (expression) => found.push(expression));
    const all = nodesIn(model);
    expect(new Set(found)).toEqual(new Set(all));
    expect(found).toHaveLength(all.length);
  }
});

test("what an expression sets is the name behind `then` in its path", () => {
  const placed = models.flatMap((model) => expressionsIn(model));
  const effects = placed.filter(({ path }) => /\.then\.[^.]+$/.test(path));
  expect(effects.length).toBeGreaterThan(100);
  expect(effects.filter(({ path, sets }) => !path.endsWith(`.then.${sets}`))).toEqual([]);
  expect(placed.filter((one) => one.sets !== null && !effects.includes(one))).toEqual([]);
});

test("the type of an expression is the one that its place asks for", () => {
  for (const model of models) {
    for (const { id, type, value } of model.terms) expect([id, typeOf(value, model).type]).toEqual([id, type]);
    const states = new Map(model.tracks.map((track) => [track.id, track]));
    for (const { path, expression, sets } of expressionsIn(model)) {
      const type = typeOf(expression, model);
      if (path.endsWith(".when") || path === "start") expect([path, type.type]).toEqual([path, "condition"]);
      if (sets === null) continue;
      const wanted = states.has(sets) ? { type: "state", track: sets } : null;
      if (wanted === null) expect([path, type.type]).not.toEqual([path, "state"]);
      else expect([path, type]).toEqual([path, wanted]);
    }
  }
});

const finite = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.double({ min: -1e6, max: 1e6, noNaN: true }));
const within: fc.Arbitrary<Argument> = fc
  .tuple(finite, finite, finite)
  .map((numbers) => numbers.toSorted((one, other) => one - other))
  .map(([low = 0, value = 0, high = 0]) => ({ value, interval: [low, high] }));

interface Argument {
  readonly value: number;
  readonly interval: Bounds;
}

/** The value of a function with the bounds that its row claims. */
function applied(name: NumberFunctionName, of: readonly [Argument, ...Argument[]]): Argument {
  if (takesOneNumber(name)) {
    const { value, bounds } = numberFunctions[name];
    return { value: value(of[0].value), interval: bounds(of[0].interval) };
  }
  const { value, bounds } = numberFunctions[name];
  return { value: value(...of.map((one) => one.value)), interval: bounds(...of.map(({ interval }) => interval)) };
}

test.each(numberFunctionNames)("%s keeps its bounds, and is whole where it says so", (name) => {
  const others = fc.array(within, { maxLength: takesOneNumber(name) ? 0 : 3 });
  fc.assert(
    fc.property(within, others, (first, rest) => {
      const { value, interval } = applied(name, [first, ...rest]);
      expect(value).toBeGreaterThanOrEqual(interval[0]);
      expect(value).toBeLessThanOrEqual(interval[1]);
      // Where nothing is open, the bounds are the value.
      const known = applied(name, [settled(first), ...rest.map(settled)]);
      expect(known.interval.map((bound) => bound + 0)).toEqual([value + 0, value + 0]);
      const whole = numberFunctions[name].whole === "always" || [first, ...rest].every(isWhole);
      if (whole) expect(Number.isInteger(value)).toBe(true);
    }),
    { seed: 1713, numRuns: 500 },
  );
});

const settled = ({ value }: Argument): Argument => ({ value, interval: [value, value] });

const isWhole = ({ value }: Argument): boolean => Number.isInteger(value);

/** The part without which each pattern says nothing, beside the opening of its scope. */
const premises: Readonly<Record<Property["kind"], string | null>> = {
  never: null,
  always: null,
  eventually: null,
  first: "before",
  whenever: "whenever",
  between: "from",
  reachable: "from",
  forced: null,
  share: null,
};

test("a property's conditions are all that it holds, and its premises are those without which it says nothing", () => {
  const properties = models.flatMap((model) => model.properties);
  expect(new Set(properties.map(({ kind }) => kind))).toEqual(new Set(patternKinds));
  for (const property of properties) {
    const conditions = conditionsOf(property);
    const held = Object.values(property).filter(
      (value): value is Expression => typeof value === "object" && value !== null && "op" in value,
    );
    expect(new Set(conditions)).toEqual(new Set(held));
    const wanted = ["after", premises[property.kind]].flatMap((key) =>
      partsOf(property).flatMap((part) => (part.key === key && "condition" in part ? [part.condition] : [])),
    );
    expect(premisesOf(property)).toEqual(wanted);
    expect(isRunProperty(property)).toBe("after" in property);
  }
});
