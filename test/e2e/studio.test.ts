/**
 * The studio's requests, as its pages make them.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/engine/event.ts";
import type { Chart } from "../../src/export/chart.ts";
import type { Diagnostic } from "../../src/scenario/diagnostic.ts";
import type { Description } from "../../src/studio/description.ts";
import type { Openings } from "../../src/studio/openings.ts";
import type { TaskStatus } from "../../src/studio/taskRunner.ts";
import { type StudioServer, studioServer } from "./studioServer.ts";

interface Run {
  readonly id: string;
  readonly events: readonly RunEvent[];
  readonly digest: string;
  readonly result: { readonly outcome: string | null };
  readonly error?: string;
  readonly hint?: string | null;
}

interface Shelf {
  readonly scenarios: readonly {
    readonly id: string;
    readonly outcomes: readonly { readonly id: string; readonly name: string }[];
    readonly variants: readonly { readonly id: string; readonly name: string }[];
  }[];
}

let server: StudioServer;
beforeAll(async () => {
  server = await studioServer();
});
afterAll(async () => server.close());

const begun = async (body: object): Promise<Run> => (await server.ask<Run>("POST", "/runs", body)).value;

/** Waits until a task is over. */
async function over(id: string): Promise<TaskStatus> {
  const reply = await server.ask<string>("GET", `/tasks/${id}/progress`);
  const lines = reply.value.split("\n\n").filter((line) => line !== "");
  return JSON.parse(lines.at(-1)?.replace(/^data: /, "") ?? "") as TaskStatus;
}

describe("the studio", () => {
  test("turns away whoever did not come by the teacher's link", async () => {
    for (const url of ["/api/studio/library", "/api/studio/runs", "/api/studio/tasks", "/api/studio/scenarios/brink"]) {
      expect((await server.app.inject({ url })).statusCode).toBe(401);
      expect((await server.app.inject({ url, cookies: { demarche_teacher: "forged" } })).statusCode).toBe(401);
    }
  });

  test("answers nonsense in one sentence, and nothing of ours leaks", async () => {
    const bad = [
      await server.ask<Run>("POST", "/runs", { scenario: "nowhere" }),
      await server.ask<Run>("POST", "/runs", { scenario: "brink", variant: "equilibrum" }),
      await server.ask<Run>("POST", "/runs", { scenario: 7 }),
      await server.ask<Run>("POST", "/runs", { scenario: "brink", surprise: true }),
      await server.ask<Run>("GET", "/runs/run-99999"),
      await server.ask<Run>("GET", "/runs/..%2Fkeys"),
      await server.ask<Run>("GET", "/scenarios/..%2F..%2Fpackage"),
      await server.ask<Run>("POST", "/logs", { not: "a log" }),
      await server.ask<Run>("GET", "/tasks/task-99"),
    ];
    for (const { status, value } of bad) {
      expect([400, 404]).toContain(status);
      expect(value.error).not.toMatch(/at .*\.ts|undefined/);
    }
    expect(bad[1]?.value.hint).toBe("did you mean equilibrium?");
  });
});

describe("the library", () => {
  test("says what outcomes and variants are called, in the language asked for", async () => {
    const inEnglish = await server.ask<Shelf>("GET", "/library");
    const inPortuguese = await server.ask<Shelf>("GET", "/library?texts=pt");
    const named = ({ value }: { value: Shelf }) => value.scenarios.find(({ id }) => id === "geneva-2022-class");
    expect(named(inEnglish)?.outcomes).toContainEqual({ id: "standoff", name: "The crisis goes on" });
    expect(named(inEnglish)?.variants).toContainEqual({ id: "lesson_50", name: "Fifty minutes" });
    expect(named(inPortuguese)?.variants).toContainEqual({ id: "lesson_50", name: "Cinquenta minutos" });
  });
});

