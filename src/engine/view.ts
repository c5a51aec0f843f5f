/**
 * What an actor may see of a run: the one projection through which terminal, server, browser and bots look.
 *
 * A view is built from events alone, so it shows what was known at any position. What it leaves out: seed, digests,
 * the cursor, who chose (a person or a policy), luck that did not strike, private values and steps it does not know of. Such a
 * step looks like holding; what it changed in public appears as a change of unknown origin. A view's positions are its
 * own: counting its events betrays nothing.
 */
import type { Expression } from "../scenario/expression.ts";
import type { Incident, Model, Move } from "../scenario/model.ts";
import { knowsBranch, knowsOf, maySee } from "../scenario/visibility.ts";
import { type Read, readOf, someInside } from "../scenario/walk.ts";
import type { BranchTaken, MovesMade, RunEvent, RunStarted } from "./event.ts";
import type { Changes } from "./state.ts";

/** An actor, or `public`: somebody who sees only what everybody sees. */
export type Viewer = string;

/** The part of a state that a viewer may see. */
export interface ViewState {
  readonly tracks: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, number | boolean>>;
  readonly round: number;
  readonly outcome: string | null;
  readonly over: boolean;
}

export type ViewChanges = Partial<ViewState>;

export type ViewEvent =
  | { readonly type: "RunStarted"; readonly state: ViewState }
  | { readonly type: "RoundOpened"; readonly round: number; readonly changes: ViewChanges }
  | {
      readonly type: "MoveMade";
      readonly actor: string;
      readonly move: string;
      readonly branch: string | null;
      readonly changes: ViewChanges;
    }
  | {
      readonly type: "MovesMade";
      readonly moves: readonly {
        readonly actor: string;
        readonly move: string | null;
        readonly branch: string | null;
        readonly forestalled: boolean;
        readonly overruled: readonly string[];
      }[];
      readonly changes: ViewChanges;
    }
  | { readonly type: "TurnHeld"; readonly actor: string; readonly changes: ViewChanges }
  | {
      readonly type: "IncidentOccurred";
      readonly incident: string;
      readonly branch: string | null;
      readonly changes: ViewChanges;
    }
  | { readonly type: "RuleApplied"; readonly rule: string; readonly changes: ViewChanges }
  /** Something changed, and the viewer does not know why. */
  | { readonly type: "Changed"; readonly changes: ViewChanges }
  | { readonly type: "RunEnded"; readonly outcome: string | null; readonly changes: ViewChanges }
  | { readonly type: "RunForked"; readonly changes: ViewChanges };

/** The events of a run as a viewer knew them. */
export function viewEvents(model: Model, events: readonly RunEvent[], viewer: Viewer): readonly ViewEvent[] {
  const project = projector(model, viewer);
  return events.flatMap(project);
}

/** Projects one event to zero, one or two view events; for following a run live. */
export function projector(model: Model, viewer: Viewer): (event: RunEvent) => readonly ViewEvent[] {
  const hidden = new Set(
    [...model.tracks, ...model.variables].filter((item) => !maySee(viewer, item.private)).map((item) => item.id),
  );
  const moves = new Map(model.moves.map((move) => [move.id, move]));
  const incidents = new Map(model.incidents.map((incident) => [incident.id, incident]));
  const secretRules = new Set(
    model.rules.filter((rule) => readsSecret(model, rule.when, viewer)).map((rule) => rule.id),
  );
  const changes = (made: Changes): ViewChanges => visible(made, hidden);
  const unknownOrigin = (made: Changes): readonly ViewEvent[] =>
    Object.keys(changes(made)).length === 0 ? [] : [{ type: "Changed", changes: changes(made) }];
  const isUnknown = (step: Move | Incident | undefined): boolean => step !== undefined && !knowsOf(viewer, step);
  let turns = model.turns;

  function joint({ moves: made, changes: set }: MovesMade): ViewEvent {
    const parts = made.map(({ actor, move, branch, forestalled, overruled }) => {
      const definition = move === null ? undefined : moves.get(move);
      return isUnknown(definition) || move === null
        ? { actor, move: null, branch: null, forestalled: false, overruled: [] }
        : {
            actor,
            move,
            branch: knownBranch(definition, branch, viewer),
            forestalled,
            overruled: overruled.filter((id) => !hidden.has(id)),
          };
    });
    return { type: "MovesMade", moves: parts, changes: changes(set) };
  }

  return (event) => {
    switch (event.type) {
      case "RunStarted":
        turns = model.variants.find(({ id }) => id === event.variant)?.turns ?? model.turns;
        return [{ type: "RunStarted", state: visibleState(event, hidden) }];
      case "RoundOpened":
        return [{ type: "RoundOpened", round: event.round, changes: changes(event.changes) }];
      case "MoveMade": {
        const move = moves.get(event.move);
        if (isUnknown(move)) {
          const held: ViewEvent = { type: "TurnHeld", actor: event.actor, changes: {} };
          return turns === "free" ? unknownOrigin(event.changes) : [held, ...unknownOrigin(event.changes)];
        }
        const branch = knownBranch(move, event.branch, viewer);
        return [{ type: "MoveMade", actor: event.actor, move: event.move, branch, changes: changes(event.changes) }];
      }
      case "MovesMade":
        return [joint(event)];
      case "TurnHeld":
        return [{ type: "TurnHeld", actor: event.actor, changes: changes(event.changes) }];
      case "IncidentOccurred": {
        const incident = incidents.get(event.incident);
        if (isUnknown(incident)) return unknownOrigin(event.changes);
        const branch = knownBranch(incident, event.branch, viewer);
        return [{ type: "IncidentOccurred", incident: event.incident, branch, changes: changes(event.changes) }];
      }
      case "IncidentAverted":
        return [];
      case "RuleApplied":
        return secretRules.has(event.rule) || Object.keys(changes(event.changes)).length === 0
          ? unknownOrigin(event.changes)
          : [{ type: "RuleApplied", rule: event.rule, changes: changes(event.changes) }];
      case "RunEnded":
        return [{ type: "RunEnded", outcome: event.outcome, changes: changes(event.changes) }];
      case "ModelFaulted":
        return [{ type: "RunEnded", outcome: null, changes: changes(event.changes) }];
      case "RunForked":
        return [{ type: "RunForked", changes: {} }];
    }
  };
}

