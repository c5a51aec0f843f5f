/**
 * A path through the state space, made again on the machine: the form in which every finding is shown.
 *
 * The explorer knows which options were taken; here they become commands, so what comes out is an ordinary run whose
 * choices are `given`: it can be logged, replayed, verified, forked and played. What is left open between two choices
 * (certain incidents, rules, the clock) follows by itself. A path that the machine does not confirm is a bug of ours.
 */
import { luckOf } from "../chance/draw.ts";
import type { Choice, Command, RunEvent } from "../engine/event.ts";
import { isRefused } from "../engine/event.ts";
import { Faulted } from "../engine/faulted.ts";
import { drawInitial } from "../engine/initial.ts";
import { hold, type Opening, type Turn } from "../engine/protocol.ts";
import { dueIncident } from "../engine/script.ts";
import { type Engine, openSession, type RunStart, type Session, startRun } from "../engine/session.ts";
import type { Layout } from "../kernel/layout.ts";
import { at } from "../scenario/at.ts";
import type { TakenOption } from "../space/steps.ts";

/** One choice on a path. */
export type WitnessStep =
  /** A move, or `hold`. */
  | { readonly round: number; readonly by: string; readonly move: string; readonly branch: string | null }
  /** Moves made at once. */
  | {
      readonly round: number;
      readonly moves: readonly Omit<Extract<WitnessStep, { by: string }>, "round">[];
      /** The order of actors that a lot gave; null where every order gives the same. */
      readonly order: readonly string[] | null;
    }
  | { readonly round: number; readonly incident: string; readonly branch: string | null }
  /** An incident that could have occurred does not. */
  | { readonly round: number; readonly averted: string };

/** A path as a run on the machine. */
export interface WitnessRun {
  readonly steps: readonly WitnessStep[];
  readonly events: readonly RunEvent[];
  /** The replication of the seed that begins where the path does. */
  readonly replication: number;
  /** The last choice of an actor that could have gone otherwise; null where there is none. */
  readonly lastChoice: LastChoice | null;
}

/** A choice of one actor, or of one of those who choose at once. */
export interface LastChoice {
  readonly actor: string;
  /** The position that a run which goes otherwise still shares. */
  readonly position: number;
}

/** So many replications are tried for one that begins where a path does. */
const replicationsMax = 20_000;

/**
 * Makes a path on the machine; null where no replication within reach begins where it does.
 * @throws Error where the machine refuses a choice that the explorer took.
 */
export function witnessRun(
  engine: Engine,
  layout: Layout,
  start: Omit<RunStart, "replication">,
  path: readonly TakenOption[],
): WitnessRun | null {
  const replication = replicationFor(engine, layout, start.seed, path);
  if (replication === null) return null;
  const events = [...startRun(engine, { ...start, replication })];
  const first = events[0];
  if (first?.type !== "RunStarted") throw new Error("a run starts with RunStarted");
  const session = openSession(engine, luckOf(start.seed, replication), first.state);
  session.apply(events.slice(1));
  const steps: WitnessStep[] = [];
  const walker = new Walker(
    session,
    path.filter(({ point }) => !point.site.startsWith("start:")),
  );
  const passed = new Set<string>();
  let lastChoice: LastChoice | null = null;
  for (let next = walker.next(); next !== null; next = walker.next()) {
    if (walker.left === 0) {
      // Time may pass for ever without anything to choose: once round is enough.
      const place = layout.values(session.state).join(" ");
      if (passed.has(place)) break;
      passed.add(place);
    }
    const before = events.length - 1;
    const proposed = session.propose(next.command);
    if (isRefused(proposed)) throw new Error(`the machine refuses a way of the explorer: ${proposed.message}`);
    session.apply(proposed);
    events.push(...proposed);
    if (next.step !== null) steps.push(next.step);
    if (next.chooser !== null) lastChoice = { actor: next.chooser, position: before };
  }
  if (walker.left > 0) throw new Error(`the machine ends a way of the explorer ${walker.left} choices early`);
  return { steps, events, replication, lastChoice };
}

/** The first replication that begins with the values that a path begins with. */
function replicationFor(engine: Engine, layout: Layout, seed: string, path: readonly TakenOption[]): number | null {
  const wanted = path.flatMap(({ point, option }) => {
    if (!point.site.startsWith("start:")) return [];
    const [set] = point.options?.[option]?.body ?? [];
    return set?.do === "set" && set.value.op === "constant" ? [{ local: set.local, value: set.value.value }] : [];
  });
  if (wanted.length === 0) return 0;
  const places = wanted.map(({ local, value }) => ({
    index: layout.fields.findIndex((field) => field.local === local),
    value,
  }));
  for (let replication = 0; replication < replicationsMax; replication++) {
    const values = layout.values(drawInitial(engine.law, luckOf(seed, replication)));
    if (places.every(({ index, value }) => values[index] === value)) return replication;
  }
  return null;
}

interface Next {
  readonly command: Command;
  /** Null: it follows by itself. */
  readonly step: WitnessStep | null;
  /** An actor that chooses here, among several options. */
  readonly chooser: string | null;
}

