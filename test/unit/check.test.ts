/**
 * What a check tells beside its verdicts: what never comes, which premises never hold, and runs that show a finding.
 */
import { describe, expect, test } from "vitest";
import type { PropertyFinding } from "../../src/check/check.ts";
import { type WitnessRun, witnessRun } from "../../src/check/witnessRun.ts";
import { prepareEngine } from "../../src/engine/session.ts";
import { treat } from "../../src/engine/treatment.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";
import { checked } from "../differential/bothExplorations.ts";
import { chronicle, tiny } from "./tiny.ts";

function checkOf(body: string, variant: string | null = null) {
  const { model } = scenarioOf(tiny(body));
  const treatment = treat(model, variant === null ? {} : { variant });
  const result = checked({ model, treatment, choices: "open" });
  const finding = (id: string): PropertyFinding => {
    const found = result.findings.find(({ property }) => property.id === id);
    if (found === undefined) throw new Error(`there is no property ${id}`);
    return found;
  };
  /** The run that shows what was found. */
  const shown = (id: string): WitnessRun => {
    const { witness } = finding(id);
    const start = { seed: "check", model: "", document: { id: "", text: "" } };
    const run = witness && witnessRun(prepareEngine(model, treatment), witness.layout, start, witness.decisions);
    if (run === null) throw new Error(`nothing shows ${id}`);
    return run;
  };
  return { ...result, finding, shown };
}

describe("what never comes", () => {
  test("is told in the order of the document, from the first track on", () => {
    const { missing } = checkOf(`clock: { rounds: 2 }
tracks:
  first: { initial: low, states: [low, high, top] }
  second: { initial: dark, states: [dark, lit] }
variables: { ready: { flag: false } }
moves:
  raise: { by: one, then: { first: high } }
  crown: { by: one, when: first is high and ready, then: { first: top } }
  light: { by: one, branches: { well: { odds: 1 }, badly: { odds: 0, then: { second: lit } } } }
incidents:
  storm: { when: ready }
rules:
  lapse: { when: ready, then: { first: low } }
outcomes:
  crowned: { when: first is top }
  done: { otherwise: true }
`);
    expect(missing).toEqual([
      { kind: "track state", ids: ["first", "top"] },
      { kind: "track state", ids: ["second", "lit"] },
      { kind: "move", ids: ["crown"] },
      { kind: "branch", ids: ["light", "badly"] },
      { kind: "incident", ids: ["storm"] },
      { kind: "rule", ids: ["lapse"] },
      { kind: "outcome", ids: ["crowned"] },
    ]);
  });
});

describe("a premise that never comes", () => {
  const body = `clock: { rounds: 2 }
tracks: { door: { initial: shut, states: [shut, open] } }
variables: { alarm: { flag: false }, half: { count: [0, 4], initial: 0 } }
moves: { push: { by: one, then: { door: open, half: "min(half + 1, 4)" } } }
outcomes: { done: { otherwise: true } }
properties:
  empty: { whenever: alarm, eventually: door is open }
  full: { whenever: half is 1, eventually: door is open }
  way: { from: alarm, reachable: door is open }
`;
  const { finding } = checkOf(body);

  test("is named beside a property that says nothing without it", () => {
    expect(finding("empty")).toMatchObject({ holds: true, vacuous: expect.anything() });
    expect(finding("way")).toMatchObject({ holds: true, vacuous: expect.anything() });
  });

  test("is not looked for where it comes", () => {
    expect(finding("full")).toMatchObject({ holds: true, vacuous: null });
  });
});

describe("a run that shows a finding", () => {
  test("comes past the same state again where only the property has moved on", () => {
    const { shown } = checkOf(`actors: { one: { must_move: true } }
tracks: { place: { initial: home, states: [home, shop, hall, goal] } }
moves:
  go: { by: one, when: place is home, then: { place: shop } }
  back: { by: one, when: place is shop, then: { place: home } }
  leave: { by: one, when: place is home, then: { place: hall } }
  reach: { by: one, when: place is hall, then: { place: goal } }
outcomes: { over: { when: place is goal } }
properties:
  never_after: { never: place is goal, after: place is shop }
`);
    const run = shown("never_after");
    expect(run.steps.map((step) => ("move" in step ? step.move : ""))).toEqual(["go", "back", "leave", "reach"]);
    expect(run.lastChoice).toMatchObject({ actor: "one" });
  });

  test("ends where chance would have to choose on", () => {
    const { shown } = checkOf(`clock: { rounds: 3 }
variables: { pushed: { flag: false } }
moves: { push: { by: one, then: { pushed: true } } }
incidents:
  storm: { when: pushed, chance: 1 / 2 }
outcomes: { done: { otherwise: true } }
properties:
  untouched: { never: pushed }
`);
    expect(chronicle(shown("untouched"))).toEqual(["start", "push", "round 1"]);
  });

  test("ends where a certain incident could turn out in several ways", () => {
    const { shown } = checkOf(`clock: { rounds: 3 }
variables: { pushed: { flag: false } }
moves: { push: { by: one, then: { pushed: true } } }
incidents:
  storm: { when: pushed, branches: { north: { odds: 1 }, south: { odds: 1 } } }
outcomes: { done: { otherwise: true } }
properties:
  untouched: { never: pushed }
`);
    expect(chronicle(shown("untouched"))).toEqual(["start", "push", "round 1"]);
  });

  describe("past an incident", () => {
    const body = `clock: { rounds: 3 }
variables: { pushed: { flag: false }, wet: { flag: false } }
moves: { push: { by: one, when: wet, then: { pushed: true } } }
incidents: { storm: { when: not wet, then: { wet: true } } }
outcomes: { done: { otherwise: true } }
variants: { told: { question: What if it storms?, script: [{ round: 0, incident: storm }] } }
properties:
  untouched: { never: pushed }
`;
    const push = { round: 0, by: "one", move: "push", branch: null };

    test("that does not come averts it, and tells of that", () => {
      const run = checkOf(body.replace("when: not wet,", "chance: 1 / 2,").replace("when: wet", "when: not wet"));
      const { steps, events } = run.shown("untouched");
      expect(steps).toEqual([{ round: 0, averted: "storm" }, push]);
      expect(chronicle({ events })).toEqual(["start", "averted storm", "push", "round 1"]);
    });

    test("that is certain lets it come by itself, and tells of choices alone", () => {
      const run = checkOf(body).shown("untouched");
      expect(chronicle(run)).toEqual(["start", "incident storm", "push", "round 1"]);
      expect(run.steps).toEqual([push]);
      expect(run.events[1]).toMatchObject({ incident: "storm", chosen: "draw" });
    });

    test("that is scripted gives it as the script has it, and tells of it", () => {
      const run = checkOf(body, "told").shown("untouched");
      expect(chronicle(run)).toEqual(["start", "incident storm", "push", "round 1"]);
      expect(run.steps).toEqual([{ round: 0, incident: "storm", branch: null }, push]);
      expect(run.events[1]).toMatchObject({ incident: "storm", chosen: "given" });
    });
  });
});

