/**
 * Examples on a page of the documentation: a scenario in a fenced block, and behind it the results that it gives.
 *
 * A block ```yaml round is a scenario without its head. Each ```text behind it is a result, and the words behind `text`
 * say which: nothing for a run, `run --variant NAME --limit N --as ACTOR` for another run, `solve` for exact shares,
 * `lint` for everything that the reader complains of.
 */
import { roundsLimit } from "../../src/engine/play.ts";
import { treat } from "../../src/engine/treatment.ts";
import { viewEvents } from "../../src/engine/view.ts";
import { tell } from "../../src/report/chronicle.ts";
import { chronicleText, endWords, resultText, shortNumber, type TextLayout } from "../../src/report/chronicleText.ts";
import { namingOf } from "../../src/report/naming.ts";
import { readScenario, type Scenario } from "../../src/scenario/scenario.ts";
import { engineOf, recordRun } from "../../src/testing/recordedRun.ts";
import { solveModel } from "./solving.ts";

/** A fenced block of a page. */
interface FencedBlock {
  /** What stands behind the opening fence. */
  readonly info: string;
  readonly text: string;
  readonly line: number;
}

/** A scenario of a page with what the page says it comes to. */
interface PageExample {
  readonly line: number;
  readonly body: string;
  readonly results: readonly FencedBlock[];
}

/** The fenced blocks of a page, in order. */
function fencedBlocks(page: string): readonly FencedBlock[] {
  return [...page.matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    info: match[1] ?? "",
    text: match[2] ?? "",
    line: page.slice(0, match.index).split("\n").length,
  }));
}

/**
 * The examples of a page.
 * @throws Error where a block is neither a scenario nor the result of one.
 */
export function pageExamples(page: string): readonly PageExample[] {
  const examples: { line: number; body: string; results: FencedBlock[] }[] = [];
  for (const block of fencedBlocks(page)) {
    if (block.info === "yaml round") examples.push({ line: block.line, body: block.text, results: [] });
    else if (/^text\b/.test(block.info)) examples.at(-1)?.results.push(block);
    else throw new Error(`line ${block.line}: \`${block.info}\` is neither an example nor a result`);
  }
  return examples;
}

/** The head that all scenarios of a page share. */
const head = "demarche: 2\nid: example\ntitle: An example\n";

/** What the reader complains of in an example, as `demarche lint` says it. */
export function complaintsOf(body: string): readonly string[] {
  return readScenario({ file: "page.md", text: head + body }).diagnostics.flatMap(({ severity, message, hint }) => [
    `${severity}: ${message}`,
    ...(hint === null ? [] : [`hint: ${hint}`]),
  ]);
}

/**
 * What an example comes to, in the form that the words behind `text` ask for.
 * @throws Error where the example has an error, or the words say nothing.
 */
export function resultOf(body: string, info: string): string {
  const [, form = "run", ...options] = info.split(" ");
  if (form === "lint") return lines(complaintsOf(body));
  const { scenario } = readScenario({ file: "page.md", text: head + body });
  if (scenario === null) throw new Error(lines(complaintsOf(body)));
  const asked = askedOf(options);
  if (form === "solve") return sharesOf(scenario, asked);
  if (form === "run") return runOf(scenario, asked);
  throw new Error(`nobody knows what \`${info}\` asks for`);
}

interface Asked {
  readonly variant?: string;
  readonly limit?: string;
  readonly as?: string;
}

function askedOf(options: readonly string[]): Asked {
  const pairs = options.flatMap((option, index) => (index % 2 === 0 ? [[option, options[index + 1]] as const] : []));
  for (const [option, value] of pairs) {
    if (value === undefined || !["--variant", "--limit", "--as"].includes(option)) {
      throw new Error(`nobody knows what ${option} asks for`);
    }
  }
  return Object.fromEntries(pairs.map(([option, value]) => [option.slice("--".length), value]));
}

const lines = (all: readonly string[]): string => all.map((line) => `${line}\n`).join("");

const requestOf = ({ variant }: Asked) => (variant === undefined ? {} : { variant });

/** A run as `demarche run` tells it from its first round on, with the usual seed. */
function runOf(scenario: Scenario, asked: Asked): string {
  const layout: TextLayout = { columns: 110, paint: (_mark, text) => text, positions: false };
  const engine = engineOf(scenario.model, requestOf(asked));
  const limit = asked.limit === undefined ? roundsLimit : Number(asked.limit);
  const { events, result } = recordRun(engine, { seed: "demarche", roundsLimit: limit });
  const naming = namingOf(scenario);
  const seen = asked.as === undefined ? events : viewEvents(scenario.model, events, asked.as);
  const told = chronicleText({ ...tell(seen, scenario.model.clock, naming), opening: [] }, layout);
  // What a run comes to is worked out of everything, so it is not shown to an actor.
  const end = asked.as === undefined ? resultText(result, naming, endWords(result, naming), layout) : "";
  return lines([`${told}\n${end}`.replaceAll(/ +$/gm, "").trim()]);
}

/** Shares of the outcomes and of runs that end in none, and the means of tallies, as `demarche solve` finds them. */
function sharesOf({ model, texts }: Scenario, asked: Asked): string {
  const naming = namingOf({ model, texts });
  const { outcomes, stopped, tallies } = solveModel(model, treat(model, requestOf(asked)));
  const share = (name: string, value: number | null): readonly string[] =>
    value === null ? [] : [`${name}: ${shortNumber(100 * value)} %`];
  const without = Object.entries(stopped ?? {}).filter(([, value]) => value > 0);
  return lines([
    ...Object.entries(outcomes).flatMap(([id, { probability }]) => share(naming.ending(id), probability)),
    ...without.flatMap(([how, value]) => share(`(${how})`, value)),
    ...Object.entries(tallies).map(
      ([id, { expected }]) =>
        `mean of ${naming.name("tallies", id)}: ${expected === null ? "none" : shortNumber(expected)}`,
    ),
  ]);
}
