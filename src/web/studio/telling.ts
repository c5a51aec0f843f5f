/**
 * A run's events as the studio prints them, in the language in use.
 */
import type { RunEvent } from "../../engine/event.ts";
import type { State } from "../../engine/state.ts";
import { type Telling, type TellingNames, type ToldChange, tellEvent } from "../../report/telling.ts";
import { linesOf, noOutcomeWords, type ToldLine } from "../../report/tellingText.ts";
import { fill } from "../shared/language.svelte.ts";
import type { Names } from "./names.ts";
import { valueIn, words } from "./words.ts";

/** An event as lines to print. */
export interface PrintedEvent {
  readonly kind: Telling["kind"];
  readonly lines: readonly ToldLine[];
  readonly changes: readonly ToldChange[];
}

/** Prints an event. */
export function printEvent(event: RunEvent, before: State | null, names: Names): PrintedEvent {
  const telling = tellEvent(event, before, tellingNames(names));
  return { kind: telling.kind, lines: linesIn(telling), changes: telling.changes };
}

/** The studio says of every choice who made it, unless it was drawn. */
function linesIn(telling: Telling): readonly ToldLine[] {
  const { told } = words();
  const said = (what: string, who: string | null = null): ToldLine => ({ who, what, way: null, remark: null });
  switch (telling.kind) {
    case "start":
      return [said(told.starts)];
    case "round":
      return [said(told.round)];
    case "hold": {
      const [only, ...others] = telling.deeds;
      return [only === undefined || others.length > 0 ? said(told.quiet) : said(told.holds, only.who?.name)];
    }
    default:
      return linesOf(telling, told, ["person", "given", "policy", "forestalled", "overruled"]);
  }
}

/** How a run ended that has no outcome. */
export const endWords = (reason: State["ended"]): string => noOutcomeWords(reason, words().told);

/** A change on one line, with its step on the ladder. */
export function changeLine({ name, from, to, rungs }: ToldChange): string {
  const line = fill(words().told.from, { name, from: valueIn(from), to: valueIn(to) });
  const turn = turnOf(rungs);
  return turn === null || rungs === null ? line : `${line} (${fill(words().told[turn], { rung: rungs[1] })})`;
}

/** Whether a change goes up or down the ladder. */
export function turnOf(rungs: ToldChange["rungs"]): "up" | "down" | null {
  if (rungs === null) return null;
  return rungs[1] > rungs[0] ? "up" : "down";
}

/** The studio's names by the sections of a scenario. */
function tellingNames(names: Names): TellingNames {
  return {
    rungOf: names.rung,
    name(section, id = "", part = "", inner = "") {
      switch (section) {
        case "actors":
          return names.actor(id);
        case "moves":
          return part === "branches" ? names.branch("move", id, inner) : names.move(id);
        case "incidents":
          return part === "branches" ? names.branch("incident", id, inner) : names.incident(id);
        case "rules":
          return names.rule(id);
        case "outcomes":
          return names.outcome(id);
        case "tracks":
          return part === "states" ? names.state(id, inner) : names.track(id);
        case "variables":
          return names.variable(id);
        default:
          return id;
      }
    },
  };
}
