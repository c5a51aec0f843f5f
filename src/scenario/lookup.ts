/**
 * What the names in an expression stand for, and what to say of a name that stands for nothing.
 *
 * A name is a variable, assumption, term or track, or a word such as `round`; a track's states are looked up only
 * opposite their track; moves, incidents and tracks only inside the functions that take them. Whatever a scope does not
 * allow to be read is refused here. Types of larger parts are not looked at.
 */
import type { Expression } from "./expression.ts";
import {
  isNameFunction,
  type NamedKind,
  type NameFunctionName,
  nameFunctions,
  numberFunctionOf,
  numberFunctionWords,
} from "./functions.ts";
import { nearest } from "./suggest.ts";
import { reservedWords, type Syntax, type TextSpan, ungrouped } from "./syntax.ts";
import { error, type Report } from "./token.ts";

/** The names that an expression may use, and what it may read. */
export interface ExpressionScope {
  /** States of each track, in order. */
  readonly tracks: ReadonlyMap<string, readonly string[]>;
  readonly variables: ReadonlyMap<string, "number" | "condition">;
  readonly assumptions: ReadonlyMap<string, "number" | "condition">;
  readonly terms: ReadonlyMap<string, "number" | "condition">;
  readonly actors: ReadonlySet<string>;
  /** Actor of each move. */
  readonly moves: ReadonlyMap<string, string>;
  readonly incidents: ReadonlySet<string>;
  /** Outcomes and groups, each with the outcomes that it stands for. */
  readonly outcomes: ReadonlyMap<string, readonly string[]>;
  /** Finds the name that was meant; left out: compares with every candidate. */
  readonly nearest?: (name: string, candidates: Iterable<string>) => string | null;
  readonly allows: {
    /** False: only assumptions and literals, as in the odds of initial values. */
    readonly state: boolean;
    /** Whether rounds begin at times of the day: then a date without a time stands for the whole day. */
    readonly times: boolean;
    /** False: the scenario has no dates. */
    readonly clock: boolean;
    /** False: nothing may ask for the outcome. */
    readonly outcome: boolean;
    /** False: nothing may ask what an actor chose. */
    readonly choices: boolean;
  };
}

/** A resolved part: for a state, also the track it belongs to. */
export type Typed =
  | { readonly expression: Expression; readonly type: "number" | "condition"; readonly track: null }
  | { readonly expression: Expression; readonly type: "state"; readonly track: string };

/** Bare names are read as states of this track first; `subject` is the side of a comparison that names the track. */
export interface Opposite {
  readonly track: string;
  readonly subject: boolean;
}

/** An actor whose choice is asked for, and its moves. */
export interface Chooser {
  readonly actor: string;
  readonly moves: readonly string[];
}

type Name = Syntax & { readonly kind: "name" };
type Call = Syntax & { readonly kind: "call" };

/** A part that is a number. */
export function numeric(expression: Expression): Typed {
  return { expression, type: "number", track: null };
}

/** A part that is a condition. */
export function conditional(expression: Expression): Typed {
  return { expression, type: "condition", track: null };
}

/** Names as a list in a sentence; a long one is cut. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).map((name) => `\`${name}\``);
  return names.length > 8 ? `${shown.join(", ")} and ${names.length - 8} more` : shown.join(", ");
}

/** What a function of names takes, as a sentence says it: `a track, move or incident`. */
function takenBy(name: NameFunctionName): string {
  const kinds: readonly NamedKind[] = nameFunctions[name];
  return `${kinds[0] === "actor" ? "an" : "a"} ${[kinds.slice(0, -1).join(", "), ...kinds.slice(-1)].filter((part) => part !== "").join(" or ")}`;
}

/** Functions of other languages, and what to write instead. */
const absentFunctions: ReadonlyMap<string, string> = new Map([
  ["ceil", "write `-floor(-x)`"],
  ["pow", "there are no powers: write `x * x`"],
  ["sqrt", "there are no roots: compare squares, like `x * x < y`"],
  ["clamp", "write `max(low, min(x, high))`"],
  ["count", "to count how often a move was made, write `made(MOVE)`"],
  ["random", "chance has its own places: `odds`, `chance` and `branches`"],
]);

