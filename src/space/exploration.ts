/**
 * A breadth-first search of all states, and what it meets on the way: endings, faults, flags, a property's failure.
 *
 * Whatever is met is met by a shortest path, as states come in the order of their distance. The search goes on in
 * pieces, so that whoever drives it can show progress, listen for Ctrl-C and stop; what was found until then stands. It
 * remembers no transitions: a path is found again from the states that lead to it.
 */

import { failedPhase, heldPhase } from "../kernel/monitorPhase.ts";
import { deadlock, running } from "../kernel/program.ts";
import { intAt } from "../scenario/at.ts";
import { type Limit, StateStore } from "./stateStore.ts";
import { flagsPerWord } from "./stepPlan.ts";
import type { Steps, TakenOption } from "./steps.ts";

/** How far a search may go. */
export interface SearchLimits {
  readonly statesMax: number;
  readonly bytesMax: number;
}

/** A transition from a state: which of the successors that its expansion lists. From -1 runs begin. */
export interface Edge {
  readonly from: number;
  readonly successor: number;
}

/** How far a search has come. */
export interface SearchProgress {
  readonly states: number;
  /** How many of them have been expanded. */
  readonly expanded: number;
  readonly depth: number;
  readonly bytes: number;
}

/** No state: where a transition ends in a fault, or a property is decided. */
const noTarget = -1;

/** Sees every transition that a search finds, also where several lead to the same state, before the next state is expanded. */
export interface TransitionListener {
  /**
   * The target is -1 for a fault of the model, and for what a property decides. The rest of what is known of the transition
   * stands in the output at `n`; `successor` is its number among those of its origin.
   */
  see(from: number, target: number, n: number, successor: number): void;
  /** Bytes that it holds. */
  readonly bytes: number;
}

export class Exploration {
  readonly steps: Steps;
  readonly store: StateStore;
  /** Number of initial states. */
  initial = 0;
  expanded = 0;
  /** Greatest distance of a state. */
  depth = 0;
  transitions = 0;
  choices = 0;
  /** By ending: how many states end so. */
  readonly endings = new Map<number, number>();
  readonly firstEndings = new Map<number, Edge>();
  /** By number of the fault. */
  readonly faults = new Map<number, Edge>();
  /** By flag: where it was first raised. */
  readonly flags: (Edge | null)[] = [];
  /** Where the property that is part of the state first failed. Nothing is explored after that. */
  failure: Edge | null = null;
  private readonly raised: Int32Array;
  private readonly watching: boolean;
  /** Number of ways in which runs can begin, as far as they were looked at, and whether there may be more. */
  private begun = 0;
  private readonly statesMax: number;
  private beginning = true;
  /** Number of states up to the end of the present layer. */
  private layer = 0;
  private readonly witness: TransitionListener | null;

  /** @param witness sees every transition; numbers of known states are then kept, which takes more memory. */
  constructor(steps: Steps, limits: SearchLimits, witness: TransitionListener | null = null) {
    this.steps = steps;
    this.witness = witness;
    this.statesMax = limits.statesMax;
    this.store = new StateStore(steps.packing, witness !== null, limits);
    this.raised = new Int32Array(steps.out.flagWords);
    const watches = steps.request.watches ?? [];
    this.watching = watches.some(({ as }) => as === "state");
    this.flags = watches.filter(({ as }) => as === "flag").map(() => null);
    this.begin();
  }

  /** Takes in further ways in which runs can begin; how many they were. */
  private begin(): number {
    const count = this.steps.begin(this.begun === 0 ? "first" : "next");
    this.absorb(count, -1, this.begun);
    this.begun += count;
    // Beginnings that a property decides at once are no states, and there can be very many.
    if (count > 0 && this.begun > this.statesMax) this.store.limit ??= "states";
    this.beginning = count > 0 && this.failure === null && this.limit === null;
    this.initial = this.store.count;
    this.layer = this.initial;
    return count;
  }

  get progress(): SearchProgress {
    const { expanded, depth, store, bytes } = this;
    return { states: store.count, expanded, depth, bytes };
  }

  /** Bytes held, by states and by whoever looks on. */
  get bytes(): number {
    return this.store.bytes + (this.witness?.bytes ?? 0);
  }

  get limit(): Limit | null {
    return this.store.limit;
  }

  /** Whether all that can be reached has been expanded. */
  get complete(): boolean {
    return !this.beginning && this.expanded === this.store.count && this.limit === null;
  }

  /** Expands further states, up to so many transitions from them; whether anything is left to do. */
  advance(budget: number): boolean {
    const { store, steps } = this;
    let left = budget;
    if (this.witness !== null) store.weigh(this.witness.bytes);
    while (this.beginning && left > 0) left -= this.begin();
    if (this.failure !== null || this.limit !== null) return false;
    while (!this.beginning && this.expanded < store.count && left > 0) {
      if (this.expanded === this.layer) {
        this.depth++;
        this.layer = store.count;
      }
      const count = steps.expand(store.words, this.expanded * store.width);
      this.absorb(count, this.expanded, 0);
      left -= count + 1;
      if (this.failure !== null || this.limit !== null) return false;
      this.expanded++;
    }
    return this.beginning || this.expanded < store.count;
  }

