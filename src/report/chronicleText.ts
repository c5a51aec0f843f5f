/**
 * Lays a chronicle out for the terminal.
 *
 * Every line fits the width, colour is the caller's (a plain painter gives plain text), and nothing depends on the
 * machine. Positions stand in the margin where the reader may want to fork or to stop a replay there.
 */
import type { RunResult } from "../engine/observer.ts";
import type { Chronicle, ChronicleEntry, ChronicleSection } from "./chronicle.ts";
import { type ChronicleWords, chronicleEn } from "./chronicleWords.ts";
import { dateRange, longDate } from "./dates.ts";
import type { Naming } from "./naming.ts";
import type { ToldChange } from "./telling.ts";
import { changeText, filled, linesOf, lineText, type Remark, type ToldLine, valueText } from "./tellingText.ts";
import type { TellingWords } from "./tellingWords.ts";

/** Marks a piece of text, for instance with colour. */
type Painter = (mark: "bold" | "dim" | "red" | "green" | "yellow" | "cyan" | "underline", text: string) => string;

export interface TextLayout {
  readonly columns: number;
  readonly paint: Painter;
  /** Shows positions in the log. */
  readonly positions: boolean;
  /** English unless said otherwise. */
  readonly words?: ChronicleWords;
  /** What is remarked of deeds, where that is not the usual. */
  readonly remarks?: readonly Remark[];
}

/** The rounds of a chronicle, told one after the other. */
export function chronicleText(chronicle: Chronicle, layout: TextLayout): string {
  const { words = chronicleEn } = layout;
  const known = chronicle.opening.map(({ name, value }) => `${name}: ${valueText(value, words.telling)}`).join(" · ");
  const opening = known === "" ? [] : [layout.paint("bold", words.atStart), ...wrap(known, layout.columns, "  "), ""];
  const sections = chronicle.sections.flatMap((section) => sectionLines(section, layout));
  return `${[...opening, ...sections].join("\n")}`;
}

/** When the rounds of a section were, in words. */
export function whenOf({ firstRound, lastRound, dates }: ChronicleSection, words: ChronicleWords): string {
  if (dates !== null) return dateRange(dates[0], dates[1], words.dates);
  if (firstRound === lastRound) return filled(words.round, { round: firstRound });
  return filled(words.rounds, { first: firstRound, last: lastRound });
}

function sectionLines(section: ChronicleSection, layout: TextLayout): readonly string[] {
  const { paint, words = chronicleEn } = layout;
  const when = whenOf(section, words);
  if (section.entries.length === 0) return [paint("dim", `${when}: ${words.telling.quiet}`), ""];
  const beside = filled(words.roundBeside, { round: section.firstRound });
  const round = section.dates === null ? "" : paint("dim", ` · ${beside}`);
  return [paint("bold", when) + round, ...section.entries.flatMap((entry) => entryLines(entry, layout)), ""];
}

function entryLines(entry: ChronicleEntry, layout: TextLayout): readonly string[] {
  const { columns, paint, positions } = layout;
  const words = (layout.words ?? chronicleEn).telling;
  const margin = positions ? `${String(entry.position ?? "").padStart(4)}  ` : "  ";
  const deeper = " ".repeat(margin.length + 2);
  const deeds = linesOf(entry, words, layout.remarks).flatMap((told, index) => {
    const first = index === 0 ? margin : " ".repeat(margin.length);
    const lines = wrap(leadingText(entry, told, words), columns, first, deeper);
    return lines.map((line) => emphasis(entry, told, line, paint));
  });
  const changes = entry.changes.flatMap((change) =>
    wrap(changeText(change, words), columns, deeper, `${deeper}  `).map((line) => paintChange(line, change, paint)),
  );
  return [...deeds, ...changes];
}

/** What an entry says beside its changes, a line for each deed, such as "In consequence: The talks end". */
export function entryTexts(entry: ChronicleEntry, words: TellingWords): readonly string[] {
  return linesOf(entry, words).map((line) => leadingText(entry, line, words));
}

function leadingText({ kind }: ChronicleEntry, line: ToldLine, words: TellingWords): string {
  const lead = kind === "rule" ? `${words.consequence}: ` : kind === "end" ? `${words.end}: ` : "";
  return `${lead}${lineText(line)}`;
}

