/**
 * `play`: choosing at the terminal, leaving, coming back, taking back.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CliSession, islandCrisis } from "./cliSession.ts";

let session: CliSession;

beforeEach(() => {
  session = new CliSession();
  session.write("island.yaml", islandCrisis);
});
afterEach(() => {
  session.remove();
});

const play = (input: string, ...words: string[]) => session.run(["play", ...words], { input });

interface Line {
  readonly digest: string;
  readonly event: { readonly type: string; readonly actor?: string; readonly move?: string; readonly chosen?: string };
}

const events = (file: string): readonly Line[] =>
  session
    .read(file)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);

const persons = (file: string) => events(file).filter(({ event }) => event.chosen === "person");

describe("choosing", () => {
  test("a number, an id and hold decide; the others follow their policies", async () => {
    const told = await play("1\nhold\nprepare\nquit\n", "island.yaml", "--as", "north");
    expect(told.code).toBe(0);
    expect(persons("island-north.jsonl").map(({ event }) => event.move ?? "hold")).toEqual(["land", "hold", "prepare"]);
    expect((await session.run(["verify", "island-north.jsonl"])).code).toBe(0);
  });

  test("what is no choice is answered and asked again", async () => {
    const told = await play("9\nfortify\nlnad\nhelp\n\nland\n", "island.yaml", "--as", "north");
    expect(told.out).toContain("There is no choice 9: they go from 1 to 3.");
    expect(told.out).toContain("fortify is not open now; why fortify says when it is.");
    expect(told.out).toContain('"lnad" is no choice here; did you mean land?');
    expect(told.out).toContain("take your last decision back");
    expect(persons("island-north.jsonl")).toHaveLength(1);
  });

  test("a move that is called like a command is made by its word, and the command has a slash", async () => {
    session.write("look.yaml", islandCrisis.replaceAll("prepare", "look"));
    const told = await play("/look\nlook\n/quit\n", "look.yaml", "--as", "north");
    expect(told.code).toBe(0);
    expect(persons("island-north.jsonl").map(({ event }) => event.move)).toEqual(["look"]);
    expect(told.out).toContain("The garrison: ");
  });

  test("why tells what a move does and which part of its condition fails", async () => {
    const told = await play("why fortify\nwhy 1\n", "island.yaml", "--as", "north");
    expect(told.out).toMatch(/garrison is landed: no\n\s+round >= 2: no/);
    expect(told.out).toContain("it may turn out: In sight (odds 1 - calm)");
    expect(told.out).toContain("garrison is withdrawn: yes");
  });

  test("a person sees their own secrets and none of another's", async () => {
    const north = await play("look\nprepare\nprepare\n", "island.yaml", "--as", "north", "--seed", "s");
    const south = await play("look\nhold\nhold\nhold\nlog\n", "island.yaml", "--as", "south", "--seed", "s");
    expect(north.out).toContain("Known to you: Plan of the North");
    expect(south.out).not.toMatch(/Plan of the North|Prepare in secret/);
  });

  test("the end is told with the person's own utility, and --json leaves the rest aside", async () => {
    const told = await play("hold\n".repeat(6), "island.yaml", "--as", "north");
    expect(told.out).toMatch(/It is over: .*\nUtility of The North: -?\d/);
    const result = await play("hold\n".repeat(6), "island.yaml", "--as", "north", "--json");
    expect(JSON.parse(result.out)).toMatchObject({ scenario: "island", rounds: 6 });
    expect(result.err).toContain("what do you do?");
  });

  test("in simultaneous turns everybody at the keyboard chooses before anything happens", async () => {
    const told = await play("1\n2\n", "chicken", "--as", "east", "--as", "west");
    expect(told.out).toContain("For the eyes of West:");
    const [step] = events("chicken-east-west.jsonl").filter(({ event }) => event.type === "MovesMade");
    expect(step?.event).toMatchObject({
      moves: [
        { actor: "east", move: "yield_east", chosen: "person" },
        { actor: "west", move: null, chosen: "person" },
      ],
    });
  });
});

describe("leaving and coming back", () => {
  test("a run goes on where it was left, whoever typed what in between", async () => {
    await play("1\nhold\nhold\nprepare\nhold\nhold\n", "island.yaml", "--as", "north", "--log", "whole.jsonl");
    await play("1\nhold\nquit\n", "island.yaml", "--as", "north", "--log", "parts.jsonl");
    const resumed = await play("hold\nprepare\nhold\nhold\n", "parts.jsonl");
    expect(resumed.out).toContain("It is over");
    expect(events("parts.jsonl").at(-1)?.digest).toBe(events("whole.jsonl").at(-1)?.digest);
  });

  test("before the first decision the log does not know who sits here, so the way back says it", async () => {
    const left = await play("quit\n", "island.yaml", "--as", "north");
    expect(left.out).toContain("to go on: demarche play island-north.jsonl --as north");
    expect((await play("", "island-north.jsonl")).code).toBe(2);
    expect((await play("1\n", "island-north.jsonl", "--as", "north")).code).toBe(0);
  });

  test("a new game never overwrites an old log", async () => {
    await play("1\n", "island.yaml", "--as", "north");
    const second = await play("1\n", "island.yaml", "--as", "north");
    expect(second.out).toContain("The run is kept in island-north-2.jsonl");
    expect((await play("1\n", "island.yaml", "--as", "north", "--log", "island-north.jsonl")).code).toBe(2);
  });

  test("of two writers one goes on and the other is told in one sentence", async () => {
    await play("hold\n", "island.yaml", "--as", "north");
    const { openLog } = await import("../../src/cli/runLog.ts");
    const { terminalOver } = await import("../../src/cli/terminal.ts");
    const terminal = terminalOver({
      out: { write: () => true },
      err: { write: () => true },
      input: process.stdin,
      directory: session.directory,
      environment: {},
      onInterrupt: () => {},
    });
    const first = await openLog(terminal, "island-north.jsonl");
    await play("hold\n", "island-north.jsonl");
    const before = session.read("island-north.jsonl");
    const event = first.recorded.at(-1)?.event;
    await expect(first.append(event === undefined ? [] : [event])).rejects.toThrow(/another program writes to/);
    await first.close();
    expect(session.read("island-north.jsonl")).toBe(before);
  });
});

describe("taking back", () => {
  test("undo begins a fork before the last decision; with the same luck the same decision leads to the same", async () => {
    const told = await play("1\nhold\nundo same\nhold\n", "island.yaml", "--as", "north");
    expect(told.out).toContain("the course so far stays in island-north.jsonl, the new one is in island-north-2.jsonl");
    const [old, anew] = [events("island-north.jsonl"), events("island-north-2.jsonl")];
    const fork = anew.findIndex(({ event }) => event.type === "RunForked");
    expect(anew.slice(0, fork)).toMatchObject(old.slice(0, fork).map(({ digest }) => ({ digest })));
    expect(anew.slice(fork + 1).map(({ event }) => event)).toEqual(old.slice(fork).map(({ event }) => event));
    expect((await session.run(["verify", "island-north-2.jsonl"])).code).toBe(0);
  });

  test("undo asks for the luck, and fresh luck is another seed", async () => {
    await play("1\nhold\nundo\nperhaps\nfresh\nhold\n", "island.yaml", "--as", "north");
    const fork = events("island-north-2.jsonl").find(({ event }) => event.type === "RunForked");
    expect(fork?.event).toMatchObject({ seed: "demarche/2" });
    expect((await session.run(["verify", "island-north-2.jsonl"])).code).toBe(0);
  });

  test("there is nothing to take back before the first decision", async () => {
    const told = await play("undo same\n1\n", "island.yaml", "--as", "north");
    expect(told.out).toContain("There is no decision to take back yet.");
  });
});
