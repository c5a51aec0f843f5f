/**
 * Deliberate faults: proof that the laws' checkers would notice an engine that is wrong.
 *
 * Each mutant is an engine, a luck, a fold or a projection with one mistake. Runs of a fixed sample of generated
 * scenarios are held against the same checkers that the laws use; every mutant must be reported, and the sound engine
 * must not be.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Luck, luckOf } from "../../src/chance/draw.ts";
import type { RunEvent } from "../../src/engine/event.ts";
import { evolve } from "../../src/engine/evolve.ts";
import { enactLaw, type Happening, type Law } from "../../src/engine/law.ts";
import { lawMachine } from "../../src/engine/machine.ts";
import { policyWeights } from "../../src/engine/policy.ts";
import { type Opening, type Protocol, roundProtocol } from "../../src/engine/protocol.ts";
import type { Engine } from "../../src/engine/session.ts";
import type { State } from "../../src/engine/state.ts";
import { type Treatment, treat } from "../../src/engine/treatment.ts";
import { viewEvents } from "../../src/engine/view.ts";
import type { Model, Private } from "../../src/scenario/model.ts";
import { engineOf, type RecordedRun, recordRun, scenarioOf } from "../../src/testing/recordedRun.ts";
import { documentText, scenarioArbitrary } from "../../src/testing/scenarioArbitrary.ts";
import { tiny } from "../unit/tiny.ts";
import { judge } from "./referee.ts";
import { leak, type Project } from "./viewLeaks.ts";

interface Sample {
  readonly model: Model;
  readonly treatment: Treatment;
}

/** Two actors after one thing: what one of them gets, forestalls the other. */
const contest = tiny(`clock: { rounds: 2 }
turns: simultaneous
actors:
  one: { must_move: true }
  two: { must_move: true }
variables:
  taken: { flag: false }
moves:
  take:
    by: one
    first_come: true
    when: not taken
    then:
      taken: true
  take_too:
    by: two
    first_come: true
    when: not taken
    then:
      taken: true
outcomes:
  end: { otherwise: true }
`);

/** One thing can happen, and then nothing more. */
const standstill = tiny(`variables:
  done: { flag: false }
moves:
  act: { by: one, when: not done, then: { done: true } }
policies: { one: { acting: { act: 1 } } }
`);

const documents = fc.sample(scenarioArbitrary, { seed: 20220130, numRuns: 160 }).map(documentText);

const samples: readonly Sample[] = [...documents, contest, standstill].flatMap((text) => {
  const { model } = scenarioOf(text);
  return ["default", ...model.variants.map(({ id }) => id)].map((variant) => ({
    model,
    treatment: treat(model, { variant }),
  }));
});

const assemble = (law: Law, protocol: (law: Law) => Protocol = roundProtocol): Engine => ({
  law,
  protocol: protocol(law),
  machine: lawMachine(law),
  weigher: policyWeights(law),
});

/** Whether the referee or the engine's own pair assertion reports a run of the sample. */
function isCaught(make: (sample: Sample) => Engine, luckFor: (luck: Luck) => Luck = (luck) => luck): boolean {
  return samples.some((sample) => {
    const luck = luckOf("mutants", 0);
    try {
      const { events } = recordRun(make(sample), { seed: "mutants", luck: luckFor(luck), roundsLimit: 8 });
      return judge(sample.model, sample.treatment, events, luck) !== null;
    } catch {
      return true;
    }
  });
}

/** An engine whose model is not the one that it is judged by. */
const misread =
  (change: (model: Model) => Partial<Model>) =>
  ({ model, treatment }: Sample): Engine =>
    assemble(enactLaw({ ...model, ...change(model) }, treatment));

/** An engine whose law takes its steps wrongly. */
const misstep =
  (next: (law: Law, state: State, happening: Happening, sound: State) => State) =>
  ({ model, treatment }: Sample): Engine => {
    const law = enactLaw(model, treatment);
    return assemble({ ...law, next: (state, happening) => next(law, state, happening, law.next(state, happening)) });
  };

/** An engine whose protocol opens the wrong thing. */
const misopen =
  (change: (opening: Opening, law: Law, state: State) => Opening) =>
  ({ model, treatment }: Sample): Engine =>
    assemble(enactLaw(model, treatment), (law) => {
      const sound = roundProtocol(law);
      return { ...sound, open: (state) => change(sound.open(state), law, state) };
    });

const steps = <T extends { readonly then: readonly unknown[] }>(
  items: readonly T[],
  then: (item: T) => T["then"],
): T[] => items.map((item) => ({ ...item, then: then(item) }));

describe("a sound engine", () => {
  test("is not reported", () => {
    expect(isCaught(({ model, treatment }) => engineOf(model, { variant: treatment.variant }))).toBe(false);
  });
});

