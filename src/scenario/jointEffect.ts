/**
 * What an effect does where several moves are made together: it leaves its name alone, changes it by an amount, or sets it.
 *
 * Changes made together add up; of several settings one comes last. Which of them an effect is depends on the leaf that
 * its `if` reaches, with terms opened: the name alone leaves it, a sum that has the name as a summand changes it by the
 * rest, everything else sets it. Flags and tracks are only left or set. Nothing is evaluated here.
 */
import type { Expression } from "./expression.ts";
import type { Assignment, Model, Term } from "./model.ts";

/** An effect in a joint step; `depends` tells two cases apart. All expressions read the state as the turns opened. */
export type JointEffect =
  | { readonly kind: "leaves" }
  | { readonly kind: "changes"; readonly by: Expression }
  | { readonly kind: "sets"; readonly to: Expression }
  | { readonly kind: "depends"; readonly when: Expression; readonly then: JointEffect; readonly else: JointEffect };

/** An effect with more cases than this is taken as a setting as a whole. */
const casesMax = 64;

const zero: Expression = { op: "number", value: 0 };

/** Tells what an assignment does in a joint step. */
export function jointEffect(model: Pick<Model, "terms" | "variables">, assignment: Assignment): JointEffect {
  const variable = model.variables.find(({ id }) => assignment.target === "variable" && id === assignment.id);
  const classifier = new Classifier(model.terms, assignment, variable !== undefined && variable.kind !== "flag");
  const effect = classifier.effect(assignment.value);
  return effect === null ? { kind: "sets", to: assignment.value } : effect;
}

class Classifier {
  readonly #terms: ReadonlyMap<string, Term>;
  readonly #assignment: Assignment;
  readonly #counts: boolean;
  /** By term: what it comes to without the name as a summand; null where the name is none. */
  readonly #rests = new Map<string, Expression | null>();
  #cases = 0;

  constructor(terms: readonly Term[], assignment: Assignment, counts: boolean) {
    this.#terms = new Map(terms.map((term) => [term.id, term]));
    this.#assignment = assignment;
    this.#counts = counts;
  }

  /** Null where there are too many cases. */
  effect(value: Expression): JointEffect | null {
    if (value.op === "term") return this.effect(this.#valueOf(value.id));
    if (value.op === "if") {
      const [first, second] = [this.effect(value.then), this.effect(value.else)];
      if (first === null || second === null) return null;
      return { kind: "depends", when: value.when, then: first, else: second };
    }
    this.#cases++;
    if (this.#cases > casesMax) return null;
    if (this.#isName(value)) return { kind: "leaves" };
    const rest = this.#counts ? this.#rest(value) : null;
    return rest === null ? { kind: "sets", to: value } : { kind: "changes", by: rest };
  }

  #isName(value: Expression): boolean {
    const { target, id } = this.#assignment;
    return value.op === target && value.id === id;
  }

  /** A sum without the name as a summand (one of it, where there are several); null where it is no summand. */
  #rest(value: Expression): Expression | null {
    if (this.#isName(value)) return zero;
    if (value.op === "term") {
      const known = this.#rests.get(value.id);
      if (known !== undefined) return known;
      const rest = this.#rest(this.#valueOf(value.id));
      this.#rests.set(value.id, rest);
      return rest;
    }
    if (value.op !== "arithmetic" || (value.by !== "+" && value.by !== "-")) return null;
    const { by, left, right } = value;
    const first = this.#rest(left);
    if (first !== null) return { op: "arithmetic", by, left: first, right };
    const second = by === "+" ? this.#rest(right) : null;
    return second === null ? null : { op: "arithmetic", by, left, right: second };
  }

  #valueOf(term: string): Expression {
    const found = this.#terms.get(term);
    if (found === undefined) throw new Error(`the model has no term ${term}`);
    return found.value;
  }
}
