/**
 * What a check came to, for the terminal: the size of the state space, each property with its verdict, what can never
 * come, and every counterexample told as a chronicle. Computes nothing but layout.
 */

import type { CheckResult, PropertyFinding } from "../check/check.ts";
import type { NeverReached } from "../check/neverReached.ts";
import type { KnownShare } from "../check/runProperty.ts";
import type { LastChoice } from "../check/witnessRun.ts";
import { printExpression } from "../scenario/print.ts";
import { counted as plainlyCounted } from "../scenario/wording.ts";
import type { Naming } from "./naming.ts";
import type { Paint } from "./paint.ts";

/** A way as it was made on the machine, told; null where the machine has no run that begins so. */
export interface ToldWay {
  readonly steps: number;
  /** Number of steps after which the rest can go on for ever; null where it ends. */
  readonly repeats: number | null;
  readonly chronicle: string;
  /** Where the log lies, if it was kept. */
  readonly log: string | null;
  readonly lastChoice: LastChoice | null;
}

/** What the text is made of. */
export interface CheckReport {
  readonly scenario: string;
  readonly model: string;
  readonly result: CheckResult;
  readonly policies: boolean;
  /** Ways by property, in the order of the findings. */
  readonly ways: readonly (ToldWay | null)[];
  readonly faultWays: readonly (ToldWay | null)[];
  readonly deadlockWay: ToldWay | null;
}

/** The result as text, ending with a line break. */
export function checkText(report: CheckReport, naming: Naming, paint: Paint): string {
  const { result } = report;
  const paragraphs = [
    [paint("bold", `${naming.title} (${report.scenario})`), paint("dim", sizeWords(report))],
    result.limit === null ? [] : [paint("yellow", limitWords(result))],
    result.findings.map((finding, index) => findingLine(finding, report.ways[index] ?? null, naming, paint)),
    faultLines(report, paint),
    result.deadlocks === 0 ? [] : [`${counted(result.deadlocks, "state")} in which nothing can happen any more`],
    missingLines(result.missing, naming),
    ...tales(report, naming, paint),
    [paint("dim", readingWords(report))],
  ];
  const text = paragraphs.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return `${text.join("\n\n")}\n`;
}

function sizeWords({ result, model }: CheckReport): string {
  const facts = [
    counted(result.states, "state"),
    counted(result.transitions, "transition"),
    counted(result.choices, "choice"),
    ...(result.initial === 1 ? [] : [counted(result.initial, "initial state")]),
    `depth ${result.depth}`,
    `model ${model.slice(0, 12)}`,
  ];
  return facts.join(" · ");
}

const without = "; states count rounds without an end: --rounds N ends runs";
const endlessHint = { states: without, memory: without };

function limitWords({ limit, states, depth, endless, findings, faults }: CheckResult): string {
  const found = findings.filter(({ holds }) => holds === false).length + faults.length;
  const so = found === 0 ? "nothing found so far" : `${counted(found, "problem")} found so far`;
  const more = { states: "; --max-states allows more", memory: "; --memory allows more", interrupted: "" };
  const hint = endless ? { ...more, ...endlessHint } : more;
  const why = { states: "the limit of states", memory: "the limit of memory", interrupted: "interrupted" };
  const reached = limit === null ? "" : ` (${why[limit]}${hint[limit]})`;
  return `incomplete: explored ${counted(states, "state")}, deepest ${depth}, ${so}${reached}`;
}

function findingLine(
  { property, holds, vacuous, faults, limit, share }: PropertyFinding,
  way: ToldWay | null,
  naming: Naming,
  paint: Paint,
) {
  const name = naming.name("properties", property.id);
  const words =
    holds === true
      ? paint("green", "holds    ")
      : holds === false
        ? paint("red", "fails    ")
        : paint("yellow", "undecided");
  const steps = way === null ? "" : ` · ${counted(way.steps, "step")}`;
  const notes = [
    ...(vacuous === null ? [] : [`says nothing: ${printExpression(vacuous)} never comes`]),
    ...(faults ? ["it cannot be evaluated there"] : []),
    ...(limit === "sample" ? ["too close to the bound to tell from these runs"] : []),
    ...(share === null ? [] : [shareWords(share)]),
  ];
  const claim = name === property.id ? "" : paint("dim", `  ${name}`);
  const note = notes.length === 0 ? "" : `\n           ${paint("yellow", notes.join("; "))}`;
  return `${words}  ${property.id}${steps}${claim}${note}`;
}

