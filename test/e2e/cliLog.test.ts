/**
 * What is done with a log: replay, fork, diff and verify.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CliSession, islandCrisis } from "./cliSession.ts";
import { rewritten } from "./rewrittenLog.ts";

const session = new CliSession();
const run = (...words: string[]) => session.run(words);

beforeAll(async () => {
  session.write("island.yaml", islandCrisis);
  await run("run", "island.yaml", "--seed", "a", "--log", "a.jsonl");
  await run("run", "island.yaml", "--seed", "a", "--log", "all.sqlite");
  await run("run", "island.yaml", "--seed", "b", "--log", "b.jsonl");
});
afterAll(() => {
  session.remove();
});

interface Stored {
  readonly position: number;
  readonly digest: string;
  readonly event: { readonly type: string; readonly actor?: string; readonly move?: string; readonly round?: number };
}

/** Two choose at once, and a script has both move where their policies hold. */
const jointScript = `demarche: 1
id: joint
title: Joint
turns: simultaneous
clock: { rounds: 1 }
actors: { north: {}, south: {} }
moves:
  press: { by: north }
  answer: { by: south }
policies:
  north: { still: { hold: 1 } }
  south: { still: { hold: 1 } }
outcomes: { over: { otherwise: true } }
variants:
  staged:
    script:
      - { round: 0, by: north, move: press }
      - { round: 0, by: south, move: answer }
`;

const events = (file: string): readonly Stored[] =>
  session
    .read(file)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Stored);

describe("replay", () => {
  test("a log tells its run where no scenario file is", async () => {
    const elsewhere = new CliSession();
    elsewhere.write("a.jsonl", session.read("a.jsonl"));
    const there = await elsewhere.run(["replay", "a.jsonl"]);
    elsewhere.remove();
    expect(there).toEqual(await run("replay", "a.jsonl"));
    expect(there.out).toContain("The island (island)");
  });

  test("the state at the end is the sum of all changes, and at a position of those before it", async () => {
    const whole = JSON.parse((await run("replay", "a.jsonl", "--json")).out) as { position: number; state: object };
    const first = JSON.parse((await run("replay", "a.jsonl", "--until", "0", "--json")).out) as { state: object };
    expect(whole.position).toBe(events("a.jsonl").length - 1);
    expect(whole.state).toMatchObject({ ended: "outcome" });
    expect(first.state).toMatchObject({ round: 0, ended: null, tracks: { garrison: "withdrawn" } });
  });

  test("a date, a round and a position stop at the end of what they name", async () => {
    const last = events("a.jsonl").findIndex(({ event }) => event.type === "RoundOpened" && event.round === 3) - 1;
    const stops = ["2030-05-03", "round:2", `position:${last}`, String(last)];
    for (const until of stops) {
      const { out } = await run("replay", "a.jsonl", "--until", until, "--json");
      expect(JSON.parse(out)).toMatchObject({ position: last, round: 2, date: "2030-05-03" });
    }
  });

  test("a view tells no positions and no seed", async () => {
    const { out } = await run("replay", "a.jsonl", "--as", "south", "--json");
    expect(out).not.toMatch(/seed|plan|position/);
    expect(JSON.parse(out)).toMatchObject({ viewer: "south", state: { over: true } });
  });

  test("a log whose scenario cannot be read any more is told by its ids", async () => {
    const lines = session.read("a.jsonl").split("\n");
    const elsewhere = new CliSession();
    const odd = rewritten(lines, (event, position) =>
      position === 0 ? { ...event, document: { id: "island", text: "nothing" } } : event,
    );
    elsewhere.write("odd.jsonl", odd);
    const told = await elsewhere.run(["replay", "odd.jsonl"]);
    const view = await elsewhere.run(["replay", "odd.jsonl", "--as", "south"]);
    elsewhere.remove();
    expect(told.err).toBe("");
    expect(told).toMatchObject({ code: 0, out: expect.stringContaining("Garrison: Withdrawn") });
    expect(view.code).toBe(2);
  });
});

