/**
 * A run as one page: the chronicle, charts of every value that moved, and what the numbers are not.
 *
 * The page is one file without scripts, fonts or requests, so it opens anywhere, prints, and can be kept. Every text of
 * the scenario is escaped. It is made of the chronicle alone, so a page of an actor's view shows that view.
 */
import type { RunResult } from "../engine/observer.ts";
import { dateOfRound } from "../scenario/calendar.ts";
import type { Chronicle, Course, Entry, Section } from "./chronicle.ts";
import { endWords, shortNumber, whenOf } from "./chronicleText.ts";
import { longDate, shortDate } from "./dates.ts";
import { escapeText } from "./escape.ts";
import type { Naming } from "./naming.ts";
import { pageStyle } from "./pageStyle.ts";
import { type StepChart, stepChart } from "./svg.ts";
import { changeText, linesOf, valueText } from "./tellingText.ts";
import { tellingEn } from "./tellingWords.ts";

/** What a page is made from. */
export interface PageContent {
  readonly chronicle: Chronicle;
  readonly naming: Naming;
  readonly scenario: string;
  /** SHA-256 of the model. */
  readonly model: string;
  /** Null in a view. */
  readonly seed: string | null;
  readonly replication: number;
  readonly variant: string;
  readonly viewer: string | null;
  readonly result: RunResult;
}

