/**
 * A sweep as one page: what drives each outcome, ranked, with the data of every point. It computes nothing.
 */
import type { Sweep } from "../ensemble/sweep.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { counted } from "../scenario/wording.ts";
import { sweepCommandLine } from "./commandLine.ts";
import { escapeText } from "./escape.ts";
import { factorName } from "./factorName.ts";
import { figurePage } from "./figurePage.ts";
import { openCanvas } from "./figures/drawing.ts";
import { effectChoices } from "./figures/effects.ts";
import type { Figure } from "./figures/figure.ts";
import { measureKeys } from "./figures/key.ts";
import { tornadoChoices } from "./figures/tornado.ts";
import { namingOf } from "./naming.ts";
import { grouped, percent, points } from "./number.ts";

/** What is said of each design. */
const leads = {
  oat: "What each factor alone can make of an outcome, all others as usual (the upright line): its lowest and highest share of runs, with the levels that bring them about. Only factors with a clear effect are drawn.",
  lhs: "Share of an outcome's variance over a Latin hypercube that lies between the levels of a factor, or between fifths of its range.",
  factorial: "Share of an outcome's variance over all combinations that lies between the levels of a factor.",
  sobol:
    "Sobol indices: the solid bar is the share of an outcome's variance that a factor explains alone, the outlined one what involves it at all; the lines are 95 % intervals.",
} as const;

/**
 * The page as HTML.
 * @param asked the scenario as a command line names it.
 */
export function sweepPage(sweep: Sweep, scenario: Scenario, asked: string): string {
  const naming = namingOf(scenario);
  const keys = measureKeys(scenario.model, naming.ending);
  const canvas = openCanvas();
  const choices =
    sweep.tornado === null ? effectChoices(canvas, sweep, keys, naming) : tornadoChoices(canvas, sweep, keys, naming);
  const figure: Figure = {
    id: "drivers",
    title: "What drives the outcomes",
    lead: leads[sweep.request.design],
    legend: `<ul class="legend"><li><span class="swatch" style="background:var(--uncited)"></span> a judgement, without a cited source</li><li><span class="swatch" style="background:var(--cited)"></span> with a cited source</li></ul>`,
    chooser: "Outcome",
    choices,
    notes: faultNote(sweep),
  };
  const variant = naming.name("variants", sweep.request.variant);
  return figurePage({
    title: naming.title,
    subtitle: `${variant}: ${counted(sweep.cells.length, "point", grouped)} of ${counted(sweep.runs, "run", grouped)}`,
    head: headOf(sweep, asked, naming.title, (factor) => factorName(naming, factor), naming.ending),
    figures: choices.length === 0 ? [] : [figure],
    foot: `<p>Methods. ${escapeText(
      Object.entries(sweep.methods)
        .map(([what, how]) => `${what}: ${how}`)
        .join("; "),
    )}.</p>`,
  });
}

function headOf(
  sweep: Sweep,
  asked: string,
  title: string,
  factor: (name: string) => string,
  outcome: (id: string) => string,
): string {
  const { scenario, seed, runs, request, model, drivers, tornado, headline } = sweep;
  const strong = drivers.filter(({ cited, effect }) => !cited && effect > 0).slice(0, 10);
  const size = (effect: number, of: string | null): string => {
    if (tornado !== null) return `moves ${outcome(of ?? "")} by up to ${points(effect).replace("+", "")} points`;
    const share = `${percent(Math.min(1, effect), 0)} % of the variance of`;
    return headline === null ? `${share} all outcomes, most of ${outcome(of ?? "")}` : `${share} ${outcome(headline)}`;
  };
  const items = strong.map(
    (driver) => `<li>${escapeText(`${factor(driver.factor)}: ${size(driver.effect, driver.outcome)}`)}</li>`,
  );
  const drive =
    items.length === 0
      ? `<p>No factor without a cited source moves ${headline === null ? "any outcome" : escapeText(outcome(headline))}.</p>`
      : `<p>Without a cited source, and so a judgement of the author, these drive ${headline === null ? "the result" : escapeText(outcome(headline))}:</p><ol class="variants">${items.join("")}</ol>`;
  const facts: readonly (readonly [string, string])[] = [
    ["Scenario", escapeText(scenario)],
    ["Seed", `<code>${escapeText(seed)}</code>`],
    ["Model", `<code>${escapeText(model)}</code>`],
    ["The same again", `<code>${escapeText(sweepCommandLine(asked, seed, runs, request))}</code>`],
  ];
  return `<p class="conclusion">${sweep.factors.length} factors of ${escapeText(title)} were varied over ${grouped(sweep.cells.length)} points, with the same luck at each.</p>
${drive}
<div class="caveat"><p>This page shows a model. It says how far its results rest on its assumptions, not how the world works; a share of runs is no
probability of war or peace.</p></div>
<dl class="facts">${facts.map(([term, text]) => `<dt>${term}</dt><dd>${text}</dd>`).join("")}</dl>`;
}

function faultNote({ cells }: Sweep): string | null {
  const faulted = cells.filter(({ fault }) => fault !== null);
  if (faulted.length === 0) return null;
  const [first] = faulted;
  return `<p>The model is at fault at ${faulted.length} of ${cells.length} points, which are left out; the first fails at <code>${escapeText(first?.fault?.path ?? "")}</code>.</p>`;
}
