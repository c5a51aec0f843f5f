/**
 * The round protocol: incidents, the three turn orders, and the ways in which a run comes to its end.
 */
import { describe, expect, test } from "vitest";
import { chronicle, tiny, tinyEngine, tinyRun } from "./tiny.ts";

const end = "outcomes:\n  end: { otherwise: true }\n";

describe("dated incidents", () => {
  const weekly = (incidents: string): readonly string[] =>
    chronicle(
      tinyRun(`clock:
  start: 2022-01-03
  step: 1 week
  rounds: 3
variables:
  x: { scale: [0, 9], initial: 0 }
incidents:
${incidents}${end}`),
    );

  test("occur in the round that their date lies in, up to the day before the next", () => {
    const words = weekly(
      "  first_day:\n    date: 2022-01-10\n  last_day:\n    date: 2022-01-16\n  next_day:\n    date: 2022-01-17\n",
    );
    expect(words).toEqual([
      ...["start", "round 1", "incident first_day", "incident last_day"],
      ...["round 2", "incident next_day", "round 3", "end"],
    ]);
  });

  test("lapse where their condition fails on their date", () => {
    const words = weekly("  early:\n    date: 2022-01-04\n    when: x > 0\n  rise:\n    then:\n      x: 1\n");
    expect(words.some((word) => word.includes("early"))).toBe(false);
  });

  test("go before the others, whatever the document's order", () => {
    const words = weekly("  daily: {}\n  dated:\n    date: 2022-01-10\n");
    expect(words.slice(2, 5)).toEqual(["round 1", "incident dated", "incident daily"]);
  });

  test("follow uneven dates", () => {
    const words = chronicle(
      tinyRun(`clock:
  dates: [2022-01-03, 2022-01-05, 2022-02-01]
  step: 2 days
incidents:
  gap:
    date: 2022-01-31
  tail:
    date: 2022-02-02
${end}`),
    );
    expect(words).toEqual(["start", "round 1", "incident gap", "round 2", "incident tail", "round 3", "end"]);
  });
});

describe("incidents", () => {
  const rounds = `clock: { rounds: 2 }\n${end}variables:\n  x: { scale: [0, 9], initial: 0 }\nincidents:\n`;

  test("occur at most once a round, each against the state that those before it left", () => {
    const words = chronicle(
      tinyRun(
        `${rounds}  opened:\n    when: x is 1\n  opener:\n    then:\n      x: 1\n  follower:\n    when: x is 1\n`,
      ),
    );
    expect(words).toEqual([
      ...["start", "incident opener", "incident follower"],
      ...["round 1", "incident opened", "incident opener", "incident follower"],
      ...["round 2", "end"],
    ]);
  });

  test("never occur at a chance of 0, always at 1, and as often as their chance says between", () => {
    const body = `${rounds}  never:\n    chance: 0\n  always: {}\n  often:\n    chance: 0.3\n`;
    const engine = tinyEngine(body);
    let often = 0;
    const runs = 400;
    for (let replication = 0; replication < runs; replication++) {
      const words = chronicle(tinyRun(body, {}, { replication }));
      expect(words.filter((word) => word === "incident always")).toHaveLength(2);
      expect(words).not.toContain("incident never");
      often += words.filter((word) => word === "incident often").length;
    }
    expect(engine.law.order).toEqual(["incident:never", "incident:always", "incident:often", "tick"]);
    // Four standard deviations of 800 draws at 0.3.
    expect(Math.abs(often / (2 * runs) - 0.3)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / (2 * runs)));
  });

  test("fault at a chance outside 0 to 1", () => {
    expect(chronicle(tinyRun(`${rounds}  odd:\n    chance: x + 2\n`)).at(-1)).toMatch(/^fault incidents\.odd\.chance/);
  });
});

describe("turns in order", () => {
  test("come to each actor that has moves, in document order, once a round", () => {
    const words = chronicle(
      tinyRun(`clock: { rounds: 2 }
actors:
  one: { must_move: true }
  idle: {}
  two: { must_move: true }
moves:
  second:
    by: two
  first:
    by: one
${end}`),
    );
    expect(words).toEqual(["start", "first", "second", "round 1", "first", "second", "round 2", "end"]);
  });

  test("let an actor that must move hold only when it has no enabled move", () => {
    const words = chronicle(
      tinyRun(`clock: { rounds: 2 }
actors:
  one: { must_move: true }
moves:
  act:
    by: one
    when: round is 1
${end}`),
    );
    expect(words).toEqual(["start", "hold one", "round 1", "act", "round 2", "end"]);
  });

  test("give each actor the state that the one before it left", () => {
    const words = chronicle(
      tinyRun(`clock: { rounds: 1 }
actors:
  one: { must_move: true }
  two: { must_move: true }
variables:
  x: { scale: [0, 9], initial: 0 }
moves:
  open:
    by: one
    then:
      x: 1
  answer:
    by: two
    when: x is 1
${end}`),
    );
    expect(words).toEqual(["start", "open", "answer", "round 1", "end"]);
  });
});

