/**
 * An independent referee of runs: the semantics of a run written down a second time, as plainly as possible.
 *
 * It shares nothing with the engine but how expressions are valued, the calendar and the words that luck draws. From the
 * events it takes only what somebody else chose (a person, a script's branch, a stop); everything else it works out
 * itself, and it names the first event that is not what it should be.
 */
import type { Luck } from "../../src/chance/draw.ts";
import type { Choice, RunEvent } from "../../src/engine/event.ts";
import type { State } from "../../src/engine/state.ts";
import type { Treatment } from "../../src/engine/treatment.ts";
import { dateOfRound } from "../../src/scenario/calendar.ts";
import { compileExpression, EvaluationFault } from "../../src/scenario/evaluate.ts";
import type { Expression } from "../../src/scenario/expression.ts";
import type { Assignment, Branch, Incident, Model, Move } from "../../src/scenario/model.ts";

/** What should happen next, and the state that should follow. */
interface Due {
  readonly event: Readonly<Record<string, unknown>>;
  readonly after: State;
}

/** The first event that breaks the semantics, as a sentence; null where all are as they should be. */
export function judge(model: Model, treatment: Treatment, events: readonly RunEvent[], luck: Luck): string | null {
  const [started] = events;
  if (started?.type !== "RunStarted") return "0: a run starts with RunStarted";
  let position = 1;
  let state = started.state;
  const referee = new Referee(model, treatment, luck);
  const second = events[1];
  const undrawn = second?.type === "ModelFaulted" && /^(initial|start)\b/.test(second.fault.path);
  if (undrawn) return events.length === 2 ? null : "2: a run without a start goes on";
  const start = referee.startBreak(state);
  if (start !== null) return `0: ${start}`;
  for (const due of referee.play(state, () => events[position])) {
    const event = events[position];
    if (event === undefined) return `${position}: ${String(due.event.type)} is missing`;
    for (const [key, value] of Object.entries(due.event)) {
      const found = (event as unknown as Record<string, unknown>)[key];
      if (JSON.stringify(found) !== JSON.stringify(value)) {
        return `${position}: ${key} is ${JSON.stringify(found)}, not ${JSON.stringify(value)}`;
      }
    }
    state = folded(state, event);
    const apart = difference(state, due.after);
    if (apart !== null) return `${position}: after ${event.type}, ${apart}`;
    position += 1;
  }
  return position === events.length ? null : `${position}: ${events[position]?.type} comes after the end`;
}

function folded(state: State, event: RunEvent): State {
  if (event.type === "RunStarted") return event.state;
  const { changes } = event;
  return {
    ...state,
    ...changes,
    tracks: { ...state.tracks, ...changes.tracks },
    variables: { ...state.variables, ...changes.variables },
    entered: { ...state.entered, ...changes.entered },
    made: { ...state.made, ...changes.made },
  };
}

function difference(found: State, due: State): string | null {
  for (const key of Object.keys(due) as (keyof State)[]) {
    const sorted = (value: unknown): string =>
      JSON.stringify(
        value !== null && typeof value === "object"
          ? Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
          : value,
      );
    if (sorted(found[key]) !== sorted(due[key])) return `${key} is ${sorted(found[key])}, not ${sorted(due[key])}`;
  }
  return null;
}

class Fault extends Error {}

/** What a move does to a name. */
interface Contributed {
  readonly id: string;
  readonly sets: boolean;
  readonly amount: number;
}

/** One of the moves made together, or holding. */
interface Together {
  readonly choice: Choice;
  readonly definition: Move | null;
  readonly branch: Branch | null;
  readonly effects: readonly Contributed[];
}

const byName = (values: ReadonlyMap<string, number>): readonly (readonly [string, number])[] =>
  [...values].sort(([one], [other]) => (one < other ? -1 : 1));

function permutations(names: readonly string[]): readonly (readonly string[])[] {
  if (names.length < 2) return [names];
  return names.flatMap((name, index) => permutations(names.toSpliced(index, 1)).map((rest) => [name, ...rest]));
}

