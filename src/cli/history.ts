/**
 * `demarche history`: how likely the recorded past is in the model, and where the model found it least likely.
 */
import type { Command } from "commander";
import { type PastChoice, type PastLikelihood, pastLikelihood } from "../engine/pastLikelihood.ts";
import { prepareEngine } from "../engine/session.ts";
import { type Treatment, treat } from "../engine/treatment.ts";
import { brief } from "../report/number.ts";
import { dateOfRound, formatDate } from "../scenario/calendar.ts";
import { Mistake } from "../scenario/mistake.ts";
import type { Model } from "../scenario/model.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { nameOf, type Texts } from "../scenario/texts.ts";
import { openScenario } from "./library.ts";
import { printJson } from "./runChronicle.ts";
import type { Terminal } from "./terminal.ts";
import { collect, type TreatmentOptions, treatmentRequest } from "./treatmentOptions.ts";

interface HistoryOptions extends Omit<TreatmentOptions, "seed"> {
  readonly json?: true;
}

const examples = `
Examples:
  demarche history geneva-2022
  demarche history geneva-2022 --policy russia=pressing
  demarche history geneva-2022 --assume decided_beforehand=true --json

Nothing is drawn, so there is no seed. Shares say how often the model goes exactly this way, day by day; compare them
between dispositions, as any long path is rare.`;

/** Defines `history`. */
export function historyCommand(command: Command, terminal: Terminal): void {
  command
    .argument("<scenario>", "path or id of a scenario with a history")
    .option("--variant <id>", "under a variant of the scenario; its script is not read")
    .option("--assume <name=value>", "set an assumption (may be repeated)", collect)
    .option("--policy <actor=name>", "choose an actor's policy (may be repeated)", collect)
    .option("--texts <language|file>", "tell it in other words: a language beside the scenario, or a file")
    .option("--json", "print {scenario, model, variant, policies, admitted, share, recorded, silence, choices, ...}")
    .addHelpText("after", examples)
    .action((asked: string, options: HistoryOptions) => {
      const { scenario } = openScenario(terminal, asked, options.texts);
      if (scenario.model.history.length === 0) {
        throw new Mistake(`${scenario.model.id} has no history`, "give it one: a list of dated moves and incidents");
      }
      const treatment = treat(scenario.model, treatmentRequest(options));
      const past = pastLikelihood(prepareEngine(scenario.model, treatment));
      if (options.json === true) printJson(terminal, summarise(scenario, treatment, past));
      else terminal.out.write(tell(scenario, treatment, past));
    });
}

function summarise({ model, hash }: Scenario, { variant, policies }: Treatment, past: PastLikelihood): unknown {
  const dated = past.choices.map(({ round, site, entries, chance }) => {
    return { ...dateAt(model, round), site, recorded: entries.length > 0, share: chance };
  });
  return {
    scenario: model.id,
    model: hash,
    variant,
    policies,
    admitted: past.impossible === null,
    impossible: past.impossible === null ? null : (model.history[past.impossible] ?? null),
    share: past.chance,
    recorded: past.recorded,
    silence: past.silence,
    starts: past.starts,
    outcomes: past.outcomes,
    choices: dated,
  };
}

function dateAt({ clock }: Model, round: number): { readonly round: number; readonly date: string | null } {
  return { round, date: clock === null ? null : formatDate(dateOfRound(clock, round)) };
}

/** Least likely choices that are shown. */
const shown = 8;

function tell({ model, texts }: Scenario, { variant, policies }: Treatment, past: PastLikelihood): string {
  const dispositions = Object.entries(policies)
    .map(([actor, policy]) => `${actor}=${policy}`)
    .join(", ");
  const head = [`${texts.title} (${model.id}), variant ${variant}`, `policies: ${dispositions}`, ""];
  if (past.impossible !== null) {
    const entry = past.choices.at(-1);
    const what = entry === undefined ? "" : describe(model, texts, entry);
    const at = model.history[past.impossible]?.round ?? 0;
    const stops = `Not admitted: under these policies the record is impossible at round ${at}. It stops at: ${what}`;
    return `${[...head, stops].join("\n")}\n`;
  }
  const least = past.choices
    .filter(({ entries }) => entries.length > 0)
    .toSorted((a, b) => a.chance - b.chance)
    .slice(0, shown)
    .map((choice) => `  ${percent(choice.chance).padStart(9)}  ${describe(model, texts, choice)}`);
  const starts = Object.entries(past.starts).map(([id, shares]) => {
    const section = model.tracks.some((track) => track.id === id) ? "tracks" : "variables";
    const values = Object.entries(shares).map(([value, share]) => `${value}: ${percent(share)}`);
    return `  ${nameOf(texts, section, id)} – ${values.join(", ")}`;
  });
  return `${[
    ...head,
    `The model admits the record: ${model.history.length} entries, share of runs ${past.chance.toExponential(1)}`,
    `  the recorded choices ${past.recorded.toExponential(1)}, nothing else in between ${past.silence.toExponential(1)}`,
    "",
    "Where the model found it least likely:",
    ...least,
    ...(starts.length === 0 ? [] : ["", "What the record says about what was hidden, in this model:", ...starts]),
  ].join("\n")}\n`;
}

const percent = (share: number): string => `${brief(share * 100, 2)} %`;

function describe(model: Model, texts: Texts, { round, entries }: PastChoice): string {
  const names = entries.flatMap((index) => {
    const entry = model.history[index];
    if (entry === undefined) return [];
    if ("incident" in entry) return [nameOf(texts, "incidents", entry.incident)];
    return [`${nameOf(texts, "actors", entry.by)}: ${nameOf(texts, "moves", entry.move)}`];
  });
  const { date } = dateAt(model, round);
  return `${date ?? `round ${round}`}  ${names.join("; ")}`;
}
