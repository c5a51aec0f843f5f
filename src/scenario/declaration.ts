/**
 * Who and what a document declares: every id, with what expressions and references need to know of it.
 *
 * Names are gathered before anything is read, so an entry may refer to one that stands below it. Tracks, variables,
 * assumptions and terms share one namespace, because expressions name them without saying which is meant; every other
 * kind has its own. Types of terms are filled in by whoever reads the terms.
 */
import type { Complaints } from "./complaints.ts";
import {
  childOf,
  entriesOf,
  isBlank,
  itemsOf,
  type MapNode,
  type Node,
  type ScalarNode,
  textOf,
  textsOf,
} from "./node.ts";
import { reservedWords } from "./syntax.ts";
import { withArticle } from "./wording.ts";

type ValueType = "number" | "condition";

export interface Declarations {
  readonly actors: ReadonlySet<string>;
  /** States of each track, in order. */
  readonly tracks: ReadonlyMap<string, readonly string[]>;
  readonly variables: ReadonlyMap<string, ValueType>;
  readonly assumptions: ReadonlyMap<string, ValueType>;
  readonly terms: Map<string, ValueType>;
  /** Actor of each move. */
  readonly moves: ReadonlyMap<string, string>;
  readonly incidents: ReadonlySet<string>;
  readonly outcomes: ReadonlySet<string>;
  /** Groups of outcomes, each with the outcomes in it; empty where none of its names is one. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  readonly properties: ReadonlySet<string>;
  /** Names of each actor's policies. */
  readonly policies: ReadonlyMap<string, readonly string[]>;
  readonly sources: ReadonlySet<string>;
  /** Ids of branches by `moves.ID` or `incidents.ID`. */
  readonly branches: ReadonlyMap<string, readonly string[]>;
}

/** Words with a meaning of their own in documents, beside those of expressions. */
const documentWords: ReadonlySet<string> = new Set(["hold", "others", "script", "history", "any", "constructor"]);

/** Words that one kind of name may not be, because they mean something where that kind is named. */
const wordsByKind: Readonly<Record<string, readonly string[]>> = {
  actor: ["all", "rules", "followed", "debrief"],
  move: ["step", "name", "note", "description", "each", "except"],
  incident: ["step"],
  source: ["judgement"],
  variant: ["default"],
};

/** All words that no name may be, and those that one kind of name may not be besides. */
export const reservedIds = {
  all: [...reservedWords, ...documentWords] as readonly string[],
  byKind: wordsByKind,
};

/** What YAML 1.1 reads as true, false or nothing, and YAML 1.2 partly does. */
const yamlWord = /^(?:yes|no|on|off|true|false|null|~)$/i;

/** Gathers the names of a document. */
export function declare(root: MapNode, complaints: Complaints): Declarations {
  const declarer = new Declarer(root, complaints);
  const ids = (section: string, kind: string) => new Set(declarer.entries(section, kind).map(({ id }) => id));
  const tracks = declarer.entries("tracks", "track");
  const moves = declarer.entries("moves", "move");
  const incidents = declarer.entries("incidents", "incident");
  const branches = [
    ...moves.map((move) => ["moves", move] as const),
    ...incidents.map((it) => ["incidents", it] as const),
  ];
  for (const [section, kind] of [
    ["rules", "rule"],
    ["tallies", "tally"],
    ["variants", "variant"],
    ["lessons", "lesson"],
  ] as const) {
    declarer.entries(section, kind);
  }
  const outcomes = declarer.entries("outcomes", "outcome");
  const declarations: Declarations = {
    actors: ids("actors", "actor"),
    tracks: new Map(tracks.map(({ id, node }) => [id, declarer.states(childOf(node, "states"))])),
    variables: new Map(declarer.entries("variables", "variable").map(({ id, node }) => [id, typeOfVariable(node)])),
    assumptions: new Map(
      declarer.entries("assumptions", "assumption").map(({ id, node }) => [id, typeOfAssumption(node)]),
    ),
    terms: new Map([...ids("terms", "term")].map((id) => [id, "condition"])),
    moves: new Map(moves.map(({ id, node }) => [id, textOf(childOf(node, "by")) ?? ""])),
    incidents: new Set(incidents.map(({ id }) => id)),
    outcomes: new Set(outcomes.map(({ id }) => id)),
    groups: new Map(
      declarer.entries("groups", "group").map(({ id, node }) => {
        const known = new Set(outcomes.map((outcome) => outcome.id));
        return [id, [...new Set(textsOf(childOf(node, "of")).map(({ text }) => text))].filter((one) => known.has(one))];
      }),
    ),
    properties: ids("properties", "property"),
    policies: new Map(
      entriesOf(childOf(root, "policies")).map(({ key, value }) => [key.text, declarer.inner(value, "policy")]),
    ),
    sources: ids("sources", "source"),
    branches: new Map(
      branches.map(([section, { id, node }]) => [
        `${section}.${id}`,
        declarer.inner(childOf(node, "branches"), "branch"),
      ]),
    ),
  };
  declarer.refuseSharedNames(
    ["tracks", "variables", "assumptions", "terms"],
    "tracks, variables, assumptions and terms share their names",
  );
  declarer.refuseSharedNames(["outcomes", "groups"], "outcomes and groups share their names");
  return declarations;
}