function emphasis({ kind }: ChronicleEntry, { who }: ToldLine, line: string, paint: Painter): string {
  if (kind === "fault") return paint("red", line);
  if (kind === "end") return paint("bold", line);
  if (kind === "rule" || kind === "fork" || kind === "unknown") return paint("dim", line);
  if (who === null) return kind === "incident" ? paint("yellow", line) : line;
  return line.replace(`${who}:`, () => `${paint("cyan", who)}:`);
}

function paintChange(line: string, { rungs }: ToldChange, paint: Painter): string {
  if (rungs === null) return line;
  return paint(rungs[0] < rungs[1] ? "red" : "green", line);
}

/** What a run comes to: its end, length, tallies, utilities and the properties that fail. */
export function resultText(result: RunResult, naming: Naming, end: string, layout: TextLayout): string {
  const { columns, paint } = layout;
  const words = layout.words ?? chronicleEn;
  const { outcome, ended, tallies, utilities, properties, fails, counts } = words.result;
  const listOf = (section: "tallies" | "actors", values: Readonly<Record<string, number>>): string =>
    Object.entries(values)
      .map(([id, value]) => `${naming.name(section, id)} ${shortNumber(value)}`)
      .join(" · ");
  const failed = Object.entries(result.properties).filter(([, holds]) => !holds);
  const held = Object.keys(result.properties).length - failed.length;
  const facts: readonly (readonly [string, string])[] = [
    [outcome, filled(ended, { end, length: words.length(result.rounds) })],
    [tallies, listOf("tallies", result.tallies)],
    [utilities, listOf("actors", result.utilities)],
    [properties, held + failed.length === 0 ? "" : counts(held, failed.length)],
    ...failed.map(([id]) => [fails, naming.name("properties", id)] as const),
  ];
  const width = 2 + Math.max(...[outcome, tallies, utilities, properties, fails].map((label) => label.length));
  return facts
    .filter(([, value]) => value !== "")
    .flatMap(([label, value]) =>
      wrap(value, columns, label.padEnd(width), " ".repeat(width)).map((line) =>
        line.startsWith(label) ? paint(label === fails ? "red" : "bold", label) + line.slice(label.length) : line,
      ),
    )
    .join("\n");
}

/** How a run ended, in words. */
export function endWords(
  { ended, outcome }: Pick<RunResult, "ended" | "outcome">,
  naming: Naming,
  { none }: ChronicleWords = chronicleEn,
): string {
  if (outcome !== null) return naming.name("outcomes", outcome);
  return none[ended === null || ended === "outcome" ? "yet" : ended];
}

/** A number to at most four decimals, without trailing zeros. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : value < 0 ? "−∞" : "undefined";
  const rounded = Math.round(Math.abs(value) * 10_000) / 10_000;
  return value < 0 && rounded !== 0 ? `−${rounded}` : String(rounded);
}

/** Breaks a text into lines of at most `columns` characters, each behind an indent. */
export function wrap(text: string, columns: number, first: string, other: string = first): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(" ")) {
    if (!empty && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = other;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}

/** The heading over a run: what was run, and under which settings. */
export function headingText(
  started: {
    readonly scenario: string;
    readonly seed: string | null;
    readonly replication: number;
    readonly variant: string;
    readonly viewer: string | null;
  },
  chronicle: Chronicle,
  naming: Naming,
  { paint, words = chronicleEn }: TextLayout,
): string {
  const { viewer, variant, seed, replication } = started;
  const { heading, dates } = words;
  const facts = [
    viewer === null ? "" : filled(heading.viewer, { viewer: naming.name("actors", viewer) }),
    variant === "default" ? "" : filled(heading.variant, { variant: naming.name("variants", variant) }),
    seed === null ? "" : filled(heading.seed, { seed }),
    replication === 0 ? "" : filled(heading.replication, { replication }),
    chronicle.clock === null ? "" : filled(heading.from, { date: longDate(chronicle.clock.start, dates) }),
  ].filter((fact) => fact !== "");
  return `${paint("bold", naming.title)} ${paint("dim", `(${started.scenario})`)}\n${facts.join(" · ")}\n`;
}
