/**
 * sweep, swing and reproduce at the command line, with good and bad input.
 */
import { afterAll, describe, expect, test } from "vitest";
import { CliSession, islandCrisis } from "./cliSession.ts";

const session = new CliSession();
session.write("island.yaml", islandCrisis);
afterAll(() => session.remove());

const small = ["--runs", "60", "--workers", "1"];

describe("sweep", () => {
  test("names the assumptions without a cited source that drive the result", async () => {
    const { out, code } = await session.run(["sweep", "island.yaml", ...small]);
    expect(code).toBe(0);
    expect(out).toContain("one factor at a time");
    expect(out).toContain("Disposition of The South");
    expect(out).toContain("Without a cited source, and so a judgement of the author, these drive the result:");
  });

  test.each(["lhs", "factorial", "sobol"])("prints the design %s as JSON that can be made again", async (design) => {
    const { out, code } = await session.run([
      "sweep",
      "island.yaml",
      "--design",
      design,
      "--points",
      "4",
      ...small,
      "--json",
    ]);
    expect(code).toBe(0);
    session.write(`${design}.json`, out);
    const again = await session.run(["reproduce", `${design}.json`, "--scenario", "island.yaml", "--workers", "1"]);
    expect([again.code, again.out]).toEqual([0, `reproduced ${design}.json: 60 runs of each point, the same bytes\n`]);
  });

  test("writes every point as comma-separated values", async () => {
    const { err, code } = await session.run([
      "sweep",
      "island.yaml",
      "--factors",
      "calm",
      ...small,
      "--csv",
      "cells.csv",
    ]);
    expect([code, err]).toEqual([0, "wrote cells.csv\n"]);
    const rows = session.read("cells.csv").trim().split("\r\n");
    expect(rows[0]).toBe("cell,calm,outcome,count,share,low,high,difference,difference_low,difference_high,fault");
    // The usual point and both ends, with two outcomes each.
    expect(rows).toHaveLength(1 + 3 * 2);
  });

  test.each(["oat", "lhs", "sobol"])("writes the design %s as a page of figures", async (design) => {
    const points = design === "oat" ? [] : ["--points", "6"];
    const words = ["sweep", "island.yaml", "--design", design, ...points, ...small, "--report", `${design}.html`];
    const { err, code } = await session.run(words);
    expect([code, err]).toEqual([0, `wrote ${design}.html\n`]);
    const page = session.read(`${design}.html`);
    expect(page).toContain(`<section class="figure" id="drivers"`);
    expect(page).toContain(`demarche sweep island.yaml --variant default --design ${design}`);
    await session.run(words);
    expect(session.read(`${design}.html`) === page).toBe(true);
  });

  test.each([
    [["--design", "lhz"], "--design lhz: there are oat, lhs, factorial, sobol", "did you mean lhs?"],
    [["--points", "5"], "takes no --points", "add --design lhs"],
    [["--factors", "calmm"], "unknown factor calmm", "did you mean calm?"],
    [["--factors", "south"], "unknown factor south", "did you mean policy:south?"],
    [["--factors", "calm", "--assume", "calm=0.2"], "calm cannot be varied and fixed at once", ""],
    [["--sobol", "--design", "lhs"], "--sobol has a design of its own", ""],
    [["--runs", "0"], "--runs 0: a whole number of at least 1 is needed", ""],
    [["--runs", "1e12"], "at most 4294967296 runs", ""],
    [["--runs", "abc"], "--runs abc", ""],
    [["--design", "lhs", "--points", "1000000"], "at most 100000 are run", ""],
    [["--resume", "nope.json"], "there is no file nope.json to resume from", ""],
    [["--csv", "no/where.csv"], "no/where.csv cannot be written: there is no folder no", ""],
    [["--variant", "landin"], "unknown variant landin", "did you mean landing?"],
  ])("refuses %j before anything runs", async (options, message, hint) => {
    const { out, err, code } = await session.run(["sweep", "island.yaml", ...options]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(message);
    expect(err).toContain(hint);
  });

  test("ends with 1 where the model is at fault at some point, and tells the rest", async () => {
    session.write(
      "fragile.yaml",
      islandCrisis
        .replace("initial: 3 }", "initial: 3 }\n  debt: { count: [0, 1], initial: 0 }")
        .replace("storm: {", "strain: { chance: calm, then: { debt: debt + 1 } }\n  storm: {"),
    );
    const { out, code } = await session.run(["sweep", "fragile.yaml", "--factors", "calm", ...small]);
    expect(code).toBe(1);
    expect(out).toContain("The model is at fault at 2 of 3 points, which are left out of the rankings:");
    expect(out).toContain("incidents.strain.then.debt");
  });
});

describe("swing", () => {
  test("weighs the decisions of a log", async () => {
    await session.run(["run", "island.yaml", "--log", "a.jsonl"]);
    const { out, code } = await session.run(["swing", "a.jsonl", ...small]);
    expect(code).toBe(0);
    expect(out).toContain("turning points of one run");
    expect(out).toMatch(/instead .*points/);
    const json = JSON.parse((await session.run(["swing", "a.jsonl", ...small, "--json"])).out) as {
      decisions: { options: { outcomes: Record<string, { count: number }> }[] }[];
    };
    for (const { options } of json.decisions) {
      for (const { outcomes } of options) {
        expect(Object.values(outcomes).reduce((sum, { count }) => sum + count, 0)).toBe(60);
      }
    }
  });

  test("needs no scenario file, keeps to one actor if asked, and refuses unknown ones", async () => {
    const { out } = await session.run(["swing", "a.jsonl", ...small, "--actor", "south", "--json"]);
    const { decisions } = JSON.parse(out) as { decisions: { actor: string }[] };
    expect(new Set(decisions.map(({ actor }) => actor))).toEqual(new Set(["south"]));
    const bad = await session.run(["swing", "a.jsonl", "--actor", "west"]);
    expect([bad.code, bad.err]).toEqual([2, "error: unknown actor west: there are north, south\n"]);
    expect((await session.run(["swing", "none.jsonl"])).code).toBe(2);
  });
});

describe("reproduce", () => {
  test("says where the bytes differ, and that a scenario has changed", async () => {
    const { out } = await session.run(["sweep", "island.yaml", "--factors", "calm", ...small, "--json"]);
    session.write("edited.json", out.replace(/"count": \d+/, '"count": 61'));
    const edited = await session.run(["reproduce", "edited.json", "--scenario", "island.yaml", "--workers", "1"]);
    expect(edited.code).toBe(1);
    expect(edited.out).toMatch(
      /^not reproduced edited.json: line \d+ of the file is `"count": 61,`, but the runs give/,
    );
    session.write("whole.json", out);
    session.write("changed.yaml", islandCrisis.replace("default: 0.5", "default: 0.6"));
    const changed = await session.run(["reproduce", "whole.json", "--scenario", "changed.yaml"]);
    expect([changed.code, changed.out.includes("the scenario has changed since")]).toEqual([1, true]);
    session.write("names.yaml", islandCrisis.replace("name: The North", "name: The north"));
    expect((await session.run(["reproduce", "whole.json", "--scenario", "names.yaml", "--workers", "1"])).code).toBe(0);
  });

  test.each([
    ["{", "it is not JSON"],
    ["[1]", "it holds neither variants nor cells"],
    ["{}", "it holds neither variants nor cells"],
    [`{"cells": [], "scenario": "s"}`, "it does not name scenario, model and seed"],
    [`{"cells": [], "scenario": "s", "model": "m", "seed": "a", "runs": -1}`, "how many runs"],
    [`{"cells": [], "scenario": "s", "model": "m", "seed": "a", "runs": 5}`, "what was asked for"],
  ])("refuses %s with the reason", async (text, reason) => {
    session.write("bad.json", text);
    const { code, err } = await session.run(["reproduce", "bad.json"]);
    expect(code).toBe(2);
    expect(err).toContain(reason);
  });
});
