/**
 * Which constructs of the language a model uses, so that a test can say that its scenarios reach all of them.
 *
 * Features are words for a reader of the test's message. `allFeatures` lists everything a generated scenario can have;
 * a construct that is added to the language belongs in both.
 */
import type { Expression } from "../scenario/expression.ts";
import { visitModel } from "../scenario/expressionsIn.ts";
import { numberFunctionNames } from "../scenario/functions.ts";
import type { Branch, InitialValue, Model, Variant } from "../scenario/model.ts";
import { patternKinds } from "../scenario/property.ts";

/** Everything that generated scenarios reach, sorted. */
export const allFeatures: readonly string[] = [
  ...["in order", "simultaneous", "free"].map((turns) => `turns ${turns}`),
  ...["no clock", "horizon alone", "even dates", "weeks", "hours", "months", "uneven dates", "no horizon"],
  ...["must move", "utility", "no moves", "actor without moves"],
  ...["effect that arrives later", "no tracks", "several tracks", "track", "rung", "unranked state"],
  ...["scale", "count", "flag", "negative range"],
  ...["fixed value", "hidden value", "odds of zero", "odds by assumption", "start"],
  ...["private to some", "private to all", "private track"],
  ...["assumption", "flag assumption", "listed assumption", "condition term", "number term"],
  ...["first-come move", "covert move", "covert incident", "covert branch"],
  ...["move known to some", "incident known to some", "branch known to some"],
  ...["branches of a move", "branches of an incident"],
  ...["unconditional move", "certain incident", "impossible incident", "incident by chance", "dated incident"],
  ...["rule", "several rules", "outcome", "several outcomes", "otherwise", "no otherwise"],
  ...["outcome at the end", "group", "group of several", "headline", "no headline", "share of a group"],
  ...["tally per round", "tally per step", "tally per move", "tally per incident", "tally per end"],
  ...["tally of several entries"],
  ...["policy", "several policies", "others", "holding weighs", "no policy"],
  ...["variant", "assume", "variant initial", "variant policy", "script", "scripted branch", "scripted incident"],
  ...["scripted hold", "variant turns", "variant rounds"],
  ...patternKinds.map((kind) => `property ${kind}`),
  ...["after", "until", "within"],
  ...["since track", "since move", "since incident", "made move", "made incident"],
  ...["number", "date literal", "truth", "state", "track value", "variable", "assumption value", "term"],
  ...[
    "round",
    "date",
    "days",
    "rung of",
    "next",
    "previous",
    "outcome is",
    "chose",
    "not",
    "negate",
    "and",
    "or",
    "in",
    "if",
  ],
  ...numberFunctionNames,
  ...["is", "is not", "<", "<=", ">", ">=", "+", "-", "*", "/", "%"],
].sort();

/** The features of a model, sorted. */
export function featuresOf(model: Model): readonly string[] {
  const found = new Set<string>([
    ...worldFeatures(model),
    ...stepFeatures(model),
    ...choiceFeatures(model),
    ...expressionFeatures(model),
  ]);
  return [...found].sort();
}

const named = (features: Readonly<Record<string, boolean>>): string[] =>
  Object.entries(features)
    .filter(([, present]) => present)
    .map(([feature]) => feature);

function worldFeatures(model: Model): string[] {
  const { clock, rounds, turns, actors, tracks, variables, assumptions, terms } = model;
  const initials = [...tracks, ...variables].map(({ initial }) => initial);
  const isZero = ({ odds }: InitialValue): boolean => odds.op === "number" && odds.value === 0;
  const secrets = [...tracks, ...variables].map((item) => item.private);
  const movers = new Set(model.moves.map(({ by }) => by));
  return [
    `turns ${turns}`,
    ...variables.map(({ kind }) => kind),
    ...named({
      "no clock": clock === null && rounds === null,
      "horizon alone": clock === null && rounds !== null,
      "even dates": clock !== null && clock.dates === null && rounds !== null,
      weeks: clock !== null && clock.step > 0 && clock.step % 7 === 0,
      hours: clock !== null && clock.step > 0 && clock.step < 1,
      months: clock !== null && clock.months !== null,
      "uneven dates": clock !== null && clock.dates !== null,
      "no horizon": clock !== null && rounds === null,
      "must move": actors.some(({ mustMove }) => mustMove),
      utility: actors.some(({ utility }) => utility !== null),
      "no moves": model.moves.length === 0,
      "actor without moves": movers.size > 0 && movers.size < actors.length,
      "effect that arrives later": model.rules.some(({ id }) => id.endsWith("_later")),
      "no tracks": tracks.length === 0,
      "several tracks": tracks.length > 1,
      track: tracks.length > 0,
      rung: tracks.some(({ states }) => states.some(({ rung }) => rung !== null)),
      "unranked state": tracks.some(({ states }) => states.some(({ rung }) => rung === null)),
      "negative range": variables.some(({ low }) => low < 0),
      "fixed value": initials.some((values) => values.length === 1),
      "hidden value": initials.some((values) => values.length > 1),
      "odds of zero": initials.some((values) => values.some(isZero)),
      "odds by assumption": initials.some((values) => values.some(({ odds }) => odds.op !== "number")),
      start: model.start !== null,
      "private to some": secrets.some((secret) => secret !== null && secret.length > 0),
      "private to all": secrets.some((secret) => secret !== null && secret.length === 0),
      "private track": tracks.some((track) => track.private !== null),
      assumption: assumptions.some(({ range }) => range !== null),
      "flag assumption": assumptions.some((one) => typeof one.default === "boolean"),
      "listed assumption": assumptions.some(({ values }) => values !== null && typeof values[0] === "number"),
      "condition term": terms.some(({ type }) => type === "condition"),
      "number term": terms.some(({ type }) => type === "number"),
    }),
  ];
}

