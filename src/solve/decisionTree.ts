/**
 * A decision tree over the fields of a state: the readable form of a policy that was found state by state (Ashok,
 * Jackermeier, Křetínský, Weinhuber, Weininger and Yadav 2021).
 *
 * Each split is the one that leaves the least disorder (Gini), the first among equals. It is exact: the tree says for
 * every row what the row says.
 */
import { floatAt, intAt } from "../scenario/at.ts";

/** A question about one field, and what follows from its answer. */
export type DecisionTree =
  | { readonly kind: "leaf"; readonly label: number }
  | {
      readonly kind: "split";
      /** Number of the column. */
      readonly column: number;
      readonly by: "is" | "at most";
      readonly value: number;
      readonly yes: DecisionTree;
      readonly no: DecisionTree;
    };

/** Rows to be told apart. */
export interface LabelledRows {
  readonly columns: readonly Int32Array[];
  /** Whether a column holds names rather than quantities, so that one of them alone may be asked for. */
  readonly named: readonly boolean[];
  readonly labels: Int32Array;
}

/** A tree that gives every row its label; null where it would have more leaves than allowed. */
export function growTree(rows: LabelledRows, leavesMax: number): DecisionTree | null {
  const grower = new Grower(rows, leavesMax);
  const all = Int32Array.from(rows.labels, (_, row) => row);
  return grower.grow(all);
}

interface Split {
  readonly column: number;
  readonly by: "is" | "at most";
  readonly value: number;
}

class Grower {
  private readonly rows: LabelledRows;
  private readonly labels: number;
  private left: number;

  constructor(rows: LabelledRows, leavesMax: number) {
    this.rows = rows;
    this.left = leavesMax;
    this.labels = rows.labels.reduce((most, label) => Math.max(most, label + 1), 1);
  }

  grow(some: Int32Array): DecisionTree | null {
    const { labels, columns } = this.rows;
    const first = intAt(labels, intAt(some, 0));
    if (some.every((row) => labels[row] === first)) {
      this.left--;
      return this.left < 0 ? null : { kind: "leaf", label: first };
    }
    const split = this.best(some);
    if (split === null) throw new Error("rows with different labels that no column tells apart");
    const column = columns[split.column];
    const isYes = (row: number): boolean => {
      const value = column?.[row] ?? 0;
      return split.by === "is" ? value === split.value : value <= split.value;
    };
    const yes = this.grow(some.filter(isYes));
    if (yes === null) return null;
    const no = this.grow(some.filter((row) => !isYes(row)));
    return no === null ? null : { kind: "split", ...split, yes, no };
  }

  private best(some: Int32Array): Split | null {
    const { columns, named, labels } = this.rows;
    let best: Split | null = null;
    let most = Number.NEGATIVE_INFINITY;
    columns.forEach((values, column) => {
      const counts = new Map<number, Float64Array>();
      const all = new Float64Array(this.labels);
      for (const row of some) {
        const value = intAt(values, row);
        const count = counts.get(value) ?? new Float64Array(this.labels);
        counts.set(value, count);
        const label = intAt(labels, row);
        count[label] = floatAt(count, label) + 1;
        all[label] = floatAt(all, label) + 1;
      }
      if (counts.size < 2) return;
      const below = new Float64Array(this.labels);
      const ordered = [...counts.keys()].sort((one, other) => one - other);
      ordered.forEach((value, place) => {
        const count = counts.get(value) ?? below;
        count.forEach((number, label) => {
          below[label] = floatAt(below, label) + number;
        });
        const consider = (split: Split, part: Float64Array): void => {
          const order = orderIn(part, all);
          if (order <= most + 1e-9 * some.length) return;
          most = order;
          best = split;
        };
        if (place < ordered.length - 1) consider({ column, by: "at most", value }, below);
        if (named[column] === true) consider({ column, by: "is", value }, count);
      });
    });
    return best;
  }
}

/** How well a part and the rest are each of one label: the more, the better. */
function orderIn(part: Float64Array, all: Float64Array): number {
  let inside = 0;
  let outside = 0;
  let insideSquares = 0;
  let outsideSquares = 0;
  for (let label = 0; label < all.length; label++) {
    const count = floatAt(part, label);
    const rest = floatAt(all, label) - count;
    inside += count;
    outside += rest;
    insideSquares += count * count;
    outsideSquares += rest * rest;
  }
  return insideSquares / inside + outsideSquares / outside;
}
