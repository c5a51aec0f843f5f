/**
 * The coverage of the agencies' article by the Geneva scenario: what the article gives, and where the scenario has it.
 *
 * The map is data beside the page. A path is resolved in the model and its texts, entry by entry, so that a construct
 * which disappears is noticed; `locate` would be content with the nearest thing that is left.
 */
import type { Model } from "../../src/scenario/model.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";

/** One thing that the article gives. */
export interface Requirement {
  readonly no: number;
  /** What the article gives, in our words. */
  readonly gives: string;
  /** Paths of the constructs that render it, or that stand nearest to it where there is a reason against one. */
  readonly by: readonly string[];
  /** Why it is no construct of its own. */
  readonly reason?: string;
}

/** Whether the scenario has what a path names. */
export function has({ model, texts }: Scenario, path: string): boolean {
  const [section = "", id = "", ...rest] = path.split(".");
  if (section === "sources") return id in texts.sources;
  if (section === "briefing") return id in texts.briefing;
  if (section === "clock") return id === "start" ? model.clock !== null : id === "rounds" && model.rounds !== null;
  if (section === "policies") return hasPolicy(model, id, rest);
  const entry = listOf(model, section).find((candidate) => candidate.id === id);
  return entry !== undefined && holds(entry, rest);
}

type Entry = { readonly id: string } & Readonly<Record<string, unknown>>;

function listOf(model: Model, section: string): readonly Entry[] {
  const list = Object.entries(model).find(([key]) => key === section)?.[1];
  return Array.isArray(list) ? (list as readonly Entry[]) : [];
}

function hasPolicy(model: Model, actor: string, [policy, move]: readonly string[]): boolean {
  const found = model.policies.find((entry) => entry.actor === actor)?.policies.find(({ id }) => id === policy);
  return found !== undefined && (move === undefined || found.weights.some((weight) => weight.move === move));
}

/** Whether an entry holds what the rest of a path names: a key that is not empty, or an item of a list by its id. */
function holds(entry: Entry, [key, id]: readonly string[]): boolean {
  if (key === "covert") return entry.knownTo !== null;
  if (key === undefined) return true;
  const value = entry[key];
  if (id === undefined) return value !== undefined && value !== null && value !== false;
  return Array.isArray(value) && (value as readonly Entry[]).some((item) => item.id === id);
}

/** The parts of the list, by the number of their first requirement. */
const parts: readonly (readonly [number, string])[] = [
  [1, "Parties and persons"],
  [33, "Places"],
  [42, "Dates, deadlines and figures"],
  [62, "What had happened"],
  [89, "Moves from here"],
  [110, "Threats and commitments"],
  [114, "Conditionals"],
  [138, "Hypotheses"],
  [150, "Claims"],
  [164, "Stages and ends"],
];

/** The appendix: every requirement with its constructs or its reason. */
export function coveragePage(requirements: readonly Requirement[]): string {
  const reasoned = requirements.filter(({ reason }) => reason !== undefined).length;
  const rows = requirements.flatMap(({ no, gives, by, reason }) => {
    const part = parts.find(([first]) => first === no);
    const head = part === undefined ? [] : ["", `## ${part[1]}`, "", "| No. | The article gives | In the scenario |", "| --- | --- | --- |"];
    const paths = by.map((path) => `\`${path}\``).join(", ");
    const cell = reason === undefined ? paths : `${reason}${paths === "" ? "" : ` Nearest: ${paths}`}`;
    return [...head, `| ${no} | ${gives.replaceAll("|", "\\|")} | ${cell} |`];
  });
  return `${[
    "# What the article gives, and where the scenario has it",
    "",
    `Generated from [the map](geneva-2022.coverage.json), whose paths a test follows. Of ${requirements.length} entries,`,
    `${requirements.length - reasoned} are constructs of their own; ${reasoned} are not, each with the reason. C1 to C24 are the article's`,
    "conditional statements, H1 to H12 the hypotheses that it leaves open.",
    ...rows,
  ].join("\n")}\n`;
}
