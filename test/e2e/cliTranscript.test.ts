/**
 * The transcripts in README.md and docs/cli.md are what the command line prints.
 *
 * A block is run command by command in one folder. `…` stands for lines left out; what stands behind a prompt is typed.
 * `UPDATE_TRANSCRIPTS=1` writes what is printed now into the blocks that have nothing left out.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { CliSession } from "./cliSession.ts";

const pages = ["README.md", "docs/cli.md"];
const pathOf = (page: string): string => fileURLToPath(new URL(`../../${page}`, import.meta.url));
const update = process.env.UPDATE_TRANSCRIPTS === "1";
const session = new CliSession();
session.write(
  "broken.yaml",
  [
    "demarche: 1",
    "id: broken",
    "title: A scenario with mistakes",
    "actors:",
    "  north:",
    "    name: The North",
    "tracks:",
    "  talks:",
    "    initial: open",
    "    states: [open, closed]",
    "moves:",
    "  leave:",
    "    by: noth",
    "    when: talks is opne",
    "    then:",
    "      talks: closed",
    "outcomes:",
    "  apart:",
    "    when: talks is closed",
    "",
  ].join("\n"),
);

interface Step {
  readonly command: string;
  readonly expected: readonly string[];
}

function stepsOf(block: string): readonly Step[] {
  const steps: { command: string; expected: string[] }[] = [];
  for (const line of block.split("\n")) {
    if (line.startsWith("$ ")) steps.push({ command: line.slice(2), expected: [] });
    else steps.at(-1)?.expected.push(line);
  }
  return steps;
}

function wordsOf(command: string): readonly string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

/** What is typed at prompts. */
function typed(expected: readonly string[]): string {
  return expected
    .map((line) => /^(?:\w+>|.*, or no\)) (.+)$/.exec(line)?.[1])
    .filter((line) => line !== undefined)
    .join("\n");
}

async function printed({ command, expected }: Step): Promise<readonly string[]> {
  const [program, ...words] = wordsOf(command);
  expect(program).toBe("demarche");
  const { out, err, code } = await session.run(words, { input: typed(expected) });
  const lines = `${out}${err}${code === 0 ? "" : `[exit code ${code}]\n`}`.replace(/\n$/, "").split("\n");
  return lines.map((line) => line.trimEnd().replaceAll(`${session.directory}/`, ""));
}

/** Whether lines are as expected, where `…` is any number of them. */
function matches(lines: readonly string[], expected: readonly string[]): boolean {
  const [first, ...rest] = expected;
  if (first === undefined) return lines.length === 0;
  if (first !== "…") return lines[0] === first && matches(lines.slice(1), rest);
  return lines.some((_, index) => matches(lines.slice(index), rest)) || rest.length === 0;
}

/** The blocks of a page that are run. */
function blocksOf(text: string): readonly string[] {
  return [...text.matchAll(/```console\n([\s\S]*?)\n```/g)].map((match) => match[1] ?? "");
}

for (const page of pages) {
  describe(page, () => {
    const text = readFileSync(pathOf(page), "utf8");
    let renewed = text;

    for (const [index, block] of blocksOf(text).entries()) {
      test(`block ${index + 1}: ${block.split("\n")[0]}`, async () => {
        const now: string[] = [];
        for (const step of stepsOf(block)) {
          const lines = await printed(step);
          const elided = step.expected.includes("…");
          now.push(`$ ${step.command}`, ...(elided ? step.expected : lines));
          if (update && !elided) continue;
          if (elided) expect(matches(lines, step.expected), lines.join("\n")).toBe(true);
          else expect(lines).toEqual(step.expected);
        }
        renewed = renewed.replace(`\`\`\`console\n${block}\n\`\`\``, () => `\`\`\`console\n${now.join("\n")}\n\`\`\``);
      });
    }

    afterAll(() => {
      if (update) writeFileSync(pathOf(page), renewed);
    });
  });
}

test("the page of the command line shows every command", () => {
  const shown = blocksOf(readFileSync(pathOf("docs/cli.md"), "utf8")).join("\n");
  const commands = [
    "run",
    "replay",
    "verify",
    "fork",
    "diff",
    "play",
    "compare",
    "sweep",
    "swing",
    "check",
    "solve",
    "new",
    "lint",
  ];
  for (const command of [...commands, "export"]) {
    expect(shown).toContain(`$ demarche ${command} `);
  }
});
