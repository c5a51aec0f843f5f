/**
 * Exports a scenario as a page to read: parties, a diagram for each track, moves, what follows by itself, judgements,
 * claims, history and sources.
 *
 * Everything on the page comes from the document, conditions included, in the words of the language. It leaves out
 * the weights of policies, which only a table of numbers could tell, and every briefing, which belongs to the players.
 */
import { dateOfRound, formatDate } from "../scenario/calendar.ts";
import type { Expression } from "../scenario/expression.ts";
import type { Assignment, Branch, Incident, InitialValue, Model, Move, Private } from "../scenario/model.ts";
import { printExpression } from "../scenario/print.ts";
import { sayProperty } from "../scenario/property.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { type NamedSection, nameOf, type Texts } from "../scenario/texts.ts";
import { counted } from "../scenario/wording.ts";
import { escapedTexts } from "./markdownText.ts";
import { exportMermaid } from "./mermaid.ts";

/** The page's text. */
export function exportMarkdown(written: Scenario): string {
  const scenario = { ...written, texts: escapedTexts(written.texts) };
  const { texts } = scenario;
  const intro = [texts.description, texts.note].flatMap((text) => (text === null ? [] : [text, ""]));
  const parts = [
    [`# ${texts.title}`, "", ...intro, ...opening(scenario)],
    tracks(scenario, written.texts),
    variables(scenario),
    moves(scenario),
    events(scenario),
    outcomes(scenario),
    assumptions(scenario),
    terms(scenario),
    policies(scenario),
    variants(scenario),
    properties(scenario),
    history(scenario),
    sources(scenario),
  ];
  return `${parts.flat().join("\n").trimEnd()}\n`;
}

const cell = (text: string): string => text.replaceAll("|", "\\|");
const code = (text: string): string => `\`${text}\``;
const expression = (of: Expression): string => code(printExpression(of));

/** A table, or nothing where there is nothing to show. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line), ""];
}

/** A section with its heading, or nothing where it has no lines. */
function section(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`## ${heading}`, "", ...lines];
}

const noteOf = (texts: Texts, path: string): string => texts.notes[path] ?? "";

function opening({ model, texts }: Scenario): readonly string[] {
  const { clock, rounds, turns } = model;
  const start = clock === null ? [] : [`It begins on ${formatDate(clock.start)}.`];
  const length = rounds === null ? "It has no horizon." : `It lasts ${counted(rounds, "round")} at most.`;
  const parties = model.actors.map(({ id }) => {
    const count = model.moves.filter(({ by }) => by === id).length;
    return `- ${nameOf(texts, "actors", id)} (${code(id)}), ${counted(count, "move")}`;
  });
  return [
    [...start, length, `Turns are ${turns === "in order" ? "taken in order" : turns}.`].join(" "),
    "",
    "Shares that this scenario yields are frequencies in a model and no forecast.",
    "",
    "## Parties",
    "",
    ...parties,
    "",
  ];
}

/** A diagram has rules of its own for names, so it gets them as the author wrote them. */
function tracks({ model, texts, ...rest }: Scenario, asWritten: Texts): readonly string[] {
  return section(
    "Tracks",
    model.tracks.flatMap((track) => [
      `### ${nameOf(texts, "tracks", track.id)}`,
      "",
      `${code(track.id)}${secrecy(texts, track.private)}.`,
      "",
      "```mermaid",
      exportMermaid({ ...rest, texts: asWritten, model: { ...model, tracks: [track] } }).trimEnd(),
      "```",
      "",
    ]),
  );
}

function secrecy(texts: Texts, seen: Private): string {
  if (seen === null) return "";
  return seen.length === 0
    ? ", hidden from all"
    : `, seen by ${seen.map((id) => nameOf(texts, "actors", id)).join(" and ")} alone`;
}

