/**
 * The exported statechart: it runs under the xstate package alone, and steps as the engine does.
 */
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { type AnyActorRef, type AnyStateMachine, createActor } from "xstate";
import { getShortestPaths } from "xstate/graph";
import type { RunEvent } from "../../src/engine/event.ts";
import type { State } from "../../src/engine/state.ts";
import { treat } from "../../src/engine/treatment.ts";
import { exportXstate } from "../../src/export/xstate.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";
import { engineOf, recordRun, scenarioOf } from "../../src/testing/recordedRun.ts";
import { documentText, scenarioArbitrary } from "../../src/testing/scenarioArbitrary.ts";
import { tiny } from "./tiny.ts";

const root = join(import.meta.dirname, "../..");

// A folder from which nothing but xstate can be imported.
const folder = mkdtempSync(join(tmpdir(), "demarche-export-"));
mkdirSync(join(folder, "node_modules"));
symlinkSync(join(root, "node_modules/xstate"), join(folder, "node_modules/xstate"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Exported {
  readonly default: AnyStateMachine;
  readonly config: unknown;
  readonly events: readonly { readonly type: string; readonly branch?: string | null }[];
  readonly title: string;
  readonly countsRounds: boolean;
  chartValue(context: State): Record<string, string>;
  openingIn(context: ExportedState): { readonly kind: string; readonly incident?: string };
  eventsIn(context: ExportedState): readonly (Record<string, unknown> & { readonly type: string })[];
}

/** The exported machine's context: the engine's state, and the rules that may still follow from the last step. */
type ExportedState = State & { readonly due: readonly string[] };

let modules = 0;

async function load(text: string): Promise<Exported> {
  const file = join(folder, `module${modules++}.mjs`);
  writeFileSync(file, text);
  return (await import(pathToFileURL(file).href)) as Exported;
}

/** The machine event behind a recorded event; null where no step was made. */
function machineEventOf(event: RunEvent): (Record<string, unknown> & { readonly type: string }) | null {
  switch (event.type) {
    case "MoveMade":
      return { type: `move:${event.move}`, branch: event.branch?.branch ?? null };
    case "IncidentOccurred":
      return { type: `incident:${event.incident}`, branch: event.branch?.branch ?? null };
    case "MovesMade":
      return {
        type: "joint",
        parts: event.moves.map(({ actor, move, branch }) => ({ actor, move, branch: branch?.branch ?? null })),
        ...(event.lot === null ? {} : { order: event.lot.order }),
      };
    case "TurnHeld":
      return { type: `hold:${event.actor}` };
    case "IncidentAverted":
      return { type: `avert:${event.incident}` };
    case "RuleApplied":
      return { type: `rule:${event.rule}` };
    case "RoundOpened":
      return { type: "tick" };
    case "RunEnded":
      return { type: "end", ended: event.reason, outcome: event.outcome };
    default:
      return null;
  }
}

/** A machine event without the order that a lot gave. */
const withoutOrder = (event: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(event).filter(([key]) => key !== "order"));

/** Sends what a log leaves out: the incidents that luck did not let occur before an event. */
function passIncidents({ openingIn }: Exported, actor: AnyActorRef, type: string): void {
  for (;;) {
    const opening = openingIn(actor.getSnapshot().context);
    if (opening.kind !== "incident" || type.endsWith(`:${opening.incident}`)) return;
    const before = actor.getSnapshot().context;
    actor.send({ type: `avert:${opening.incident}` });
    if (actor.getSnapshot().context === before) throw new Error(`${opening.incident} must occur before ${type}`);
  }
}

/** Steps the exported machine along recorded runs and compares the whole state after each event; counts the steps. */
async function compareRuns(scenario: Scenario, variant: string, seeds: readonly string[]): Promise<number> {
  const { model } = scenario;
  const treatment = treat(model, { variant });
  const exported = await load(exportXstate(scenario, treatment));
  const { default: machine, chartValue } = exported;
  const engine = engineOf(model, { variant });
  let steps = 0;
  for (const seed of seeds) {
    const { events, states } = recordRun(engine, { seed });
    const [start] = states;
    if (start === undefined) throw new Error("a run has a first state");
    const actor = createActor(machine, {
      snapshot: machine.resolveState({ value: chartValue(start), context: { ...start, due: [] } }),
    });
    actor.start();
    for (const [position, event] of events.entries()) {
      const machineEvent = machineEventOf(event);
      if (machineEvent === null) continue;
      // A run may be stopped anywhere; everything else must be open.
      if (event.type !== "RunEnded" || event.reason !== "unfinished") {
        passIncidents(exported, actor, machineEvent.type);
        // What seven may choose together is more than a list can hold.
        const many = event.type === "MovesMade" && event.moves.length > 4;
        // Where a policy gives no move any weight, an actor that must move holds, which is not listed.
        const holds =
          event.type === "TurnHeld" || (event.type === "MovesMade" && event.moves.some(({ move }) => move === null));
        const open = many || holds ? [machineEvent] : exported.eventsIn(actor.getSnapshot().context);
        expect(open.map(withoutOrder)).toContainEqual(withoutOrder(machineEvent));
      }
      actor.send(machineEvent);
      const { context, value } = actor.getSnapshot();
      const { due: _due, ...reached } = context;
      const round = exported.countsRounds ? reached.round : states[position]?.round;
      expect({ ...reached, round }).toEqual(states[position]);
      expect(value).toEqual(chartValue(context));
      steps += 1;
    }
    actor.stop();
  }
  return steps;
}

// Texts beside a scenario (`x.pt.yaml`) are no scenarios.
const library = globSync("*.yaml", { cwd: join(root, "scenarios") })
  .filter((file) => file.split(".").length === 2)
  .sort();

describe("an exported statechart", () => {
  test.each(library)("steps like the engine on recorded runs of %s", async (file) => {
    const scenario = scenarioOf(readFileSync(join(root, "scenarios", file), "utf8"));
    const variants = ["default", ...scenario.model.variants.slice(0, 1).map(({ id }) => id)];
    for (const variant of variants) expect(await compareRuns(scenario, variant, ["a", "b"])).toBeGreaterThan(0);
  });

  test("steps like the engine on generated scenarios", async () => {
    let steps = 0;
    for (const document of fc.sample(scenarioArbitrary, { seed: 5, numRuns: 60 })) {
      const scenario = scenarioOf(documentText(document));
      for (const { id } of [{ id: "default" }, ...scenario.model.variants]) {
        steps += await compareRuns(scenario, id, ["a", "b", "c"]);
      }
    }
    expect(steps).toBeGreaterThan(500);
  });

  test("ends like the engine once a script is over", async () => {
    const over = `variables:
  x: { count: [0, 3], initial: 0 }
moves: { act: { by: one, when: x is 0, then: { x: 2 } } }
outcomes: { never: { when: x is 3 } }
policies: { one: { idle: { hold: 1 } , keen: { act: 1 } } }
variants: { pushed: { question: At last?, script: [{ round: 2, by: one, move: act }] } }
`;
    // Two rounds of holding and their ticks, the move, a tick, and the end.
    expect(await compareRuns(scenarioOf(tiny(over)), "pushed", ["a"])).toBe(7);
  });

  const body = `variables:
  x: { count: [0, 2], initial: 2 }
moves:
  delete:
    by: one
    when: x is 2
    branches:
      up:
        then:
          x: x + 1
      down:
        odds: 2
        then:
          x: x - 1
rules:
  low:
    when: x is 0
    then:
      x: 1
outcomes:
  war:
    when: x is 1
`;

  test("is a machine whose config is plain JSON, with its events beside it", async () => {
    const exported = await load(exportXstate(scenarioOf(tiny(body))));
    expect(JSON.parse(JSON.stringify(exported.config))).toEqual(exported.config);
    expect(exported.default.config).toEqual(exported.config);
    expect(exported.events).toEqual([
      { type: "move:delete", branch: "up" },
      { type: "move:delete", branch: "down" },
      { type: "hold:one" },
      { type: "rule:low" },
      { type: "tick" },
      { type: "end", ended: "outcome", outcome: "war" },
      { type: "end", ended: "deadlock", outcome: null },
    ]);
  });

  test("takes no step whose condition fails or whose block faults, and goes on", async () => {
    const { default: machine } = await load(exportXstate(scenarioOf(tiny(body))));
    const actor = createActor(machine);
    actor.start();
    const before = actor.getSnapshot();
    actor.send({ type: "move:delete", branch: "up" });
    actor.send({ type: "rule:low" });
    expect(actor.getSnapshot().context).toBe(before.context);
    actor.send({ type: "move:delete", branch: "down" });
    expect(actor.getSnapshot().context.variables).toEqual({ x: 1 });
    actor.stop();
  });

  // For each outcome, the least number of machine events that leads to it, counted by hand from the scenario: choices,
  // incidents, ticks, and the end itself.
  test.each([
    ["chicken", { both_yield: 2, east_wins: 2, west_wins: 2, collision: 3 }],
    ["brink", { both_quit: 2, west_prevails: 2, east_prevails: 2, disaster: 4 }],
    ["pretext", { war: 3, peace: 91 }],
  ])("shows xstate/graph the shortest way to every outcome of %s", async (name, expected) => {
    const scenario = scenarioOf(readFileSync(join(root, "scenarios", `${name}.yaml`), "utf8"));
    const { default: machine, eventsIn } = await load(exportXstate(scenario));
    const paths = getShortestPaths(machine, { events: ({ context }) => [...eventsIn(context)] });
    const steps: Record<string, number> = {};
    for (const { state, weight } of paths) {
      const { outcome } = state.context;
      if (outcome !== null) steps[outcome] = Math.min(steps[outcome] ?? Number.POSITIVE_INFINITY, weight);
    }
    expect(steps).toEqual(expected);
  });

  test("takes only what is open: a turn out of order, a rule not due and an end not reached change nothing", async () => {
    const text = `demarche: 2
id: order
title: Order
clock: { rounds: 2 }
actors: { one: { must_move: true }, two: {} }
variables: { x: { count: [0, 5], initial: 0 } }
moves:
  first: { by: one, then: { x: x + 1 } }
  second: { by: two, then: { x: x + 2 } }
incidents:
  sure: { when: x is 1, then: { x: x + 3 } }
rules:
  jump: { when: x >= 4, then: { x: 5 } }
outcomes: { high: { when: x is 5 }, low: { otherwise: true } }
`;
    const { default: machine, eventsIn } = await load(exportXstate(scenarioOf(text)));
    const actor = createActor(machine);
    actor.start();
    const context = (): ExportedState => actor.getSnapshot().context;
    const refused = (event: { readonly type: string } & Record<string, unknown>): void => {
      const before = context();
      actor.send(event);
      expect(context(), JSON.stringify(event)).toBe(before);
    };
    const taken = (event: { readonly type: string } & Record<string, unknown>): void => {
      expect(eventsIn(context())).toContainEqual(event);
      const before = context();
      actor.send(event);
      expect(context(), JSON.stringify(event)).not.toBe(before);
    };
    for (const type of ["tick", "hold:one", "move:second", "incident:sure", "rule:jump"])
      refused({ type, branch: null });
    refused({ type: "end", ended: "outcome", outcome: "high" });
    refused({ type: "end", ended: "outcome", outcome: "low" });
    refused({ type: "move:first", branch: "other" });
    taken({ type: "move:first", branch: null });
    refused({ type: "move:first", branch: null });
    taken({ type: "hold:two" });
    taken({ type: "tick" });
    refused({ type: "avert:sure" });
    taken({ type: "incident:sure", branch: null });
    refused({ type: "move:first", branch: null });
    taken({ type: "rule:jump" });
    refused({ type: "end", ended: "outcome", outcome: "low" });
    taken({ type: "end", ended: "outcome", outcome: "high" });
    expect(eventsIn(context())).toEqual([]);
    refused({ type: "tick" });
    actor.stop();
  });

  test("never lets an author's text become code", async () => {
    const title = ['"; throw new Error("', "`$", "{1}", "*/ end"].join("");
    const scenario = scenarioOf(
      JSON.stringify({ demarche: 1, id: "sly", title, actors: { one: {} }, outcomes: { end: { when: "round > 3" } } }),
    );
    expect((await load(exportXstate(scenario))).title).toBe(title);
  });
});
