/**
 * How choices are made when nobody is asked: policies by weight, hidden starts by odds, both exact.
 *
 * Shares are counted over some thousand replications of one site and held to four standard deviations of the exact
 * share, at a fixed seed.
 */
import { describe, expect, test } from "vitest";
import { luckOf } from "../../src/chance/draw.ts";
import { drawInitial, initialStates } from "../../src/engine/initial.ts";
import { openSession, startRun } from "../../src/engine/session.ts";
import type { TreatmentRequest } from "../../src/engine/treatment.ts";
import { chronicle, tinyEngine, tinyRun } from "./tiny.ts";

const runs = 2000;

/** How often each first step happens. */
function shares(body: string, request: TreatmentRequest = {}): Record<string, number> {
  const engine = tinyEngine(body, request);
  const [started] = startRun(engine, { seed: "shares", model: "", document: { id: "", text: "" } });
  if (started?.type !== "RunStarted") throw new Error("a run starts with RunStarted");
  const counts: Record<string, number> = {};
  for (let replication = 0; replication < runs; replication++) {
    const proposed = openSession(engine, luckOf("shares", replication), started.state).proposeNext();
    const word = Array.isArray(proposed) ? (chronicle({ events: proposed })[0] ?? "") : "refused";
    counts[word] = (counts[word] ?? 0) + 1;
  }
  return counts;
}

function expectShares(counts: Record<string, number>, exact: Record<string, number>): void {
  expect(Object.keys(counts).sort()).toEqual(Object.keys(exact).sort());
  for (const [word, share] of Object.entries(exact)) {
    const deviation = Math.sqrt((share * (1 - share)) / runs);
    expect(Math.abs((counts[word] ?? 0) / runs - share), word).toBeLessThanOrEqual(4 * deviation);
  }
}

const frame = `clock: { rounds: 1 }
outcomes:
  end: { otherwise: true }
variables:
  x: { scale: [0, 9], initial: 2 }
actors:
  one: {}
  two: {}
moves:
  press:
    by: one
  wait:
    by: one
  never:
    by: one
    when: x > 5
  offer:
    by: one
`;

describe("a policy", () => {
  test("gives each open option its weight's share, where weights are expressions of the state", () => {
    const body = `${frame}policies:\n  one:\n    table:\n      press: 1 + x\n      wait: 0.5\n      never: 100\n      hold: 1.5`;
    expectShares(shares(body), { press: 0.6, wait: 0.1, "hold one": 0.3 });
  });

  test("weighs moves without an entry by others, and holding not at all unless it says so", () => {
    const body = `${frame}policies:\n  one:\n    table:\n      press: 2\n      others: 1`;
    expectShares(shares(body), { press: 0.5, wait: 0.25, offer: 0.25 });
  });

  test("holds where every weight is zero", () => {
    const body = `${frame}policies:\n  one:\n    table:\n      press: x - 2\n      never: 1`;
    expectShares(shares(body), { "hold one": 1 });
  });

  test("holds where every weight is zero, even if its actor must move", () => {
    const body = `${frame.replace("one: {}", "one: { must_move: true }")}policies:\n  one:\n    table:\n      press: 0`;
    expectShares(shares(body), { "hold one": 1 });
  });

  test("that is absent is uniform over the enabled moves and holding", () => {
    expectShares(shares(frame), { press: 0.25, wait: 0.25, offer: 0.25, "hold one": 0.25 });
  });

  test("is the first of an actor's, unless another is asked for", () => {
    const body = `${frame}policies:\n  one:\n    first:\n      press: 1\n    second:\n      wait: 1`;
    expectShares(shares(body), { press: 1 });
    expectShares(shares(body, { policies: { one: "second" } }), { wait: 1 });
  });

  test("with a negative weight is a fault that names it, but only where the move is open", () => {
    const body = (move: string): string => `${frame}policies:\n  one:\n    table:\n      ${move}: x - 3\n      hold: 1`;
    expect(chronicle(tinyRun(body("wait"))).at(-1)).toMatch(/^fault policies\.one\.table\.wait/);
    expect(chronicle(tinyRun(body("never"))).at(-1)).toBe("end");
  });
});

