/**
 * Writes the moves, incidents and rules of a generated scenario.
 *
 * A name set in `then` is not set again in a branch. A tame document keeps every block in its ranges, every chance in
 * 0 to 1, and one branch of every step possible; a daring one does not.
 */
import { at } from "../scenario/at.ts";
import { formatDate } from "../scenario/calendar.ts";
import { among, conditionText, type Gene, shareText, weightText, wholeText } from "./expressionText.ts";
import type { ScenarioSeed, StepSeed } from "./scenarioSeed.ts";
import {
  type Entries,
  everybody,
  names,
  type Secret,
  severities,
  valuesOf,
  type World,
  type WorldVariable,
  wordsOf,
} from "./scenarioWorld.ts";

type Target = World["tracks"][number] | WorldVariable;

const targetsOf = (world: World): readonly Target[] => [...world.tracks, ...world.variables];

/** What a gene sets its target to. */
function effectText(world: World, target: Target, gene: Gene): unknown {
  const words = wordsOf(world, everybody);
  const { amount, pick } = gene;
  const { daring } = world.seed;
  const condition = (): string => conditionText(gene.of[0] ?? { pick: 0, amount, of: [] }, words);
  const whole = (): string => wholeText(gene.of[0] ?? { pick: 1, amount, of: [] }, words);
  if ("states" in target) {
    const { id, states } = target;
    const [first, last] = [states[0], states.at(-1)];
    const one = among(states, amount);
    const forms = [
      one,
      `if ${id} is ${last} then ${first} else next(${id})`,
      `if ${id} is ${first} then ${one} else previous(${id})`,
      `if ${condition()} then ${one} else ${first}`,
    ];
    return daring ? among([...forms, `next(${id})`, `previous(${id})`], pick) : among(forms, pick);
  }
  const { id, kind, low, high } = target;
  if (kind === "flag") return among([true, false, condition(), `not ${id}`], pick);
  const literal = low + (amount % (high - low + 1));
  if (kind === "scale") {
    const forms = [`${id} + ${1 + (amount % 2)}`, `${id} - ${1 + (amount % 2)}`, literal, `${id} + (${whole()})`];
    return daring ? among([...forms, `${id} / 2`], pick) : among(forms, pick);
  }
  const forms = [
    `min(${high}, ${id} + 1)`,
    `max(${low}, ${id} - ${1 + (amount % 2)})`,
    literal,
    `max(${low}, min(${high}, ${whole()}))`,
  ];
  return daring ? among([...forms, `${id} + 1`, `${id} - (${whole()})`], pick) : among(forms, pick);
}

/** The effects of some genes, one a target; targets that are taken already are passed over. */
function writeThen(world: World, genes: readonly Gene[], taken: ReadonlySet<string>): Record<string, unknown> {
  const then: Record<string, unknown> = {};
  const targets = targetsOf(world);
  for (const gene of targets.length === 0 ? [] : genes) {
    const target = among(targets, gene.amount + gene.of.length);
    if (!taken.has(target.id)) then[target.id] ??= effectText(world, target, gene);
  }
  return then;
}

/**
 * A public thing that only one step can have: it asks for the initial value and sets another, so that several steps
 * contest it.
 */
function contestOf(world: World): { readonly when: string; readonly then: Record<string, unknown> } | null {
  const target = targetsOf(world).find(({ secret }) => secret === null);
  if (target === undefined) return null;
  const isTrack = "states" in target;
  const values: readonly (string | number | boolean)[] = isTrack ? target.states : valuesOf(target);
  const seed = isTrack
    ? world.seed.tracks[world.tracks.indexOf(target)]
    : world.seed.variables[world.variables.indexOf(target)];
  const [first, other] = [0, 1].map((step) => among(values, (seed?.initial ?? 0) + step));
  return { when: `${target.id} is ${first}`, then: { [target.id]: other } };
}

