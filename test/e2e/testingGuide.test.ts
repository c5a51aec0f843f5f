/**
 * The guide to testing rules, executed: its scenario and tests are written into a folder, run by vitest as there, and its
 * command lines print what the page shows.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CliSession } from "./cliSession.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = `${root}docs/testing-rules.md`;
const guide = readFileSync(page, "utf8");
const update = process.env.UPDATE_TRANSCRIPTS === "1";
const session = new CliSession();
let renewed = guide;

const blocks = (kind: string): readonly string[] =>
  [...guide.matchAll(new RegExp(`\`\`\`${kind}\n([\\s\\S]*?)\n\`\`\``, "g"))].map((match) => match[1] ?? "");

const [scenario = ""] = blocks("yaml");
const [first = "", further = ""] = blocks("ts");
const [failure = ""] = blocks("text");
const transcripts = blocks("console");

/** Writes a test of the guide, which imports the kit as a project would that has it installed. */
function writeTest(name: string, text: string): void {
  session.write(name, text.replace('"demarche/testing"', JSON.stringify(`${root}src/testing/index.ts`)));
}

function vitest(...files: readonly string[]): { readonly code: number | null; readonly out: string } {
  const words = [`${root}node_modules/vitest/vitest.mjs`, "run", "--root", ".", ...files];
  const environment = { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0", VITEST: "", VITEST_POOL_ID: "" };
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    cwd: session.directory,
    encoding: "utf8",
    env: environment,
  });
  return { code: status, out: `${stdout}${stderr}` };
}

/** Runs a command of the page; what stands behind a prompt is typed. */
async function shows(block: string): Promise<void> {
  const [prompt = "", ...expected] = block.split("\n");
  const typed = expected.flatMap((line) => /^north> (.+)$/.exec(line)?.[1] ?? []);
  const words = prompt.replace("$ demarche ", "").split(" ");
  const { out, err, code } = await session.run(words, { input: typed.join("\n") });
  const text = `${out}${err}${code === 0 ? "" : `[exit code ${code}]\n`}`.replaceAll(`${session.directory}/`, "");
  const lines = text.trimEnd().split("\n");
  renewed = renewed.replace(block, () => [prompt, ...lines.map((line) => line.trimEnd())].join("\n"));
  if (!update) expect(lines.map((line) => line.trimEnd())).toEqual(expected);
}

beforeAll(() => {
  symlinkSync(`${root}node_modules`, session.path("node_modules"));
  session.write("strait.yaml", `${scenario}\n`);
  writeTest("rules.test.ts", first);
});

afterAll(() => {
  if (update) writeFileSync(page, renewed);
  session.remove();
});

test("the first test fails with the message that the page shows", () => {
  const { code, out } = vitest("rules");
  expect(code, out).toBe(1);
  expect(out).toContain(failure);
}, 60_000);

test.each(transcripts.slice(0, -1).map((block) => [block.split("\n")[0] ?? "", block] as const))(
  "%s prints what the page shows",
  async (_, block) => {
    await shows(block);
  },
);

test("with the repair all tests pass, and the rule is proved", async () => {
  const [change = ""] = blocks("diff");
  const [before = "", after = ""] = change.split("\n").map((line) => line.slice(1));
  expect(scenario).toContain(before);
  session.write("strait.yaml", `${scenario.replace(before, after)}\n`);
  writeTest("more.test.ts", further);
  const { code, out } = vitest();
  expect(code, out).toBe(0);
  await shows(transcripts.at(-1) ?? "");
}, 60_000);

test("the further tests find the mistake too", () => {
  session.write("strait.yaml", `${scenario}\n`);
  const { code, out } = vitest("more");
  expect(code, out).toBe(1);
  expect(out).toContain("3 failed");
}, 60_000);
