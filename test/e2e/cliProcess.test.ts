/**
 * What only a process of its own shows: the entry, Ctrl-C, a closed pipe, the machine's locale, a full disk.
 */
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CliSession, islandCrisis } from "./cliSession.ts";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const session = new CliSession();

beforeAll(() => {
  session.write("island.yaml", islandCrisis);
  // A run that takes long enough to be interrupted.
  session.write(
    "endless.yaml",
    islandCrisis.replace("rounds: 6", "rounds: 1000000").replace("tension >= 9", "tension > 99"),
  );
});
afterAll(() => {
  session.remove();
});

interface Ended {
  readonly out: string;
  readonly err: string;
  readonly code: number | null;
}

function demarche(words: readonly string[], environment: Record<string, string> = {}, directory = session.directory) {
  return new Promise<Ended>((done) => {
    const options = { cwd: directory, env: { ...process.env, ...environment }, maxBuffer: 1 << 26 };
    const child: ChildProcess = execFile(process.execPath, [main, ...words], options, (_error, out, err) => {
      done({ out, err, code: child.exitCode });
    });
    child.stdin?.end();
  });
}

test("results are the same bytes in another time zone, another language and a folder with spaces", async () => {
  const spaced = new CliSession();
  const folder = join(spaced.directory, "çizgi dosyası");
  execFileSync("mkdir", [folder]);
  execFileSync("cp", [session.path("island.yaml"), folder]);
  const words = ["run", "island.yaml", "--seed", "ı", "--log", "a.jsonl", "--html", "a.html"];
  const here = await demarche(words, { TZ: "UTC", LANG: "C" });
  const there = await demarche(words, { TZ: "Asia/Tokyo", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" }, folder);
  expect(here.code).toBe(0);
  expect(there).toEqual(here);
  for (const file of ["a.jsonl", "a.html"]) {
    expect(execFileSync("cat", [join(folder, file)], { encoding: "utf8" })).toBe(session.read(file));
  }
  spaced.remove();
});

test("what Node says of its own new parts is not shown, other warnings are", async () => {
  // Warns as soon as the entry listens, as an older Node does when SQLite is loaded.
  const warn = `process.on("newListener", (name) => {
    if (name !== "warning") return;
    setImmediate(() => {
      process.emitWarning("SQLite is new", "ExperimentalWarning");
      process.emitWarning("this is old", "DeprecationWarning");
    });
  })`;
  const { out, err } = await demarche(["--version"], {
    NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(warn)}"`,
  });
  expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(err).toContain("DeprecationWarning: this is old");
  expect(err).not.toContain("SQLite is new");
});

test("Ctrl-C ends with 130, leaves a log that verifies, and says where it stands", async () => {
  const child = spawn(process.execPath, [main, "run", "endless.yaml", "--log", "endless.jsonl"], {
    cwd: session.directory,
  });
  let err = "";
  child.stderr.on("data", (data: Buffer) => {
    err += data.toString();
  });
  const ended = new Promise<number | null>((done) => {
    child.on("close", done);
  });
  while (!existsSync(session.path("endless.jsonl")) || session.read("endless.jsonl").split("\n").length < 20) {
    await new Promise((later) => setTimeout(later, 20));
  }
  child.kill("SIGINT");
  expect(await ended).toBe(130);
  expect(err).toMatch(/^interrupted; endless\.jsonl holds the run up to position \d+\n$/);
  const verified = await session.run(["verify", "endless.jsonl"]);
  expect(verified).toMatchObject({ code: 0, out: expect.stringContaining("not over yet") });
});

test("a reader that closes the pipe early sees no complaint", () => {
  const script = `"${process.execPath}" "${main}" run geneva-2022 | head -1`;
  const out = execFileSync("bash", ["-o", "pipefail", "-c", script], {
    cwd: session.directory,
    encoding: "utf8",
    stdio: "pipe",
  });
  expect(out.split("\n")).toHaveLength(2);
});

test("a pipe has no colour, and a mistake leaves standard output empty", async () => {
  const told = await demarche(["run", "iland.yaml"]);
  expect(told).toEqual({
    out: "",
    err: "error: there is no file iland.yaml\nhint: did you mean island.yaml?\n",
    code: 2,
  });
});

test("a full disk costs the step that did not fit and nothing before it", async (context) => {
  const mount = session.path("tiny");
  execFileSync("mkdir", [mount]);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=32k", "tmpfs", mount], { stdio: "ignore" });
  } catch {
    context.skip("mounting a small file system is not permitted here");
  }
  try {
    const told = await demarche(["run", "endless.yaml", "--log", "tiny/a.jsonl"]);
    expect(told.code).toBe(2);
    expect(told.err).toMatch(/^error: tiny\/a\.jsonl: there is no space left/);
    expect((await session.run(["verify", "tiny/a.jsonl"])).code).toBe(0);
  } finally {
    execFileSync("umount", [mount]);
  }
});