describe("fork and diff", () => {
  test("a fork shares its past verbatim, takes the other decision and verifies", async () => {
    const turn = events("a.jsonl").findIndex(({ event }) => event.actor === "north");
    const chosen = events("a.jsonl")[turn]?.event.move === "land" ? "--hold" : "--move=land";
    const forked = await run("fork", "a.jsonl", "--at", String(turn - 1), chosen, "--log", "f.jsonl", "--json");
    expect(forked.code).toBe(0);
    const shared = events("a.jsonl").slice(0, turn);
    expect(events("f.jsonl").slice(0, turn)).toMatchObject(shared.map(({ digest, event }) => ({ digest, event })));
    expect(events("f.jsonl")[turn]?.event.type).toBe("RunForked");
    expect(events("f.jsonl")[turn + 1]?.event).toMatchObject({ actor: "north", chosen: "given" });
    expect((await run("verify", "f.jsonl")).code).toBe(0);
    const apart = await run("diff", "a.jsonl", "f.jsonl");
    expect(apart).toMatchObject({ code: 1, out: expect.stringContaining(`part at position ${turn}`) });
  });

  test("without a file the other course is told and leaves none", async () => {
    const words = ["fork", "a.jsonl", "--at", "0", "--hold"];
    const told = await run(...words);
    expect(told).toMatchObject({ code: 0, out: expect.stringMatching(/\nOutcome /) });
    const kept = await run(...words, "--log", "kept.jsonl", "--json");
    expect(await run(...words, "--json")).toEqual(kept);
    expect(told.out).not.toMatch(/^ +\d+ {2}/m);
  });

  test("in joint turns the others go by their script, and what the script had for the one is overruled", async () => {
    session.write("joint.yaml", jointScript);
    await run("run", "joint.yaml", "--variant", "staged", "--log", "joint.jsonl");
    await run("fork", "joint.jsonl", "--at", "0", "--by", "north", "--hold", "--log", "apart.jsonl");
    const made = events("apart.jsonl").find(({ event }) => event.type === "MovesMade")?.event;
    expect(made).toMatchObject({
      moves: [
        { actor: "north", move: null, chosen: "given" },
        { actor: "south", move: "answer", chosen: "given" },
      ],
    });
    expect((await run("verify", "apart.jsonl")).code).toBe(0);
  });

  test("another luck alone makes a fork, and nothing at all does not", async () => {
    expect((await run("fork", "a.jsonl", "--at", "0", "--seed", "z", "--log", "z.jsonl")).code).toBe(0);
    expect((await run("verify", "z.jsonl")).code).toBe(0);
    expect((await run("fork", "a.jsonl", "--at", "0", "--log", "y.jsonl")).code).toBe(2);
  });

  test("a move that is not open is refused with what is, and leaves no file", async () => {
    const told = await run("fork", "a.jsonl", "--at", "0", "--move", "fortify", "--log", "no.jsonl");
    expect(told).toMatchObject({ code: 2, out: "" });
    expect(told.err).toMatch(/^error: fortify is not open now; open are land, prepare, hold/);
    expect(() => session.read("no.jsonl")).toThrow(/ENOENT/);
    const other = await run("fork", "a.jsonl", "--at", "0", "--move", "protest", "--log", "no.jsonl");
    expect(other.err).toContain("protest is a move of south, not of north");
    const unknown = await run("fork", "a.jsonl", "--at", "0", "--move", "fortfy", "--log", "no.jsonl");
    expect(unknown.err).toContain("did you mean fortify?");
  });

  test("equal logs have no difference, whatever they lie in", async () => {
    expect(await run("diff", "a.jsonl", "all.sqlite")).toMatchObject({ code: 0, err: "" });
    const { out, code } = await run("diff", "a.jsonl", "b.jsonl", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ equal: false, position: 0, settings: { seed: ["a", "b"] } });
  });
});