function writeStep(
  world: World,
  seed: StepSeed,
  viewer: string,
  { id, knownTo }: { readonly id: string; readonly knownTo: Secret },
): Record<string, unknown> {
  const words = wordsOf(world, everybody);
  // Without a horizon, some worlds run out of things to do: every step of theirs can happen once.
  const dwindles = world.rounds === null && world.seed.clock.rounds >= 3;
  const contested = world.seed.turns === 1 ? seed.severity % 2 === 0 : seed.when !== null && seed.when.amount >= 8;
  const contest = dwindles || contested ? contestOf(world) : null;
  const own = seed.when === null ? {} : { when: conditionText(seed.when, wordsOf(world, viewer)) };
  const then = { ...writeThen(world, seed.effects, new Set()), ...contest?.then };
  const taken = new Set(Object.keys(then));
  const branches = seed.branches.map((gene, index) => {
    const odds = weightText(gene, words);
    const branch = {
      // The first branch of a tame step is always possible.
      odds: index === 0 && !world.seed.daring ? `1 + (${odds})` : odds,
      then: writeThen(world, [gene, ...gene.of], taken),
      ...secrecyOf(gene.pick % 5 === 4 ? [] : gene.pick % 5 === 3 ? [among(world.actors, gene.amount)] : null),
    };
    return [among(["plain", "quiet", "loud"], index), branch];
  });
  const condition = contest === null ? own : { when: contest.when };
  const later = laterOf(world, seed, id, condition.when);
  return {
    name: "A step",
    ...(later === null ? condition : { when: later.when }),
    ...(taken.size === 0 ? {} : { then }),
    ...(branches.length === 0 ? {} : { branches: Object.fromEntries(branches) }),
    ...(later === null ? {} : { later: later.effects }),
    ...secrecyOf(knownTo),
    ...(seed.severity === 6 ? {} : { severity: severities[seed.severity] }),
  };
}

/** Effects that arrive a round or two later; a second step before they do is a fault, so a tame one waits. */
function laterOf(world: World, { effects, covert, severity }: StepSeed, id: string, when: string | undefined) {
  if (severity !== 5) return null;
  const idle = world.seed.daring ? "true" : `${id}_later is idle`;
  return {
    when: when === undefined ? idle : `(${when}) and ${idle}`,
    effects: { after: 1 + (covert % 2), then: writeThen(world, effects, new Set()) },
  };
}

/** How a document says who learns of a step. */
function secrecyOf(knownTo: Secret): Record<string, unknown> {
  if (knownTo === null) return {};
  return knownTo.length === 0 ? { covert: true } : { known_to: knownTo };
}

/** A move; its condition reads what its actor may see. */
export function writeMove(world: World, seed: ScenarioSeed["moves"][number], index: number): Record<string, unknown> {
  const by = among(world.actors, seed.by);
  const hurried = world.seed.turns === 1 && seed.severity % 4 < 2 ? { first_come: true } : {};
  return {
    ...hurried,
    by,
    ...writeStep(world, seed, by, at(world.moves, index)),
    ...(index === 0 ? { cameo: "127" } : {}),
  };
}

/** An incident, dated or not. */
export function writeIncident(
  world: World,
  seed: ScenarioSeed["incidents"][number],
  index: number,
): Record<string, unknown> {
  const day = world.calendar[seed.date];
  const next = world.calendar[seed.date + 1] ?? 0;
  // A day between two dates belongs to the round of the earlier one.
  const date = day === undefined ? {} : { date: formatDate(next - day > 1 ? day + 1 : day) };
  const chance = shareText(seed.chance, wordsOf(world, everybody));
  const written = world.seed.daring && seed.chance.pick % 7 === 6 ? `${chance} + 0.3` : chance;
  return {
    ...writeStep(world, seed, everybody, at(world.incidents, index)),
    ...(index % 2 === 0 ? date : {}),
    ...(seed.chance.pick === 0 && seed.chance.amount === 1 ? {} : { chance: written }),
  };
}

/** The rules that set something. */
export function writeRules(world: World): Entries {
  const words = wordsOf(world, everybody);
  const rules = world.seed.rules.map(({ when, effects }, index): [string, Record<string, unknown>] => {
    const then = writeThen(world, effects, new Set());
    return [names.rules[index] ?? "", { when: conditionText(when, words), then }];
  });
  return Object.fromEntries(rules.filter(([, { then }]) => Object.keys(then as object).length > 0));
}
