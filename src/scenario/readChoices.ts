/**
 * Reads how choices are made and counted: policies, tallies, variants, scripts and the history.
 *
 * Scripts and histories name their moments by date or by round; the model knows rounds alone.
 */

import { complainUnknown } from "./declaration.ts";
import type {
  ActorPolicies,
  Assumption,
  InitialValue,
  Policy,
  ScriptEntry,
  Tally,
  TallyEntry,
  Track,
  Variable,
  Variant,
} from "./model.ts";
import {
  childOf,
  type Entry,
  entriesOf,
  entryOf,
  isBlank,
  itemsOf,
  type MapNode,
  type Node,
  type ScalarNode,
} from "./node.ts";
import type { Reader } from "./reader.ts";
import { readInitial } from "./readInitial.ts";
import { checkAssumed, readTurns } from "./readWorld.ts";

/** Keys of a policy that are no moves. */
const policyWords: readonly string[] = ["hold", "others", "name", "note", "description"];

/** Reads the policies, in document order of the actors they belong to. */
export function readPolicies(reader: Reader, root: MapNode): readonly ActorPolicies[] {
  return entriesOf(childOf(root, "policies")).flatMap(({ key, value }) => {
    const actor = reader.reference(key, "actor", reader.names.actors);
    if (actor === null) return [];
    return [{ actor, policies: entriesOf(value).map((entry) => readPolicy(reader, actor, entry)) }];
  });
}

function readPolicy(reader: Reader, actor: string, { key, value }: Entry): Policy {
  const weights = entriesOf(value).flatMap((entry) => {
    const name = entry.key.text;
    if (policyWords.includes(name)) return [];
    const by = reader.names.moves.get(name);
    if (by === undefined) {
      complainUnknown(reader.complaints, entry.key, "move", [...movesOf(reader, actor), "hold", "others"]);
      return [];
    }
    if (by !== actor) {
      reader.complaints.error(
        "foreign-move",
        entry.key,
        `\`${name}\` is a move of \`${by}\`, so \`${actor}\` cannot weigh it`,
      );
      return [];
    }
    const weight = reader.expression(entry.value, { type: "number" }, "state");
    return weight === null ? [] : [{ move: name, weight }];
  });
  return {
    id: key.text,
    weights,
    hold: reader.expression(childOf(value, "hold"), { type: "number" }, "state"),
    others: reader.expression(childOf(value, "others"), { type: "number" }, "state"),
  };
}

function movesOf(reader: Reader, actor: string): readonly string[] {
  return [...reader.names.moves].filter(([, by]) => by === actor).map(([id]) => id);
}

/** Reads the tallies: one entry or a list of them. */
export function readTallies(reader: Reader, root: MapNode): readonly Tally[] {
  return entriesOf(childOf(root, "tallies")).map(({ key, value }) => ({
    id: key.text,
    entries: itemsOf(value).flatMap((item) => readTallyEntries(reader, item)),
  }));
}

/** One written entry with a list under `per` is one entry each. */
function readTallyEntries(reader: Reader, node: Node): readonly TallyEntry[] {
  if (node.kind !== "map") return [];
  const places = itemsOf(childOf(node, "per")).flatMap((item) => (item.kind === "scalar" ? [item] : []));
  const all = (word: string): boolean => places.length > 0 && places.every(({ text }) => text === word);
  // What only one occasion knows may be read where it is the only one.
  const access = all("end") ? "ending" : all("step") ? "step" : "state";
  const add = reader.number(childOf(node, "add"), 1, access);
  const when = reader.condition(childOf(node, "when"), access);
  return places.flatMap((item) => {
    const per = readPer(reader, item);
    return per === null ? [] : [{ add, when, per }];
  });
}

function readPer(reader: Reader, node: ScalarNode): TallyEntry["per"] | null {
  const { text } = node;
  if (text === "round" || text === "step" || text === "end") return text;
  const { moves, incidents } = reader.names;
  if (moves.has(text) && incidents.has(text)) {
    reader.complaints.error("ambiguous-name", node, `\`${text}\` is both a move and an incident`, "rename one of them");
    return null;
  }
  if (moves.has(text)) return { kind: "move", id: text };
  if (incidents.has(text)) return { kind: "incident", id: text };
  complainUnknown(reader.complaints, node, "move or incident", ["round", "step", "end", ...moves.keys(), ...incidents]);
  return null;
}

/** What variants may change. */
export interface VariantScope {
  readonly tracks: readonly Track[];
  readonly variables: readonly Variable[];
  readonly assumptions: readonly Assumption[];
}

/** Reads the variants. */
export function readVariants(reader: Reader, root: MapNode, scope: VariantScope): readonly Variant[] {
  return entriesOf(childOf(root, "variants")).map(({ key, value }) => {
    const base = reader.time;
    const rounds = reader.whole(childOf(value, "rounds"), "the number of rounds", 1);
    if (rounds !== null) reader.setTime({ ...base, rounds });
    const variant = {
      id: key.text,
      assume: readAssumed(reader, childOf(value, "assume"), scope),
      initial: readInitials(reader, childOf(value, "initial"), scope),
      policies: readChosenPolicies(reader, childOf(value, "policies")),
      script: readScript(reader, childOf(value, "script"), "script"),
      turns: readTurns(childOf(value, "turns")),
      rounds,
    };
    reader.setTime(base);
    return variant;
  });
}

