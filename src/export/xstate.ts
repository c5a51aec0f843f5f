/**
 * Exports a scenario as an ES module for the `xstate` package alone: the statechart, and its implementations.
 *
 * The module's default export is a machine whose config is plain JSON; conditions and effects are provided as plain
 * functions, printed from the scenario's expressions. The machine keeps the round protocol too: it takes an event only
 * when its turn has come, a rule only when it is due, an end only when it is reached. Who chooses, and what luck brings,
 * belongs to whoever sends the events. On the events of a recorded run it steps as the engine does, to the end. The
 * assumptions stand at their values under one treatment.
 */

import { Faulted } from "../engine/faulted.ts";
import { firstInitial, firstValues } from "../engine/initial.ts";
import { enactLaw, type Law } from "../engine/law.ts";
import { chartConfig, regionOf } from "../engine/machine.ts";
import { readsTime } from "../engine/protocol.ts";
import type { State } from "../engine/state.ts";
import { lastScriptedRound, type Treatment, treat } from "../engine/treatment.ts";
import { momentOf } from "../scenario/calendar.ts";
import type { Expression } from "../scenario/expression.ts";
import { type JointEffect, jointEffect } from "../scenario/jointEffect.ts";
import type { Actor, Assignment, Branch, Incident, Model, Move, Variable } from "../scenario/model.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { readOf, someInside } from "../scenario/walk.ts";
import { ExpressionPrinter, literal, supports } from "./javascriptText.ts";
import { blockSupports, execution } from "./xstateExecution.ts";

/** The module's text. */
export function exportXstate({ model, texts }: Scenario, treatment: Treatment = treat(model)): string {
  const law = enactLaw(model, treatment);
  const printer = new ExpressionPrinter(model);
  const context = { ...startOf(law), due: [] };
  const config = { ...chartConfig(model), states: statesFrom(model, context), context };
  const parts = [
    heading,
    `import { assign, createMachine } from ${literal("xstate")};\n`,
    `/** What the scenario is called. */\nexport const title = ${literal(texts.title)};\n`,
    `/** The statechart, as plain JSON; guards and the action are provided below. */\nexport const config = ${json(config)};\n`,
    `/** Every machine event, by branch; choices made at the same moment, whose combinations are many, come from eventsIn. */\nexport const events = ${list(machineEvents(law))};\n`,
    dataOf(law, printer),
    supports,
    `const terms = ${table(model.terms.map(({ id, value }) => [id, `(s) => ${printer.value(value)}`]))};\n`,
    blockSupports,
    `/** What each move, incident and rule asks for and does; effects read the state before the step. */\nconst steps = ${stepsOf(law, printer)};\n`,
    `/** The ways to end a run, in order; without a condition, what it comes to when time is up. */\nconst outcomes = ${outcomesOf(law, printer)};\n`,
    execution,
  ];
  return parts.join("\n");
}

