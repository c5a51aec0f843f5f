/**
 * A room for tests of messages: a run of two delegations that has begun, and the event that opened the room.
 */
import type { RoomEvent } from "../../src/classroom/event.ts";
import { type LessonRun, runOf } from "../../src/classroom/run.ts";
import { prepareEngine, startRun } from "../../src/engine/session.ts";
import { treat } from "../../src/engine/treatment.ts";
import { extendChain } from "../../src/log/chain.ts";
import { readScenario } from "../../src/scenario/scenario.ts";

const document = `
demarche: 1
id: talk
title: Talk
clock: { start: 2022-01-01, rounds: 3 }
turns: simultaneous
actors: { east: { name: East }, west: { name: West } }
tracks: { talks: { initial: open, states: [open, closed] } }
moves:
  shut_$who:
    each: { who: [east, west] }
    by: $who
    then: { talks: closed }
outcomes: { end: { otherwise: true } }
`;

/** A run in which nothing has happened yet. */
export const talkRun: LessonRun = begin();

function begin(): LessonRun {
  const { scenario } = readScenario({ file: "talk.yaml", text: document });
  if (scenario === null) throw new Error("the scenario has errors");
  const events = startRun(prepareEngine(scenario.model, treat(scenario.model)), {
    seed: "a",
    model: scenario.hash,
    document: { id: "talk", text: document },
  });
  return runOf(scenario, extendChain(undefined, events));
}

/** A digest where nobody asks what it is of. */
export const digest = "0".repeat(64);

/** The room is open, for East and West. */
export const talkOpened: RoomEvent = {
  ...{ type: "RoomOpened", version: 1, room: "ABC", scenario: { id: "talk", language: null }, overlay: null },
  ...{ run: "run.ABC", people: ["east", "west"], perDelegation: 3, pace: "automatic", at: 0 },
  timing: { briefing: 1, rounds: [1], debrief: 1 },
};