function readAssumed(reader: Reader, node: Node | null, scope: VariantScope): Variant["assume"] {
  const assumed: Record<string, number | boolean> = {};
  for (const { key, value } of entriesOf(node)) {
    const assumption = scope.assumptions.find(({ id }) => id === key.text);
    if (assumption === undefined)
      complainUnknown(reader.complaints, key, "assumption", reader.names.assumptions.keys());
    else if (value.kind === "scalar" && !isBlank(value) && checkAssumed(reader, value, assumption)) {
      if (typeof value.value === "number" || typeof value.value === "boolean") assumed[assumption.id] = value.value;
    }
  }
  return assumed;
}

function readInitials(reader: Reader, node: Node | null, scope: VariantScope): Variant["initial"] {
  const initial: Record<string, readonly InitialValue[]> = {};
  for (const { key, value } of entriesOf(node)) {
    const track = scope.tracks.find(({ id }) => id === key.text);
    const variable = scope.variables.find(({ id }) => id === key.text);
    if (track !== undefined) {
      const states = track.states.map(({ id }) => id);
      initial[track.id] = readInitial(reader, value, { kind: "track", id: track.id, states });
    } else if (variable !== undefined) {
      initial[variable.id] = readInitial(reader, value, variable);
    } else {
      const known = [...reader.names.tracks.keys(), ...reader.names.variables.keys()];
      complainUnknown(reader.complaints, key, "track or variable", known);
    }
  }
  return initial;
}

function readChosenPolicies(reader: Reader, node: Node | null): Variant["policies"] {
  const chosen: Record<string, string> = {};
  for (const { key, value } of entriesOf(node)) {
    const actor = reader.reference(key, "actor", reader.names.actors);
    if (actor === null) continue;
    const policy = reader.reference(value, "policy", reader.names.policies.get(actor) ?? []);
    if (policy !== null) chosen[actor] = policy;
  }
  return chosen;
}

/** Reads a script or the history. In one round an actor moves once and an incident occurs once. */
export function readScript(reader: Reader, node: Node | null, what: "script" | "history"): readonly ScriptEntry[] {
  const taken = new Set<string>();
  return itemsOf(node).flatMap((item) => {
    if (item.kind !== "map") return [];
    const entry = readScriptEntry(reader, item);
    if (entry === null) return [];
    const who = "incident" in entry ? entry.incident : entry.by;
    const place = `${entry.round} ${"incident" in entry ? "incident" : "actor"} ${who}`;
    if (taken.has(place)) {
      const message = `\`${who}\` already has an entry for round ${entry.round} in this ${what}, but ${"incident" in entry ? "an incident occurs" : "an actor moves"} at most once a round${what === "history" ? ", so no run admits this record" : ""}`;
      reader.complaints[what === "script" ? "error" : "warning"](
        "second-entry",
        item,
        message,
        "move one of them to another round, or remove it",
      );
    }
    taken.add(place);
    return [entry];
  });
}

function readScriptEntry(reader: Reader, node: MapNode): ScriptEntry | null {
  const round = readMoment(reader, node);
  reader.sources(childOf(node, "source"));
  const incidentNode = childOf(node, "incident");
  const moveNode = childOf(node, "move");
  if ((incidentNode === null) === (moveNode === null)) {
    reader.complaints.error(
      "script-kind",
      node,
      "an entry names either a move with its actor or an incident",
      "write `{ round: 3, by: usa, move: deliver_rejection }` or `{ round: 3, incident: border_clash }`",
    );
    return null;
  }
  const { names } = reader;
  if (incidentNode !== null) {
    const incident = reader.reference(incidentNode, "incident", names.incidents);
    const by = entryOf(node, "by");
    if (by !== null)
      reader.complaints.error(
        "script-kind",
        by.key,
        "an incident is nobody's move, so `by` has no place here",
        "remove it",
      );
    if (incident === null) return null;
    const branch = readBranch(reader, childOf(node, "branch"), `incidents.${incident}`);
    return round === null ? null : { round, incident, branch };
  }
  const by = reader.reference(childOf(node, "by"), "actor", names.actors);
  if (childOf(node, "by") === null) {
    reader.complaints.error("missing-key", node, "this entry does not say whose move it is", "add `by: ACTOR`");
  }
  if (by === null) return null;
  const move = reader.reference(moveNode, "move", [...movesOf(reader, by), "hold", ...names.moves.keys()]);
  if (move === null) return null;
  const owner = names.moves.get(move);
  if (owner !== undefined && owner !== by && moveNode !== null) {
    reader.complaints.error(
      "foreign-move",
      moveNode,
      `\`${move}\` is a move of \`${owner}\`, not of \`${by}\``,
      `write \`by: ${owner}\``,
    );
    return null;
  }
  const branch = readBranch(reader, childOf(node, "branch"), `moves.${move}`);
  return round === null ? null : { round, by, move, branch };
}

function readBranch(reader: Reader, node: Node | null, path: string): string | null {
  return reader.reference(node, "branch", reader.names.branches.get(path) ?? []);
}

function readMoment(reader: Reader, node: MapNode): number | null {
  const date = childOf(node, "date");
  const round = childOf(node, "round");
  if ((date === null) === (round === null)) {
    reader.complaints.error(
      "script-moment",
      node,
      "an entry says either on which date or in which round it happens",
      "add `date: 2022-01-26` or `round: 4`",
    );
    return null;
  }
  if (date !== null) return reader.roundOfDate(date);
  const found = reader.whole(round, "A round", 0);
  return found !== null && round !== null && reader.withinHorizon(round, found, `round ${found} is asked for`)
    ? found
    : null;
}
