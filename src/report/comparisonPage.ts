/**
 * A comparison as one page: the paragraph in words, and figures of everything that was found.
 *
 * It computes nothing: what it shows was counted, sampled and ranked before. Same inputs, same bytes.
 */
import type { FullComparison } from "../ensemble/fullComparison.ts";
import type { Ranges } from "../ensemble/range.ts";
import type { Sample } from "../ensemble/sample.ts";
import type { Sweep } from "../ensemble/sweep.ts";
import { measuresOf } from "../scenario/measure.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { counted } from "../scenario/wording.ts";
import { type ComparisonNames, conclusion, savedWords } from "./comparisonText.ts";
import { escapeText } from "./escape.ts";
import { type FigurePage, figurePage } from "./figurePage.ts";
import { roundTeller } from "./figures/axis.ts";
import {
  type CourseSetting,
  ladderPanels,
  ladderTable,
  timePanels,
  timeTable,
  trackChoice,
  variableChoice,
} from "./figures/course.ts";
import { type Canvas, openCanvas } from "./figures/drawing.ts";
import type { Figure } from "./figures/figure.ts";
import { measureKeys, type OutcomeKey, outcomeKeys } from "./figures/key.ts";
import { outcomeLegend } from "./figures/legend.ts";
import { pathChoices } from "./figures/paths.ts";
import { differenceFigure, shareFigure } from "./figures/shares.ts";
import { tornadoChoices } from "./figures/tornado.ts";
import { type Naming, namingOf } from "./naming.ts";
import { brief, grouped, percent } from "./number.ts";
import { rangeSentences } from "./rangeText.ts";

/** Everything that a page of a comparison can show; what was not made is null or empty. */
export interface ComparisonReport {
  readonly result: FullComparison;
  readonly ranges: Ranges | null;
  readonly samples: readonly Sample[];
  /** One factor at a time, around the first variant. */
  readonly sweep: Sweep | null;
  /** The command line that makes the same result. */
  readonly command: string;
}

/** The page as HTML. */
export function comparisonPage(report: ComparisonReport, scenario: Scenario, names: ComparisonNames): string {
  return figurePage(comparisonFigures(report, scenario, names));
}

/** What the page consists of, for whoever frames it. */
export function comparisonFigures(report: ComparisonReport, scenario: Scenario, names: ComparisonNames): FigurePage {
  const { result } = report;
  const naming = namingOf(scenario);
  const keys = outcomeKeys(scenario.model, naming.ending);
  const measured = measureKeys(scenario.model, naming.ending);
  const canvas = openCanvas();
  const telling: CourseSetting = { canvas, variant: names.variant, round: roundTeller(scenario.model.clock) };
  const figures = [
    shareFigure(canvas, result, measured, names.variant),
    ...(result.variants.length > 1 ? [differences(canvas, report, measured, naming, names)] : []),
    ...(report.result.times.length > 0 ? [timeFigure(telling, report, keys, scenario.model)] : []),
    ...(report.samples.length > 0 ? sampleFigures(telling, report, scenario, keys, naming) : []),
    ...tornadoFigure(canvas, report, measured, naming, names),
  ];
  const of =
    result.variants.length === 1 ? names.variant(result.variants[0]?.name ?? "") : `${result.variants.length} variants`;
  return {
    title: naming.title,
    subtitle: `${of}, ${counted(result.runs, "run", grouped)} each`,
    head: headOf(report, names),
    figures,
    foot: footOf(report, naming),
  };
}

function headOf({ result, command }: ComparisonReport, names: ComparisonNames): string {
  const facts: readonly (readonly [string, string])[] = [
    ["Scenario", escapeText(result.scenario)],
    ["Runs of each", grouped(result.runs)],
    ["Seed", `<code>${escapeText(result.seed)}</code>`],
    ["Model", `<code>${escapeText(result.model)}</code>`],
    ["The same again", `<code>${escapeText(command)}</code>`],
  ];
  const items = facts.map(([term, text]) => `<dt>${term}</dt><dd>${text}</dd>`);
  const faults =
    result.faults.length === 0
      ? ""
      : `<p><strong>The model is at fault in some runs</strong>, the first being replication ${result.faults[0]?.replication} of ${escapeText(names.variant(result.faults[0]?.variant ?? ""))} (${escapeText(result.faults[0]?.fault.path ?? "")}). They are counted apart.</p>`;
  return `<p class="conclusion">${escapeText(conclusion(result, names))}</p>
${faults}<div class="caveat"><p>This page shows a model. It says what follows from the scenario's assumptions, not what will happen or would have
happened; a share of runs is no probability of war or peace. What matters most rests on judgements: see what drives the
outcomes before quoting any number.</p></div>
${variantList(result, names)}
<dl class="facts">${items.join("")}</dl>`;
}

