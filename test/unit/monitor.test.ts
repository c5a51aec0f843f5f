/**
 * Properties of a run, kind by kind, over small traces.
 *
 * A trace is written as its states: the letters that hold in each, `-` where none does, `|` before a state that opens a
 * new round. `a` opens a scope, `u` closes it.
 */
import { describe, expect, test } from "vitest";
import { completedRounds, isRunProperty, monitor, verdict } from "../../src/engine/monitor.ts";
import type { State } from "../../src/engine/state.ts";
import { tinyEngine } from "./tiny.ts";

const letters = ["p", "q", "r", "a", "u"];

function holds(property: string, trace: string): boolean {
  const flags = letters.map((letter) => `  is_${letter}: { flag: false }`).join("\n");
  const written = property.replaceAll(/\b([pqrau])\b/g, "is_$1");
  const { law } = tinyEngine(
    `clock: { rounds: 99 }\nvariables:\n${flags}\noutcomes:\n  end: { otherwise: true }\nproperties:\n  claim: { ${written} }`,
  );
  const [claim] = law.model.properties;
  if (claim === undefined || !isRunProperty(claim)) throw new Error(`${property} is not a property of runs`);
  const watcher = monitor(law, claim);
  let round = 0;
  for (const word of trace.split(" ")) {
    if (word.startsWith("|")) round += 1;
    const variables = Object.fromEntries(letters.map((letter) => [`is_${letter}`, word.includes(letter)]));
    const state: State = {
      tracks: {},
      variables,
      round,
      entered: {},
      made: {},
      cursor: "tick",
      outcome: null,
      ended: null,
    };
    watcher.read(state);
  }
  return verdict(claim, watcher.phase);
}

describe.each<readonly [property: string, held: readonly string[], failed: readonly string[]]>([
  ["never: p", ["-", "- |q -"], ["p", "- |- p |-"]],
  ["always: p", ["p", "p |p p"], ["-", "p |p - |p"]],
  ["eventually: p", ["p", "- |- |p |-"], ["-", "- |q |-"]],
  ["eventually: p, within: 0", ["p", "- p"], ["- |p"]],
  ["eventually: p, within: 2", ["- |- |p", "- |p |- |- |-"], ["- |- |- |p", "- |- |- |-"]],
  ["first: p, before: q", ["-", "p |q", "- |p", "p"], ["q", "pq", "- |q |p"]],
  ["whenever: p, eventually: q", ["-", "q", "pq", "p |- |q", "p |q |p |q"], ["p", "p |- |-", "pq |p", "p |q |p"]],
  [
    "whenever: p, eventually: q, within: 1",
    ["p |q", "p p |q", "- |p |q |- |p q", "pq"],
    ["p |- |q", "p |p |q", "p |q |p |- |q"],
  ],
  [
    "'between': [p, q], never: r",
    ["r |p |q |r", "p |- |q", "pq r", "p qr", "- |r"],
    ["pr", "p |r |q", "p |- r", "p |q |p |r"],
  ],
])("%s", (property, held, failed) => {
  test.each(held)("holds of %s", (trace) => {
    expect(holds(property, trace)).toBe(true);
  });
  test.each(failed)("fails of %s", (trace) => {
    expect(holds(property, trace)).toBe(false);
  });
});

describe.each<readonly [property: string, held: readonly string[], failed: readonly string[]]>([
  ["never: p, after: a", ["p |- |a |q", "p p"], ["a p", "ap", "p |a |p"]],
  ["never: p, until: u", ["- |u |p", "up", "-"], ["p u", "- |p |u"]],
  ["never: p, after: a, until: u", ["p |a |- |u |p", "p", "au p"], ["a |p |u", "ap u"]],
  ["always: p, after: a", ["-", "- |ap |p"], ["a", "- |ap |-"]],
  ["eventually: p, after: a", ["- |a |p", "ap"], ["p |a", "p", "-"]],
  ["eventually: p, within: 1, after: a", ["- |- |a |p"], ["- |a |- |p"]],
  ["eventually: p, until: u", ["p u", "- |p |u"], ["u", "up", "- |u |p"]],
  ["first: p, before: q, after: a", ["q |a |p |q", "q"], ["p |a |q"]],
  ["whenever: p, eventually: q, until: u", ["p q u", "u |p", "q u"], ["p u |q", "p |u"]],
  ["'between': [p, q], never: r, after: a, until: u", ["p |a |r", "a |p |u |r", "p r |a"], ["a |p |r |u", "apr"]],
])("in its scope, %s", (property, held, failed) => {
  test.each(held)("holds of %s", (trace) => {
    expect(holds(property, trace)).toBe(true);
  });
  test.each(failed)("fails of %s", (trace) => {
    expect(holds(property, trace)).toBe(false);
  });
});

describe("the clock of within", () => {
  const at = (turns: string, cursor: string, body = "moves:\n  act:\n    by: one\n"): number => {
    const { law } = tinyEngine(`clock: { rounds: 9 }\nturns: ${turns}\n${body}outcomes:\n  end: { otherwise: true }`);
    return completedRounds(law, {
      ...{ tracks: {}, variables: {}, round: 3, entered: {}, made: {}, outcome: null, ended: null },
      cursor,
    });
  };

  test("counts rounds that are over", () => {
    expect(at("in order", "turn:one")).toBe(3);
    expect(at("simultaneous", "tick")).toBe(3);
  });

  test("counts moves in free turns: a round is over with its move", () => {
    expect(at("free", "turn")).toBe(3);
    expect(at("free", "tick")).toBe(4);
  });

  test("counts no move where nobody has any", () => {
    expect(at("free", "tick", "")).toBe(3);
  });
});