const letTimePass: Next = { command: { type: "LetTimePass" }, step: null, chooser: null };

/** Turns the options that were taken into commands, as the protocol asks for them. */
class Walker {
  private readonly session: Session;
  private readonly path: readonly TakenOption[];
  private at = 0;

  constructor(session: Session, path: readonly TakenOption[]) {
    this.session = session;
    this.path = path;
  }

  /** Choices that have not been made yet. */
  get left(): number {
    return this.path.length - this.at;
  }

  /** What comes next; null where the run is over or somebody would have to choose beyond the path. */
  next(): Next | null {
    const { state, engine } = this.session;
    if (state.ended !== null) return null;
    let opening: Opening;
    try {
      opening = engine.protocol.open(state);
    } catch (error) {
      if (error instanceof Faulted) return letTimePass;
      throw error;
    }
    switch (opening.kind) {
      case "incident":
        return this.incident(opening.incident, opening.chance);
      case "turn": {
        const option = this.take(opening.site);
        if (option === null) return null;
        const chooser = opening.options.length > 1 ? opening.actor : null;
        return { ...this.move(opening.actor, this.moveOf(opening.actor, option)), chooser };
      }
      case "free": {
        const option = this.take(opening.site);
        const move = option === null ? undefined : engine.law.model.moves[option];
        if (move === undefined) return null;
        return { ...this.move(move.by, move.id), chooser: opening.options.length > 1 ? move.by : null };
      }
      case "joint":
        return this.joint(opening.turns);
      default:
        return letTimePass;
    }
  }

  /** The option that the path takes at a site, if it takes one there now. */
  private take(site: string): number | null {
    const decision = this.path[this.at];
    if (decision?.point.site !== site) return null;
    this.at++;
    return decision.option;
  }

  private moveOf(actor: string, option: number): string {
    const moves = this.session.engine.law.model.moves.filter(({ by }) => by === actor);
    return moves[option]?.id ?? hold;
  }

  private branchOf(move: string): string | null {
    const { branches } = this.session.engine.law.moves.get(move)?.definition ?? { branches: [] };
    const option = branches.length === 0 ? null : this.take(`branch:${move}`);
    return option === null ? null : (branches[option]?.id ?? null);
  }

  private move(by: string, move: string): Next {
    const branch = move === hold ? null : this.branchOf(move);
    const { round } = this.session.state;
    return {
      command: { type: "MakeMove", actor: by, move, branch, chosen: "given" },
      step: { round, by, move, branch },
      chooser: null,
    };
  }

  private joint(turns: readonly Turn[]): Next | null {
    const chosen = turns.map(({ actor, site }) => ({ actor, option: this.take(site) }));
    if (chosen.some(({ option }) => option === null)) return null;
    const choices = chosen.map(({ actor, option }): Choice => {
      const move = this.moveOf(actor, option ?? 0);
      return { actor, move, branch: move === hold ? null : this.branchOf(move), chosen: "given" };
    });
    const moves = choices.map(({ actor, move, branch }) => ({ by: actor, move, branch }));
    const chooser = turns.find(({ options }) => options.length > 1)?.actor ?? null;
    const order = this.orderOf(choices);
    return {
      command: { type: "MakeMoves", choices, ...(order === null ? {} : { order }) },
      step: { round: this.session.state.round, moves, order },
      chooser,
    };
  }

  /** The order in which the path's lots put moves made together; null where it has none. */
  private orderOf(choices: readonly Choice[]): readonly string[] | null {
    const movers = choices.filter(({ move }) => move !== hold).map(({ actor }) => actor);
    const first = this.picks("lot:first");
    const last = this.picks("lot:last").toReversed();
    const placed = [...first, ...last];
    if (placed.length === 0) return null;
    return [...first, ...movers.filter((actor) => !placed.includes(actor)), ...last];
  }

  /** The actors that lots at a site pick, one after the other. */
  private picks(site: string): readonly string[] {
    const found: string[] = [];
    for (let decision = this.path[this.at]; decision?.point.site === site; decision = this.path[this.at]) {
      found.push(at(decision.point.movers, decision.option));
      this.at++;
    }
    return found;
  }

  private incident(incident: string, chance: number): Next | null {
    const { engine, state } = this.session;
    const { round } = state;
    const occurs = this.take(`incident:${incident}`);
    if (occurs === 0) {
      return {
        command: { type: "AvertIncident", incident, chosen: "given" },
        step: { round, averted: incident },
        chooser: null,
      };
    }
    const { branches } = engine.law.incidents.get(incident)?.definition ?? { branches: [] };
    const option = branches.length === 0 ? null : this.take(`branch:incident:${incident}`);
    const branch = option === null ? null : (branches[option]?.id ?? null);
    const scripted = dueIncident(engine.law, state)?.entry.incident === incident;
    if (occurs === null && option === null && !scripted) {
      // What is certain occurs by itself, unless chance would still have to choose how.
      return chance < 1 || branches.length > 1 ? null : letTimePass;
    }
    const command: Command = { type: "CauseIncident", incident, branch, chosen: "given" };
    return { command, step: { round, incident, branch }, chooser: null };
  }
}
