/**
 * A sweep: one variant over a design of assumptions, dispositions and initial values.
 *
 * Every point runs the same replications, so points differ by what was varied and by luck only where it is used
 * otherwise. A point whose model is at fault is reported with its fault and takes no part in the rankings.
 */
import type { Treatment, TreatmentRequest } from "../engine/treatment.ts";
import { measuresOf } from "../scenario/measure.ts";
import type { Model } from "../scenario/model.ts";
import { columnsOf } from "./batch.ts";
import type { CellPlan, CellResult } from "./cells.ts";
import { comparison, type Mean, type Share, type VariantComparison } from "./compare.ts";
import { factorial, latinHypercube, oneAtATime, saltelli } from "./design.ts";
import { type DesignPoint, type Factor, factorsOf, type Level, treatAt } from "./factor.ts";
import {
  type Driver,
  driversOf,
  type Effect,
  effectsOf,
  type PointResult,
  type SobolRow,
  sobolOf,
  type Tornado,
  tornadoOf,
} from "./rank.ts";

export type Design = "factorial" | "lhs" | "oat" | "sobol";

/** What a sweep is asked for; kept in its result, so that it can be made again. */
export interface SweepRequest {
  readonly variant: string;
  readonly assume: Readonly<Record<string, number | boolean>>;
  readonly policies: Readonly<Record<string, string>>;
  readonly rounds: number | null;
  /** Names of factors; null for all assumptions and dispositions. */
  readonly factors: readonly string[] | null;
  readonly design: Design;
  /** Points of a Latin hypercube or of each Saltelli sample, or levels of a range in a full factorial. */
  readonly points: number;
}

/** Points of each design unless asked otherwise; one at a time needs none. */
export const usualPoints: Readonly<Record<Design, number>> = { factorial: 3, lhs: 64, oat: 0, sobol: 128 };

export interface SweepPlan extends CellPlan {
  readonly request: SweepRequest;
  readonly factors: readonly Factor[];
  readonly points: readonly DesignPoint[];
}

/** What came of a point. */
export interface SweepCell extends PointResult {
  readonly stopped: Readonly<Record<string, number>>;
  readonly tallies: Readonly<Record<string, Mean>>;
  readonly utilities: Readonly<Record<string, Mean>>;
  readonly properties: Readonly<Record<string, Omit<Share, "count">>>;
}

export interface Sweep {
  readonly scenario: string;
  /** SHA-256 of the model. */
  readonly model: string;
  readonly seed: string;
  /** Runs of each point. */
  readonly runs: number;
  readonly request: SweepRequest;
  readonly methods: Readonly<Record<string, string>>;
  /** The outcome or group that the author declared to matter most, or null. */
  readonly headline: string | null;
  readonly factors: readonly SweepFactor[];
  readonly cells: readonly SweepCell[];
  /** By outcome, widest first; only where factors are varied one at a time. */
  readonly tornado: readonly Tornado[] | null;
  /** Share of each outcome's variance between a factor's levels; for full factorials and Latin hypercubes. */
  readonly effects: readonly Effect[] | null;
  readonly sobol: readonly SobolRow[] | null;
  /** All factors by how much they move the outcomes, strongest first. */
  readonly drivers: readonly Driver[];
}

export interface SweepFactor {
  readonly name: string;
  readonly range: readonly [number, number] | null;
  readonly levels: readonly Level[] | null;
  readonly usual: Level | null;
  readonly cited: boolean;
}

/**
 * Plans a sweep.
 * @throws Mistake where the request names something unknown or asks for too much.
 */
export function planSweep(model: Model, request: SweepRequest, seed: string, runs: number): SweepPlan {
  const base: TreatmentRequest = {
    variant: request.variant,
    assume: request.assume,
    policies: request.policies,
    ...(request.rounds === null ? {} : { rounds: request.rounds }),
  };
  const factors = factorsOf(model, base, request.factors);
  const points = pointsOf(request, factors, seed);
  const at = (point: DesignPoint): Treatment => treatAt(model, base, factors, point);
  const usual = at({});
  const cells = points.map((point, index) =>
    request.design === "oat" && index > 0 ? [usual, at(point)] : [at(point)],
  );
  return { seed, runs, cells, request, factors, points };
}