describe("verify", () => {
  test("a log is accepted as it was written, in either form", async () => {
    expect((await run("verify", "a.jsonl")).code).toBe(0);
    expect((await run("verify", "all.sqlite", "--json")).out).toContain('"holds": true');
  });

  test("a log of the first semantics replays and is unbroken, but is not called verified", async () => {
    const lines = session.read("a.jsonl").split("\n");
    const first = rewritten(lines, (event, at) => {
      if (at > 0) return event;
      const { months: _, ...clock } = event.clock as Record<string, unknown>;
      return { ...event, version: 1, semantics: 1, clock };
    });
    session.write("first.jsonl", first);
    const told = await run("verify", "first.jsonl");
    expect(told.code).toBe(0);
    expect(told.out).toContain("unbroken");
    expect(told.out).toContain("made under semantics 1, so it was not executed again");
    expect(told.out).not.toContain("verified");
    const { out } = await run("verify", "first.jsonl", "--json");
    expect(JSON.parse(out)).toMatchObject({ holds: true, executed: false });
    expect((await run("replay", "first.jsonl")).out).toBe((await run("replay", "a.jsonl")).out);
    session.write("torn.jsonl", first.replace('"round":1', '"round":2'));
    expect((await run("verify", "torn.jsonl")).code).toBe(1);
  });

  test("a changed byte of any event is found, and the event is named", async () => {
    const text = session.read("a.jsonl");
    const lines = text.split("\n").slice(0, -1);
    for (const position of lines.keys()) {
      const line = lines[position] ?? "";
      const at = line.lastIndexOf('"type":"') + 9;
      const letter = line[at] === "x" ? "y" : "x";
      const changed = line.slice(0, at) + letter + line.slice(at + 1);
      session.write("c.jsonl", `${[...lines.slice(0, position), changed, ...lines.slice(position + 1)].join("\n")}\n`);
      const told = await run("verify", "c.jsonl", "--json");
      expect(told.code).toBe(1);
      expect(JSON.parse(told.out)).toMatchObject({ holds: false, position });
    }
  });

  test("an event that does not follow is found even where the chain was forged anew", async () => {
    const lines = session.read("a.jsonl").split("\n");
    const position = events("a.jsonl").findIndex(({ event }) => event.type === "RoundOpened");
    const forged = rewritten(lines, (event, at) =>
      at === position ? { ...event, changes: { ...(event.changes as object), variables: { tension: 0 } } } : event,
    );
    session.write("forged.jsonl", forged);
    const told = await run("verify", "forged.jsonl", "--json");
    expect(told.code).toBe(1);
    expect(JSON.parse(told.out)).toMatchObject({ holds: false, position });
  });

  test("a fork that names another parent is found even where the chain was forged anew", async () => {
    await run("fork", "a.jsonl", "--at", "0", "--seed", "c", "--log", "forked.jsonl");
    expect(JSON.parse((await run("verify", "forked.jsonl", "--json")).out)).toMatchObject({ holds: true });
    const lines = session.read("forked.jsonl").split("\n");
    const parent = "f".repeat(64);
    session.write(
      "forged.jsonl",
      rewritten(lines, (event) => (event.type === "RunForked" ? { ...event, parent } : event)),
    );
    const told = await run("verify", "forged.jsonl", "--json");
    expect(told.code).toBe(1);
    expect(JSON.parse(told.out)).toMatchObject({ holds: false, position: 1 });
  });

  test("a log cut in the middle of an event is not verified, one cut between steps is not over", async () => {
    const text = session.read("a.jsonl");
    session.write("cut.jsonl", text.slice(0, -20));
    expect((await run("verify", "cut.jsonl")).code).toBe(1);
    session.write("begun.jsonl", `${text.split("\n")[0]}\n`);
    expect(await run("verify", "begun.jsonl")).toMatchObject({ code: 0, out: expect.stringContaining("not over yet") });
  });

  test("whether the scenario has changed since is said where asked", async () => {
    session.write("later.yaml", islandCrisis.replace("tension >= 9", "tension >= 8"));
    session.write("typo.yaml", islandCrisis.replace("The island is never", "The island was never"));
    expect((await run("verify", "a.jsonl", "--scenario", "later.yaml")).err).toContain("has changed since the run");
    expect((await run("verify", "a.jsonl", "--scenario", "typo.yaml")).err).toContain("is the scenario that was run");
  });
});
