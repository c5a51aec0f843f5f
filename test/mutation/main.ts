/**
 * The mutation run: `npm run test:mutation -- [--folder X] [--mutants 30] [--seed S] [--quick] [--again]
 * [--list] [--table]`.
 *
 * Draws mutants of each folder that decides something, measures which tests reach them, and tries each. What was found
 * is kept in `coverage/mutation/`, so that a run that was stopped goes on where it stood. `--quick` asks unit and property
 * tests alone; `--again` tries survivors again, with all tests or after some were added, but not those that are argued as
 * equivalent; `--list` only shows which mutants are drawn and what is known of each; `--table` only writes
 * `docs/mutation.md` from what is kept.
 */
import { readFileSync } from "node:fs";
import { getPriority, setPriority } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Drawn, draw, type Identified, projectCompiler, sourcesHash } from "./draw.ts";
import { equivalents } from "./equivalents.ts";
import { readLines, writeLine } from "./lines.ts";
import { measureReach, type Reach } from "./reach.ts";
import { isFor, writeTable } from "./table.ts";
import { makeTree, removeTree } from "./tree.ts";
import { tryMutant, type Verdict } from "./trial.ts";

/** Folders that decide something, in the order in which they are tried. */
const folders = [
  ...["classroom", "server", "log", "engine", "check", "solve", "space", "kernel", "ensemble", "scenario", "studio"],
  ...["export", "testing", "chance", "report"],
];

/** Mutants that are tried at the same time. */
const workers = 2;

const root = join(import.meta.dirname, "../..");
const kept = join(root, "coverage/mutation");

interface Kept {
  readonly seed: string;
  readonly count: number;
  readonly sources: string;
  readonly drawn: Drawn;
}

const tell = (line: string): void => console.log(line);

/** Drawn mutants of each folder; a draw is repeated where a source has changed. */
function drawAll(asked: readonly string[], seed: string, count: number): readonly Drawn[] {
  const path = join(kept, "drawn.jsonl");
  const known = readLines<Kept>(path);
  let compiler: ReturnType<typeof projectCompiler> | null = null;
  return asked.map((folder) => {
    const sources = sourcesHash(root, folder);
    const same = known.findLast((one) => one.drawn.folder === folder && one.seed === seed && one.count === count);
    if (same?.sources === sources) return same.drawn;
    compiler ??= projectCompiler(root);
    const drawn = draw(root, folder, seed, count, compiler);
    writeLine(path, { seed, count, sources, drawn } satisfies Kept);
    tell(`${folder}: ${drawn.mutants.length} of ${drawn.possible} mutants drawn, ${drawn.rejected} did not compile`);
    return drawn;
  });
}

async function tryAll(
  waiting: Identified[],
  trees: readonly string[],
  reach: readonly Reach[],
  verdicts: readonly Verdict[],
): Promise<void> {
  const done = [...verdicts];
  await Promise.all(
    trees.map(async (tree) => {
      for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
        const { file } = mutant;
        const verdict = await tryMutant(tree, mutant, reach, killersOf(done, file));
        done.push(verdict);
        writeLine(join(kept, "verdicts.jsonl"), verdict);
        const { line, operator, outcome, run, reached, ms, by } = verdict;
        tell(`${outcome} ${file}:${line} ${operator} (${run} of ${reached} test files, ${ms} ms) ${by}`);
      }
    }),
  );
}

/** How many mutants of a file each test file has killed. */
function killersOf(verdicts: readonly Verdict[], file: string): ReadonlyMap<string, number> {
  const killers = new Map<string, number>();
  for (const { by } of verdicts.filter((verdict) => verdict.file === file && verdict.outcome === "killed")) {
    const test = by.split(/[ :]/)[0] ?? "";
    killers.set(test, (killers.get(test) ?? 0) + 1);
  }
  return killers;
}

function listed({ file, line, operator, start, end, replacement }: Identified, verdict: Verdict | undefined): string {
  const original = readFileSync(join(root, file), "utf8").slice(start, end);
  const known = verdict === undefined ? "not tried" : `${verdict.outcome} ${verdict.by}`;
  return `${file}:${line} ${operator}: ${original} -> ${replacement}  [${known}]`;
}

const { values } = parseArgs({
  options: {
    folder: { type: "string", multiple: true },
    mutants: { type: "string", default: "30" },
    seed: { type: "string", default: "1" },
    quick: { type: "boolean", default: false },
    again: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    table: { type: "boolean", default: false },
  },
});

async function run(): Promise<void> {
  setPriority(Math.max(getPriority(), 10));
  // What it has started ends with it, and its trees are removed.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
  // The table is of all folders; whoever asks for one folder waits for that one alone.
  const asked = drawAll(values.table ? folders : (values.folder ?? folders), values.seed, Number(values.mutants));
  const verdicts = readLines<Verdict>(join(kept, "verdicts.jsonl"));
  const verdictOf = (id: string): Verdict | undefined => verdicts.findLast((verdict) => verdict.id === id);
  if (values.list) {
    for (const { mutants } of asked) for (const mutant of mutants) tell(listed(mutant, verdictOf(mutant.id)));
    return;
  }
  const waiting = asked.flatMap(({ mutants }) =>
    mutants.filter((mutant) => {
      const outcome = verdictOf(mutant.id)?.outcome;
      const isOpen = outcome === "survived" && !equivalents.some((one) => isFor(one, mutant));
      return outcome === undefined || (values.again && isOpen);
    }),
  );
  if (!values.table && waiting.length > 0) {
    const trees = Array.from({ length: workers }, () => makeTree(root));
    const removeTrees = (): void => trees.forEach(removeTree);
    process.once("exit", removeTrees);
    try {
      const mutants = asked.flatMap((one) => one.mutants);
      const reach = await measureReach(root, trees, mutants, {
        path: join(kept, "reach.jsonl"),
        quick: values.quick,
        tell,
      });
      await tryAll(waiting, trees, reach, verdicts);
    } finally {
      removeTrees();
    }
  }
  const drawn = drawAll(folders, values.seed, Number(values.mutants));
  writeTable(root, drawn, readLines<Verdict>(join(kept, "verdicts.jsonl")), values.seed);
}

await run();