describe("the referee reports an engine that", () => {
  const one = { op: "number", value: 1 } as const;
  const mutants: readonly (readonly [string, (sample: Sample) => Engine])[] = [
    [
      "drops the last effect of a move",
      misread(({ moves }) => ({ moves: steps(moves, ({ then }) => then.slice(0, -1)) })),
    ],
    [
      "drops the last effect of an incident",
      misread(({ incidents }) => ({ incidents: steps(incidents, ({ then }) => then.slice(0, -1)) })),
    ],
    ["drops an effect of a rule", misread(({ rules }) => ({ rules: steps(rules, ({ then }) => then.slice(1)) }))],
    [
      "forgets what branches do",
      misstep((law, state, happening, sound) =>
        "branch" in happening ? law.next(state, { ...happening, branch: null }) : sound,
      ),
    ],
    ["lets a block read its own writes", misstep(sequential)],
    [
      "does not clamp scales",
      misread(({ variables }) => ({
        variables: variables.map((one) => (one.kind === "scale" ? { ...one, high: 99 } : one)),
      })),
    ],
    [
      "clamps counts",
      misread(({ variables }) => ({
        variables: variables.map((one) => (one.kind === "count" ? { ...one, kind: "scale" } : one)),
      })),
    ],
    ["skips the first rule", misread(({ rules }) => ({ rules: rules.slice(1) }))],
    ["tries the rules backwards", misread(({ rules }) => ({ rules: rules.toReversed() }))],
    ["applies rules as long as they hold", levelRules],
    ["reads outcomes backwards", misread(({ outcomes }) => ({ outcomes: outcomes.toReversed() }))],
    [
      "forgets the last outcome",
      misread(({ outcomes }) => ({ outcomes: outcomes.filter(({ when }, index) => when === null || index > 0) })),
    ],
    [
      "lets everybody hold",
      misread(({ actors }) => ({ actors: actors.map((actor) => ({ ...actor, mustMove: false })) })),
    ],
    ["gives turns in another order", misread(({ actors }) => ({ actors: actors.toReversed() }))],
    ["takes incidents in another order", misread(({ incidents }) => ({ incidents: incidents.toReversed() }))],
    [
      "ignores dates of incidents",
      misread(({ incidents }) => ({ incidents: incidents.map((incident) => ({ ...incident, date: null })) })),
    ],
    [
      "ignores conditions of incidents",
      misread(({ incidents }) => ({ incidents: incidents.map((incident) => ({ ...incident, when: null })) })),
    ],
    [
      "ignores conditions of moves",
      misread(({ moves }) => ({ moves: moves.map((move) => ({ ...move, when: null })) })),
    ],
    [
      "ignores the odds of branches",
      misread(({ moves }) => ({
        moves: moves.map((move) => ({ ...move, branches: move.branches.map((branch) => ({ ...branch, odds: one })) })),
      })),
    ],
    ["remembers no entries and no moves", misread(() => ({ since: [], made: [] }))],
    ["ignores the restriction of the start", misread(() => ({ start: null }))],
    ["ignores policies", misread(() => ({ policies: [] }))],
    [
      "ignores the weight of holding",
      misread(({ policies }) => ({
        policies: policies.map((table) => ({
          ...table,
          policies: table.policies.map((policy) => ({ ...policy, hold: null })),
        })),
      })),
    ],
    [
      "ignores others in policies",
      misread(({ policies }) => ({
        policies: policies.map((table) => ({
          ...table,
          policies: table.policies.map((policy) => ({ ...policy, others: null })),
        })),
      })),
    ],
    [
      "plays one round too many",
      ({ model, treatment }) =>
        assemble(enactLaw(model, { ...treatment, rounds: treatment.rounds === null ? null : treatment.rounds + 1 })),
    ],
    [
      "lets assumptions stand at their default",
      ({ model, treatment }) =>
        assemble(
          enactLaw(model, {
            ...treatment,
            assume: Object.fromEntries(model.assumptions.map((one) => [one.id, one.default])),
          }),
        ),
    ],
    [
      "counts two rounds at a tick",
      misstep((_, state, happening, sound) =>
        happening.type === "tick" ? { ...sound, round: state.round + 2 } : sound,
      ),
    ],
    [
      "enters the round of a step one too late",
      misstep((_, state, __, sound) => ({
        ...sound,
        entered: Object.fromEntries(
          Object.entries(sound.entered).map(([mark, round]) => [
            mark,
            state.entered[mark] === round ? round : round + 1,
          ]),
        ),
      })),
    ],
    [
      "counts a move twice",
      misstep((_, state, __, sound) => ({
        ...sound,
        made: Object.fromEntries(
          Object.entries(sound.made).map(([mark, times]) => [mark, times + times - (state.made[mark] ?? 0)]),
        ),
      })),
    ],
    [
      "passes over a point of the round after holding",
      misstep((law, _, happening, sound) =>
        happening.type.startsWith("hold:")
          ? { ...sound, cursor: law.order[law.order.indexOf(sound.cursor) + 1] ?? sound.cursor }
          : sound,
      ),
    ],
    [
      "moves a track while an actor holds",
      misstep((law, _, happening, sound) =>
        happening.type.startsWith("hold:")
          ? {
              ...sound,
              tracks: Object.fromEntries(law.model.tracks.map(({ id, states }) => [id, states.at(-1)?.id ?? ""])),
            }
          : sound,
      ),
    ],
    [
      "forgets to end",
      misstep((_, __, happening, sound) => (happening.type === "end" ? { ...sound, outcome: "peace" } : sound)),
    ],
    [
      "lets forestalled moves through",
      ({ model, treatment }) => {
        const eager = { ...model, moves: model.moves.map((move) => ({ ...move, firstCome: false })) };
        return assemble({ ...enactLaw(eager, treatment), model });
      },
    ],
    [
      "halves chances",
      misopen((opening) => (opening.kind === "incident" ? { ...opening, chance: opening.chance / 2 } : opening)),
    ],
    [
      "makes the probable certain",
      misopen((opening) => (opening.kind === "incident" ? { ...opening, chance: 1 } : opening)),
    ],
    [
      "forgets that holding is open",
      misopen((opening) =>
        opening.kind === "turn" && opening.options.length > 1
          ? { ...opening, options: opening.options.slice(0, -1) }
          : opening,
      ),
    ],
    [
      "offers moves in another order",
      misopen((opening) => (opening.kind === "turn" ? { ...opening, options: opening.options.toReversed() } : opening)),
    ],
    [
      "gives free turns to one actor alone",
      misopen((opening) =>
        opening.kind === "free"
          ? { ...opening, options: opening.options.filter(({ actor }) => actor === opening.options[0]?.actor) }
          : opening,
      ),
    ],
    [
      "stands still too early",
      misopen((opening, law) =>
        opening.kind === "tick" && law.treatment.rounds === null ? { kind: "still" } : opening,
      ),
    ],
    ["never stands still", misopen((opening) => (opening.kind === "still" ? { kind: "tick" } : opening))],
    [
      "draws a branch at the site of its move's incident",
      misopen((opening) => (opening.kind === "incident" ? { ...opening, site: "elsewhere" } : opening)),
    ],
    [
      "draws all turns at one site",
      misopen((opening) => (opening.kind === "turn" ? { ...opening, site: "turn" } : opening)),
    ],
  ];
  test.each(mutants)("%s", (_, make) => {
    expect(isCaught(make)).toBe(true);
  });

  const sound = ({ model, treatment }: Sample): Engine => assemble(enactLaw(model, treatment));
  test.each<readonly [string, (luck: Luck) => Luck]>([
    ["draws in the round before", (luck) => ({ ...luck, at: (site, round) => luck.at(site, round + 1) })],
    ["draws every site alike", (luck) => ({ ...luck, at: (_, round) => luck.at("one", round) })],
    ["draws the same in every round", (luck) => ({ ...luck, at: (site) => luck.at(site, 0) })],
    ["draws by another replication", () => luckOf("mutants", 1)],
    ["draws by another seed", () => luckOf("mutant", 0)],
    ["draws half the luck", (luck) => ({ ...luck, at: (site, round) => luck.at(site, round) >>> 1 })],
  ])("%s", (_, luckFor) => {
    expect(isCaught(sound, luckFor)).toBe(true);
  });
});