/** What was compared, with the question behind each variant. */
function variantList({ variants }: FullComparison, names: ComparisonNames): string {
  const items = variants.map(({ name }) => {
    const question = names.question(name);
    return `<li><strong>${escapeText(names.variant(name))}</strong>${question === null ? "" : ` ${escapeText(question)}`}</li>`;
  });
  return `<details${variants.length > 4 ? "" : " open"}><summary>${variants.length === 1 ? "The variant" : `The ${variants.length} variants`}</summary><ul class="variants">${items.join("")}</ul></details>`;
}

function footOf({ result, ranges, samples }: ComparisonReport, naming: Naming): string {
  const methods = Object.entries(result.methods).map(([what, how]) => `${what}: ${how}`);
  const faulted =
    ranges === null || ranges.faulted === 0
      ? []
      : [`${ranges.faulted} points of the design are left out: the model is at fault there`];
  const sampled =
    samples[0] === undefined ? [] : [`courses: the first ${grouped(samples[0].runs)} runs of each variant`];
  const list = [...methods, ...(ranges === null ? [] : [`ranges: ${ranges.method}`]), ...faulted, ...sampled];
  return `<p>Methods. ${escapeText(list.join("; "))}.</p>
<p>${escapeText(naming.title)} is a scenario of Demarche. Made from model, seed and number of runs alone; the same command makes the
same page, byte for byte.</p>`;
}

function differences(
  canvas: Canvas,
  { result, ranges }: ComparisonReport,
  keys: readonly OutcomeKey[],
  naming: Naming,
  names: ComparisonNames,
): Figure {
  const figure = differenceFigure(canvas, result, ranges, keys, names.variant);
  const turns = rangeSentences(ranges?.ranges ?? [], ranges?.points ?? 0, naming, names).map(
    (text) => `<li>${escapeText(text)}</li>`,
  );
  const saved = savedWords(result);
  const none = ranges === null ? "" : "<p>No difference turns its sign anywhere in the design.</p>";
  const signs = turns.length > 0 ? `<p>Where a sign turns:</p><ul>${turns.join("")}</ul>` : none;
  return { ...figure, notes: `${saved === "" ? "" : `<p>${escapeText(saved)}</p>`}${signs}` };
}

function timeFigure(
  telling: CourseSetting,
  { result }: ComparisonReport,
  keys: readonly OutcomeKey[],
  model: Scenario["model"],
): Figure {
  const table = timeTable(
    result.times,
    measuresOf(model).map(({ id }) => id),
    result.runs,
  );
  const shown = keys.filter(({ id }) => result.variants.some(({ outcomes }) => (outcomes[id]?.count ?? 0) > 0));
  return {
    id: "times",
    title: "When runs end, and in what",
    lead: "Share of runs that had ended in each outcome by the end of each round, one above the other; what is open above them was still going on.",
    legend: outcomeLegend(shown),
    chooser: null,
    choices: [
      { id: "times", label: "", group: null, panels: timePanels(telling, result.times, keys, result.runs), table },
    ],
    notes: null,
  };
}

