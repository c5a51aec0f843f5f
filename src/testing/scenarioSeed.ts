/**
 * The numbers from which a generated scenario is written, and the arbitrary that draws them.
 *
 * A seed has no names and no texts: it says how many things there are, which of several forms each takes, and carries a
 * gene for each expression. It shrinks field by field, towards fewer things, fixed values and plain conditions.
 */
import fc from "fast-check";
import { type Gene, geneArbitrary } from "./expressionText.ts";

/** What a move, incident or rule does, before it is written out. */
export interface StepSeed {
  readonly when: Gene | null;
  readonly effects: readonly Gene[];
  /** Odds of the branches; none, or at least two. */
  readonly branches: readonly Gene[];
  readonly covert: number;
  readonly severity: number;
}

/** The numbers from which a document is written. */
export interface ScenarioSeed {
  readonly turns: number;
  readonly clock: { readonly kind: number; readonly rounds: number; readonly gaps: readonly number[] };
  readonly daring: boolean;
  readonly actors: readonly { readonly mustMove: boolean; readonly utility: Gene | null }[];
  readonly tracks: readonly (InitialSeed & { readonly size: number; readonly rungs: boolean })[];
  readonly variables: readonly (InitialSeed & { readonly kind: number; readonly low: number; readonly size: number })[];
  readonly assumptions: readonly number[];
  readonly terms: readonly { readonly kind: number; readonly value: Gene }[];
  readonly start: number;
  readonly moves: readonly (StepSeed & { readonly by: number })[];
  readonly incidents: readonly (StepSeed & { readonly chance: Gene; readonly date: number })[];
  readonly rules: readonly { readonly when: Gene; readonly effects: readonly Gene[] }[];
  readonly outcomes: readonly Gene[];
  readonly otherwise: boolean;
  readonly tallies: readonly { readonly per: number; readonly add: Gene; readonly when: Gene | null }[];
  readonly policies: readonly PolicySeed[];
  readonly properties: readonly PropertySeed[];
  readonly variants: readonly VariantSeed[];
}

/** How something begins, and who sees it. */
export interface InitialSeed {
  readonly form: number;
  readonly initial: number;
  readonly secret: number;
}

/** One disposition. */
export interface PolicySeed {
  readonly by: number;
  readonly weights: readonly Gene[];
  readonly hold: Gene | null;
  readonly others: Gene | null;
}

/** One claim. */
export interface PropertySeed {
  readonly kind: number;
  readonly conditions: readonly [Gene, Gene, Gene];
  readonly after: Gene | null;
  readonly until: Gene | null;
  readonly within: number | null;
}

/** One treatment: a bit for each part that it sets. */
export interface VariantSeed {
  readonly parts: number;
  readonly rounds: number;
  readonly turns: number;
  readonly script: readonly Gene[];
}

const gene = geneArbitrary;
const perhaps = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });

const initial = { form: fc.nat(5), initial: fc.nat(4), secret: fc.nat(6) };

const step = {
  when: fc.option(gene, { nil: null, freq: 2 }),
  effects: fc.array(gene, { maxLength: 3 }),
  branches: fc.oneof(fc.constant([]), fc.array(gene, { minLength: 2, maxLength: 3 })),
  covert: fc.nat(7),
  severity: fc.nat(6),
};

/** Seeds of small scenarios. */
export const seedArbitrary: fc.Arbitrary<ScenarioSeed> = fc.record({
  turns: fc.nat(2),
  clock: fc.record({
    kind: fc.nat(7),
    rounds: fc.integer({ min: 1, max: 5 }),
    gaps: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 5, maxLength: 5 }),
  }),
  daring: fc.nat(3).map((one) => one === 3),
  actors: fc.array(fc.record({ mustMove: fc.nat(3).map((one) => one === 3), utility: perhaps(gene) }), {
    minLength: 1,
    maxLength: 3,
  }),
  tracks: fc.array(fc.record({ ...initial, size: fc.integer({ min: 2, max: 4 }), rungs: fc.boolean() }), {
    maxLength: 2,
  }),
  variables: fc.array(
    fc.record({ ...initial, kind: fc.nat(2), low: fc.nat(2), size: fc.integer({ min: 1, max: 5 }) }),
    { maxLength: 4 },
  ),
  assumptions: fc.array(fc.nat(2), { maxLength: 3 }),
  terms: fc.array(fc.record({ kind: fc.nat(1), value: gene }), { maxLength: 2 }),
  start: fc.nat(2),
  moves: fc.array(fc.record({ ...step, by: fc.nat(2) }), { maxLength: 6, size: "max" }),
  incidents: fc.array(fc.record({ ...step, chance: gene, date: fc.nat(9) }), { maxLength: 3 }),
  rules: fc.array(fc.record({ when: gene, effects: fc.array(gene, { minLength: 1, maxLength: 2 }) }), { maxLength: 3 }),
  outcomes: fc.array(gene, { maxLength: 2 }),
  otherwise: fc.boolean(),
  tallies: fc.array(fc.record({ per: fc.nat(9), add: gene, when: perhaps(gene) }), { maxLength: 3 }),
  policies: fc.array(
    fc.record({ by: fc.nat(2), weights: fc.array(gene, { maxLength: 3 }), hold: perhaps(gene), others: perhaps(gene) }),
    { maxLength: 3 },
  ),
  properties: fc.array(
    fc.record({
      kind: fc.nat(9),
      conditions: fc.tuple(gene, gene, gene),
      after: perhaps(gene),
      until: perhaps(gene),
      within: perhaps(fc.nat(3)),
    }),
    { maxLength: 4 },
  ),
  variants: fc.array(
    fc.record({
      parts: fc.nat(63),
      rounds: fc.integer({ min: 1, max: 6 }),
      turns: fc.nat(2),
      script: fc.array(gene, { maxLength: 2 }),
    }),
    { maxLength: 2 },
  ),
});
