/**
 * A scenario as a page shows it: everything with its names and texts, and every condition in the language's own words.
 */
import type { Expression } from "../scenario/expression.ts";
import type {
  Assignment,
  Assumption,
  Branch,
  Clock,
  InitialValue,
  Private,
  Property,
  ScriptEntry,
  Severity,
  TallyEntry,
  Turns,
} from "../scenario/model.ts";
import { printExpression } from "../scenario/print.ts";
import { partsOf as propertyParts } from "../scenario/property.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { type NamedSection, nameOf, type Texts } from "../scenario/texts.ts";

/** What everything with a name has. */
interface Named {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly note: string | null;
}

export interface DescribedBranch {
  readonly id: string;
  readonly name: string;
  readonly odds: string;
  readonly then: readonly string[];
  /** Names of the actors that alone learn of it, beside its own; null: everybody does. */
  readonly knownTo: readonly string[] | null;
}

/** A move, an incident or a rule. */
export interface DescribedStep extends Named {
  /** Null for incidents and rules. */
  readonly by: string | null;
  /** The parts of its condition that must all hold; none: always. */
  readonly when: readonly string[];
  /** Effects, as `tension: tension + 1`. */
  readonly then: readonly string[];
  readonly branches: readonly DescribedBranch[];
  /** Names of the actors that alone learn of it, beside its own; null: everybody does. */
  readonly knownTo: readonly string[] | null;
  readonly severity: Severity | null;
  readonly sources: readonly string[];
  /** Chance of an incident; null for moves and rules. */
  readonly chance: string | null;
  /** The only day on which an incident can occur, in days since 1970-01-01. */
  readonly date: number | null;
}

export interface DescribedTrack extends Named {
  readonly states: readonly (Named & { readonly rung: number | null })[];
  readonly initial: readonly string[];
  readonly private: readonly string[] | null;
}

export interface DescribedVariable extends Named {
  readonly kind: "scale" | "count" | "flag";
  readonly low: number;
  readonly high: number;
  readonly initial: readonly string[];
  readonly private: readonly string[] | null;
}

export interface DescribedVariant extends Named {
  readonly question: string | null;
  readonly assume: Readonly<Record<string, number | boolean>>;
  readonly policies: Readonly<Record<string, string>>;
  readonly script: readonly ScriptEntry[];
  readonly rounds: number | null;
}

export interface Description {
  readonly id: string;
  readonly title: string;
  readonly description: string | null;
  readonly note: string | null;
  /** SHA-256 of the model. */
  readonly model: string;
  readonly turns: Turns;
  readonly rounds: number | null;
  readonly clock: Clock | null;
  readonly actors: readonly (Named & {
    readonly mustMove: boolean;
    readonly utility: string | null;
    readonly policies: readonly (Named & {
      readonly weights: readonly { readonly option: string; readonly weight: string }[];
    })[];
  })[];
  readonly tracks: readonly DescribedTrack[];
  readonly variables: readonly DescribedVariable[];
  readonly assumptions: readonly (Named & Pick<Assumption, "default" | "range" | "values" | "basis">)[];
  readonly terms: readonly (Named & { readonly value: string })[];
  readonly moves: readonly DescribedStep[];
  readonly incidents: readonly DescribedStep[];
  readonly rules: readonly DescribedStep[];
  readonly outcomes: readonly (Named & {
    /** Null: what is left at the last round. */
    readonly when: string | null;
    /** Tested only when the last round is over. */
    readonly atEnd: boolean;
    readonly severity: Severity | null;
  })[];
  readonly groups: readonly (Named & { readonly outcomes: readonly string[] })[];
  /** The outcome or group that matters most to the author. */
  readonly headline: string | null;
  readonly tallies: readonly (Named & { readonly entries: readonly string[] })[];
  readonly properties: readonly (Named & {
    readonly kind: Property["kind"];
    readonly claim: string;
    readonly formal: string;
  })[];
  readonly variants: readonly DescribedVariant[];
  readonly sources: Texts["sources"];
  readonly briefing: Texts["briefing"];
  readonly history: readonly ScriptEntry[];
}