describe("a promise to answer", () => {
  // More values than fit one word, so that what the property remembers stands behind other digits.
  const body = (answer: string): string => `actors: { one: { must_move: true } }
tracks: { door: { initial: shut, states: [shut, knocked, heard] } }
variables:
  long: { count: [0, 99999], initial: 5 }
  wide: { count: [0, 99999], initial: 5 }
moves:
  knock: { by: one, when: door is shut, then: { door: knocked, long: 99999 - long } }
  hear: { by: one, when: door is knocked, then: { door: heard, wide: 99999 - wide } }
  answer: { by: one, when: door is heard, then: { door: ${answer} } }
properties:
  answered: { whenever: door is knocked, eventually: door is shut }
`;

  test("is kept where every cycle answers", () => {
    expect(checkOf(body("shut")).finding("answered").holds).toBe(true);
  });

  test("is broken where a cycle never does", () => {
    const { holds, witness } = checkOf(body("knocked")).finding("answered");
    expect(holds).toBe(false);
    expect(witness?.repeats).toBe(1);
  });
});

test("a crisis in which all choose at once is a deadlock where nobody can do anything any more", () => {
  const { states, deadlocks, depth, deadlock } = checkOf(`turns: simultaneous
actors: { ann: {}, bob: {} }
variables: { a: { flag: false }, b: { flag: false } }
moves:
  act: { by: ann, when: not a, then: { a: true } }
  answer: { by: bob, when: not b, then: { b: true } }
`);
  // Neither, one or the other has acted; or both, at once or one after the other, which is the deadlock.
  expect({ states, deadlocks, depth }).toEqual({ states: 4, deadlocks: 1, depth: 1 });
  expect(deadlock?.decisions.map(({ point }) => point.site)).toEqual(["turn:ann", "turn:bob"]);
});

describe.each(["in order", "simultaneous", "free"])("where turns are %s", (turns) => {
  const sizes = (open: boolean) => {
    const { states, initial, deadlocks, depth, transitions } = checkOf(`turns: ${turns}
actors: { ann: {}, bob: {} }
variables: { open: { flag: ${open} } }
moves:
  act: { by: ann, when: open }
  answer: { by: bob, when: open }
incidents:
  close: { when: open, then: { open: false } }
`);
    return { states, initial, deadlocks, depth, transitions };
  };
  const deadlock = { states: 1, initial: 1, deadlocks: 1, depth: 0, transitions: 0 };

  test("nothing to do at the start is a deadlock without a step", () => {
    expect(sizes(false)).toEqual(deadlock);
  });

  test("what a certain incident leaves without anything to do is a deadlock in which nobody is asked", () => {
    expect(sizes(true)).toEqual(deadlock);
  });
});

describe("what can be forced in turn", () => {
  const { finding } = checkOf(`clock: { rounds: 1 }
actors: { guard: {}, thief: {} }
tracks: { door: { initial: ajar, states: [ajar, locked, open] } }
moves:
  lock: { by: guard, then: { door: locked } }
  enter: { by: thief, when: door is ajar, then: { door: open } }
outcomes: { done: { otherwise: true } }
properties:
  guard_locks: { forced: door is locked, by: [guard] }
  thief_enters: { forced: door is open, by: [thief] }
  thief_is_kept_out: { forced: door is locked, by: [thief] }
  both_can: { forced: door is open, by: [guard, thief] }
`);

  test("is what the choices of a coalition make certain, whatever the others do", () => {
    expect(finding("guard_locks").holds).toBe(true);
    expect(finding("thief_enters").holds).toBe(false);
    expect(finding("thief_is_kept_out").holds).toBe(false);
    expect(finding("both_can").holds).toBe(true);
  });
});
