/**
 * Writes what a generated scenario counts, weighs, varies and claims: tallies, policies, variants and properties.
 *
 * A script of a tame document holds to what is enabled in every state, with at most one entry a round.
 */
import { formatDate } from "../scenario/calendar.ts";
import { among, conditionText, weightText, wholeText } from "./expressionText.ts";
import type { PropertySeed, VariantSeed } from "./scenarioSeed.ts";
import { type Entries, everybody, names, uncertain, valuesOf, type World, wordsOf } from "./scenarioWorld.ts";

/** The ids of the outcomes. */
export const outcomesOf = (world: World): readonly string[] => [
  ...names.outcomes.slice(0, world.seed.outcomes.length),
  ...(world.otherwise ? ["standoff"] : []),
];

/** The ids of the outcomes and of the group, if there is one. */
export const endingsOf = (world: World): readonly string[] => {
  const outcomes = outcomesOf(world);
  return outcomes.length < 2 ? outcomes : [...outcomes, names.group];
};

/** The tallies: per step one reads what an actor chose, per end one reads the outcome. */
export function writeTallies(world: World): Record<string, unknown> {
  const words = wordsOf(world, everybody);
  const steps = [...world.moves, ...world.incidents].map(({ id }) => id);
  return Object.fromEntries(
    world.seed.tallies.map(({ per, add, when }, index) => {
      const step = steps.length === 0 ? "step" : among(steps, per);
      const places = ["round", "step", step, "end", step, ["round", step], ["end", step]];
      const place = among(places, per);
      const entry = {
        add: `${wholeText(add, words)}${place === "end" ? ` + 3 * (${endingText(world, per)})` : ""}`,
        per: place,
        ...(when === null ? {} : { when: conditionText(when, words) }),
      };
      return [names.tallies[index], per > 6 ? [entry, { add: "0.5", per: "step", ...choiceText(world, per) }] : entry];
    }),
  );
}

const endingText = (world: World, pick: number): string =>
  `outcome ${pick % 2 === 0 ? "is not" : "is"} ${among(endingsOf(world), pick + world.seed.outcomes.length)}`;

/** What an actor chose: one of its moves or to hold; nothing where there are no moves. */
function choiceText({ moves }: World, pick: number): Record<string, string> {
  if (moves.length === 0) return {};
  const { id, by } = among(moves, pick);
  return { when: `chose(${by}) ${pick % 2 === 0 ? "is not" : "is"} ${pick === 9 ? "hold" : id}` };
}

/** The policies of every actor that has some, each with its moves. */
export function writePolicies(world: World): Record<string, Entries> {
  const policies: Record<string, Entries> = {};
  for (const { by, weights, hold, others } of world.seed.policies) {
    const actor = among(world.actors, by);
    const own = world.moves.filter((move) => move.by === actor);
    if (own.length === 0) continue;
    const words = wordsOf(world, actor);
    const table: Record<string, unknown> = {};
    for (const gene of weights) table[among(own, gene.amount).id] ??= weightText(gene, words);
    if (hold !== null || Object.keys(table).length === 0) table.hold = hold === null ? 1 : weightText(hold, words);
    if (others !== null) table.others = weightText(others, words);
    const tables = policies[actor] ?? {};
    tables[among(names.policies, Object.keys(tables).length)] = table;
    policies[actor] = tables;
  }
  return policies;
}

/** The properties. */
export function writeProperties(world: World): Entries {
  return Object.fromEntries(
    world.seed.properties.map((property, index) => [
      names.properties[index],
      { claim: "A claim", ...writeProperty(world, property, index) },
    ]),
  );
}

