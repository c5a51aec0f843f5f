/**
 * The patterns of properties: their types, the keys of the document they are written with, and what each is made of.
 *
 * Reader, monitor, explorer and printers take from here whatever does not depend on how they work: which conditions a
 * property has, what it presupposes, what it leaves owing, how it is said. What a run does to a run-level pattern stands
 * in the engine's monitor.
 */
import type { Expression } from "./expression.ts";
import { counted } from "./wording.ts";

/** Opens and closes the part of a run in which a property is read. */
export interface Scope {
  readonly after: Expression | null;
  readonly until: Expression | null;
}

export type Property = { readonly id: string } & (
  | ({ readonly kind: "never" | "always"; readonly of: Expression } & Scope)
  | ({ readonly kind: "eventually"; readonly of: Expression; readonly within: number | null } & Scope)
  | ({ readonly kind: "first"; readonly first: Expression; readonly before: Expression } & Scope)
  | ({
      readonly kind: "whenever";
      readonly whenever: Expression;
      readonly eventually: Expression;
      readonly within: number | null;
    } & Scope)
  | ({
      readonly kind: "between";
      readonly from: Expression;
      readonly to: Expression;
      readonly never: Expression;
    } & Scope)
  | { readonly kind: "reachable"; readonly from: Expression; readonly reachable: Expression }
  | { readonly kind: "forced"; readonly forced: Expression; readonly by: readonly string[] }
  | {
      readonly kind: "share";
      readonly of: { readonly kind: "outcome" | "group" | "property"; readonly id: string };
      readonly atMost: number | null;
      readonly atLeast: number | null;
    }
);

interface Pattern {
  /** Its keys in the document; the first tells it from those after it. */
  readonly needs: readonly string[];
  readonly may: readonly string[];
  /** The keys as a sentence names them. */
  readonly words: string;
  /** What it is a claim about: every single run, all states together, or a share of runs. */
  readonly about: "a run" | "all states" | "many runs";
  /** What a run owes at its end, where nothing has come: from the start, once it fell due, or nothing. */
  readonly owes: "from the start" | "once due" | "nothing";
}

const scope = ["after", "until"] as const;

/** In this order the first whose first key is present is meant: `whenever` before `eventually`, `between` before `never`. */
export const patterns = {
  share: { needs: ["share"], may: [], words: "share", about: "many runs", owes: "nothing" },
  forced: { needs: ["forced", "by"], may: [], words: "forced with by", about: "all states", owes: "nothing" },
  reachable: {
    needs: ["reachable", "from"],
    may: [],
    words: "from with reachable",
    about: "all states",
    owes: "nothing",
  },
  between: {
    needs: ["between", "never"],
    may: scope,
    words: "between with never",
    about: "a run",
    owes: "nothing",
  },
  whenever: {
    needs: ["whenever", "eventually"],
    may: ["within", ...scope],
    words: "whenever with eventually",
    about: "a run",
    owes: "once due",
  },
  first: { needs: ["first", "before"], may: scope, words: "first with before", about: "a run", owes: "nothing" },
  eventually: {
    needs: ["eventually"],
    may: ["within", ...scope],
    words: "eventually",
    about: "a run",
    owes: "from the start",
  },
  always: { needs: ["always"], may: scope, words: "always", about: "a run", owes: "nothing" },
  never: { needs: ["never"], may: scope, words: "never", about: "a run", owes: "nothing" },
} as const satisfies { readonly [Kind in Property["kind"]]: Pattern };

/** A key with which properties are written in a document. */
export type PatternKey = (typeof patterns)[Property["kind"]]["needs" | "may"][number];

/** The patterns, in the order in which they are recognised. */
export const patternKinds = Object.keys(patterns).filter(isPattern);

function isPattern(word: string): word is Property["kind"] {
  return Object.hasOwn(patterns, word);
}

/** The pattern of a kind of property. */
export function patternOf(kind: Property["kind"]): Pattern {
  return patterns[kind];
}

type RunPattern = {
  [Kind in Property["kind"]]: (typeof patterns)[Kind]["about"] extends "a run" ? Kind : never;
}[Property["kind"]];

/** Properties that a single run can satisfy or violate. */
export type RunProperty = Extract<Property, { kind: RunPattern }>;

/** Whether a property is decided by a single run. */
export function isRunProperty(property: Property): property is RunProperty {
  return patterns[property.kind].about === "a run";
}

/** One part of a property: a condition, or something that is told in words. */
export type PropertyPart = { readonly key: string } & ({ readonly condition: Expression } | { readonly text: string });

