/**
 * What `check` prints and keeps: every finding opens as a run, and a search that ends early never passes.
 */
import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runProgram } from "../../src/cli/program.ts";
import { terminalOver } from "../../src/cli/terminal.ts";
import { CliSession } from "./cliSession.ts";

const session = new CliSession();
const run = (...words: string[]) => session.run(words);

/** Counts rounds for ever. */
const endless = `demarche: 1
id: endless
title: Without an end
actors: { one: {} }
variables: { n: { count: [0, 1], initial: 0 } }
moves:
  turn: { by: one, when: round % 2 is 0, then: { n: 1 - n } }
properties:
  stays: { never: n is 1 }
  quiet: { first: n is 1, before: round > 3 }
`;

beforeAll(() => {
  for (const name of ["philosophers", "die", "water-jugs"]) {
    const classic = new URL(`../classics/${name}.yaml`, import.meta.url);
    session.write(`${name}.yaml`, readFileSync(classic, "utf8"));
  }
  session.write("endless.yaml", endless);
});
afterAll(() => {
  session.remove();
});

interface Checked {
  readonly complete: boolean;
  readonly limit: string | null;
  readonly states: number;
  readonly properties: readonly {
    readonly name: string;
    readonly holds: boolean | null;
    readonly steps: number | null;
    readonly trace: readonly object[] | null;
    readonly log: string | null;
    readonly lastChoice: { readonly actor: string; readonly position: number } | null;
    readonly share: { readonly method: string } | null;
  }[];
}

async function checked(...words: string[]): Promise<Checked> {
  const { out } = await run("check", ...words, "--json");
  return JSON.parse(out) as Checked;
}

describe("a counterexample", () => {
  const file = "found/all_wait_never.jsonl";

  test("is kept as a log of given choices, as long as it is said to be", async () => {
    const { properties } = await checked("philosophers.yaml", "--trace", "found");
    const found = properties.find(({ name }) => name === "all_wait_never");
    expect(found).toMatchObject({ holds: false, steps: 5, log: file, lastChoice: { actor: "table", position: 8 } });
    expect(found?.trace).toHaveLength(5);
    const moves = session
      .read(file)
      .trimEnd()
      .split("\n")
      .filter((line) => line.includes('"MoveMade"'));
    expect(moves).toHaveLength(5);
    expect(moves.every((line) => line.includes('"chosen":"given"'))).toBe(true);
  });

  test("replays", async () => {
    const { out, code } = await run("replay", file);
    expect(code).toBe(0);
    expect(out).toContain("The table: Five takes");
  });

  test("verifies", async () => {
    expect(await run("verify", file)).toMatchObject({ code: 0, out: expect.stringContaining("11 events") });
  });

  test("plays on from its last choice, in a log of its own", async () => {
    const before = session.read(file);
    const { out, code } = await session.run(["play", file, "--at", "8", "--as", "table", "--log", "again.jsonl"], {
      input: "four_eats\nquit\n",
    });
    expect(code).toBe(0);
    expect(out).toContain("Four: Waits → Eats");
    expect(session.read(file)).toBe(before);
    expect(await run("verify", "again.jsonl")).toMatchObject({ code: 0 });
  });

  test("forks", async () => {
    const done = await run("fork", file, "--at", "8", "--move", "four_eats", "--log", "fork.jsonl", "--json");
    expect(done.err).toBe("");
    expect(await run("verify", "fork.jsonl")).toMatchObject({ code: 0 });
  });

  test("of what should come some time is a way that goes round for ever", async () => {
    const { out, code } = await run("check", "die.yaml");
    expect(code).toBe(1);
    expect(out).toContain("From here the last 2 steps can go on for ever.");
  });

  test("cannot be played from a position of a scenario", async () => {
    const done = await run("play", "die.yaml", "--at", "3", "--as", "one");
    expect(done).toMatchObject({ code: 2, err: expect.stringContaining("--at names a position of a log") });
  });
});

describe("a search that ends early", () => {
  test("says how far it came, and does not pass", async () => {
    const { out, code } = await run("check", "water-jugs.yaml", "--max-states", "9", "--property", "always_again");
    expect(code).toBe(1);
    expect(out).toContain("incomplete: explored 9 states, deepest 3, nothing found so far (the limit of states");
    expect(out).toContain("undecided  always_again");
  });

  test("says of endless rounds what would end them, and still finds what lies near", async () => {
    const { out, code } = await run("check", "endless.yaml", "--max-states", "500");
    expect(code).toBe(1);
    expect(out).toContain("states count rounds without an end: --rounds N ends runs");
    expect(out).toMatch(/fails {6}stays/);
    expect(out).toMatch(/fails {6}quiet/);
  });

  test("ends where memory does", async () => {
    const result = await checked("endless.yaml", "--memory", "1");
    expect(result).toMatchObject({ complete: false, limit: "memory" });
    expect(result.states).toBeGreaterThan(1000);
  });

  test("tells what was found until Ctrl-C", async () => {
    let out = "";
    let err = "";
    const terminal = terminalOver({
      out: { write: (text: string) => (out += text) },
      err: { write: (text: string) => (err += text) },
      input: Readable.from([]),
      directory: session.directory,
      environment: {},
      onInterrupt: (interrupt) => setTimeout(interrupt, 200),
    });
    const code = await runProgram(["check", "endless.yaml"], terminal);
    expect(code).toBe(130);
    expect(out).toMatch(/incomplete: explored [\d,]+ states, deepest \d+, 1 problem found so far \(interrupted\)/);
    expect(out).toMatch(/fails {6}stays/);
    expect(out).toMatch(/undecided {2}quiet/);
    expect(err).toContain("interrupted; what was found until then is above");
  });
});

describe("a share of runs", () => {
  test("is worked out where that is possible, and tested on runs where not", async () => {
    const fair = async (...words: string[]) => {
      const { properties } = await checked("die.yaml", "--property", "fair", ...words);
      return properties[0];
    };
    expect(await fair()).toMatchObject({ holds: true, share: { method: "exact" } });
    expect((await fair("--max-states", "4", "--margin", "0.02"))?.share?.method).toBe("sequential test");
  });

  test("takes an error between 0 and 1", async () => {
    const done = await run("check", "die.yaml", "--error", "2");
    expect(done).toMatchObject({ code: 2, err: expect.stringContaining("--error 2 is no number between 0 and 1") });
  });
});

test("a property that there is not is answered with the nearest one", async () => {
  const done = await run("check", "die.yaml", "--property", "fairr");
  expect(done).toMatchObject({ code: 2, err: expect.stringContaining("did you mean fair?") });
});

test("every property of Geneva's core is decided, and each refutation is a run that verifies", async () => {
  const { complete, properties } = await checked("geneva-2022-core", "--trace", "geneva");
  expect(complete).toBe(true);
  expect(Object.fromEntries(properties.map(({ name, holds }) => [name, holds]))).toEqual({
    appeal_first: true,
    no_incursion_before_an_answer: true,
    force_has_its_stated_ground: true,
    reply_is_answered_or_lapses: true,
    way_back: false,
    settlement_is_within_reach: false,
    moscow_can_withdraw: true,
    washington_cannot_settle_alone: false,
  });
  for (const { name, holds, log } of properties) {
    if (holds === true) continue;
    expect(log).toBe(`geneva/${name}.jsonl`);
    expect((await run("verify", log ?? "")).code).toBe(0);
  }
});
