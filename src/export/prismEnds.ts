/**
 * Where a run ends in a PRISM file: the states that it leaves for its end, each with the outcome that this is.
 *
 * Such a state is left by one command and is never come to again, so that whatever is counted at the end of a run is a
 * reward of it.
 */
import { split } from "../engine/law.ts";
import type { PrismTerms } from "./prismTerms.ts";

/** States that a run leaves for its end. */
export interface PrismEnd {
  readonly guard: string;
  /** The value that `ending` takes. */
  readonly ending: number;
  /** Null: a run that ends because nothing can happen, in no outcome. */
  readonly outcome: string | null;
}

/** The ends of runs that are over as they begin, and where a run goes on instead. */
export function firstEnds({ model, names, stage }: PrismTerms): {
  readonly ends: readonly PrismEnd[];
  readonly onward: string;
} {
  const passed = [`${stage} = 3`];
  const ends: PrismEnd[] = [];
  for (const [index, { id, when, atEnd }] of model.outcomes.entries()) {
    if (when === null || atEnd) continue;
    const holds = names.of(`outcome:${id}`);
    ends.push({ guard: [...passed, holds].join(" & "), ending: index + 1, outcome: id });
    passed.push(`!${holds}`);
  }
  return { ends, onward: passed.join(" & ") };
}

/** The ends that follow once the rules have had their turn, and where the run goes on instead. */
export function settledEnds(terms: PrismTerms): { readonly ends: readonly PrismEnd[]; readonly onward: string } {
  const { model, names, treatment, stage, ending, round } = terms;
  const passed = [`${stage} = 1 & ${ending} = 0`, ...model.rules.map(({ id }) => `!${names.of(`due:${id}`)}`)];
  const ends: PrismEnd[] = [];
  const test = (atEnd: boolean, also: readonly string[]): void => {
    for (const [index, outcome] of model.outcomes.entries()) {
      if (outcome.when === null || outcome.atEnd !== atEnd) continue;
      const holds = names.of(`outcome:${outcome.id}`);
      ends.push({ guard: [...passed, ...also, holds].join(" & "), ending: index + 1, outcome: outcome.id });
      passed.push(`!${holds}`);
    }
  };
  test(false, []);
  const calm = passed.join(" & ");
  const { rounds } = treatment;
  if (rounds === null) return { ends, onward: calm };
  const last = `${round} = ${rounds}`;
  test(true, [last]);
  ends.push({ guard: [...passed, last].join(" & "), ...otherwise(terms) });
  return { ends, onward: `${calm} & ${round} < ${rounds}` };
}

/** The ends of runs in which nothing can happen any more. */
export function stillEnds(terms: PrismTerms): readonly PrismEnd[] {
  if (!terms.stops) return [];
  const { names } = terms;
  const still = names.of("still");
  return terms.order.flatMap((point) => {
    const [kind, id] = split(point);
    if (kind === "incident" || (kind === "turn" && id === "")) return [];
    const idle = kind === "turn" ? [`!${names.of(`any:${id}`)}`] : [];
    return [{ guard: [terms.at(point), ...idle, still].join(" & "), ...otherwise(terms) }];
  });
}

function otherwise({ model, otherwise: ending }: PrismTerms): Pick<PrismEnd, "ending" | "outcome"> {
  return { ending, outcome: model.outcomes[ending - 1]?.id ?? null };
}