describe("a scenario", () => {
  test("comes with its description, its chart and nothing wrong", async () => {
    const { value } = await server.ask<{ description: Description; chart: Chart; diagnostics: Diagnostic[] }>(
      "GET",
      "/scenarios/geneva-2022",
    );
    const { description, chart } = value;
    expect(value.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(chart.tracks.map(({ id }) => id)).toEqual(description.tracks.map(({ id }) => id));
    const recognise = description.moves.find(({ id }) => id === "recognise");
    expect(recognise?.when.length).toBeGreaterThan(0);
    expect(recognise?.sources.every((source) => source in description.sources)).toBe(true);
    for (const { basis } of description.assumptions) {
      for (const source of basis) expect(source === "judgement" || source in description.sources).toBe(true);
    }
  });
});

/** The first position where a turn has a move as wanted that was not chosen. */
async function firstMove(run: Run, wanted: "open" | "closed") {
  for (const [position] of run.events.entries()) {
    const { value } = await server.ask<Openings>("GET", `/runs/${run.id}/openings/${position}`);
    const [turn] = value.turns;
    const other = turn?.moves.find(
      ({ open, move }) => open === (wanted === "open") && move !== turn.chosen && move !== "hold",
    );
    if (other !== undefined) return { position, turn, other };
  }
  throw new Error(`no move is ever ${wanted}`);
}

describe("a run", () => {
  test("is the command line's run of the same seed, whole or step by step", async () => {
    const whole = await begun({ scenario: "ultimatum", seed: "a", finish: true });
    expect(whole.events.at(-1)?.type).toBe("RunEnded");
    let steps = await begun({ scenario: "ultimatum", seed: "a" });
    while (!["RunEnded", "ModelFaulted"].includes(steps.events.at(-1)?.type ?? "")) {
      const position = steps.events.length - 1;
      const next = await server.ask<Run>("POST", `/runs/${steps.id}/on`, { position, reach: "step" });
      expect(next.value.events.length).toBeGreaterThan(steps.events.length);
      steps = next.value;
    }
    expect(steps.digest).toBe(whole.digest);
    const round = await begun({ scenario: "ultimatum", seed: "a" });
    const on = await server.ask<Run>("POST", `/runs/${round.id}/on`, {
      position: round.events.length - 1,
      reach: "round",
    });
    expect(on.value.events.at(-1)).toMatchObject({ changes: { round: 1 } });
  });

  test("is not gone on with from where it stood before", async () => {
    const run = await begun({ scenario: "ultimatum", seed: "b" });
    const on = { position: run.events.length - 1, reach: "step" };
    expect((await server.ask("POST", `/runs/${run.id}/on`, on)).status).toBe(200);
    const again = await server.ask<Run>("POST", `/runs/${run.id}/on`, on);
    expect(again.status).toBe(400);
    expect(again.value.error).toContain("has gone on");
  });

  test("says at every position what is open, why the rest is closed, and what was chosen", async () => {
    const run = await begun({ scenario: "ultimatum", seed: "a", finish: true });
    let choices = 0;
    for (const [position] of run.events.entries()) {
      const { value } = await server.ask<Openings>("GET", `/runs/${run.id}/openings/${position}`);
      if (!value.forkable) {
        expect(value.turns).toEqual([]);
        continue;
      }
      for (const turn of value.turns) {
        choices += 1;
        const open = turn.moves.filter((move) => move.open);
        expect(open.length).toBeGreaterThan(0);
        for (const move of turn.moves) expect(move.parts.every(({ holds }) => holds)).toBe(move.open);
        const total = open.reduce((sum, { share }) => sum + (share ?? 0), 0);
        expect(total).toBeCloseTo(1, 9);
        // With the luck it has, the run went on as the policies draw.
        expect(turn.chosen).toBe(turn.drawn);
        expect(open.map(({ move }) => move)).toContain(turn.chosen);
      }
    }
    expect(choices).toBeGreaterThan(5);
  });

  test("is forked by choosing another move, and shares its past verbatim", async () => {
    const run = await begun({ scenario: "ultimatum", seed: "fork", finish: true });
    const { position, turn, other } = await firstMove(run, "open");
    const choice = { move: other?.move, actor: turn?.actor };
    const fork = await server.ask<Run>("POST", `/runs/${run.id}/fork`, { position, choice, finish: true });
    expect(fork.status).toBe(200);
    expect(fork.value.id).not.toBe(run.id);
    expect(fork.value.events.slice(0, position + 1)).toEqual(run.events.slice(0, position + 1));
    expect(fork.value.events[position + 1]).toMatchObject({ type: "RunForked", position, seed: null });
    expect(fork.value.events.some((event) => event.type === "MoveMade" && event.chosen === "given")).toBe(true);
    const apart = await server.ask<{ equal: boolean; position: number }>(
      "GET",
      `/difference?left=${run.id}&right=${fork.value.id}`,
    );
    expect(apart.value).toMatchObject({ equal: false, position: position + 1 });
    const { value: shelf } = await server.ask<{ runs: readonly { id: string; parent: string | null }[] }>(
      "GET",
      "/runs",
    );
    expect(shelf.runs.find(({ id }) => id === fork.value.id)?.parent).toBe(run.id);
    expect(shelf.runs.find(({ id }) => id === run.id)?.parent).toBeNull();
    const closed = await firstMove(run, "closed");
    const refused = await server.ask<Run>("POST", `/runs/${run.id}/fork`, {
      position: closed.position,
      choice: { move: closed.other.move },
    });
    expect(refused.status).toBe(400);
    expect(refused.value.error).toContain("not open now");
  });

  test("comes back from its file, also after the server was started anew", async () => {
    const run = await begun({ scenario: "brink", seed: "a", finish: true });
    const log = await server.ask<string>("GET", `/runs/${run.id}/log.jsonl`);
    const upload = async (bytes: string) =>
      (
        await server.app.inject({
          method: "POST",
          url: "/api/studio/logs",
          headers: { "content-type": "application/x-ndjson" },
          cookies: await teacher(),
          payload: bytes,
        })
      ).json<Run>();
    const back = await upload(log.value);
    expect(back.digest).toBe(run.digest);
    expect(back.id).not.toBe(run.id);
    const altered = await upload(log.value.replace('"seed":"a"', '"seed":"z"'));
    expect(altered.error).toContain("not what was recorded");
    expect((await upload("no log at all")).error).toBeDefined();
    expect(existsSync(join(server.folder, "data", "runs", `${back.id}.jsonl`))).toBe(true);
  });

  test("of an ensemble opens as that replication", async () => {
    const one = await begun({ scenario: "brink", seed: "a", replication: 17, finish: true });
    expect(one.events[0]).toMatchObject({ seed: "a", replication: 17 });
  });
});

async function teacher(): Promise<Record<string, string>> {
  const entered = await server.app.inject({
    method: "POST",
    url: "/api/teacher/enter",
    payload: { key: server.secret },
  });
  return Object.fromEntries(entered.cookies.map(({ name, value }) => [name, value]));
}

describe("an edited document", () => {
  test("is read while it is typed: exact places, hints, and the chart that follows", async () => {
    const { value } = await server.ask<{ text: string; version: string }>("GET", "/scenarios/pretext/document");
    const typo = value.text.replace("when: reply is promised", "when: replly is promised");
    expect(typo).not.toBe(value.text);
    const wrong = await server.ask<{ diagnostics: Diagnostic[]; chart: Chart | null }>("POST", "/read", {
      id: "pretext",
      text: typo,
    });
    const [first] = wrong.value.diagnostics;
    const line = typo.split("\n").findIndex((text) => text.includes("replly")) + 1;
    expect(first?.span).toMatchObject({ line, column: (typo.split("\n")[line - 1]?.indexOf("replly") ?? 0) + 1 });
    expect(`${first?.message} ${first?.hint}`).toContain("reply");
    expect(wrong.value.chart).toBeNull();
    const right = await server.ask<{ diagnostics: Diagnostic[]; chart: Chart }>("POST", "/read", {
      id: "pretext",
      text: value.text.replace("softened", "softer").replaceAll("softened", "softer"),
    });
    expect(right.value.chart.tracks[0]?.states.map(({ id }) => id)).toContain("softer");
  });

  test("keeps its draft until it is saved, whatever becomes of the page", async () => {
    type Document = { text: string; version: string; draft: { text: string; base: string } | null };
    const read = async (): Promise<Document> => (await server.ask<Document>("GET", "/scenarios/brink/document")).value;
    const { text, version, draft } = await read();
    expect(draft).toBeNull();
    const mine = { text: `${text}# not yet done`, base: version };
    expect((await server.ask("PUT", "/scenarios/brink/draft", mine)).status).toBe(200);
    expect(await read()).toMatchObject({ text, version, draft: mine });
    expect((await server.ask("PUT", "/scenarios/brink/document", mine)).status).toBe(200);
    expect(await read()).toMatchObject({ text: mine.text, draft: null });
    expect((await server.ask("PUT", "/scenarios/..%2Fbrink/draft", mine)).status).toBe(400);
  });

  test("is saved over the version that was read, never over another, and only into the served folder", async () => {
    const { value } = await server.ask<{ text: string; version: string }>("GET", "/scenarios/pretext/document");
    const mine = `${value.text}\n# mine\n`;
    const saved = await server.ask<{ version: string }>("PUT", "/scenarios/pretext/document", {
      text: mine,
      base: value.version,
    });
    expect(saved.status).toBe(200);
    const file = join(server.folder, "scenarios", "pretext.yaml");
    expect(readFileSync(file, "utf8")).toBe(mine);
    const stale = await server.ask<{ text: string }>("PUT", "/scenarios/pretext/document", {
      text: "theirs",
      base: value.version,
    });
    expect(stale.status).toBe(409);
    expect(stale.value.text).toBe(mine);
    writeFileSync(file, `${mine}# by another editor\n`);
    const behind = await server.ask("PUT", "/scenarios/pretext/document", { text: "again", base: saved.value.version });
    expect(behind.status).toBe(409);
    const outside = await server.ask("PUT", "/scenarios/..%2Fescape/document", { text: "x", base: "" });
    expect(outside.status).toBe(400);
    expect(readFileSync("scenarios/pretext.yaml", "utf8")).toBe(value.text);
  });
});

describe("a task", () => {
  test("compares in the background, tells its progress, and its replications end as it says", async () => {
    const { value } = await server.ask<TaskStatus>("POST", "/tasks", {
      kind: "compare",
      scenario: "ultimatum",
      variants: ["as_drawn", "full_acceptance"],
      runs: 600,
      seed: "t",
      ranges: false,
    });
    expect(value.state).toBe("running");
    expect((await over(value.id)).state).toBe("done");
    const { value: told } = await server.ask<{
      result: {
        examples: readonly { variant: string; outcome: string; replications: readonly number[] }[];
        page: { figures: readonly { id: string }[] };
        result: { runs: number };
      };
    }>("GET", `/tasks/${value.id}`);
    expect(told.result.result.runs).toBe(600);
    expect(told.result.page.figures.map(({ id }) => id)).toContain("outcomes");
    for (const { variant, outcome, replications } of told.result.examples) {
      const [replication] = replications;
      const { value: run } = await server.ask<Run>("POST", `/tasks/${value.id}/runs`, { variant, replication });
      expect(run.events[0]).toMatchObject({ seed: "t", variant, replication });
      expect(run.result.outcome).toBe(outcome);
    }
    const report = await server.ask<string>("GET", `/tasks/${value.id}/report.html`);
    expect(report.value).toContain("<!doctype html>");
  });

  test("checks in the background, and what it found opens as a run", async () => {
    const { value: document } = await server.ask<{ text: string }>("GET", "/scenarios/pretext/document");
    const draft = `${document.text}\nproperties:\n  mild: { claim: The reply is never rejected, never: reply is rejected }\n`;
    const { value } = await server.ask<TaskStatus>("POST", "/tasks", { kind: "check", scenario: "pretext", draft });
    expect((await over(value.id)).state).toBe("done");
    const { value: told } = await server.ask<{
      result: {
        complete: boolean;
        properties: readonly { id: string; holds: boolean; way: { steps: number } | null }[];
      };
    }>("GET", `/tasks/${value.id}`);
    expect(told.result.complete).toBe(true);
    expect(told.result.properties).toMatchObject([{ id: "mild", holds: false, way: { steps: 1 } }]);
    const opened = await server.ask<Run>("POST", `/tasks/${value.id}/ways/property:mild`);
    expect(opened.status).toBe(200);
    expect(opened.value.events[0]?.type).toBe("RunStarted");
    expect(opened.value.events.some(({ type }) => type === "MoveMade")).toBe(true);
  });

  test("is cancelled, and its thread ends", async () => {
    const { value } = await server.ask<TaskStatus>("POST", "/tasks", {
      kind: "compare",
      scenario: "geneva-2022",
      variants: ["rejection"],
      runs: 10_000_000,
    });
    const gone = await server.ask<TaskStatus>("DELETE", `/tasks/${value.id}`);
    expect(gone.value.state).toBe("cancelled");
    expect((await over(value.id)).state).toBe("cancelled");
  });

  test("with nonsense fails in one sentence", async () => {
    const { value } = await server.ask<TaskStatus>("POST", "/tasks", {
      kind: "compare",
      scenario: "ultimatum",
      variants: ["as_drawm"],
      runs: 10,
    });
    const stand = await over(value.id);
    expect(stand.state).toBe("failed");
    expect(stand.message).toContain("did you mean as_drawn?");
  });
});