const heading = `/**
 * A statechart exported by Demarche, to be run by XState.
 *
 * One region a track, and a region \`book\` for the rest; the context is the whole state. Every move, incident and rule is
 * one machine event \`{type, branch}\`. The chart takes an event only when it is open: whose turn it is, which rules are
 * due and when the run ends is kept here; who chooses, and what chance brings, is up to whoever sends the events.
 * \`eventsIn(context)\` lists the events that are open, as xstate/graph asks for them:
 * getShortestPaths(machine, { events: (snapshot) => eventsIn(snapshot.context) }). It shows a model, not the world.
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
    return firstInitial(law);
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

function machineEvents({ model, treatment }: Law): readonly unknown[] {
  const branchesOf = (type: string, branches: readonly Branch[]): readonly unknown[] =>
    branches.length === 0 ? [{ type, branch: null }] : branches.map(({ id }) => ({ type, branch: id }));
  return [
    ...(treatment.turns === "simultaneous"
      ? []
      : model.moves.flatMap((move) => branchesOf(`move:${move.id}`, move.branches))),
    ...(treatment.turns === "in order" ? moversOf(model).map(({ id }) => ({ type: `hold:${id}` })) : []),
    ...model.incidents.flatMap((incident) => [
      ...branchesOf(`incident:${incident.id}`, incident.branches),
      { type: `avert:${incident.id}` },
    ]),
    ...model.rules.map(({ id }) => ({ type: `rule:${id}` })),
    { type: "tick" },
    ...model.outcomes.map(({ id }) => ({ type: "end", ended: "outcome", outcome: id })),
    { type: "end", ended: "deadlock", outcome: null },
  ];
}

const moversOf = (model: Model): readonly Actor[] =>
  model.actors.filter((actor) => model.moves.some((move) => move.by === actor.id));

/** Whether anything that a run does depends on the number of the round. */
function countsRounds({ model, treatment }: Law): boolean {
  if (treatment.rounds !== null || treatment.script.length > 0 || model.incidents.some(({ date }) => date !== null))
    return true;
  const isTimed = (part: Expression): boolean => {
    const kind = readOf(part)?.kind;
    return kind === "calendar" || kind === "since";
  };
  return [...stepExpressions(model), ...forcedWeights(model, treatment)].some((expression) =>
    someInside(expression, model.terms, isTimed),
  );
}

/** What the policies of actors weigh that must move: where that is nothing, they hold. */
function forcedWeights(model: Model, treatment: Treatment): readonly Expression[] {
  return model.actors
    .filter(({ mustMove }) => mustMove)
    .flatMap(({ id }) => weightsOf(model, treatment, id) ?? [])
    .flatMap(({ weight }) => weight ?? []);
}

/** The weight that an actor's policy gives each of its moves, null for none; null where it has no policy. */
function weightsOf(
  model: Model,
  treatment: Treatment,
  actor: string,
): readonly { readonly move: string; readonly weight: Expression | null }[] | null {
  const tables = model.policies.find((one) => one.actor === actor)?.policies ?? [];
  const policy = tables.find(({ id }) => id === treatment.policies[actor]);
  if (policy === undefined) return null;
  return model.moves
    .filter(({ by }) => by === actor)
    .map(({ id }) => ({ move: id, weight: policy.weights.find(({ move }) => move === id)?.weight ?? policy.others }));
}

/** The actors that have moves; of one that must move, also what its policy weighs. */
function moversCode({ model, treatment }: Law, printer: ExpressionPrinter): string {
  const movers = moversOf(model).map(({ id, mustMove }) => {
    const weights = mustMove ? weightsOf(model, treatment, id) : null;
    const codes = (weights ?? []).flatMap(({ move, weight }): [string, string][] =>
      weight === null ? [] : [[`move:${move}`, `(s) => ${printer.number(weight)}`]],
    );
    return `  { id: ${literal(id)}, mustMove: ${mustMove}, weights: ${weights === null ? "null" : table(codes, "  ")} },`;
  });
  return movers.length === 0 ? "[]" : `[\n${movers.join("\n")}\n]`;
}

/** The expressions that decide what a step may be and what it does. */
function stepExpressions({ moves, incidents, rules, outcomes }: Model): readonly Expression[] {
  const steps = [...moves, ...incidents];
  return [
    ...[...steps, ...rules, ...outcomes].flatMap(({ when }) => (when === null ? [] : [when])),
    ...incidents.map(({ chance }) => chance),
    ...steps.flatMap(({ branches }) => branches.map(({ odds }) => odds)),
    ...[...steps, ...steps.flatMap(({ branches }) => branches), ...rules].flatMap(({ then }) =>
      then.map(({ value }) => value),
    ),
  ];
}

/** What the functions read beside the state. */
function dataOf(law: Law, printer: ExpressionPrinter): string {
  const { model, treatment, order } = law;
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
    `/** Actors that have moves, and whether each must make one where it can. */\nconst movers = ${moversCode(law, printer)};\n`,
    `/** How actors take turns, after how many rounds the run ends (null: never), whether anything reads the round, and the round of the last scripted entry. */\nconst turns = ${literal(treatment.turns)};\nconst rounds = ${treatment.rounds};\nexport const countsRounds = ${countsRounds(law)};\nconst waitsOnTime = ${treatment.rounds !== null || readsTime(model)};\nconst scriptEnds = ${lastScriptedRound(treatment)};\n`,
    `/** Ranges of variables that are numbers. */\nconst ranges = ${table(model.variables.filter(({ kind }) => kind !== "flag").map(({ id, kind, low, high }) => [id, JSON.stringify({ kind, low, high })]))};\n`,
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

/** What an effect does where moves are made together: `sets` a value or `adds` a number, or null where it leaves its name. */
function togetherCode(model: Model, printer: ExpressionPrinter, assignment: Assignment): string {
  const { target, id } = assignment;
  const kind = model.variables.find((one) => one.id === id)?.kind;
  const codeOf = (value: Expression): string => {
    if (target === "track") return printer.state(value);
    return kind === "flag" ? printer.condition(value) : `whole(${printer.number(value)})`;
  };
  const print = (effect: JointEffect): string => {
    switch (effect.kind) {
      case "leaves":
        return "null";
      case "sets":
        return `{ id: ${literal(id)}, sets: ${codeOf(effect.to)} }`;
      case "changes":
        return `{ id: ${literal(id)}, adds: ${codeOf(effect.by)} }`;
      case "depends":
        return `(${printer.condition(effect.when)}) ? ${print(effect.then)} : ${print(effect.else)}`;
    }
  };
  return print(jointEffect(model, assignment));
}

const togetherBlock = (model: Model, printer: ExpressionPrinter, then: readonly Assignment[]): string =>
  `(s) => [${then.map((one) => togetherCode(model, printer, one)).join(", ")}]`;

function stepsOf({ model, treatment }: Law, printer: ExpressionPrinter): string {
  const conditionOf = (when: Move["when"]): string =>
    when === null ? "() => true" : `(s) => ${printer.condition(when)}`;
  const oddsOf = (branches: readonly Branch[]): string =>
    table(
      branches.map(({ id, odds }): [string, string] => [id, `(s) => ${printer.number(odds)}`]),
      "    ",
    );
  const stepCode = (step: Move | Incident, more: readonly (readonly [string, string])[]): string => {
    const branches = step.branches.map(({ id, then }): [string, string] => [id, blockCode(model, printer, then)]);
    return table(
      [
        ["when", conditionOf(step.when)],
        ["then", blockCode(model, printer, step.then)],
        ["branches", table(branches, "    ")],
        ["odds", oddsOf(step.branches)],
        ...more,
      ],
      "  ",
    );
  };
  const turnOf = ({ by }: Move): string => (treatment.turns === "in order" ? `turn:${by}` : "turn");
  const moveCode = (move: Move): string =>
    stepCode(move, [
      ["at", literal(turnOf(move))],
      ["by", literal(move.by)],
      ...(treatment.turns === "simultaneous" ? togetherOf(move) : []),
    ]);
  const togetherOf = (move: Move): readonly (readonly [string, string])[] => [
    ["firstCome", String(move.firstCome)],
    ["together", togetherBlock(model, printer, move.then)],
    [
      "togetherBy",
      table(
        move.branches.map(({ id, then }): [string, string] => [id, togetherBlock(model, printer, then)]),
        "    ",
      ),
    ],
  ];
  const incidentCode = (incident: Incident): string =>
    stepCode(incident, [
      ["at", literal(`incident:${incident.id}`)],
      ["date", String(incident.date === null || model.clock === null ? null : momentOf(model.clock, incident.date))],
      ["chance", `(s) => ${printer.number(incident.chance)}`],
    ]);
  return table([
    ...model.moves.map((move): [string, string] => [`move:${move.id}`, moveCode(move)]),
    ...model.incidents.map((one): [string, string] => [`incident:${one.id}`, incidentCode(one)]),
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

function outcomesOf({ model }: Law, printer: ExpressionPrinter): string {
  const entries = model.outcomes.map(({ id, when, atEnd }) => {
    const condition = when === null ? "null" : `(s) => ${printer.condition(when)}`;
    return `  { id: ${literal(id)}, when: ${condition}, atEnd: ${atEnd} },`;
  });
  return entries.length === 0 ? "[]" : `[\n${entries.join("\n")}\n]`;
}