/** A share of runs, and how it is known. */
function shareWords(known: KnownShare): string {
  const share = `share of runs ${Number(known.share.toPrecision(6))}`;
  if (known.method === "exact") return `${share}, exact`;
  const { runs, error, margin, violation } = known;
  const so = `statistical: ${known.method} of ${counted(runs, "run")}`;
  if (known.method === "sequential test") {
    return `${share} (${so}; wrong with a chance of at most ${error} where the share is more than ${margin} off the bound)`;
  }
  const seen =
    violation === null ? "no violation among them, which proves nothing" : `violated in replication ${violation}`;
  return `${share} (${so}, off by more than ${margin} with a chance of at most ${error}; ${seen})`;
}

function faultLines({ result, faultWays }: CheckReport, paint: Paint): readonly string[] {
  return result.faults.map(({ path, reason }, index) => {
    const way = faultWays[index];
    const steps = way === null || way === undefined ? "" : ` after ${counted(way.steps, "step")}`;
    return `${paint("red", "fault    ")}  ${path}: ${reason}${steps}`;
  });
}

const kinds: Readonly<Record<NeverReached["kind"], readonly [string, Parameters<Naming["name"]>[0]]>> = {
  "track state": ["Never entered", "tracks"],
  move: ["Never enabled", "moves"],
  incident: ["Never possible", "incidents"],
  rule: ["Never applied", "rules"],
  outcome: ["Never the end", "outcomes"],
  branch: ["Never the way it turns out", "moves"],
};

function missingLines(missing: readonly NeverReached[], naming: Naming): readonly string[] {
  return Object.entries(kinds).flatMap(([kind, [label, section]]) => {
    const some = missing.filter((one) => one.kind === kind);
    if (some.length === 0) return [];
    const list = some.map(({ ids }) => (kind === "outcome" ? naming.name(section, ...ids) : ids.join(".")));
    return [`${label}: ${list.join(", ")}`];
  });
}

/** Every way that was found, told. */
function tales(report: CheckReport, naming: Naming, paint: Paint): readonly (readonly string[])[] {
  const { result, ways, faultWays, deadlockWay } = report;
  const told = (title: string, way: ToldWay | null | undefined): readonly string[] => {
    if (way === null || way === undefined) return [];
    const kept = way.log === null ? "" : paint("dim", ` · kept in ${way.log}`);
    const again = way.repeats === null ? [] : [loopWords(way)];
    const otherwise = way.log === null || way.lastChoice === null ? [] : [playWords(way.log, way.lastChoice)];
    return [
      `${paint("bold", title)} ${paint("dim", `(${counted(way.steps, "step")})`)}${kept}`,
      way.chronicle,
      ...again,
      ...otherwise,
    ];
  };
  return [
    ...result.findings.map(({ property }, index) => told(naming.name("properties", property.id), ways[index])),
    ...result.faults.map(({ path }, index) => told(path, faultWays[index])),
    told("Nothing can happen any more", deadlockWay),
  ];
}

/** How to go on from the last choice that could have gone otherwise. */
const playWords = (log: string, { actor, position }: LastChoice): string =>
  `From its last choice: demarche play ${log} --at ${position} --as ${actor}`;

function loopWords({ steps, repeats }: ToldWay): string {
  const length = steps - (repeats ?? 0);
  if (length === 0) return "From here nobody and nothing chooses any more, and it goes on like this for ever.";
  return `From here the last ${length === 1 ? "step" : `${length} steps`} can go on for ever.`;
}

function readingWords({ policies, result }: CheckReport): string {
  const whose = policies ? "every choice that a policy gives a weight" : "every choice of every actor";
  const holds = result.findings.some(({ holds }) => holds === true);
  const meant = holds
    ? `"holds" means: in every run, whatever is chosen and whatever chance brings; nothing is assumed to be fair.`
    : "";
  return `Open were ${whose} and every turn of chance. ${meant}`.trim();
}

/** A number with its unit, thousands apart. */
function counted(value: number, unit: string): string {
  return plainlyCounted(value, unit, (count) => String(count).replace(/\B(?=(\d{3})+$)/g, ","));
}
