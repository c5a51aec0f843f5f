/**
 * Models that everybody knows, as scenarios, with what the literature says of them.
 *
 * Sizes and shortest solutions were not read off the explorer: each has its source, or a derivation beside it.
 */
import { readFileSync } from "node:fs";
import type { CheckResult } from "../../src/check/check.ts";
import { treat } from "../../src/engine/treatment.ts";
import type { Model } from "../../src/scenario/model.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";
import { checked } from "../differential/bothExplorations.ts";

/** The text of a classic. */
export const classicText = (name: string): string => readFileSync(new URL(`./${name}.yaml`, import.meta.url), "utf8");

export const classicModel = (name: string): Model => scenarioOf(classicText(name)).model;

/** What is compared: sizes, and by property its verdict, with the length of a way that shows it. */
export interface Facts {
  readonly states: number;
  readonly transitions: number;
  readonly choices: number;
  readonly depth: number;
  readonly deadlocks: number;
  readonly verdicts: Readonly<Record<string, string>>;
}

/** What the explorer says of a model. */
export function factsOf(model: Model): Facts {
  const { states, transitions, choices, depth, deadlocks, findings } = checked({
    model,
    treatment: treat(model),
    choices: "open",
  });
  const verdicts = Object.fromEntries(findings.map((finding) => [finding.property.id, verdictOf(finding)]));
  return { states, transitions, choices, depth, deadlocks, verdicts };
}

function verdictOf({ holds, witness: way }: CheckResult["findings"][number]): string {
  return holds === true ? "holds" : `fails${way === null ? "" : ` after ${way.decisions.length}`}`;
}

export const classics: Readonly<Record<string, Facts>> = {
  // Ten of the sixteen placements are safe; the way from bank to bank has one fork that closes again, so ten passages,
  // each in both directions but the last, behind which the run is over. Seven crossings.
  "river-crossing": {
    states: 10,
    transitions: 19,
    choices: 19,
    depth: 7,
    deadlocks: 0,
    verdicts: { nobody_is_eaten: "holds", impossible: "fails after 7" },
  },
  // Amarel: of 20 legal states 16 can be reached; eleven crossings. The passages can all be taken back.
  missionaries: {
    states: 16,
    transitions: 34,
    choices: 34,
    depth: 12,
    deadlocks: 0,
    verdicts: { impossible: "fails after 11" },
  },
  // TLC on Lamport's DieHard: 97 states generated (the first, and six from each), 16 distinct, depth 8 counted from 1;
  // six steps to four litres.
  "water-jugs": {
    states: 16,
    transitions: 96,
    choices: 96,
    depth: 7,
    deadlocks: 0,
    verdicts: { impossible: "fails after 6", always_again: "holds", measured_in_time: "fails after 1" },
  },
  // Who eats has a right neighbour who thinks: words on a ring, so the Pell-Lucas number (1 + √2)^5 + (1 - √2)^5 = 82.
  // One deadlock, after five moves. Moves: five times the arcs of one place, summed over the same words.
  philosophers: {
    states: 82,
    transitions: 265,
    choices: 265,
    depth: 5,
    deadlocks: 1,
    verdicts: {
      neighbours_never_eat_together: "holds",
      all_wait_never: "fails after 5",
      one_eats_some_time: "fails after 5",
    },
  },
  // 5478 positions and 16167 moves between them; with best play a draw. Against noughts who defend themselves crosses
  // are shown one try, up to a full board or a lost one.
  "noughts-and-crosses": {
    states: 5478,
    transitions: 16167,
    choices: 16167,
    depth: 9,
    deadlocks: 0,
    verdicts: {
      both_never_win: "holds",
      crosses_need_not_lose: "holds",
      noughts_need_not_lose: "holds",
      crosses_can_win: "fails after 6",
    },
  },
  // Seven nodes and six faces, two ways from each node. Tails on node 2, heads on node 6 can come for ever.
  die: {
    states: 13,
    transitions: 14,
    choices: 7,
    depth: 3,
    deadlocks: 0,
    verdicts: { ends: "fails after 3", fair: "holds" },
  },
  "mutual-exclusion": {
    states: 20,
    transitions: 34,
    choices: 34,
    depth: 6,
    deadlocks: 0,
    verdicts: {
      exclusion: "holds",
      entry_is_possible: "holds",
      entry_is_certain: "holds",
      never_overtaken_with_the_turn: "holds",
    },
  },
};
