/**
 * The statechart of a scenario, executed by XState: the law of a step as a machine anyone can inspect.
 *
 * One parallel region a track, and a region `book` for the rest. The context is the whole state; every happening is one
 * machine event. All regions see the same context before the step: `book` writes the next state, and each track's
 * region moves to the track state which that next state names. After each step the chart's value and its context must
 * agree; if they do not, that is a bug of ours and throws.
 *
 * A happening whose condition fails takes no transition anywhere.
 *
 * The config is plain JSON; what it names (guards, the action `enter`) is provided. The machine never waits and has no
 * eventless transitions: rules and the clock are events sent from outside.
 */
import { type Actor, type AnyStateMachine, assign, createActor, type MachineConfig, setup } from "xstate";
import { at } from "../scenario/at.ts";
import type { Expression } from "../scenario/expression.ts";
import type { Assignment, Model, Track } from "../scenario/model.ts";
import type { Happening, Law } from "./law.ts";
import { type State, sameState } from "./state.ts";

/** A transition as plain JSON: where to, and the guard that must hold. */
interface Transition {
  readonly target?: string;
  readonly guard: { readonly type: "yields"; readonly params: { readonly track: string; readonly state: string } };
}

/** The chart of a model as plain JSON, as XState's `createMachine` takes it. */
export interface ChartConfig {
  readonly id: string;
  readonly type: "parallel";
  readonly states: Readonly<Record<string, Region>>;
}

interface Region {
  readonly initial: string;
  readonly states: Readonly<
    Record<string, { readonly on: Readonly<Record<string, readonly Transition[] | BookEntry>> }>
  >;
}

interface BookEntry {
  readonly guard: "allowed";
  readonly actions: readonly ["enter"];
}

/** Name of a track's region in the chart; the prefix keeps authors' names apart from ours. */
export const regionOf = (track: string): string => `track_${track}`;

/** Every machine event type of a model: the chart's alphabet, in document order. */
function alphabet(model: Model): readonly Happening["type"][] {
  return [
    ...model.moves.map((move) => `move:${move.id}` as const),
    ...model.incidents.flatMap((incident) => [`incident:${incident.id}` as const, `avert:${incident.id}` as const]),
    ...model.rules.map((rule) => `rule:${rule.id}` as const),
    ...model.actors.map((actor) => `hold:${actor.id}` as const),
    "joint",
    "tick",
    "end",
  ];
}

/** The chart of a model. */
export function chartConfig(model: Model): ChartConfig {
  const regions = model.tracks.map((track): [string, Region] => {
    const writers = writersOf(model, track.id);
    const states = track.states.map(({ id }, place) => {
      const on = [...writers].map(([type, values]): [string, readonly Transition[]] => {
        // Moves made together may each take a track a step further.
        const further = type === "joint" && values.some((value) => !isFixed(value));
        const reached = new Set(
          further ? track.states.keys() : values.flatMap((value) => [...statesReached(value, track, place)]),
        );
        const targets = [...reached].filter((other) => other !== place).sort((one, other) => one - other);
        return [type, targets.map((other) => transitionTo(track.id, at(track.states, other).id))];
      });
      return [id, { on: Object.fromEntries(on.filter(([, transitions]) => transitions.length > 0)) }];
    });
    return [regionOf(track.id), { initial: track.states[0]?.id ?? "", states: Object.fromEntries(states) }];
  });
  const entries = Object.fromEntries(
    alphabet(model).map((type) => [type, { guard: "allowed", actions: ["enter"] } satisfies BookEntry]),
  );
  const book: Region = { initial: "open", states: { open: { on: entries } } };
  return { id: model.id, type: "parallel", states: Object.fromEntries([...regions, ["book", book]]) };
}

const transitionTo = (track: string, state: string): Transition => ({
  target: state,
  guard: { type: "yields", params: { track, state } },
});

/** The machine events whose blocks may write a track, with what they may write. */
function writersOf(model: Model, track: string): ReadonlyMap<Happening["type"], readonly Expression[]> {
  const written = (then: readonly Assignment[]): readonly Expression[] =>
    then.flatMap(({ target, id, value }) => (target === "track" && id === track ? [value] : []));
  const writtenBy = (step: Model["moves"][number] | Model["incidents"][number]): readonly Expression[] => [
    ...written(step.then),
    ...step.branches.flatMap((branch) => written(branch.then)),
  ];
  const moves = model.moves.map((move) => [`move:${move.id}`, writtenBy(move)] as const);
  const writers: readonly (readonly [Happening["type"], readonly Expression[]])[] = [
    ...moves,
    ...model.incidents.map((incident) => [`incident:${incident.id}`, writtenBy(incident)] as const),
    ...model.rules.map((rule) => [`rule:${rule.id}`, written(rule.then)] as const),
    ["joint", moves.flatMap(([, values]) => values)],
  ];
  return new Map(writers.filter(([, values]) => values.length > 0));
}

