/**
 * The one module of a PRISM file: what a state holds, and every step as a command.
 *
 * `cursor` is the point of the round's protocol; `stage` tells whether somebody chooses, the rules that a step triggers
 * are settled, or hidden values are drawn. The updates of a command read the state before it, as a step's effects do; a
 * step notes in `was_RULE` which conditions held before it. Then one rule applies after the other, the first in order
 * that holds now and did not before, and at last the outcomes are tested.
 */
import { Faulted } from "../engine/faulted.ts";
import { hasMoreStarts, initialStates } from "../engine/initial.ts";
import { enactLaw, split } from "../engine/law.ts";
import { markKey } from "../scenario/evaluate.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Actor, Assignment, Incident, Move } from "../scenario/model.ts";
import { firstEnds, settledEnds } from "./prismEnds.ts";
import { enclosed, literal } from "./prismExpression.ts";
import { defineShares } from "./prismShares.ts";
import type { PrismTerms } from "./prismTerms.ts";

/** More combinations of hidden values than this make no readable file. */
const startsMax = 10_000;

/** Updates of one way that a step can turn out. */
type Updates = readonly string[];

/** The module. Shares of options are defined along the way. */
export function writeModule(terms: PrismTerms): string {
  return new ModuleWriter(terms).write();
}

/** How runs can begin. */
function startsOf({ model, treatment }: PrismTerms): ReturnType<typeof initialStates> {
  const law = enactLaw(model, treatment);
  try {
    if (!hasMoreStarts(law, startsMax)) return initialStates(law);
  } catch (error) {
    if (!(error instanceof Faulted)) throw error;
    throw new Mistake(`no run can begin: ${error.message}`, "correct the odds, or set other assumptions");
  }
  throw new Mistake(
    `the hidden initial values combine in more than ${startsMax} ways, which are too many for a file`,
    "give fewer of them more than one value, or restrict them with `start`",
  );
}

class ModuleWriter {
  readonly terms: PrismTerms;

  constructor(terms: PrismTerms) {
    this.terms = terms;
  }

  write(): string {
    const { terms } = this;
    const { order, names, ending } = terms;
    const starts = startsOf(terms);
    const blocks = [
      this.variables(starts),
      ...(starts.length > 1 ? [this.draws(starts)] : []),
      this.beginning(),
      this.settling(),
      ...order.map((point) => this.commandsAt(point)),
      [`[] ${ending} > 0 -> true;`],
    ];
    const text = blocks.map((lines) => lines.map((line) => `  ${line}`).join("\n")).join("\n\n");
    return `module ${names.give("module", "scenario")}\n${text}\nendmodule`;
  }

  private variables(starts: ReturnType<typeof initialStates>): readonly string[] {
    const { terms } = this;
    const { model, names, cursor, stage, ending, round, order } = terms;
    const [first] = starts;
    return [
      // A run that is over as it begins stands where others come to an end at the end of a round.
      `${cursor} : [0..${order.length - 1}] init ${order.length - 1};`,
      `${stage} : [0..3] init ${starts.length > 1 ? 2 : 3};`,
      `${ending} : [0..${model.outcomes.length + 1}] init 0;`,
      ...(terms.keepsRound ? [`${round} : [0..${terms.horizon}] init 0;`] : []),
      ...model.tracks.map(({ id, states }) => {
        const state = names.of(`state:${id}.${first?.state.tracks[id] ?? ""}`);
        return `${names.of(`name:${id}`)} : [0..${states.length - 1}] init ${state};`;
      }),
      ...model.variables.map(({ id, kind, low, high }) => {
        const value = String(first?.state.variables[id]);
        return `${names.of(`name:${id}`)} : ${kind === "flag" ? "bool" : `[${low}..${high}]`} init ${value};`;
      }),
      ...terms.counters.map(({ counts, mark, high }) => {
        const never = counts === "since" && mark.kind !== "track";
        return `${names.of(`${counts}:${markKey(mark)}`)} : [0..${high}] init ${never ? high : 0};`;
      }),
      ...model.rules.map(({ id }) => `${names.of(`was:${id}`)} : bool init true;`),
    ];
  }

