/**
 * The state space of a scenario, walked on the machine, as simply as can be.
 *
 * Every choice and every turn of chance is decided by the engine as a command of its own; a node is a point of rest, known
 * by its values. Nothing here packs, prints code or compiles: it is what the explorer is held against.
 */
import { luckOf } from "../../src/chance/draw.ts";
import { decide } from "../../src/engine/decide.ts";
import { type Choice, type Command, isRefused, type RunEvent } from "../../src/engine/event.ts";
import { evolve } from "../../src/engine/evolve.ts";
import { Faulted } from "../../src/engine/faulted.ts";
import { initialStates } from "../../src/engine/initial.ts";
import { roundsLimit } from "../../src/engine/play.ts";
import { weighsNothing } from "../../src/engine/policy.ts";
import { hold, type Opening, type Turn } from "../../src/engine/protocol.ts";
import { causeDue, dueIncident, prescribedChoice, scripted, scriptedFree } from "../../src/engine/script.ts";
import type { Engine } from "../../src/engine/session.ts";
import { type State, sameState } from "../../src/engine/state.ts";
import { layOut } from "../../src/kernel/layout.ts";

/** Where a command leads: to a node, or into a fault of the model. */
export type Target =
  | { readonly node: Node }
  | {
      readonly fault: string /** The state at rest before the fault, where it came after a step. */;
      readonly rest: State | null;
    };

/** One way on from a node: what somebody chose, and where chance may take it. */
export interface WayOn {
  /** What was chosen; null where nobody chooses. */
  readonly choice: string | null;
  /** Whose choice it was, with what each chose; empty where chance or nobody chooses. */
  readonly parts: readonly (readonly [actor: string, move: string])[];
  readonly targets: Target[];
  /** By target, the chance that the way leads there. */
  readonly odds: number[];
}

export interface Node {
  readonly key: string;
  readonly state: State;
  /** Whether somebody or chance chooses here, or the run is over: what counts as a state. */
  readonly counts: boolean;
  readonly kind: Opening["kind"] | "fault";
  readonly ways: WayOn[];
}

/** How a step turns out, and the chance of it. */
interface Turned {
  readonly branch: string | null;
  readonly share: number;
}

const certainly = (branch: string | null): Turned => ({ branch, share: 1 });

/** Everything that was met on the way. */
export interface NaiveSpace {
  readonly starts: readonly Target[];
  readonly nodes: ReadonlyMap<string, Node>;
  /** What happened or was open, as `move go`, `branch go in_sight`, `rule alarm`, `track talks open`, `outcome war`. */
  readonly seen: ReadonlySet<string>;
  readonly faults: ReadonlySet<string>;
}

/** More nodes than were allowed. */
export class TooLarge extends Error {}

/**
 * Walks everything that can be reached; `weighed` leaves open only what the policies give a weight. States are told apart
 * by what matters of them, or by all of their values.
 */
