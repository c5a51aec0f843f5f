/**
 * `compare` at the command line: mistakes are found before anything runs, a rare fault is counted and can be opened, an
 * interruption loses nothing, and results are the same bytes however they come about.
 */
import { afterAll, describe, expect, test } from "vitest";
import { CliSession, islandCrisis } from "./cliSession.ts";

const session = new CliSession();
session.write("island.yaml", islandCrisis);
afterAll(() => session.remove());

const compared = ["compare", "island.yaml", "--ranges", "0", "--workers", "1"];

describe("is refused before anything runs", () => {
  test.each([
    [["--runs", "0"], "--runs 0: a whole number of at least 1 is needed", "--runs 10000"],
    [["--runs", "-5"], "--runs -5: a whole number of at least 1 is needed", ""],
    [["--runs", "1e12"], "--runs 1e12: at most 4294967296 runs can be told apart under one seed", ""],
    [["--runs", "abc"], "--runs abc: a whole number", ""],
    [["--runs", "2.5"], "--runs 2.5: a whole number", ""],
    [["--variants", "landin"], "unknown variant landin", "did you mean landing?"],
    [["--variants", "landing,landing"], "--variants names landing twice", ""],
    [["--variants", "landing,"], "--variants names nothing between two commas", ""],
    [["--variant", "landin"], "unknown variant landin", "did you mean landing?"],
    [["--assume", "clam=0.2"], "unknown assumption clam", "did you mean calm?"],
    [["--assume", "calm=2"], "calm is 2, but it lies in 0 to 1", ""],
    [["--policy", "south=laud"], "laud", "loud"],
    [["--until", "0.7"], "--until 0.7: a half-width between 0 and 0.5 is needed", ""],
    [["--workers", "0"], "--workers", ""],
    [["--ranges", "-1"], "--ranges", ""],
    [["--resume", "nope.json"], "there is no file nope.json to resume from", ""],
    [["--resume", "island.yaml"], "island.yaml is no saved ensemble", "when `compare` is interrupted"],
    [["--report", "no/r.html"], "no/r.html cannot be written: there is no folder no", ""],
    [["--report", "."], ". is a folder", ""],
    [["--report", "/proc/r.html"], "/proc/r.html cannot be written", ""],
    [["--csv", "island.yaml"], "island.yaml is a file, but --csv needs a folder", ""],
  ])("%j", async (options, message, hint) => {
    // So many runs would take far longer than the test may.
    const many = options[0] === "--runs" ? [] : ["--runs", "4000000000"];
    const { out, err, code } = await session.run([...compared, ...many, ...options]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(message);
    expect(err).toContain(hint);
    expect(err).not.toMatch(/\n\s+at |undefined|ENOENT/);
  });
});

describe("a fault in a few replications", () => {
  // A branch with odds of one in a thousand leaves the range of a count.
  session.write(
    "brittle.yaml",
    islandCrisis
      .replace("initial: 3 }", "initial: 3 }\n  debt: { count: [0, 1], initial: 1 }")
      .replace(
        "storm: {",
        "strain: { date: 2030-05-02, branches: { holds: { odds: 999 }, breaks: { odds: 1, then: { debt: debt + 1 } } } }\n  storm: {",
      ),
  );
  const words = ["compare", "brittle.yaml", "--ranges", "0", "--runs", "4000", "--assume", "calm=0.25"];

  test("is told with its index, the rest is counted, and the code is 1", async () => {
    const { out, code } = await session.run([...words, "--variants", "landing", "--json"]);
    expect(code).toBe(1);
    const { variants, faults } = JSON.parse(out) as {
      variants: { outcomes: Record<string, { count: number }>; stopped: { fault: number } }[];
      faults: { variant: string; replication: number; fault: { path: string } }[];
    };
    const [landing] = variants;
    const counted = Object.values(landing?.outcomes ?? {}).reduce((sum, { count }) => sum + count, 0);
    expect(landing?.stopped.fault).toBeGreaterThan(0);
    expect(landing?.stopped.fault).toBeLessThan(15);
    expect(counted + (landing?.stopped.fault ?? 0)).toBe(4000);
    expect(faults[0]).toMatchObject({
      variant: "landing",
      fault: { path: "incidents.strain.branches.breaks.then.debt" },
    });
  });

  test("opens on the machine with the command that is printed", async () => {
    const { out, code } = await session.run(words);
    expect(code).toBe(1);
    const [, printed] = /Model fault at \S+: .*\n {2}demarche (.*)/.exec(out) ?? [];
    expect(printed).toContain("--assume calm=0.25");
    const opened = await session.run(printed?.split(" ") ?? []);
    expect(opened.code).toBe(1);
    expect(`${opened.out}${opened.err}`).toContain("debt would be 2, outside 0 to 1");
  });
});

describe("an interruption", () => {
  const long = ["compare", "island.yaml", "--ranges", "4", "--workers", "1", "--runs", "40000"];

  /** Presses Ctrl-C once so many turns of the loop have passed. */
  const pressedAfter =
    (turns: number) =>
    (press: () => void): void => {
      if (turns === 0) press();
      else setImmediate(() => pressedAfter(turns - 1)(press));
    };

  test("prints what is there and leaves a state from which the same result comes", async () => {
    const stopped = await session.run(long, { interrupt: pressedAfter(4) });
    expect(stopped.code).toBe(130);
    const [, runs] =
      /^interrupted after (\d+) of 40000 runs of each variant; the same command with --resume (\S+) goes on$/m.exec(
        stopped.err,
      ) ?? [];
    expect(Number(runs)).toBeGreaterThan(0);
    expect(Number(runs)).toBeLessThan(40_000);
    expect(stopped.out).toContain(`${String(runs).replace(/(?=\d{3}$)/, ",")} runs a variant`);
    const resumed = await session.run([...long, "--resume", "island.resume.json", "--json"]);
    expect(resumed).toEqual({ ...(await session.run([...long, "--json"])), err: resumed.err });
    expect(resumed.code).toBe(0);
  });

  test("before anything was counted prints no numbers", async () => {
    const { out, err, code } = await session.run(long, { interrupt: pressedAfter(0) });
    expect([code, out]).toEqual([130, ""]);
    expect(err).toContain("interrupted after 0 of 40000 runs");
  });

  test.each([
    [["--seed", "b"], "its seed is demarche, not b"],
    [["--runs", "50000"], "it counts to 40000 runs, not 50000"],
    [["--assume", "calm=0.1"], "its variants, assumptions or policies differ"],
    [["--variants", "default"], "its variants, assumptions or policies differ"],
  ])("is not resumed with %j", async (options, reason) => {
    await session.run(long, { interrupt: pressedAfter(2) });
    const { out, err, code } = await session.run([...long, ...options, "--resume", "island.resume.json"]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(reason);
  });

  test("is not resumed with another model", async () => {
    await session.run(long, { interrupt: pressedAfter(2) });
    session.write("other.yaml", islandCrisis.replace("default: 0.5", "default: 0.6"));
    const words = long.map((word) => (word === "island.yaml" ? "other.yaml" : word));
    const { err, code } = await session.run([...words, "--resume", "island.resume.json"]);
    expect(code).toBe(2);
    expect(err).toMatch(/its model is [0-9a-f]{12}, the scenario's is [0-9a-f]{12}/);
  });
});

describe("a result", () => {
  const words = ["compare", "island.yaml", "--runs", "5000", "--ranges", "4", "--json"];

  test("is the same bytes with one worker and with two, and is made again from itself", async () => {
    const one = await session.run([...words, "--workers", "1"]);
    const two = await session.run([...words, "--workers", "2"]);
    expect(two.out).toBe(one.out);
    session.write("result.json", one.out);
    const again = await session.run(["reproduce", "result.json", "--scenario", "island.yaml", "--workers", "1"]);
    expect(again).toMatchObject({
      code: 0,
      out: "reproduced result.json: 5,000 runs of each variant, the same bytes\n",
    });
  });

  test("that stopped once it was precise enough says what that costs, and is made again", async () => {
    const precise = [...compared, "--runs", "1000000", "--until", "0.02"];
    const { out, err } = await session.run([...precise, "--json"]);
    const { runs } = JSON.parse(out) as { runs: number };
    expect(runs).toBeGreaterThan(1000);
    expect(runs).toBeLessThan(100_000);
    expect(err).toContain(`half-width 0.02 reached after ${runs} runs; looking repeatedly costs the intervals some`);
    session.write("precise.json", out);
    const again = await session.run(["reproduce", "precise.json", "--scenario", "island.yaml", "--workers", "1"]);
    expect(again.code).toBe(0);
    const short = await session.run([...compared, "--runs", "500", "--until", "0.001"]);
    expect(short.err).toMatch(/half-width 0\.001 not reached: 0\.\d+ after all runs/);
  });

  test("of a single run has no interval of its length", async () => {
    const { out } = await session.run([...compared, "--runs", "1"]);
    expect(out).toContain("1 run a variant");
    expect(out).toMatch(/mean length 6\.0 rounds, median 6/);
    expect(out).not.toMatch(/Infinity|NaN/);
  });
});

describe("a group of outcomes that is the headline", () => {
  session.write(
    "force.yaml",
    `demarche: 2
id: force
title: By force
clock: { rounds: 3 }
actors: { north: {}, south: {} }
variables: { raids: { count: [0, 3], initial: 0 } }
moves:
  raid: { by: north, then: { raids: raids + 1 } }
policies:
  north: { rash: { raid: 2, hold: 1 }, wary: { raid: 1, hold: 4 } }
outcomes:
  war: { when: raids >= 3 }
  occupation: { when: raids >= 1, at: end }
  peace: { otherwise: true }
groups:
  force: { name: Somebody is hurt, of: [war, occupation] }
headline: force
variants:
  hot: { name: Hot heads }
  cool: { name: Cool heads, policies: { north: wary } }
`,
  );
  const asked = ["compare", "force.yaml", "--ranges", "0", "--workers", "1", "--runs", "2000"];

  test("stands first with its interval and its difference, and sums up", async () => {
    const { out, code } = await session.run(asked);
    expect(code).toBe(0);
    const rows = out.split("\n").filter((line) => /^ {2}\S.* % {2}\(/.test(line));
    expect(rows.map((row) => row.trim().split("  ")[0])).toEqual([
      ...["Somebody is hurt", "War", "Occupation", "Peace"],
      ...["Somebody is hurt", "War", "Occupation", "Peace"],
    ]);
    // 1 - (1/3)^3 and 1 - (4/5)^3, in per cent.
    expect(rows[0]).toMatch(/ 9[5-7]\.\d % {2}\(9\d\.\d – 9\d\.\d\)/);
    expect(rows[4]).toMatch(/ (4[6-9]|5[01])\.\d % {2}\(.* – .*\) +−(4[5-9]|50)\.\d {2}\(−.* to −.*\) \*$/);
    expect(out.replaceAll("\n", " ")).toMatch(
      /What matters most here: under Cool heads, Somebody is hurt comes in \d+\.\d points less of the runs than under Hot heads\./,
    );
  });

  test("stands in the object, from joint counts", async () => {
    const { out } = await session.run([...asked, "--json"]);
    const result = JSON.parse(out);
    expect(result.headline).toBe("force");
    for (const { outcomes, groups } of result.variants) {
      expect(groups.force.count).toBe(outcomes.war.count + outcomes.occupation.count);
      expect(groups.force.share).toBe(groups.force.count / 2000);
      expect(groups.force.low).toBeLessThan(groups.force.share);
    }
    const { difference, low, high, saved } = result.differences.find(
      (one: { outcome: string }) => one.outcome === "force",
    );
    const [hot, cool] = result.variants.map((one: (typeof result)["variants"][number]) => one.groups.force.count);
    expect(difference).toBeCloseTo((cool - hot) / 2000, 12);
    expect([low < difference, difference < high, saved > 0]).toEqual([true, true, true]);
    const [times] = result.times;
    expect(times.groups[0].at(-1)).toBe(result.variants[0].groups.force.count);
  });

  test("is drawn and tabled in the report", async () => {
    const { code } = await session.run([...asked, "--report", "force.html", "--csv", "force", "--sample", "50"]);
    expect(code).toBe(0);
    expect(session.read("force.html")).toMatch(/4\. Somebody is hurt[\s\S]*1\. War/);
    for (const table of ["outcomes", "differences", "times"]) {
      expect(session.read(`force/${table}.csv`)).toMatch(/,force,/);
    }
  });

  test("is sought and bounded by solve and check", async () => {
    const best = await session.run(["solve", "force.yaml", "--free", "north", "--minimise", "force", "--json"]);
    expect(JSON.parse(best.out).groups.force).toMatchObject({ min: 0 });
    const plain = await session.run(["solve", "force.yaml", "--json"]);
    expect(JSON.parse(plain.out).groups.force.probability).toBeCloseTo(1 - 1 / 27, 12);
    const told = await session.run(["solve", "force.yaml"]);
    expect(told.out).toMatch(/Groups of outcomes\n {2}Somebody is hurt +96\.29629630 %/);
    const none = await session.run(["solve", "force.yaml", "--free", "north", "--minimise", "forse"]);
    expect([none.code, none.err]).toEqual([2, expect.stringContaining("did you mean force?")]);
  });
});
