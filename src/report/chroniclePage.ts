/**
 * A run as one page: the chronicle, charts of every value that moved, and what the numbers are not.
 *
 * The page is one file without scripts, fonts or requests, so it opens anywhere, prints, and can be kept. Every text of
 * the scenario is escaped. It is made of the chronicle alone, so a page of an actor's view shows that view.
 */
import type { RunResult } from "../engine/observer.ts";
import { dateOfRound } from "../scenario/calendar.ts";
import type { Chronicle, ChronicleEntry, ChronicleSection, ValueCourse } from "./chronicle.ts";
import { endWords, shortNumber, whenOf } from "./chronicleText.ts";
import { type ChronicleWords, chronicleEn } from "./chronicleWords.ts";
import { longDate, shortDate } from "./dates.ts";
import { escapeText } from "./escape.ts";
import type { Naming } from "./naming.ts";
import { pageStyle } from "./pageStyle.ts";
import { type StepChart, stepChart } from "./svg.ts";
import type { ToldValue } from "./telling.ts";
import { changeText, filled, linesOf, valueText } from "./tellingText.ts";

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
  /** English unless said otherwise. */
  readonly words?: ChronicleWords;
}

/** What a page is made from, with the words that it speaks. */
type Spoken = PageContent & { readonly words: ChronicleWords };

/** The page as HTML text. */
export function chroniclePage(asked: PageContent): string {
  const content: Spoken = { words: chronicleEn, ...asked };
  const { chronicle, naming, words } = content;
  const title = escapeText(filled(words.page.title, { title: naming.title }));
  return `<!doctype html>
<html lang="${words.code}">
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
<h2 id="story">${words.page.story}</h2>
${opening(chronicle, words)}
${chronicle.sections.map((section) => sectionOf(section, words)).join("\n")}
</section>
${charts(content)}
</main>
<footer>
<p>${words.page.note}</p>
<p class="small">${escapeText(filled(words.page.model, { model: content.model }))}</p>
</footer>
</body>
</html>
`;
}

function settings({ chronicle, naming, scenario, seed, replication, variant, viewer, words }: Spoken): string {
  const { page, dates } = words;
  const facts: readonly (readonly [string, string])[] = [
    [page.scenario, scenario],
    ...(viewer === null ? [] : [[page.viewer, naming.name("actors", viewer)] as const]),
    ...(variant === "default" ? [] : [[page.variant, naming.name("variants", variant)] as const]),
    ...(seed === null ? [] : [[page.seed, seed] as const]),
    ...(replication === 0 ? [] : [[page.replication, String(replication)] as const]),
    ...(chronicle.clock === null ? [] : [[page.begins, longDate(chronicle.clock.start, dates)] as const]),
  ];
  return definitions(facts);
}

function definitions(facts: readonly (readonly [string, string])[]): string {
  const items = facts.map(([term, text]) => `<div><dt>${escapeText(term)}</dt><dd>${escapeText(text)}</dd></div>`);
  return `<dl>${items.join("")}</dl>`;
}

function summary({ result, naming, viewer, words }: Spoken): string {
  const numbers = (section: "tallies" | "actors", values: Readonly<Record<string, number>>): string =>
    Object.entries(values)
      .map(([id, value]) => `${naming.name(section, id)} ${shortNumber(value)}`)
      .join(" · ");
  const failed = Object.entries(result.properties).filter(([, holds]) => !holds);
  const hidden = viewer !== null;
  const facts: readonly (readonly [string, string])[] = [
    [words.result.outcome, endWords(result, naming, words)],
    [words.page.length, words.length(result.rounds)],
    ...(hidden ? [] : [[words.result.tallies, numbers("tallies", result.tallies)] as const]),
    ...(hidden ? [] : [[words.result.utilities, numbers("actors", result.utilities)] as const]),
    ...(hidden ? [] : failed.map(([id]) => [words.page.fails, naming.name("properties", id)] as const)),
  ];
  const known = facts.filter(([, text]) => text !== "");
  return `<section class="result" aria-labelledby="result"><h2 id="result">${words.page.ends}</h2>${definitions(known)}</section>`;
}

function opening({ opening: known }: Chronicle, { telling, page }: ChronicleWords): string {
  if (known.length === 0) return "";
  const items = known.map(
    ({ name, value }) => `<li>${escapeText(name)}: ${escapeText(valueText(value, telling))}</li>`,
  );
  return `<details><summary>${page.atStart}</summary><ul class="opening">${items.join("")}</ul></details>`;
}

function sectionOf(section: ChronicleSection, words: ChronicleWords): string {
  const when = escapeText(whenOf(section, words));
  if (section.entries.length === 0) return `<p class="quiet">${when}: ${words.telling.quiet}.</p>`;
  const beside = filled(words.roundBeside, { round: section.firstRound });
  const round = section.dates === null ? "" : ` <span class="round">${beside}</span>`;
  const entries = section.entries.map((entry) => entryOf(entry, words));
  return `<article><h3>${when}${round}</h3><ul>${entries.join("")}</ul></article>`;
}