/** The page as HTML text. */
export function chroniclePage(content: PageContent): string {
  const { chronicle, naming } = content;
  const title = escapeText(`${naming.title}: a run`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${pageStyle}</style>
</head>
<body>
<header>
<h1>${escapeText(naming.title)}</h1>
${settings(content)}
</header>
<main>
${summary(content)}
<section aria-labelledby="story">
<h2 id="story">What happened</h2>
${opening(chronicle)}
${chronicle.sections.map((section) => sectionOf(section)).join("\n")}
</section>
${charts(chronicle, naming)}
</main>
<footer>
<p>This page tells one course of a model under one seed. It shows what follows from the scenario's assumptions, not what
happened or would have happened, and how often something occurs in runs of a model is no chance of it in the world.</p>
<p class="small">Model ${escapeText(content.model)}</p>
</footer>
</body>
</html>
`;
}

function settings({ chronicle, naming, scenario, seed, replication, variant, viewer }: PageContent): string {
  const facts: readonly (readonly [string, string])[] = [
    ["Scenario", scenario],
    ...(viewer === null ? [] : [["As seen by", naming.name("actors", viewer)] as const]),
    ...(variant === "default" ? [] : [["Variant", naming.name("variants", variant)] as const]),
    ...(seed === null ? [] : [["Seed", seed] as const]),
    ...(replication === 0 ? [] : [["Replication", String(replication)] as const]),
    ...(chronicle.clock === null ? [] : [["Begins on", longDate(chronicle.clock.start)] as const]),
  ];
  return definitions(facts);
}

function definitions(facts: readonly (readonly [string, string])[]): string {
  const items = facts.map(([term, text]) => `<div><dt>${escapeText(term)}</dt><dd>${escapeText(text)}</dd></div>`);
  return `<dl>${items.join("")}</dl>`;
}

function summary({ result, naming, viewer }: PageContent): string {
  const numbers = (section: "tallies" | "actors", values: Readonly<Record<string, number>>): string =>
    Object.entries(values)
      .map(([id, value]) => `${naming.name(section, id)} ${shortNumber(value)}`)
      .join(" · ");
  const failed = Object.entries(result.properties).filter(([, holds]) => !holds);
  const hidden = viewer !== null;
  const facts: readonly (readonly [string, string])[] = [
    ["Outcome", endWords(result, naming)],
    ["Length", result.rounds === 1 ? "1 round" : `${result.rounds} rounds`],
    ...(hidden ? [] : [["Tallies", numbers("tallies", result.tallies)] as const]),
    ...(hidden ? [] : [["Utilities", numbers("actors", result.utilities)] as const]),
    ...(hidden ? [] : failed.map(([id]) => ["Does not hold", naming.name("properties", id)] as const)),
  ];
  const known = facts.filter(([, text]) => text !== "");
  return `<section class="result" aria-labelledby="result"><h2 id="result">How it ends</h2>${definitions(known)}</section>`;
}

function opening({ opening: known }: Chronicle): string {
  if (known.length === 0) return "";
  const items = known.map(
    ({ name, value }) => `<li>${escapeText(name)}: ${escapeText(valueText(value, tellingEn))}</li>`,
  );
  return `<details><summary>How things stood at the start</summary><ul class="opening">${items.join("")}</ul></details>`;
}

function sectionOf(section: Section): string {
  const when = escapeText(whenOf(section));
  if (section.entries.length === 0) return `<p class="quiet">${when}: nothing happens.</p>`;
  const round = section.dates === null ? "" : ` <span class="round">round ${section.firstRound}</span>`;
  return `<article><h3>${when}${round}</h3><ul>${section.entries.map(entryOf).join("")}</ul></article>`;
}

function entryOf(entry: Entry): string {
  const lines = linesOf(entry, tellingEn).map(({ who, what, way, remark }) => {
    const subject = who === null ? "" : `<strong>${escapeText(who)}</strong>: `;
    const lead = entry.kind === "rule" ? `${tellingEn.consequence}: ` : entry.kind === "end" ? "The run ends: " : "";
    const turned = way === null ? "" : ` <span class="way">→ ${escapeText(way)}</span>`;
    const said = remark === null ? "" : ` <span class="remark">(${escapeText(remark)})</span>`;
    return `<p>${lead}${subject}${escapeText(what)}${turned}${said}</p>`;
  });
  const changes = entry.changes.map((change) => {
    const direction = change.rungs === null ? "" : change.rungs[0] < change.rungs[1] ? ' class="up"' : ' class="down"';
    return `<li${direction}>${escapeText(changeText(change, tellingEn))}</li>`;
  });
  const list = changes.length === 0 ? "" : `<ul class="changes">${changes.join("")}</ul>`;
  // What changes while nobody is seen to do anything has an unknown origin.
  const kind = entry.kind === "hold" || entry.kind === "round" ? "unknown" : entry.kind;
  return `<li class="${kind}">${lines.join("")}${list}</li>`;
}

/** Charts of what moved; what never moved is named. */
function charts(chronicle: Chronicle, naming: Naming): string {
  const moved = chronicle.courses.filter(({ points }) => points.length > 1);
  const still = chronicle.courses.filter(({ points }) => points.length === 1);
  if (chronicle.courses.length === 0) return "";
  const figures = moved.map((course, index) => figureOf(course, index, chronicle, naming));
  const names = still.map(({ name }) => escapeText(name)).join(" · ");
  const rest = names === "" ? "" : `<p class="small">Did not change: ${names}</p>`;
  const title = `<h2 id="charts">Tracks and variables over time</h2>`;
  return `<section aria-labelledby="charts">${title}<div class="figures">${figures.join("\n")}</div>${rest}</section>`;
}

function figureOf(course: Course, index: number, chronicle: Chronicle, naming: Naming): string {
  const chart = chartOf(course, index, chronicle, naming);
  const rows = course.points.map(
    ({ at, value }) =>
      `<tr><td>${escapeText(timeWords(chronicle, Math.floor(at)))}</td><td>${escapeText(valueWords(course, value, naming))}</td></tr>`,
  );
  const caption = `<figcaption>${escapeText(course.name)}</figcaption>`;
  const table =
    `<details><summary>As a table</summary><table><thead><tr><th scope="col">When</th><th scope="col">Value</th></tr>` +
    `</thead><tbody>${rows.join("")}</tbody></table></details>`;
  return `<figure>${caption}${stepChart(chart)}${table}</figure>`;
}

function chartOf(course: Course, index: number, chronicle: Chronicle, naming: Naming): StepChart {
  const levels = levelsOf(course, naming);
  const place = new Map(levels.map(({ value, level }) => [value, level]));
  const steps = course.points.map(({ at, value }) => ({
    at,
    level: place.get(String(value)) ?? Number(value),
  }));
  const words = course.points.map(({ value }) => valueWords(course, value, naming));
  const description = `${course.name}: ${words.join(", then ")}.`;
  const end = chronicle.end + 1;
  const title = `${course.name} over ${end} rounds`;
  return { id: `chart-${index}`, title, description, steps, end, levels, times: timesOf(chronicle) };
}

interface Level {
  readonly level: number;
  readonly label: string;
  readonly value: string;
}

/** Marks of the vertical axis: states of a track, yes and no, or the ends of a range and what was reached in it. */
function levelsOf(course: Course, naming: Naming): readonly Level[] {
  if (course.kind === "track") {
    const reached = [...new Set(course.points.map(({ value }) => String(value)))];
    const known = naming.statesOf(course.id);
    return (known.length === 0 ? reached : known).map((state, level) => ({
      level,
      label: naming.name("tracks", course.id, "states", state),
      value: state,
    }));
  }
  if (course.points.some(({ value }) => typeof value === "boolean")) {
    return [false, true].map((value) => ({
      level: value ? 1 : 0,
      label: valueText(value, tellingEn),
      value: String(value),
    }));
  }
  const values = course.points.map(({ value }) => Number(value));
  const range = naming.rangeOf(course.id);
  // A wide range would flatten what happened in it: then only what was reached is shown.
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const narrow = range !== null && range.high - range.low <= 4 * Math.max(1, most - least);
  const [low, high] = narrow && range !== null ? [range.low, range.high] : [least, most];
  const step = Math.max(1, Math.ceil((high - low) / 5));
  const count = Math.ceil((high - low) / step) + 1;
  return Array.from({ length: count }, (_, index) => {
    const level = Math.min(low + index * step, high);
    return { level, label: String(level), value: String(level) };
  });
}

function valueWords(course: Course, value: string | number | boolean, naming: Naming): string {
  return course.kind === "track"
    ? naming.name("tracks", course.id, "states", String(value))
    : valueText(value, tellingEn);
}

/** At most seven marks, at whole rounds. */
function timesOf({ clock, end: last }: Chronicle): StepChart["times"] {
  const end = last + 1;
  const step = Math.max(1, Math.ceil(end / 6));
  const count = Math.floor((end - 1) / step) + 1;
  return Array.from({ length: count }, (_, index) => {
    const at = index * step;
    return { at, label: clock === null ? String(at) : shortDate(dateOfRound(clock, at)) };
  });
}

function timeWords({ clock }: Chronicle, round: number): string {
  return clock === null ? `Round ${round}` : longDate(dateOfRound(clock, round));
}