function stepFeatures({ moves, incidents, rules, outcomes, groups, headline }: Model): string[] {
  const chance = (value: number): boolean =>
    incidents.some((incident) => incident.chance.op === "number" && incident.chance.value === value);
  const branches: readonly Branch[] = [...moves, ...incidents].flatMap((step) => step.branches);
  const otherwise = outcomes.some(({ when }) => when === null);
  return named({
    "first-come move": moves.some(({ firstCome }) => firstCome),
    "covert move": moves.some(({ knownTo }) => knownTo !== null),
    "covert incident": incidents.some(({ knownTo }) => knownTo !== null),
    "covert branch": branches.some(({ knownTo }) => knownTo !== null),
    "move known to some": moves.some(({ knownTo }) => knownTo?.length === 1),
    "incident known to some": incidents.some(({ knownTo }) => knownTo?.length === 1),
    "branch known to some": branches.some(({ knownTo }) => knownTo?.length === 1),
    "branches of a move": moves.some((move) => move.branches.length > 1),
    "branches of an incident": incidents.some((incident) => incident.branches.length > 1),
    "unconditional move": moves.some(({ when }) => when === null),
    "certain incident": chance(1),
    "impossible incident": chance(0),
    "incident by chance": chance(0.5),
    "dated incident": incidents.some(({ date }) => date !== null),
    rule: rules.length > 0,
    "several rules": rules.length > 1,
    outcome: outcomes.length > 0,
    "several outcomes": outcomes.length > 1,
    otherwise,
    "no otherwise": !otherwise,
    "outcome at the end": outcomes.some(({ atEnd }) => atEnd),
    group: groups.length > 0,
    "group of several": groups.some(({ of }) => of.length > 1),
    headline: headline !== null,
    "no headline": headline === null,
  });
}

function choiceFeatures({ tallies, policies, variants, properties }: Model): string[] {
  const entries = tallies.flatMap((tally) => tally.entries);
  const places = entries.map(({ per }) => `tally per ${typeof per === "string" ? per : per.kind}`);
  const tables = policies.flatMap((one) => one.policies);
  const scoped = properties.flatMap((property) => ("after" in property ? [property] : []));
  return [
    ...places,
    ...properties.map(({ kind }) => `property ${kind}`),
    ...variants.flatMap(variantFeatures),
    ...named({
      "tally of several entries": tallies.some((tally) => tally.entries.length > 1),
      policy: tables.length > 0,
      "several policies": policies.some((one) => one.policies.length > 1),
      others: tables.some(({ others }) => others !== null),
      "holding weighs": tables.some(({ hold }) => hold !== null),
      "no policy": policies.length === 0,
      variant: variants.length > 0,
      after: scoped.some(({ after }) => after !== null),
      until: scoped.some(({ until }) => until !== null),
      within: properties.some((property) => "within" in property && property.within !== null),
      "share of a group": properties.some((property) => property.kind === "share" && property.of.kind === "group"),
    }),
  ];
}

function variantFeatures({ assume, initial, policies, script, turns, rounds }: Variant): string[] {
  return named({
    assume: Object.keys(assume).length > 0,
    "variant initial": Object.keys(initial).length > 0,
    "variant policy": Object.keys(policies).length > 0,
    script: script.length > 0,
    "scripted branch": script.some(({ branch }) => branch !== null),
    "scripted incident": script.some((entry) => "incident" in entry),
    "scripted hold": script.some((entry) => "move" in entry && entry.move === "hold"),
    "variant turns": turns !== null,
    "variant rounds": rounds !== null,
  });
}

/** Every operation of the model's expressions, wherever they stand. */
function expressionFeatures(model: Model): string[] {
  const found: string[] = [];
  visitModel(model, (expression) => found.push(featureOf(expression)));
  return found;
}

function featureOf(expression: Expression): string {
  if (expression.op === "compare" || expression.op === "arithmetic") return expression.by;
  if (expression.op === "since" || expression.op === "made") return `${expression.op} ${expression.mark.kind}`;
  if (expression.op === "number" && expression.date === true) return "date literal";
  return wordFor[expression.op] ?? expression.op;
}

/** What goes by another name than its own. */
const wordFor: Readonly<Partial<Record<Expression["op"], string>>> = {
  track: "track value",
  assumption: "assumption value",
  rung: "rung of",
  outcome: "outcome is",
};