class Declarer {
  readonly #root: MapNode;
  readonly #complaints: Complaints;

  constructor(root: MapNode, complaints: Complaints) {
    this.#root = root;
    this.#complaints = complaints;
  }

  /** The entries of a section, their ids checked. */
  entries(section: string, kind: string): readonly { readonly id: string; readonly node: Node }[] {
    const entries = entriesOf(childOf(this.#root, section));
    for (const { key } of entries) this.#checkId(key, kind);
    return entries.map(({ key, value }) => ({ id: key.text, node: value }));
  }

  /** The ids of branches of a move, or of policies of an actor. */
  inner(node: Node | null, kind: string): readonly string[] {
    return entriesOf(node).map(({ key }) => {
      this.#checkId(key, kind);
      return key.text;
    });
  }

  states(node: Node | null): readonly string[] {
    const keys = node?.kind === "map" ? node.entries.map(({ key }) => key) : itemsOf(node);
    const scalars = keys.filter((key): key is ScalarNode => key.kind === "scalar" && key.text !== "");
    const seen = new Set<string>();
    for (const state of scalars) {
      this.#checkId(state, "track state");
      if (seen.has(state.text)) {
        this.#complaints.error("duplicate-state", state, `the state \`${state.text}\` is listed twice`, "remove one");
      }
      seen.add(state.text);
    }
    return [...seen];
  }

  /** Names that expressions could not tell apart. */
  refuseSharedNames(sections: readonly string[], why: string): void {
    const owners = new Map<string, string>();
    for (const section of sections) {
      for (const { key } of entriesOf(childOf(this.#root, section))) {
        const owner = owners.get(key.text);
        if (owner === undefined) owners.set(key.text, section);
        else {
          this.#complaints.error(
            "name-taken",
            key,
            `\`${key.text}\` already stands under ${owner}, and an expression could not tell the two apart`,
            `rename one of them: ${why}`,
          );
        }
      }
    }
  }

  #checkId(key: ScalarNode, kind: string): void {
    const id = key.text;
    if (isBlank(key) && id === "") {
      this.#complaints.error("bad-id", key, `this ${kind} has no name`, "write an id before the colon");
    } else if (key.style === "plain" && yamlWord.test(id)) {
      this.#complaints.error(
        "yaml-word",
        key,
        `many YAML tools read ${id} as a truth value or as nothing, so it cannot name ${withArticle(kind)} without quotes`,
        `choose a fuller word, such as \`${fuller(id)}\`, or write "${id}" in quotes wherever it stands alone`,
      );
    } else if (!/^[a-z][a-z0-9_]*$/.test(id)) {
      const meant = id
        .toLowerCase()
        .replaceAll(/[^a-z0-9_]+/g, "_")
        .replace(/^[^a-z]+|_+$/g, "");
      this.#complaints.error(
        "bad-id",
        key,
        `"${id}" cannot name ${withArticle(kind)}: an id is lower-case letters, digits and underscores, and begins with a letter`,
        meant === "" ? null : `write \`${meant}\``,
      );
    } else if (reservedWords.has(id) || documentWords.has(id) || wordsByKind[kind]?.includes(id) === true) {
      this.#complaints.error(
        "reserved-word",
        key,
        `\`${id}\` is a word of the scenario language and cannot name ${withArticle(kind)}`,
        `choose another name, such as \`${id}_${kind.replaceAll(" ", "_")}\``,
      );
    }
  }
}

function fuller(id: string): string {
  const words: Readonly<Record<string, string>> = {
    yes: "agreed",
    no: "refused",
    on: "under_way",
    off: "called_off",
    true: "holds",
    false: "fails",
  };
  return words[id.toLowerCase()] ?? "none";
}

function typeOfVariable(node: Node): ValueType {
  return childOf(node, "flag") === null ? "number" : "condition";
}

function typeOfAssumption(node: Node): ValueType {
  const given = childOf(node, "default") ?? itemsOf(childOf(node, "values"))[0] ?? null;
  return given?.kind === "scalar" && typeof given.value === "boolean" ? "condition" : "number";
}

/** Complains about a name that refers to nothing, with the nearest one that exists. */
export function complainUnknown(complaints: Complaints, node: ScalarNode, kind: string, known: Iterable<string>): void {
  const candidates = [...known];
  const near = complaints.nearest(node.text, candidates);
  const few = candidates.length > 0 && candidates.length <= 8;
  const list = few
    ? candidates.map((name) => `\`${name}\``).join(", ")
    : candidates.length === 0
      ? "none"
      : `${candidates.length}`;
  complaints.error(
    `unknown-${kind.replaceAll(/[ ,]+/g, "-")}`,
    node,
    `there is no ${kind} \`${node.text}\`; the scenario has ${list}`,
    near === null ? null : `did you mean \`${near}\`?`,
  );
}
