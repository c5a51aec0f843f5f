/**
 * A scratch copy of the project in the folder for temporary files, in which mutants are put and tests are run.
 *
 * It holds what git knows and what is new, and borrows the installed packages. The project itself is never touched.
 */
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How a run of test files ended. */
export interface TestRun {
  readonly outcome: "passed" | "failed" | "hung";
  readonly ms: number;
  /** The first test that failed and what it said, in one line; empty where none did. */
  readonly failure: string;
}

/** A copy of the project at `root`; whoever makes it removes it. */
export function makeTree(root: string): string {
  const tree = mkdtempSync(join(tmpdir(), "demarche-mutation-"));
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
  for (const file of listed.toString().split("\0")) {
    // A file that is deleted and not yet committed is listed all the same.
    if (file !== "" && existsSync(join(root, file))) cpSync(join(root, file), join(tree, file));
  }
  symlinkSync(join(root, "node_modules"), join(tree, "node_modules"));
  return tree;
}

/** Removes a tree and everything in it. */
export function removeTree(tree: string): void {
  rmSync(tree, { recursive: true, force: true });
}

/**
 * Runs test files of a tree one after the other in the given order until the first failure, `limitMs` at most; one test
 * may take `testMs` where it sets no bound of its own.
 */
export async function runTests(
  tree: string,
  files: readonly string[],
  { limitMs, testMs }: { readonly limitMs: number; readonly testMs: number },
): Promise<TestRun> {
  const report = join(tree, "mutation-report.json");
  rmSync(report, { force: true });
  const begun = performance.now();
  const child = spawn(
    process.execPath,
    [
      "node_modules/vitest/vitest.mjs",
      "run",
      ...["--config", "vitest.mutation.config.ts", "--bail", "1", "--testTimeout", String(testMs)],
      ...["--reporter", "json", "--outputFile", report],
      ...files,
    ],
    { cwd: tree, detached: true, stdio: "ignore", env: { ...process.env, MUTATION_ORDER: files.join("\n") } },
  );
  const endAll = (): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // All of the group have ended.
    }
  };
  let hung = false;
  const alarm = setTimeout(() => {
    hung = true;
    endAll();
  }, limitMs);
  process.once("exit", endAll);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  clearTimeout(alarm);
  process.removeListener("exit", endAll);
  endAll();
  const ms = Math.round(performance.now() - begun);
  if (hung) return { outcome: "hung", ms, failure: "" };
  if (code === 0) return { outcome: "passed", ms, failure: "" };
  return { outcome: "failed", ms, failure: firstFailure(report, tree) };
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly status: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

function firstFailure(report: string, tree: string): string {
  if (!existsSync(report)) return "no report";
  const { testResults }: Report = JSON.parse(readFileSync(report, "utf8"));
  const fileOf = (name: string): string => name.replace(`${tree}/`, "");
  for (const { name, assertionResults } of testResults) {
    const failed = assertionResults.find((result) => result.status === "failed");
    if (failed !== undefined)
      return `${fileOf(name)} > ${failed.fullName}: ${oneLine(failed.failureMessages[0] ?? "")}`;
  }
  // A file may fail as a whole; and one that was given up because another failed is told as if it had.
  const whole = testResults.find(({ status }) => status === "failed");
  if (whole !== undefined) return `${fileOf(whole.name)}: ${oneLine(whole.message)}`;
  return "a failure outside tests";
}

function oneLine(text: string): string {
  return (text.split("\n")[0] ?? "").slice(0, 160);
}
