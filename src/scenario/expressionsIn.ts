/**
 * Every expression of a model, with its place in the document and the thing that it sets.
 *
 * Each section of the model says which expressions it holds; a section that is added to the model must say so too. What
 * stands inside an expression is `walk`'s business.
 */
import type { Expression } from "./expression.ts";
import type { Assignment, Branch, InitialValue, Model } from "./model.ts";
import { conditionsOf } from "./property.ts";
import { visitExpression } from "./walk.ts";

/** An expression where it stands. */
export interface PlacedExpression {
  /** Path in the document, such as `moves.appeal.then.tension`. */
  readonly path: string;
  readonly expression: Expression;
  /** The track or variable that becomes the value of this expression, or null. */
  readonly sets: string | null;
}

type Sections = Omit<Model, "since" | "made">;

/** A section of a model; what states remember is worked out from the expressions and is none. */
export type ModelSection = keyof Sections;

function at(path: string, expression: Expression | null, sets: string | null = null): readonly PlacedExpression[] {
  return expression === null ? [] : [{ path, expression, sets }];
}

const none = (): readonly PlacedExpression[] => [];

const effects = (path: string, then: readonly Assignment[]): readonly PlacedExpression[] =>
  then.flatMap(({ id, value }) => at(`${path}.then.${id}`, value, id));

const odds = (path: string, initial: readonly InitialValue[]): readonly PlacedExpression[] =>
  initial.flatMap((one) => at(`${path}.${one.value}`, one.odds));

function happening(
  path: string,
  step: {
    readonly when: Expression | null;
    readonly then: readonly Assignment[];
    readonly branches: readonly Branch[];
  },
): readonly PlacedExpression[] {
  return [
    ...at(`${path}.when`, step.when),
    ...effects(path, step.then),
    ...step.branches.flatMap((branch) => [
      ...at(`${path}.branches.${branch.id}.odds`, branch.odds),
      ...effects(`${path}.branches.${branch.id}`, branch.then),
    ]),
  ];
}

const held: { readonly [S in ModelSection]: (section: Sections[S]) => readonly PlacedExpression[] } = {
  language: none,
  id: none,
  clock: none,
  rounds: none,
  turns: none,
  assumptions: none,
  history: none,
  actors: (actors) => actors.flatMap(({ id, utility }) => at(`actors.${id}.utility`, utility)),
  tracks: (tracks) => tracks.flatMap(({ id, initial }) => odds(`tracks.${id}.initial`, initial)),
  variables: (variables) => variables.flatMap(({ id, initial }) => odds(`variables.${id}.initial`, initial)),
  terms: (terms) => terms.flatMap(({ id, value }) => at(`terms.${id}`, value)),
  start: (start) => at("start", start),
  moves: (moves) => moves.flatMap((move) => happening(`moves.${move.id}`, move)),
  incidents: (incidents) =>
    incidents.flatMap((incident) => [
      ...at(`incidents.${incident.id}.chance`, incident.chance),
      ...happening(`incidents.${incident.id}`, incident),
    ]),
  rules: (rules) =>
    rules.flatMap(({ id, when, then }) => [...at(`rules.${id}.when`, when), ...effects(`rules.${id}`, then)]),
  groups: none,
  headline: none,
  outcomes: (outcomes) => outcomes.flatMap(({ id, when }) => at(`outcomes.${id}.when`, when)),
  tallies: (tallies) =>
    tallies.flatMap(({ id, entries }) =>
      entries.flatMap(({ add, when }) => [...at(`tallies.${id}.add`, add), ...at(`tallies.${id}.when`, when)]),
    ),
  policies: (policies) =>
    policies.flatMap(({ actor, policies: tables }) =>
      tables.flatMap(({ id, weights, hold, others }) => [
        ...weights.flatMap(({ move, weight }) => at(`policies.${actor}.${id}.${move}`, weight)),
        ...at(`policies.${actor}.${id}.hold`, hold),
        ...at(`policies.${actor}.${id}.others`, others),
      ]),
    ),
  variants: (variants) =>
    variants.flatMap(({ id, initial }) =>
      Object.entries(initial).flatMap(([name, values]) => odds(`variants.${id}.initial.${name}`, values)),
    ),
  properties: (properties) =>
    properties.flatMap((property) =>
      conditionsOf(property).flatMap((condition) => at(`properties.${property.id}`, condition)),
    ),
};

const allSections = Object.keys(held).filter((key): key is ModelSection => Object.hasOwn(held, key));

/** The expressions of some sections of a model, in that order; whole expressions only. */
export function expressionsIn(
  model: Sections,
  sections: readonly ModelSection[] = allSections,
): readonly PlacedExpression[] {
  return sections.flatMap((section) => inSection(model, section));
}

function inSection<S extends ModelSection>(model: Sections, section: S): readonly PlacedExpression[] {
  return held[section](model[section]);
}

/** Calls for every expression of a model and everything inside it. */
export function visitModel(model: Sections, visit: (expression: Expression) => void): void {
  for (const { expression } of expressionsIn(model)) visitExpression(expression, visit);
}
