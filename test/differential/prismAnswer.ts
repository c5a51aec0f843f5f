/**
 * Answers to a file of PRISM properties over an explicit model: `P`, `R`, `A` and `E`, labels and linear temporal logic.
 *
 * A formula about runs is followed state by state: what is still asked of the rest of a run is a Boolean function of the
 * formula's temporal parts, kept as a truth table, so equal questions are one. Numbers come by sweeps until nothing moves;
 * truths about all runs come as fixed points over the states.
 */
import type { Choice, Explicit } from "./prismModel.ts";
import { Reader, type Tree } from "./prismSyntax.ts";
import { condition, type Values } from "./prismTyped.ts";

/** The answers to all properties, by name: numbers and truths. */
export function answers(explicit: Explicit, properties: string): ReadonlyMap<string, number | boolean> {
  const reader = new Reader(properties);
  const found = new Map<string, number | boolean>();
  while (reader.next !== undefined) {
    const name = reader.quoted();
    reader.expect(":");
    if (found.has(name)) throw new Error(`${name} is asked twice`);
    if (explicit.model.labels.has(name)) throw new Error(`${name} is a label too`);
    found.set(name, new Asking(explicit, reader).answer());
    reader.expect(";");
  }
  return found;
}

type Bound = "min" | "max";

class Asking {
  readonly explicit: Explicit;
  readonly reader: Reader;

  constructor(explicit: Explicit, reader: Reader) {
    this.explicit = explicit;
    this.reader = reader;
  }

  answer(): number | boolean {
    const { reader } = this;
    if (reader.take("filter")) return this.everywhere();
    for (const word of ["P", "Pmin", "Pmax"] as const) {
      if (!reader.take(word)) continue;
      if (word === "P" && !reader.is("=")) return this.within();
      this.asks();
      return this.share(this.bracketed(), boundOf(word.slice(1), this.explicit));
    }
    if (reader.take("R")) {
      reader.expect("{");
      const structure = reader.quoted();
      reader.expect("}");
      const bound = boundOf(reader.take("min") ? "min" : reader.take("max") ? "max" : "", this.explicit);
      this.asks();
      const path = this.bracketed();
      if (path.op !== "F") throw new Error("rewards are asked up to a goal");
      return this.mean(structure, this.holds(path.of), bound);
    }
    return this.holds(reader.tree())[0] === true;
  }

  private asks(): void {
    this.reader.expect("=");
    this.reader.expect("?");
  }

  /** Whether a share keeps to a bound, whatever is chosen. */
  private within(): boolean {
    const { reader } = this;
    const sign = reader.oneOf("<=", ">=");
    const bound = Number(reader.next?.text);
    reader.at += 1;
    const share = this.share(this.bracketed(), sign === "<=" ? "max" : "min");
    return sign === "<=" ? share <= bound : share >= bound;
  }

  private bracketed(): Tree {
    this.reader.expect("[");
    const tree = this.reader.tree();
    this.reader.expect("]");
    return tree;
  }

  private everywhere(): boolean {
    const { reader } = this;
    reader.expect("(");
    if (reader.name() !== "forall") throw new Error("only filters over all states are known");
    reader.expect(",");
    const holds = this.holds(reader.tree());
    reader.expect(")");
    return holds.every(Boolean);
  }

  /** In which states a formula about states holds. */
  private holds(tree: Tree): readonly boolean[] {
    const { states, model } = this.explicit;
    if (tree.op === "A" || tree.op === "E") return this.quantified(tree);
    if (!hasQuantifier(tree)) {
      const read = tree.op === "label" ? model.labels.get(tree.name) : condition(tree, model.scope);
      if (read === undefined) throw new Error(`there is no such label`);
      return states.map((state) => read(state));
    }
    if (tree.op === "!") return this.holds(tree.of).map((one) => !one);
    if (tree.op !== "binary") throw new Error(`${tree.op} around a claim about runs is not known`);
    const [left, right] = [this.holds(tree.left), this.holds(tree.right)];
    const sign = tree.sign;
    if (sign !== "=>" && sign !== "&" && sign !== "|")
      throw new Error(`${sign} between claims about runs is not known`);
    return left.map((one, at) => {
      const other = right[at] === true;
      return sign === "=>" ? !one || other : sign === "&" ? one && other : one || other;
    });
  }

