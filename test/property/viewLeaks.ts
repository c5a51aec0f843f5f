/**
 * What a view may not tell: the checker behind the law that views never leak.
 *
 * It makes twins of a run that differ only in what a viewer may not know (secrets, covert steps, seed, who chose, luck
 * that did not strike) and holds the views of all twins against each other.
 */
import type { RunEvent } from "../../src/engine/event.ts";
import type { Changes } from "../../src/engine/state.ts";
import { readsSecret, type ViewEvent, type Viewer } from "../../src/engine/view.ts";
import type { Model } from "../../src/scenario/model.ts";
import { maySee } from "../../src/scenario/visibility.ts";

/** A projection of events, such as the engine's. */
export type Project = (model: Model, events: readonly RunEvent[], viewer: Viewer) => readonly ViewEvent[];

type Twin = readonly [name: string, make: (event: RunEvent) => readonly RunEvent[]];

/** The first thing that a view tells and should not, as a sentence; null where it keeps its secrets. */
export function leak(project: Project, model: Model, events: readonly RunEvent[], viewer: Viewer): string | null {
  const view = project(model, events, viewer);
  const named = toldSecret(model, view, viewer);
  if (named !== null) return named;
  const told = JSON.stringify(view);
  for (const [name, make] of twins(model, events, viewer)) {
    const other = JSON.stringify(project(model, events.flatMap(make), viewer));
    if (other !== told) return `${viewer} can tell ${name}: ${firstDifference(told, other)}`;
  }
  return null;
}

function firstDifference(one: string, other: string): string {
  const at = [...one].findIndex((letter, index) => letter !== other[index]);
  return `${one.slice(Math.max(0, at - 60), at + 40)} | ${other.slice(Math.max(0, at - 60), at + 40)}`;
}

const secretsOf = (model: Model, viewer: Viewer): ReadonlySet<string> =>
  new Set([...model.tracks, ...model.variables].filter((item) => !maySee(viewer, item.private)).map(({ id }) => id));

/** Names in a view that a viewer may not read at all. */
function toldSecret(model: Model, view: readonly ViewEvent[], viewer: Viewer): string | null {
  const secrets = secretsOf(model, viewer);
  for (const event of view) {
    const values = event.type === "RunStarted" ? event.state : event.changes;
    const keys = [...Object.keys(values.tracks ?? {}), ...Object.keys(values.variables ?? {})];
    const secret = keys.find((key) => secrets.has(key));
    if (secret !== undefined) return `${viewer} sees ${secret}`;
    if (event.type === "MoveMade" && isCovertMove(model, event.move, viewer)) return `${viewer} sees ${event.move}`;
    const joint = event.type === "MovesMade" ? event.moves : [];
    const covert = joint.find(({ move }) => move !== null && isCovertMove(model, move, viewer));
    if (covert !== undefined) return `${viewer} sees ${covert.move}`;
    if (event.type === "IncidentOccurred" && isCovertIncident(model, event.incident, viewer))
      return `${viewer} sees ${event.incident}`;
    if (event.type !== "RuleApplied") continue;
    const rule = model.rules.find(({ id }) => id === event.rule);
    if (rule !== undefined && readsSecret(model, rule.when, viewer)) return `${viewer} sees why ${rule.id} applied`;
  }
  return null;
}

const isCovertMove = (model: Model, id: string, viewer: Viewer): boolean =>
  model.moves.some((move) => move.id === id && isHidden(move.knownTo, viewer) && move.by !== viewer);

const isCovertIncident = (model: Model, id: string, viewer: Viewer): boolean =>
  model.incidents.some((incident) => incident.id === id && isHidden(incident.knownTo, viewer));

const isHidden = (knownTo: readonly string[] | null, viewer: Viewer): boolean =>
  knownTo !== null && !knownTo.includes(viewer);

