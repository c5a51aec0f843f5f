/**
 * Notes how much processor time a test file took, its child processes included, as a line in the file that `TEST_TIMES`
 * names.
 */
import { appendFileSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { afterAll, expect } from "vitest";

/** Hundredths of a second: children that have ended, of this process, as Linux counts them. Elsewhere unknown. */
function ofChildren(): number {
  if (process.platform !== "linux") return 0;
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1]?.split(" ") ?? [];
  return Number(fields[13]) + Number(fields[14]);
}

afterAll(() => {
  const { user, system } = process.cpuUsage();
  const seconds = (user + system) / 1e6 + ofChildren() / 100;
  const file = relative(process.cwd(), expect.getState().testPath ?? "");
  appendFileSync(process.env.TEST_TIMES ?? "", `${JSON.stringify([file, seconds])}\n`);
});
