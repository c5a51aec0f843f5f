/**
 * Factors: what an experiment varies. Assumptions, dispositions of actors, and initial values.
 *
 * A factor turns a number from [0, 1) into one of its levels, and a point of a design into a treatment. What a variant
 * sets itself is what the variant is, so a factor never overrules it.
 */

import { type Treatment, type TreatmentRequest, treat } from "../engine/treatment.ts";
import { at } from "../scenario/at.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { InitialValue, Model } from "../scenario/model.ts";
import { nearest } from "../scenario/suggest.ts";

export type Level = number | boolean | string;

export interface Factor {
  /** `leak_chance`, `policy:russia`, `initial:tension`. */
  readonly name: string;
  readonly kind: "assumption" | "policy" | "initial";
  /** Id of the assumption, actor, track or variable. */
  readonly id: string;
  /** Ends of a continuous factor, or null. */
  readonly range: readonly [number, number] | null;
  /** Levels of any other factor, in document order. */
  readonly levels: readonly Level[] | null;
  /** Where it stands unless it is varied; null for an initial value that is drawn. */
  readonly usual: Level | null;
  /** Whether the author cites a source for it; dispositions and initial values have none. */
  readonly cited: boolean;
}

/** A level for each factor of a design; a factor that is not named stands where it usually does. */
export type DesignPoint = Readonly<Record<string, Level>>;

/** Levels of a variable with more values than this are five values from end to end. */
const levelsMax = 8;

/**
 * The factors of an experiment: those named, or all assumptions and dispositions that have an alternative. What the
 * user fixed is no factor.
 * @throws Mistake where a name is unknown, or where there is nothing to vary.
 */
export function factorsOf(model: Model, request: TreatmentRequest, named: readonly string[] | null): readonly Factor[] {
  const treatment = treat(model, request);
  const usual = [...assumptionFactors(model, treatment), ...policyFactors(model, treatment)];
  const all = [...usual, ...initialFactors(model)];
  const fixed = (name: string): boolean =>
    isFixed(
      model,
      request,
      all.find((factor) => factor.name === name),
    );
  if (named === null) {
    const factors = usual.filter(({ name }) => !fixed(name));
    if (factors.length > 0) return factors;
    throw new Mistake("there is nothing to vary: no assumption and no actor with several policies is left open");
  }
  return named.map((name) => {
    const factor = all.find((candidate) => candidate.name === name);
    if (factor === undefined) throw unknownFactor(name, all);
    if (named.indexOf(name) !== named.lastIndexOf(name)) throw new Mistake(`the factor ${name} is named twice`);
    if (fixed(name)) throw new Mistake(`${name} cannot be varied and fixed at once`);
    return factor;
  });
}

function isFixed(model: Model, request: TreatmentRequest, factor: Factor | undefined): boolean {
  if (factor === undefined) return false;
  const variant = model.variants.find(({ id }) => id === request.variant);
  if (factor.kind === "assumption") {
    return Object.hasOwn({ ...variant?.assume, ...request.assume }, factor.id);
  }
  if (factor.kind === "policy") return Object.hasOwn({ ...variant?.policies, ...request.policies }, factor.id);
  return variant !== undefined && Object.hasOwn(variant.initial, factor.id);
}

function unknownFactor(name: string, all: readonly Factor[]): Mistake {
  const short = all.find((factor) => factor.id === name);
  const near =
    short?.name ??
    nearest(
      name,
      all.map((factor) => factor.name),
    );
  const list = all.filter(({ kind }) => kind !== "initial").map((factor) => factor.name);
  return new Mistake(
    `unknown factor ${name}: there are ${[...list, "initial:ID"].join(", ")}`,
    near === null ? null : `did you mean ${near}?`,
  );
}

function assumptionFactors(model: Model, treatment: Treatment): readonly Factor[] {
  return model.assumptions.flatMap(({ id, range, values, basis }): readonly Factor[] => {
    const open = range === null ? (values ?? []).length > 1 : range[0] < range[1];
    const cited = basis.some((source) => source !== "judgement");
    const usual = treatment.assume[id] ?? null;
    return open
      ? [{ name: id, kind: "assumption", id, range, levels: range === null ? values : null, usual, cited }]
      : [];
  });
}

function policyFactors(model: Model, treatment: Treatment): readonly Factor[] {
  return model.policies.flatMap(({ actor, policies }): readonly Factor[] => {
    if (policies.length < 2) return [];
    const usual = treatment.policies[actor] ?? null;
    const levels = policies.map(({ id }) => id);
    return [{ name: `policy:${actor}`, kind: "policy", id: actor, range: null, levels, usual, cited: false }];
  });
}

function initialFactors(model: Model): readonly Factor[] {
  const factor = (id: string, levels: readonly Level[], initial: readonly InitialValue[]): Factor => ({
    name: `initial:${id}`,
    kind: "initial",
    id,
    range: null,
    levels,
    usual: initial.length === 1 ? (initial[0]?.value ?? null) : null,
    cited: false,
  });
  return [
    ...model.tracks.map(({ id, states, initial }) =>
      factor(
        id,
        states.map((state) => state.id),
        initial,
      ),
    ),
    ...model.variables.map(({ id, kind, low, high, initial }) =>
      factor(id, kind === "flag" ? [false, true] : wholeLevels(low, high), initial),
    ),
  ];
}

function wholeLevels(low: number, high: number): readonly number[] {
  if (high - low < levelsMax) return Array.from({ length: high - low + 1 }, (_, index) => low + index);
  return [0, 1, 2, 3, 4].map((quarter) => low + Math.round(((high - low) * quarter) / 4));
}

/** The level at a place of [0, 1): along the range, or one of the levels, each as likely. */
export function levelAt({ range, levels }: Factor, place: number): Level {
  if (range !== null) return range[0] + (range[1] - range[0]) * place;
  const list = levels ?? [];
  return at(list, Math.min(list.length - 1, Math.floor(place * list.length)));
}

/** Where a level lies in [0, 1], so that distances between points can be measured; null where it is not on the factor. */
export function placeOf({ range, levels }: Factor, level: Level): number | null {
  if (range !== null) return typeof level === "number" ? (level - range[0]) / (range[1] - range[0]) : null;
  const index = (levels ?? []).indexOf(level);
  return index < 0 ? null : index / Math.max(1, (levels ?? []).length - 1);
}

/** The treatment of a variant at a point of a design. */
export function treatAt(
  model: Model,
  request: TreatmentRequest,
  factors: readonly Factor[],
  point: DesignPoint,
): Treatment {
  const variant = model.variants.find(({ id }) => id === request.variant);
  const assume: Record<string, number | boolean> = { ...request.assume };
  const policies: Record<string, string> = { ...request.policies };
  const initial: Record<string, readonly InitialValue[]> = {};
  for (const { name, kind, id } of factors) {
    const level = point[name];
    if (level === undefined) continue;
    if (kind === "assumption" && typeof level !== "string" && !Object.hasOwn(variant?.assume ?? {}, id)) {
      assume[id] = level;
    }
    if (kind === "policy" && !Object.hasOwn(variant?.policies ?? {}, id)) policies[id] = String(level);
    if (kind === "initial" && !Object.hasOwn(variant?.initial ?? {}, id)) {
      initial[id] = [{ value: level, odds: { op: "number", value: 1 } }];
    }
  }
  const treatment = treat(model, { ...request, assume, policies });
  return { ...treatment, initial: { ...treatment.initial, ...initial } };
}
