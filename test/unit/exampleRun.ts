/**
 * Events of a run for tests of the log: well formed, and otherwise of no consequence.
 */
import type { RunEvent, RunStarted, TurnHeld } from "../../src/engine/event.ts";

export const started: RunStarted = {
  type: "RunStarted",
  version: 2,
  model: "0".repeat(64),
  document: { id: "chicken", text: 'title: "Ünïcode — 😀"\nturns: simultaneous\n' },
  semantics: 2,
  seed: "a",
  replication: 0,
  variant: "default",
  assume: { leak_chance: 0.2, pretext_needed: true },
  policies: { russia: "pressing" },
  rounds: 40,
  clock: { start: 19014, step: 1, months: null, dates: null },
  state: {
    tracks: { reply: "promised" },
    variables: { tension: 6, leaked: false },
    round: 0,
    entered: {},
    made: {},
    cursor: "turn:usa",
    outcome: null,
    ended: null,
  },
};

/** A turn held in a round. */
export const held = (round: number): TurnHeld => ({
  type: "TurnHeld",
  version: 1,
  actor: "usa",
  chosen: "draw",
  changes: { cursor: `turn:actor${round}` },
});

/** One event of every type, in an order that could be a run's. */
export const everyEvent: readonly RunEvent[] = [
  started,
  {
    type: "MoveMade",
    version: 1,
    actor: "usa",
    move: "deliver_rejection",
    chosen: "person",
    branch: { branch: "leaks", chosen: "draw" },
    changes: {
      tracks: { reply: "rejected" },
      variables: { tension: 7, leaked: true },
      entered: { "track:reply": 0 },
      made: { "move:deliver_rejection": 1 },
      cursor: "turn:russia",
    },
  },
  { type: "TurnHeld", version: 1, actor: "russia", chosen: "policy", changes: { cursor: "tick" } },
  { type: "RuleApplied", version: 1, rule: "reply_lapses", changes: { variables: { tension: 8 } } },
  { type: "RoundOpened", version: 1, round: 1, changes: { round: 1, cursor: "incident:border_clash" } },
  {
    type: "IncidentOccurred",
    version: 1,
    incident: "border_clash",
    chosen: "draw",
    branch: null,
    changes: { cursor: "incident:storm" },
  },
  { type: "IncidentAverted", version: 1, incident: "storm", chosen: "given", changes: { cursor: "turn" } },
  {
    type: "MovesMade",
    version: 2,
    lot: null,
    moves: [
      { actor: "usa", move: "reassure", chosen: "draw", branch: null, forestalled: false, overruled: [] },
      { actor: "russia", move: null, chosen: "given", branch: null, forestalled: false, overruled: [] },
    ],
    changes: { cursor: "tick" },
  },
  { type: "RunForked", version: 1, parent: "f".repeat(64), position: 7, seed: "b", changes: {} },
  { type: "ModelFaulted", version: 1, fault: { path: "moves.reassure", reason: "9 leaves 0..8" }, changes: {} },
  {
    type: "RunEnded",
    version: 1,
    reason: "outcome",
    outcome: "standoff",
    changes: { outcome: "standoff", ended: "outcome" },
  },
];