  /** `A` and `E` over one temporal operator: fixed points. */
  private quantified({ op, of }: Extract<Tree, { op: "A" | "E" }>): readonly boolean[] {
    const not = (set: readonly boolean[]): readonly boolean[] => set.map((one) => !one);
    const all = this.explicit.states.map(() => true);
    if (of.op === "F") {
      const goal = this.holds(of.of);
      return op === "E" ? this.canReach(all, goal) : not(this.canAvoid(goal));
    }
    if (of.op === "G") {
      const kept = this.holds(of.of);
      return op === "E" ? this.canAvoid(not(kept)) : not(this.canReach(all, not(kept)));
    }
    if (op !== "A" || of.op !== "W") throw new Error(`${op} over ${of.op} is not known`);
    // a W b fails where, along states without b, one comes that has neither.
    const [left, right] = [this.holds(of.left), this.holds(of.right)];
    return not(
      this.canReach(
        not(right),
        left.map((one, at) => !one && right[at] !== true),
      ),
    );
  }

  /** From where a goal can be reached along states of a set. */
  private canReach(along: readonly boolean[], goal: readonly boolean[]): readonly boolean[] {
    const found = [...goal];
    for (let moved = true; moved; ) {
      moved = false;
      for (let at = found.length - 1; at >= 0; at--) {
        if (found[at] === true || along[at] !== true || !this.successors(at).some((to) => found[to])) continue;
        found[at] = true;
        moved = true;
      }
    }
    return found;
  }

  /** From where some run never comes to a set. */
  private canAvoid(set: readonly boolean[]): readonly boolean[] {
    const kept = set.map((one) => !one);
    for (let moved = true; moved; ) {
      moved = false;
      for (let at = kept.length - 1; at >= 0; at--) {
        if (kept[at] !== true || this.successors(at).some((to) => kept[to])) continue;
        kept[at] = false;
        moved = true;
      }
    }
    return kept;
  }

  private successors(at: number): readonly number[] {
    return (this.explicit.choices[at] ?? []).flatMap(({ ways }) => ways.map(({ to }) => to));
  }

  /** The share of runs of which a formula holds. */
  private share(path: Tree, bound: Bound): number {
    const { states, choices, model } = this.explicit;
    const question = new Question(path, (tree) =>
      tree.op === "label" ? (model.labels.get(tree.name) ?? (() => false)) : condition(tree, model.scope),
    );
    // What is asked of the rest of a run, from a state on, is a node.
    const nodes: { readonly at: number; readonly asked: bigint }[] = [];
    const places = new Map<string, number>();
    const placeOf = (at: number, asked: bigint): number => {
      const key = `${at} ${asked}`;
      const known = places.get(key);
      if (known !== undefined) return known;
      places.set(key, nodes.length);
      return nodes.push({ at, asked }) - 1;
    };
    placeOf(0, question.first);
    const graph: (readonly Choice[])[] = [];
    const settled: (boolean | null)[] = [];
    for (let node = 0; node < nodes.length; node++) {
      const { at, asked } = nodes[node] ?? { at: 0, asked: 0n };
      const open = choices[at] ?? [];
      const ends = open.every(({ ways }) => ways.every(({ to }) => to === at));
      const rest = question.read(asked, states[at] ?? []);
      const verdict = question.decided(rest) ?? (ends ? question.atRest(asked, states[at] ?? []) : null);
      settled.push(verdict);
      graph.push(
        verdict !== null
          ? []
          : open.map(({ action, ways }) => ({
              action,
              ways: ways.map(({ chance, to }) => ({ chance, to: placeOf(to, rest) })),
            })),
      );
    }
    return sweep(graph, bound, (node) => {
      const verdict = settled[node] ?? null;
      return verdict === null ? null : Number(verdict);
    });
  }

