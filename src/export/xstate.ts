/**
 * Exports a scenario as an ES module for the `xstate` package alone: the statechart, and its implementations.
 *
 * The module's default export is a machine whose config is plain JSON; conditions and effects are provided as plain
 * functions, printed from the scenario's expressions. It is the law of a step and nothing else: chance, whose turn it is
 * and which rules follow belong to whoever sends the events. On the events of a recorded run it steps as the engine
 * does. The assumptions stand at their values under one treatment.
 */

import { Faulted } from "../engine/faulted.ts";
import { firstValues, initialStates } from "../engine/initial.ts";
import { enactLaw, type Law } from "../engine/law.ts";
import { chartConfig, regionOf } from "../engine/machine.ts";
import type { State } from "../engine/state.ts";
import { type Treatment, treat } from "../engine/treatment.ts";
import type { Assignment, Branch, Incident, Model, Move, Variable } from "../scenario/model.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { ExpressionPrinter, literal, supports } from "./javascriptText.ts";

/** The module's text. */
export function exportXstate({ model, texts }: Scenario, treatment: Treatment = treat(model)): string {
  const law = enactLaw(model, treatment);
  const printer = new ExpressionPrinter(model);
  const context = startOf(law);
  const config = { ...chartConfig(model), states: statesFrom(model, context), context };
  const parts = [
    heading,
    `import { assign, createMachine } from ${literal("xstate")};\n`,
    `/** What the scenario is called. */\nexport const title = ${literal(texts.title)};\n`,
    `/** The statechart, as plain JSON; guards and the action are provided below. */\nexport const config = ${json(config)};\n`,
    `/** Machine events to try: every move, incident and rule, by branch. */\nexport const events = ${list(machineEvents(law))};\n`,
    dataOf(law),
    supports,
    `const terms = ${table(model.terms.map(({ id, value }) => [id, `(s) => ${printer.value(value)}`]))};\n`,
    blockSupports,
    `/** What each move, incident and rule asks for and does; effects read the state before the step. */\nconst steps = ${stepsOf(law, printer)};\n`,
    execution,
  ];
  return parts.join("\n");
}

const heading = `/**
 * A statechart exported by Demarche, to be run by XState.
 *
 * One region a track, and a region \`book\` for the rest; the context is the whole state. Every move, incident and rule is
 * one machine event \`{type, branch}\`. The chart holds what a step may do; who chooses, by which chance, and which rules
 * and outcomes follow is up to whoever sends the events. It shows a model, not the world.
 */`;

