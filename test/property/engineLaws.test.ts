/**
 * The laws of the engine, over generated scenarios that reach every construct of the language.
 *
 * The seed is fixed, so a run of the tests is reproducible; a failure prints the shrunk document.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { luckOf } from "../../src/chance/draw.ts";
import type { RunEvent } from "../../src/engine/event.ts";
import { evolve, evolveAll } from "../../src/engine/evolve.ts";
import type { Engine } from "../../src/engine/session.ts";
import type { State } from "../../src/engine/state.ts";
import { extendChain, verifyChain } from "../../src/log/chain.ts";
import { forkAt, isForkable } from "../../src/log/fork.ts";
import { verifyRun } from "../../src/log/verify.ts";
import type { Model } from "../../src/scenario/model.ts";
import { everyCommand, openCommands } from "../../src/testing/commands.ts";
import { engineOf, foldRun, recordRun, scenarioOf } from "../../src/testing/recordedRun.ts";
import { documentText, scenarioArbitrary, tameScenarioArbitrary } from "../../src/testing/scenarioArbitrary.ts";
import type { GeneratedDocument } from "../../src/testing/scenarioText.ts";
import { playRandomly, resumeRun, wordsOf } from "./play.ts";
import { judge } from "./referee.ts";

const parameters = { seed: 20220126, numRuns: 40 };

/** Every treatment of a generated document, with its engine. */
function engines(document: GeneratedDocument): readonly Engine[] {
  const { model } = scenarioOf(documentText(document));
  return ["default", ...model.variants.map(({ id }) => id)].map((variant) => engineOf(model, { variant }));
}

/** Holds a law against every treatment of generated scenarios. */
function forEveryEngine(
  law: (engine: Engine, document: GeneratedDocument) => void,
  numRuns = parameters.numRuns,
): void {
  fc.assert(
    fc.property(scenarioArbitrary, (document) => {
      for (const engine of engines(document)) law(engine, document);
    }),
    { ...parameters, numRuns },
  );
}

test("every event of every run is what the semantics say, state by state", () => {
  forEveryEngine((engine) => {
    for (const seed of ["a", "b"]) {
      const { events } = recordRun(engine, { seed });
      expect(judge(engine.law.model, engine.law.treatment, events, luckOf(seed, 0))).toBeNull();
    }
  });
});

test("every event of a run in which persons choose is what the semantics say", () => {
  forEveryEngine((engine) => {
    const { events } = playRandomly(engine, "persons");
    expect(judge(engine.law.model, engine.law.treatment, events, luckOf("persons", 0))).toBeNull();
  });
});

test("a run of a scenario that keeps its blocks in their ranges never faults", () => {
  fc.assert(
    fc.property(tameScenarioArbitrary, (document) => {
      for (const engine of engines(document)) {
        expect(recordRun(engine).result.ended).not.toBe("fault");
        expect(playRandomly(engine, "tame").result.ended).not.toBe("fault");
      }
    }),
    parameters,
  );
});

test("replaying a run reaches its states, event by event and in one go, from any position", () => {
  forEveryEngine((engine) => {
    const { events, states } = recordRun(engine);
    let state: State | null = null;
    for (const [position, event] of events.entries()) {
      state = evolve(state, event);
      expect(state).toEqual(states[position]);
    }
    const half = Math.floor(events.length / 2);
    expect(evolveAll(null, events)).toEqual(state);
    expect(evolveAll(evolveAll(null, events.slice(0, half + 1)), events.slice(half + 1))).toEqual(state);
  });
});

test("a log that went through JSON replays to the same states", () => {
  forEveryEngine((engine) => {
    const { events, states } = recordRun(engine);
    const read = JSON.parse(JSON.stringify(events)) as readonly RunEvent[];
    expect(foldRun(engine, read).states).toEqual(states);
  });
});