  /** Takes in successors of a state, the first of which has this number. */
  private absorb(count: number, from: number, first: number): void {
    const { out } = this.steps;
    const { store, watching, witness } = this;
    const { width } = store;
    let group = 0;
    for (let n = 0; n < count; n++) {
      if (n === 0 || out.choice[n] !== out.choice[n - 1]) {
        group = n;
        if (from >= 0) this.choices++;
      }
      // What held along a transition counts also where it ends in a fault.
      const successor = first + n;
      if (out.flagWords > 0) this.raise(from, n, successor);
      if (watching && out.phase[n] === failedPhase && this.failure === null) this.failure = { from, successor };
      const word = intAt(out.words, n * width);
      if (word < 0) {
        this.note(this.faults, -word - 1, from, successor);
        witness?.see(from, noTarget, n, successor);
        continue;
      }
      // Nobody asks in how many ways runs can begin, and there can be very many.
      const again = from >= 0 && repeats(out.words, width, group, n);
      if (again && witness === null) continue;
      if (from >= 0 && !again) this.transitions++;
      if (watching && (out.phase[n] === heldPhase || out.phase[n] === failedPhase)) {
        witness?.see(from, noTarget, n, successor);
        continue;
      }
      const before = store.count;
      const target = store.admit(out.words, n * width, from);
      if (target >= 0) witness?.see(from, target, n, successor);
      if (store.count > before && out.ending[n] !== running) this.end(out.ending[n] ?? running, from, successor);
    }
  }

  private raise(from: number, n: number, successor: number): void {
    const { out } = this.steps;
    for (let word = 0; word < out.flagWords; word++) {
      const now = intAt(out.flags, n * out.flagWords + word);
      const fresh = now & ~intAt(this.raised, word);
      if (fresh === 0) continue;
      this.raised[word] = now | intAt(this.raised, word);
      for (let bit = 0; bit < flagsPerWord; bit++) {
        if ((fresh & (1 << bit)) !== 0) this.flags[word * flagsPerWord + bit] = { from, successor };
      }
    }
  }

  private end(ending: number, from: number, successor: number): void {
    this.endings.set(ending, (this.endings.get(ending) ?? 0) + 1);
    this.note(this.firstEndings, ending, from, successor);
  }

  private note(firsts: Map<number, Edge>, key: number, from: number, successor: number): void {
    if (!firsts.has(key)) firsts.set(key, { from, successor });
  }

  /** Number of states in which nothing can happen any more and no outcome holds. */
  get deadlocks(): number {
    return this.endings.get(deadlock) ?? 0;
  }

  /** The options taken along edges. */
  optionsAlong(edges: readonly Edge[]): readonly TakenOption[] {
    const { steps, store } = this;
    return edges.flatMap(({ from, successor }) =>
      from < 0 ? steps.explainBeginning(successor) : (steps.explain(store.words, from * store.width)[successor] ?? []),
    );
  }

  /** The edge from a state to another. */
  edgeTo(from: number, state: number): Edge {
    return { from, successor: this.successorTo(from, state) };
  }

  /** A shortest path to a state from where runs begin, as edges. */
  pathTo(state: number): readonly Edge[] {
    const path: Edge[] = [];
    for (let at = state; at >= 0; at = this.store.parent[at] ?? -1) {
      path.push(this.edgeTo(this.store.parent[at] ?? -1, at));
    }
    return path.reverse();
  }

  /** The first successor of a state that is a given one; it is not one that a property decides. */
  private successorTo(from: number, state: number): number {
    const { steps, store } = this;
    let first = 0;
    let count = from < 0 ? steps.begin("first") : steps.expand(store.words, from * store.width);
    while (count > 0) {
      for (let n = 0; n < count; n++) if (this.isSame(n, state)) return first + n;
      first += count;
      count = from < 0 ? steps.begin("next") : 0;
    }
    throw new Error("a state is not among the successors of the one it was found from");
  }

  private isSame(n: number, state: number): boolean {
    const { steps, store } = this;
    const { width } = store;
    for (let word = 0; word < width; word++) {
      if (steps.out.words[n * width + word] !== store.words[state * width + word]) return false;
    }
    return true;
  }
}

/** Whether a successor is among those of the same choice before it. */
export function repeats(words: Int32Array, width: number, group: number, n: number): boolean {
  for (let other = group; other < n; other++) {
    let word = 0;
    while (word < width && words[other * width + word] === words[n * width + word]) word++;
    if (word === width) return true;
  }
  return false;
}
