/**
 * Lays a chronicle out for the terminal.
 *
 * Every line fits the width, colour is the caller's (a plain painter gives plain text), and nothing depends on the
 * machine. Positions stand in the margin where the reader may want to fork or to stop a replay there.
 */
import type { RunResult } from "../engine/observer.ts";
import type { Chronicle, Entry, Section } from "./chronicle.ts";
import { dateRange, longDate } from "./dates.ts";
import type { Naming } from "./naming.ts";
import type { ToldChange } from "./telling.ts";
import { changeText, linesOf, lineText, type Remark, type ToldLine, valueText } from "./tellingText.ts";
import { type TellingWords, tellingEn } from "./tellingWords.ts";

/** Marks a piece of text, for instance with colour. */
type Painter = (mark: "bold" | "dim" | "red" | "green" | "yellow" | "cyan" | "underline", text: string) => string;

export interface TextLayout {
  readonly columns: number;
  readonly paint: Painter;
  /** Shows positions in the log. */
  readonly positions: boolean;
  /** English unless said otherwise. */
  readonly words?: TellingWords;
  /** What is remarked of deeds, where that is not the usual. */
  readonly remarks?: readonly Remark[];
}

/** The rounds of a chronicle, told one after the other. */
export function chronicleText(chronicle: Chronicle, layout: TextLayout): string {
  const { words = tellingEn } = layout;
  const known = chronicle.opening.map(({ name, value }) => `${name}: ${valueText(value, words)}`).join(" · ");
  const opening = known === "" ? [] : [layout.paint("bold", "At the start"), ...wrap(known, layout.columns, "  "), ""];
  const sections = chronicle.sections.flatMap((section) => sectionLines(section, layout));
  return `${[...opening, ...sections].join("\n")}`;
}

/** When the rounds of a section were, in words. */
export function whenOf({ firstRound, lastRound, dates }: Section): string {
  if (dates !== null) return dateRange(dates[0], dates[1]);
  return firstRound === lastRound ? `Round ${firstRound}` : `Rounds ${firstRound} to ${lastRound}`;
}

function sectionLines(section: Section, layout: TextLayout): readonly string[] {
  const { paint } = layout;
  const when = whenOf(section);
  if (section.entries.length === 0) return [paint("dim", `${when}: nothing happens`), ""];
  const round = section.dates === null ? "" : paint("dim", ` · round ${section.firstRound}`);
  return [paint("bold", when) + round, ...section.entries.flatMap((entry) => entryLines(entry, layout)), ""];
}

function entryLines(entry: Entry, layout: TextLayout): readonly string[] {
  const { columns, paint, positions, words = tellingEn } = layout;
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
export function entryTexts(entry: Entry, words: TellingWords): readonly string[] {
  return linesOf(entry, words).map((line) => leadingText(entry, line, words));
}

function leadingText({ kind }: Entry, line: ToldLine, words: TellingWords): string {
  const lead = kind === "rule" ? `${words.consequence}: ` : kind === "end" ? `${words.end}: ` : "";
  return `${lead}${lineText(line)}`;
}

function emphasis({ kind }: Entry, { who }: ToldLine, line: string, paint: Painter): string {
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
  const rounds = result.rounds === 1 ? "1 round" : `${result.rounds} rounds`;
  const listOf = (section: "tallies" | "actors", values: Readonly<Record<string, number>>): string =>
    Object.entries(values)
      .map(([id, value]) => `${naming.name(section, id)} ${shortNumber(value)}`)
      .join(" · ");
  const failed = Object.entries(result.properties).filter(([, holds]) => !holds);
  const held = Object.keys(result.properties).length - failed.length;
  const facts: readonly (readonly [string, string])[] = [
    ["Outcome", `${end}, after ${rounds}`],
    ["Tallies", listOf("tallies", result.tallies)],
    ["Utilities", listOf("actors", result.utilities)],
    ["Properties", held + failed.length === 0 ? "" : `${held} hold, ${failed.length} fail`],
    ...failed.map(([id]) => ["Fails", naming.name("properties", id)] as const),
  ];
  return facts
    .filter(([, value]) => value !== "")
    .flatMap(([label, value]) =>
      wrap(value, columns, `${label.padEnd(12)}`, " ".repeat(12)).map((line) =>
        line.startsWith(label) ? paint(label === "Fails" ? "red" : "bold", label) + line.slice(label.length) : line,
      ),
    )
    .join("\n");
}

/** How a run ended, in words. */
export function endWords({ ended, outcome }: Pick<RunResult, "ended" | "outcome">, naming: Naming): string {
  if (outcome !== null) return naming.name("outcomes", outcome);
  if (ended === "deadlock") return "none: nothing can happen any more";
  if (ended === "fault") return "none: the model is at fault";
  return ended === "unfinished" ? "none: stopped, unfinished" : "none yet";
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
  { paint }: TextLayout,
): string {
  const from = chronicle.clock === null ? "" : `from ${longDate(chronicle.clock.start)}`;
  const facts = [
    started.viewer === null ? "" : `as ${naming.name("actors", started.viewer)} saw it`,
    started.variant === "default" ? "" : `variant: ${naming.name("variants", started.variant)}`,
    started.seed === null ? "" : `seed ${started.seed}`,
    started.replication === 0 ? "" : `replication ${started.replication}`,
    from,
  ].filter((fact) => fact !== "");
  return `${paint("bold", naming.title)} ${paint("dim", `(${started.scenario})`)}\n${facts.join(" · ")}\n`;
}