test("a command is accepted if and only if it is open, and neither answer changes the run", () => {
  forEveryEngine((engine) => {
    playRandomly(engine, "commands", (session) => {
      const { state } = session;
      const before = JSON.stringify(state);
      const open = new Set(openCommands(session).map((command) => JSON.stringify(command)));
      for (const command of everyCommand(engine.law.model)) {
        const answer = session.propose(command);
        const fault = Array.isArray(answer) && answer[0]?.type === "ModelFaulted";
        if (!fault) expect(Array.isArray(answer), JSON.stringify(command)).toBe(open.has(JSON.stringify(command)));
        expect(session.state).toBe(state);
      }
      expect(JSON.stringify(session.state)).toBe(before);
    });
  });
});

test("whatever is decided can be folded, and proposing twice gives the same", () => {
  forEveryEngine((engine) => {
    playRandomly(engine, "folds", (session) => {
      for (const command of openCommands(session)) {
        const answer = session.propose(command);
        if (!Array.isArray(answer)) continue;
        const after = evolveAll(session.state, answer as readonly RunEvent[]);
        expect(Object.keys(after ?? {}).sort()).toEqual(Object.keys(session.state).sort());
        expect(session.propose(command)).toEqual(answer);
      }
    });
  });
});

test("the same seed gives the same digest, whatever the engine did before", () => {
  forEveryEngine((engine) => {
    const digest = (run: ReturnType<typeof recordRun>): string | undefined =>
      extendChain(undefined, run.events).at(-1)?.digest;
    const first = digest(recordRun(engine, { seed: "same" }));
    recordRun(engine, { seed: "other", replication: 7 });
    expect(digest(recordRun(engine, { seed: "same" }))).toBe(first);
    const { law } = engine;
    expect(digest(recordRun(engineOf(law.model, { variant: law.treatment.variant }), { seed: "same" }))).toBe(first);
  });
});

/** A model with more in it that can never matter. */
function withUnrelated(model: Model): Model {
  const never = { op: "truth", value: false } as const;
  const nothing = { firstCome: false, knownTo: null, severity: null, cameo: null, source: [], then: [], branches: [] };
  const zero = { op: "number", value: 0 } as const;
  return {
    ...model,
    actors: [
      { id: "bystander", mustMove: false, utility: null },
      ...model.actors,
      { id: "guest", mustMove: true, utility: null },
    ],
    moves: [{ id: "idle_talk", by: "bystander", when: never, ...nothing }, ...model.moves],
    incidents: [{ id: "rumour", when: null, date: null, chance: zero, ...nothing }, ...model.incidents],
  };
}

/** Events without the bystander's turns and without the cursor, which names the points of a round. */
function related(events: readonly RunEvent[]): readonly unknown[] {
  return events
    .filter((event) => event.type !== "TurnHeld" || event.actor !== "bystander")
    .map((event) => {
      const text = JSON.stringify(event, (key, value: unknown) => (key === "cursor" ? undefined : value));
      const plain = JSON.parse(text) as Record<string, unknown>;
      const { moves } = plain;
      if (Array.isArray(moves)) plain.moves = moves.filter((part: { actor: string }) => part.actor !== "bystander");
      return Array.isArray(plain.moves) && plain.moves.length === 0 ? null : plain;
    })
    .filter((event) => event !== null);
}

test("an added actor, move that is never enabled and incident of chance zero leave every draw as it was", () => {
  forEveryEngine(({ law }) => {
    const { variant } = law.treatment;
    const [plain, wider] = [law.model, withUnrelated(law.model)].map((model) => engineOf(model, { variant }));
    if (plain === undefined || wider === undefined) throw new Error("two engines");
    for (const seed of ["a", "b"]) {
      expect(related(recordRun(wider, { seed }).events)).toEqual(related(recordRun(plain, { seed }).events));
    }
  });
});