/** The block of a step, one effect after the other, each seeing those before it. */
function sequential(law: Law, state: State, happening: Happening, sound: State): State {
  const { moves, incidents, rules, variables, tracks } = law.model;
  const branch = "branch" in happening ? happening.branch : null;
  const step = [
    ...moves.map((one) => ({ ...one, type: `move:${one.id}` })),
    ...incidents.map((one) => ({ ...one, type: `incident:${one.id}` })),
    ...rules.map((one) => ({ ...one, branches: [], type: `rule:${one.id}` })),
  ].find(({ type }) => type === happening.type);
  let at = state;
  const way = step?.branches.find(({ id }) => id === branch);
  for (const { target, id, value } of [...(step?.then ?? []), ...(way?.then ?? [])]) {
    const worth = law.evaluator(value, "mutant")(at);
    const variable = variables.find((one) => one.id === id);
    const states = tracks.find((one) => one.id === id)?.states;
    if (target === "track") at = { ...at, tracks: { ...at.tracks, [id]: states?.[worth]?.id ?? "" } };
    else if (variable !== undefined) {
      const settled = variable.kind === "flag" ? worth !== 0 : Math.max(variable.low, Math.min(variable.high, worth));
      at = { ...at, variables: { ...at.variables, [id]: settled } };
    }
  }
  return step === undefined ? sound : { ...sound, tracks: at.tracks, variables: at.variables };
}

