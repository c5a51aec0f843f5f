/**
 * An exact solution for the terminal: shares and means, or their extremes, and how precise they are. Computes nothing
 * but layout.
 */

import { counted } from "../scenario/wording.ts";
import type { ExactMean, ExactShare, Solution } from "../solve/solution.ts";
import type { Naming } from "./naming.ts";
import { grouped } from "./number.ts";
import type { Paint } from "./paint.ts";

/** What the text is made of. */
export interface SolveStory {
  readonly scenario: string;
  readonly model: string;
  /** How it came to be asked: what is open, what is sought. */
  readonly question: string;
  readonly solution: Solution;
  /** The policies that were found, in the words of the language. */
  readonly policies: string | null;
}

const caveat =
  "The shares describe this model and its assumptions; they are no probabilities of what happens in the world.";

/** The solution as text, ending with a line break. */
export function solveText(
  { scenario, model, question, solution, policies }: SolveStory,
  naming: Naming,
  paint: Paint,
): string {
  const size = `${counted(solution.states, "state", grouped)} · ${solution.method} · model ${model.slice(0, 12)}`;
  const paragraphs = [
    [paint("bold", `${naming.title} (${scenario})`), paint("dim", size), question],
    table(
      "Outcomes",
      Object.entries(solution.outcomes).map(([id, share]) => [naming.ending(id), shareCells(share)]),
      paint,
    ),
    table(
      "Groups of outcomes",
      Object.entries(solution.groups).map(([id, share]) => [naming.ending(id), shareCells(share)]),
      paint,
    ),
    stoppedLines(solution),
    table(
      "Properties",
      Object.entries(solution.properties).map(([id, share]) => [naming.name("properties", id), shareCells(share)]),
      paint,
    ),
    table(
      "Means",
      [
        ["Rounds", meanCells(solution.rounds)] as const,
        ...Object.entries(solution.tallies).map(([id, one]) => [naming.name("tallies", id), meanCells(one)] as const),
        ...Object.entries(solution.values ?? {}).map(
          ([id, value]) =>
            [`Utility of ${naming.name("actors", id)}`, meanCells({ expected: value, min: null, max: null })] as const,
        ),
      ],
      paint,
    ),
    policyLines(policies, paint),
    solution.notes.map((note) => paint("yellow", note)),
    [paint("dim", `${precisionWords(solution.precision)} ${caveat}`)],
  ];
  const text = paragraphs.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return `${text.join("\n\n")}\n`;
}

/** Tables with more lines or longer ones are for files. */
const linesMax = 60;
const lineMax = 200;

function policyLines(policies: string | null, paint: Paint): readonly string[] {
  if (policies === null) return [];
  const lines = policies.trimEnd().split("\n");
  const short = lines.length <= linesMax && lines.every(({ length }) => length <= lineMax);
  const told = short ? lines : ["policies too long for this page: --out FILE writes a scenario with them"];
  return [paint("bold", "How"), ...told.map((line) => `  ${line}`)];
}

type Row = readonly [name: string, cells: readonly string[]];

function table(title: string, rows: readonly Row[], paint: Paint): readonly string[] {
  const filled = rows.filter(([, cells]) => cells.length > 0);
  if (filled.length === 0) return [];
  const width = Math.max(...filled.map(([name]) => name.length));
  const columns = Math.max(...filled.map(([, cells]) => cells.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...filled.map(([, cells]) => cells[column]?.length ?? 0)),
  );
  return [
    paint("bold", title),
    ...filled.map(([name, cells]) =>
      `  ${name.padEnd(width)}  ${cells.map((cell, column) => cell.padStart(widths[column] ?? 0)).join("  ")}`.trimEnd(),
    ),
  ];
}

const shareCells = ({ probability, min, max }: ExactShare): readonly string[] =>
  cells(probability, min, max, (share) => `${percentExact(share)} %`);

const meanCells = ({ expected, min, max }: ExactMean): readonly string[] => cells(expected, min, max, number);

function cells(
  value: number | null,
  min: number | null,
  max: number | null,
  show: (value: number) => string,
): readonly string[] {
  if (min !== null && max !== null) {
    return min === max ? [`${show(min)} whatever they do`] : [`${show(min)} to ${show(max)}`];
  }
  const bound = min ?? max;
  if (bound === null) return value === null ? [] : [show(value)];
  return [show(bound), `as ${min === null ? "much" : "little"} as can be`];
}

/** A share in per cent with eight decimals; what is certain or impossible stands without any. */
function percentExact(share: number): string {
  if (share === 0 || share === 1) return String(share * 100);
  return (share * 100).toFixed(8);
}

function number(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "infinite" : "minus infinity";
  return value
    .toFixed(8)
    .replace(/^-(?=0\.0+$)/, "")
    .replace("-", "−");
}

const stops: Readonly<Record<string, string>> = {
  deadlock: "stand where nothing can happen any more",
  fault: "stop because the model is at fault",
  endless: "never end",
};

function stoppedLines({ stopped }: Solution): readonly string[] {
  return Object.entries(stopped ?? {})
    .filter(([, share]) => share > 0)
    .map(([kind, share]) => `${percentExact(share)} % of runs ${stops[kind] ?? kind}`);
}

function precisionWords(precision: number): string {
  return `Exact to ${precision.toExponential(0)}: computed over every course of the model, not drawn.`;
}
