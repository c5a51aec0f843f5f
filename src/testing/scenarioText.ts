/**
 * Writes a generated scenario: from a seed of numbers to a document as an author would write it.
 *
 * Total: every seed gives a valid document. Restrictions of the start leave something allowed. Steps and choices are
 * written by their own files.
 */
import { endingsOf, outcomesOf, writePolicies, writeProperties, writeTallies, writeVariants } from "./choiceText.ts";
import { among, conditionText, wholeText } from "./expressionText.ts";
import type { InitialSeed, ScenarioSeed } from "./scenarioSeed.ts";
import {
  type Entries,
  everybody,
  names,
  type Secret,
  settleWorld,
  severities,
  uncertain,
  valuesOf,
  type World,
  wordsOf,
} from "./scenarioWorld.ts";
import { writeIncident, writeMove, writeRules } from "./stepText.ts";

/** A document as plain data; its JSON text is a scenario file. */
export type GeneratedDocument = Readonly<Record<string, unknown>>;

/** Writes the document of a seed. */
export function writeScenario(seed: ScenarioSeed): GeneratedDocument {
  const world = settleWorld(seed);
  const moves = Object.fromEntries(
    seed.moves.map((move, index) => [names.moves[index], writeMove(world, move, index)]),
  );
  const incidents = Object.fromEntries(
    seed.incidents.map((incident, index) => [names.incidents[index], writeIncident(world, incident, index)]),
  );
  const document: Record<string, unknown> = {
    demarche: 2,
    id: "generated",
    title: "A generated crisis",
    clock: writeClock(seed, world),
    turns: among(["in order", "simultaneous", "free"], seed.turns),
    actors: writeActors(world),
    tracks: writeTracks(world),
    variables: writeVariables(world),
    assumptions: writeAssumptions(seed),
    terms: writeTerms(world),
    start: writeStart(world),
    moves,
    incidents,
    rules: writeRules(world),
    outcomes: writeOutcomes(world),
    groups: writeGroups(world),
    headline: writeHeadline(world),
    tallies: writeTallies(world),
    policies: writePolicies(world),
    variants: writeVariants(world, { moves, incidents }),
    properties: writeProperties(world),
  };
  const full = Object.entries(document).filter(
    ([, value]) => value !== null && !(typeof value === "object" && Object.keys(value as object).length === 0),
  );
  return Object.fromEntries(full);
}

function writeClock({ clock }: ScenarioSeed, { dates, rounds }: World): Record<string, unknown> | null {
  switch (clock.kind) {
    case 1:
      return { start: dates[0], step: "1 day", rounds };
    case 2:
      return { start: dates[0], step: "1 week", rounds };
    case 3:
      return { dates, step: "2 days" };
    case 4:
      return { start: dates[0] };
    case 5:
      return { rounds };
    case 6:
      return { start: dates[0], step: "6 hours", rounds };
    case 7:
      return { start: dates[0], step: "1 month", rounds };
    default:
      return null;
  }
}

function writeActors(world: World): Entries {
  const words = wordsOf(world, everybody);
  return Object.fromEntries(
    world.seed.actors.map(({ mustMove, utility }, index) => {
      const ending = among(endingsOf(world), index);
      const entry = {
        ...(mustMove ? { must_move: true } : {}),
        ...(utility === null ? {} : { utility: `4 * (outcome is ${ending}) - (${wholeText(utility, words)}) / 2` }),
      };
      return [names.actors[index], { name: `Party ${index}`, ...entry }];
    }),
  );
}

/** Possible initial values in one of the forms of the language. */
function writeInitial(
  seed: InitialSeed,
  values: readonly (string | number | boolean)[],
  shares: readonly string[],
): unknown {
  const first = among(values, seed.initial);
  const second = among(values, seed.initial + 1);
  switch (seed.form) {
    case 2:
      return [first, second];
    case 3:
      return values.length <= 3 ? "any" : [first, second];
    case 4:
      return { [String(first)]: 1, [String(second)]: 2 };
    case 5: {
      const third = among(values, seed.initial + 2);
      const odds = shares[0] === undefined ? "0.5" : `1 - ${shares[0]}`;
      return { [String(third)]: 0, [String(first)]: odds, [String(second)]: 3 };
    }
    default:
      return first;
  }
}

function writeTracks(world: World): Entries {
  return Object.fromEntries(
    world.tracks.map(({ id, states, secret }, index) => {
      const seed = among(world.seed.tracks, index);
      const written = states.map((state, rung) => [state, seed.rungs && rung > 0 ? { rung } : {}]);
      return [
        id,
        { initial: writeInitial(seed, states, world.shares), states: Object.fromEntries(written), ...hidden(secret) },
      ];
    }),
  );
}

const hidden = (secret: Secret): Record<string, unknown> => (secret === null ? {} : { private: secret });

function writeVariables(world: World): Entries {
  return Object.fromEntries(
    world.variables.map((variable, index) => {
      const seed = among(world.seed.variables, index);
      const value = writeInitial(seed, valuesOf(variable), world.shares);
      const range = { [variable.kind]: [variable.low, variable.high], initial: value };
      return [variable.id, { ...(variable.kind === "flag" ? { flag: value } : range), ...hidden(variable.secret) }];
    }),
  );
}

function writeAssumptions(seed: ScenarioSeed): Entries {
  const forms = [
    { range: [0, 0.6], default: 0.2, basis: "judgement" },
    { values: [true, false], default: true, basis: "judgement" },
    { values: [1, 2, 3], default: 2, basis: "judgement" },
  ];
  return Object.fromEntries(seed.assumptions.map((kind, index) => [names.assumptions[index], among(forms, kind)]));
}

function writeTerms(world: World): Record<string, string> {
  const words = wordsOf(world, null, false);
  return Object.fromEntries(
    world.seed.terms.map(({ kind, value }, index) => [
      names.terms[index],
      kind === 0 ? wholeText(value, words) : conditionText(value, words),
    ]),
  );
}

/** Excludes one combination of initial values; every excluded value has an alternative. */
function writeStart(world: World): string | null {
  const texts = uncertain(world).map(({ text }) => text);
  if (world.seed.start === 0 || texts.length === 0) return null;
  return `not (${texts.slice(0, 2).join(" and ")})`;
}

function writeOutcomes(world: World): Entries {
  const words = wordsOf(world, everybody);
  const outcomes: Entries = Object.fromEntries(
    world.seed.outcomes.map((when, index) => [
      names.outcomes[index],
      // Most outcomes wait for the second round, as a run that ends at once shows little; but not where nothing else
      // may read the time, or no run would ever come to a standstill.
      {
        when: `${when.amount % 4 === 3 || world.rounds === null ? "" : "round > 0 and "}(${conditionText(when, words)})`,
        ...(when.pick % 3 === 2 && world.rounds !== null ? { at: "end" } : {}),
        severity: among(severities, 4 - index),
      },
    ]),
  );
  return world.otherwise ? { ...outcomes, standoff: { otherwise: true } } : outcomes;
}

/** A group where there are several outcomes to choose from: its last two, or the first alone. */
function writeGroups(world: World): Entries {
  const members = outcomesOf(world);
  if (members.length < 2) return {};
  return { [names.group]: { name: "By force", of: world.seed.turns === 1 ? members.slice(0, 1) : members.slice(-2) } };
}

function writeHeadline(world: World): string | null {
  const endings = endingsOf(world);
  return world.seed.start === 0 || endings.length === 0 ? null : among(endings, world.seed.turns);
}
