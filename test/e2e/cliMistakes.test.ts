/**
 * Mistakes at the keyboard and in files: one clear message, a hint where there is one, the right code, never a stack.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { CliSession, islandCrisis } from "./cliSession.ts";

const session = new CliSession();

beforeAll(async () => {
  session.write("island.yaml", islandCrisis);
  session.write(
    "latin.yaml",
    Buffer.concat([Buffer.from("demarche: 1\ntitle: d"), Buffer.from([0xe9]), Buffer.from("marche\n")]),
  );
  session.write("huge.yaml", `demarche: 1\n# ${"x".repeat(5 * 1024 * 1024)}\n`);
  session.write("future.yaml", islandCrisis.replace("demarche: 1", "demarche: 9"));
  session.write("bomb.yaml", "demarche: 1\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n");
  session.write("circle.yaml", `${islandCrisis}terms:\n  one: two\n  two: one\n`);
  session.write("empty.yaml", "");
  session.write(
    "bare.yaml",
    "demarche: 1\nid: bare\ntitle: Bare\nactors: { east: {} }\nmoves: { act: { by: east } }\n",
  );
  session.write("empty.jsonl", "");
  session.write("poem.jsonl", "Shall I compare thee\n");
  session.write("noise.jsonl", new Uint8Array([0, 255, 1, 254, 10]));
  await session.run(["run", "island.yaml", "--log", "a.jsonl"]);
  const lines = session.read("a.jsonl").split("\n");
  session.write("swapped.jsonl", [lines[0], lines[2], lines[1], ...lines.slice(3)].join("\n"));
});
afterAll(() => {
  session.remove();
});

/** A command line, the code it ends with, and what it says. */
const mistakes: readonly (readonly [string, number, RegExp])[] = [
  ["runn island.yaml", 2, /unknown command 'runn'\nhint: did you mean run\?/],
  ["help runn", 2, /unknown command runn\nhint: did you mean run\?/],
  ["run", 2, /missing required argument 'scenario'\nhint: demarche run --help/],
  ["run island.yaml --sed a", 2, /unknown option '--sed'\nhint: did you mean --seed\?/],
  ["run chikcen", 2, /unknown scenario chikcen\nhint: did you mean chicken\?/],
  ["run island", 2, /unknown scenario island\nhint: for the file here, write island\.yaml/],
  ["run quarrel", 2, /unknown scenario quarrel: there are .*chicken/],
  ["run iland.yaml", 2, /there is no file iland\.yaml\nhint: did you mean island\.yaml\?/],
  ["run .", 2, /is a folder|unknown scenario/],
  ["run island.yaml --rounds 0", 2, /--rounds is 0, but a whole number of at least 1/],
  ["run island.yaml --rounds 1e3", 2, /--rounds is 1e3/],
  [
    "run island.yaml --replication 4294967296",
    2,
    /--replication is 4294967296, but a whole number from 0 to 4294967295/,
  ],
  ["run island.yaml --variant landin", 2, /unknown variant landin.*\nhint: did you mean landing\?/],
  ["run island.yaml --assume calm", 2, /not of the form name=value/],
  ["run island.yaml --assume calm=0,5", 2, /takes a number.*\nhint: write the decimal sign as a point/],
  ["run island.yaml --assume calm=2", 2, /calm is 2, but it lies in 0 to 1/],
  ["run island.yaml --assume clam=0.5", 2, /unknown assumption clam.*\nhint: did you mean calm\?/],
  ["run island.yaml --policy north=stedy", 2, /unknown policy of north stedy.*\nhint: did you mean steady\?/],
  ["run island.yaml --policy nroth=steady", 2, /unknown actor nroth.*\nhint: did you mean north\?/],
  ["run bare.yaml --policy east=firm", 2, /east has no policies to choose from: the scenario has none/],
  ["run island.yaml --as nroth", 2, /unknown actor nroth.*\nhint: did you mean north\?/],
  ["run island.yaml --texts pt", 2, /no texts pt for island/],
  ["run island.yaml --log nowhere/a.jsonl", 2, /the folder it should be written to does not exist/],
  ["run island.yaml --log a.jsonl", 2, /a\.jsonl is there already, and a log is never overwritten/],
  ["run island.yaml --log /proc/a.jsonl", 2, /it or its folder may not be written to|does not exist/],
  ["run island.yaml --html nowhere/a.html", 2, /there is no folder nowhere/],
  ["run latin.yaml", 2, /latin\.yaml:2:9: /],
  ["run huge.yaml", 2, /larger than 2 MB/],
  ["run future.yaml", 2, /future\.yaml:1:11: error: .*9/],
  ["run bomb.yaml", 2, /bomb\.yaml:2:\d+: error: .*anchor/i],
  ["run circle.yaml", 2, /circle\.yaml:\d+:\d+: error: .*one.*two/],
  ["run empty.yaml", 2, /empty\.yaml:1:1: error: .*empty/],
  ["play island.yaml", 2, /for whom do you decide\? there are north, south/],
  ["play island.yaml --as east", 2, /unknown actor east/],
  ["play gone.jsonl", 2, /there is no log gone\.jsonl/],
  ["replay gone.jsonl", 2, /gone\.jsonl: there is no such file/],
  ["replay empty.jsonl", 2, /empty\.jsonl: the file is empty/],
  ["replay poem.jsonl", 2, /poem\.jsonl.*this is not a log/],
  ["replay noise.jsonl", 2, /noise\.jsonl.*this is not a log/],
  ["replay a.jsonl --until 2029-01-01", 2, /lies before the run\nhint: it begins on 2030-05-01/],
  ["replay a.jsonl --until round:99", 2, /there is no round 99\nhint: rounds go from 0 to 6/],
  ["replay a.jsonl --until 9999", 2, /there is no position 9999\nhint: positions go from 0/],
  ["replay a.jsonl --until soon", 2, /--until is soon, but a date, a round or a position is needed/],
  ["fork a.jsonl --at 9999 --hold --log b.jsonl", 2, /there is no position 9999/],
  ["fork a.jsonl --at 2 --hold --move land --log b.jsonl", 2, /exclude each other/],
  ["fork a.jsonl --at 2 --branch seen --seed x --log b.jsonl", 2, /--branch needs the --move/],
  ["verify swapped.jsonl", 1, /^$/],
  ["verify poem.jsonl", 2, /this is not a log/],
  ["export island.yaml --to xstat", 2, /unknown form xstat.*\nhint: did you mean xstate\?/],
  ["new 9lives", 2, /"9lives" cannot be an id.*\nhint: for example lives/],
];

