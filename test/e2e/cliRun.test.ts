/**
 * `run`, `lint`, `new`, `schema` and `export`, as somebody uses them.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CliSession, islandCrisis } from "./cliSession.ts";

const session = new CliSession();
const run = (...words: string[]) => session.run(words);

beforeAll(() => {
  session.write("island.yaml", islandCrisis);
});
afterAll(() => {
  session.remove();
});

describe("run", () => {
  test("the same seed tells the same run, another seed another", async () => {
    const [one, again, other] = [
      await run("run", "island.yaml", "--seed", "a"),
      await run("run", "island.yaml", "--seed", "a"),
      await run("run", "island.yaml", "--seed", "b"),
    ];
    expect(one.code).toBe(0);
    expect(again).toEqual(one);
    expect(other.out).not.toBe(one.out);
  });

  test("--json prints the documented object and nothing else", async () => {
    const { out, err, code } = await run("run", "island.yaml", "--seed", "a", "--json");
    const keys = ["scenario", "model", "seed", "variant", "rounds", "outcome", "events", "digest"];
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(Object.keys(JSON.parse(out))).toEqual(keys);
    expect(JSON.parse(out)).toMatchObject({ scenario: "island", seed: "a", variant: "default" });
  });

  test("a log holds as many events as the result says, and ends in its digest", async () => {
    const { out } = await run("run", "island.yaml", "--seed", "a", "--log", "a.jsonl", "--json");
    const result = JSON.parse(out) as { events: number; digest: string };
    const lines = session.read("a.jsonl").trimEnd().split("\n");
    expect(lines.length).toBe(result.events);
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ digest: result.digest });
  });

  test("variant, assumptions, policies and horizon are heeded", async () => {
    const landing = await run("run", "island.yaml", "--variant", "landing");
    expect(landing.out).toContain("The North: Land on the island (as given)");
    const loud = await run("run", "island.yaml", "--policy", "south=loud", "--rounds", "2", "--json");
    expect(JSON.parse(loud.out)).toMatchObject({ rounds: 2 });
    const seen = [];
    for (const seed of "abcdefgh") {
      seen.push((await run("run", "island.yaml", "--variant", "landing", "--assume", "calm=0", "--seed", seed)).out);
    }
    expect(seen.join()).toContain("In sight");
    expect(seen.join()).not.toContain("By night");
  });

  test("an actor's view shows neither another's secrets nor covert steps", async () => {
    let covert = 0;
    for (const seed of "abcdefghij") {
      const whole = await run("run", "island.yaml", "--seed", seed);
      const south = await run("run", "island.yaml", "--seed", seed, "--as", "south");
      const north = await run("run", "island.yaml", "--seed", seed, "--as", "north");
      if (whole.out.includes("Prepare in secret")) covert += 1;
      expect(north.out.includes("Prepare in secret")).toBe(whole.out.includes("Prepare in secret"));
      expect(south.out).not.toMatch(/Prepare in secret|Plan of the North|seed|Utilities/);
    }
    expect(covert).toBeGreaterThan(0);
  });

  test("a replication is one of the seed's ensemble", async () => {
    const told = await run("run", "island.yaml", "--replication", "73122");
    expect(told.out).toContain("replication 73122");
    expect((await run("run", "island.yaml", "--replication", "73122")).out).toBe(told.out);
  });

  test("a model fault is told with its place, keeps the log and ends with 1", async () => {
    const broken = islandCrisis
      .replace("tension: { name: Tension, scale: [0, 10], initial: 3 }", "tension: { count: [0, 4], initial: 3 }")
      .replace("when: tension >= 6", "when: tension >= 4 and round > 3")
      .replace("when: tension >= 9", "when: tension > 4");
    session.write("broken.yaml", broken);
    const told = await run("run", "broken.yaml", "--variant", "landing", "--log", "broken.jsonl");
    expect(told.code).toBe(1);
    expect(told.err).toMatch(/^error: the model is at fault in moves\.land\.then\.tension \(broken\.yaml:19:\d+\): /);
    expect((await run("verify", "broken.jsonl")).code).toBe(0);
  });

  test("--html writes one page and says so beside the result", async () => {
    const told = await run("run", "island.yaml", "--seed", "a", "--html", "a.html");
    expect(told.err).toBe("wrote a.html\n");
    expect(session.read("a.html")).toContain("<h1>The island</h1>");
  });

  test("colour is for terminals, and --no-color turns it off anywhere", async () => {
    const plain = await run("run", "island.yaml");
    const coloured = await session.run(["run", "island.yaml"], { colour: true });
    const refused = await session.run(["run", "island.yaml", "--no-color"], { colour: true });
    expect(coloured.out).toContain("\u001b[");
    expect(refused.out).toBe(plain.out);
  });
});

describe("lint, new, schema and export", () => {
  test("lint reports everything at once: 2 for errors, 0 for warnings, 1 if strict", async () => {
    session.write("wrong.yaml", islandCrisis.replace("by: south", "by: sout").replace("tension >= 9", "tensoin >= 9"));
    session.write("doubtful.yaml", islandCrisis.replace(", basis: judgement", ""));
    const wrong = await run("lint", "wrong.yaml");
    expect(wrong.code).toBe(2);
    expect(wrong.out).toMatch(/wrong\.yaml:\d+:\d+: error: .*sout/);
    expect(wrong.out).toMatch(/tensoin[\s\S]*tension/);
    expect(wrong.out).toMatch(/1 scenario: \d errors/);
    expect((await run("lint", "doubtful.yaml")).code).toBe(0);
    expect((await run("lint", "doubtful.yaml", "--strict")).code).toBe(1);
    expect((await run("lint", "island.yaml", "--strict")).code).toBe(0);
  });

  test("texts beside a scenario are linted as its texts, and are no scenario to run", async () => {
    session.write("island.pt.yaml", "title: A ilha\nactors:\n  nroth: { name: O Norte }\n");
    const told = await run("lint", "island.yaml", "island.pt.yaml");
    expect(told).toMatchObject({ code: 2, out: expect.stringMatching(/^island\.pt\.yaml:3:3: error: .*nroth/) });
    expect(told.out).toContain("2 scenarios: 1 error\n");
    const used = await run("run", "island.yaml", "--texts", "pt");
    expect(used.err).toContain("error: island.pt.yaml has an error and cannot be used");
    session.write("island.pt.yaml", "title: A ilha\n");
    expect((await run("lint", "island.pt.yaml", "--strict")).code).toBe(0);
    const refused = await run("run", "island.pt.yaml");
    expect(refused.err).toBe(
      "error: island.pt.yaml holds texts of island.yaml, no scenario\nhint: name island.yaml with --texts pt\n",
    );
  });

  test("a run is told in the language of its texts, on the terminal and on the page; what is invented stays English", async () => {
    const told = ["run", "geneva-2022-class", "--seed", "b", "--html", "b.html", "--texts"];
    const portuguese = await run(...told, "pt");
    expect(portuguese.out).toMatch(
      /^Respostas por escrito .*\nsemente b · a partir de 22 de janeiro de 2022\n\nNo início\n/,
    );
    expect(portuguese.out).toContain("\n2 de fevereiro de 2022 · ronda 2\n  Em consequência: ");
    expect(portuguese.out).toContain("(degrau 2 ↑ 3)");
    expect(portuguese.out).toMatch(/\n {2}Fim: A crise continua\n\nDesfecho {6}A crise continua, ao fim de 8 rondas\n/);
    const english = /\b(round|rung|In consequence|At the start|January|Outcome|What happened|yes)\b/;
    expect(portuguese.out).not.toMatch(english);
    const page = session.read("b.html");
    expect(page).toContain('<html lang="pt">');
    expect(page.replace(/<style>[\s\S]*<\/style>/, "").replaceAll(/<[^>]*>/g, " ")).not.toMatch(english);
    const fictional = await run(...told, "fictional");
    expect(fictional.out).toContain("\nAt the start\n");
    expect(session.read("b.html")).toContain('<html lang="en">');
  });

  test("lint --json lists the diagnostics by file", async () => {
    const { out } = await run("lint", "island.yaml", "wrong.yaml", "--json");
    const told = JSON.parse(out) as { files: { file: string; diagnostics: unknown[] }[]; errors: number };
    expect(told.files.map(({ file }) => file)).toEqual(["island.yaml", "wrong.yaml"]);
    expect(told.errors).toBe(told.files.flatMap(({ diagnostics }) => diagnostics).length);
  });

  test("new writes a scenario that lints clean and runs, and overwrites nothing", async () => {
    expect((await run("new", "black-sea", "--title", "The straits")).code).toBe(0);
    expect((await run("lint", "black-sea.yaml", "--strict")).code).toBe(0);
    expect((await run("run", "black-sea.yaml")).out).toContain("The straits (black-sea)");
    const before = session.read("black-sea.yaml");
    expect(await run("new", "black-sea")).toMatchObject({ code: 2 });
    expect(session.read("black-sea.yaml")).toBe(before);
    expect(await run("new", "Black Sea")).toMatchObject({ code: 2, err: expect.stringContaining("black-sea") });
  });

  test("schema prints a JSON Schema", async () => {
    expect(JSON.parse((await run("schema")).out)).toMatchObject({ $schema: expect.stringContaining("2020-12") });
  });

  test("export writes the form that was asked for", async () => {
    expect((await run("export", "island.yaml", "--to", "mermaid")).out).toContain("stateDiagram");
    expect((await run("export", "island.yaml", "--to", "xstate", "--out", "island.mjs")).out).toBe("");
    expect(session.read("island.mjs")).toContain("export default");
  });

  test("export for PRISM writes a model, and its properties beside it", async () => {
    const { code, out, err } = await run("export", "pretext", "--to", "prism", "--free", "east", "--out", "p.prism");
    expect({ code, out, err }).toEqual({ code: 0, out: "", err: "" });
    expect(session.read("p.prism")).toContain("\nmdp\n");
    expect(session.read("p.props")).toContain('"share_war_max": Pmax=? [ F "war" ];');
    const json = JSON.parse((await run("export", "pretext", "--to", "prism", "--json")).out) as object;
    expect(Object.keys(json)).toEqual(["scenario", "form", "text", "properties"]);
    const same = await run("export", "pretext", "--to", "prism", "--out", "p.props");
    expect([same.code, same.err]).toEqual([2, expect.stringContaining("properties")]);
    const elsewhere = await run("export", "pretext", "--to", "xstate", "--free", "east");
    expect([elsewhere.code, elsewhere.err]).toEqual([2, expect.stringContaining("--to prism")]);
  });
});