class Referee {
  readonly #model: Model;
  readonly #treatment: Treatment;
  readonly #luck: Luck;
  readonly #points: readonly string[];
  readonly #compiled = new Map<Expression, (state: State) => number>();

  constructor(model: Model, treatment: Treatment, luck: Luck) {
    this.#model = model;
    this.#treatment = treatment;
    this.#luck = luck;
    const incidents = model.incidents.toSorted((one, other) => Number(one.date === null) - Number(other.date === null));
    const movers = this.#movers().map((actor) => `turn:${actor}`);
    const turns = treatment.turns === "in order" ? movers : movers.slice(0, 1).map(() => "turn");
    this.#points = [...incidents.map(({ id }) => `incident:${id}`), ...turns, "tick"];
  }

  /** Why a state is no beginning of a run; null if it is one. Its shares are a matter of statistics. */
  startBreak(state: State): string | null {
    const { tracks, variables, start } = this.#model;
    for (const { id } of [...tracks, ...variables]) {
      const value = state.tracks[id] ?? state.variables[id];
      const entry = this.#treatment.initial[id]?.find((one) => one.value === value);
      if (entry === undefined || this.#value(entry.odds, state) <= 0) return `${id} cannot begin as ${value}`;
    }
    if (!this.#holds(start, state)) return "the start is not allowed";
    const fresh = { round: 0, entered: {}, made: {}, cursor: this.#points[0], outcome: null, ended: null };
    return difference(state, { ...state, ...fresh } as State);
  }

  /** Every event that a run should have, from its initial state on. */
  *play(start: State, peek: () => RunEvent | undefined): Generator<Due> {
    let state = start;
    try {
      for (const due of this.#rounds(start, peek)) {
        state = due.after;
        yield due;
      }
    } catch (error) {
      if (!(error instanceof Fault || error instanceof EvaluationFault)) throw error;
      yield { event: { type: "ModelFaulted" }, after: { ...state, ended: "fault" } };
    }
  }

  *#rounds(start: State, peek: () => RunEvent | undefined): Generator<Due> {
    let state = start;
    const outcome = this.#outcome(state);
    if (outcome !== undefined) return yield this.#end(state, "outcome", outcome);
    for (;;) {
      const next = peek();
      if (next?.type === "RunEnded" && next.reason === "unfinished") return yield this.#end(state, "unfinished", null);
      const due = this.#next(state, next);
      const before = state;
      state = due.after;
      yield due;
      if (state.ended !== null) return;
      for (const follows of this.#consequences(before, state, due.event.type === "RoundOpened")) {
        state = follows.after;
        yield follows;
      }
      if (state.ended !== null) return;
    }
  }

  /** Rules as edges against the state before the step, then outcomes, then the horizon. */
  *#consequences(before: State, reached: State, ticked: boolean): Generator<Due> {
    let state = reached;
    const applied = new Set<string>();
    const { rules, outcomes } = this.#model;
    for (;;) {
      const rule = rules.find(
        ({ id, when }) => !applied.has(id) && this.#holds(when, state) && !this.#holds(when, before),
      );
      if (rule === undefined) break;
      applied.add(rule.id);
      state = { ...state, ...this.#block(state, rule.then) };
      yield { event: { type: "RuleApplied", rule: rule.id }, after: state };
    }
    const outcome = this.#outcome(state);
    if (outcome !== undefined) yield this.#end(state, "outcome", outcome);
    else if (ticked && state.round === this.#treatment.rounds) {
      const waited = outcomes.find(({ when, atEnd }) => when !== null && atEnd && this.#holds(when, state));
      yield this.#end(state, "outcome", (waited ?? outcomes.find(({ when }) => when === null))?.id ?? null);
    }
  }

  #outcome(state: State): string | undefined {
    return this.#model.outcomes.find(({ when, atEnd }) => when !== null && !atEnd && this.#holds(when, state))?.id;
  }

  #end(state: State, reason: NonNullable<State["ended"]>, outcome: string | null): Due {
    return { event: { type: "RunEnded", reason, outcome }, after: { ...state, ended: reason, outcome } };
  }

  /** The next step, tick or standstill. */
  #next(state: State, found: RunEvent | undefined): Due {
    for (const point of this.#points.slice(this.#points.indexOf(state.cursor))) {
      const [kind, id = ""] = point.split(":");
      if (kind === "incident") {
        const due = this.#incident(state, id);
        if (due !== null) return due;
      }
      if (kind === "turn") {
        const due = id === "" ? this.#sharedTurn(state, found) : this.#turn(state, id, found);
        if (due !== null) return due;
      }
    }
    if (this.#still(state)) return this.#standstill(state);
    const after = { ...state, round: state.round + 1, cursor: this.#points[0] ?? "tick" };
    return { event: { type: "RoundOpened", round: after.round }, after };
  }

  #standstill(state: State): Due {
    const otherwise = this.#model.outcomes.find(({ when }) => when === null)?.id ?? null;
    return this.#end(state, otherwise === null ? "deadlock" : "outcome", otherwise);
  }

  #incident(state: State, id: string): Due | null {
    const incident = this.#step(this.#model.incidents, id);
    const entry = this.#treatment.script.find(
      (one) => "incident" in one && one.incident === id && one.round === state.round,
    );
    const chance =
      this.#isToday(incident, state) && this.#holds(incident.when, state) ? this.#chance(incident, state) : 0;
    if (chance === 0) {
      if (entry !== undefined) throw new Fault("scripted, but not open");
      return null;
    }
    const occurs = chance === 1 || this.#luck.at(`incident:${id}`, state.round) < chance * 2 ** 32;
    if (entry === undefined && !occurs) return null;
    const branch = this.#branch(state, incident.branches, `branch:incident:${id}`, entry?.branch ?? null);
    const chosen = entry === undefined ? "draw" : "given";
    const event = { type: "IncidentOccurred", incident: id, chosen, branch: taken(branch, entry?.branch) };
    return {
      event,
      after: { ...this.#made(state, incident, `incident:${id}`, branch), cursor: this.#after(`incident:${id}`) },
    };
  }

