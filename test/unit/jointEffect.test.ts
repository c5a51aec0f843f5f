/**
 * What an effect does in a joint step: it leaves its name alone, changes it or sets it.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileExpression } from "../../src/scenario/evaluate.ts";
import type { Expression } from "../../src/scenario/expression.ts";
import { type JointEffect, jointEffect } from "../../src/scenario/jointEffect.ts";
import { printExpression } from "../../src/scenario/print.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";

const modelOf = (effect: string, name = "x") =>
  scenarioOf(`demarche: 2
id: effect
title: An effect
turns: simultaneous
actors: { one: {} }
variables: { x: { scale: [-99, 99], initial: 0 }, y: { scale: [-99, 99], initial: 0 }, up: { flag: false } }
tracks: { t: { initial: low, states: [low, high] } }
terms: { more: y + 2, sum: x + more, doubled: sum + sum, cases: if up then x else sum }
moves: { go: { by: one, then: { ${name}: ${JSON.stringify(effect)} } } }
`).model;

function told(effect: JointEffect): string {
  switch (effect.kind) {
    case "leaves":
      return "leaves";
    case "changes":
      return `changes by ${printExpression(effect.by)}`;
    case "sets":
      return `sets ${printExpression(effect.to)}`;
    case "depends":
      return `${printExpression(effect.when)}: ${told(effect.then)}; else ${told(effect.else)}`;
  }
}

function effectOf(text: string, name = "x") {
  const model = modelOf(text, name);
  const [assignment] = model.moves[0]?.then ?? [];
  if (assignment === undefined) throw new Error("nothing is set");
  return { model, assignment, effect: jointEffect(model, assignment) };
}

describe("an effect made together with others", () => {
  test.each([
    ["x", "leaves"],
    ["x + 5", "changes by 0 + 5"],
    ["5 + x", "changes by 5 + 0"],
    ["x - 3 + y", "changes by 0 - 3 + y"],
    ["y - x", "sets y - x"],
    ["2 * x", "sets 2 * x"],
    ["min(x + 1, 5)", "sets min(x + 1, 5)"],
    ["if up then x + 1 else x", "up: changes by 0 + 1; else leaves"],
    ["if up then 0 else (if y > 2 then x - 1 else x)", "up: sets 0; else y > 2: changes by 0 - 1; else leaves"],
    ["sum", "changes by 0 + more"],
    ["doubled", "changes by 0 + more + sum"],
    ["cases", "up: leaves; else changes by 0 + more"],
    ["y", "sets y"],
  ])("%s", (text, expected) => {
    expect(told(effectOf(text).effect)).toBe(expected);
  });

  test.each([
    ["up", "up", "leaves"],
    ["up", "true", "sets true"],
    ["up", "up or y > 1", "sets up or y > 1"],
    ["t", "t", "leaves"],
    ["t", "if up then high else t", "up: sets high; else leaves"],
  ])("%s: %s", (name, text, expected) => {
    expect(told(effectOf(text, name).effect)).toBe(expected);
  });

  test("gives the value that the expression has, where it is made alone", () => {
    const number = (
      expression: Expression,
      x: number,
      y: number,
      on: boolean,
      model: ReturnType<typeof modelOf>,
    ): number =>
      compileExpression(expression, { model, assume: {} })({
        tracks: { t: "low" },
        variables: { x, y, up: on },
        round: 0,
        entered: {},
        made: {},
        outcome: null,
      });
    const texts = [
      "x + 5",
      "x - 3 + y",
      "doubled",
      "cases",
      "if up then 0 else (if y > 2 then x - 1 else x)",
      "y - x",
      "sum - x",
    ];
    const small = fc.integer({ min: -9, max: 9 });
    fc.assert(
      fc.property(fc.constantFrom(...texts), small, small, fc.boolean(), (text, x, y, on) => {
        const { model, assignment, effect } = effectOf(text);
        const value = (expression: Expression): number => number(expression, x, y, on, model);
        const alone = (one: JointEffect): number => {
          switch (one.kind) {
            case "leaves":
              return x;
            case "changes":
              return x + value(one.by);
            case "sets":
              return value(one.to);
            case "depends":
              return alone(value(one.when) !== 0 ? one.then : one.else);
          }
        };
        expect(alone(effect)).toBe(value(assignment.value));
      }),
    );
  });

  test("does not grow with terms that double", () => {
    const part = (index: number): Expression => ({ op: "term", id: `t${index}` });
    const terms = Array.from({ length: 60 }, (_, index) => ({
      id: `t${index + 1}`,
      type: "number" as const,
      value: { op: "arithmetic" as const, by: "+" as const, left: part(index), right: part(index) },
    }));
    const first = { id: "t0", type: "number" as const, value: { op: "variable" as const, id: "x" } };
    const model = { ...modelOf("x"), terms: [first, ...terms] };
    const effect = jointEffect(model, { target: "variable", id: "x", value: { op: "term", id: "t60" } });
    expect(effect.kind).toBe("changes");
  });
});