/** The names of one scope. */
export class Lookup {
  readonly scope: ExpressionScope;
  private readonly report: Report;
  private readonly nearest: (name: string, candidates: Iterable<string>) => string | null;

  constructor(scope: ExpressionScope, report: Report) {
    this.scope = scope;
    this.report = report;
    this.nearest = scope.nearest ?? nearest;
  }

  /** The hint that proposes the nearest name, if one is near. */
  nearestHint(name: string, candidates: Iterable<string>): string | null {
    const near = this.nearest(name, candidates);
    return near === null ? null : didYouMean(near);
  }

  /** States of a track, in order; none if there is no such track. */
  states(track: string): readonly string[] {
    return this.scope.tracks.get(track) ?? [];
  }

  /** The track that a part is a state of, if that can be told without what stands opposite. */
  trackOf(syntax: Syntax): string | null {
    const inner = ungrouped(syntax);
    if (inner.kind === "if") return this.trackOf(inner.then) ?? this.trackOf(inner.else);
    if (inner.kind === "call" && (inner.name === "next" || inner.name === "previous")) {
      const argument = inner.of[0] === undefined ? inner : ungrouped(inner.of[0]);
      return argument.kind === "name" && this.scope.tracks.has(argument.name) ? argument.name : null;
    }
    return inner.kind === "name" && this.scope.tracks.has(inner.name) ? inner.name : null;
  }

  /** Whether a bare name has a value of its own. */
  isValue(name: string): boolean {
    const { tracks, variables, assumptions, terms } = this.scope;
    return (
      tracks.has(name) || variables.has(name) || assumptions.has(name) || terms.has(name) || reservedWords.has(name)
    );
  }

  /** Resolves a bare name. */
  resolve(syntax: Name, opposite: Opposite | null): Typed | null {
    const { name } = syntax;
    const { tracks, variables, assumptions, terms } = this.scope;
    if (opposite !== null && !(opposite.subject && name === opposite.track)) {
      const { track } = opposite;
      if (this.states(track).includes(name))
        return { expression: { op: "state", track, id: name }, type: "state", track };
    }
    const assumed = assumptions.get(name);
    if (assumed !== undefined) return { expression: { op: "assumption", id: name }, type: assumed, track: null };
    const read = variables.get(name) ?? terms.get(name);
    if (read === undefined && !tracks.has(name)) return this.word(syntax, opposite);
    if (!this.mayReadState(syntax, name)) return null;
    if (read === undefined) return { expression: { op: "track", id: name }, type: "state", track: name };
    return { expression: { op: variables.has(name) ? "variable" : "term", id: name }, type: read, track: null };
  }

  /** Resolves a call of a function that takes a name; undefined if it takes something else. */
  resolveCall(syntax: Call): Typed | null | undefined {
    const { name } = syntax;
    if (!isNameFunction(name)) return undefined;
    const wanted = takenBy(name);
    const [argument, ...others] = syntax.of;
    const inner = argument === undefined ? null : ungrouped(argument);
    if (inner === null || inner.kind !== "name" || others.length > 0) {
      if (inner?.kind !== "broken") {
        const message = `\`${name}\` takes the name of ${wanted}, and nothing else`;
        this.report(error("wrong-arguments", syntax, message, `write \`${name}(NAME)\``));
      }
      return null;
    }
    if (!this.mayReadState(syntax, `${name}(${inner.name})`)) return null;
    return this.nameCall(name, inner);
  }

  private nameCall(op: NameFunctionName, argument: Name): Typed | null {
    const { name: id } = argument;
    if (op === "chose") return this.bareChoice(argument);
    const kinds: readonly NamedKind[] = nameFunctions[op];
    const [kind, second] = kinds.filter((one) => this.isNamed(one, id));
    if (kind === undefined || kind === "actor") {
      const candidates = kinds.flatMap((one) => [...this.namesOf(one)]);
      return this.reportArgument(op, argument, takenBy(op), candidates);
    }
    if (second !== undefined) {
      const message = `\`${id}\` is the name of a ${kind} and of ${second === "move" ? "a move" : "an incident"} as well`;
      this.report(error("ambiguous-name", argument, message, "rename one of them"));
      return null;
    }
    switch (op) {
      case "since":
      case "made":
        return numeric({ op, mark: { kind, id } });
      case "rung":
        return numeric({ op, id });
      case "next":
      case "previous":
        return { expression: { op, id }, type: "state", track: id };
    }
  }

