/**
 * A run in words: what each event says happened, and what it changed.
 */
import type { BranchTaken, Chosen, RunEvent } from "../../engine/event.ts";
import type { State } from "../../engine/state.ts";
import { fill } from "../shared/language.svelte.ts";
import type { Names } from "./names.ts";
import { valueIn, words } from "./words.ts";

/** One thing that was done or happened. */
export interface ToldDeed {
  readonly who: string | null;
  readonly what: string;
  /** How it turned out. */
  readonly way: string | null;
  readonly remark: string | null;
}

/** One value that was set. */
export interface ToldChange {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Up or down the ladder, or neither. */
  readonly turn: "up" | "down" | null;
  readonly rung: number | null;
}

/** An event in words. */
export interface Told {
  readonly kind: "start" | "round" | "move" | "hold" | "incident" | "rule" | "fork" | "end" | "fault";
  readonly deeds: readonly ToldDeed[];
  readonly changes: readonly ToldChange[];
}

const said = (what: string, who: string | null = null): ToldDeed => ({ who, what, way: null, remark: null });

/** Tells an event. */
export function tellEvent(event: RunEvent, before: State | null, names: Names): Told {
  const changes = event.type === "RunStarted" || before === null ? [] : changesOf(event, before, names);
  const told = (kind: Told["kind"], ...deeds: readonly ToldDeed[]): Told => ({ kind, deeds, changes });
  const texts = words().told;
  switch (event.type) {
    case "RunStarted":
      return told("start", said(texts.starts));
    case "RoundOpened":
      return told("round", said(texts.round));
    case "MoveMade":
      return told("move", moveDeed(event, names));
    case "MovesMade": {
      const made = event.moves.flatMap((part) =>
        part.move === null ? [] : [moveDeed({ ...part, move: part.move }, names)],
      );
      return made.length === 0 ? told("hold", said(texts.quiet)) : told("move", ...made);
    }
    case "TurnHeld":
      return told("hold", { ...said(texts.holds, names.actor(event.actor)), remark: remarkOf(event.chosen) });
    case "IncidentOccurred":
      return told("incident", {
        ...said(names.incident(event.incident)),
        way: wayWords("incident", event.incident, event.branch, names),
        remark: remarkOf(event.chosen),
      });
    case "IncidentAverted":
      return told("incident", said(`${names.incident(event.incident)} ${texts.averted}`));
    case "RuleApplied":
      return told("rule", said(names.rule(event.rule)));
    case "RunForked":
      return told("fork", said(event.seed === null ? texts.forkSame : fill(texts.forkNew, { seed: event.seed })));
    case "RunEnded":
      return told("end", said(event.outcome === null ? endWords(event.reason) : names.outcome(event.outcome)));
    case "ModelFaulted":
      return told("fault", said(fill(texts.fault, { path: event.fault.path, reason: event.fault.reason })));
  }
}

/** How a run ended that has no outcome. */
export function endWords(reason: string): string {
  const texts = words().told;
  if (reason === "deadlock") return texts.deadlock;
  return reason === "unfinished" ? texts.unfinished : texts.noOutcome;
}

function moveDeed(
  part: {
    readonly actor: string;
    readonly move: string;
    readonly branch: BranchTaken | null;
    readonly chosen: Chosen;
    readonly forestalled?: boolean;
  },
  names: Names,
): ToldDeed {
  return {
    who: names.actor(part.actor),
    what: names.move(part.move),
    way: wayWords("move", part.move, part.branch, names),
    remark: part.forestalled === true ? words().told.forestalled : remarkOf(part.chosen),
  };
}

function wayWords(kind: "move" | "incident", id: string, branch: BranchTaken | null, names: Names): string | null {
  return branch === null ? null : names.branch(kind, id, branch.branch);
}

function remarkOf(chosen: Chosen): string | null {
  return chosen === "draw" ? null : words().told[chosen];
}

function changesOf(event: Exclude<RunEvent, { type: "RunStarted" }>, before: State, names: Names): ToldChange[] {
  const { tracks = {}, variables = {} } = event.changes;
  return [
    ...Object.entries(tracks).map(([id, to]): ToldChange => {
      const from = before.tracks[id] ?? "";
      const [below, above] = [names.rung(id, from), names.rung(id, to)];
      const turn = below === null || above === null || below === above ? null : above > below ? "up" : "down";
      return {
        name: names.track(id),
        from: names.state(id, from),
        to: names.state(id, to),
        turn,
        rung: turn === null ? null : above,
      };
    }),
    ...Object.entries(variables).map(([id, to]): ToldChange => {
      const from = before.variables[id] ?? 0;
      return { name: names.variable(id), from: valueIn(from), to: valueIn(to), turn: null, rung: null };
    }),
  ];
}

/** A change on one line. */
export const changeLine = ({ name, from, to }: ToldChange): string => fill(words().told.from, { name, from, to });