/** The parts of a property, its scope last. */
export function partsOf(property: Property): readonly PropertyPart[] {
  switch (property.kind) {
    case "never":
    case "always":
      return [{ key: "of", condition: property.of }, ...scopeParts(property)];
    case "eventually":
      return [{ key: "of", condition: property.of }, ...text("within", property.within), ...scopeParts(property)];
    case "first":
      return [
        { key: "first", condition: property.first },
        { key: "before", condition: property.before },
        ...scopeParts(property),
      ];
    case "whenever":
      return [
        { key: "whenever", condition: property.whenever },
        { key: "eventually", condition: property.eventually },
        ...text("within", property.within),
        ...scopeParts(property),
      ];
    case "between":
      return [
        { key: "from", condition: property.from },
        { key: "to", condition: property.to },
        { key: "never", condition: property.never },
        ...scopeParts(property),
      ];
    case "reachable":
      return [
        { key: "from", condition: property.from },
        { key: "reachable", condition: property.reachable },
      ];
    case "forced":
      return [{ key: "forced", condition: property.forced }, ...text("by", `[${property.by.join(", ")}]`)];
    case "share":
      return [
        ...text("of", property.of.id),
        ...text("at_most", property.atMost),
        ...text("at_least", property.atLeast),
      ];
  }
}

const scopeParts = ({ after, until }: Scope): readonly PropertyPart[] => [
  ...(after === null ? [] : [{ key: "after", condition: after }]),
  ...(until === null ? [] : [{ key: "until", condition: until }]),
];

const text = (key: string, value: string | number | null): readonly PropertyPart[] =>
  value === null ? [] : [{ key, text: String(value) }];

const conditionsAmong = (parts: readonly PropertyPart[]): readonly Expression[] =>
  parts.flatMap((part) => ("condition" in part ? [part.condition] : []));

/** Every condition of a property, those of its scope last. */
export function conditionsOf(property: Property): readonly Expression[] {
  return conditionsAmong(partsOf(property));
}

/** The conditions that a run-level pattern itself reads, in the order of the parts; its scope is left out. */
export function ownConditionsOf(property: RunProperty): readonly Expression[] {
  return conditionsOf({ ...property, after: null, until: null });
}

/** What has to come for a property to say anything: where one of these never does, it is vacuous. */
export function premisesOf(property: Property): readonly Expression[] {
  const opens = isRunProperty(property) && property.after !== null ? [property.after] : [];
  switch (property.kind) {
    case "whenever":
      return [...opens, property.whenever];
    case "between":
      return [...opens, property.from];
    case "first":
      return [...opens, property.before];
    case "reachable":
      return [property.from];
    case "never":
    case "always":
    case "eventually":
      return opens;
    case "forced":
    case "share":
      return [];
  }
}

/** A property in words; `write` sets an expression or a name apart from them. */
export function sayProperty(
  property: Property,
  write: { readonly expression: (expression: Expression) => string; readonly name: (id: string) => string },
): string {
  const { expression, name } = write;
  const within = "within" in property && property.within !== null ? ` within ${counted(property.within, "round")}` : "";
  const after = !("after" in property) || property.after === null ? "" : `, after ${expression(property.after)}`;
  const until = !("until" in property) || property.until === null ? "" : `, until ${expression(property.until)}`;
  switch (property.kind) {
    case "never":
    case "always":
      return `${property.kind} ${expression(property.of)}${after}${until}`;
    case "eventually":
      return `eventually ${expression(property.of)}${within}${after}${until}`;
    case "first":
      return `first ${expression(property.first)}, before ${expression(property.before)}${after}${until}`;
    case "whenever": {
      const claim = `whenever ${expression(property.whenever)}, eventually ${expression(property.eventually)}`;
      return `${claim}${within}${after}${until}`;
    }
    case "between": {
      const interval = `between ${expression(property.from)} and ${expression(property.to)}`;
      return `${interval}, never ${expression(property.never)}${after}${until}`;
    }
    case "reachable":
      return `from ${expression(property.from)}, ${expression(property.reachable)} is reachable`;
    case "forced":
      return `${property.by.join(", ")} can force ${expression(property.forced)}`;
    case "share": {
      const least = property.atLeast === null ? "" : ` at least ${property.atLeast}`;
      const most = property.atMost === null ? "" : ` at most ${property.atMost}`;
      return `share of ${name(property.of.id)}${least}${most}`;
    }
  }
}