describe("simultaneous turns", () => {
  const both = `clock: { rounds: 1 }
turns: simultaneous
actors:
  one: { must_move: true }
  two: { must_move: true }
variables:
  x: { scale: [0, 9], initial: 0 }
  seen: { scale: [0, 9], initial: 0 }
`;

  test("are one step: rules and outcomes come once, after all of it", () => {
    const words = chronicle(
      tinyRun(`${both}moves:
  rise:
    by: one
    then:
      x: 5
  fall:
    by: two
    then:
      x: 0
rules:
  high:
    when: x is 5
    then:
      seen: 1
${end}`),
    );
    expect(words).toEqual(["start", "rise + fall", "round 1", "end"]);
  });

  test("are made all the same where others took their condition away, unless they are first come", () => {
    const body = `${both}moves:
  take:
    by: one
    first_come: true
    when: x is 0
    then:
      x: 1
  take_too:
    by: two
    first_come: true
    when: x is 0 and seen is 0
    then:
      seen: 7
${end}`;
    const told = ["a", "b", "c", "d", "e", "f"].map((seed) => {
      const { events, states } = tinyRun(body, {}, { seed });
      return `${chronicle({ events })[1]}: ${JSON.stringify(states.at(-1)?.variables)}`;
    });
    // Taking does not close taking too's way back, so who comes second decides what is left.
    expect([...new Set(told)].sort()).toEqual([
      'take + take_too forestalled: {"x":1,"seen":0}',
      'take + take_too: {"x":1,"seen":7}',
    ]);
    const { states } = tinyRun(body.replaceAll("    first_come: true\n", ""));
    expect(states.at(-1)?.variables).toEqual({ x: 1, seen: 7 });
  });

  test("read the odds of a branch in the state as they open", () => {
    const { events } = tinyRun(`${both}moves:
  rise:
    by: one
    then:
      x: 1
  answer:
    by: two
    branches:
      before:
        odds: 1 - x
      after:
        odds: x
${end}`);
    expect(events[1]).toMatchObject({ moves: [{ move: "rise" }, { move: "answer", branch: { branch: "before" } }] });
  });
});

describe("free turns", () => {
  const free = (body: string): string => `clock: { rounds: 3 }\nturns: free\n${body}${end}`;

  test("make one move of one actor a round, and nobody holds", () => {
    const words = chronicle(tinyRun(free("actors:\n  one: {}\n  two: {}\nmoves:\n  act:\n    by: two\n")));
    expect(words).toEqual(["start", "act", "round 1", "act", "round 2", "act", "round 3", "end"]);
  });

  test("pass where no move is enabled", () => {
    const words = chronicle(tinyRun(free("moves:\n  act:\n    by: one\n    when: round is 1\n")));
    expect(words).toEqual(["start", "round 1", "act", "round 2", "round 3", "end"]);
  });
});

describe("a run", () => {
  test("reaches its horizon in the otherwise outcome", () => {
    const { result, states } = tinyRun(`clock: { rounds: 3 }\n${end}`);
    expect(result).toMatchObject({ ended: "outcome", outcome: "end", rounds: 3 });
    expect(states.at(-1)?.round).toBe(3);
  });

  const still = `variables:
  x: { scale: [0, 9], initial: 0 }
actors:
  one: { must_move: true }
moves:
  act:
    by: one
    when: x < 2
    then:
      x: x + 1
`;

  test("without a horizon is a deadlock once nothing can happen any more", () => {
    const { events, result } = tinyRun(`${still}outcomes:\n  war:\n    when: x > 5`);
    expect(chronicle({ events })).toEqual(["start", "act", "round 1", "act", "deadlock"]);
    expect(result).toMatchObject({ ended: "deadlock", outcome: null });
  });

  test("without a horizon ends in otherwise, if that is declared", () => {
    expect(tinyRun(`${still}${end}`).result).toMatchObject({ ended: "outcome", outcome: "end" });
  });

  test("goes on while something waits on time", () => {
    const { result } = tinyRun(`${still}outcomes:\n  late:\n    when: round is 9`);
    expect(result).toMatchObject({ ended: "outcome", outcome: "late", rounds: 9 });
  });

  test("goes on while an incident is dated ahead, or may still occur by chance", () => {
    const clock = "clock:\n  start: 2022-01-03\n";
    const dated = tinyRun(
      `${clock}${still}incidents:\n  news:\n    date: 2022-01-10\n    then:\n      x: 9\noutcomes:\n  war:\n    when: x is 9`,
    );
    expect(dated.result).toMatchObject({ outcome: "war", rounds: 8 });
    const rare = tinyRun(
      `${still}incidents:\n  news:\n    chance: 0.2\n    then:\n      x: 9\noutcomes:\n  war:\n    when: x is 9`,
      {},
      { roundsLimit: 100 },
    );
    expect(rare.result.outcome).toBe("war");
  });

  test("that goes on too long is stopped as unfinished", () => {
    const { result } = tinyRun(
      `${still.replace("x < 2", "x < 9 or x is 9")}outcomes:\n  never:\n    when: x < 0`,
      {},
      { roundsLimit: 20 },
    );
    expect(result).toMatchObject({ ended: "unfinished", outcome: null, rounds: 20 });
  });

  test("can be given another horizon than the document's", () => {
    expect(tinyRun(`clock: { rounds: 3 }\n${end}`, { rounds: 5 }).result.rounds).toBe(5);
    expect(() => tinyEngine("outcomes:\n  war:\n    when: round > 9", { rounds: 5 })).toThrow("otherwise");
    expect(tiny("x")).toContain("one: {}");
  });
});
