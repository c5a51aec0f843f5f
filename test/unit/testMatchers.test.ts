/**
 * The matchers of the test kit: each passes and fails as it should, and prints what it promises.
 */
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readLog } from "../../src/log/logFile.ts";
import { verifyRun } from "../../src/log/verify.ts";
import {
  conditionOf,
  demarcheMatchers,
  drawRun,
  type HistoryEntry,
  keepRunsIn,
  kernelOf,
  loadScenario,
  playChoices,
  scenarioFromText,
} from "../../src/testing/index.ts";
import { CliSession, islandCrisis } from "../e2e/cliSession.ts";

expect.extend(demarcheMatchers);

const folder = mkdtempSync(join(tmpdir(), "demarche-kept-"));
keepRunsIn(folder);

const island = scenarioFromText(islandCrisis);
const pretext = loadScenario("pretext");
const fortified = [
  { site: "turn:north", option: "land" },
  { site: "turn:north", option: "fortify" },
];

/** What a failing expectation prints. */
function messageOf(expectation: () => void): string {
  try {
    expectation();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("the expectation does not fail");
}

/** The run that the last line of a message opens. */
function keptRun(message: string) {
  const file = /demarche (?:play|replay) (\S+\.jsonl)(?: --as \w+)?$/.exec(message)?.[1] ?? "";
  expect(existsSync(file), message).toBe(true);
  return { file, events: readLog(file).recorded.map(({ event }) => event) };
}

describe("toHold", () => {
  test("of a run says whether the property holds of it", () => {
    expect(playChoices(island, [])).toHold("never_fortified");
    expect(playChoices(island, fortified)).not.toHold("never_fortified");
  });

  test("prints the chronicle up to the failure and keeps the run as a log that opens", async () => {
    const run = playChoices(island, fortified);
    const message = messageOf(() => expect(run).toHold("never_fortified"));
    expect(message.split("\n")[0]).toBe(
      'expected never_fortified ("The island is never fortified") to hold of this run of island, but it does not',
    );
    expect(message).toContain("3 May 2030 · round 2");
    expect(message).toContain("The North: Fortify the island → In sight");
    expect(message).not.toContain("4 May 2030");
    const { file, events } = keptRun(message);
    expect(events.at(-1)).toMatchObject({ type: "MoveMade", move: "fortify" });
    expect(verifyRun(run.prepared.engine, events)).toBeNull();
    const session = new CliSession();
    expect((await session.run(["replay", file])).out).toContain("Fortify the island");
    expect((await session.run(["verify", file])).code).toBe(0);
    expect((await session.run(["play", file, "--as", "south"], { input: "quit\n" })).out).toContain(
      "The South, what do you do?",
    );
    session.remove();
  });

  test("names the command line of a run that a seed makes", () => {
    const run = drawRun(loadScenario("ultimatum"), { seed: "x y", replication: 3, assume: { crossing: 0.5 } });
    const [property = ""] = Object.keys(run.result.properties);
    const message = messageOf(() =>
      run.result.properties[property] === true ? expect(run).not.toHold(property) : expect(run).toHold(property),
    );
    expect(message.split("\n").at(-1)).toBe(
      "  demarche run ultimatum --seed 'x y' --replication 3 --assume crossing=0.5",
    );
  });

  test("of a scenario proves or refutes it over all courses", () => {
    expect(island).not.toHold("never_fortified");
    expect(loadScenario("crisis-chain")).toHold("war_by_way_of_crisis");
    expect(messageOf(() => expect(loadScenario("crisis-chain")).not.toHold("war_by_way_of_crisis"))).toMatch(
      /not to hold of crisis-chain, but it holds: proved over \d+ states$/,
    );
    const refuted = messageOf(() => expect(island).toHold("never_fortified"));
    expect(refuted).toMatch(/, but it does not: refuted among [\d,]+ states\n/);
    expect(keptRun(refuted).events.at(-1)).toMatchObject({ type: "MoveMade", move: "fortify" });
  });

  test("of a scenario follows the policies where it is told to", () => {
    const holds = { choosing: "by policy", policies: { south: "loud" } } as const;
    const loud = scenarioFromText(
      islandCrisis.replace("never: garrison is fortified", "first: tension >= 6, before: garrison is fortified"),
    );
    expect(loud).toHold("never_fortified", holds);
    expect(loud).not.toHold("never_fortified", { ...holds, choosing: "freely" });
  });

  test("of a scenario too large to explore tries generated runs, says so, and shrinks what fails", () => {
    const holds = messageOf(() =>
      expect(loadScenario("crisis-chain")).not.toHold("war_by_way_of_crisis", { statesMax: 1 }),
    );
    expect(holds).toContain("in all 200 generated runs, which proves nothing of others");
    const fails = messageOf(() => expect(island).toHold("never_fortified", { by: "generating" }));
    expect(fails).toMatch(/: in run \d+ of 200 generated\n/);
    expect(keptRun(fails).events.filter(({ type }) => type === "MoveMade")).toHaveLength(2);
  });

  test("refuses what it cannot decide, with the nearest name", () => {
    expect(() => expect(island).toHold("never_fortifid")).toThrow(
      /no property never_fortifid: there are never_fortified/,
    );
    expect(() => expect(loadScenario("chicken")).toHold("one_collision_in_a_hundred")).toThrow(/a bound on a share/);
    expect(() => expect(loadScenario("crisis-chain")).toHold("deal_always_open", { by: "generating" })).toThrow(
      /decided by exploring alone/,
    );
    expect(() => expect(playChoices(loadScenario("brink"), [])).toHold("way_out")).toThrow(
      /expect it of the scenario|not decided by a single run/,
    );
    expect(() => expect("island").toHold("never_fortified")).toThrow(/expected of a run or of a scenario/);
  });
});

describe("toReach", () => {
  test("takes an outcome or a condition, of a run or of a scenario", () => {
    const run = playChoices(island, fortified);
    expect(run).toReach("quiet");
    expect(run).not.toReach("clash");
    expect(run).toReach("garrison is fortified and tension >= 5");
    expect(run).not.toReach("garrison is fortified and round is 0");
    expect(pretext).toReach("war");
    expect(pretext).toReach("reply is softened and forces is moved");
    expect(pretext).not.toReach("reply is promised and forces is moved");
    expect(pretext).not.toReach("reply is rejected", { choosing: "by policy", variant: "softening" });
    expect(pretext).toReach("war", { by: "generating" });
    expect(pretext).not.toReach("forces is moved and reply is promised", { by: "generating" });
  });

  test("says how it knows and shows the shortest way", () => {
    const never = messageOf(() => expect(pretext).toReach("forces is moved and reply is promised"));
    expect(never).toMatch(/^expected pretext to reach forces .*, but it does not: proved over \d+ states$/);
    const war = messageOf(() => expect(pretext).not.toReach("war"));
    expect(war).toMatch(/^expected pretext not to reach war, but it does: found among \d+ states\n/);
    expect(keptRun(war).events.filter(({ type }) => type === "MoveMade")).toHaveLength(2);
    expect(messageOf(() => expect(playChoices(pretext, [])).toReach("war"))).toContain("but it does not\n");
  });

  test("proposes the name that was meant", () => {
    expect(() => expect(pretext).toReach("wra")).toThrow(/wra is neither an outcome nor a condition/);
    expect(() => expect(pretext).toReach("reply is rejectd")).toThrow(/rejectd/);
    expect(() => conditionOf(pretext.model, "round")).toThrow(/a condition was expected/);
  });
});

describe("toConformTo", () => {
  const history: readonly HistoryEntry[] = [
    { date: "2030-05-01", by: "north", move: "land" },
    { round: 2, incident: "storm" },
    { date: "2030-05-03", by: "north", move: "fortify", branch: "seen" },
  ];

  test("of a run wants what is recorded, and nothing else up to its last entry", () => {
    const recorded = playChoices(island, fortified);
    expect(recorded).toConformTo(history);
    expect(recorded).toConformTo(history.slice(0, 2));
    expect(playChoices(island, [...fortified, { site: "turn:south", option: "protest" }])).toConformTo(history);
    expect(playChoices(island, [{ site: "turn:south", option: "protest" }, ...fortified])).not.toConformTo(history);
  });

  test("says where a run departs", () => {
    const missing = messageOf(() => expect(playChoices(island, fortified.slice(0, 1))).toConformTo(history));
    expect(missing.split("\n")[0]).toBe(
      "expected this run of island to conform to the history, but 2030-05-03: north fortify (seen) is missing",
    );
    const other = playChoices(island, [{ site: "turn:south", option: "protest" }, ...fortified]);
    const added = messageOf(() => expect(other).toConformTo(history));
    expect(added).toContain("2030-05-01: south protest is not recorded");
    expect(keptRun(added).events.at(-1)).toMatchObject({ type: "MoveMade", move: "protest" });
    expect(messageOf(() => expect(playChoices(island, fortified)).not.toConformTo(history))).toContain(
      "not to conform to the history, but it does",
    );
  });

  test("of a scenario asks whether policies and chance leave it a share", () => {
    expect(island).toConformTo(history);
    expect(island).not.toConformTo([{ round: 0, by: "north", move: "fortify" }]);
    expect(messageOf(() => expect(island).toConformTo([{ round: 0, by: "north", move: "fortify" }]))).toBe(
      "expected island to conform to the history, but 2030-05-01: north fortify cannot be",
    );
    expect(messageOf(() => expect(island).not.toConformTo(history))).toMatch(
      /a share of 0\.\d+ of its runs goes exactly so$/,
    );
  });

  test("refuses a history that the scenario cannot have", () => {
    expect(() => expect(island).toConformTo()).toThrow(/no history of its own/);
    expect(() => expect(island).toConformTo([{ round: 0, by: "south", move: "land" }])).toThrow(/move land by south/);
    expect(() => expect(island).toConformTo([{ round: 0, incident: "quake" }])).toThrow(/incident quake/);
    expect(() => expect(island).toConformTo([{ date: "2031-01-01", incident: "storm" }])).not.toThrow(TypeError);
    expect(() => expect(island).toConformTo([{ incident: "storm" }])).toThrow(/neither a round nor a date/);
  });
});

describe("toAgreeWith", () => {
  test("holds runs against the kernel step by step", () => {
    expect(island).toAgreeWith(kernelOf(island));
    expect(drawRun(island, { seed: "a", replication: 7 })).toAgreeWith(kernelOf(island));
  });

  test("names the first step that differs", () => {
    const other = kernelOf(island, { policies: { south: "loud" } });
    expect(island).not.toAgreeWith(other);
    const message = messageOf(() => expect(island).toAgreeWith(other));
    expect(message).toMatch(/to agree with the kernel, but in replication 0, step \d+: the machine has /);
    expect(message).toContain("At the start");
    const agreed = messageOf(() => expect(island).not.toAgreeWith(kernelOf(island)));
    expect(agreed).toMatch(
      /not to agree with the kernel, but it does: in all of the first 100 replications of seed demarche$/,
    );
  });

  test("refuses runs that no kernel could make", () => {
    expect(() => expect(playChoices(island, fortified)).toAgreeWith(kernelOf(island))).toThrow(/drawn from its seed/);
  });
});

describe("scenarios for tests", () => {
  test("are found by id and by path, or not with the nearest name", () => {
    expect(loadScenario("scenarios/pretext.yaml").model).toEqual(pretext.model);
    expect(() => loadScenario("pretxt")).toThrow(/unknown scenario pretxt: there are .*pretext/);
    expect(() => loadScenario("nowhere/a.yaml")).toThrow(/there is no file/);
    const text = readFileSync("scenarios/pretext.yaml", "utf8").replace("forces is moved", "forces is mved");
    expect(() => scenarioFromText(text, "mine.yaml")).toThrow(/mine\.yaml:\d+:\d+: error: .*mved/);
  });
});
