/**
 * Following a replication step by step, for whatever needs more of a run than its end.
 *
 * Kernel and machine tell the same story here: what was done, and the state it led to, read only where it is asked for.
 * The kernel tells it faster; it does not say who did what in a joint step, so simultaneous turns are followed on the
 * machine.
 */

import { deedsIn, type RunDeed } from "../engine/deeds.ts";
import type { RunEvent } from "../engine/event.ts";
import { playOpen, startSession, unnamed } from "../engine/play.ts";
import { type Engine, prepareEngine } from "../engine/session.ts";
import type { State } from "../engine/state.ts";
import { transitionsOf } from "../engine/transitions.ts";
import type { Treatment } from "../engine/treatment.ts";
import { compileKernel, type Kernel } from "../kernel/kernel.ts";
import type { Model } from "../scenario/model.ts";

/** Something that happened in a run; a step holds several deeds only where turns are simultaneous. */
export type FollowedEvent =
  | { readonly kind: "start" | "tick" | "end" }
  | { readonly kind: "step"; readonly deeds: readonly RunDeed[] }
  /** A consequence of the step or tick before. */
  | { readonly kind: "rule"; readonly rule: string };

/** Sees what happened and, if it asks, the state after it. */
export type See = (followed: FollowedEvent, state: () => State) => void;

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
    const { events, session } = startSession(engine, { seed, replication, ...unnamed });
    for (const { event, after } of transitionsOf(events)) see(followed(event), () => after);
    playOpen({ session, see: (_before, event, after) => see(followed(event), () => after) });
  };
}

function followed(event: RunEvent): FollowedEvent {
  switch (event.type) {
    case "RunStarted":
      return { kind: "start" };
    case "RoundOpened":
      return { kind: "tick" };
    case "RuleApplied":
      return { kind: "rule", rule: event.rule };
    case "RunEnded":
    case "ModelFaulted":
      return { kind: "end" };
    default:
      return { kind: "step", deeds: deedsIn(event) };
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