  #turn(state: State, actor: string, found: RunEvent | undefined): Due | null {
    const options = this.#options(state, actor);
    if (options.length === 1 && options[0] === "hold" && this.#still(state)) return this.#standstill(state);
    const choice = this.#choice(state, actor, options, chosenElsewhere(found, actor));
    if (choice.move === "hold") {
      const event = { type: "TurnHeld", actor, chosen: choice.chosen };
      return { event, after: { ...state, cursor: this.#after(`turn:${actor}`) } };
    }
    return this.#move(state, choice, `turn:${actor}`);
  }

  #move(state: State, { actor, move, chosen, branch: forced }: Choice, point: string): Due {
    const definition = this.#step(this.#model.moves, move);
    const branch = this.#branch(state, definition.branches, `branch:${move}`, forced);
    const after = { ...this.#made(state, definition, `move:${move}`, branch), cursor: this.#after(point) };
    return { event: { type: "MoveMade", actor, move, chosen, branch: taken(branch, forced) }, after };
  }

  /** Simultaneous or free turns. */
  #sharedTurn(state: State, found: RunEvent | undefined): Due | null {
    if (this.#treatment.turns === "free") return this.#free(state, found);
    const all = this.#movers().map((actor) => ({ actor, options: this.#options(state, actor) }));
    if (all.every(({ options }) => options.join() === "hold") && this.#still(state)) return this.#standstill(state);
    const choices = all.map(({ actor, options }) => {
      return this.#choice(state, actor, options, chosenElsewhere(found, actor));
    });
    const chosen = choices.map((choice): Together => {
      if (choice.move === "hold") return { choice, definition: null, branch: null, effects: [] };
      const definition = this.#step(this.#model.moves, choice.move);
      const branch = this.#branch(state, definition.branches, `branch:${choice.move}`, choice.branch);
      return { choice, definition, branch, effects: [] };
    });
    const movers = chosen.map((one) => ({ ...one, effects: this.#effects(state, one) }));
    const given = found?.type === "MovesMade" && found.lot?.chosen === "given" ? found.lot.order : null;
    const names = movers.flatMap(({ definition, choice }) => (definition === null ? [] : [choice.actor]));
    const ends = permutations(names).map((order) => this.#inOrder(state, movers, order));
    const matters = new Set(ends.map(({ trace }) => trace)).size > 1;
    const word = (actor: string): number => this.#luck.at(`lot:${actor}`, state.round);
    const drawn = names.toSorted((one, other) => word(one) - word(other) || (one < other ? -1 : 1));
    const order = matters ? (given ?? drawn) : names;
    const end = this.#inOrder(state, movers, order);
    const moves = movers.map(({ choice: { actor, move, chosen, branch: forced }, definition, branch }) => ({
      actor,
      move: definition === null ? null : move,
      chosen,
      branch: taken(branch, forced),
      forestalled: end.late.includes(actor),
      overruled: end.overruled(actor),
    }));
    const lot = matters ? { order, chosen: given === null ? "draw" : "given" } : null;
    return { event: { type: "MovesMade", moves, lot }, after: { ...end.finish(), cursor: this.#after("turn") } };
  }

  /** What a move comes to in the state as the turns opened: settings and changes by name, in the order written. */
  #effects(state: State, { definition, branch }: Together): readonly Contributed[] {
    if (definition === null) return [];
    return [...definition.then, ...(branch?.then ?? [])].flatMap(({ target, id, value }) => {
      const kind = target === "track" ? "track" : this.#step(this.#model.variables, id).kind;
      const read = (expression: Expression): readonly Contributed[] => {
        if (expression.op === "term") return read(this.#term(expression.id));
        if (expression.op === "if")
          return read(this.#holds(expression.when, state) ? expression.then : expression.else);
        if (expression.op === target && expression.id === id) return [];
        const parts = kind === "track" || kind === "flag" ? [] : this.#summands(expression);
        const own = parts.findIndex(({ sign, part }) => sign > 0 && part.op === "variable" && part.id === id);
        const others = parts.filter((_, index) => index !== own);
        const amount =
          own < 0
            ? this.#value(expression, state)
            : others.reduce((sum, { sign, part }) => sum + sign * this.#value(part, state), 0);
        if (kind !== "track" && kind !== "flag" && !Number.isInteger(amount)) throw new Fault("not a whole number");
        return [{ id, sets: own < 0, amount: kind === "flag" ? Number(amount !== 0) : amount }];
      };
      return read(value);
    });
  }

  #term(id: string): Expression {
    return this.#step(this.#model.terms, id).value;
  }

  /** A sum taken apart; what is subtracted stays in one piece. */
  #summands(expression: Expression): readonly { readonly sign: number; readonly part: Expression }[] {
    if (expression.op === "term") return this.#summands(this.#term(expression.id));
    if (expression.op !== "arithmetic") return [{ sign: 1, part: expression }];
    if (expression.by === "+") return [...this.#summands(expression.left), ...this.#summands(expression.right)];
    if (expression.by === "-") return [...this.#summands(expression.left), { sign: -1, part: expression.right }];
    return [{ sign: 1, part: expression }];
  }

  /** Goes through moves made together in an order of their actors. */
  #inOrder(state: State, movers: readonly Together[], order: readonly string[]) {
    const sets = new Map<string, number>();
    const sums = new Map<string, number>();
    const done: Move[] = [];
    const late: string[] = [];
    const stateNow = (kept: boolean): State => this.#together(state, sets, sums, done, kept);
    let trace = "";
    for (const actor of order) {
      const mover = movers.find(({ choice }) => choice.actor === actor);
      if (mover === undefined || mover.definition === null) continue;
      try {
        if (mover.definition.firstCome && !this.#holds(mover.definition.when, stateNow(true))) {
          late.push(actor);
          continue;
        }
      } catch (error) {
        trace = String(error);
        break;
      }
      for (const { id, sets: isSet, amount } of mover.effects) {
        if (isSet) sets.set(id, amount);
        else sums.set(id, (sums.get(id) ?? 0) + amount);
      }
      done.push(mover.definition);
    }
    const values = [byName(sets), byName(sums), done.map(({ id }) => id).sort(), late.toSorted()];
    return {
      late,
      trace: trace === "" ? JSON.stringify(values) : trace,
      overruled: (actor: string): readonly string[] =>
        late.includes(actor)
          ? []
          : (movers.find(({ choice }) => choice.actor === actor)?.effects ?? [])
              .filter(({ id, sets: isSet, amount }) => isSet && sets.get(id) !== amount)
              .map(({ id }) => id),
      finish: () => {
        if (trace !== "") throw new Fault(trace);
        return stateNow(false);
      },
    };
  }

  #together(
    state: State,
    sets: ReadonlyMap<string, number>,
    sums: ReadonlyMap<string, number>,
    done: readonly Move[],
    kept: boolean,
  ): State {
    const [tracks, variables, entered, made] = [
      { ...state.tracks },
      { ...state.variables },
      { ...state.entered },
      { ...state.made },
    ];
    for (const { id, states } of this.#model.tracks) {
      const set = sets.get(id);
      const name = set === undefined ? state.tracks[id] : states[set]?.id;
      if (name === undefined || name === state.tracks[id]) continue;
      tracks[id] = name;
      if (this.#model.since.includes(`track:${id}`)) entered[`track:${id}`] = state.round;
    }
    for (const { id, kind, low, high } of this.#model.variables) {
      if (!sets.has(id) && !sums.has(id)) continue;
      const value = (sets.get(id) ?? Number(state.variables[id])) + (sums.get(id) ?? 0);
      if (kind === "flag") variables[id] = value !== 0;
      else if (kind === "count" && !kept && (value < low || value > high)) throw new Fault("out of range");
      else variables[id] = Math.max(low, Math.min(high, value)) + 0;
    }
    for (const { id } of done) {
      if (this.#model.since.includes(`move:${id}`)) entered[`move:${id}`] = state.round;
      if (this.#model.made.includes(`move:${id}`)) made[`move:${id}`] = (made[`move:${id}`] ?? 0) + 1;
    }
    return { ...state, tracks, variables, entered, made };
  }

  #free(state: State, found: RunEvent | undefined): Due | null {
    const options = this.#model.moves.filter(({ when }) => this.#holds(when, state));
    const entry = this.#treatment.script.find((one) => "by" in one && one.round === state.round);
    if (entry !== undefined && "by" in entry) {
      if (!options.some(({ id }) => id === entry.move)) throw new Fault("scripted, but not open");
      return this.#move(state, { actor: entry.by, move: entry.move, chosen: "given", branch: entry.branch }, "turn");
    }
    if (options.length === 0) return null;
    for (const actor of this.#movers()) {
      const choice = chosenElsewhere(found, actor);
      if (choice !== null)
        return this.#move(state, { actor, move: choice.move, chosen: choice.chosen, branch: null }, "turn");
    }
    const weights = options.map(({ id, by }) => (options.length === 1 ? 1 : this.#weight(state, by, id)));
    const shares = weights.every((weight) => weight === 0) ? weights.map(() => 1) : weights;
    const move = options[this.#pick("turn", state.round, shares)] ?? options[0];
    if (move === undefined) return null;
    return this.#move(state, { actor: move.by, move: move.id, chosen: "draw", branch: null }, "turn");
  }

  /** What an actor does: as scripted, as somebody chose, or by its policy. */
  #choice(
    state: State,
    actor: string,
    options: readonly string[],
    elsewhere: Pick<Choice, "move" | "chosen"> | null,
  ): Choice {
    const entry = this.#treatment.script.find((one) => "by" in one && one.by === actor && one.round === state.round);
    if (entry !== undefined && "by" in entry) {
      if (!options.includes(entry.move)) throw new Fault("scripted, but not open");
      return { actor, move: entry.move, chosen: "given", branch: entry.branch };
    }
    if (elsewhere !== null && options.includes(elsewhere.move))
      return { actor, move: elsewhere.move, chosen: elsewhere.chosen, branch: null };
    const weights = options.map((option) => (options.join() === "hold" ? 1 : this.#weight(state, actor, option)));
    if (weights.every((weight) => weight === 0)) {
      return { actor, move: "hold", chosen: elsewhere?.move === "hold" ? elsewhere.chosen : "draw", branch: null };
    }
    const move = options[this.#pick(`turn:${actor}`, state.round, weights)] ?? "hold";
    return { actor, move, chosen: "draw", branch: null };
  }

  #weight(state: State, actor: string, option: string): number {
    const tables = this.#model.policies.find((one) => one.actor === actor)?.policies;
    const table = tables?.find(({ id }) => id === this.#treatment.policies[actor]);
    if (table === undefined) return 1;
    const entry = table.weights.find(({ move }) => move === option)?.weight ?? table.others;
    return this.#notNegative(option === "hold" ? table.hold : entry, state);
  }

  #options(state: State, actor: string): readonly string[] {
    const moves = this.#model.moves
      .filter(({ by, when }) => by === actor && this.#holds(when, state))
      .map(({ id }) => id);
    const mustMove = this.#model.actors.some(({ id, mustMove: must }) => id === actor && must);
    return mustMove && moves.length > 0 ? moves : [...moves, "hold"];
  }

  #branch(state: State, branches: readonly Branch[], site: string, forced: string | null): Branch | null {
    const odds = branches.map((branch) => this.#notNegative(branch.odds, state));
    if (branches.length === 0) return null;
    if (odds.every((one) => one === 0)) throw new Fault("all odds are zero");
    const index = forced === null ? this.#pick(site, state.round, odds) : branches.findIndex(({ id }) => id === forced);
    if (odds[index] === 0) throw new Fault("a branch of odds zero");
    return branches[index] ?? null;
  }

  /** The state after a move or incident, but for the cursor. */
  #made(state: State, step: Move | Incident, mark: string, branch: Branch | null): State {
    const after = { ...state, ...this.#block(state, [...step.then, ...(branch?.then ?? [])]) };
    const entered = this.#model.since.includes(mark) ? { ...after.entered, [mark]: state.round } : after.entered;
    const times = (state.made[mark] ?? 0) + 1;
    return { ...after, entered, made: this.#model.made.includes(mark) ? { ...state.made, [mark]: times } : state.made };
  }

  #block(state: State, then: readonly Assignment[]): Pick<State, "tracks" | "variables" | "entered"> {
    const [tracks, variables, entered] = [{ ...state.tracks }, { ...state.variables }, { ...state.entered }];
    for (const { target, id, value } of then) {
      const worth = this.#value(value, state);
      if (target === "track") {
        const name = this.#model.tracks.find((track) => track.id === id)?.states[worth]?.id ?? "";
        const mark = `track:${id}`;
        if (name !== state.tracks[id] && this.#model.since.includes(mark)) entered[mark] = state.round;
        tracks[id] = name;
      } else variables[id] = this.#settled(id, worth);
    }
    return { tracks, variables, entered };
  }

  #settled(id: string, value: number): number | boolean {
    const { kind, low, high } = this.#step(this.#model.variables, id);
    if (kind === "flag") return value !== 0;
    if (!Number.isInteger(value)) throw new Fault("not a whole number");
    if (kind === "count" && (value < low || value > high)) throw new Fault("out of range");
    return Math.max(low, Math.min(high, value)) + 0;
  }

  #still(state: State): boolean {
    const { model } = this;
    const { rounds, script } = this.#treatment;
    if (rounds !== null || script.some(({ round }) => round >= state.round) || readsTime(model)) return false;
    return (
      !model.moves.some(({ when }) => this.#holds(when, state)) &&
      !model.incidents.some((incident) => {
        const { clock } = model;
        if (incident.date !== null && clock !== null && incident.date >= dateOfRound(clock, state.round + 1))
          return true;
        return this.#isToday(incident, state) && this.#holds(incident.when, state) && this.#chance(incident, state) > 0;
      })
    );
  }

  get model(): Model {
    return this.#model;
  }

  #movers(): readonly string[] {
    const { actors, moves } = this.#model;
    return actors.map(({ id }) => id).filter((id) => moves.some(({ by }) => by === id));
  }

  #after(point: string): string {
    return this.#points[this.#points.indexOf(point) + 1] ?? "tick";
  }

  #isToday({ date }: Incident, { round }: State): boolean {
    const { clock } = this.#model;
    return (
      date === null ||
      clock === null ||
      (dateOfRound(clock, round) <= date && date < dateOfRound(clock, round + 1)) ||
      (round === 0 && Number.isInteger(date) && Math.floor(clock.start) === date)
    );
  }

  #chance({ chance }: Incident, state: State): number {
    const value = this.#value(chance, state);
    if (Math.abs(value) <= 1e-9) return 0;
    if (Math.abs(value - 1) <= 1e-9) return 1;
    if (value >= 0 && value <= 1) return value;
    throw new Fault("a chance outside 0 to 1");
  }

  #notNegative(expression: Expression | null, state: State): number {
    const value = expression === null ? 0 : this.#value(expression, state);
    if (Math.abs(value) <= 1e-9) return 0;
    if (value >= 0 && Number.isFinite(value)) return value;
    throw new Fault("a negative weight");
  }

  /** The first option at which the cumulative share passes the drawn word. */
  #pick(site: string, round: number, weights: readonly number[]): number {
    if (weights.length === 1) return 0;
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const word = this.#luck.at(site, round);
    let sum = 0;
    return weights.findIndex((weight) => {
      sum += weight;
      return word * total < sum * 2 ** 32;
    });
  }

  #holds(condition: Expression | null, state: State): boolean {
    return condition === null || this.#value(condition, state) !== 0;
  }

  #value(expression: Expression, state: State): number {
    const known =
      this.#compiled.get(expression) ??
      compileExpression(expression, { model: this.#model, assume: this.#treatment.assume });
    this.#compiled.set(expression, known);
    return known(state);
  }

  #step<T extends { readonly id: string }>(items: readonly T[], id: string): T {
    const found = items.find((item) => item.id === id);
    if (found === undefined) throw new Error(`the model has no ${id}`);
    return found;
  }
}

/** What an actor chose by a person or a policy function, which only the event can tell. */
function chosenElsewhere(found: RunEvent | undefined, actor: string): Pick<Choice, "move" | "chosen"> | null {
  const choice = choicesIn(found).find((one) => one.actor === actor);
  return choice?.chosen === "person" || choice?.chosen === "policy" ? choice : null;
}

function choicesIn(event: RunEvent | undefined): readonly Pick<Choice, "actor" | "move" | "chosen">[] {
  switch (event?.type) {
    case "MoveMade":
      return [event];
    case "TurnHeld":
      return [{ ...event, move: "hold" }];
    case "MovesMade":
      return event.moves.map((part) => ({ ...part, move: part.move ?? "hold" }));
    case "ModelFaulted":
      return event.asked?.type === "MakeMove"
        ? [event.asked]
        : event.asked?.type === "MakeMoves"
          ? event.asked.choices
          : [];
    default:
      return [];
  }
}

const taken = (branch: Branch | null, forced: string | null | undefined) =>
  branch === null ? null : { branch: branch.id, chosen: forced === null || forced === undefined ? "draw" : "given" };

/** Whether any condition that decides what may happen reads time, terms included. */
function readsTime({ moves, incidents, rules, outcomes, terms }: Model): boolean {
  const conditions = [
    ...moves.map(({ when }) => when),
    ...incidents.flatMap(({ when, chance }) => [when, chance]),
    ...rules.map(({ when }) => when),
    ...outcomes.map(({ when }) => when),
  ];
  const reads = (part: unknown): boolean => {
    const text = JSON.stringify(part ?? null);
    if (/"op":"(round|date|days|since)"/.test(text)) return true;
    const named = [...text.matchAll(/"op":"term","id":"(\w+)"/g)].map((match) => match[1]);
    return terms.some(({ id, value }) => named.includes(id) && reads(value));
  };
  return conditions.some(reads);
}
