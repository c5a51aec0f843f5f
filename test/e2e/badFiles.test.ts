/**
 * Files of the studio that are not as they should be, or are called strangely: each bad one is told, the rest is served.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LibraryEntry } from "../../src/server/library.ts";
import type { TaskStatus } from "../../src/studio/taskRunner.ts";
import { CliSession } from "./cliSession.ts";
import { type StudioServer, studioServer } from "./studioServer.ts";

let server: StudioServer;
const odd = "crisé “no 1” #2 100% 危機";
const ultimatum = readFileSync(join(import.meta.dirname, "../../scenarios/ultimatum.yaml"), "utf8");

beforeAll(async () => {
  server = await studioServer();
  const scenarios = join(server.folder, "scenarios");
  mkdirSync(join(scenarios, "folder.yaml"));
  writeFileSync(join(scenarios, "latin.yaml"), new Uint8Array([0xe9, 0x0a]));
  writeFileSync(join(scenarios, `${odd}.yaml`), ultimatum);
  writeFileSync(join(scenarios, "ultimatum.pt.yaml"), new Uint8Array([0xe9]));
});
afterAll(async () => server.close());

test("the library lists each bad file with what is wrong, and everything else", async () => {
  const { status, value } = await server.ask<{ scenarios: LibraryEntry[] }>("GET", "/library?texts=pt");
  expect(status).toBe(200);
  const troubles = Object.fromEntries(value.scenarios.map(({ id, trouble }) => [id, trouble]));
  expect(troubles).toMatchObject({
    folder: expect.stringContaining("folder.yaml, line 1: it is a folder, not a file"),
    latin: expect.stringContaining("latin.yaml, line 1: the file is not UTF-8 text"),
    ultimatum: expect.stringContaining("ultimatum.pt.yaml, line 1: the file is not UTF-8 text"),
    "geneva-2022": null,
  });
  expect(value.scenarios.find(({ id }) => id === "ultimatum")).toMatchObject({ errors: 0, title: "Forty-eight hours" });
  // Shown all the same, in its own words.
  const shown = await server.ask<{ description: object | null }>("GET", "/scenarios/ultimatum?texts=pt");
  expect(shown.value.description).not.toBeNull();
});

test("nothing is written over what cannot be read", async () => {
  const opened = await server.ask<{ text: string; version: string }>("GET", "/scenarios/folder/document");
  expect(opened.value.text).toBe("");
  const body = { text: "x", base: opened.value.version };
  const saved = await server.ask<{ error: string }>("PUT", "/scenarios/folder/document", body);
  expect(saved).toMatchObject({ status: 400, value: { error: expect.stringContaining("is not overwritten") } });
  const latin = await server.ask<{ version: string }>("GET", "/scenarios/latin/document");
  const over = await server.ask("PUT", "/scenarios/latin/document", { text: "x", base: latin.value.version });
  expect(over.status).toBe(409);
  expect(readFileSync(join(server.folder, "scenarios/latin.yaml"))).toEqual(Buffer.from([0xe9, 0x0a]));
});

test("a scenario that is not there is told as such", async () => {
  for (const path of ["/scenarios/unknown/document", "/scenarios/unknown", "/scenarios/..%2Funknown/document"]) {
    expect(await server.ask("GET", path)).toMatchObject({
      status: 404,
      value: { error: expect.stringMatching(/^there is no scenario/) },
    });
  }
});

test("a damaged run hides no other", async () => {
  const begin = async (seed: string) =>
    (await server.ask<{ id: string }>("POST", "/runs", { scenario: "ultimatum", seed, finish: true })).value.id;
  const [good, bad] = [await begin("a"), await begin("b")];
  const file = join(server.folder, "data/runs", `${bad}.jsonl`);
  writeFileSync(file, readFileSync(file, "utf8").replace('"RoundOpened"', '"RoundClosed"'));
  const { status, value } = await server.ask<{ runs: { id: string }[] }>("GET", "/runs");
  expect({ status, ids: value.runs.map(({ id }) => id) }).toEqual({ status: 200, ids: [good] });
});

test("a scenario of any name is compared, and its report is saved under that name", async () => {
  const asked = { kind: "compare", scenario: odd, seed: "a", variants: [], runs: 20 };
  const begun = await server.ask<TaskStatus>("POST", "/tasks", asked);
  expect(begun).toMatchObject({ status: 200, value: { scenario: odd } });
  await server.ask("GET", `/tasks/${begun.value.id}/progress`);
  const entered = await server.app.inject({
    method: "POST",
    url: "/api/teacher/enter",
    payload: { key: server.secret },
  });
  const cookies = Object.fromEntries(entered.cookies.map(({ name, value }) => [name, value]));
  const report = await server.app.inject({ url: `/api/studio/tasks/${begun.value.id}/report.html`, cookies });
  expect(report.statusCode).toBe(200);
  const header = String(report.headers["content-disposition"]);
  expect(decodeURIComponent(header.split("filename*=UTF-8''")[1] ?? "")).toBe(`${odd}-report.html`);
});

test("files may be called anything: reports, exports", async () => {
  const session = new CliSession();
  for (const name of ['a "quoted" one', "with\nline break", "-dash", "semi;colon & ampersand", odd]) {
    const words = ["export", "chicken", "--to", "markdown", `--out=./${name}.md`];
    expect((await session.run(words)).code).toBe(0);
    expect(session.read(`${name}.md`)).toContain("# ");
  }
  const words = ["compare", "chicken", "--runs", "10", `--report=./${odd} 'x'.html`];
  const { code, err } = await session.run(words);
  expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining(`wrote ./${odd} 'x'.html`) });
  expect(session.read(`${odd} 'x'.html`)).toContain("</html>");
  session.remove();
});
