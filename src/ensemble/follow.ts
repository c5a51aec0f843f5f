/**
 * Following a replication step by step, for whatever needs more of a run than its end.
 *
 * Kernel and machine tell the same story here: what was done, and the state it led to, read only where it is asked for.
 * The kernel tells it faster; it does not say who did what in a joint step, so simultaneous turns are followed on the
 * machine.
 */
import { luckOf } from "../chance/draw.ts";
import type { RunEvent } from "../engine/event.ts";
import { isRefused } from "../engine/event.ts";
import { type Engine, openSession, prepareEngine, type Session, startRun } from "../engine/session.ts";
import type { State } from "../engine/state.ts";
import type { Treatment } from "../engine/treatment.ts";
import { compileKernel, type Kernel } from "../kernel/kernel.ts";
import type { Model } from "../scenario/model.ts";
import { roundsLimit } from "./batch.ts";

/** A move, an incident or a rule, and which way it turned out. */
export interface Deed {
  readonly kind: "move" | "incident" | "rule";
  readonly id: string;
  readonly branch: string | null;
}

/** Something that happened in a run; a step holds several deeds only where turns are simultaneous. */
export type Sight =
  | { readonly kind: "start" | "tick" | "end" }
  | { readonly kind: "step"; readonly deeds: readonly Deed[] }
  /** A consequence of the step or tick before. */
  | { readonly kind: "rule"; readonly rule: string };

/** Sees what happened and, if it asks, the state after it. */
export type See = (sight: Sight, state: () => State) => void;

/** Follows one replication from its start to its end. */
export type Follow = (replication: number, see: See) => void;

/** Follows replications of a model under a treatment and a seed. */
export function followerOf(model: Model, treatment: Treatment, seed: string): Follow {
  return treatment.turns === "simultaneous"
    ? machineFollow(prepareEngine(model, treatment), seed)
    : kernelFollow(compileKernel(model, treatment), seed);
}

/** Follows on the machine: slow, and the reference. */
export function machineFollow(engine: Engine, seed: string): Follow {
  return (replication, see) => {
    const started = startRun(engine, { seed, replication, model: "", document: { id: "", text: "" } });
    const first = started[0];
    if (first?.type !== "RunStarted") throw new Error("a run starts with RunStarted");
    const session = openSession(engine, luckOf(seed, replication), first.state);
    see({ kind: "start" }, () => first.state);
    session.apply(started.slice(1));
    for (const event of started.slice(1)) see(sightOf(event), () => session.state);
    drive(session, (event) => see(sightOf(event), () => session.state));
  };
}

/** Drives a session by policy to its end, showing each event once it is applied. */
export function drive(session: Session, see: (event: RunEvent) => void, limit = roundsLimit): void {
  while (session.state.ended === null) {
    const proposed = session.state.round >= limit ? session.propose({ type: "StopRun" }) : session.proposeNext();
    if (isRefused(proposed)) throw new Error(`a run by policy was refused: ${proposed.message}`);
    for (const event of proposed) {
      session.apply([event]);
      see(event);
    }
  }
}

function sightOf(event: RunEvent): Sight {
  switch (event.type) {
    case "RoundOpened":
      return { kind: "tick" };
    case "MoveMade":
      return { kind: "step", deeds: [{ kind: "move", id: event.move, branch: event.branch?.branch ?? null }] };
    case "IncidentOccurred":
      return { kind: "step", deeds: [{ kind: "incident", id: event.incident, branch: event.branch?.branch ?? null }] };
    case "MovesMade":
      return {
        kind: "step",
        deeds: event.moves.flatMap(({ move, branch, forestalled }) =>
          move === null || forestalled ? [] : [{ kind: "move", id: move, branch: branch?.branch ?? null }],
        ),
      };
    case "RunEnded":
    case "ModelFaulted":
      return { kind: "end" };
    case "RuleApplied":
      return { kind: "rule", rule: event.rule };
    default:
      return { kind: "step", deeds: [] };
  }
}

/** Follows on the kernel. */
export function kernelFollow(kernel: Kernel, seed: string): Follow {
  return (replication, see) => {
    kernel.follow(seed, replication, (sighting) => {
      const { happening } = sighting;
      const state = (): State => sighting.state;
      if (happening === null) see({ kind: "end" }, state);
      else if (happening.kind === "move" || happening.kind === "incident")
        see({ kind: "step", deeds: [happening] }, state);
      else if (happening.kind === "hold" || happening.kind === "joint") see({ kind: "step", deeds: [] }, state);
      else if (happening.kind === "rule") see({ kind: "rule", rule: happening.id }, state);
      else see({ kind: happening.kind }, state);
    });
  };
}
