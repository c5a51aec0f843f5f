/**
 * What an actor sees of a run: promises of the projection, one by one.
 */
import { describe, expect, test } from "vitest";
import { type ViewEvent, type Viewer, viewEvents, viewState } from "../../src/engine/view.ts";
import { engineOf, recordRun, scenarioOf } from "../../src/testing/recordedRun.ts";
import { tiny } from "./tiny.ts";

const world = `clock: { rounds: 1 }
actors:
  one: { must_move: true }
  two: {}
variables:
  tension: { scale: [0, 9], initial: 1 }
  resolve: { scale: [0, 9], initial: { 3: 1, 7: 1 }, private: [one] }
  nerve: { scale: [0, 9], initial: 5, private: [] }
moves:
  plot:
    by: one
    covert: true
    then:
      resolve: 9
      tension: tension + 2
outcomes:
  end: { otherwise: true }
`;

function view(viewer: Viewer, body = world, variant = "default"): readonly ViewEvent[] {
  const { model } = scenarioOf(tiny(body));
  return viewEvents(model, recordRun(engineOf(model, { variant })).events, viewer);
}

const types = (events: readonly ViewEvent[]): readonly string[] => events.map(({ type }) => type);

describe("a view", () => {
  test("begins with what is public and one's own secrets", () => {
    const [one] = view("one");
    const [two] = view("two");
    expect(one?.type === "RunStarted" && Object.keys(one.state.variables)).toEqual(["tension", "resolve"]);
    expect(two?.type === "RunStarted" && two.state.variables).toEqual({ tension: 1 });
  });

  test("shows a covert move to its actor, and to others as holding", () => {
    expect(view("one")[1]).toMatchObject({
      type: "MoveMade",
      move: "plot",
      changes: { variables: { resolve: 9, tension: 3 } },
    });
    expect(view("two").slice(1, 3)).toEqual([
      { type: "TurnHeld", actor: "one", changes: {} },
      { type: "Changed", changes: { variables: { tension: 3 } } },
    ]);
  });

  test("shows a covert move without public effect as holding and nothing else", () => {
    const quiet = world.replace("      tension: tension + 2\n", "");
    expect(types(view("two", quiet))).toEqual(["RunStarted", "TurnHeld", "RoundOpened", "RunEnded"]);
  });

  test("shows the public changes of a covert move in free turns alone, as nobody can hold there", () => {
    const variant = "variants:\n  loose:\n    turns: free\n";
    expect(types(view("two", world + variant, "loose"))).toEqual(["RunStarted", "Changed", "RoundOpened", "RunEnded"]);
    expect(types(view("two", `turns: free\n${world}`))).toEqual(["RunStarted", "Changed", "RoundOpened", "RunEnded"]);
  });

  test("shows a covert part of a joint step as holding", () => {
    const [, joint] = view("two", `turns: simultaneous\n${world}`);
    expect(joint).toEqual({
      type: "MovesMade",
      moves: [{ actor: "one", move: null, branch: null, forestalled: false, overruled: [] }],
      changes: { variables: { tension: 3 } },
    });
  });

  test("shows a move known to some to them as it is, and to all others as holding", () => {
    const body = world.replace("covert: true", "known_to: [three]").replace("  two: {}", "  two: {}\n  three: {}");
    expect(view("one", body)[1]).toMatchObject({ type: "MoveMade", move: "plot" });
    expect(view("three", body)[1]).toEqual({
      type: "MoveMade",
      actor: "one",
      move: "plot",
      branch: null,
      changes: { variables: { tension: 3 } },
    });
    for (const viewer of ["two", "public"]) {
      expect(view(viewer, body)).toEqual(view(viewer, body.replace("known_to: [three]", "covert: true")));
    }
  });

  test("shows a branch and an incident known to some to them alone", () => {
    const shared = "    branches:\n      openly:\n        odds: 0\n      quietly:\n        known_to: two\n";
    const body = world.replace("    covert: true\n", shared);
    expect(view("two", body)[1]).toMatchObject({ move: "plot", branch: "quietly" });
    expect(view("public", body)[1]).toMatchObject({ move: "plot", branch: null });
    const incident = "incidents:\n  leak:\n    known_to: [two]\n    then:\n      tension: 8\n";
    expect(view("two", world + incident)[1]).toMatchObject({ type: "IncidentOccurred", incident: "leak" });
    for (const viewer of ["one", "public"]) {
      expect(view(viewer, world + incident)[1]).toEqual({ type: "Changed", changes: { variables: { tension: 8 } } });
    }
  });

  test("names a rule that counts a shared secret to those who share it", () => {
    const rule = "rules:\n  count:\n    when: made(plot) is 1\n    then:\n      tension: 9\n";
    const body = world.replace("covert: true", "known_to: [two]") + rule;
    expect(types(view("two", body))).toContain("RuleApplied");
    expect(types(view("public", body))).not.toContain("RuleApplied");
  });

  test("does not show which covert branch a move took", () => {
    const branches = "    branches:\n      openly:\n        odds: 0\n      quietly:\n        covert: true\n";
    const body = world.replace("    covert: true\n", branches);
    expect(view("one", body)[1]).toMatchObject({ move: "plot", branch: "quietly" });
    expect(view("two", body)[1]).toMatchObject({ move: "plot", branch: null });
  });

  test("shows nothing of a covert incident but what it changed in public", () => {
    const incident = "incidents:\n  leak:\n    covert: true\n    then:\n      tension: 8\n";
    expect(view("two", world + incident)[1]).toEqual({ type: "Changed", changes: { variables: { tension: 8 } } });
    expect(view("two", world + incident.replace("tension: 8", "nerve: 8"))[1]?.type).toBe("TurnHeld");
  });

  test("names a rule only to those who see everything that it reads", () => {
    const rule = "rules:\n  boil:\n    when: resolve is 9\n    then:\n      tension: 9\n";
    expect(types(view("one", world + rule))).toContain("RuleApplied");
    expect(types(view("two", world + rule))).not.toContain("RuleApplied");
    expect(view("two", world + rule)[3]).toEqual({ type: "Changed", changes: { variables: { tension: 9 } } });
  });

  test("names no rule that counts covert moves", () => {
    const rule = "rules:\n  count:\n    when: made(plot) is 1\n    then:\n      tension: 9\n";
    expect(types(view("one", world + rule))).toContain("RuleApplied");
    expect(types(view("public", world + rule))).not.toContain("RuleApplied");
  });

  test("names no rule that asks how long ago a hidden track changed, by itself or through a term", () => {
    const track = "tracks:\n  plans:\n    states: [none, ready]\n    initial: none\n    private: [one]\n";
    const body = `${world.replace("      resolve: 9\n", "      resolve: 9\n      plans: ready\n")}${track}`;
    const rule = "rules:\n  fresh:\n    when: tension is 3 and since(plans) is 0\n    then:\n      tension: 9\n";
    const term = "terms:\n  recent: since(plans) is 0\n";
    for (const text of [body + rule, body + term + rule.replace("since(plans) is 0", "recent")]) {
      expect(types(view("one", text))).toContain("RuleApplied");
      expect(types(view("two", text))).not.toContain("RuleApplied");
    }
  });

  test("says no more of a model fault than that the run is over", () => {
    const faulty = world.replace("resolve: 9", "resolve: floor(1 / 0)");
    expect(view("two", faulty).at(-1)).toEqual({ type: "RunEnded", outcome: null, changes: { over: true } });
  });

  test("adds up to the state that its viewer knows", () => {
    const state = viewState(view("two"));
    expect(state).toEqual({ tracks: {}, variables: { tension: 3 }, round: 1, outcome: "end", over: true });
    expect(viewState([])).toBeNull();
  });
});