function variables({ model, texts }: Scenario): readonly string[] {
  const rows = model.variables.map(({ id, kind, low, high, initial, private: seen }) => [
    nameOf(texts, "variables", id) + secrecy(texts, seen),
    code(id),
    kind === "flag" ? "yes or no" : `${low} to ${high}`,
    initialText(initial),
  ]);
  return section("Variables", table(["Variable", "Id", "Range", "At the start"], rows));
}

function initialText(initial: readonly InitialValue[]): string {
  const [only, second] = initial;
  if (only !== undefined && second === undefined) return String(only.value);
  return initial.map(({ value, odds }) => `${value} at ${expression(odds)}`).join("; ");
}

function moves({ model, texts }: Scenario): readonly string[] {
  return section(
    "Moves",
    model.actors.flatMap(({ id }) => {
      const own = model.moves.filter(({ by }) => by === id);
      if (own.length === 0) return [];
      const lines = own.flatMap((move) => step(texts, "moves", move));
      return [`### ${nameOf(texts, "actors", id)}`, "", ...lines, ""];
    }),
  );
}

/** Who learns of a step, where not everybody does. */
function knownText(knownTo: Private): string {
  if (knownTo === null) return "";
  return knownTo.length === 0 ? ", covert" : `, known to ${knownTo.map(code).join(", ")} alone`;
}

/** A move or incident as an item of a list, what it needs and does below it. */
function step(texts: Texts, kind: "moves" | "incidents", of: Move | Incident): readonly string[] {
  const known = knownText(of.knownTo);
  const marks = [of.severity ?? "", of.cameo === null ? "" : `CAMEO ${of.cameo}`].filter((mark) => mark !== "");
  const source = of.source.length === 0 ? [] : [`sources: ${of.source.join(", ")}`];
  const about = [...marks, ...source].join("; ");
  const note = noteOf(texts, `${kind}.${of.id}`);
  return [
    `- **${nameOf(texts, kind, of.id)}** (${code(of.id)}${known})${about === "" ? "" : ` – ${about}`}`,
    ...(note === "" ? [] : [`  - ${note}`]),
    ...("chance" in of ? [`  - ${chanceText(of)}`] : []),
    ...(of.when === null ? [] : [`  - when ${expression(of.when)}`]),
    ...(of.then.length === 0 ? [] : [`  - then ${effects(of.then)}`]),
    ...of.branches.map((branch) => branchText(texts, kind, of.id, branch)),
  ];
}

function chanceText({ date, chance }: Incident): string {
  const day = date === null ? "any round" : formatDate(date);
  return `on ${day}, chance ${expression(chance)}`;
}

function branchText(texts: Texts, kind: NamedSection, id: string, branch: Branch): string {
  const name = nameOf(texts, kind, id, "branches", branch.id);
  const known = knownText(branch.knownTo);
  const then = branch.then.length === 0 ? "nothing more" : effects(branch.then);
  return `  - ${name}${known}, odds ${expression(branch.odds)}: ${then}`;
}

const effects = (then: readonly Assignment[]): string =>
  then.map(({ id, value }) => code(`${id}: ${printExpression(value)}`)).join(", ");

function events({ model, texts }: Scenario): readonly string[] {
  const incidents = model.incidents.flatMap((incident) => step(texts, "incidents", incident));
  const rules = model.rules.flatMap((rule) => [
    `- **${nameOf(texts, "rules", rule.id)}** (${code(rule.id)})`,
    `  - when ${expression(rule.when)}`,
    `  - then ${effects(rule.then)}`,
  ]);
  return [
    ...section("Incidents", incidents.length === 0 ? [] : [...incidents, ""]),
    ...section("Rules", rules.length === 0 ? [] : [...rules, ""]),
  ];
}

