/**
 * Where a step is complete: the points at which a run may be forked, and a fork that claims another place than its own.
 */
import { describe, expect, test } from "vitest";
import { luckOf } from "../../src/chance/draw.ts";
import type { RunEvent, RunForked } from "../../src/engine/event.ts";
import { completedSteps, statesAfter } from "../../src/engine/transitions.ts";
import { extendChain } from "../../src/log/chain.ts";
import { forkAt, isForkable } from "../../src/log/fork.ts";
import { verifyForks } from "../../src/log/forkParent.ts";
import { verifyRun } from "../../src/log/verify.ts";
import { resumeRun } from "../property/play.ts";
import { chronicle, tinyEngine, tinyRun } from "./tiny.ts";

const forkable = (events: readonly RunEvent[]): readonly number[] =>
  events.map((_, position) => position).filter((position) => isForkable(events, position));

const rests = (events: readonly RunEvent[]): readonly number[] =>
  [...completedSteps(events)].map(({ position }) => position);

/** One act, a rule that follows from it, and then nothing more can happen. */
const dead = `variables:
  x: { scale: [0, 9], initial: 0 }
moves:
  act:
    by: one
    when: x is 0
    then:
      x: 1
rules:
  follow:
    when: x is 1
    then:
      x: 2
outcomes:
  never:
    when: x is 9
policies:
  one:
    keen:
      act: 1
`;

describe("a run may be forked", () => {
  test("before nothing can happen any more, which does not follow from the step before", () => {
    const { events } = tinyRun(dead);
    expect(chronicle({ events })).toEqual(["start", "act", "rule follow", "deadlock"]);
    expect(forkable(events)).toEqual([0, 2]);
    expect(rests(events)).toEqual([0, 3]);
    const past = forkAt(extendChain(undefined, events), 2, null).prefix.map(({ event }) => event);
    expect(resumeRun(tinyEngine(dead), past, luckOf("a", 0))).toEqual(events.slice(3));
  });

  test("before somebody stopped it, and not before an outcome that follows", () => {
    const going = dead.replace("when: x is 0", "when: x < 9").replace("when: x is 9", "when: x is 3");
    const stopped = tinyRun(going, {}, { roundsLimit: 1 }).events;
    expect(stopped.at(-1)).toMatchObject({ type: "RunEnded", reason: "unfinished" });
    expect(forkable(stopped)).toContain(stopped.length - 2);
    const won = tinyRun(going.replace("x is 3", "x is 2")).events;
    expect(chronicle({ events: won })).toEqual(["start", "act", "rule follow", "never"]);
    expect(forkable(won)).toEqual([0]);
  });

  test("not before the model is at fault, nor after the end", () => {
    const faulty = tinyRun(dead.replace("x: 2", "x: 4 / (x - 1)")).events;
    expect(faulty.map(({ type }) => type)).toEqual(["RunStarted", "MoveMade", "ModelFaulted"]);
    expect(forkable(faulty)).toEqual([0]);
    expect(rests(faulty)).toEqual([0, 2]);
  });

  test("where it was forked before", () => {
    const { events } = tinyRun(dead);
    const { forked } = forkAt(extendChain(undefined, events), 2, null);
    const again = [...events.slice(0, 3), forked, ...events.slice(3)];
    expect(forkable(again)).toEqual([0, 2, 3]);
    // The fork changes nothing, so the step before it is read once, with it and the end.
    expect(rests(again)).toEqual([0, 4]);
  });

  test("elsewhere it is refused, with the places nearby", () => {
    const recorded = extendChain(undefined, tinyRun(dead).events);
    expect(() => forkAt(recorded, 1, null)).toThrow(/middle of a step/);
    expect(() => forkAt(recorded, 3, null)).toThrow(/end of the run/);
    expect(() => forkAt(recorded, 4, null)).toThrow(/no position 4/);
    expect(() => forkAt(recorded, 0.5, null)).toThrow(/no position 0.5/);
  });
});

test("a fork that says it stands elsewhere, or changes anything, does not verify", () => {
  const { events } = tinyRun(dead);
  const engine = tinyEngine(dead);
  const { forked } = forkAt(extendChain(undefined, events), 2, null);
  const forkedWith = (changed: Partial<RunForked>): readonly RunEvent[] => [
    ...events.slice(0, 3),
    { ...forked, ...changed },
    ...events.slice(3),
  ];
  expect(verifyRun(engine, forkedWith({}))).toBeNull();
  for (const position of [0, 1, 3, 4, -1]) {
    expect(verifyRun(engine, forkedWith({ position }))).toMatchObject({ position: 3, expected: null });
  }
  for (const changes of [{ round: 0 }, { variables: { x: 2 } }, { ended: null }]) {
    expect(verifyRun(engine, forkedWith({ changes }))).toMatchObject({ position: 3, expected: null });
  }
});

test("a fork that names another parent than the past it copied does not verify", () => {
  const chain = extendChain(undefined, tinyRun(dead).events);
  const { prefix, forked } = forkAt(chain, 0, null);
  const forkedWith = (parent: string) =>
    verifyForks([...prefix, ...extendChain(prefix.at(-1), [{ ...forked, parent }])]);
  expect(verifyForks(chain)).toBeNull();
  expect(forkedWith(forked.parent)).toBeNull();
  for (const parent of [chain[1]?.digest ?? "", "f".repeat(64)]) {
    expect(forkedWith(parent)).toMatchObject({ position: 1, found: { parent }, expected: null });
  }
  expect(verifyForks(extendChain(undefined, [forked]))).toMatchObject({ position: 0 });
});

test("the states along a log are what each event leaves", () => {
  const { events, states } = tinyRun(dead);
  expect(statesAfter(events)).toEqual(states);
  expect(states.map(({ variables }) => variables.x)).toEqual([0, 1, 2, 2]);
});