  /** The reward collected until a goal. */
  private mean(structure: string, goal: readonly boolean[], bound: Bound): number {
    const { states, choices, model } = this.explicit;
    const items = model.rewards.get(structure);
    if (items === undefined) throw new Error(`there are no rewards ${structure}`);
    // Runs that may never come to the goal collect without end, whichever of them count.
    const comes = sweep(choices, bound === "max" ? "min" : "max", (at) => (goal[at] === true ? 1 : null));
    if (comes < 1 - 1e-9) return Number.POSITIVE_INFINITY;
    return sweep(
      choices,
      bound,
      (at) => (goal[at] === true ? 0 : null),
      (at, action) =>
        items
          .filter((item) => (item.action === null || item.action === action) && item.guard(states[at] ?? []))
          .reduce((sum, item) => sum + item.value(states[at] ?? []), 0),
    );
  }
}

function boundOf(word: string, { model }: Explicit): Bound {
  if ((word === "") !== (model.kind === "dtmc")) throw new Error("chains have one answer, decision processes two");
  return word === "min" ? "min" : "max";
}

function hasQuantifier(tree: Tree): boolean {
  if (tree.op === "A" || tree.op === "E") return true;
  if (tree.op === "!" || tree.op === "minus") return hasQuantifier(tree.of);
  return tree.op === "binary" && (hasQuantifier(tree.left) || hasQuantifier(tree.right));
}

/** Values of nodes by sweeps; where runs end for sure, they do so in few rounds. */
function sweep(
  graph: readonly (readonly Choice[])[],
  bound: Bound,
  known: (node: number) => number | null,
  gain: (node: number, action: string) => number = () => 0,
): number {
  const fixed = graph.map((_, node) => known(node));
  const gains = graph.map((open, node) => (fixed[node] === null ? open.map(({ action }) => gain(node, action)) : []));
  const values = Float64Array.from(fixed, (value) => value ?? 0);
  for (let moved = 1, sweeps = 0; moved > 1e-14; sweeps++) {
    // Runs that need not end gather without an end.
    if (sweeps > 20_000) return Number.POSITIVE_INFINITY;
    moved = 0;
    for (let node = graph.length - 1; node >= 0; node--) {
      if (fixed[node] !== null) continue;
      const options = (graph[node] ?? []).map(({ ways }, index) =>
        ways.reduce((sum, { chance, to }) => sum + chance * (values[to] ?? 0), gains[node]?.[index] ?? 0),
      );
      const best = bound === "max" ? Math.max(...options) : Math.min(...options);
      // In proportion: a large mean never settles to the last bit.
      moved = Math.max(moved, Math.abs(best - (values[node] ?? 0)) / Math.max(1, Math.abs(best)));
      values[node] = best;
    }
  }
  return values[0] ?? 0;
}

type Unary = Extract<Tree, { readonly op: "F" | "G" }>;
type Binary = Extract<Tree, { readonly op: "U" | "W" }>;

const isBinary = (part: Unary | Binary): part is Binary => "left" in part;

/** Temporal parts of a formula, and Boolean functions of them as truth tables of bits. */
class Question {
  /** Temporal parts, inner ones first. */
  readonly parts: (Unary | Binary)[] = [];
  readonly atom: (tree: Tree) => (of: Values) => boolean;
  readonly first: bigint;
  readonly #atoms = new Map<Tree, (of: Values) => boolean>();

  constructor(tree: Tree, atom: (tree: Tree) => (of: Values) => boolean) {
    this.atom = atom;
    this.gather(tree);
    if (this.parts.length > 6) throw new Error("the formula has too many temporal parts");
    this.first = this.table(tree, null, []);
  }