for (const [line, code, message] of mistakes) {
  test(`demarche ${line}`, async () => {
    const told = await session.run(line.split(" "));
    expect({ code: told.code, message: told.err }).toEqual({ code, message: expect.stringMatching(message) });
    expect(told.err).not.toMatch(/\n\s+at |TypeError|undefined/);
    if (code === 2) expect(told.out).toBe("");
  });
}

test("errors that are not listed are counted", async () => {
  const many = Array.from({ length: 1500 }, (_, index) => `  m${index}: { by: nobody }\n`).join("");
  session.write("many.yaml", `demarche: 2\nid: many\ntitle: Many\nactors: { a: {} }\nmoves:\n${many}`);
  const used = await session.run(["run", "many.yaml"]);
  expect(used.err).toContain("and 1300 more errors, which are not listed");
  expect(used.err).toMatch(/error: many\.yaml has 1500 errors and cannot be used/);
  const linted = await session.run(["lint", "many.yaml"]);
  expect(linted.out).toMatch(/\n1 scenario: 1500 errors\n$/);
  expect(JSON.parse((await session.run(["lint", "many.yaml", "--json"])).out)).toMatchObject({ errors: 1500 });
});

test("an error of ours asks to be reported and shows no stack unless asked", async () => {
  const { runProgram } = await import("../../src/cli/program.ts");
  const { terminalOver } = await import("../../src/cli/terminal.ts");
  let err = "";
  const parts = (debug: string) => ({
    out: {
      write: () => {
        throw new RangeError("out of cheese");
      },
    },
    err: { write: (text: string) => (err += text) },
    input: process.stdin,
    directory: session.directory,
    environment: { DEMARCHE_DEBUG: debug },
    onInterrupt: () => {},
  });
  expect(await runProgram(["schema"], terminalOver(parts("")))).toBe(70);
  expect(err).toMatch(/^error: a bug in Demarche: out of cheese\nhint: please report it/);
  expect(err).not.toContain("    at ");
  await runProgram(["schema"], terminalOver(parts("1")));
  expect(err).toContain("    at ");
});