function writeProperty(world: World, seed: PropertySeed, index: number): Record<string, unknown> {
  const words = wordsOf(world, everybody);
  const [p, q, r] = seed.conditions.map((gene) => conditionText(gene, words));
  const scope = {
    ...(seed.after === null ? {} : { after: conditionText(seed.after, words) }),
    ...(seed.until === null ? {} : { until: conditionText(seed.until, words) }),
  };
  const within = seed.within === null ? {} : { within: seed.within };
  const outcome = world.seed.outcomes.length > 0 ? "war" : "standoff";
  const ending = among(endingsOf(world), endingsOf(world).length - 1);
  const forms: readonly Record<string, unknown>[] = [
    { never: p, ...scope },
    { always: p, ...scope },
    { eventually: p, ...within, ...scope },
    { first: p, before: q, ...scope },
    { whenever: p, eventually: q, ...within, ...scope },
    { between: [p, q], never: r, ...scope },
    { from: p, reachable: q },
    { forced: p, by: [among(world.actors, index)] },
    { share: { of: outcome, at_most: 0.7 } },
    { share: { of: ending, at_least: 0.1 } },
  ];
  return among(forms, seed.kind);
}

/** Moves and incidents as they were written. */
type Steps = Readonly<Record<"moves" | "incidents", Entries>>;

/** The variants; their scripts name the steps. */
export function writeVariants(world: World, steps: Steps): Entries {
  return Object.fromEntries(
    world.seed.variants.map((seed, index) => [names.variants[index], writeVariant(world, seed, steps)]),
  );
}

function writeVariant(world: World, seed: VariantSeed, steps: Steps): Record<string, unknown> {
  const wants = (bit: number): boolean => (seed.parts & bit) !== 0;
  const assume = {
    ...Object.fromEntries(world.shares.map((id) => [id, 0.5])),
    ...Object.fromEntries(world.conditions.filter((id) => names.assumptions.includes(id)).map((id) => [id, false])),
  };
  const bound = uncertain(world).map(({ id }) => id);
  const free = world.variables.find(({ id }) => !bound.includes(id));
  const initial = free === undefined ? {} : { [free.id]: valuesOf(free).slice(0, 2) };
  const policies = Object.fromEntries(
    Object.entries(writePolicies(world)).map(([actor, tables]) => [actor, Object.keys(tables).at(-1)]),
  );
  const turns = wants(16) ? among(["in order", "simultaneous", "free"], seed.turns) : null;
  const rounds = wants(32) && world.otherwise ? seed.rounds : null;
  const order = turns ?? among(["in order", "simultaneous", "free"], world.seed.turns);
  const script = wants(8) ? writeScript(world, seed, steps, order, Math.min(rounds ?? 9, world.rounds ?? 9)) : [];
  return {
    name: "A treatment",
    ...(wants(1) && Object.keys(assume).length > 0 ? { assume } : {}),
    ...(wants(2) && free !== undefined ? { initial } : {}),
    ...(wants(4) && Object.keys(policies).length > 0 ? { policies } : {}),
    ...(script.length > 0 ? { script } : {}),
    ...(turns === null ? {} : { turns }),
    ...(rounds === null ? {} : { rounds }),
  };
}

/** At most one entry a round. A tame script holds to what is enabled in every state. */
function writeScript(
  world: World,
  seed: VariantSeed,
  { moves: written, incidents }: Steps,
  order: string,
  rounds: number,
): readonly Record<string, unknown>[] {
  const { daring } = world.seed;
  const mayHold = world.moves.filter(
    ({ by }) => order !== "free" && world.seed.actors[world.actors.indexOf(by)]?.mustMove !== true,
  );
  const moves = world.moves.filter(({ id }) => daring || written[id]?.when === undefined);
  const certain = Object.entries(incidents).filter(
    ([, { when, date, chance }]) => daring || (when === undefined && date === undefined && Number(chance ?? 1) > 0),
  );
  return seed.script.slice(0, rounds).flatMap((gene, round) => {
    const day = world.calendar[round];
    const at = day !== undefined && gene.amount % 2 === 1 ? { date: formatDate(day) } : { round };
    const entries: Record<string, unknown>[] = [
      ...moves.map(({ id, by, seed: { branches } }) => ({
        by,
        move: id,
        ...(branches.length > 0 && gene.pick % 2 === 1 ? { branch: "plain" } : {}),
      })),
      ...certain.map(([incident]) => ({ incident })),
      ...mayHold.slice(0, 1).map(({ by }) => ({ by, move: "hold" })),
    ];
    return entries.length === 0 ? [] : [{ ...at, ...among(entries, gene.amount + gene.pick) }];
  });
}
