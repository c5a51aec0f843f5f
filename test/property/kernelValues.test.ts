/**
 * Values of the kernel: what generated code computes is what the reference computes, within the bounds it claims.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { State } from "../../src/engine/state.ts";
import { treat } from "../../src/engine/treatment.ts";
import { number as asNumber } from "../../src/kernel/code.ts";
import { draftProgram } from "../../src/kernel/draft.ts";
import { nameOf, print } from "../../src/kernel/javascriptValue.ts";
import { compileExpression, EvaluationFault } from "../../src/scenario/evaluate.ts";
import type { Expression } from "../../src/scenario/expression.ts";
import type { Model } from "../../src/scenario/model.ts";
import { readScenario } from "../../src/scenario/scenario.ts";
import { mayFault, someInside } from "../../src/scenario/walk.ts";
import { condition, number } from "./expressionArbitrary.ts";

const text = `
demarche: 1
id: values
title: Values
clock: { start: 2022-01-22, step: 3 days, rounds: 12 }
actors: { usa: {} }
tracks:
  reply: { initial: promised, states: { promised: { rung: 1 }, delivered: { rung: 2 }, rejected: {}, late: { rung: 4 } } }
  talks: { initial: none, states: { none: {}, open: {}, agreed: {}, rejected: {} } }
  forces: { initial: home, states: { home: { rung: 1 }, tension: { rung: 5 }, reply: { rung: 2 } } }
variables:
  tension: { scale: [-7, 12], initial: 0 }
  patience: { count: [0, 3], initial: 0 }
  leaked: { flag: false }
assumptions:
  leak_chance: { range: [0, 1], default: 0.3, basis: judgement }
  pretext_needed: { values: [true, false], default: true, basis: judgement }
terms:
  settled: talks is agreed and tension <= 3
  pressure: 2 * tension - patience / 2
moves:
  appeal: { by: usa, then: { leaked: true } }
  refuse: { by: usa, then: { reply: rejected } }
incidents:
  border_clash: { when: since(reply) > 20 or made(appeal) > 20, chance: 0.5 }
outcomes:
  invasion: { when: tension is 12 }
  peace: { when: settled }
  reply: { otherwise: true }
`;

const base = ((): Model => {
  const { scenario, diagnostics } = readScenario({ file: "values.yaml", text });
  if (scenario === null) throw new Error(diagnostics[0]?.message);
  return scenario.model;
})();

/** The model with an expression that is read somewhere, so that its memory is planned for it. */
function modelWith(add: Expression): Model {
  return { ...base, tallies: [{ id: "read", entries: [{ add, when: null, per: "step" }] }] };
}

const statesOf = (id: string): string[] =>
  base.tracks.find((track) => track.id === id)?.states.map((one) => one.id) ?? [];

const state: fc.Arbitrary<State> = fc.record({
  tracks: fc.record(Object.fromEntries(base.tracks.map(({ id }) => [id, fc.constantFrom(...statesOf(id))]))),
  variables: fc.record({
    tension: fc.integer({ min: -7, max: 12 }),
    patience: fc.integer({ min: 0, max: 3 }),
    leaked: fc.boolean(),
  }),
  round: fc.integer({ min: 6, max: 12 }),
  entered: fc.record(
    { "track:reply": fc.integer({ min: 0, max: 6 }), "incident:border_clash": fc.integer({ min: 0, max: 6 }) },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Record<string, number>>,
  made: fc.record({ "move:appeal": fc.integer({ min: 1, max: 6 }) }, { requiredKeys: [] }) as fc.Arbitrary<
    Record<string, number>
  >,
  cursor: fc.constant("tick"),
  outcome: fc.constantFrom(null, "peace", "reply"),
  ended: fc.constant(null),
});

/** The value that generated code computes in a state, with the bounds claimed for it; null is a fault. */
function generated(expression: Expression, at: State): { value: number | null; low: number; high: number } {
  const model = modelWith(expression);
  const draft = draftProgram(model, treat(model), 100);
  const code = asNumber(draft.translate(expression, "here"));
  const fields = draft.layout.fields.map(({ local }) => nameOf(local));
  const tables = draft.tables.map((values, index) => `const T${index} = [${values.join(",")}];`);
  const outcome = model.outcomes.findIndex(({ id }) => id === at.outcome);
  const remainder = "function remainder(a, b) { const r = a % b; return r !== 0 && r < 0 !== b < 0 ? r + b : r; }";
  const source = `"use strict"; let bad = 0; const ${nameOf(draft.ending)} = ${outcome}; ${tables.join(" ")} ${remainder}
    const value = ${print(code)}; return bad === 0 ? value : null;`;
  const values = draft.layout.values(at);
  // Truths of the state are fields of 0 and 1.
  // oxlint-disable-next-line typescript/no-implied-eval
  const value = new Function(...fields, source)(...values) as number | null;
  return { value, low: code.low, high: code.high };
}

/** The value of the reference; null is a fault. */
function expected(expression: Expression, at: State): number | null {
  const model = modelWith(expression);
  try {
    return compileExpression(expression, { model, assume: treat(model).assume })(at);
  } catch (error) {
    if (error instanceof EvaluationFault) return null;
    throw error;
  }
}

function agree(expression: Expression, at: State): void {
  const { value, low, high } = generated(expression, at);
  const wanted = expected(expression, at);
  expect(value === null ? null : value + 0).toBe(wanted === null ? null : wanted + 0);
  if (value === null || Number.isNaN(value)) return;
  expect(value).toBeGreaterThanOrEqual(low);
  expect(value).toBeLessThanOrEqual(high);
}

describe("generated values", () => {
  test("equal the reference's numbers, fault where they fault, and keep their bounds", () => {
    fc.assert(
      fc.property(number, state, (expression, at) => {
        agree(expression, at);
      }),
      { seed: 1815, numRuns: 1500 },
    );
  });

  test("fault nowhere but in what may fault", () => {
    let faults = 0;
    fc.assert(
      fc.property(number, state, (expression, at) => {
        if (expected(expression, at) !== null) return;
        faults++;
        expect(someInside(expression, base.terms, mayFault)).toBe(true);
      }),
      { seed: 1755, numRuns: 1500 },
    );
    expect(faults).toBeGreaterThan(20);
  });

  test("equal the reference's conditions, fault where they fault", () => {
    fc.assert(
      fc.property(condition, state, (expression, at) => {
        agree(expression, at);
      }),
      { seed: 1878, numRuns: 1500 },
    );
  });
});