function pointsOf({ design, points }: SweepRequest, factors: readonly Factor[], seed: string): readonly DesignPoint[] {
  if (design === "oat") return oneAtATime(factors);
  if (design === "factorial") return factorial(factors, points);
  if (design === "lhs") return latinHypercube(seed, factors, points);
  const { a, b, mixed } = saltelli(seed, factors, points);
  return [...a, ...b, ...mixed.flat()];
}

/** Makes the result of a sweep whose cells are complete. */
export function sweepResult(
  subject: { readonly scenario: string; readonly model: string },
  model: Model,
  plan: SweepPlan,
  results: readonly CellResult[],
): Sweep {
  const { seed, runs, request, factors, points } = plan;
  const outcomes = measuresOf(model).map(({ id }) => id);
  const { headline } = model;
  const drives = (id: string): boolean =>
    headline === null ? model.outcomes.some((outcome) => outcome.id === id) : id === headline;
  const cells = points.map((point, index) => cellOf(model, plan, point, results[index], plan.cells[index] ?? []));
  const { design } = request;
  const tornado = design === "oat" ? tornadoOf(factors, outcomes, cells) : null;
  const sobol = design === "sobol" ? sobolOf(factors, outcomes, cells, request.points, runs) : null;
  const effects = tornado === null && sobol === null ? effectsOf(factors, outcomes, cells, runs) : null;
  return {
    ...subject,
    seed,
    runs,
    request,
    methods: methodsOf(design),
    headline,
    factors: factors.map(({ name, range, levels, usual, cited }) => ({ name, range, levels, usual, cited })),
    cells,
    tornado,
    effects,
    sobol,
    drivers: driversOf(factors, drives, { tornado, effects, sobol }),
  };
}

const noCell = {
  outcomes: {},
  groups: {},
  stopped: {},
  rounds: null,
  tallies: {},
  utilities: {},
  properties: {},
  differences: null,
};

function cellOf(
  model: Model,
  { seed, request }: SweepPlan,
  point: DesignPoint,
  result: CellResult | undefined,
  treatments: readonly Treatment[],
): SweepCell {
  if (result === undefined) throw new Error("a sweep's result needs all its cells");
  if ("fault" in result) return { point, ...noCell, fault: { replication: null, ...result.fault } };
  const compared: VariantComparison = comparison(
    { scenario: "", model: "", seed },
    columnsOf(model),
    treatments,
    result.counts,
  );
  const own = compared.variants.at(-1);
  if (own === undefined) throw new Error("a cell has at least one treatment");
  const last = treatments.length - 1;
  const fault = result.counts.faults.find(({ treatment }) => treatment === last);
  const { outcomes, groups, stopped, rounds, tallies, utilities, properties } = own;
  const differences = compared.differences.map(({ outcome, difference, low, high }) => [
    outcome,
    { difference, low, high },
  ]);
  return {
    point,
    outcomes,
    groups,
    stopped,
    rounds,
    tallies,
    utilities,
    properties,
    differences: request.design === "oat" && last > 0 ? Object.fromEntries(differences) : null,
    fault: fault === undefined ? null : { replication: fault.replication, ...fault.fault },
  };
}

function methodsOf(design: Design): Readonly<Record<string, string>> {
  const shared = { level: "95 %", shares: "Wilson score interval", luck: "the same replications at every point" };
  switch (design) {
    case "oat":
      return {
        ...shared,
        design: "one factor at a time, the others where they usually stand",
        differences: "Newcombe's interval for paired shares (method 10) under common random numbers",
      };
    case "sobol":
      return {
        ...shared,
        design: "two independent Latin hypercubes and their mixtures (Saltelli and others 2010)",
        indices: "first order: Saltelli and others 2010; total: Jansen 1999; intervals: delta method",
      };
    default:
      return {
        ...shared,
        design: design === "lhs" ? "Latin hypercube (McKay, Beckman and Conover 1979)" : "full factorial",
        effects:
          "share of variance between levels or fifths of the range, less what accident would show (epsilon squared)",
      };
  }
}