/** Whether an effect names the states it leads to, wherever the track stands. */
function isFixed(value: Expression): boolean {
  return value.op === "state" || (value.op === "if" && isFixed(value.then) && isFixed(value.else));
}

/** The states, by their place, that an effect on a track may lead to from one of them. */
function statesReached(value: Expression, track: Track, from: number): ReadonlySet<number> {
  switch (value.op) {
    case "state":
      return new Set([track.states.findIndex(({ id }) => id === value.id)]);
    case "next":
    case "previous": {
      const to = from + (value.op === "next" ? 1 : -1);
      return new Set(value.id === track.id && to >= 0 && to < track.states.length ? [to] : []);
    }
    case "track":
      return new Set([from]);
    case "if":
      return new Set([...statesReached(value.then, track, from), ...statesReached(value.else, track, from)]);
    default:
      return new Set(track.states.keys());
  }
}

/** Steps states by the statechart. */
export interface Machine {
  /** The state after a happening, as the chart reached it. The happening must be enabled. */
  step(state: State, happening: Happening): State;
}

/** The machine of a law. */
export function lawMachine(law: Law): Machine {
  // Guards of all regions and `book` ask for the same next state: it is computed once a step.
  let asked: { context: State; happening: Happening; next: State | null } | null = null;
  const nextOf = (context: State, happening: Happening): State | null => {
    if (asked === null || asked.context !== context || asked.happening !== happening) {
      asked = { context, happening, next: law.allows(context, happening) ? law.next(context, happening) : null };
    }
    return asked.next;
  };
  const chart = setup({
    types: { context: {} as State, events: {} as Happening },
    guards: {
      yields: ({ context, event }, { track, state }: { track: string; state: string }) =>
        nextOf(context, event)?.tracks[track] === state,
      allowed: ({ context, event }) => nextOf(context, event) !== null,
    },
    actions: { enter: assign(({ context, event }) => nextOf(context, event) ?? context) },
  }).createMachine({
    ...(chartConfig(law.model) as unknown as MachineConfig<State, Happening>),
    context: initialContext(law.model),
  } as never) as unknown as AnyStateMachine;

  let running: Actor<AnyStateMachine> | null = null;
  const restore = (state: State): Actor<AnyStateMachine> => {
    running?.stop();
    const value = Object.fromEntries([
      ...law.model.tracks.map((track) => [regionOf(track.id), state.tracks[track.id]]),
      ["book", "open"],
    ]);
    const restored = createActor(chart, { snapshot: chart.resolveState({ value, context: state }) });
    restored.start();
    running = restored;
    return restored;
  };

  return {
    step(state, happening) {
      const standing = running?.getSnapshot().context as State | undefined;
      const chartActor =
        running !== null && standing !== undefined && sameState(standing, state) ? running : restore(state);
      // Evaluated before sending: a guard that throws would kill the chart's actor.
      const expected = nextOf(chartActor.getSnapshot().context as State, happening);
      if (expected === null) throw new Error(`the statechart refuses ${happening.type}, which the protocol opened`);
      chartActor.send(happening);
      const machineSnapshot = chartActor.getSnapshot();
      const reached = machineSnapshot.context as State;
      const value = machineSnapshot.value as Record<string, unknown>;
      const agrees = law.model.tracks.every((track) => value[regionOf(track.id)] === reached.tracks[track.id]);
      if (!agrees || !sameState(reached, expected)) {
        throw new Error(`the statechart and its context disagree after ${happening.type}`);
      }
      return reached;
    },
  };
}

/** A context for the chart's own start; every use restores a state before it steps. */
function initialContext(model: Model): State {
  return {
    tracks: Object.fromEntries(model.tracks.map((track) => [track.id, track.states[0]?.id ?? ""])),
    variables: {},
    round: 0,
    entered: {},
    made: {},
    cursor: "tick",
    outcome: null,
    ended: null,
  };
}
