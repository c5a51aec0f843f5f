/** The table of the mutation run, `docs/mutation.md`: score by folder, survivors, and equivalents with their reasons. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Drawn } from "./draw.ts";
import { type Equivalent, equivalents } from "./equivalents.ts";
import type { Verdict } from "./trial.ts";

/** The share of killed mutants that each folder should have. */
const wanted = 0.85;

/** On which tree the kept verdicts were found; whoever measures anew says here what is new. */
const measuredOn = `A verdict is kept as long as the file of its mutant is the same, so not all were found on one tree. All folders but
\`studio\`, \`export\`, \`testing\` and \`report\`, which nobody has tried yet, were tried in full before language version 2
(commit f68e71d, \`log\` 91f1343), and none was below 85 % then. Version 2 changed many files. What was found in those no
longer counts, their mutants are drawn anew, and \`tried\` says how many of the drawn ones have a verdict now: the score is
that of these alone. In \`engine\`, \`kernel\`, \`space\` and \`scenario\` some of the new mutants were tried on the tree with
version 2 (commit cca0c57), each against a chosen list of light test files; where one of these survived, the number of
test files is that of the list. The machine was busy then, so that running out of time was no verdict.`;

interface Row {
  readonly folder: string;
  readonly possible: number;
  readonly drawn: number;
  readonly tried: number;
  readonly killed: number;
  readonly survivors: readonly Verdict[];
  readonly equivalent: readonly (readonly [Verdict, Equivalent])[];
}

/** Writes the table of what is known of the drawn mutants. */
export function writeTable(root: string, drawn: readonly Drawn[], verdicts: readonly Verdict[], seed: string): void {
  writeFileSync(join(root, "docs/mutation.md"), mutationTable(drawn, verdicts, equivalents, seed));
}

/** The text of the table. */
export function mutationTable(
  drawn: readonly Drawn[],
  verdicts: readonly Verdict[],
  known: readonly Equivalent[],
  seed: string,
): string {
  const last = new Map(verdicts.map((verdict) => [verdict.id, verdict]));
  const rows = drawn.map((one) => rowOf(one, last, known));
  const ms = verdicts.reduce((sum, verdict) => sum + verdict.ms, 0);
  const below = rows.filter((row) => row.tried > 0 && score(row) < wanted).map(({ folder }) => folder);
  const used = new Set(rows.flatMap(({ equivalent }) => equivalent.map(([, reason]) => reason)));
  const stale = known.filter((one) => !used.has(one));
  return `${[
    intro(seed, Math.round(ms / 60_000)),
    table(rows),
    below.length > 0 ? `Below ${percent(wanted)}: ${below.join(", ")}.` : `No folder is below ${percent(wanted)}.`,
    ...(stale.length > 0 ? [`Reasons that no longer speak for a drawn mutant: ${stale.map(placeOf).join(", ")}.`] : []),
    "## Survivors",
    "No test tells these from the original.",
    ...rows.filter(({ survivors }) => survivors.length > 0).map(survivorsOf),
    "## Equivalents",
    "No input shows a difference between these and the original.",
    ...rows.filter(({ equivalent }) => equivalent.length > 0).map(equivalentsOf),
  ].join("\n\n")}\n`;
}

function rowOf(drawn: Drawn, verdicts: ReadonlyMap<string, Verdict>, known: readonly Equivalent[]): Row {
  const { folder, possible, mutants } = drawn;
  const tried = mutants.flatMap(({ id }) => verdicts.get(id) ?? []);
  const alive = tried.filter(({ outcome }) => outcome === "survived");
  const equivalent = alive.flatMap((verdict): readonly (readonly [Verdict, Equivalent])[] => {
    const reason = known.find((one) => isFor(one, verdict));
    return reason === undefined ? [] : [[verdict, reason]];
  });
  const survivors = alive.filter((verdict) => !known.some((one) => isFor(one, verdict)));
  const killed = tried.length - alive.length;
  return { folder, possible, drawn: mutants.length, tried: tried.length, killed, survivors, equivalent };
}

/** Whether a reason speaks for a mutant. */
export function isFor(one: Equivalent, verdict: Pick<Verdict, "file" | "line" | "operator" | "replacement">): boolean {
  return (
    one.file === verdict.file &&
    one.line === verdict.line &&
    one.operator === verdict.operator &&
    one.replacement === verdict.replacement
  );
}

/** The share killed of those that can be. */
function score({ killed, survivors }: Row): number {
  const killable = killed + survivors.length;
  return killable === 0 ? 1 : killed / killable;
}

/** Rounded down: 84.9 % is not 85 %. */
function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}

function intro(seed: string, minutes: number): string {
  return `# Mutation run

How much the tests notice. A mutant is the program with one small fault put in: a condition negated, a boundary moved, a
statement left out. Where no test fails, nobody would notice that fault. Of all possible mutants of each folder some are
drawn by a seed (here ${JSON.stringify(seed)}); those that do not compile are replaced by others. Each is run against the
test files that come past it, quick ones first, until one fails.

\`npm run test:mutation\` runs it (\`--folder log\` one folder, \`--mutants 60\` more of them, \`--seed 2\` others). It may be
stopped and goes on where it stood; \`--again\` tries the survivors again after tests were added. It writes this page. All
that is below took ${minutes} minutes of test time, two mutants at a time. Operators are in \`test/mutation/operators.ts\`,
equivalents with their reasons in \`test/mutation/equivalents.ts\`.

${measuredOn}`;
}

function table(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    `\`${row.folder}\``,
    row.possible,
    row.drawn,
    row.tried,
    row.killed,
    row.survivors.length,
    row.equivalent.length,
    row.tried === 0 ? "not yet" : percent(score(row)),
  ]);
  const head = ["folder", "possible", "drawn", "tried", "killed", "survived", "equivalent", "score"];
  return [head, ["---", ...head.slice(1).map(() => "--:")], ...cells].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function survivorsOf({ folder, survivors }: Row): string {
  const lines = survivors.map((verdict) => {
    const { reached, leftOut } = verdict;
    const slow = leftOut > 0 ? `; ${leftOut} slow test files were not run` : "";
    return `- ${described(verdict)} (${reached === 0 ? "no test comes past it" : `${reached} test files come past it`}${slow})`;
  });
  return [`### ${folder}`, lines.join("\n")].join("\n\n");
}

function equivalentsOf({ folder, equivalent }: Row): string {
  const lines = equivalent.map(([verdict, { why }]) => `- ${described(verdict)}: ${why}`);
  return [`### ${folder}`, lines.join("\n")].join("\n\n");
}

function described(verdict: Verdict): string {
  const { operator, original, replacement } = verdict;
  const change = replacement === "{}" ? `\`${short(original)}\`` : `\`${short(original)}\` → \`${short(replacement)}\``;
  return `${placeOf(verdict)}, ${operator}: ${change}`;
}

function placeOf({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${file}:${line}`;
}

function short(code: string): string {
  const line = code.replaceAll(/\s+/g, " ").replaceAll("`", "'");
  return line.length > 90 ? `${line.slice(0, 87)}...` : line;
}