function entryOf(entry: ChronicleEntry, { telling, page }: ChronicleWords): string {
  const lines = linesOf(entry, telling).map(({ who, what, way, remark }) => {
    const subject = who === null ? "" : `<strong>${escapeText(who)}</strong>: `;
    const lead = entry.kind === "rule" ? `${telling.consequence}: ` : entry.kind === "end" ? `${page.end}: ` : "";
    const turned = way === null ? "" : ` <span class="way">→ ${escapeText(way)}</span>`;
    const said = remark === null ? "" : ` <span class="remark">(${escapeText(remark)})</span>`;
    return `<p>${lead}${subject}${escapeText(what)}${turned}${said}</p>`;
  });
  const changes = entry.changes.map((change) => {
    const direction = change.rungs === null ? "" : change.rungs[0] < change.rungs[1] ? ' class="up"' : ' class="down"';
    return `<li${direction}>${escapeText(changeText(change, telling))}</li>`;
  });
  const list = changes.length === 0 ? "" : `<ul class="changes">${changes.join("")}</ul>`;
  // What changes while nobody is seen to do anything has an unknown origin.
  const kind = entry.kind === "hold" || entry.kind === "round" ? "unknown" : entry.kind;
  return `<li class="${kind}">${lines.join("")}${list}</li>`;
}

/** Charts of what moved; what never moved is named. */
function charts({ chronicle, naming, words }: Spoken): string {
  const moved = chronicle.courses.filter(({ points }) => points.length > 1);
  const still = chronicle.courses.filter(({ points }) => points.length === 1);
  if (chronicle.courses.length === 0) return "";
  const figures = moved.map((course, index) => figureOf(course, index, { chronicle, naming, words }));
  const names = still.map(({ name }) => escapeText(name)).join(" · ");
  const rest = names === "" ? "" : `<p class="small">${words.page.still}: ${names}</p>`;
  const title = `<h2 id="charts">${words.page.charts}</h2>`;
  return `<section aria-labelledby="charts">${title}<div class="figures">${figures.join("\n")}</div>${rest}</section>`;
}

type Told = Pick<Spoken, "chronicle" | "naming" | "words">;

function figureOf(course: ValueCourse, index: number, told: Told): string {
  const { page } = told.words;
  const rows = course.points.map(
    ({ at, value }) =>
      `<tr><td>${escapeText(timeWords(told, Math.floor(at)))}</td><td>${escapeText(valueWords(course, value, told))}</td></tr>`,
  );
  const caption = `<figcaption>${escapeText(course.name)}</figcaption>`;
  const table =
    `<details><summary>${page.table}</summary><table><thead><tr><th scope="col">${page.when}</th><th scope="col">${page.value}</th></tr>` +
    `</thead><tbody>${rows.join("")}</tbody></table></details>`;
  return `<figure>${caption}${stepChart(chartOf(course, index, told))}${table}</figure>`;
}

function chartOf(course: ValueCourse, index: number, told: Told): StepChart {
  const { chronicle, words } = told;
  const levels = levelsOf(course, told);
  const place = new Map(levels.map(({ value, level }) => [value, level]));
  const steps = course.points.map(({ at, value }) => ({
    at,
    level: place.get(String(value)) ?? Number(value),
  }));
  const values = course.points.map(({ value }) => valueWords(course, value, told));
  const description = `${course.name}: ${values.join(words.page.then)}.`;
  const end = chronicle.end + 1;
  const title = filled(words.page.chart, { name: course.name, rounds: end });
  return { id: `chart-${index}`, title, description, steps, end, levels, times: timesOf(told) };
}

interface Level {
  readonly level: number;
  readonly label: string;
  readonly value: string;
}

/** Marks of the vertical axis: states of a track, yes and no, or the ends of a range and what was reached in it. */
function levelsOf(course: ValueCourse, { naming, words }: Told): readonly Level[] {
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
      label: valueText(value, words.telling),
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

function valueWords(course: ValueCourse, value: ToldValue, { naming, words }: Told): string {
  const isState = course.kind === "track";
  return isState ? naming.name("tracks", course.id, "states", String(value)) : valueText(value, words.telling);
}

/** At most seven marks, at whole rounds. */
function timesOf({ chronicle: { clock, end: last }, words }: Told): StepChart["times"] {
  const end = last + 1;
  const step = Math.max(1, Math.ceil(end / 6));
  const count = Math.floor((end - 1) / step) + 1;
  return Array.from({ length: count }, (_, index) => {
    const at = index * step;
    return { at, label: clock === null ? String(at) : shortDate(dateOfRound(clock, at), words.dates) };
  });
}

function timeWords({ chronicle: { clock }, words }: Told, round: number): string {
  return clock === null ? filled(words.round, { round }) : longDate(dateOfRound(clock, round), words.dates);
}