/** JSON with whatever fits on one line kept there. */
function json(value: unknown, indent = ""): string {
  const flat = JSON.stringify(value);
  if (flat.length + indent.length <= 100 || typeof value !== "object" || value === null) return flat;
  const deeper = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((item) => deeper + json(item, deeper))
    : Object.entries(value).map(([name, item]) => `${deeper}${literal(name)}: ${json(item, deeper)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${items.join(",\n")}\n${indent}${close}`;
}

/** A list with one line an item. */
const list = (items: readonly unknown[]): string =>
  items.length === 0 ? "[]" : `[\n${items.map((item) => `  ${JSON.stringify(item)},`).join("\n")}\n]`;

/** An object literal from names and code; names are quoted. */
function table(entries: readonly (readonly [name: string, code: string])[], indent = ""): string {
  if (entries.length === 0) return "{}";
  const lines = entries.map(([name, code]) => `${indent}  ${literal(name)}: ${code},`);
  return `{\n${lines.join("\n")}\n${indent}}`;
}

/** The first allowed start in document order; where the odds fail, the first values. */
function startOf(law: Law): State {
  try {
    return initialStates(law)[0]?.state ?? firstValues(law);
  } catch (error) {
    if (error instanceof Faulted) return firstValues(law);
    throw error;
  }
}

/** The chart's regions, beginning where the context says. */
function statesFrom(model: Model, context: State) {
  const { states } = chartConfig(model);
  return Object.fromEntries(
    Object.entries(states).map(([name, region]) => {
      const track = model.tracks.find(({ id }) => regionOf(id) === name);
      return [name, track === undefined ? region : { ...region, initial: context.tracks[track.id] ?? region.initial }];
    }),
  );
}

function machineEvents({ model, treatment, order }: Law): readonly unknown[] {
  const ways = (type: string, branches: readonly Branch[]): readonly unknown[] =>
    branches.length === 0 ? [{ type, branch: null }] : branches.map(({ id }) => ({ type, branch: id }));
  const movers = model.actors.filter((actor) => model.moves.some((move) => move.by === actor.id));
  const joint = {
    type: "joint",
    parts: movers.map((actor) => {
      const move = model.moves.find(({ by }) => by === actor.id);
      return { actor: actor.id, move: move?.id ?? null, branch: move?.branches[0]?.id ?? null };
    }),
  };
  return [
    ...model.moves.flatMap((move) => ways(`move:${move.id}`, move.branches)),
    ...(treatment.turns === "in order" ? movers.map(({ id }) => ({ type: `hold:${id}` })) : []),
    ...(treatment.turns === "simultaneous" && order.includes("turn") ? [joint] : []),
    ...model.incidents.flatMap((incident) => [
      ...ways(`incident:${incident.id}`, incident.branches),
      { type: `avert:${incident.id}` },
    ]),
    ...model.rules.map(({ id }) => ({ type: `rule:${id}` })),
    { type: "tick" },
    ...model.outcomes.map(({ id }) => ({ type: "end", ended: "outcome", outcome: id })),
  ];
}

/** What the functions read beside the state. */
function dataOf({ model, treatment, order }: Law): string {
  const tracks = model.tracks.map(({ id, states }): [string, string] => [
    id,
    JSON.stringify(states.map((state) => ({ id: state.id, rung: state.rung ?? 0 }))),
  ]);
  const assume = Object.entries(treatment.assume).map(([id, value]): [string, string] => [id, String(value)]);
  return [
    `/** States of each track, in order. */\nconst tracks = ${table(tracks)};\n`,
    `const assume = ${table(assume)};\n`,
    `const clock = ${JSON.stringify(model.clock)};\n`,
    `/** The points of a round, in order. */\nconst order = ${JSON.stringify(order)};\n`,
    `/** What the state remembers, because some condition reads it. */\nconst remembered = ${JSON.stringify({ entered: model.since, made: model.made })};\n`,
  ].join("\n");
}

/** The value that an effect sets, with its range kept. */
function effectCode(model: Model, printer: ExpressionPrinter, { target, id, value }: Assignment): string {
  if (target === "track") return printer.state(value);
  const variable = model.variables.find((one) => one.id === id);
  if (variable === undefined) throw new Error(`no variable ${id}`);
  return settled(variable, variable.kind === "flag" ? printer.condition(value) : printer.number(value));
}

function settled({ id, kind, low, high }: Variable, code: string): string {
  if (kind === "flag") return code;
  return kind === "scale" ? `scale(${low}, ${high}, ${code})` : `count(${literal(id)}, ${low}, ${high}, ${code})`;
}

function blockCode(model: Model, printer: ExpressionPrinter, then: readonly Assignment[]): string {
  const of = (target: Assignment["target"]): string =>
    then
      .filter((effect) => effect.target === target)
      .map((effect) => `${literal(effect.id)}: ${effectCode(model, printer, effect)}`)
      .join(", ");
  const sections = (["track", "variable"] as const).flatMap((target) => {
    const effects = of(target);
    return effects === "" ? [] : [`${target}s: { ${effects} }`];
  });
  return sections.length === 0 ? "() => ({})" : `(s) => ({ ${sections.join(", ")} })`;
}

function stepsOf({ model, treatment }: Law, printer: ExpressionPrinter): string {
  const conditionOf = (when: Move["when"]): string =>
    when === null ? "() => true" : `(s) => ${printer.condition(when)}`;
  const stepCode = (step: Move | Incident, after: string): string => {
    const branches = step.branches.map(({ id, then }): [string, string] => [id, blockCode(model, printer, then)]);
    return table(
      [
        ["when", conditionOf(step.when)],
        ["then", blockCode(model, printer, step.then)],
        ["branches", table(branches, "    ")],
        ["at", literal(after)],
      ],
      "  ",
    );
  };
  const turnOf = ({ by }: Move): string => (treatment.turns === "in order" ? `turn:${by}` : "turn");
  return table([
    ...model.moves.map((move): [string, string] => [`move:${move.id}`, stepCode(move, turnOf(move))]),
    ...model.incidents.map((one): [string, string] => [`incident:${one.id}`, stepCode(one, `incident:${one.id}`)]),
    ...model.rules.map((rule): [string, string] => [
      `rule:${rule.id}`,
      table(
        [
          ["when", conditionOf(rule.when)],
          ["then", blockCode(model, printer, rule.then)],
        ],
        "  ",
      ),
    ]),
  ]);
}

const blockSupports = `function whole(value) {
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

const execution = `function pointAfter(point) {
  return order[order.indexOf(point) + 1] ?? "tick";
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

/** The state after a machine event; null where it is not allowed. */
function next(s, event) {
  if (s.ended !== null) return null;
  const colon = event.type.indexOf(":");
  const kind = colon < 0 ? event.type : event.type.slice(0, colon);
  const id = event.type.slice(colon + 1);
  switch (kind) {
    case "tick":
      return { ...s, round: s.round + 1, cursor: order[0] ?? "tick" };
    case "end":
      return { ...s, ended: event.ended, outcome: event.outcome };
    case "hold":
      return { ...s, cursor: pointAfter(order.includes("turn:" + id) ? "turn:" + id : "turn") };
    case "avert":
      return steps["incident:" + id].when(s) ? { ...s, cursor: pointAfter("incident:" + id) } : null;
    case "joint": {
      const reached = event.parts.reduce(
        (at, { move, branch }) =>
          move !== null && steps["move:" + move].when(at) ? make(at, "move:" + move, branch) : at,
        s,
      );
      return { ...reached, cursor: pointAfter("turn") };
    }
    case "rule":
      return steps[event.type].when(s) ? perform(s, [steps[event.type].then], "") : null;
    default: {
      if (!steps[event.type].when(s)) return null;
      return { ...make(s, event.type, event.branch), cursor: pointAfter(steps[event.type].at) };
    }
  }
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
