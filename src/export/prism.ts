/**
 * A scenario as a model and properties for the PRISM model checker: a Markov chain where all actors follow policies, a
 * Markov decision process where the choices of some are open. Chance stays chance in both.
 *
 * What is a fault of the model here is an error of PRISM's there wherever its language can tell: a value outside its
 * range, a chance that is none, odds that are all zero.
 */

import type { Treatment } from "../engine/treatment.ts";
import { itemNamed } from "../scenario/at.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Model } from "../scenario/model.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { nearest } from "../scenario/suggest.ts";
import { literal, typeOfValue } from "./prismExpression.ts";
import { writeModule } from "./prismModule.ts";
import { writeProperties } from "./prismProperties.ts";
import { writeRewards } from "./prismRewards.ts";
import { PrismTerms } from "./prismTerms.ts";

/** A model and its properties, each as a file. */
export interface PrismFiles {
  /** For a file that ends in `.prism`. */
  readonly model: string;
  /** For a file that ends in `.props`. */
  readonly properties: string;
}

/**
 * Writes a scenario under a treatment.
 * @param free actors whose choices are open; the others follow their policies.
 * @throws Mistake where the scenario has what PRISM cannot be told.
 */
export function exportPrism(scenario: Scenario, treatment: Treatment, free: readonly string[] = []): PrismFiles {
  refuse(scenario.model, treatment);
  refuseFree(scenario.model, treatment, free);
  const terms = new PrismTerms(scenario, treatment, free);
  const module = writeModule(terms);
  const rewards = writeRewards(terms);
  const ends = labels(terms);
  const properties = writeProperties(terms);
  const parts = [
    heading(terms),
    terms.free.size > 0 ? "mdp" : "dtmc",
    constants(terms),
    terms.formulas.join("\n"),
    module,
    ends,
    rewards,
  ];
  const model = `${parts.filter((part) => part !== "").join("\n\n")}\n`;
  return { model, properties };
}

/** Refuses what has no place in a PRISM module. */
function refuse(model: Model, treatment: Treatment): void {
  if (treatment.turns === "simultaneous" && model.moves.length > 0) {
    throw new Mistake(
      "turns are simultaneous: PRISM has no command in which several actors choose at once",
      "only turns in order and free turns are exported; a variant may set `turns`",
    );
  }
  if (treatment.script.length > 0) {
    throw new Mistake(
      `the variant ${treatment.variant} has a script, which is not exported`,
      "export another variant, or write a policy that does what the script says",
    );
  }
}

/** Refuses open choices of somebody who has none. */
function refuseFree({ actors, moves }: Model, { turns }: Treatment, free: readonly string[]): void {
  const movers = actors.map(({ id }) => id).filter((id) => moves.some(({ by }) => by === id));
  for (const id of free) {
    if (movers.includes(id)) continue;
    if (actors.some((actor) => actor.id === id)) throw new Mistake(`${id} has no moves, so it has nothing to choose`);
    const near = nearest(id, movers);
    throw new Mistake(`unknown actor ${id}: there are ${movers.join(", ")}`, near && `did you mean ${near}?`);
  }
  if (turns !== "free" || free.length === 0 || movers.every((id) => free.includes(id))) return;
  throw new Mistake(
    "in free turns who moves is a choice of all at once, so either all actors are free together or none",
    `--free ${movers.join(",")}`,
  );
}

function heading(terms: PrismTerms): string {
  const { scenario, treatment, model, stage, ending, order, free } = terms;
  const follow = model.actors.filter(({ id }) => !free.has(id) && model.moves.some(({ by }) => by === id));
  const policies = follow.map(({ id }) => `${id} ${treatment.policies[id] ?? "takes any option alike"}`);
  const open = model.actors.filter(({ id }) => free.has(id)).map(({ id }) => id);
  const endings = [...model.outcomes.map(({ id }) => id), "nothing can happen any more"];
  const lines = [
    `${scenario.texts.title} (${model.id}), model ${scenario.hash}`,
    `Variant ${treatment.variant}.`,
    ...(policies.length === 0 ? [] : [`Policies: ${policies.join(", ")}.`]),
    ...(open.length === 0
      ? []
      : [`Open: the choices of ${open.join(", ")}. They may depend on everything, secrets included.`]),
    "Shares and expectations describe this model and its assumptions, not the world.",
    `cursor, the points of a round: ${order.map((point, index) => `${index} ${point}`).join(", ")}.`,
    `${stage}: 0 somebody chooses, 1 rules and outcomes are settled, 2 hidden values are drawn, 3 a run begins.`,
    `${ending}: 0 none yet, ${endings.map((words, index) => `${index + 1} ${words}`).join(", ")}.`,
  ];
  return lines.map((line) => `// ${line.replaceAll(/\s+/g, " ")}`).join("\n");
}

function constants({ model, treatment, names, never }: PrismTerms): string {
  const states = model.tracks.flatMap(({ id, states }) =>
    states.map((state, index) => `const int ${names.of(`state:${id}.${state.id}`)} = ${index};`),
  );
  const assumptions = model.assumptions.map(({ id }) => {
    const value = itemNamed(treatment.assume, id);
    const text = typeof value === "boolean" ? String(value) : literal(value);
    return `const ${typeOfValue(value)} ${names.of(`name:${id}`)} = ${text};`;
  });
  const longest = never === null ? [] : [`const double ${never} = 1 / 0;`];
  return [...states, ...assumptions, ...longest].join("\n");
}

const placeOf = ({ outcomes }: Model, wanted: string): number => outcomes.findIndex(({ id }) => id === wanted);

function labels({ model, names, ending }: PrismTerms): string {
  const label = (key: string, wanted: string, condition: string): string =>
    `label "${names.give(`label:${key}`, wanted)}" = ${ending} ${condition};`;
  return [
    label("*", "ended", "> 0"),
    ...model.outcomes.map(({ id }, index) => label(id, id, `= ${index + 1}`)),
    ...model.groups.map(({ id, of }) =>
      label(id, id, of.map((one) => `= ${1 + placeOf(model, one)}`).join(` | ${ending} `)),
    ),
    label("", "nothing_can_happen", `= ${model.outcomes.length + 1}`),
  ].join("\n");
}
