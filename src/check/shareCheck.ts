/**
 * Bounds on shares, and what else only a share can tell: worked out where the state space allows it, else tested on runs.
 *
 * Shares are always those under the policies, whatever a check leaves open. A property whose search ended early is looked
 * for in runs, too: a run that violates it refutes it; where none does, only the share of such runs is bounded.
 */
import { isRunProperty } from "../engine/monitor.ts";
import type { Treatment } from "../engine/treatment.ts";
import type { Model, Property } from "../scenario/model.ts";
import { Stopped, TooLarge } from "../solve/graph.ts";
import type { SearchLimits } from "../space/exploration.ts";
import { answer, type CheckSearch, type KnownShare, type PropertyAnswer, undecided } from "./runProperty.ts";
import { decideShare } from "./shareBound.ts";
import { estimateShares, type Sampling, type SamplingRun, testBound } from "./statistical.ts";

type Bound = Extract<Property, { kind: "share" }>;

/** What shares are taken of. */
export interface ShareRequest {
  readonly model: Model;
  readonly treatment: Treatment;
  readonly limits: SearchLimits;
  readonly sampling: Sampling;
  readonly signal: { readonly aborted: boolean };
}

/** Decides a bound on a share, exactly if it can be. */
export function* answerShare(request: ShareRequest, bound: Bound): CheckSearch<PropertyAnswer> {
  if (request.signal.aborted) return undecided("interrupted");
  try {
    const { holds, share, precision } = yield* decideShare(request, bound);
    return { ...answer(holds), share: { method: "exact", share, precision } };
  } catch (error) {
    if (error instanceof Stopped) return undecided("interrupted");
    if (!(error instanceof TooLarge)) throw error;
  }
  const tested = yield* shown(testBound(request, bound), bound.id);
  if (tested === null) return undecided("interrupted");
  const { holds, runs, share } = tested;
  const known = sampled(request.sampling, "sequential test", runs, share);
  return { ...(holds === null ? undecided("sample") : answer(holds)), share: known };
}

/** Looks in runs for violations of run-level properties that exploring left undecided for want of room. */
export function* sampleUndecided<F extends PropertyAnswer & { readonly property: Property }>(
  request: ShareRequest,
  findings: readonly F[],
): CheckSearch<readonly F[]> {
  const open = findings.filter(({ property, limit }) => isRunProperty(property) && isShort(limit));
  if (open.length === 0 || request.signal.aborted) return findings;
  const estimates = yield* shown(
    estimateShares(
      request,
      open.map(({ property }) => property.id),
    ),
    null,
  );
  return findings.map((finding): F => {
    const found = open.includes(finding) ? estimates?.get(finding.property.id) : undefined;
    if (found === undefined) return finding;
    const { runs, share, firstWithout } = found;
    const known = { ...sampled(request.sampling, "fixed sample", runs, share), violation: firstWithout };
    return firstWithout === null
      ? { ...finding, share: known }
      : { ...finding, holds: false, limit: null, share: known };
  });
}

const isShort = (limit: PropertyAnswer["limit"]): boolean => limit === "states" || limit === "memory";

function sampled(
  { error, margin }: Sampling,
  method: "sequential test" | "fixed sample",
  runs: number,
  share: number,
): Extract<KnownShare, { runs: number }> {
  return { method, share, runs, error, margin, violation: null };
}

/** Tells of sampling as of any search. */
function* shown<R>(sampling: SamplingRun<R>, property: string | null): CheckSearch<R | null> {
  for (let step = sampling.next(); ; step = sampling.next()) {
    if (step.done === true) return step.value;
    yield { states: 0, expanded: 0, depth: 0, bytes: 0, property, runs: step.value };
  }
}
