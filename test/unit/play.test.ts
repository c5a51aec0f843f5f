/**
 * The loop that drives every run: what it waits for, when it stops, and that nothing is taken that was not shown.
 */
import { describe, expect, test } from "vitest";
import { luckOf } from "../../src/chance/draw.ts";
import { choicesIn, deedsIn } from "../../src/engine/deeds.ts";
import type { Choice, RunEvent } from "../../src/engine/event.ts";
import { play, playOn, playOpen, playWith, startSession, unnamed } from "../../src/engine/play.ts";
import { openSession, type Session } from "../../src/engine/session.ts";
import { everyEvent } from "./exampleRun.ts";
import { chronicle, tinyEngine } from "./tiny.ts";

const world = `clock: { rounds: 3 }
turns: in order
actors:
  one: {}
  two: {}
variables:
  x: { scale: [0, 9], initial: 0 }
moves:
  press:
    by: one
    then:
      x: x + 1
  answer:
    by: two
incidents:
  storm:
    when: round is 1
    chance: 0.000001
rules:
  follow:
    when: x is 1
    then:
      x: 2
outcomes:
  end: { otherwise: true }
variants:
  staged:
    script:
      - { round: 1, by: one, move: press }
      - { round: 1, incident: storm }
policies:
  one:
    idle:
      hold: 1
  two:
    idle:
      hold: 1
`;

const engine = tinyEngine(world);
const start = { seed: "a", ...unnamed };

function seated(variant: string, ...seats: readonly string[]): Session {
  const staged = tinyEngine(world, { variant });
  const { started } = startSession(staged, start);
  return openSession(staged, luckOf("a", 0), started.state, new Set(seats));
}

const press: Choice = { actor: "one", move: "press", chosen: "person", branch: null };

describe("a run that is played", () => {
  test("takes a step with all that follows only after it was shown", () => {
    const { session } = startSession(engine, start);
    const before = session.state;
    const waits = play({ session, choose: () => session.proposeNext([press]) });
    const first = waits.next().value;
    expect(first).toMatchObject({ kind: "step" });
    expect(session.state).toBe(before);
    waits.next();
    expect(session.state).not.toBe(before);
  });

  test("asks the seats whose turn it is, and nobody else", () => {
    const session = seated("default", "one");
    const asked: (readonly string[])[] = [];
    const events: RunEvent[] = [];
    const waits = play({ session, asks: true });
    let next = waits.next();
    while (next.done !== true) {
      if (next.value.kind === "choice") {
        asked.push(next.value.turns.map(({ actor }) => actor));
        next = waits.next(asked.length === 2 ? [press] : []);
      } else {
        events.push(...next.value.events);
        next = waits.next();
      }
    }
    expect(asked).toEqual([["one"], ["one"], ["one"]]);
    expect(events.flatMap(choicesIn).filter(({ actor }) => actor === "one")).toMatchObject([
      { move: null, chosen: "draw" },
      { move: "press", chosen: "person" },
      { move: null, chosen: "draw" },
    ]);
  });

  test("nobody is asked where the policies choose for the seats", () => {
    const kinds = new Set([...play({ session: seated("default", "one", "two") })].map(({ kind }) => kind));
    expect([...kinds]).toEqual(["step"]);
  });

  test("is stopped as unfinished in the round of its limit, and not before", () => {
    for (const limit of [0, 1, 2]) {
      const { session } = startSession(engine, start);
      playOpen({ session, limit });
      expect(session.state).toMatchObject({ ended: "unfinished", round: limit });
    }
    const { session } = startSession(engine, start);
    playOpen({ session, limit: 4 });
    expect(session.state).toMatchObject({ ended: "outcome" });
  });

  test("stops where it is told, after a step with what follows from it", () => {
    const { session } = startSession(engine, start);
    const seen: RunEvent[] = [];
    const run = { session, choose: () => session.proposeNext([press]), until: () => true };
    expect(playOn({ ...run, see: (_before, event) => seen.push(event) })).toBeNull();
    expect(chronicle({ events: seen })).toEqual(["press", "rule follow"]);
    expect(session.state.ended).toBeNull();
  });

  test("says why a step was refused, and is where it was", () => {
    const { session } = startSession(engine, start);
    const before = session.state;
    const choose = () => session.propose({ type: "MakeMove", ...press, actor: "two", move: "answer" });
    expect(playOn({ session, choose })).toMatchObject({ refused: "not its turn" });
    expect(session.state).toBe(before);
    expect(() => playOpen({ session, choose })).toThrow(/should be open was refused/);
  });

  test("does nothing where it has ended", () => {
    const { session } = startSession(engine, start);
    playOpen({ session });
    const end = session.state;
    expect([...play({ session, asks: true })]).toEqual([]);
    expect(session.state).toBe(end);
  });

  test("waits for whoever remembers and whoever chooses", async () => {
    const session = seated("default", "one");
    const events: RunEvent[] = [];
    await playWith(
      { session },
      {
        ask: async (turns) => turns.map(({ actor }) => ({ ...press, actor })),
        async remember(next) {
          const { state } = session;
          await Promise.resolve();
          expect(session.state).toBe(state);
          events.push(...next);
        },
      },
    );
    const chosen = events.flatMap(choicesIn).filter(({ actor }) => actor === "one");
    expect(chosen.map(({ move, chosen: by }) => [move, by])).toEqual(Array(3).fill(["press", "person"]));
  });
});

