/**
 * Time across a page: rounds take equal room, and what happened within a round stands in order inside it.
 */
import type { Timeline } from "../../studio/timeline.ts";

export interface Scale {
  /** Where a position stands, from 0 to 1. */
  at(position: number): number;
  /** The position that stands at or before a place. */
  positionAt(share: number): number;
  /** Where a round begins. */
  round(round: number): number;
  readonly rounds: number;
}

/** The scale of a timeline, perhaps stretched to as many rounds as another has. */
export function scaleOf({ rounds, events }: Timeline, roundsShown?: number): Scale {
  const last = rounds.at(-1)?.round ?? 0;
  const total = Math.max(1, roundsShown ?? last + 1);
  const at = (position: number): number => {
    const span = rounds.find((candidate) => position <= candidate.last) ?? rounds.at(-1);
    if (span === undefined) return 0;
    return (span.round + (position - span.first) / (span.last - span.first + 1)) / total;
  };
  const places = events.map((_, position) => at(position));
  return {
    at: (position) => places[position] ?? at(position),
    positionAt: (share) =>
      Math.max(
        0,
        places.findLastIndex((place) => place <= share + 1e-9),
      ),
    round: (round) => round / total,
    rounds: total,
  };
}