  /** What an actor chose is no value: it is only compared. */
  private bareChoice({ name, ...span }: Name): null {
    const message = `\`chose(${name})\` stands only in a comparison with a move of \`${name}\`, or with \`hold\``;
    this.report(error("bare-choice", span, message, `write \`chose(${name}) is MOVE\``));
    return null;
  }

  /** The actor whose choice is asked for, and what it can choose; null after a complaint. */
  chooser(call: Call): Chooser | null {
    const { actors, moves, allows } = this.scope;
    const [argument, ...others] = call.of;
    const inner = argument === undefined ? null : ungrouped(argument);
    if (inner === null || inner.kind !== "name" || others.length > 0) {
      this.resolveCall(call);
      return null;
    }
    const { name: actor } = inner;
    if (!actors.has(actor)) return this.reportArgument("chose", inner, takenBy("chose"), actors);
    if (!allows.choices) {
      const message = `what \`${actor}\` chose may be read only in a tally that counts \`per: step\` and nothing else`;
      const hint = "elsewhere write `made(MOVE)`, or let the move set a flag";
      this.report(error("choice-not-allowed", call, message, hint));
      return null;
    }
    return { actor, moves: [...moves].filter(([, by]) => by === actor).map(([move]) => move) };
  }

  private isNamed(kind: NamedKind, id: string): boolean {
    const { actors, tracks, moves, incidents } = this.scope;
    return { actor: actors, track: tracks, move: moves, incident: incidents }[kind].has(id);
  }

  /** The names of one kind, in document order. */
  private namesOf(kind: NamedKind): Iterable<string> {
    const { actors, tracks, moves, incidents } = this.scope;
    switch (kind) {
      case "track":
        return tracks.keys();
      case "actor":
        return actors;
      case "move":
        return moves.keys();
      case "incident":
        return incidents;
    }
  }

  private reportArgument(call: string, argument: Name, wanted: string, candidates: Iterable<string>): null {
    const near = this.nearest(argument.name, candidates);
    const owners = this.tracksWith(argument.name);
    const owner = call === "made" || owners.length !== 1 ? undefined : owners[0];
    const message = `\`${argument.name}\` is not the name of ${wanted}, which \`${call}\` takes`;
    const hint = near !== null ? didYouMean(near) : owner === undefined ? null : `write \`${call}(${owner})\``;
    this.report(error("unknown-name", argument, message, hint));
    return null;
  }