describe("the script stands before the seats", () => {
  /** Goes to the point at which the variant's script says something, and what is needed there. */
  function atRoundOne(variant: string): Session {
    const session = seated(variant, "one", "two");
    playOpen({ session, until: () => session.state.round === 1 });
    return session;
  }

  test("a seat is not asked for a turn that the script prescribes, nor heard in it", () => {
    const session = atRoundOne("staged");
    // The scripted incident does not wait for luck, so nobody is asked before it has occurred.
    expect(session.need()).toEqual({ kind: "nothing" });
    playOpen({ session, until: () => session.state.cursor === "turn:one" });
    expect(session.need()).toEqual({ kind: "nothing" });
    const wish: Choice = { actor: "one", move: "hold", chosen: "person", branch: null };
    expect(session.proposeNext([wish])).toMatchObject([
      { type: "MoveMade", move: "press", chosen: "given" },
      { type: "RuleApplied" },
    ]);
    playOpen({ session, until: () => session.state.cursor === "turn:two" });
    expect(session.need()).toMatchObject({ kind: "choice", turns: [{ actor: "two" }] });
  });

  test("without it the seat is asked at once, because luck lets the incident pass", () => {
    expect(atRoundOne("default").need()).toMatchObject({ kind: "choice", turns: [{ actor: "one" }] });
  });
});

describe("who did what", () => {
  const joint: RunEvent = {
    type: "MovesMade",
    version: 2,
    lot: null,
    moves: [
      {
        actor: "usa",
        move: "reassure",
        chosen: "draw",
        branch: { branch: "well", chosen: "draw" },
        forestalled: false,
        overruled: [],
      },
      { actor: "russia", move: null, chosen: "given", branch: null, forestalled: false, overruled: [] },
      { actor: "nato", move: "move_troops", chosen: "person", branch: null, forestalled: true, overruled: [] },
    ],
    changes: {},
  };

  test("choices are told of whoever chose, however the event was made", () => {
    expect(choicesIn(joint)).toEqual(joint.type === "MovesMade" ? joint.moves : []);
    const told = everyEvent.map((event) => choicesIn(event).map(({ actor, move, chosen }) => [actor, move, chosen]));
    expect(told.filter((choices) => choices.length > 0)).toEqual([
      [["usa", "deliver_rejection", "person"]],
      [["russia", null, "policy"]],
      [
        ["usa", "reassure", "draw"],
        ["russia", null, "given"],
      ],
    ]);
  });

  test("deeds are what took effect: no holding, nothing that came too late, nothing averted", () => {
    expect(deedsIn(joint)).toEqual([{ kind: "move", id: "reassure", branch: "well" }]);
    expect(everyEvent.flatMap(deedsIn)).toEqual([
      { kind: "move", id: "deliver_rejection", branch: "leaks" },
      { kind: "rule", id: "reply_lapses", branch: null },
      { kind: "incident", id: "border_clash", branch: null },
      { kind: "move", id: "reassure", branch: null },
    ]);
  });
});