/** What a viewer saw actors choose in an event; a move of null is holding, or looks like it. */
export function choicesSeen(event: ViewEvent): Extract<ViewEvent, { type: "MovesMade" }>["moves"] {
  const alone = { forestalled: false, overruled: [] };
  if (event.type === "MovesMade") return event.moves;
  if (event.type === "MoveMade") return [{ actor: event.actor, move: event.move, branch: event.branch, ...alone }];
  return event.type === "TurnHeld" ? [{ actor: event.actor, move: null, branch: null, ...alone }] : [];
}

/** The state that a viewer knows after some view events. */
export function viewState(events: readonly ViewEvent[]): ViewState | null {
  let state: ViewState | null = null;
  for (const event of events) {
    if (event.type === "RunStarted") state = event.state;
    else state = state === null ? null : changed(state, event.changes);
  }
  return state;
}

function changed(state: ViewState, changes: ViewChanges): ViewState {
  const tracks = { ...state.tracks, ...changes.tracks };
  const variables = { ...state.variables, ...changes.variables };
  return { ...state, ...changes, tracks, variables };
}

/** Whether evaluating an expression takes something that a viewer cannot see. */
export function readsSecret(model: Model, expression: Expression, viewer: Viewer): boolean {
  const secrets = new Map([...model.tracks, ...model.variables].map((item) => [item.id, item.private]));
  const coverts = new Set(
    [...model.moves, ...model.incidents].filter((step) => !knowsOf(viewer, step)).map((step) => step.id),
  );
  const hides = (id: string): boolean => !maySee(viewer, secrets.get(id) ?? null);
  const readsHidden = (read: Read): boolean => {
    switch (read.kind) {
      case "track":
      case "variable":
        return hides(read.id);
      case "since":
      case "made":
        return read.mark.kind === "track" ? hides(read.mark.id) : coverts.has(read.mark.id);
      case "chose":
        // Whoever makes a covert move seems to hold, so that no choice of such an actor is known for sure.
        return model.moves.some(({ id, by }) => by === read.actor && coverts.has(id));
      case "assumption":
      case "term":
      case "outcome":
      case "calendar":
        return false;
    }
  };
  return someInside(expression, model.terms, (part) => {
    const read = readOf(part);
    return read !== null && readsHidden(read);
  });
}

function knownBranch(step: Move | Incident | undefined, taken: BranchTaken | null, viewer: Viewer): string | null {
  if (taken === null) return null;
  const branch = step?.branches.find(({ id }) => id === taken.branch);
  return step !== undefined && branch !== undefined && !knowsBranch(viewer, step, branch) ? null : taken.branch;
}

function visibleState({ state }: RunStarted, hidden: ReadonlySet<string>): ViewState {
  return {
    tracks: without(state.tracks, hidden),
    variables: without(state.variables, hidden),
    round: state.round,
    outcome: state.outcome,
    over: state.ended !== null,
  };
}

function visible(changes: Changes, hidden: ReadonlySet<string>): ViewChanges {
  const tracks = without(changes.tracks ?? {}, hidden);
  const variables = without(changes.variables ?? {}, hidden);
  return {
    ...(Object.keys(tracks).length > 0 ? { tracks } : {}),
    ...(Object.keys(variables).length > 0 ? { variables } : {}),
    ...(changes.round !== undefined ? { round: changes.round } : {}),
    ...(changes.outcome !== undefined ? { outcome: changes.outcome } : {}),
    ...(changes.ended !== undefined ? { over: changes.ended !== null } : {}),
  };
}

function without<T>(values: Readonly<Record<string, T>>, hidden: ReadonlySet<string>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter(([id]) => !hidden.has(id))) as Record<string, T>;
}
