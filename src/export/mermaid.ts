/**
 * Exports a scenario as a Mermaid state diagram: a region a track, an edge for every way from one track state to
 * another.
 *
 * Edges are shown where an effect names its state (or the next, or the previous one); states in which a condition
 * plainly cannot hold are left out as sources, everything that is not plain stays in. It is a picture, not the model:
 * odds, variables and the conditions themselves are not in it.
 */
import type { Expression } from "../scenario/expression.ts";
import type { Assignment, Incident, Model, Move, Track } from "../scenario/model.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { nameOf, type Texts } from "../scenario/texts.ts";

/** The diagram's text. */
export function exportMermaid({ model, texts }: Scenario): string {
  const regions =
    model.tracks.length === 0
      ? [`  state "${escaped(texts.title)}" as scenario`]
      : model.tracks.map((track) => region(model, texts, track));
  const head = ["---", `title: ${JSON.stringify(texts.title)}`, "---", "stateDiagram-v2"];
  return `${[...head, ...regions].join("\n")}\n`;
}

/** What a name may not hold verbatim becomes an entity: the diagram's own signs, HTML, and line breaks. */
function escaped(name: string): string {
  return name
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[^\p{L}\p{M}\p{N} .,()'!?/+\-–—_]/gu, (sign) => `#${sign.codePointAt(0) ?? 32};`);
}

function region(model: Model, texts: Texts, track: Track): string {
  const id = (state: string): string => `track_${track.id}__${state}`;
  const states = track.states.map((state) => {
    const rung = state.rung === null ? "" : `, rung ${state.rung}`;
    return `    state "${escaped(nameOf(texts, "tracks", track.id, "states", state.id) + rung)}" as ${id(state.id)}`;
  });
  const starts = track.initial.map(({ value }) => `    [*] --> ${id(String(value))}`);
  const edges = edgesOf(model, texts, track).map(
    ({ from, to, names }) => `    ${id(from)} --> ${id(to)} : ${names.map(escaped).join("<br/>")}`,
  );
  const name = escaped(nameOf(texts, "tracks", track.id));
  return [`  state "${name}" as track_${track.id} {`, ...states, ...starts, ...edges, "  }"].join("\n");
}

interface Edge {
  readonly from: string;
  readonly to: string;
  /** What leads along it. */
  readonly names: readonly string[];
}

/** The ways between a track's states, in order of their ends; what leads along one way shares its edge. */
function edgesOf(model: Model, texts: Texts, track: Track): readonly Edge[] {
  const ways = waysOf(model, texts, track);
  return track.states.flatMap((from) =>
    track.states.flatMap((to): readonly Edge[] => {
      if (from.id === to.id) return [];
      const names = ways
        .filter(({ when, value }) => {
          const place = { model, track, state: from.id };
          return (when === null || verdict(when, place) !== false) && targets(value, place).has(to.id);
        })
        .map(({ name }) => name);
      return names.length === 0 ? [] : [{ from: from.id, to: to.id, names: [...new Set(names)] }];
    }),
  );
}

interface Way {
  readonly name: string;
  readonly when: Expression | null;
  readonly value: Expression;
}

/** Every effect on a track, with what it belongs to. */
function waysOf(model: Model, texts: Texts, track: Track): readonly Way[] {
  const onTrack = (then: readonly Assignment[]): readonly Expression[] =>
    then.filter(({ target, id }) => target === "track" && id === track.id).map(({ value }) => value);
  const ofStep = (step: Move | Incident, section: "moves" | "incidents", name: string): readonly Way[] => [
    ...onTrack(step.then).map((value) => ({ name, when: step.when, value })),
    ...step.branches.flatMap((branch) =>
      onTrack(branch.then).map((value) => ({
        name: `${name} (${nameOf(texts, section, step.id, "branches", branch.id)})`,
        when: step.when,
        value,
      })),
    ),
  ];
  return [
    ...model.moves.flatMap((move) =>
      ofStep(move, "moves", `${nameOf(texts, "actors", move.by)}: ${nameOf(texts, "moves", move.id)}`),
    ),
    ...model.incidents.flatMap((incident) => ofStep(incident, "incidents", nameOf(texts, "incidents", incident.id))),
    ...model.rules.flatMap((rule) =>
      onTrack(rule.then).map((value) => ({ name: nameOf(texts, "rules", rule.id), when: rule.when, value })),
    ),
  ];
}

/** One state of one track, all else unknown. */
interface Place {
  readonly model: Model;
  readonly track: Track;
  readonly state: string;
}

/** Whether a condition holds in a place, or null where that takes more to know. */
function verdict(condition: Expression, place: Place): boolean | null {
  switch (condition.op) {
    case "truth":
      return condition.value;
    case "term": {
      const term = place.model.terms.find(({ id }) => id === condition.id);
      return term === undefined ? null : verdict(term.value, place);
    }
    case "not": {
      const of = verdict(condition.of, place);
      return of === null ? null : !of;
    }
    case "and":
    case "or": {
      const decisive = condition.op === "or";
      const parts = condition.of.map((part) => verdict(part, place));
      if (parts.includes(decisive)) return decisive;
      return parts.includes(null) ? null : !decisive;
    }
    case "in": {
      const item = ordinal(condition.item, place);
      const items = condition.of.map((one) => ordinal(one, place));
      if (item === null || items.includes(null)) return null;
      return items.includes(item);
    }
    case "compare": {
      const [left, right] = [ordinal(condition.left, place), ordinal(condition.right, place)];
      if (left === null || right === null) return null;
      const signs = { is: left === right, "is not": left !== right, "<": left < right, ">": left > right };
      return condition.by === "<=" ? left <= right : condition.by === ">=" ? left >= right : signs[condition.by];
    }
    default:
      return null;
  }
}

/** The place of a track state among its track's states, where that is plain. */
function ordinal(expression: Expression, { track, state }: Place): number | null {
  const named =
    expression.op === "state" && expression.track === track.id
      ? expression.id
      : expression.op === "track" && expression.id === track.id
        ? state
        : null;
  return named === null ? null : track.states.findIndex(({ id }) => id === named);
}

/** The states that an effect may lead to, where it names them. */
function targets(value: Expression, place: Place): ReadonlySet<string> {
  const { track, state } = place;
  switch (value.op) {
    case "state":
      return new Set([value.id]);
    case "next":
    case "previous": {
      if (value.id !== track.id) return new Set();
      const neighbour = track.states[track.states.findIndex(({ id }) => id === state) + (value.op === "next" ? 1 : -1)];
      return new Set(neighbour === undefined ? [] : [neighbour.id]);
    }
    case "if": {
      const holds = verdict(value.when, place);
      const first = holds === false ? [] : targets(value.then, place);
      const second = holds === true ? [] : targets(value.else, place);
      return new Set([...first, ...second]);
    }
    default:
      return new Set();
  }
}
