/**
 * Tellings as lines of text, in the words of a language: for the terminal, and for pages that lay the lines out.
 */
import type { Chosen } from "../engine/event.ts";
import type { Telling, ToldChange, ToldDeed, ToldValue } from "./telling.ts";
import type { TellingWords } from "./tellingWords.ts";

/** What may be remarked of a deed, in brackets: who chose it, that it came too late, or what a lot gave to another. */
export type Remark = Exclude<Chosen, "draw"> | "forestalled" | "overruled";

/** What is remarked of a deed unless said otherwise: that a policy function chose is nothing to dwell on. */
export const usualRemarks: readonly Remark[] = ["person", "given", "forestalled", "overruled"];

/** One line of a telling, in parts. */
export interface ToldLine {
  /** An actor's name; null where nobody is named. */
  readonly who: string | null;
  readonly what: string;
  /** Which way it turned out; null where it has no branches. */
  readonly way: string | null;
  readonly remark: string | null;
}

/** What a telling says beside its changes. Who holds is told by `heldLine`. */
export function linesOf(
  telling: Telling,
  words: TellingWords,
  remarks: readonly Remark[] = usualRemarks,
): readonly ToldLine[] {
  switch (telling.kind) {
    case "start":
    case "round":
    case "hold":
      return [];
    case "move":
    case "incident":
    case "rule":
      return telling.deeds.map((deed) => deedLine(deed, words, remarks));
    case "unknown":
      return [said(words.unknown)];
    case "fork":
      return [said(forkWords(telling.luck, words))];
    case "end":
      return [said(telling.outcome?.name ?? noOutcomeWords(telling.reason, words))];
    case "fault":
      return [said(filled(words.fault, { path: telling.path, reason: telling.reason }))];
  }
}

function deedLine(
  { who, what, way, chosen, fate, overruled }: ToldDeed,
  words: TellingWords,
  remarks: readonly Remark[],
): ToldLine {
  const name = what?.name ?? words.holds;
  const remark: Remark | "draw" | null =
    fate === "forestalled" ? fate : overruled.length > 0 && remarks.includes("overruled") ? "overruled" : chosen;
  const isSaid = remark !== null && remark !== "draw" && remarks.includes(remark);
  return {
    who: who?.name ?? null,
    what: fate === "averted" ? `${name} ${words.averted}` : name,
    way: way?.name ?? null,
    remark: isSaid ? filled(words[remark], { names: overruled.join(", ") }) : null,
  };
}

const said = (what: string): ToldLine => ({ who: null, what, way: null, remark: null });

/** How a run ends that has no outcome. */
export function noOutcomeWords(
  reason: "outcome" | "deadlock" | "unfinished" | "fault" | null,
  words: TellingWords,
): string {
  return reason === "deadlock" || reason === "unfinished" ? words[reason] : words.noOutcome;
}

function forkWords(luck: Extract<Telling, { kind: "fork" }>["luck"], words: TellingWords): string {
  if (luck === null) return words.fork;
  if (luck === "same") return words.forkSame;
  return filled(words.forkNew, { seed: filled(words.quoted, { text: luck.seed }) });
}

/** A line in one piece, such as "Russia: Recognise → At once (as given)". */
export function lineText({ who, what, way, remark }: ToldLine): string {
  const subject = who === null ? "" : `${who}: `;
  const turned = way === null ? "" : ` → ${way}`;
  return `${subject}${what}${turned}${remark === null ? "" : ` (${remark})`}`;
}

/** What a change says, such as "Written reply: promised → rejected (rung 1 ↑ 3)". */
export function changeText({ name, from, to, rungs }: ToldChange, words: TellingWords): string {
  // Where a flag came from goes without saying.
  if (typeof to === "boolean") return `${name}: ${valueText(to, words)}`;
  const ladder = rungs === null ? "" : ` (${words.rung} ${rungs[0]} ${rungs[0] < rungs[1] ? "↑" : "↓"} ${rungs[1]})`;
  return `${name}: ${valueText(from, words)} → ${valueText(to, words)}${ladder}`;
}

/** A value in words. */
export function valueText(value: ToldValue, words: TellingWords): string {
  if (typeof value === "boolean") return value ? words.yes : words.no;
  return String(value);
}

/** Puts values into a text's places: `filled("{n} of {all}", { n: 1, all: 2 })`. */
export function filled(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