test("two variants that are the same but for their names run the same", () => {
  forEveryEngine(({ law }) => {
    const { model, treatment } = law;
    const [variant] = model.variants.filter(({ id }) => id === treatment.variant);
    if (variant === undefined) return;
    const doubled: Model = { ...model, variants: [...model.variants, { ...variant, id: "namesake" }] };
    const told = (id: string): readonly unknown[] =>
      wordsOf(recordRun(engineOf(doubled, { variant: id }), { seed: "twins" }).events, id);
    expect(told("namesake")).toEqual(told(variant.id));
  });
});

test("verification accepts every run, of policies and of persons, before and after JSON", () => {
  forEveryEngine((engine) => {
    for (const { events } of [recordRun(engine, { seed: "v" }), playRandomly(engine, "v")]) {
      expect(verifyRun(engine, events)).toBeNull();
      expect(verifyRun(engine, JSON.parse(JSON.stringify(events)) as readonly RunEvent[])).toBeNull();
    }
  });
});

/** An event with one value that it set changed; null where it set none. */
function edited(event: RunEvent, choice: number): RunEvent | null {
  const paths: (readonly [section: string, name: string | null])[] = [];
  const source = { ...(event.type === "RunStarted" ? event.state : event.changes) } as Record<string, unknown>;
  for (const [section, value] of Object.entries(source)) {
    if (typeof value === "object" && value !== null) {
      for (const name of Object.keys(value)) paths.push([section, name]);
    } else paths.push([section, null]);
  }
  const [section, name] = paths[choice % Math.max(1, paths.length)] ?? [];
  if (section === undefined) return null;
  const other = (value: unknown): unknown =>
    typeof value === "number" ? value + 1 : typeof value === "boolean" ? !value : `${String(value)}x`;
  const old = source[section];
  const replaced =
    name === null || name === undefined
      ? other(old)
      : { ...(old as object), [name]: other((old as Record<string, unknown>)[name]) };
  const set = { ...source, [section]: replaced };
  return (event.type === "RunStarted" ? { ...event, state: set } : { ...event, changes: set }) as RunEvent;
}

test("verification rejects a run with any value that was set otherwise, and names the event", () => {
  fc.assert(
    fc.property(scenarioArbitrary, fc.nat(), fc.nat(), (document, where, what) => {
      for (const engine of engines(document)) {
        const { events } = recordRun(engine, { seed: "edit" });
        const position = where % events.length;
        const event = events[position];
        const changed = event === undefined ? null : edited(event, what);
        if (changed === null) continue;
        expect(verifyRun(engine, events.with(position, changed))?.position).toBe(position);
        const chain = extendChain(undefined, events);
        const forged = chain.map((entry) => (entry.position === position ? { ...entry, event: changed } : entry));
        expect(verifyChain(chain)).toBeNull();
        expect(verifyChain(forged)?.position).toBe(position);
      }
    }),
    parameters,
  );
});

test("a fork keeps its past verbatim; with the same luck and no other choice it keeps its future too", () => {
  fc.assert(
    fc.property(scenarioArbitrary, fc.nat(), (document, where) => {
      for (const engine of engines(document)) {
        const { events } = recordRun(engine, { seed: "parent" });
        const places = events.map((_, position) => position).filter((position) => isForkable(events, position));
        const position = places[where % Math.max(1, places.length)];
        if (position === undefined) continue;
        const chain = extendChain(undefined, events);
        const { prefix, forked } = forkAt(chain, position, null);
        expect(prefix).toEqual(chain.slice(0, position + 1));
        const past = prefix.map(({ event }) => event);
        const same = resumeRun(engine, past, luckOf("parent", 0));
        expect([...past, ...same]).toEqual(events);
        expect(verifyRun(engine, [...past, forked, ...same])).toBeNull();
        const fresh = resumeRun(engine, past, luckOf("other", 0));
        expect(verifyRun(engine, [...past, { ...forked, seed: "other" }, ...fresh])).toBeNull();
      }
    }),
    parameters,
  );
});