/** Describes a scenario. */
export function describeScenario({ model, texts, hash }: Scenario): Description {
  const named = (section: NamedSection, ...ids: readonly string[]): Named => {
    const path = [section, ...ids].join(".");
    return {
      id: ids.at(-1) ?? "",
      name: nameOf(texts, section, ...ids),
      description: texts.descriptions[path] ?? null,
      note: texts.notes[path] ?? null,
    };
  };
  const knownTo = (step: { readonly knownTo: Private }): readonly string[] | null =>
    step.knownTo?.map((id) => nameOf(texts, "actors", id)) ?? null;
  const branchesOf = (section: "moves" | "incidents", id: string, branches: readonly Branch[]) =>
    branches.map((branch) => ({
      id: branch.id,
      name: nameOf(texts, section, id, "branches", branch.id),
      odds: printExpression(branch.odds),
      then: branch.then.map(effect),
      knownTo: knownTo(branch),
    }));
  return {
    id: model.id,
    title: texts.title,
    description: texts.description,
    note: texts.note,
    model: hash,
    turns: model.turns,
    rounds: model.rounds,
    clock: model.clock,
    actors: model.actors.map(({ id, mustMove, utility }) => ({
      ...named("actors", id),
      mustMove,
      utility: utility === null ? null : printExpression(utility),
      policies: (model.policies.find(({ actor }) => actor === id)?.policies ?? []).map((policy) => ({
        ...named("policies", id, policy.id),
        weights: [
          ...policy.weights.map(({ move, weight }) => ({ option: move, weight: printExpression(weight) })),
          ...(policy.hold === null ? [] : [{ option: "hold", weight: printExpression(policy.hold) }]),
          ...(policy.others === null ? [] : [{ option: "others", weight: printExpression(policy.others) }]),
        ],
      })),
    })),
    tracks: model.tracks.map((track) => ({
      ...named("tracks", track.id),
      states: track.states.map(({ id, rung }) => ({ ...named("tracks", track.id, "states", id), id, rung })),
      initial: track.initial.map(initialWords),
      private: track.private,
    })),
    variables: model.variables.map((variable) => ({
      ...named("variables", variable.id),
      kind: variable.kind,
      low: variable.low,
      high: variable.high,
      initial: variable.initial.map(initialWords),
      private: variable.private,
    })),
    assumptions: model.assumptions.map((assumption) => ({
      ...named("assumptions", assumption.id),
      default: assumption.default,
      range: assumption.range,
      values: assumption.values,
      basis: assumption.basis,
    })),
    terms: model.terms.map(({ id, value }) => ({ ...named("terms", id), value: printExpression(value) })),
    moves: model.moves.map((move) => ({
      ...named("moves", move.id),
      by: move.by,
      when: conditionParts(move.when),
      then: move.then.map(effect),
      branches: branchesOf("moves", move.id, move.branches),
      knownTo: knownTo(move),
      severity: move.severity,
      sources: move.source,
      chance: null,
      date: null,
    })),
    incidents: model.incidents.map((incident) => ({
      ...named("incidents", incident.id),
      by: null,
      when: conditionParts(incident.when),
      then: incident.then.map(effect),
      branches: branchesOf("incidents", incident.id, incident.branches),
      knownTo: knownTo(incident),
      severity: incident.severity,
      sources: incident.source,
      chance: printExpression(incident.chance),
      date: incident.date,
    })),
    rules: model.rules.map((rule) => ({
      ...named("rules", rule.id),
      by: null,
      when: conditionParts(rule.when),
      then: rule.then.map(effect),
      branches: [],
      knownTo: null,
      severity: null,
      sources: [],
      chance: null,
      date: null,
    })),
    outcomes: model.outcomes.map(({ id, when, atEnd, severity }) => ({
      ...named("outcomes", id),
      when: when === null ? null : printExpression(when),
      atEnd,
      severity,
    })),
    groups: model.groups.map(({ id, of }) => ({ ...named("groups", id), outcomes: of })),
    headline: model.headline,
    tallies: model.tallies.map(({ id, entries }) => ({ ...named("tallies", id), entries: entries.map(tallyWords) })),
    properties: model.properties.map((property) => ({
      ...named("properties", property.id),
      kind: property.kind,
      claim: texts.claims[`properties.${property.id}`] ?? nameOf(texts, "properties", property.id),
      formal: propertyWords(property),
    })),
    variants: model.variants.map((variant) => ({
      ...named("variants", variant.id),
      question: texts.questions[`variants.${variant.id}`] ?? null,
      assume: variant.assume,
      policies: variant.policies,
      script: variant.script,
      rounds: variant.rounds,
    })),
    sources: texts.sources,
    briefing: texts.briefing,
    history: model.history,
  };
}

/** The parts of a condition that must all hold. */
export function conditionParts(when: Expression | null): readonly string[] {
  return partsOf(when).map(printExpression);
}

/** The same as expressions. */
export function partsOf(when: Expression | null): readonly Expression[] {
  if (when === null) return [];
  return when.op === "and" ? when.of : [when];
}

function effect({ id, value }: Assignment): string {
  return `${id}: ${printExpression(value)}`;
}

function initialWords({ value, odds }: InitialValue, _: number, all: readonly InitialValue[]): string {
  return all.length === 1 ? String(value) : `${String(value)} (${printExpression(odds)})`;
}

function tallyWords({ add, when, per }: TallyEntry): string {
  const often = typeof per === "string" ? per : per.id;
  return `${printExpression(add)} per ${often}${when === null ? "" : ` when ${printExpression(when)}`}`;
}

/** A property as the document writes it, on one line. */
function propertyWords(property: Property): string {
  return propertyParts(property)
    .map((part) => `${part.key}: ${"condition" in part ? printExpression(part.condition) : part.text}`)
    .join(" · ");
}
