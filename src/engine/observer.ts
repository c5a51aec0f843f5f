/**
 * What a run amounts to: its outcome, length, tallies, utilities and whether its properties hold.
 *
 * An observer sees each event with the states around it, live or from a log, and adds nothing to the run. Tallies read
 * the state before the step; a round's own entries read the state in which it opens, after rules and outcomes; those of
 * the end read the final state, unless it was a fault.
 */
import type { Model, TallyEntry } from "../scenario/model.ts";
import { choicesIn } from "./deeds.ts";
import type { RunEvent } from "./event.ts";
import type { Law } from "./law.ts";
import { isRunProperty, type Monitor, monitor, verdict } from "./monitor.ts";
import type { Ended, State } from "./state.ts";
import { roleOf, transitionsOf } from "./transitions.ts";

export interface RunResult {
  readonly ended: Ended | null;
  readonly outcome: string | null;
  /** Number of rounds that opened: a run that ends inside round r has r + 1, one that ends with a tick has r. */
  readonly rounds: number;
  readonly tallies: Readonly<Record<string, number>>;
  /** Utility of every actor that has one, in the final state. */
  readonly utilities: Readonly<Record<string, number>>;
  /** Whether each run-level property holds of the run. */
  readonly properties: Readonly<Record<string, boolean>>;
}

export interface Observer {
  /** Sees an event, the state before it (null before the first) and the state after it. */
  see(before: State | null, event: RunEvent, after: State): void;
  /** What the run amounts to so far. */
  result(): RunResult;
}

/** An observer at the start of a run. */
export function observe(law: Law): Observer {
  const { model } = law;
  const tally = tallier(law);
  const monitors: Monitor[] = model.properties.filter(isRunProperty).map((property) => monitor(law, property));
  const utilities = model.actors.flatMap(({ id, utility }) =>
    utility === null ? [] : [[id, law.evaluator(utility, `actors.${id}.utility`)] as const],
  );
  let rounds = 0;
  let opening = false;
  let unread = false;
  let state: State | null = null;

  // A step is read once its rules and outcome are known: when the next step begins, or at the end.
  function read(at: State | null): void {
    if (!unread || at === null) return;
    unread = false;
    for (const one of monitors) one.read(at);
  }

  function open(at: State): void {
    if (!opening) return;
    opening = false;
    rounds += 1;
    tally.count("round", at);
  }

  return {
    see(before, event, after) {
      state = after;
      const role = roleOf(event);
      if (role === "rule" || role === "fork") return;
      // A fault of the tick's own rules or outcomes comes before the round opens, any other inside it.
      const inside = event.type === "ModelFaulted" && !/^(rules|outcomes)\./.test(event.fault.path);
      if (inside && before !== null) open(before);
      if (role === "end") {
        if (event.type === "RunEnded") tally.end(after);
        return read(after);
      }
      read(before);
      if (before !== null) {
        open(before);
        tally.step(event, before);
      }
      unread = true;
      if (event.type === "RunStarted" || event.type === "RoundOpened") opening = true;
    },
    result() {
      read(state);
      const final = state;
      return {
        ended: final?.ended ?? null,
        outcome: final?.outcome ?? null,
        rounds,
        tallies: tally.totals(),
        utilities: Object.fromEntries(utilities.map(([id, value]) => [id, final === null ? 0 : value(final)])),
        properties: Object.fromEntries(monitors.map(({ property, phase }) => [property.id, verdict(property, phase)])),
      };
    },
  };
}

/** An observer that has seen the events of a run so far. */
export function observeRun(law: Law, events: readonly RunEvent[]): Observer {
  const observer = observe(law);
  for (const { before, event, after } of transitionsOf(events)) observer.see(before, event, after);
  return observer;
}

interface Tallier {
  count(kind: "round", state: State): void;
  /** Counts how a run ended. */
  end(state: State): void;
  /** Counts a step with what it consists of. */
  step(event: RunEvent, before: State): void;
  totals(): Record<string, number>;
}

function tallier(law: Law): Tallier {
  const { model } = law;
  const totals = new Map(model.tallies.map((tally) => [tally.id, 0]));
  const entries = compiledEntries(law, model);

  function count(kind: string, state: State, chosen: ReadonlyMap<string, string | null> = new Map()): void {
    const at = { ...state, chosen };
    for (const entry of entries) {
      if (entry.kind !== kind || entry.when(at) === 0) continue;
      totals.set(entry.tally, (totals.get(entry.tally) ?? 0) + entry.add(at));
    }
  }

  /** Counts the moves of a step, each in the state before it. */
  function moves(event: RunEvent, before: State): void {
    for (const { move, forestalled } of choicesIn(event))
      if (move !== null && !forestalled) count(`move:${move}`, before);
  }

  return {
    count,
    end: (state) => count("end", state),
    step(event, before) {
      const incident = event.type === "IncidentOccurred";
      const choices = choicesIn(event);
      const chosen = new Map(choices.map(({ actor, move }) => [actor, move]));
      if (incident || choices.length > 0) count("step", before, chosen);
      if (incident) count(`incident:${event.incident}`, before);
      else moves(event, before);
    },
    totals: () => Object.fromEntries(totals),
  };
}

function compiledEntries(law: Law, model: Model) {
  return model.tallies.flatMap((tally) =>
    tally.entries.map((entry, index) => {
      const path = `tallies.${tally.id}.${index}`;
      return {
        tally: tally.id,
        kind: kindOf(entry),
        add: law.evaluator(entry.add, `${path}.add`),
        when: entry.when === null ? () => 1 : law.evaluator(entry.when, `${path}.when`),
      };
    }),
  );
}

const kindOf = ({ per }: TallyEntry): string => (typeof per === "string" ? per : `${per.kind}:${per.id}`);