  private gather(tree: Tree): boolean {
    const inside = (...trees: readonly Tree[]): boolean => trees.map((one) => this.gather(one)).includes(true);
    switch (tree.op) {
      case "F":
      case "G":
        inside(tree.of);
        return this.parts.push(tree) > 0;
      case "U":
      case "W":
        inside(tree.left, tree.right);
        return this.parts.push(tree) > 0;
      case "!":
        return inside(tree.of);
      case "binary":
        return inside(tree.left, tree.right);
      default:
        return false;
    }
  }

  private get rows(): number {
    return 1 << this.parts.length;
  }

  private get always(): bigint {
    return (1n << BigInt(this.rows)) - 1n;
  }

  /** The function that is true where a part is still to hold. */
  private later(part: number): bigint {
    let table = 0n;
    for (let row = 0; row < this.rows; row++) if ((row & (1 << part)) !== 0) table |= 1n << BigInt(row);
    return table;
  }

  /** A formula in a state, by what its parts become there; with no state, by the parts themselves. */
  private table(tree: Tree, state: Values | null, become: readonly bigint[]): bigint {
    const part = this.placeOf(tree);
    if (part >= 0) return state === null ? this.later(part) : (become[part] ?? 0n);
    if (tree.op === "!" && this.isTemporal(tree.of)) return this.always ^ this.table(tree.of, state, become);
    if (tree.op === "binary" && this.isTemporal(tree)) {
      const [left, right] = [this.table(tree.left, state, become), this.table(tree.right, state, become)];
      if (tree.sign === "&") return left & right;
      if (tree.sign === "|") return left | right;
      if (tree.sign === "=>") return (this.always ^ left) | right;
      throw new Error(`${tree.sign} between formulas about runs is not known`);
    }
    if (state === null) throw new Error("a formula about runs begins with a temporal part");
    return this.atomOf(tree)(state) ? this.always : 0n;
  }

  private placeOf(tree: Tree): number {
    return this.parts.findIndex((part) => Object.is(part, tree));
  }

  private isTemporal(tree: Tree): boolean {
    if (this.placeOf(tree) >= 0) return true;
    if (tree.op === "!") return this.isTemporal(tree.of);
    return tree.op === "binary" && (this.isTemporal(tree.left) || this.isTemporal(tree.right));
  }

  private atomOf(tree: Tree): (of: Values) => boolean {
    const known = this.#atoms.get(tree);
    if (known !== undefined) return known;
    const read = this.atom(tree);
    this.#atoms.set(tree, read);
    return read;
  }

  /** What each part becomes once a state was read: a function of the parts about the states after it. */
  private progress(state: Values, after: (part: number) => bigint): readonly bigint[] {
    const become: bigint[] = [];
    for (const [index, part] of this.parts.entries()) {
      const of = (tree: Tree): bigint => this.table(tree, state, become);
      if (isBinary(part)) become.push(of(part.right) | (of(part.left) & after(index)));
      else become.push(part.op === "F" ? of(part.of) | after(index) : of(part.of) & after(index));
    }
    return become;
  }

  /** What is asked of the rest of a run, once a state was read. */
  read(asked: bigint, state: Values): bigint {
    return this.compose(
      asked,
      this.progress(state, (part) => this.later(part)),
    );
  }

  /** Whether what is asked holds where a run stays in a state for ever. */
  atRest(asked: bigint, state: Values): boolean {
    const become = this.progress(state, (part) => {
      const { op } = this.parts[part] ?? { op: "F" };
      return op === "G" || op === "W" ? this.always : 0n;
    });
    return this.compose(asked, become) !== 0n;
  }

  decided(asked: bigint): boolean | null {
    return asked === 0n ? false : asked === this.always ? true : null;
  }

  private compose(asked: bigint, become: readonly bigint[]): bigint {
    let table = 0n;
    for (let row = 0; row < this.rows; row++) {
      if (((asked >> BigInt(row)) & 1n) === 0n) continue;
      let term = this.always;
      for (const [part, one] of become.entries()) {
        term &= (row & (1 << part)) !== 0 ? one : this.always ^ one;
      }
      table |= term;
    }
    return table;
  }
}