  /** Complains of a function that does not exist. */
  reportFunction(syntax: Call): null {
    const { name } = syntax;
    const span = { start: syntax.start, end: syntax.start + name.length };
    if (this.isValue(name) && !absentFunctions.has(name)) {
      this.report(error("not-a-function", span, `\`${name}\` is not a function: it takes no arguments`));
      return null;
    }
    const functions = [...numberFunctionWords, ...Object.keys(nameFunctions)];
    const near = this.nearest(name, functions);
    const hint = absentFunctions.get(name) ?? (near === null ? null : didYouMean(near));
    const message = `there is no function \`${name}\`; the functions are ${functions.map((one) => `\`${one}\``).join(", ")}`;
    this.report(error("unknown-function", span, message, hint));
    return null;
  }

  /** Whether the scope lets a part read the state of the run; complains if not. */
  private mayReadState(span: TextSpan, written: string): boolean {
    if (this.scope.allows.state) return true;
    const message = `\`${written}\` may change during a run; only assumptions and plain values may stand here`;
    this.report(error("state-not-allowed", span, message, this.nearestHint(written, this.scope.assumptions.keys())));
    return false;
  }

  /** Whether the scenario has dates; complains if not. */
  mayReadClock(span: TextSpan): boolean {
    if (this.scope.allows.clock) return true;
    const message = "the scenario has no dates: they need a `clock`";
    this.report(
      error("no-clock", span, message, "give the scenario a `clock` with `start` and `step`, or use `round`"),
    );
    return false;
  }

  /** One of the language's own words, or a name that is none at all. */
  private word(syntax: Name, opposite: Opposite | null): Typed | null {
    const { name } = syntax;
    if (name === "round") return this.mayReadState(syntax, name) ? numeric({ op: "round" }) : null;
    if (name === "date" || name === "days") {
      return this.mayReadState(syntax, name) && this.mayReadClock(syntax) ? numeric({ op: name }) : null;
    }
    if (opposite === null || reservedWords.has(name)) this.reportFree(syntax);
    else this.reportState(syntax, opposite.track);
    return null;
  }

  private reportState(syntax: Name, track: string): void {
    const states = this.states(track);
    const owners = this.tracksWith(syntax.name);
    const similar = this.nearest(syntax.name, states);
    const elsewhere = owners.length > 0 ? `, but of ${listed(owners)}` : "";
    const message = `\`${syntax.name}\` is not a state of \`${track}\`${elsewhere}; its states are ${listed(states)}`;
    this.report(error("unknown-state", syntax, message, similar === null ? null : didYouMean(similar)));
  }

  /** Complains of a name that stands free and has no value. */
  private reportFree(syntax: Name): void {
    const { name } = syntax;
    const { moves, incidents, outcomes } = this.scope;
    const wanted = isNameFunction(name) ? takenBy(name) : numberFunctionOf(name) !== null ? "numbers" : null;
    const owners = this.tracksWith(name);
    const [owner] = owners;
    if (name === "outcome") {
      const message = "`outcome` stands only in a comparison with the name of an outcome";
      this.report(error("bare-outcome", syntax, message, "write `outcome is NAME`"));
    } else if (wanted !== null) {
      const message = `\`${name}\` is a function and takes ${wanted} in parentheses`;
      this.report(error("wrong-arguments", syntax, message, `write \`${name}(...)\``));
    } else if (owner !== undefined) {
      const hint =
        owners.length === 1 ? `write \`${owner} is ${name}\`` : `write \`TRACK is ${name}\` with one of them`;
      const message = `\`${name}\` is a state of ${listed(owners)}, not a condition by itself`;
      this.report(error("free-state", syntax, message, hint));
    } else if (moves.has(name) || incidents.has(name)) {
      const message = `\`${name}\` is ${moves.has(name) ? "a move" : "an incident"}, which has no value by itself`;
      this.report(error("free-move", syntax, message, `write \`made(${name}) > 0\` if it was ever made`));
    } else if (outcomes.has(name)) {
      const hint = this.scope.allows.outcome ? `write \`outcome is ${name}\`` : null;
      this.report(error("free-outcome", syntax, `\`${name}\` is an outcome, which has no value by itself`, hint));
    } else {
      this.report(error("unknown-name", syntax, `there is nothing named \`${name}\` here`, this.freeHint(name)));
    }
  }

  private freeHint(name: string): string | null {
    const { tracks, allows } = this.scope;
    const value = this.nearest(name, this.valueNames());
    if (value !== null) return didYouMean(value);
    if (!allows.state) return null;
    const state = this.nearest(name, tracksByState(tracks).keys());
    const [owner] = state === null ? [] : this.tracksWith(state);
    return owner === undefined ? null : didYouMean(`${owner} is ${state}`);
  }

  /** Everything that has a value by itself. */
  private *valueNames(): Iterable<string> {
    const { tracks, variables, assumptions, terms, allows } = this.scope;
    if (allows.state) for (const names of [tracks, variables, assumptions, terms]) yield* names.keys();
    else yield* assumptions.keys();
    yield* allows.state ? ["round", "date", "days", "true", "false"] : ["true", "false"];
  }

  /** The tracks that have a state of this name. */
  private tracksWith(state: string): readonly string[] {
    return tracksByState(this.scope.tracks).get(state) ?? [];
  }
}

type Tracks = ExpressionScope["tracks"];

const indices = new WeakMap<Tracks, ReadonlyMap<string, readonly string[]>>();

/** By state, the tracks that have it, in document order; made once for the tracks of a document. */
function tracksByState(tracks: Tracks): ReadonlyMap<string, readonly string[]> {
  const known = indices.get(tracks);
  if (known !== undefined) return known;
  const index = new Map<string, string[]>();
  for (const [track, states] of tracks) {
    for (const state of states) index.set(state, [...(index.get(state) ?? []), track]);
  }
  indices.set(tracks, index);
  return index;
}

function didYouMean(written: string): string {
  return `did you mean \`${written}\`?`;
}