function outcomes({ model, texts }: Scenario): readonly string[] {
  const mark = (id: string): string => (id === model.headline ? " (what matters most)" : "");
  const rows = model.outcomes.map(({ id, when, atEnd, severity }) => [
    `${nameOf(texts, "outcomes", id)}${mark(id)}`,
    code(id),
    when === null ? "otherwise" : `${atEnd ? "at the end, " : ""}${expression(when)}`,
    severity ?? "",
  ]);
  const groups = model.groups.map(
    ({ id, of }) =>
      `- **${nameOf(texts, "groups", id)}**${mark(id)} (${code(id)}): any of ${of.map((one) => nameOf(texts, "outcomes", one)).join(", ")}`,
  );
  return section("Outcomes", [
    ...table(["Outcome", "Id", "When", "Severity"], rows),
    "The first that holds ends the run. Severity classifies and does not score.",
    "",
    ...(groups.length === 0 ? [] : [...groups, ""]),
  ]);
}

function assumptions({ model, texts }: Scenario): readonly string[] {
  const rows = model.assumptions.map(({ id, range, values, default: usual, basis }) => [
    nameOf(texts, "assumptions", id),
    code(id),
    range === null ? (values ?? []).join(", ") : `${range[0]} to ${range[1]}`,
    String(usual),
    basis.join(", "),
    noteOf(texts, `assumptions.${id}`),
  ]);
  return section(
    "Assumptions",
    table(["Assumption", "Id", "Values", "Default", "Basis", "What was open, and what came since"], rows),
  );
}

function terms({ model }: Scenario): readonly string[] {
  return section(
    "Terms",
    table(
      ["Term", "Meaning"],
      model.terms.map(({ id, value }) => [code(id), expression(value)]),
    ),
  );
}

function policies({ model, texts }: Scenario): readonly string[] {
  const rows = model.policies.flatMap(({ actor, policies: own }) =>
    own.map(({ id }, index) => [
      nameOf(texts, "actors", actor),
      code(id) + (index === 0 ? " (default)" : ""),
      noteOf(texts, `policies.${actor}.${id}`),
    ]),
  );
  return section("Dispositions", table(["Party", "Disposition", "Reasoning"], rows));
}

function variants({ model, texts }: Scenario): readonly string[] {
  const rows = model.variants.map(({ id }) => [
    nameOf(texts, "variants", id),
    code(id),
    texts.questions[`variants.${id}`] ?? "",
  ]);
  return section("Variants", table(["Variant", "Id", "Question"], rows));
}

function properties({ model, texts }: Scenario): readonly string[] {
  const rows = model.properties.map((property) => {
    const path = `properties.${property.id}`;
    return [
      texts.claims[path] ?? nameOf(texts, "properties", property.id),
      sayProperty(property, { expression, name: code }),
      noteOf(texts, path),
    ];
  });
  return section("Properties", table(["Claim", "As checked", "Expected, and why it matters"], rows));
}

function history({ model, texts }: Scenario): readonly string[] {
  const rows = model.history.map((entry) => {
    const day = dayOf(model, entry.round);
    const incident = "incident" in entry;
    const what = incident ? nameOf(texts, "incidents", entry.incident) : nameOf(texts, "moves", entry.move);
    const path = incident ? (["incidents", entry.incident] as const) : (["moves", entry.move] as const);
    const way = entry.branch === null ? "" : ` (${nameOf(texts, path[0], path[1], "branches", entry.branch)})`;
    return [day, incident ? "" : nameOf(texts, "actors", entry.by), what + way];
  });
  return section("What happened, as far as the model has it", table(["Date", "Who", "What"], rows));
}

function dayOf({ clock }: Model, round: number): string {
  return clock === null ? String(round) : formatDate(dateOfRound(clock, round));
}

function sources({ texts }: Scenario): readonly string[] {
  const rows = Object.entries(texts.sources).map(([id, { title, date, grade }]) => [
    code(id),
    title,
    date ?? "",
    grade ?? "",
  ]);
  return section("Sources", table(["Id", "Title", "Date", "Grade"], rows));
}
