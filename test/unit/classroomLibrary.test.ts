/**
 * Every scenario of the library can be played by people for some rounds and talked about: no part of the debrief fails,
 * whatever turns, secrets or horizon it has.
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Analysis, analyse } from "../../src/classroom/analysis.ts";
import { debriefOf, knowledgeOf, tellAnalysis, tryCourse } from "../../src/classroom/debrief.ts";
import { openTurns } from "../../src/classroom/openTurns.ts";
import { findReachable, propertyStatuses } from "../../src/classroom/propertyStatus.ts";
import { evolve } from "../../src/classroom/room.ts";
import { proceed, runOf, sessionOf } from "../../src/classroom/run.ts";
import { isRefused } from "../../src/engine/event.ts";
import { prepareEngine, startRun } from "../../src/engine/session.ts";
import { treat } from "../../src/engine/treatment.ts";
import { extendChain } from "../../src/log/chain.ts";
import { readScenario } from "../../src/scenario/scenario.ts";

const library = join(import.meta.dirname, "../../scenarios");
const ids = globSync("*.yaml", { cwd: library })
  .map((file) => file.replace(/\.yaml$/, ""))
  .filter((id) => !id.includes("."));

test.each(ids)("%s", (id) => {
  const text = readFileSync(join(library, `${id}.yaml`), "utf8");
  const { scenario } = readScenario({ file: `${id}.yaml`, text });
  if (scenario === null) throw new Error(`${id} has errors`);
  const { model } = scenario;
  const people = model.actors.map((actor) => actor.id).filter((actor) => model.moves.some(({ by }) => by === actor));
  const engine = prepareEngine(model, treat(model));
  const events = [...startRun(engine, { seed: "library", model: scenario.hash, document: { id, text } })];
  const begun = runOf(scenario, extendChain(undefined, events), engine);
  const session = sessionOf(begun, people);
  const take = (next: ReturnType<typeof proceed>): void => {
    if (isRefused(next)) throw new Error(next.message);
    events.push(...next);
  };
  if (session.state.ended === null && openTurns(session).length === 0) take(proceed(session, []));
  for (let step = 0; step < 12 && session.state.ended === null; step++) {
    const turns = openTurns(session);
    const picked = model.turns === "free" ? turns.slice(0, 1) : turns;
    take(
      proceed(
        session,
        picked.map(({ actor, options }, index) => ({
          actor,
          move: options[(step * 5 + index * 3) % options.length] ?? "hold",
          chosen: "person",
          branch: null,
        })),
      ),
    );
  }
  const run = runOf(scenario, extendChain(undefined, events), engine);
  const room = evolve(null, {
    type: "RoomOpened",
    version: 1,
    room: "ROOM",
    scenario: { id, language: null },
    overlay: null,
    run: "run.ROOM",
    people,
    perDelegation: 3,
    timing: { briefing: 1, rounds: [1], debrief: 1 },
    pace: "automatic",
    at: 0,
  });

  const debrief = debriefOf(room, run, []);
  if (people.length > 0 && events.length > 1) expect(debrief.turns.length).toBeGreaterThan(0);
  for (const as of [...model.actors.map((actor) => actor.id), "public", "all"]) {
    expect(knowledgeOf(run, as).stands).toHaveLength(debrief.end + 1);
  }
  const { treatment } = engine.law;
  let analysis: Analysis | null = null;
  for (const step of analyse({ model, treatment, events, seed: "a", runs: 40, runsOfDecision: 10 })) analysis = step;
  if (analysis === null) throw new Error("nothing was analysed");
  for (const { shares } of analysis.standings) {
    expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-9);
  }
  expect(tellAnalysis(scenario, analysis).weighed.done).toBe(analysis.weighed.of);
  propertyStatuses(run, findReachable({ model, treatment, state: run.state, tries: 3 }));
  for (const { position, actors, chosen } of debrief.turns.slice(0, 3)) {
    const [actor = ""] = actors;
    expect(tryCourse(run, { from: position, actor, moves: [chosen[actor] ?? ""], finish: true })?.over).toBe(true);
  }
});
