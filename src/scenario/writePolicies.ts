/**
 * Writes policies as an author would: by move a weight in the words of the language, alone or into a scenario's text.
 *
 * What stands in the text already is kept, comments included. Only where one written entry stands for the policies of
 * several actors (`each`) all policies are written out anew, as one of them cannot be added to alone.
 */
import { Document, isMap, parseDocument } from "yaml";
import type { Expression } from "./expression.ts";
import type { Model, Policy } from "./model.ts";
import { printExpression } from "./print.ts";

/** A policy of one actor. */
export interface ActorPolicy {
  readonly actor: string;
  readonly policy: Policy;
}

/** The policies of actors as a document holds them: by actor and name, what each move weighs. */
export type WrittenPolicies = Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, string | number>>>>>
>;

/** Policies in the shape of a document. */
export function writtenPolicies(policies: readonly ActorPolicy[]): WrittenPolicies {
  const written: Record<string, Record<string, Readonly<Record<string, string | number>>>> = {};
  for (const { actor, policy } of policies) {
    written[actor] = { ...written[actor], [policy.id]: writtenPolicy(policy) };
  }
  return written;
}

function writtenPolicy({ weights, hold, others }: Policy): Readonly<Record<string, string | number>> {
  return {
    ...Object.fromEntries(weights.map(({ move, weight }) => [move, writtenWeight(weight)])),
    ...(hold === null ? {} : { hold: writtenWeight(hold) }),
    ...(others === null ? {} : { others: writtenWeight(others) }),
  };
}

const writtenWeight = (weight: Expression): string | number =>
  weight.op === "number" && Number.isInteger(weight.value) ? weight.value : printExpression(weight);

const layout = { lineWidth: 0 } as const;

/** Policies as the section of a scenario's text. */
export function policiesText(policies: readonly ActorPolicy[]): string {
  return new Document({ policies: writtenPolicies(policies) }).toString(layout);
}

/** How a scenario is to be run with further policies. */
export interface AmendedVariant {
  readonly id: string;
  /** The variant that it is like, or null. */
  readonly like: string | null;
  readonly assume: Readonly<Record<string, number | boolean>>;
  readonly policies: Readonly<Record<string, string>>;
  readonly rounds: number | null;
}

/** The text of a scenario with further policies, and a variant that takes them. */
export function withPolicies(
  text: string,
  model: Model,
  policies: readonly ActorPolicy[],
  { id, like, assume, policies: taken, rounds }: AmendedVariant,
): string {
  const document = parseDocument(text);
  const whole = policies.some(
    ({ actor }) =>
      model.policies.some((one) => one.actor === actor) && !isMap(document.getIn(["policies", actor], true)),
  );
  if (whole) {
    const all = model.policies.flatMap(({ actor, policies: own }) => own.map((policy) => ({ actor, policy })));
    document.set("policies", document.createNode(writtenPolicies(all)));
  }
  for (const [actor, written] of Object.entries(writtenPolicies(policies))) {
    for (const [name, weights] of Object.entries(written)) {
      document.setIn(["policies", actor, name], document.createNode(weights));
    }
  }
  const base = like === null ? null : document.getIn(["variants", like], true);
  document.setIn(["variants", id], isMap(base) ? base.clone() : document.createNode({}));
  for (const text of ["name", "question"]) document.deleteIn(["variants", id, text]);
  for (const [assumption, value] of Object.entries(assume)) {
    document.setIn(["variants", id, "assume", assumption], value);
  }
  for (const [actor, name] of Object.entries(taken)) document.setIn(["variants", id, "policies", actor], name);
  if (rounds !== null) document.setIn(["variants", id, "rounds"], rounds);
  return document.toString(layout);
}
