/**
 * The library of scenarios keeps its promises: no complaint, no fault, the known answers, and a past that can happen.
 *
 * The past is walked by hand: everybody holds except where the history says otherwise, and incidents that it does not
 * name are averted. What the model forbids on that path would have to be mended in the model.
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { luckOf } from "../../src/chance/draw.ts";
import type { Command } from "../../src/engine/event.ts";
import { hold, type Opening } from "../../src/engine/protocol.ts";
import { openSession, prepareEngine, startRun } from "../../src/engine/session.ts";
import type { State } from "../../src/engine/state.ts";
import { treat, variantIds } from "../../src/engine/treatment.ts";
import { runOnMachine } from "../../src/ensemble/batch.ts";
import { dateOfRound, formatDate } from "../../src/scenario/calendar.ts";
import type { Model, ScriptEntry } from "../../src/scenario/model.ts";
import { readScenario } from "../../src/scenario/scenario.ts";

const folder = new URL("../../scenarios/", import.meta.url);
const ids = readdirSync(folder)
  .filter((file) => /^[a-z0-9-]+\.yaml$/.test(file))
  .map((file) => file.slice(0, -".yaml".length));

function read(id: string): { model: Model; complaints: readonly string[] } {
  const file = `${id}.yaml`;
  const { scenario, diagnostics } = readScenario({ file, text: readFileSync(new URL(file, folder), "utf8") });
  if (scenario === null) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return { model: scenario.model, complaints: diagnostics.map(({ span, message }) => `${span.line}: ${message}`) };
}

describe.each(ids)("the scenario %s", (id) => {
  const { model, complaints } = read(id);

  test("is read without a complaint", () => {
    expect(complaints).toEqual([]);
    expect(model.id).toBe(id);
  });

  test("opens with a comment that says what it shows", () => {
    expect(readFileSync(new URL(`${id}.yaml`, folder), "utf8")).toMatch(/^# \S.{40,}/);
  });

  test("runs to an outcome in every variant", () => {
    for (const variant of variantIds(model)) {
      const engine = prepareEngine(model, treat(model, { variant }));
      for (let replication = 0; replication < 4; replication++) {
        const { result, fault } = runOnMachine(engine, "library", replication);
        expect({ variant, replication, fault }).toEqual({ variant, replication, fault: null });
        expect(result.ended).toBe("outcome");
      }
    }
  });
});

describe("the small scenarios come to their known answers", () => {
  const known: readonly (readonly [string, string, string, number])[] = [
    ["chicken", "mixed", "collision", 1 / 100],
    ["chicken", "mixed", "both_yield", 81 / 100],
    ["brink", "equilibrium", "disaster", 1 / 31],
    ["crisis-chain", "from_talks", "war", 28 / 41],
    ["crisis-chain", "from_standoff", "war", 35 / 41],
    ["crisis-chain", "from_crisis", "war", 38 / 41],
    ["gamblers-ruin", "fair", "rupture", 3 / 10],
    ["gamblers-ruin", "calming", "rupture", 0.128252],
  ];

  test.each(known)("%s, %s: %s", (id, variant, outcome, exact) => {
    const { model } = read(id);
    const engine = prepareEngine(model, treat(model, { variant }));
    const runs = 500;
    let count = 0;
    for (let replication = 0; replication < runs; replication++) {
      if (runOnMachine(engine, "known", replication).result.outcome === outcome) count += 1;
    }
    // Four standard errors: with this fixed seed a difference means a change of the scenario or of the engine.
    expect(Math.abs(count / runs - exact)).toBeLessThan(4 * Math.sqrt((exact * (1 - exact)) / runs));
  });
});

describe("what happened can happen", () => {
  test("the path of 22 January to 24 February 2022 leads to the invasion", () => {
    expect(walkHistory(read("geneva-2022").model)).toEqual({ outcome: "invasion", date: "2022-02-24", unused: [] });
  });

  test("the path of 23 July to 1 August 1914 leads to the general war", () => {
    const { outcome, unused } = walkHistory(read("ultimatum").model);
    expect({ outcome, unused }).toEqual({ outcome: "general_war", unused: [] });
  });
});

interface Walked {
  readonly outcome: string | null;
  readonly date: string;
  readonly unused: readonly ScriptEntry[];
}

function walkHistory(model: Model): Walked {
  const engine = prepareEngine(model, treat(model));
  const first = startRun(engine, { seed: "past", model: "", document: { id: model.id, text: "" } })[0];
  if (first?.type !== "RunStarted") throw new Error("a run starts with RunStarted");
  const session = openSession(engine, luckOf("past", 0), first.state);
  const used = new Set<ScriptEntry>();
  while (session.state.ended === null) {
    const opening = engine.protocol.open(session.state);
    const entry = entryFor(model, session.state, opening);
    if (entry !== undefined) used.add(entry);
    const events = session.propose(commandFor(opening, entry));
    if ("refused" in events) throw new Error(`round ${session.state.round}: ${events.message}`);
    session.apply(events);
  }
  const day = model.clock === null ? 0 : dateOfRound(model.clock, session.state.round);
  return {
    outcome: session.state.outcome,
    date: formatDate(day),
    unused: model.history.filter((entry) => !used.has(entry)),
  };
}

/** What the history prescribes at an opening, if anything. */
function entryFor(model: Model, state: State, opening: Opening): ScriptEntry | undefined {
  return model.history.find(
    (entry) =>
      entry.round === state.round &&
      (("incident" in entry && opening.kind === "incident" && entry.incident === opening.incident) ||
        ("by" in entry && opening.kind === "turn" && entry.by === opening.actor)),
  );
}

function commandFor(opening: Opening, entry: ScriptEntry | undefined): Command {
  if (opening.kind === "incident") {
    const { incident } = opening;
    if (entry === undefined && opening.chance < 1) return { type: "AvertIncident", incident, chosen: "given" };
    return { type: "CauseIncident", incident, branch: entry?.branch ?? null, chosen: "given" };
  }
  if (opening.kind !== "turn") return { type: "LetTimePass" };
  const move = entry !== undefined && "move" in entry ? entry.move : hold;
  return { type: "MakeMove", actor: opening.actor, move, branch: entry?.branch ?? null, chosen: "given" };
}
