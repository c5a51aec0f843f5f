/**
 * `solve --from LOG` at the terminal: points of no return of a run, proven or estimated.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { CliSession } from "./cliSession.ts";

const session = new CliSession();
const solveFrom = (...words: readonly string[]) => session.run(["solve", "--from", "a.jsonl", ...words]);

beforeAll(async () => {
  const { code } = await session.run(["run", "brink", "--seed", "a", "--log", "a.jsonl"]);
  expect(code).toBe(0);
});
afterAll(() => session.remove());

test("tells where outcomes were settled and how shares went, and proves it", async () => {
  const { out, code } = await solveFrom();
  expect(code).toBe(0);
  expect(out).toContain("Points of no return");
  expect(out).toMatch(/position \d+, .* · /);
  expect(out).toMatch(/ is certain from here on/);
  expect(out).toContain("Proven: shares are computed over every course of the model");
});

test("gives every position as JSON, the same bytes each time", async () => {
  const first = await solveFrom("--json");
  expect(await solveFrom("--json")).toEqual(first);
  const result = JSON.parse(first.out);
  const events = session.read("a.jsonl").trimEnd().split("\n").length;
  expect(result).toMatchObject({ scenario: "brink", how: "proven", runs: null });
  expect(result.standings).toHaveLength(events);
  const { outcome } = JSON.parse((await session.run(["run", "brink", "--seed", "a", "--json"])).out);
  expect(result.standings.at(-1).outcomes[outcome].probability).toBe(1);
  expect(result.settled).toContainEqual(expect.objectContaining({ outcome, becomes: "certain" }));
});

test("draws runs and says so where too many states could follow, or where runs are asked for", async () => {
  const limited = await solveFrom("--max-states", "3");
  expect(limited.code).toBe(0);
  expect(limited.err).toContain("so runs are drawn");
  expect(limited.out).toContain("Estimated: shares come from 2,000 runs");
  const asked = JSON.parse((await solveFrom("--runs", "50", "--json")).out);
  expect(asked).toMatchObject({ how: "estimated", runs: 50, states: null, precision: null });
});

test.each([
  [["brink"], "a log holds its own scenario"],
  [["--free", "east"], "--free does not go with --from"],
  [["--variant", "x"], "--variant does not go with --from"],
  [["--runs", "0"], "--runs is 0"],
])("refuses %j", async (words, message) => {
  const { err, code } = await solveFrom(...words);
  expect(code).toBe(2);
  expect(err).toContain(message);
});

test("needs a scenario or a log", async () => {
  const { err, code } = await session.run(["solve"]);
  expect(code).toBe(2);
  expect(err).toContain("no scenario is named");
});

test("a log that is not there is named", async () => {
  const { err, code } = await session.run(["solve", "--from", "none.jsonl"]);
  expect(code).toBe(2);
  expect(err).toContain("none.jsonl");
});