describe("free turns", () => {
  const free = frame.replace("variables:", "turns: free\nvariables:").concat("  answer:\n    by: two\n");

  test("pool the weights of all enabled moves of all actors", () => {
    const body = `${free}policies:\n  one:\n    table:\n      press: 3\n      hold: 50\n  two:\n    table:\n      answer: 1`;
    expectShares(shares(body), { press: 0.75, answer: 0.25 });
  });

  test("are uniform over the enabled moves where every weight is zero", () => {
    const body = `${free}policies:\n  one:\n    table:\n      hold: 1\n  two:\n    table:\n      answer: 0`;
    expectShares(shares(body), { press: 0.25, wait: 0.25, offer: 0.25, answer: 0.25 });
  });
});

describe("simultaneous turns", () => {
  test("draw each actor's choice at its own site", () => {
    const body = frame.replace("variables:", "turns: simultaneous\nvariables:").concat("  answer:\n    by: two\n");
    const one = ["press", "wait", "offer", "hold"];
    const exact = one.flatMap((first) => ["answer", "hold"].map((second) => [`${first} + ${second}`, 1 / 8]));
    expectShares(shares(body), Object.fromEntries(exact));
  });
});

describe("branches", () => {
  test("are taken in the shares of their odds, never at odds of zero", () => {
    const body = `${frame}    branches:\n      well:\n        odds: x\n      badly:\n        odds: 6\n      never:\n        odds: 0\npolicies:\n  one:\n    table:\n      offer: 1`;
    expectShares(shares(body), { "offer well": 0.25, "offer badly": 0.75 });
  });
});

describe("hidden initial values", () => {
  const hidden = (start: string): string => `clock: { rounds: 1 }
tracks:
  talks:
    initial: any
    states: { open: {}, closed: {} }
variables:
  resolve: { scale: [0, 9], initial: { 3: 1, 7: 3 } }
  fixed: { scale: [0, 9], initial: 4 }
  bluff: { flag: [false, true] }
${start}outcomes:
  end: { otherwise: true }
`;
  const wordOf = ({ tracks, variables }: ReturnType<typeof drawInitial>): string =>
    `${tracks.talks} ${variables.resolve} ${variables.bluff}`;

  function drawn(body: string): Record<string, number> {
    const { law } = tinyEngine(body);
    const counts: Record<string, number> = {};
    for (let replication = 0; replication < runs; replication++) {
      const word = wordOf(drawInitial(law, luckOf("shares", replication)));
      counts[word] = (counts[word] ?? 0) + 1;
    }
    return counts;
  }

  const exactOf = (body: string): Record<string, number> =>
    Object.fromEntries(initialStates(tinyEngine(body).law).map(({ state, odds }) => [wordOf(state), odds]));

  test("are drawn independently by their odds", () => {
    const exact = exactOf(hidden(""));
    expect(exact).toMatchObject({ "open 3 false": 1 / 16, "closed 7 true": 3 / 16 });
    expectShares(drawn(hidden("")), exact);
  });

  test("follow the product of their odds among the combinations that the start allows", () => {
    const body = hidden("start: not (talks is open and resolve is 7) and not (bluff and resolve is 3)\n");
    const exact = exactOf(body);
    // Odds 1 for each of open and closed with 3, and 3 for each truth of bluff with closed and 7.
    expect(exact).toEqual({
      "open 3 false": 1 / 8,
      "closed 3 false": 1 / 8,
      "closed 7 false": 3 / 8,
      "closed 7 true": 3 / 8,
    });
    expectShares(drawn(body), exact);
  });

  test("that leave no combination are a fault of the run", () => {
    const body = hidden(
      "start: resolve > 3 and bluff\nassumptions:\n  doubt: { range: [0, 1], default: 1, basis: judgement }\n",
    );
    const impossible = body.replace("7: 3 }", "7: doubt }");
    expect(chronicle(tinyRun(impossible, { assume: { doubt: 1 } })).at(-1)).toBe("end");
    const words = chronicle(tinyRun(impossible, { assume: { doubt: 0 } }));
    expect(words).toEqual(["start", "fault start: no combination of initial values is allowed"]);
  });

  test("whose odds are negative under an assumption are a fault of the run", () => {
    const body = hidden("")
      .replace("{ 3: 1, 7: 3 }", "{ 3: 1, 7: 1 - 2 * doubt }")
      .concat("assumptions:\n  doubt: { range: [0, 1], default: 0, basis: judgement }\n");
    expect(chronicle(tinyRun(body)).at(-1)).toBe("end");
    expect(chronicle(tinyRun(body, { assume: { doubt: 1 } })).at(-1)).toMatch(/^fault initial\.resolve/);
  });
});