function sampleFigures(
  telling: CourseSetting,
  { samples }: ComparisonReport,
  { model }: Scenario,
  keys: readonly OutcomeKey[],
  naming: Naming,
): readonly Figure[] {
  const runs = grouped(samples[0]?.runs ?? 0);
  const ladder: Figure = {
    id: "ladder",
    title: "The ladder over time",
    lead: `The highest rung on which any track stands as each round opens: the stronger the colour, the more of the first ${runs} runs. A run that has ended stays where it ended.`,
    legend: `<ul class="legend">${[0.01, 0.1, 0.5, 1].map(shade).join("")}</ul>`,
    chooser: null,
    choices: [
      { id: "ladder", label: "", group: null, panels: ladderPanels(telling, samples), table: ladderTable(samples) },
    ],
    notes: rungList(model, naming),
  };
  const courses: Figure = {
    id: "courses",
    title: "How variables and tracks go",
    lead: `As each round opens, over the first ${runs} runs. Variables: the line is the median, the dots the mean, the dark band half of the runs, the pale band nine in ten; a flag shows its share of runs. Tracks: share of runs in each state.`,
    legend: null,
    chooser: "Show",
    choices: [
      ...model.variables.map((variable) =>
        variableChoice(telling, samples, variable, naming.name("variables", variable.id)),
      ),
      ...model.tracks.map((track) =>
        trackChoice(telling, samples, track, naming.name("tracks", track.id), (state) =>
          naming.name("tracks", track.id, "states", state),
        ),
      ),
    ],
    notes: null,
  };
  const heights = samples.some(({ paths }) => paths.of === "new heights");
  const paths: Figure = {
    id: "paths",
    title: "The most frequent paths",
    lead: `Share of the first ${runs} runs along each way, and how those ended that went no further. ${heights ? "Hardly any two runs go the same way in all steps, so a step counts here if it leads to a higher rung of the ladder than the run had stood on before." : "Steps are the moves and incidents that have a severity or change a track."} Rare branches are gathered under "other ways".`,
    legend: null,
    chooser: "Variant",
    choices: pathChoices(samples, keys, naming, telling.variant),
    notes: unseenNote(samples, naming),
  };
  return [
    ...(samples.some(({ ladder: { rungs } }) => rungs.length > 0) ? [ladder] : []),
    ...(courses.choices.length > 0 ? [courses] : []),
    paths,
  ];
}

/** How dark a share of runs is drawn: by the root, so that what is rare is seen as well. */
function shade(share: number): string {
  return `<li><span class="swatch" style="background:color-mix(in srgb, var(--accent) ${percent(Math.sqrt(share), 0)}%, transparent)"></span> ${percent(share, 0)} % of runs</li>`;
}

function rungList(model: Scenario["model"], naming: Naming): string {
  const rungs = new Map<number, string[]>();
  for (const { id, states } of model.tracks) {
    for (const state of states) {
      if (state.rung === null) continue;
      const text = `${naming.name("tracks", id)}: ${naming.name("tracks", id, "states", state.id)}`;
      rungs.set(state.rung, [...(rungs.get(state.rung) ?? []), text]);
    }
  }
  const items = [...rungs]
    .sort(([one], [other]) => other - one)
    .map(([rung, texts]) => `<li>${brief(rung)}: ${escapeText(texts.join("; "))}</li>`);
  return `<details><summary>What stands on which rung</summary><ul>${items.join("")}</ul></details>`;
}

/** Moves and incidents that no run of any variant's sample saw. */
function unseenNote(samples: readonly Sample[], naming: Naming): string | null {
  const inAll = (of: (sample: Sample) => readonly string[]): readonly string[] =>
    samples.map(of).reduce((one, other) => one.filter((id) => other.includes(id)));
  const names = [
    ...inAll(({ unseen }) => unseen.moves).map((id) => naming.name("moves", id)),
    ...inAll(({ unseen }) => unseen.incidents).map((id) => naming.name("incidents", id)),
  ];
  if (names.length === 0) return null;
  return `<p>Never made in any run of the samples: ${escapeText(names.join("; "))}.</p>`;
}

function tornadoFigure(
  canvas: Canvas,
  { sweep }: ComparisonReport,
  keys: readonly OutcomeKey[],
  naming: Naming,
  names: ComparisonNames,
): readonly Figure[] {
  if (sweep === null) return [];
  const choices = tornadoChoices(canvas, sweep, keys, naming);
  if (choices.length === 0) return [];
  return [
    {
      id: "drivers",
      title: "What drives the outcomes",
      lead: `What each assumption or disposition alone can make of an outcome under ${names.variant(sweep.request.variant)}, all others as usual (the upright line): share of ${grouped(sweep.runs)} runs from its lowest to its highest, with the levels that bring them about.`,
      legend: `<ul class="legend"><li><span class="swatch" style="background:var(--uncited)"></span> a judgement, without a cited source</li><li><span class="swatch" style="background:var(--cited)"></span> with a cited source</li></ul>`,
      chooser: "Outcome",
      choices,
      notes: null,
    },
  ];
}
