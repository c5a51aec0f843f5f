/**
 * What a solution seeks: an outcome or a group of them, a property, a tally, the rounds or an actor's utility, by name.
 */
import { boundOf, isRunProperty, type RunProperty } from "../engine/monitor.ts";
import { running } from "../kernel/program.ts";
import { measureNamed, measuresOf } from "../scenario/measure.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Model } from "../scenario/model.ts";
import { patterns } from "../scenario/property.ts";
import { nearest } from "../scenario/suggest.ts";
import type { Objective } from "./backwardInduction.ts";
import { failed, faulted, type Graph, held } from "./graph.ts";
import { utilitiesOf } from "./runDistribution.ts";

/** Something that runs can be valued by. */
export type Target =
  | { readonly kind: "outcome" | "group" | "tally" | "utility"; readonly id: string }
  | { readonly kind: "rounds" }
  | { readonly kind: "property"; readonly property: RunProperty };

/** A target and whether more or less of it is sought. */
export interface Aim {
  readonly target: Target;
  readonly seek: "most" | "least";
}

/**
 * The target with a name; `outcome:NAME` and the like tell namesakes apart.
 * @throws Mistake where there is none, or several.
 */
export function targetNamed(model: Model, asked: string): Target {
  const colon = asked.indexOf(":");
  const only = colon < 0 ? null : asked.slice(0, colon);
  const name = asked.slice(colon + 1);
  const found: Target[] = [
    ...measuresOf(model)
      .filter(({ id }) => id === name)
      .map(({ kind, id }): Target => ({ kind, id })),
    ...model.properties.filter(isRunProperty).flatMap((property): Target[] => {
      return property.id === name ? [{ kind: "property", property }] : [];
    }),
    ...model.tallies.filter(({ id }) => id === name).map(({ id }): Target => ({ kind: "tally", id })),
    ...model.actors
      .filter(({ id, utility }) => id === name && utility !== null)
      .map(({ id }): Target => ({ kind: "utility", id })),
    ...(name === "rounds" ? [{ kind: "rounds" as const }] : []),
  ].filter(({ kind }) => only === null || kind === only);
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  if (first !== undefined) {
    const names = found.map(({ kind }) => `${kind}:${name}`);
    throw new Mistake(`${asked} names several things`, `write ${names.join(" or ")}`);
  }
  throw new Mistake(...unknownTarget(model, name));
}

function unknownTarget(model: Model, name: string): readonly [string, string | null] {
  if (model.actors.some(({ id }) => id === name)) {
    return [`${name} has no utility, so nothing can be maximised for it`, "give the actor a `utility`"];
  }
  if (model.properties.some(({ id }) => id === name)) {
    return [`the property ${name} is not one of single runs, so it has no share`, "check decides it"];
  }
  const names = [
    ...model.outcomes,
    ...model.groups,
    ...model.properties.filter(isRunProperty),
    ...model.tallies,
    ...model.actors.filter(({ utility }) => utility !== null),
  ].map(({ id }) => id);
  const near = nearest(name, [...names, "rounds"]);
  return [
    `there is no outcome, group, property, tally or utility ${name}: there are ${[...names, "rounds"].join(", ")}`,
    near === null ? null : `did you mean ${near}?`,
  ];
}

/** How a target is sought on a graph: an objective, whether to turn its sign, and what the value comes to. */
export interface PosedObjective {
  readonly objective: Objective;
  /** Whether those who seek more of the target seek less of the objective. */
  readonly turned: boolean;
  value(worth: number): number;
}

/** How to seek a target. Against others, or for the least, a property is sought by its failure where that is finite. */
export function posedObjective(graph: Graph, target: Target, seek: Aim["seek"], rivals: boolean): PosedObjective {
  const { model } = graph.steps.request;
  const byEnding = (weight: (ending: number) => number): Float64Array => Float64Array.from(graph.ending, weight);
  const plain = { turned: false, value: (worth: number): number => worth };
  const share = (worth: number): number => Math.min(1, Math.max(0, worth));
  switch (target.kind) {
    case "outcome":
    case "group": {
      const { members } = measureNamed(model, target.id);
      const ends = byEnding((ending) => Number(members.includes(ending)));
      return { objective: { ends, reward: null, endless: "nothing" }, turned: false, value: share };
    }
    case "rounds":
    case "tally": {
      const index = target.kind === "rounds" ? 0 : 1 + model.tallies.findIndex(({ id }) => id === target.id);
      return { objective: { ends: new Float64Array(graph.nodes), reward: index, endless: "nothing" }, ...plain };
    }
    case "utility":
      return { objective: { ends: utilityEnds(graph, target.id), reward: null, endless: "nothing" }, ...plain };
    case "property": {
      const owed = patterns[target.property.kind].owes;
      const byFailure = rivals ? owed !== "from the start" : seek === "least";
      if (!byFailure) {
        const ends = byEnding((ending) => Number(ending === held));
        return {
          objective: { ends, reward: null, endless: rivals ? "nothing" : "holds" },
          turned: false,
          value: share,
        };
      }
      const ends = byEnding((ending) => Number(ending === failed || ending === faulted));
      const owes = owed === "once due" && boundOf(target.property) === null;
      const endless = rivals && !owes ? "nothing" : "fails";
      return { objective: { ends, reward: null, endless }, turned: true, value: (worth) => share(1 - worth) };
    }
  }
}

/** By node: an actor's utility where runs end, 0 elsewhere. */
export function utilityEnds(graph: Graph, actor: string): Float64Array {
  const { steps, store, ending, nodes } = graph;
  const place = steps.request.model.actors
    .filter(({ utility }) => utility !== null)
    .findIndex(({ id }) => id === actor);
  const utility = utilitiesOf(steps)[place];
  const ends = new Float64Array(nodes);
  if (utility === undefined) throw new Error(`${actor} has no utility`);
  for (let node = 0; node < store.count; node++) {
    const end = ending[node] ?? faulted;
    if (end > running) ends[node] = utility(store, node, end);
  }
  return ends;
}