function twins(model: Model, events: readonly RunEvent[], viewer: Viewer): readonly Twin[] {
  const secrets = secretsOf(model, viewer);
  const [started] = events;
  const variant = started?.type === "RunStarted" ? started.variant : "";
  const turns = model.variants.find(({ id }) => id === variant)?.turns ?? model.turns;
  return [
    ["the seed", (event) => [event.type === "RunStarted" ? { ...event, seed: "other", replication: 9 } : event]],
    [
      "assumptions and policies",
      (event) => [event.type === "RunStarted" ? { ...event, assume: {}, policies: {} } : event],
    ],
    ["who chose", (event) => [chosenByPerson(event)]],
    ["the values of secrets", (event) => [withChanges(event, (changes) => altered(changes, secrets))]],
    ["that secrets change", (event) => [withChanges(event, (changes) => without(changes, secrets))]],
    ["the protocol's own memory", (event) => [withChanges(event, withoutMemory)]],
    ["an averted incident", (event) => (event.type === "RunStarted" ? [event, averted] : [event])],
    ["a covert step from holding", (event) => hiddenStep(model, event, viewer, secrets, turns === "free")],
    ["which covert way a step took", (event) => [otherCovertBranch(model, event, viewer)]],
  ];
}

const averted: RunEvent = {
  type: "IncidentAverted",
  version: 1,
  incident: "rumour",
  chosen: "given",
  changes: { cursor: "tick" },
};

function chosenByPerson(event: RunEvent): RunEvent {
  return JSON.parse(JSON.stringify(event, (key, value: unknown) => (key === "chosen" ? "person" : value))) as RunEvent;
}

function withChanges(event: RunEvent, change: (changes: Changes) => Changes): RunEvent {
  if (event.type === "RunStarted") return { ...event, state: { ...event.state, ...change(event.state) } };
  return { ...event, changes: change(event.changes) };
}

/** Every secret set to something else; in each event, as if all of them had changed. */
function altered(changes: Changes, secrets: ReadonlySet<string>): Changes {
  const other = Object.fromEntries([...secrets].map((id) => [id, 77]));
  const words = Object.fromEntries([...secrets].map((id) => [id, "elsewhere"]));
  const has = (section: object | undefined): boolean => Object.keys(section ?? {}).some((id) => secrets.has(id));
  return {
    ...changes,
    ...(has(changes.tracks) ? { tracks: { ...changes.tracks, ...words } } : {}),
    ...(has(changes.variables) ? { variables: { ...changes.variables, ...other } } : {}),
  };
}

function without(changes: Changes, secrets: ReadonlySet<string>): Changes {
  const open = <T>(section: Readonly<Record<string, T>> | undefined): Record<string, T> =>
    Object.fromEntries(Object.entries(section ?? {}).filter(([id]) => !secrets.has(id)));
  return { ...changes, tracks: open(changes.tracks), variables: open(changes.variables) };
}

function withoutMemory(changes: Changes): Changes {
  const memory = ["cursor", "entered", "made"];
  return Object.fromEntries(Object.entries(changes).filter(([section]) => !memory.includes(section)));
}

/** A covert step that changed nothing in public, as if it had not been made. */
function hiddenStep(
  model: Model,
  event: RunEvent,
  viewer: Viewer,
  secrets: ReadonlySet<string>,
  free: boolean,
): readonly RunEvent[] {
  if (event.type === "MovesMade") {
    const moves = event.moves.map((part) =>
      part.move !== null && isCovertMove(model, part.move, viewer)
        ? { ...part, move: null, branch: null, forestalled: false }
        : part,
    );
    return [{ ...event, moves }];
  }
  if (event.type === "RunStarted") return [event];
  const open = withoutMemory(without(event.changes, secrets));
  const quiet = Object.values(open).every((section) => Object.keys(section as object).length === 0);
  if (event.type === "MoveMade" && quiet && isCovertMove(model, event.move, viewer)) {
    return free ? [] : [{ type: "TurnHeld", version: 1, actor: event.actor, chosen: event.chosen, changes: {} }];
  }
  return event.type === "IncidentOccurred" && quiet && isCovertIncident(model, event.incident, viewer) ? [] : [event];
}

/** The step with another covert branch than the one it took, where there are several. */
function otherCovertBranch(model: Model, event: RunEvent, viewer: Viewer): RunEvent {
  if ((event.type !== "MoveMade" && event.type !== "IncidentOccurred") || event.branch === null) return event;
  const step =
    event.type === "MoveMade"
      ? model.moves.find(({ id }) => id === event.move)
      : model.incidents.find(({ id }) => id === event.incident);
  if (event.type === "MoveMade" && event.actor === viewer) return event;
  const covert = step?.branches.filter((branch) => isHidden(branch.knownTo, viewer)).map(({ id }) => id) ?? [];
  const { branch } = event.branch;
  const other = covert.includes(branch) ? covert.find((id) => id !== branch) : undefined;
  return other === undefined ? event : { ...event, branch: { ...event.branch, branch: other } };
}
