/**
 * How an exported statechart steps: text of plain JavaScript that stands in every exported module.
 *
 * It reads the tables which the module prints beside it (`steps`, `outcomes`, `order`, `movers`, ...) and holds the
 * round protocol: what is open in a state, which rule is due, when the run ends, and what a step does.
 */

import { roundOff } from "../scenario/roundOff.ts";

/** Functions that keep values in their ranges; the printed effects call them. */
export const blockSupports = `function whole(value) {
  if (!Number.isInteger(value)) throw new Fault(value + " is not a whole number");
  return value + 0;
}

/** A value clamped to the ends of its scale. */
function scale(low, high, value) {
  return Math.min(high, Math.max(low, whole(value)));
}

/** A value that may not leave its range. */
function count(name, low, high, value) {
  if (whole(value) < low || value > high) throw new Fault(name + " would leave its range");
  return whole(value);
}
`;

/** Everything from a state and a machine event to the next state, and the machine itself. */
export const execution = `const idOf = (type) => type.slice(type.indexOf(":") + 1);

function pointAfter(point) {
  return order[order.indexOf(point) + 1] ?? "tick";
}

/** A number that misses a bound by rounding alone is the bound. */
const near = (value, bound) => Math.abs(value - bound) <= ${roundOff} ? bound : value;

/** Odds of a step's branches by id. */
function oddsOf(s, step) {
  const odds = Object.entries(step.odds).map(([id, odd]) => [id, near(odd(s), 0)]);
  for (const [id, odd] of odds) if (!(odd >= 0 && odd < Infinity)) throw new Fault("the odds of " + id + " are " + odd);
  if (odds.length > 0 && odds.every(([, odd]) => odd === 0)) throw new Fault("the odds of all branches are zero");
  return odds;
}

/** The branches by which a step can turn out: [null] where it has none. */
function branchesOf(s, step) {
  const odds = oddsOf(s, step);
  return odds.length === 0 ? [null] : odds.filter(([, odd]) => odd > 0).map(([id]) => id);
}

function chanceOf(s, incident) {
  const { date: day, when, chance } = steps["incident:" + incident];
  if (day !== null && clock !== null && !(date(s.round) <= day && day < date(s.round + 1))) return 0;
  if (!when(s)) return 0;
  const value = near(near(chance(s), 0), 1);
  if (!(value >= 0 && value <= 1)) throw new Fault("the chance of " + incident + " is " + value);
  return value;
}

const movesOf = (actor) => Object.keys(steps).filter((type) => type.startsWith("move:") && steps[type].by === actor);

/** What an actor may choose: types of its open moves, and null for holding. One who must move holds by its policy alone. */
function optionsOf(s, { id, mustMove, weights }) {
  const moves = movesOf(id).filter((type) => steps[type].when(s));
  if (!mustMove || moves.length === 0) return [...moves, null];
  const rests = weights !== null && moves.every((type) => near(weights[type]?.(s) ?? 0, 0) === 0);
  return rests ? [...moves, null] : moves;
}

/** Whether nothing can happen now or later. */
function isStill(s) {
  if (waitsOnTime || s.round <= scriptEnd) return false;
  const today = clock === null ? 0 : date(s.round);
  return !Object.entries(steps).some(([type, step]) => {
    if (type.startsWith("move:")) return step.when(s);
    if (!type.startsWith("incident:")) return false;
    if (step.date === null) return chanceOf(s, idOf(type)) > 0;
    return step.date >= today && (step.date >= date(s.round + 1) || chanceOf(s, idOf(type)) > 0);
  });
}

/**
 * Where the run stands: { kind: "over" | "ending" | "rule" | "incident" | "turn" | "joint" | "free" | "tick" } and what
 * belongs to it. Incidents that cannot occur, and turns in which nothing can be chosen, are passed over.
 */
export function openingIn(s) {
  if (s.ended !== null) return { kind: "over" };
  const due = s.due.find((id) => steps["rule:" + id].when(s));
  if (due !== undefined) return { kind: "rule", rule: due };
  const reached = outcomes.find(({ when, atEnd }) => when !== null && !atEnd && when(s));
  if (reached !== undefined) return { kind: "ending", ended: "outcome", outcome: reached.id };
  if (rounds !== null && s.round >= rounds) {
    const waited = outcomes.find(({ when, atEnd }) => atEnd && when(s));
    return waited === undefined ? inTheEnd() : { kind: "ending", ended: "outcome", outcome: waited.id };
  }
  for (const point of order.slice(order.indexOf(s.cursor))) {
    const opening = openingAt(s, point);
    if (opening !== null) return opening;
  }
  return isStill(s) ? inTheEnd() : { kind: "tick" };
}

/** The end where no outcome was reached. */
function inTheEnd() {
  const otherwise = outcomes.find(({ when }) => when === null);
  if (otherwise !== undefined) return { kind: "ending", ended: "outcome", outcome: otherwise.id };
  return { kind: "ending", ended: rounds === null ? "deadlock" : "outcome", outcome: null };
}

function openingAt(s, point) {
  if (point.startsWith("incident:")) {
    const chance = chanceOf(s, idOf(point));
    return chance > 0 ? { kind: "incident", incident: idOf(point), chance } : null;
  }
  if (point.startsWith("turn:")) {
    const mover = movers.find(({ id }) => id === idOf(point));
    const options = optionsOf(s, mover);
    return options.length === 1 && options[0] === null && isStill(s) ? inTheEnd() : { kind: "turn", actor: mover.id, options };
  }
  if (point !== "turn") return null;
  if (turns === "free") {
    const options = Object.keys(steps).filter((type) => type.startsWith("move:") && steps[type].when(s));
    return options.length > 0 ? { kind: "free", options } : null;
  }
  const asked = movers.map((mover) => ({ actor: mover.id, options: optionsOf(s, mover) }));
  const idle = asked.every(({ options }) => options.length === 1 && options[0] === null);
  return idle && isStill(s) ? inTheEnd() : { kind: "joint", turns: asked };
}

/** The machine events that are open in a state: what somebody or chance may choose, or what must follow. */
export function eventsIn(s) {
  return unlessFaulty(() => openEvents(s));
}

/** A list, or nothing where working it out fails: a step that fails is not open. */
function unlessFaulty(list) {
  try {
    return list();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return [];
  }
}

function openEvents(s) {
  const opening = openingIn(s);
  const ways = (type) => unlessFaulty(() => branchesOf(s, steps[type]).map((branch) => ({ type, branch })));
  switch (opening.kind) {
    case "over":
      return [];
    case "rule":
      return [{ type: "rule:" + opening.rule }];
    case "ending":
      return [{ type: "end", ended: opening.ended, outcome: opening.outcome }];
    case "tick":
      return [{ type: "tick" }];
    case "incident": {
      const averted = opening.chance < 1 ? [{ type: "avert:" + opening.incident }] : [];
      return [...ways("incident:" + opening.incident), ...averted];
    }
    case "turn":
      return opening.options.flatMap((type) => (type === null ? [{ type: "hold:" + opening.actor }] : ways(type)));
    case "free":
      return opening.options.flatMap(ways);
    case "joint":
      return opening.turns
        .reduce((lists, turn) => lists.flatMap((list) => partsOf(s, turn).map((part) => [...list, part])), [[]])
        .flatMap((parts) => unlessFaulty(() => ordersOf(s, parts)).map((order) => ({ type: "joint", parts, order })));
  }
}

/** What one actor may do in a joint step. */
function partsOf(s, { actor, options }) {
  return options.flatMap((type) =>
    type === null
      ? [{ actor, move: null, branch: null }]
      : unlessFaulty(() => branchesOf(s, steps[type])).map((branch) => ({ actor, move: idOf(type), branch })),
  );
}

/** Whether a machine event is open; a run may be stopped at any time, unfinished. */
function isOpen(s, event) {
  const opening = openingIn(s);
  const way = (type) => branchesOf(s, steps[type]).includes(event.branch ?? null);
  if (opening.kind === "over") return false;
  if (event.type === "end" && event.ended === "unfinished") return true;
  switch (opening.kind) {
    case "rule":
      return event.type === "rule:" + opening.rule;
    case "ending":
      return event.type === "end" && event.ended === opening.ended && event.outcome === opening.outcome;
    case "tick":
      return event.type === "tick";
    case "incident":
      if (event.type === "avert:" + opening.incident) return opening.chance < 1;
      return event.type === "incident:" + opening.incident && way(event.type);
    case "turn":
      // Whoever must move holds all the same where its policy gives no move any weight.
      if (event.type === "hold:" + opening.actor) return true;
      return opening.options.includes(event.type) && way(event.type);
    case "free":
      return opening.options.includes(event.type) && way(event.type);
    case "joint":
      return (
        event.type === "joint" &&
        event.parts.length === opening.turns.length &&
        opening.turns.every((turn, index) => {
          const { actor, move, branch } = event.parts[index];
          if (actor !== turn.actor) return false;
          return move === null || partsOf(s, turn).some((one) => one.move === move && one.branch === branch);
        })
      );
  }
}

/** The state after some blocks, each read in the state before. */
function perform(s, blocks, mark) {
  const effects = blocks.map((block) => block(s));
  const changed = Object.assign({}, ...effects.map((effect) => effect.tracks ?? {}));
  const entered = { ...s.entered };
  for (const [track, state] of Object.entries(changed)) {
    if (state !== s.tracks[track] && remembered.entered.includes("track:" + track)) entered["track:" + track] = s.round;
  }
  if (remembered.entered.includes(mark)) entered[mark] = s.round;
  const times = remembered.made.includes(mark) ? { ...s.made, [mark]: made(s, mark) + 1 } : s.made;
  const variables = Object.assign({}, s.variables, ...effects.map((effect) => effect.variables ?? {}));
  return { ...s, tracks: { ...s.tracks, ...changed }, variables, entered, made: times };
}

function make(s, type, branch) {
  const step = steps[type];
  const way = branch === null || branch === undefined ? [] : [step.branches[branch]];
  return perform(s, [step.then, ...way], type);
}

/** More moves made together than this are not put in every order. */
const orderedMax = 6;

/** An order of the actors for each result that moves made together can have. */
function ordersOf(s, parts) {
  const movers = parts.filter(({ move }) => move !== null).map(({ actor }) => actor);
  const others = parts.filter(({ move }) => move === null).map(({ actor }) => actor);
  if (!mayDiffer(s, parts)) return [[...movers, ...others]];
  if (movers.length > orderedMax) throw new Error(movers.length + " moves made together have too many orders");
  const found = new Map();
  for (const order of permutations(movers)) {
    for (const state of unlessFaulty(() => [together(s, parts, order)])) {
      const result = JSON.stringify(state);
      if (!found.has(result)) found.set(result, [...order, ...others]);
    }
  }
  return [...found.values()];
}

/** Whether two moves set one thing differently, or one is first come. */
function mayDiffer(s, parts) {
  const set = new Map();
  for (const { step, effects } of moversIn(s, parts)) {
    if (step.firstCome) return true;
    for (const effect of effects) {
      if (!("sets" in effect)) continue;
      if (set.has(effect.id) && set.get(effect.id) !== effect.sets) return true;
      set.set(effect.id, effect.sets);
    }
  }
  return false;
}

/** The moves made together, with all that they do. */
function moversIn(s, parts) {
  return parts
    .filter(({ move }) => move !== null)
    .map(({ actor, move, branch }) => {
      const step = steps["move:" + move];
      const effects = [...step.together(s), ...(branch === null ? [] : step.togetherBy[branch](s))];
      return { actor, move, step, effects: effects.filter((effect) => effect !== null) };
    });
}

function permutations(items) {
  if (items.length < 2) return [items];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

/**
 * The state after moves made together, gone through in this order of their actors: everything reads the state before,
 * changes add up, the last setting stands, and a first-come move does nothing where its condition was taken away.
 */
function together(s, parts, order) {
  const movers = moversIn(s, parts);
  const so = { sets: {}, adds: {}, made: [] };
  for (const actor of order) {
    const mover = movers.find((one) => one.actor === actor);
    if (mover === undefined || (mover.step.firstCome && !mover.step.when(ending(s, so, false)))) continue;
    for (const effect of mover.effects) {
      if ("sets" in effect) so.sets[effect.id] = effect.sets;
      else so.adds[effect.id] = (so.adds[effect.id] ?? 0) + effect.adds;
    }
    so.made.push(mover.move);
  }
  return ending(s, so, true);
}

/** The state as moves made together leave it; a count that leaves its range is a fault, or is kept in it. */
function ending(s, { sets, adds, made: moves }, strict) {
  const [tracksNow, variables, entered, times] = [{ ...s.tracks }, { ...s.variables }, { ...s.entered }, { ...s.made }];
  for (const id of Object.keys(s.tracks)) {
    if (!(id in sets) || sets[id] === s.tracks[id]) continue;
    tracksNow[id] = sets[id];
    if (remembered.entered.includes("track:" + id)) entered["track:" + id] = s.round;
  }
  for (const id of Object.keys(s.variables)) {
    if (!(id in sets) && !(id in adds)) continue;
    if (!(id in ranges)) variables[id] = sets[id];
    else {
      const { kind, low, high } = ranges[id];
      const value = (sets[id] ?? s.variables[id]) + (adds[id] ?? 0);
      variables[id] = kind === "count" && strict ? count(id, low, high, value) : scale(low, high, value);
    }
  }
  for (const move of moves) {
    if (remembered.entered.includes("move:" + move)) entered["move:" + move] = s.round;
    if (remembered.made.includes("move:" + move)) times["move:" + move] = made(s, "move:" + move) + 1;
  }
  return { ...s, tracks: tracksNow, variables, entered, made: times };
}

/** What a machine event does to a state, before anything follows from it. */
function effectOf(s, event) {
  switch (event.type) {
    case "tick":
      return { ...s, round: countsRounds ? s.round + 1 : s.round, cursor: order[0] ?? "tick" };
    case "end":
      return { ...s, ended: event.ended, outcome: event.outcome };
    case "joint":
      return { ...together(s, event.parts, event.order ?? event.parts.map(({ actor }) => actor)), cursor: pointAfter("turn") };
  }
  const id = idOf(event.type);
  if (event.type.startsWith("hold:")) return { ...s, cursor: pointAfter("turn:" + id) };
  if (event.type.startsWith("avert:")) return { ...s, cursor: pointAfter("incident:" + id) };
  if (event.type.startsWith("rule:")) return perform(s, [steps[event.type].then], "");
  return { ...make(s, event.type, event.branch), cursor: pointAfter(steps[event.type].at) };
}

/**
 * The state after a machine event; null where the event is not open. \`due\` keeps the rules that may still follow from
 * the step: their conditions did not hold before it, and they have not been applied since.
 */
function next(s, event) {
  if (!isOpen(s, event)) return null;
  const reached = effectOf(s, event);
  const isStep = !/^(rule:|avert:|end$)/.test(event.type);
  const waiting = isStep
    ? Object.keys(steps).filter((type) => type.startsWith("rule:") && !steps[type].when(s)).map(idOf)
    : s.due.filter((id) => event.type !== "rule:" + id);
  const goesOn = reached.ended === null && waiting.some((id) => steps["rule:" + id].when(reached));
  return { ...reached, due: goesOn ? waiting : [] };
}

let asked = { context: null, event: null, next: null };

/** All regions ask for the same next state: it is worked out once a step. A step that fails is not allowed. */
function nextOf(context, event) {
  if (asked.context === context && asked.event === event) return asked.next;
  let found = null;
  try {
    found = next(context, event);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
  asked = { context, event, next: found };
  return found;
}

/** The machine's value for a context, to begin anywhere: machine.resolveState({ value: chartValue(state), context: state }). */
export function chartValue(context) {
  const regions = Object.entries(context.tracks).map(([track, state]) => ["track_" + track, state]);
  return { ...Object.fromEntries(regions), book: "open" };
}

export default createMachine(config).provide({
  guards: {
    yields: ({ context, event }, { track, state }) => nextOf(context, event)?.tracks[track] === state,
    allowed: ({ context, event }) => nextOf(context, event) !== null,
  },
  actions: { enter: assign(({ context, event }) => nextOf(context, event) ?? context) },
});
`;