/** Rules that apply as long as they hold: whoever asks whether one held before is told that it did not. */
function levelRules({ model, treatment }: Sample): Engine {
  const law = enactLaw(model, treatment);
  const rules = law.rules.map(({ id, when }) => {
    let asked: State | null = null;
    return {
      id,
      when: (state: State): number => {
        const again = asked !== null && asked !== state;
        const holds = when(state);
        asked = again || holds === 0 ? null : state;
        return again ? 0 : holds;
      },
    };
  });
  return assemble({ ...law, rules });
}

/** Every run of the sample, made once by the sound engine. */
const runs: readonly (Sample & { readonly run: RecordedRun })[] = samples.map((sample) => ({
  ...sample,
  run: recordRun(engineOf(sample.model, { variant: sample.treatment.variant }), { seed: "mutants", roundsLimit: 8 }),
}));

describe("replay reports a fold that", () => {
  type Fold = (state: State | null, event: RunEvent) => State;
  const breaks = (fold: Fold): boolean =>
    runs.some(({ run: { events, states } }) => {
      let state: State | null = null;
      return events.some((event, position) => {
        state = fold(state, event);
        return JSON.stringify(state) !== JSON.stringify(states[position]);
      });
    });
  const ignoring =
    (section: keyof State): Fold =>
    (state, event) => {
      if (event.type === "RunStarted" || state === null) return evolve(state, event);
      const { [section]: _, ...changes } = event.changes;
      return evolve(state, { ...event, changes } as RunEvent);
    };

  test("is sound: not at all", () => {
    expect(breaks(evolve)).toBe(false);
  });

  test.each(["tracks", "variables", "round", "entered", "made", "cursor", "outcome", "ended"] as const)(
    "ignores %s",
    (section) => {
      expect(breaks(ignoring(section))).toBe(true);
    },
  );
});

describe("the law of views reports a projection that", () => {
  const leaks = (project: Project): boolean =>
    runs.some(({ model, run }) =>
      [...model.actors.map(({ id }) => id), "public"].some(
        (viewer) => leak(project, model, run.events, viewer) !== null,
      ),
    );
  const through =
    (change: (model: Model) => Partial<Model>): Project =>
    (model, events, viewer) =>
      viewEvents({ ...model, ...change(model) }, events, viewer);
  const open = <T extends { readonly knownTo: Private }>(items: readonly T[]): T[] =>
    items.map((item) => ({ ...item, knownTo: null }));

  test("is sound: not at all", () => {
    expect(leaks(viewEvents)).toBe(false);
  });

  test.each<readonly [string, Project]>([
    [
      "shows private variables",
      through(({ variables }) => ({ variables: variables.map((one) => ({ ...one, private: null })) })),
    ],
    ["shows private tracks", through(({ tracks }) => ({ tracks: tracks.map((one) => ({ ...one, private: null })) }))],
    ["shows covert moves", through(({ moves }) => ({ moves: open(moves) }))],
    ["shows covert incidents", through(({ incidents }) => ({ incidents: open(incidents) }))],
    [
      "shows covert branches",
      through(({ moves }) => ({ moves: moves.map((move) => ({ ...move, branches: open(move.branches) })) })),
    ],
    [
      "says why a rule applied",
      through(({ rules }) => ({ rules: rules.map((rule) => ({ ...rule, when: { op: "truth", value: true } })) })),
    ],
    ["takes the variant's turns for the document's", through(() => ({ variants: [] }))],
    [
      "tells the seed",
      (model, events, viewer) => [
        ...viewEvents(model, events, viewer),
        JSON.parse(JSON.stringify({ type: "Changed", changes: {}, seed: events[0] })),
      ],
    ],
    [
      "tells who chose",
      (model, events, viewer) => [
        ...viewEvents(model, events, viewer),
        ...JSON.parse(
          JSON.stringify(
            events.map((event) => ({ type: "Changed", changes: {}, chosen: "chosen" in event ? event.chosen : null })),
          ),
        ),
      ],
    ],
    [
      "numbers its events by the log's positions",
      (model, events, viewer) =>
        events.flatMap((event, position) => viewEvents(model, [event], viewer).map((seen) => ({ ...seen, position }))),
    ],
  ])("%s", (_, project) => {
    expect(leaks(project)).toBe(true);
  });
});
