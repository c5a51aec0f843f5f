/**
 * Two runs side by side, round by round, and the values in which they ended apart.
 *
 * Rounds in which the same happened on both sides, or nothing on either, are left out.
 */
import Table from "cli-table3";
import type { RunValue, ValueDifferences } from "../log/runDifference.ts";
import { dateOfRound } from "../scenario/calendar.ts";
import { readable } from "../scenario/texts.ts";
import type { Chronicle, ChronicleEntry, ChronicleSection } from "./chronicle.ts";
import { entryTexts, type TextLayout, wrap } from "./chronicleText.ts";
import { longDate } from "./dates.ts";
import type { Naming } from "./naming.ts";
import { changeText, valueText } from "./tellingText.ts";
import { tellingEn } from "./tellingWords.ts";

/** What stands before the table: where the runs part, what they were started with, how they end. */
export function differenceText(
  {
    position,
    settings,
    final,
  }: { readonly position: number | null; readonly settings: ValueDifferences; readonly final: ValueDifferences },
  names: readonly [string, string],
  naming: Naming,
  { paint, columns }: TextLayout,
): string {
  const lines = [
    position === null ? "The runs are equal." : `The logs part at position ${position}.`,
    ...section("Started with", settings, (name) => name),
    ...section("In the end", final, (name) => readableName(name, naming)),
  ];
  function section(title: string, values: ValueDifferences, readableOf: (name: string) => string): readonly string[] {
    const entries = Object.entries(values).filter(([name]) => name !== "model" && name !== "ended");
    if (entries.length === 0) return [];
    return [
      "",
      paint("bold", `${title} (${names[0]} | ${names[1]})`),
      ...entries.flatMap(([name, [one, other]]) =>
        wrap(
          `${readableOf(name)}: ${valueName(name, one, naming)} | ${valueName(name, other, naming)}`,
          columns,
          "  ",
          "    ",
        ),
      ),
    ];
  }
  return `${lines.join("\n")}\n\n`;
}

function readableName(name: string, naming: Naming): string {
  const [section, id] = name.split(" ");
  return (section === "tracks" || section === "variables") && id !== undefined
    ? naming.name(section, id)
    : readable(name);
}

function valueName(name: string, value: RunValue, naming: Naming): string {
  if (value === null) return "none";
  const [section, id = ""] = name.split(" ");
  if (section === "tracks") return naming.name("tracks", id, "states", String(value));
  if (section === "outcome") return naming.name("outcomes", String(value));
  return valueText(value, tellingEn);
}

/** What is said where two runs part in name only. */
export const sameHenceforth = "From there on, the same happens on both sides.\n";

/** A table of what happened on either side from a position on; says so where that is the same. */
export function sideBySide(
  left: Chronicle,
  right: Chronicle,
  { names, from }: { readonly names: readonly [string, string]; readonly from: number },
  { columns }: TextLayout,
): string {
  const whenWidth = 18;
  const width = Math.max(20, Math.floor((columns - whenWidth - 4) / 2));
  const table = new Table({
    head: ["", ...names],
    colWidths: [whenWidth, width, width],
    style: { head: [], border: [], compact: true },
  });
  const last = Math.max(left.end, right.end);
  for (let round = 0; round <= last; round++) {
    const [one, other] = [entriesOf(left.sections, round, from), entriesOf(right.sections, round, from)];
    if (linesOf(one.filter(isCourse)).join() === linesOf(other.filter(isCourse)).join()) continue;
    const when = dateWords(left.clock === null ? right : left, round);
    table.push([when, ...[one, other].map((entries) => fitted(linesOf(entries), width - 2))]);
  }
  return table.length === 0 ? sameHenceforth : `${table.toString()}\n`;
}

function dateWords({ clock }: Chronicle, round: number): string {
  return clock === null ? `Round ${round}` : longDate(dateOfRound(clock, round));
}

/** That a fork was made is no difference in what happened. */
const isCourse = ({ kind }: ChronicleEntry): boolean => kind !== "fork";

function linesOf(entries: readonly ChronicleEntry[]): readonly string[] {
  return entries.flatMap((entry) => [
    ...entryTexts(entry, tellingEn),
    ...entry.changes.map((change) => `  ${changeText(change, tellingEn)}`),
  ]);
}

function fitted(lines: readonly string[], columns: number): string {
  return lines
    .flatMap((line) => {
      const indent = line.startsWith(" ") ? "  " : "";
      return wrap(line.trimStart(), columns, indent, `${indent}  `);
    })
    .join("\n");
}

function entriesOf(sections: readonly ChronicleSection[], round: number, from: number): readonly ChronicleEntry[] {
  const section = sections.find(({ firstRound, entries }) => firstRound === round && entries.length > 0);
  return section?.entries.filter(({ position }) => position === null || position >= from) ?? [];
}
