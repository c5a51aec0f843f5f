/**
 * The exported statechart: it runs under the xstate package alone, and steps as the engine does.
 */
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { type AnyStateMachine, createActor } from "xstate";
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
  chartValue(context: State): Record<string, string>;
}

let modules = 0;

async function load(text: string): Promise<Exported> {
  const file = join(folder, `module${modules++}.mjs`);
  writeFileSync(file, text);
  return (await import(pathToFileURL(file).href)) as Exported;
}

/** The machine event behind a recorded event; null where no step was made. */
function machineEventOf(event: RunEvent) {
  switch (event.type) {
    case "MoveMade":
      return { type: `move:${event.move}`, branch: event.branch?.branch ?? null };
    case "IncidentOccurred":
      return { type: `incident:${event.incident}`, branch: event.branch?.branch ?? null };
    case "MovesMade":
      return {
        type: "joint",
        parts: event.moves.map(({ actor, move, branch }) => ({ actor, move, branch: branch?.branch ?? null })),
      };
    case "TurnHeld":
      return { type: `hold:${event.actor}` };
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

/** Steps the exported machine along recorded runs and compares the whole state after each event; counts the steps. */
async function compareRuns(scenario: Scenario, variant: string, seeds: readonly string[]): Promise<number> {
  const { model } = scenario;
  const treatment = treat(model, { variant });
  const { default: machine, chartValue } = await load(exportXstate(scenario, treatment));
  const engine = engineOf(model, { variant });
  let steps = 0;
  for (const seed of seeds) {
    const { events, states } = recordRun(engine, { seed });
    const [start] = states;
    if (start === undefined) throw new Error("a run has a first state");
    const actor = createActor(machine, {
      snapshot: machine.resolveState({ value: chartValue(start), context: start }),
    });
    actor.start();
    for (const [position, event] of events.entries()) {
      const machineEvent = machineEventOf(event);
      if (machineEvent === null) continue;
      actor.send(machineEvent);
      const { context, value } = actor.getSnapshot();
      expect(context).toEqual(states[position]);
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

  test("never lets an author's text become code", async () => {
    const title = ['"; throw new Error("', "`$", "{1}", "*/ end"].join("");
    const scenario = scenarioOf(
      JSON.stringify({ demarche: 1, id: "sly", title, actors: { one: {} }, outcomes: { end: { when: "round > 3" } } }),
    );
    expect((await load(exportXstate(scenario))).title).toBe(title);
  });
});