  private draws(starts: ReturnType<typeof initialStates>): readonly string[] {
    const { model, names, stage } = this.terms;
    const values = starts.map(({ state }) => [
      ...model.tracks.map(({ id }) => [id, names.of(`state:${id}.${state.tracks[id] ?? ""}`)] as const),
      ...model.variables.map(({ id }) => [id, String(state.variables[id])] as const),
    ]);
    const hidden = (values[0] ?? []).flatMap(([, first], index) =>
      values.some((one) => one[index]?.[1] !== first) ? [index] : [],
    );
    const ways = starts.map(({ odds }, start) => {
      const drawn = hidden.map((index) => {
        const [id = "", value = ""] = values[start]?.[index] ?? [];
        return `(${names.of(`name:${id}`)}' = ${value})`;
      });
      return `${literal(odds)} : ${joined([...drawn, `(${stage}' = 3)`])}`;
    });
    return ["// Hidden values are drawn", `[] ${stage} = 2 -> ${waysText(ways)};`];
  }

  /** An outcome may hold at once; no rule follows from how a run begins. */
  private beginning(): readonly string[] {
    const { cursor, stage, ending } = this.terms;
    const { ends, onward } = firstEnds(this.terms);
    return [
      "// A run begins",
      ...ends.map((end) => `[] ${end.guard} -> (${stage}' = 1) & (${ending}' = ${end.ending});`),
      `[] ${onward} -> (${stage}' = 0) & (${cursor}' = 0);`,
    ];
  }

  /** Rules one after the other, then outcomes. */
  private settling(): readonly string[] {
    const { model, names, stage, ending } = this.terms;
    const settles = `${stage} = 1 & ${ending} = 0`;
    const lines = ["// What follows from a step: rules in order, then outcomes"];
    const passed: string[] = [];
    for (const { id, then } of model.rules) {
      const due = names.of(`due:${id}`);
      const updates = joined([...this.block(then), `(${names.of(`was:${id}`)}' = true)`]);
      lines.push(`[] ${[settles, ...passed, due].join(" & ")} -> ${updates};`);
      passed.push(`!${due}`);
    }
    const rest = model.rules.map(({ id }) => `(${names.of(`was:${id}`)}' = true)`);
    const { ends, onward } = settledEnds(this.terms);
    return [
      ...lines,
      ...ends.map((end) => `[] ${end.guard} -> ${joined([...rest, `(${ending}' = ${end.ending})`])};`),
      `[] ${onward} -> ${joined([...rest, `(${stage}' = 0)`])};`,
    ];
  }

  /** Effects, in which every right-hand side reads the state before. */
  private block(then: readonly Assignment[]): Updates {
    const { terms } = this;
    const { model, printer, names } = terms;
    return then.flatMap(({ target, id, value }) => {
      const name = names.of(`name:${id}`);
      if (target === "track") {
        const { text } = printer.whole(value);
        const since = terms.counter("since", `track:${id}`)?.name;
        const entered = since === undefined ? [] : [`(${since}' = (${enclosed(text)} = ${name}) ? ${since} : 0)`];
        return [`(${name}' = ${text})`, ...entered];
      }
      const variable = model.variables.find((one) => one.id === id);
      if (variable === undefined || variable.kind === "flag") return [`(${name}' = ${printer.condition(value)})`];
      const { low, high, kind } = variable;
      const { text, holds } = printer.whole(value);
      const inside = kind === "scale" ? `max(${low}, min(${high}, ${text}))` : text;
      // A fraction is a fault of the model: it becomes a value that PRISM refuses.
      return [`(${name}' = ${holds === null ? inside : `(${holds}) ? ${enclosed(inside)} : ${high + 1}`})`];
    });
  }

  /** What a step's own counters do. */
  private counted(mark: string): Updates {
    const since = this.terms.counter("since", mark);
    const made = this.terms.counter("made", mark);
    return [
      ...(since === null ? [] : [`(${since.name}' = 0)`]),
      ...(made === null ? [] : [`(${made.name}' = min(${made.high}, ${made.name} + 1))`]),
    ];
  }

  /** What every step does besides: it moves the cursor on, and rules will look at what held before. */
  private onward(point: string): Updates {
    return [this.past(point), `(${this.terms.stage}' = 1)`, ...this.noted()];
  }

  private past(point: string): string {
    const { cursor, order } = this.terms;
    return `(${cursor}' = ${(order.indexOf(point) + 1) % order.length})`;
  }

  private noted(): Updates {
    const { model, names } = this.terms;
    return model.rules.map(({ id }) => `(${names.of(`was:${id}`)}' = ${names.of(`rule:${id}`)})`);
  }

  /** The ways in which a step can turn out, each with its share. */
  private ways(step: Move | Incident, mark: string, point: string): readonly (readonly [string | null, string])[] {
    const { branches, then } = step;
    const besides = [...this.counted(mark), ...this.onward(point)];
    if (branches.length === 0) return [[null, joined([...this.block(then), ...besides])]];
    const odds = branches.map((branch) => this.terms.bounds.weight(branch.odds));
    return branches.map((branch, index) => [
      branches.length === 1 ? null : `${odds[index]} / (${odds.join(" + ")})`,
      joined([...this.block([...then, ...branch.then]), ...besides]),
    ]);
  }

  private commandsAt(point: string): readonly string[] {
    const [kind, id] = split(point);
    const { model } = this.terms;
    if (kind === "incident") {
      const incident = model.incidents.find((one) => one.id === id);
      return incident === undefined ? [] : this.incident(incident, point);
    }
    if (kind === "tick") return this.tick(point);
    const actor = model.actors.find((one) => one.id === id);
    return actor === undefined ? this.free(point) : this.turn(actor, point);
  }

  private incident(incident: Incident, point: string): readonly string[] {
    const { terms } = this;
    const chance = terms.names.of(`chance:${incident.id}`);
    const here = terms.at(point);
    const past = this.past(point);
    const ways = this.ways(incident, point, point).map(([share, updates]) => `${product(chance, share)} : ${updates}`);
    const action = terms.names.give(`action:${point}`, `incident_${incident.id}`);
    return [
      `// ${terms.title("incidents", incident.id)}`,
      `[${action}] ${here} & ${chance} != 0 -> ${waysText([...ways, `1 - ${chance} : ${past}`])};`,
      // A chance that is none (below 0, above 1, no number) is met by the command above, where PRISM refuses it.
      `[] ${here} & ${chance} = 0 -> ${past};`,
    ];
  }

  private turn(actor: Actor, point: string): readonly string[] {
    const { terms } = this;
    const { names, ending, otherwise } = terms;
    const here = terms.at(point);
    const moves = terms.movesAt(point);
    const any = terms.define(`any:${actor.id}`, `any_${actor.id}`, anyOf(moves, names.of.bind(names)));
    const mayHold = actor.mustMove ? `!${any}` : null;
    const stop = `!${any} & ${terms.stops ? names.of("still") : "false"}`;
    const live = terms.stops ? `${here} & !(${stop})` : here;
    const lines = [
      `// ${terms.title("actors", actor.id)}`,
      ...(terms.stops ? [`[] ${here} & ${stop} -> (${ending}' = ${otherwise});`] : []),
    ];
    if (terms.isOpen(point)) {
      const action = names.give(`action:hold:${actor.id}`, `hold_${actor.id}`);
      const holds = mayHold === null ? live : `${live} & ${mayHold}`;
      return [
        ...lines,
        ...moves.map((move) => this.openMove(move, point)),
        `[${action}] ${holds} -> ${this.past(point)};`,
      ];
    }
    const shares = defineShares(terms, actor.id, moves, { id: actor.id, when: mayHold ?? "true" });
    const ways = moves.flatMap((move) => this.weighed(move, shares(move.id), point));
    const action = names.give(`action:${point}`, `turn_${actor.id}`);
    return [...lines, `[${action}] ${live} -> ${waysText([...ways, `${shares("hold")} : ${this.past(point)}`])};`];
  }

  /** Any one actor makes one move. */
  private free(point: string): readonly string[] {
    const { terms } = this;
    const { names } = terms;
    const here = terms.at(point);
    const moves = terms.movesAt(point);
    const any = terms.define("any", "any_move", anyOf(moves, names.of.bind(names)));
    const idle = `[] ${here} & !${any} -> ${this.past(point)};`;
    if (terms.isOpen(point)) return ["// Any one actor", ...moves.map((move) => this.openMove(move, point)), idle];
    const shares = defineShares(terms, "any", moves, null);
    const ways = moves.flatMap((move) => this.weighed(move, shares(move.id), point));
    const action = names.give(`action:${point}`, "turn");
    return ["// Any one actor", `[${action}] ${here} & ${any} -> ${waysText(ways)};`, idle];
  }

  private openMove(move: Move, point: string): string {
    const { names } = this.terms;
    const ways = this.ways(move, `move:${move.id}`, point);
    const texts = ways.map(([share, updates]) => (share === null ? updates : `${share} : ${updates}`));
    const action = names.give(`action:move:${move.id}`, `move_${move.id}`);
    return `[${action}] ${this.terms.at(point)} & ${names.of(`may:${move.id}`)} -> ${waysText(texts)};`;
  }

  private weighed(move: Move, share: string, point: string): readonly string[] {
    return this.ways(move, `move:${move.id}`, point).map(
      ([branch, updates]) => `${product(share, branch)} : ${updates}`,
    );
  }

  private tick(point: string): readonly string[] {
    const { terms } = this;
    const { cursor, stage, ending, round, names, otherwise } = terms;
    const here = terms.at(point);
    const older = terms.counters.flatMap(({ counts, mark, high }) => {
      const name = names.of(`${counts}:${markKey(mark)}`);
      return counts === "since" ? [`(${name}' = min(${high}, ${name} + 1))`] : [];
    });
    const next = terms.keepsRound ? [`(${round}' = ${round} + 1)`] : [];
    const updates = joined([...next, ...older, `(${cursor}' = 0)`, `(${stage}' = 1)`, ...this.noted()]);
    if (!terms.stops) return ["// The clock", `[] ${here} -> ${updates};`];
    const still = names.of("still");
    return [
      "// The clock",
      `[] ${here} & ${still} -> (${ending}' = ${otherwise});`,
      `[] ${here} & !${still} -> ${updates};`,
    ];
  }
}

const joined = (updates: Updates): string => (updates.length === 0 ? "true" : updates.join(" & "));

const waysText = (ways: readonly string[]): string => ways.join("\n      + ");

const product = (one: string, other: string | null): string => (other === null ? one : `${one} * (${other})`);

function anyOf(moves: readonly Move[], nameOf: (key: string) => string): string {
  return moves.length === 0 ? "false" : moves.map(({ id }) => nameOf(`may:${id}`)).join(" | ");
}
