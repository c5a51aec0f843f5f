/**
 * The explorer against a naive walk on the machine: sizes, verdicts, shortest counterexamples, and everything that can
 * never come, on generated scenarios under all three orders of turns, and the property forms against plain quantifiers.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { advance, firstPhase, isRunProperty, type RunProperty, verdict } from "../../src/engine/monitor.ts";
import { defaultVariant, treat } from "../../src/engine/treatment.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";
import { documentText, scenarioArbitrary, tameScenarioArbitrary } from "../../src/testing/scenarioArbitrary.ts";
import { cases } from "../cases.ts";
import { disagreements, type Tally, tally } from "./bothExplorations.ts";
import { atEnd, judge, type Letter, readOn, unread } from "./naiveClaims.ts";

function firstDisagreement(text: string, counts: Tally): string | null {
  const { model } = scenarioOf(text);
  for (const variant of [defaultVariant, ...model.variants.map(({ id }) => id)]) {
    for (const choices of ["open", "policies"] as const) {
      const found = disagreements({ model, treatment: treat(model, { variant }), choices }, counts);
      if (found.length > 0) return `variant ${variant}, ${choices}: ${found.join("; ")}`;
    }
  }
  return null;
}

/** Every kind of property, proved and refuted. */
const bothVerdicts = ["never", "always", "eventually", "first", "whenever", "between", "reachable", "forced"].flatMap(
  (kind) => [`${kind} false`, `${kind} true`],
);

describe("explorer and machine", () => {
  test("agree on generated scenarios", () => {
    const counts = tally();
    fc.assert(
      fc.property(tameScenarioArbitrary, (document) => {
        expect(firstDisagreement(documentText(document), counts)).toBeNull();
      }),
      { seed: 77, numRuns: cases(66, 200) },
    );
    expect(Object.keys(counts.verdicts).sort()).toEqual(bothVerdicts.toSorted());
    expect(counts.compared).toBeGreaterThan(200);
    for (const kind of ["between", "first", "reachable", "whenever"]) {
      expect([kind, counts.premises[`${kind} applies`] ?? 0]).toEqual([kind, expect.toSatisfy((n: number) => n > 5)]);
      expect([kind, counts.premises[`${kind} vacuous`] ?? 0]).toEqual([kind, expect.toSatisfy((n: number) => n > 5)]);
    }
  });

  test("agree on generated scenarios that can be at fault", () => {
    const counts = tally();
    fc.assert(
      fc.property(scenarioArbitrary, (document) => {
        expect(firstDisagreement(documentText(document), counts)).toBeNull();
      }),
      { seed: 1914, numRuns: cases(40, 120) },
    );
    expect(counts.faulty).toBeGreaterThan(10);
  });
});

const truth = { op: "truth", value: true } as const;

/** Every form of a run-level property, with every scope; conditions are read from letters, not from the model. */
const forms: readonly RunProperty[] = [null, truth].flatMap((after) =>
  [null, truth].flatMap((until) => {
    const scope = { id: "claim", after, until };
    return [
      { ...scope, kind: "never", of: truth } as const,
      { ...scope, kind: "always", of: truth } as const,
      ...[null, 0, 1, 2].map((within) => ({ ...scope, kind: "eventually", of: truth, within }) as const),
      { ...scope, kind: "first", first: truth, before: truth } as const,
      ...[null, 0, 1, 2].map(
        (within) => ({ ...scope, kind: "whenever", whenever: truth, eventually: truth, within }) as const,
      ),
      { ...scope, kind: "between", from: truth, to: truth, never: truth } as const,
    ];
  }),
);

const bools = fc.record({
  after: fc.boolean(),
  until: fc.nat(5).map((one) => one === 5),
  p: fc.boolean(),
  q: fc.boolean(),
  r: fc.boolean(),
  ticks: fc.boolean(),
});

const words: fc.Arbitrary<readonly Letter[]> = fc.array(bools, { minLength: 1, maxLength: 8 }).map((letters) => {
  let clock = 0;
  return letters.map(({ ticks, ...letter }, index) => {
    if (index > 0 && ticks) clock += 1;
    return { ...letter, clock };
  });
});

describe.each(
  forms.map((form) => [JSON.stringify(form).replaceAll('{"op":"truth","value":true}', "…"), form] as const),
)("%s", (_, form) => {
  test("says of a run what its quantifiers say: the engine's monitor and the naive reader", () => {
    expect(isRunProperty(form)).toBe(true);
    fc.assert(
      fc.property(words, (word) => {
        const meant = judge(form, word);
        expect(byMonitor(form, word)).toBe(meant);
        expect(byReader(form, word)).toBe(meant);
      }),
      { seed: 1962, numRuns: cases(150, 600) },
    );
  });
});

function byMonitor(property: RunProperty, word: readonly Letter[]): boolean {
  const bound = property.kind === "eventually" || property.kind === "whenever" ? property.within : null;
  let phase = firstPhase(property);
  let began = 0;
  word.forEach((letter, index) => {
    const scope = { after: property.after !== null && letter.after, until: property.until !== null && letter.until };
    const late = bound !== null && letter.clock - began > bound;
    const next = advance(property, phase, { ...letter, ...scope, late }, index === 0);
    phase = next.phase;
    if (next.starts) began = letter.clock;
  });
  return verdict(property, phase);
}

function byReader(property: RunProperty, word: readonly Letter[]): boolean {
  let reading = unread;
  word.forEach((letter, index) => {
    reading = readOn(property, reading, letter, letter.clock - (word[index - 1]?.clock ?? 0));
  });
  return atEnd(property, reading);
}
