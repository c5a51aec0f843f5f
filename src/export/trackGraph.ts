/**
 * The ways between the states of a track: which move, incident or rule may lead from which state to which.
 *
 * A way is listed where an effect names its state (or the next, or the previous one); states in which a condition
 * plainly cannot hold are left out as sources, everything that is not plain stays in. It is what a picture shows, not
 * the model: odds, variables and everything that takes a run to know are not in it.
 */
import type { Expression } from "../scenario/expression.ts";
import type { Assignment, Incident, Model, Move, Track } from "../scenario/model.ts";

/** Something that may set a track: a move or an incident, perhaps one of its branches, or a rule. */
export interface Way {
  readonly kind: "move" | "incident" | "rule";
  readonly id: string;
  readonly branch: string | null;
  /** Who makes the move; null for incidents and rules. */
  readonly actor: string | null;
  readonly when: Expression | null;
}

/** Everything that may lead from one state of a track to another. */
export interface TrackEdge {
  readonly from: string;
  readonly to: string;
  readonly ways: readonly Way[];
}

/** The ways between a track's states, in order of their ends; what leads along one way shares its edge. */
export function trackEdges(model: Model, track: Track): readonly TrackEdge[] {
  const effects = effectsOn(model, track);
  const chart: Chart = {
    track,
    ordinals: new Map(track.states.map(({ id }, index) => [id, index])),
    terms: new Map(model.terms.map(({ id, value }) => [id, value])),
  };
  return track.states.flatMap(({ id: from }): readonly TrackEdge[] => {
    const place: Place = { ...chart, state: from, verdicts: new Map() };
    const ways = new Map<string, Way[]>();
    for (const { way, value } of effects) {
      if (way.when !== null && verdict(way.when, place) === false) continue;
      for (const to of targets(value, place)) ways.set(to, [...(ways.get(to) ?? []), way]);
    }
    ways.delete(from);
    const inOrder = [...ways].sort(([one], [other]) => ordinalIn(chart, one) - ordinalIn(chart, other));
    return inOrder.map(([to, led]) => ({ from, to, ways: led }));
  });
}

interface Effect {
  readonly way: Way;
  readonly value: Expression;
}

/** Every effect on a track, with what it belongs to. */
function effectsOn(model: Model, track: Track): readonly Effect[] {
  const onTrack = (then: readonly Assignment[]): readonly Expression[] =>
    then.filter(({ target, id }) => target === "track" && id === track.id).map(({ value }) => value);
  const ofStep = (kind: "move" | "incident", step: Move | Incident, actor: string | null): readonly Effect[] => {
    const way = (branch: string | null): Way => ({ kind, id: step.id, branch, actor, when: step.when });
    return [
      ...onTrack(step.then).map((value) => ({ way: way(null), value })),
      ...step.branches.flatMap((branch) => onTrack(branch.then).map((value) => ({ way: way(branch.id), value }))),
    ];
  };
  return [
    ...model.moves.flatMap((move) => ofStep("move", move, move.by)),
    ...model.incidents.flatMap((incident) => ofStep("incident", incident, null)),
    ...model.rules.flatMap(({ id, when, then }) =>
      onTrack(then).map((value) => ({ way: { kind: "rule" as const, id, branch: null, actor: null, when }, value })),
    ),
  ];
}

interface Chart {
  readonly track: Track;
  /** Places of the track's states. */
  readonly ordinals: ReadonlyMap<string, number>;
  readonly terms: ReadonlyMap<string, Expression>;
}

/** One state of one track, all else unknown. */
interface Place extends Chart {
  readonly state: string;
  /** By term, whether it holds here, as far as that has been asked. */
  readonly verdicts: Map<string, boolean | null>;
}

const ordinalIn = ({ ordinals }: Chart, state: string): number => ordinals.get(state) ?? -1;

/** Whether a condition holds in a place, or null where that takes more to know. */
function verdict(condition: Expression, place: Place): boolean | null {
  switch (condition.op) {
    case "truth":
      return condition.value;
    case "term": {
      const known = place.verdicts.get(condition.id);
      if (known !== undefined) return known;
      const term = place.terms.get(condition.id);
      const found = term === undefined ? null : verdict(term, place);
      place.verdicts.set(condition.id, found);
      return found;
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
function ordinal(expression: Expression, place: Place): number | null {
  const { track, state } = place;
  const named =
    expression.op === "state" && expression.track === track.id
      ? expression.id
      : expression.op === "track" && expression.id === track.id
        ? state
        : null;
  return named === null ? null : ordinalIn(place, named);
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
      const neighbour = track.states[ordinalIn(place, state) + (value.op === "next" ? 1 : -1)];
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