export function naiveSpace(engine: Engine, weighed: boolean, nodesMax: number, whole = false): NaiveSpace {
  const { law, protocol, machine, weigher } = engine;
  const { model, treatment } = law;
  const ground = { law, protocol, machine, weigher, luck: luckOf("naive", 0) };
  // What only policies read is part of a state only where they choose.
  const layout = layOut(weighed ? model : { ...model, policies: [] }, treatment, roundsLimit);
  const nodes = new Map<string, Node>();
  const seen = new Set<string>();
  const faults = new Set<string>();
  const waiting: Node[] = [];
  /** By key: further states that are told apart by nothing that matters. */
  const twins = new Map<string, State[]>();

  const valuesOf = (state: State): string => (whole ? JSON.stringify(state) : layout.values(state).join(" "));

  function openingOf(state: State): Opening | { readonly kind: "fault"; readonly path: string } {
    try {
      return protocol.open(state);
    } catch (error) {
      if (error instanceof Faulted) return { kind: "fault", path: error.fault.path };
      throw error;
    }
  }

  /** The cursor at which a state waits: that of what is open. */
  function placeOf(state: State, opening: ReturnType<typeof openingOf>): string {
    if (opening.kind === "incident") return opening.site;
    if (opening.kind === "turn") return `turn:${opening.actor}`;
    return opening.kind === "joint" || opening.kind === "free" ? "turn" : state.cursor;
  }

  /** Whether somebody or chance chooses: chance also where an incident is certain, but not how it turns out. */
  function isCounted(state: State, opening: ReturnType<typeof openingOf>): boolean {
    if (opening.kind !== "incident") return ["turn", "joint", "free", "over"].includes(opening.kind);
    const { branches } = law.incidents.get(opening.incident)?.definition ?? { branches: [] };
    const due = dueIncident(law, state)?.entry ?? null;
    if (due !== null && due.incident === opening.incident) return branches.length > 1 && due.branch === null;
    return opening.chance < 1 || branches.length > 1;
  }

  function nodeOf(state: State): Node {
    const opening = openingOf(state);
    const cursor = placeOf(state, opening);
    const key = `${isCounted(state, opening) ? "" : "pass "}${valuesOf({ ...state, cursor })}`;
    const known = nodes.get(key);
    if (known !== undefined) {
      const others = twins.get(key) ?? [];
      const isNew = !sameState({ ...known.state, cursor }, { ...state, cursor }) && others.length < 2;
      if (isNew && !others.some((other) => sameState({ ...other, cursor }, { ...state, cursor }))) {
        twins.set(key, [...others, state]);
      }
      return known;
    }
    if (nodes.size >= nodesMax) throw new TooLarge();
    const node: Node = { key, state, counts: isCounted(state, opening), kind: opening.kind, ways: [] };
    nodes.set(key, node);
    waiting.push(node);
    return node;
  }

  function note(state: State): void {
    for (const [track, at] of Object.entries(state.tracks)) seen.add(`track ${track} ${at}`);
  }

  function targetOf(from: State, command: Command, culprit: string | null): Target {
    if ("branch" in command && command.branch !== null) {
      seen.add(`branch ${"move" in command ? command.move : command.incident} ${command.branch}`);
    }
    if (command.type === "CauseIncident") seen.add(`incident ${command.incident}`);
    const answer = decide(ground, from, command);
    if (isRefused(answer)) {
      if (culprit === null) throw new Error(`refused: ${answer.message}`);
      faults.add(culprit);
      return { fault: culprit, rest: null };
    }
    return targetAfter(from, answer);
  }

  function targetAfter(from: State | null, events: readonly RunEvent[]): Target {
    let state = from;
    for (const event of events) {
      if (event.type === "ModelFaulted") {
        faults.add(event.fault.path);
        const isRest = event.fault.path.startsWith("outcomes.");
        return { fault: event.fault.path, rest: isRest ? state : null };
      }
      if (event.type === "RuleApplied") seen.add(`rule ${event.rule}`);
      if (event.type === "IncidentOccurred") seen.add(`incident ${event.incident}`);
      if (event.type === "RunEnded") seen.add(`outcome ${event.outcome ?? event.reason}`);
      if ((event.type === "MoveMade" || event.type === "IncidentOccurred") && event.branch !== null) {
        seen.add(`branch ${"move" in event ? event.move : event.incident} ${event.branch.branch}`);
      }
      if (event.type === "MovesMade") {
        for (const { move, branch } of event.moves) if (branch !== null) seen.add(`branch ${move} ${branch.branch}`);
      }
      state = evolve(state, event);
      note(state);
    }
    if (state === null) throw new Error("nothing happened");
    return { node: nodeOf(state) };
  }

  /** The branches that chance may take; null alone where a move has none, or where the odds themselves are at fault. */
  function branchesOf(state: State, kind: "moves" | "incidents", id: string): readonly Turned[] {
    const step = law[kind].get(id);
    const branches = step?.definition.branches ?? [];
    if (step === undefined || branches.length === 0) return [certainly(null)];
    try {
      const odds = step.odds(state);
      const all = odds.reduce((sum, one) => sum + one, 0);
      return branches.flatMap(({ id: branch }, index) => {
        const share = (odds[index] ?? 0) / all;
        return share > 0 ? [{ branch, share }] : [];
      });
    } catch (error) {
      if (error instanceof Faulted) return [certainly(null)];
      throw error;
    }
  }

  interface Open {
    readonly move: string;
    /** As a script forces it. */
    readonly branch: string | null;
    readonly culprit: string | null;
  }

  function optionsOf(state: State, turn: Turn): readonly Open[] {
    const prescribed = scripted(treatment, state.round, turn.actor);
    if (prescribed !== null) {
      const { move, branch } = prescribedChoice(prescribed, turn, state.round);
      return [{ move, branch, culprit: prescribed.path }];
    }
    const weights = weighed ? weigher.turn(state, turn) : [];
    if (weighed && weighsNothing(weights)) return [{ move: hold, branch: null, culprit: null }];
    // Where everything is told apart, others may read off what a policy does as well as what its actor may do.
    const held = whole && !turn.options.includes(hold) && weighsNothing(weigher.turn(state, turn)) ? [hold] : [];
    return [...turn.options, ...held]
      .filter((_, index) => !weighed || (weights[index] ?? 0) > 0)
      .map((move) => ({ move, branch: null, culprit: null }));
  }

  const product = <T>(lists: readonly (readonly T[])[]): readonly (readonly T[])[] =>
    lists.reduce<readonly (readonly T[])[]>(
      (all, list) => all.flatMap((one) => list.map((next) => [...one, next])),
      [[]],
    );

  function single(state: State, actor: string, { move, branch, culprit }: Open): WayOn {
    if (move !== hold) seen.add(`move ${move}`);
    const ways =
      move === hold ? [certainly(null)] : branch === null ? branchesOf(state, "moves", move) : [certainly(branch)];
    const targets = ways.map((way) =>
      targetOf(state, { type: "MakeMove", actor, move, branch: way.branch, chosen: "given" }, culprit),
    );
    return { choice: move, parts: [[actor, move]], targets, odds: ways.map(({ share }) => share) };
  }

  /** All ways in which moves made together can turn out: by branch, and by order. */
  function jointly(state: State, turns: readonly Turn[], chosen: readonly Open[]): WayOn {
    const targets: Target[] = [];
    const odds: number[] = [];
    const culprit = chosen.find((one) => one.culprit !== null)?.culprit ?? null;
    const waysOf = ({ move, branch }: Open): readonly Turned[] => {
      if (move === hold) return [certainly(null)];
      seen.add(`move ${move}`);
      return branch === null ? branchesOf(state, "moves", move) : [certainly(branch)];
    };
    for (const ways of product(chosen.map(waysOf))) {
      const choices = turns.map(({ actor }, index): Choice => {
        return { actor, move: chosen[index]?.move ?? hold, branch: ways[index]?.branch ?? null, chosen: "given" };
      });
      const movers = choices.filter(({ move }) => move !== hold).map(({ actor }) => actor);
      const orders = permutations(movers);
      for (const order of orders) {
        targets.push(targetOf(state, { type: "MakeMoves", choices, order }, culprit));
        odds.push(ways.reduce((so, { share }) => so * share, 1) / orders.length);
      }
    }
    const parts = turns.map(({ actor }, index) => [actor, chosen[index]?.move ?? hold] as const);
    return { choice: parts.map(([, move]) => move).join(" + "), parts, targets, odds };
  }

  function incident(state: State, id: string, chance: number): WayOn {
    const ways = branchesOf(state, "incidents", id);
    const targets = ways.map(({ branch }) =>
      targetOf(state, { type: "CauseIncident", incident: id, branch, chosen: "given" }, null),
    );
    const odds = ways.map(({ share }) => chance * share);
    if (chance < 1) {
      targets.push(targetOf(state, { type: "AvertIncident", incident: id, chosen: "given" }, null));
      odds.push(1 - chance);
    }
    return { choice: null, parts: [], targets, odds };
  }

  function waysFrom(state: State): readonly WayOn[] {
    try {
      return waysOrFault(state);
    } catch (error) {
      if (!(error instanceof Faulted)) throw error;
      faults.add(error.fault.path);
      return [{ choice: null, parts: [], targets: [{ fault: error.fault.path, rest: null }], odds: [1] }];
    }
  }

  function waysOrFault(state: State): readonly WayOn[] {
    const opening = protocol.open(state);
    const due = dueIncident(law, state);
    const cause = due === null ? null : causeDue(law, due, opening);
    if (due !== null && cause !== null && cause.type === "CauseIncident") {
      const ways = cause.branch === null ? branchesOf(state, "incidents", cause.incident) : [certainly(cause.branch)];
      const targets = ways.map(({ branch }) => targetOf(state, { ...cause, branch }, due.path));
      return [{ choice: null, parts: [], targets, odds: ways.map(({ share }) => share) }];
    }
    switch (opening.kind) {
      case "over":
        return [];
      case "incident":
        return [incident(state, opening.incident, opening.chance)];
      case "turn":
        return optionsOf(state, opening).map((open) => single(state, opening.actor, open));
      case "joint":
        return product(opening.turns.map((turn) => optionsOf(state, turn))).map((chosen) =>
          jointly(state, opening.turns, chosen),
        );
      case "free": {
        const prescribed = scriptedFree(law, state);
        if (prescribed !== null) {
          const { by } = prescribed;
          const options = opening.options.filter(({ actor }) => actor === by).map(({ move }) => move);
          return optionsOf(state, { actor: by, site: "turn", options }).map((open) => single(state, by, open));
        }
        const weights = weighed ? weigher.free(state, opening.options) : [];
        return opening.options
          .filter((_, index) => !weighed || (weights[index] ?? 0) > 0)
          .map(({ actor, move }) => single(state, actor, { move, branch: null, culprit: null }));
      }
      default: {
        const missed = scriptedFree(law, state);
        if (missed !== null) prescribedChoice(missed, { actor: missed.by, site: "turn", options: [] }, state.round);
        return [{ choice: null, parts: [], targets: [targetOf(state, { type: "LetTimePass" }, null)], odds: [1] }];
      }
    }
  }

  const starts = initialStates(law).map(({ state }): Target => {
    note(state);
    return beginning(state);
  });

  /** As a run begins: an outcome may hold at once. */
  function beginning(state: State): Target {
    try {
      const held = law.outcomes.find(({ when, atEnd }) => when !== null && !atEnd && when(state) !== 0);
      // What is over as it begins is where others come to an end at the end of a round.
      if (held === undefined) {
        return { node: nodeOf(openingOf(state).kind === "still" ? { ...state, cursor: "tick" } : state) };
      }
      seen.add(`outcome ${held.id}`);
      return { node: nodeOf({ ...state, ended: "outcome", outcome: held.id, cursor: "tick" }) };
    } catch (error) {
      if (!(error instanceof Faulted)) throw error;
      faults.add(error.fault.path);
      return { fault: error.fault.path, rest: state };
    }
  }
  for (let node = waiting.shift(); node !== undefined; node = waiting.shift()) node.ways.push(...waysFrom(node.state));
  for (const [key, states] of twins) {
    for (const state of states) {
      const now = signature(waysFrom(state));
      const then = signature(nodes.get(key)?.ways ?? []);
      if (now !== then) throw new Error(`states that count as one behave differently: ${key}`);
    }
  }
  return { starts, nodes, seen, faults };
}

const signature = (ways: readonly WayOn[]): string =>
  ways
    .map(
      ({ choice, targets }) => `${choice}: ${targets.map((one) => ("node" in one ? one.node.key : one.fault)).join()}`,
    )
    .join("\n");

function permutations(names: readonly string[]): readonly (readonly string[])[] {
  if (names.length < 2) return [names];
  return names.flatMap((name, index) => permutations(names.toSpliced(index, 1)).map((rest) => [name, ...rest]));
}
