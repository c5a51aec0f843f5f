/**
 * Moves made together: what language and teacher are promised, on small scenarios whose right values are known.
 */
import { describe, expect, test } from "vitest";
import { luckOf } from "../../src/chance/draw.ts";
import { isRefused } from "../../src/engine/event.ts";
import { openSession } from "../../src/engine/session.ts";
import { treat } from "../../src/engine/treatment.ts";
import { viewEvents } from "../../src/engine/view.ts";
import { verifyRun } from "../../src/log/verify.ts";
import { readScenario } from "../../src/scenario/scenario.ts";
import { engineOf, recordRun, scenarioOf } from "../../src/testing/recordedRun.ts";
import { solveModel } from "./solving.ts";

const solutionOf = (text: string) => {
  const { model } = scenarioOf(text);
  return solveModel(model, treat(model));
};

const shares = (text: string): Record<string, number | null> =>
  Object.fromEntries(Object.entries(solutionOf(text).outcomes).map(([id, { probability }]) => [id, probability]));

const head = (title: string, rounds = 1): string =>
  `demarche: 2\nid: together\ntitle: ${title}\nclock: { rounds: ${rounds} }\nturns: simultaneous\n`;

const grab = `${head("One prize")}actors: { a: {}, b: {} }
tracks: { prize: { initial: free, states: [free, with_a, with_b] } }
moves:
  grab_a: { by: a, when: prize is free, then: { prize: with_a } }
  grab_b: { by: b, when: prize is free, then: { prize: with_b } }
outcomes: { to_a: { when: prize is with_a }, to_b: { when: prize is with_b }, nobody: { otherwise: true } }
policies: { a: { grab: { grab_a: 1 } }, b: { grab: { grab_b: 1 } } }
`;

const scale = (actors: string): string => `${head("The end of a scale")}actors: ${actors}
variables: { tension: { scale: [0, 10], initial: 6 } }
moves:
  raise: { by: hawk, then: { tension: tension + 5 } }
  soothe: { by: dove, then: { tension: tension - 3 } }
outcomes: { tense: { when: tension >= 8 }, calm: { otherwise: true } }
policies: { hawk: { p: { raise: 1 } }, dove: { p: { soothe: 1 } } }
`;

const dilemma = `${head("Both alternate", 100)}actors:
  a: { must_move: true, utility: gain_a }
  b: { must_move: true, utility: gain_b }
variables:
  c_$i: { each: { i: [a, b] }, flag: true }
  gain_$i: { each: { i: [a, b] }, count: [0, 1000], initial: 0 }
moves:
  coop_a: { by: a, then: { c_a: true, gain_a: gain_a + (if c_b then 3 else 0) } }
  defect_a: { by: a, then: { c_a: false, gain_a: gain_a + (if c_b then 5 else 1) } }
  coop_b: { by: b, then: { c_b: true, gain_b: gain_b + (if c_a then 3 else 0) } }
  defect_b: { by: b, then: { c_b: false, gain_b: gain_b + (if c_a then 5 else 1) } }
outcomes: { end: { otherwise: true } }
policies:
  a: { alternate: { coop_a: if c_a then 0 else 1, defect_a: if c_a then 1 else 0 } }
  b: { alternate: { coop_b: if c_b then 0 else 1, defect_b: if c_b then 1 else 0 } }
`;

const swap = `${head("A swap")}actors: { a: {}, b: {} }
variables: { y: { scale: [0, 10], initial: 1 }, z: { scale: [0, 10], initial: 2 } }
moves:
  swap_a: { by: a, then: { y: z } }
  swap_b: { by: b, then: { z: y } }
outcomes: { end: { otherwise: true } }
policies: { a: { p: { swap_a: 1 } }, b: { p: { swap_b: 1 } } }
`;

const takers = (count: number, hurried: boolean): string => {
  const names = Array.from({ length: count }, (_, index) => `t${index}`);
  return `${head("Takers of one prize")}actors: { ${names.map((name) => `${name}: {}`).join(", ")} }
tracks: { prize: { initial: free, states: [free, ${names.map((name) => `with_${name}`).join(", ")}] } }
variables: { tries: { count: [0, 20], initial: 0 } }
moves:
  take_$w: { each: { w: [${names.join(", ")}] }, by: $w, ${hurried ? "first_come: true, " : ""}when: prize is free, then: { prize: with_$w, tries: tries + 1 } }
outcomes: { first: { when: prize is with_t0 }, other: { when: prize is not free }, nobody: { otherwise: true } }
policies: { $w: { each: { w: [${names.join(", ")}] }, p: { take_$w: 1 } } }
`;
};

const lastState = (text: string, seed = "a") => {
  const { states } = recordRun(engineOf(scenarioOf(text).model), { seed });
  return states.at(-1);
};

const made = (text: string, seed = "a") => {
  const { events } = recordRun(engineOf(scenarioOf(text).model), { seed });
  const joint = events.find((event) => event.type === "MovesMade");
  if (joint?.type !== "MovesMade") throw new Error("nothing was made together");
  return joint;
};

