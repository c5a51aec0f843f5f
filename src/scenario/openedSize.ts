/**
 * How large expressions are once the terms that they name are opened.
 *
 * A few terms that each name the one before twice stand for more parts than there are atoms: whoever opens terms (kernel,
 * lint, exports) would never end. So an expression is measured before anybody opens it, from the sizes of its terms,
 * and one that is too large or too deep is refused where it stands. Measuring takes as long as what is written.
 */
import type { Expression } from "./expression.ts";
import { operandsOf } from "./walk.ts";

/** An expression may have so many parts with its terms opened. */
export const partsMax = 20_000;

/** Its parts may stand so deep in each other. */
export const levelsMax = 600;

/** All expressions of a document together may have so many parts. */
export const allPartsMax = 1_000_000;

/** Size of an expression with its terms opened. */
export interface OpenedSize {
  readonly parts: number;
  readonly levels: number;
}

/** Measures an expression; `sizeOf` gives the size of a term that has been measured before. */
export function openedSize(expression: Expression, sizeOf: (term: string) => OpenedSize | undefined): OpenedSize {
  if (expression.op === "term") {
    const { parts, levels } = sizeOf(expression.id) ?? { parts: 0, levels: 0 };
    return { parts: parts + 1, levels: levels + 1 };
  }
  let parts = 1;
  let levels = 0;
  for (const operand of operandsOf(expression)) {
    const inner = openedSize(operand, sizeOf);
    parts += inner.parts;
    levels = Math.max(levels, inner.levels);
  }
  return { parts, levels: levels + 1 };
}

/** Sizes of terms, whatever their order. Terms are no circle. */
export function termSizes(
  terms: readonly { readonly id: string; readonly value: Expression }[],
): ReadonlyMap<string, OpenedSize> {
  const values = new Map(terms.map(({ id, value }) => [id, value]));
  const sizes = new Map<string, OpenedSize>();
  const sizeOf = (id: string): OpenedSize | undefined => {
    const value = values.get(id);
    const known = sizes.get(id);
    if (known !== undefined || value === undefined) return known;
    const size = openedSize(value, sizeOf);
    sizes.set(id, size);
    return size;
  };
  for (const id of values.keys()) sizeOf(id);
  return sizes;
}

/** What is wrong with a size, as a sentence; null where it is as it should be. */
export function sizeProblem({ parts, levels }: OpenedSize): string | null {
  if (parts > partsMax) {
    return `with the terms that it names written out, this has ${parts} parts, but at most ${partsMax} are allowed`;
  }
  if (levels > levelsMax) {
    return `with the terms that it names written out, this is ${levels} levels deep, but at most ${levelsMax} are allowed`;
  }
  return null;
}
