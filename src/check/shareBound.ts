/**
 * Bounds on shares of runs, decided exactly: a scenario under its policies is solved, not sampled.
 */
import { isRunProperty } from "../engine/monitor.ts";
import { measureNamed } from "../scenario/measure.ts";
import type { Property } from "../scenario/model.ts";
import { type ChainRequest, heldShare, type Solving, solveChain, solveProperty } from "../solve/markovChain.ts";

/** Whether a bound holds, and the share that it bounds. */
export interface ShareVerdict {
  readonly holds: boolean;
  readonly share: number;
  /** The share is off by no more than this. */
  readonly precision: number;
}

/**
 * Decides a bound on a share of runs. A share that equals the bound to the last digit that is known keeps it.
 * @throws TooLarge where the state space is; the bound can then be tested on samples.
 */
export function* decideShare(
  request: ChainRequest,
  bound: Extract<Property, { kind: "share" }>,
): Solving<ShareVerdict> {
  const { share, precision } = yield* shareOf(request, bound.of);
  const above = bound.atLeast === null || share >= bound.atLeast - precision;
  const below = bound.atMost === null || share <= bound.atMost + precision;
  return { holds: above && below, share, precision };
}

function* shareOf(
  request: ChainRequest,
  of: Extract<Property, { kind: "share" }>["of"],
): Solving<Pick<ShareVerdict, "share" | "precision">> {
  if (of.kind !== "property") {
    const { endings, precision } = yield* solveChain(request);
    const { members } = measureNamed(request.model, of.id);
    const share = members.reduce((sum, member) => sum + (endings.get(member) ?? 0), 0);
    return { share: Math.min(1, share), precision: precision * members.length };
  }
  const property = request.model.properties.find(({ id }) => id === of.id);
  if (property === undefined || !isRunProperty(property)) throw new Error(`no run decides ${of.id}`);
  const distribution = yield* solveProperty(request, property);
  return { share: Math.min(1, heldShare(distribution)), precision: distribution.precision };
}