describe("moves made together", () => {
  test("share one prize by lot, and the log says who was overruled", () => {
    expect(shares(grab)).toEqual({ to_a: 0.5, to_b: 0.5, nobody: 0 });
    const seeds = Array.from({ length: 40 }, (_, index) => `${index}`);
    const firsts = seeds.map((seed) => made(grab, seed).lot?.order[0]);
    expect(new Set(firsts)).toEqual(new Set(["a", "b"]));
    for (const seed of seeds) {
      const { moves, lot, changes } = made(grab, seed);
      expect(lot?.chosen).toBe("draw");
      const winner = lot?.order[1];
      expect(changes.tracks).toEqual({ prize: `with_${winner}` });
      expect(moves.map(({ actor, overruled }) => [actor, overruled])).toEqual(
        ["a", "b"].map((actor) => [actor, actor === winner ? [] : ["prize"]]),
      );
    }
  });

  test("add up before a scale stops them, whoever is written first", () => {
    for (const actors of ["{ hawk: {}, dove: {} }", "{ dove: {}, hawk: {} }"]) {
      expect(lastState(scale(actors))?.variables).toEqual({ tension: 8 });
      expect(shares(scale(actors))).toEqual({ tense: 1, calm: 0 });
      expect(made(scale(actors)).lot).toBeNull();
    }
  });

  test("read the state as the turns opened: symmetric players earn the same", () => {
    const { values } = solutionOf(dilemma);
    for (const actor of ["a", "b"]) expect(values?.[actor]).toBeCloseTo(250, 9);
  });

  test("swap two values", () => {
    expect(lastState(swap)?.variables).toEqual({ y: 2, z: 1 });
  });

  test("cross: a move is not checked again because of what others do", () => {
    const letters = grab
      .replace(/prize: with_[ab] \}/g, "prize: with_a, sent: sent + 1 }")
      .replace("moves:", "variables: { sent: { count: [0, 2], initial: 0 } }\nmoves:");
    expect(lastState(letters)?.variables).toEqual({ sent: 2 });
    expect(made(letters)).toMatchObject({ lot: null, moves: [{ forestalled: false }, { forestalled: false }] });
  });

  test("that are first come go to one of many, each as likely; the others come too late", () => {
    for (const hurried of [false, true]) {
      const { first, nobody } = shares(takers(8, hurried));
      expect(first).toBeCloseTo(1 / 8, 12);
      expect(nobody).toBe(0);
    }
    expect(lastState(takers(8, false))?.variables).toEqual({ tries: 8 });
    expect(lastState(takers(8, true))?.variables).toEqual({ tries: 1 });
    const { moves, lot } = made(takers(3, true), "b");
    expect(moves.filter(({ forestalled }) => !forestalled).map(({ actor }) => actor)).toEqual([lot?.order[0]]);
  });

  test("that are too many to tell all orders apart are refused with their number", () => {
    expect(() => solutionOf(takers(9, true))).toThrow("moves of 9 actors are made together");
  });

  test("a forestalled move counts nowhere", () => {
    const text = takers(2, true)
      .replace(
        "outcomes:",
        "tallies: { taken: { add: 1, per: take_t0 }, all: [{ add: 1, per: take_t0 }, { add: 1, per: take_t1 }] }\noutcomes:",
      )
      .replace("first: {", "twice: { when: made(take_t0) + made(take_t1) is 2 }, first: {");
    const engine = engineOf(scenarioOf(text).model);
    const { states } = recordRun(engine, { seed: "a" });
    const counted = states.at(-1)?.made ?? {};
    expect(Object.values(counted).reduce((sum, times) => sum + times, 0)).toBe(1);
  });

  test("a log verifies with a drawn and with a given order, and not with another", () => {
    const { model } = scenarioOf(grab);
    const engine = engineOf(model);
    const { events, states } = recordRun(engine, { seed: "a" });
    expect(verifyRun(engine, events)).toBeNull();
    const position = events.findIndex(({ type }) => type === "MovesMade");
    const [joint, before] = [events[position], states[position - 1]];
    if (joint?.type !== "MovesMade" || joint.lot === null || before === undefined) throw new Error("no lot was drawn");
    const turned = { ...joint, lot: { ...joint.lot, order: joint.lot.order.toReversed() } };
    expect(verifyRun(engine, events.with(position, turned))).toMatchObject({ position });
    const session = openSession(engine, luckOf("a", 0), before);
    const given = session.propose({
      type: "MakeMoves",
      choices: joint.moves.map(({ actor, move }) => ({ actor, move: move ?? "hold", chosen: "given", branch: null })),
      order: joint.lot.order.toReversed(),
    });
    if (isRefused(given)) throw new Error(given.message);
    expect(given[0]).toMatchObject({
      lot: { chosen: "given" },
      changes: { tracks: { prize: `with_${joint.lot.order[0]}` } },
    });
    expect(verifyRun(engine, [...events.slice(0, position), ...given])).toBeNull();
  });

  test("a view shows who was overruled, never the order, and nothing of covert moves", () => {
    const { model } = scenarioOf(grab.replace("by: b, when", "by: b, covert: true, when"));
    const { events } = recordRun(engineOf(model), { seed: "a" });
    const seen = viewEvents(model, events, "a").find(({ type }) => type === "MovesMade");
    expect(JSON.stringify(seen)).not.toContain("order");
    expect(seen).toMatchObject({
      moves: [
        { actor: "a", move: "grab_a" },
        { actor: "b", move: null, overruled: [] },
      ],
    });
  });

  test("`first_come` is a truth, and of moves alone", () => {
    const complaints = (text: string) => readScenario({ file: "t.yaml", text }).diagnostics.map(({ code }) => code);
    expect(complaints(grab.replace("by: a,", "by: a, first_come: 3,"))).toContain("wrong-type");
    expect(complaints(grab.replace("outcomes:", "incidents: { i: { first_come: true } }\noutcomes:"))).toContain(
      "unknown-key",
    );
  });
});
