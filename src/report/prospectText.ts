/**
 * What could still come of a run, for the terminal: from where on outcomes were settled, and how shares went along the
 * log. Computes nothing but layout.
 */

import { counted } from "../scenario/wording.ts";
import type { PositionProspect, Prospect, Settled } from "../solve/prospect.ts";
import { wrap } from "./chronicleText.ts";
import type { Naming } from "./naming.ts";
import { grouped, percent } from "./number.ts";

/** What the text is made of. */
export interface ProspectStory {
  readonly scenario: string;
  readonly model: string;
  readonly variant: string;
  readonly prospect: Prospect;
  /** What happened at a position, in one line. */
  readonly deed: (position: number) => string;
  readonly date: (round: number) => string;
}

export interface ProspectLayout {
  readonly columns: number;
  readonly paint: (mark: "bold" | "dim" | "yellow", text: string) => string;
}

/** An estimate never says more than what was seen. */
const verbs = {
  proven: { certain: "is certain", impossible: "is impossible" },
  estimated: { certain: "came in all runs", impossible: "came in no run" },
} as const;

/** Positions at which no share moves by more than this out of the interval that was last shown are left out. */
const worthShowing = 0.005;

/** The prospect as text, ending with a line break. */
export function prospectText(story: ProspectStory, naming: Naming, layout: ProspectLayout): string {
  const { scenario, model, variant, prospect } = story;
  const { paint, columns } = layout;
  const made =
    prospect.states === null
      ? `${counted(prospect.runs ?? 0, "run", grouped)} from each`
      : `${counted(prospect.states, "state", grouped)}, every course of the model`;
  const size = `variant ${variant} · ${prospect.standings.length} positions · ${made} · model ${model.slice(0, 12)}`;
  const blocks = [
    [paint("bold", `${naming.title} (${scenario}): what could still come of one run`), paint("dim", size)],
    [paint("bold", "Points of no return"), ...settledLines(story, naming, layout)],
    [paint("bold", "Shares of outcomes, in per cent"), ...shareLines(story, naming, layout)],
    shownIds(prospect).map((id, index) => `${letter(index)}  ${naming.ending(id)}`),
    wrap(captionOf(prospect), columns, "").map((line) => paint("dim", line)),
  ];
  return `${blocks.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function settledLines(
  { prospect, deed, date }: ProspectStory,
  naming: Naming,
  layout: ProspectLayout,
): readonly string[] {
  const { paint, columns } = layout;
  const places = new Map<number, Settled[]>();
  for (const one of prospect.settled) places.set(one.position, [...(places.get(one.position) ?? []), one]);
  const lines = [...places.entries()]
    .toSorted(([one], [other]) => one - other)
    .flatMap(([position, settled]) => {
      const when = `  position ${position}, ${date(settled[0]?.round ?? 0)}`;
      const what = position === 0 ? "from the start" : deed(position);
      return [
        ...wrap(`${when} · ${what}`, columns, "", "    "),
        ...settled.map(({ outcome, becomes }) => {
          const words = `${naming.ending(outcome)} ${verbs[prospect.how][becomes]} from here on`;
          return becomes === "certain" ? `      ${paint("bold", words)}` : `      ${words}`;
        }),
      ];
    });
  return lines.length === 0 ? ["  none: nothing was settled by the end of this log"] : lines;
}

function shareLines(
  { prospect, deed, date }: ProspectStory,
  _: Naming,
  { columns, paint }: ProspectLayout,
): readonly string[] {
  const shown: PositionProspect[] = [];
  const last = prospect.standings.at(-1);
  for (const standing of prospect.standings) {
    const before = shown.at(-1);
    if (before === undefined || standing === last || hasMoved(before, standing)) shown.push(standing);
  }
  const ids = shownIds(prospect);
  const when = shown.map(({ round }) => date(round));
  const width = Math.max(0, ...when.map(({ length }) => length));
  const margin = " ".repeat(6);
  const head = `${margin}${"".padEnd(width)}${ids.map((_id, index) => letter(index).padStart(6)).join("")}`;
  return [
    paint("dim", head),
    ...shown.flatMap((standing, index) => [
      `${String(standing.position).padStart(4)}  ${(when[index] ?? "").padEnd(width)}${ids.map((id) => cell(sharesIn(standing)[id]?.probability ?? 0).padStart(6)).join("")}`,
      ...wrap(deed(standing.position), columns, margin, `${margin}  `).map((line) => paint("dim", line)),
    ]),
  ];
}

/** The shares of outcomes and groups together. */
const sharesIn = ({ outcomes, groups }: PositionProspect): PositionProspect["outcomes"] => ({ ...outcomes, ...groups });

/** What has a column: outcomes, then groups. */
function shownIds({ standings: [first] }: Prospect): readonly string[] {
  return first === undefined ? [] : Object.keys(sharesIn(first));
}

function hasMoved(before: PositionProspect, after: PositionProspect): boolean {
  return Object.entries(sharesIn(after)).some(([id, { probability }]) => {
    const old = sharesIn(before)[id];
    if (old === undefined) return false;
    const settles = old.probability !== probability && old.low === old.high && (probability === 0 || probability === 1);
    return settles || probability > old.high + worthShowing || probability < old.low - worthShowing;
  });
}

const letter = (index: number): string => (index < 26 ? String.fromCharCode(65 + index) : `O${index + 1}`);

/** A share in per cent; only what is settled stands without decimals, and nothing else looks as if it were. */
function cell(share: number): string {
  if (share === 0 || share === 1) return String(share * 100);
  return percent(Math.min(0.999, Math.max(0.001, share)));
}

function captionOf({ how, precision, runs }: Prospect): string {
  const settled =
    how === "proven"
      ? `Proven: shares are computed over every course of the model, exact to ${(precision ?? 0).toExponential(0)}, and 0 and 100 say that an outcome cannot come, or must.`
      : `Estimated: shares come from ${grouped(runs ?? 0)} runs that go on from each position, in the same luck, and 0 and 100 say that none or all of them came to the outcome; what is rarer than that is not seen.`;
  return `${settled} Positions at which no share moves by half a point${how === "proven" ? "" : " out of its interval"} are left out; --json has them. From each position everybody follows their policies, and what is hidden is known. The shares describe this model and its assumptions; they are no probabilities of what happens in the world.`;
}
