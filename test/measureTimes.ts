/**
 * Runs all tests and keeps in `test/times.json` how many seconds of processor time each file takes: what the quick tests
 * are chosen by. Processor time, as it depends little on what else the machine does.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "demarche-times-"));
const noted = join(folder, "times.jsonl");
writeFileSync(noted, "");
const vitest = join(import.meta.dirname, "../node_modules/vitest/vitest.mjs");
const { status } = spawnSync(process.execPath, [vitest, "run"], {
  stdio: "inherit",
  env: { ...process.env, TEST_TIMES: noted },
});
const lines = readFileSync(noted, "utf8").trimEnd().split("\n");
rmSync(folder, { recursive: true });
if (status !== 0) throw new Error("some tests failed, so their times mean nothing");
const times = lines
  .map((line) => JSON.parse(line) as [string, number])
  .toSorted(([one], [other]) => (one < other ? -1 : 1));
const rounded = Object.fromEntries(times.map(([file, seconds]) => [file, Math.round(seconds * 10) / 10]));
writeFileSync(join(import.meta.dirname, "times.json"), `${JSON.stringify(rounded, null, 2)}\n`);
