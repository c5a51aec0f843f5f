/**
 * The shape of a scenario document: which keys it has, and what stands behind each.
 *
 * One declaration serves three readers: documents are tested against it, editors get it as a JSON Schema (the
 * descriptions are what they show on hovering), and authors in TypeScript get it as a type. It says nothing about
 * names and meaning. The `error` of each part says what was expected there, as it completes "expected ...".
 */
import { z } from "zod";
import type { PatternKey } from "./property.ts";
import { severities } from "./readSteps.ts";

const text = (description: string) => z.string({ error: "a text" }).describe(description);

const expression = (description: string) =>
  z
    .union([z.string(), z.number(), z.boolean()], { error: "an expression, such as `tension >= 6` or `patience - 1`" })
    .describe(description);

const truth = (description: string) => z.boolean({ error: "true or false" }).describe(description);

const whole = (description: string) => z.int({ error: "a whole number" }).describe(description);

const number = (description: string) => z.number({ error: "a number" }).describe(description);

const date = (description: string) => z.string({ error: "a date such as 2022-01-30" }).describe(description);

const id = (what: string, description: string) => z.string({ error: `the id of ${what}` }).describe(description);

const ids = (what: string, description: string) =>
  z.union([z.string(), z.array(z.string())], { error: `${what}, or a list of them` }).describe(description);

/** A map with fixed keys. Its `error` lists the keys it knows, for whoever words the complaint. */
function entry<Shape extends z.core.$ZodLooseShape>(shape: Shape, what: string) {
  const known = Object.keys(shape).join(" ");
  return z.strictObject(shape, { error: (issue) => (issue.code === "unrecognized_keys" ? known : what) });
}

const byId = <Value extends z.core.$ZodType>(value: Value, what: string) =>
  z.record(z.string(), value, { error: `a map with ${what} under their ids` });

const texts = {
  name: text("Name, as people read it. Without it the id is shown.").optional(),
  note: text("Remark for whoever reads the scenario.").optional(),
  description: text("What this is, in a few sentences.").optional(),
};

const parameterValues = z.union([z.string(), z.number(), z.boolean()]);

/** What makes an entry stand for several. */
const eachKeys = {
  each: z
    .record(z.string(), z.union([z.array(parameterValues), parameterValues]), {
      error: "parameters with lists of their values, such as `{ content: [rejection, counter] }`",
    })
    .describe(
      "The entry stands for one entry per combination; `$content` is replaced in its key and its texts. `1..20` stands for whole numbers.",
    )
    .optional(),
  except: z
    .union([z.string(), z.array(z.string())], { error: "conditions on parameters, such as `$from is $to`" })
    .describe("Combinations of `each` for which this holds, or one of several such conditions, are left out.")
    .optional(),
};

const effects = z
  .record(z.string(), expression("What the track or variable becomes, read in the state before the step."), {
    error: "a map from tracks and variables to what they become",
  })
  .describe("What it sets. All right-hand sides read the state before the step.")
  .optional();

const turns = z
  .enum(["in order", "simultaneous", "free"], { error: "in order, simultaneous or free" })
  .describe("Who acts when: one after the other, all at once, or one move of anybody.")
  .optional();

const initial = z
  .union(
    [
      z.string(),
      z.number(),
      z.boolean(),
      z.array(z.union([z.string(), z.number(), z.boolean()])),
      z.record(z.string(), expression("Odds of this value; they may use assumptions.")),
    ],
    { error: "a value, a list of values, `any`, or a map from values to odds" },
  )
  .describe("Value at the start; a list or `any` makes each as likely; a map gives odds. Drawn at the start of a run.");

const hidden = ids("an actor", "Only these actors see it; `[]` hides it from everybody.").optional();

const knownTo = (description: string) => ids("an actor", description).optional();

const sources = ids("a source", "Ids from `sources`, or `judgement`.").optional();

const source = entry(
  {
    title: text("What is cited."),
    date: date("When it appeared.").optional(),
    grade: z
      .enum(["primary", "agency", "mirror", "recalled", "judgement"], {
        error: "primary, agency, mirror, recalled or judgement",
      })
      .describe("How far it can be relied on.")
      .optional(),
    url: text("Where it can be read.").optional(),
    note: texts.note,
  },
  "a source with title, date and grade",
);

const clock = entry(
  {
    start: date("Date of round 0.").optional(),
    step: text("Length of a round, such as `1 day` or `2 weeks`.").optional(),
    rounds: whole("The run ends after this many rounds, in the `otherwise` outcome.").optional(),
    dates: z
      .array(date("Date of a round."), { error: "a list of dates, one for each round" })
      .describe("The date of each round, where rounds are uneven.")
      .optional(),
  },
  "a clock with start, step, rounds or dates",
);

const actor = entry(
  {
    ...texts,
    utility: expression("What a finished run is worth to this actor; may read `outcome`.").optional(),
    must_move: truth("Holds only when no move is enabled.").optional(),
  },
  "an actor with a name, a utility or must_move",
);

const trackState = entry(
  { ...texts, rung: whole("Height on the escalation ladder.").optional() },
  "a track state with a rung or a name",
);

const track = entry(
  {
    ...eachKeys,
    ...texts,
    states: z
      .union([z.array(z.string()), z.record(z.string(), z.union([z.null(), trackState]))], {
        error: "the track's states, as a list or as a map",
      })
      .describe("States in order, from the lowest to the highest."),
    initial,
    private: hidden,
  },
  "a track with states and an initial state",
);

const range = (description: string) =>
  z
    .tuple([z.number(), z.number()], { error: "two numbers in brackets, such as `[0, 10]`" })
    .describe(description)
    .optional();

const variable = entry(
  {
    ...eachKeys,
    ...texts,
    scale: range("Smallest and largest value; a scale stops at its ends."),
    count: range("Smallest and largest value; leaving the range is a fault of the model."),
    flag: initial.describe("A variable that is true or false; here stands its initial value.").optional(),
    initial: initial.optional(),
    private: hidden,
  },
  "a variable: a scale, a count or a flag",
);

const assumption = entry(
  {
    ...texts,
    range: range("Smallest and largest value that is thought possible."),
    values: z
      .array(z.union([z.number(), z.boolean()]), { error: "a list of numbers, or [true, false]" })
      .describe("The values that are thought possible.")
      .optional(),
    default: z
      .union([z.number(), z.boolean()], { error: "a number, or true or false" })
      .describe("The value taken unless an experiment varies it."),
    basis: ids("a source", "What the value rests on: ids from `sources`, or `judgement`.").optional(),
  },
  "an assumption with a default and a range or values",
);

const term = z.union(
  [
    z.string(),
    z.number(),
    z.boolean(),
    entry({ ...texts, value: expression("What the term stands for.") }, "a term with a value"),
  ],
  { error: "an expression, or a map with a value and a name" },
);

const parcel = entry(
  {
    ...texts,
    after: whole("After how many rounds the effects arrive."),
    count: whole("How many may be under way at once. 1 if left out.").optional(),
    then: effects,
  },
  "effects that arrive later, with `after` and `then`",
);

const later = z
  .union([parcel, z.array(parcel)], { error: "effects that arrive later, with `after` and `then`" })
  .describe("Effects that arrive some rounds later, such as a letter or ships under way.")
  .optional();

const branch = z.union(
  [
    z.null(),
    entry(
      {
        ...eachKeys,
        ...texts,
        odds: expression("How likely this branch is, relative to the others. 1 if left out.").optional(),
        then: effects,
        later,
        covert: truth("Only its actor sees that it turned out this way.").optional(),
        known_to: knownTo("Only these actors, and its own, see that it turned out this way."),
      },
      "a branch with odds and effects",
    ),
  ],
  { error: "a branch with odds and effects" },
);

const happening = {
  ...eachKeys,
  ...texts,
  when: expression("The condition under which it is possible. Always, if left out.").optional(),
  then: effects,
  later,
  branches: byId(branch, "branches").describe("The ways it can turn out; one is drawn by odds.").optional(),
  covert: truth("Others see a hold in its place.").optional(),
  known_to: knownTo("Only these actors, and its own, learn of it; others see a hold in its place."),
  severity: z
    .enum(severities, { error: severities.join(", ") })
    .describe("Class of the act; it classifies and never scores.")
    .optional(),
  cameo: z
    .string({ error: "a CAMEO code in quotes" })
    .regex(/^\d{2,4}$/, { error: "a CAMEO code of two to four digits in quotes" })
    .describe('Code in the CAMEO event ontology, in quotes: "036".')
    .optional(),
  source: sources,
};

const move = entry(
  {
    by: id("an actor", "The actor whose move it is."),
    first_come: truth(
      "Made together with others, it does nothing where one of them took away its condition before.",
    ).optional(),
    ...happening,
  },
  "a move with by, when and then",
);

const incident = entry(
  {
    ...happening,
    date: date("The only date on which it can occur.").optional(),
    chance: expression("Chance in each round in which it is possible, from 0 to 1. 1 if left out.").optional(),
  },
  "an incident with when, chance and then",
);

const rule = entry(
  {
    ...eachKeys,
    ...texts,
    when: expression("It applies when this holds and did not hold before the step."),
    then: effects,
  },
  "a rule with when and then",
);

const outcome = entry(
  {
    ...texts,
    when: expression("The run ends here as soon as this holds.").optional(),
    otherwise: z
      .literal(true, { error: "true" })
      .describe("The outcome of a run that reaches the last round.")
      .optional(),
    at: z
      .literal("end", { error: "`end`" })
      .describe("Tested only when the last round is over, before `otherwise`; until then the run goes on.")
      .optional(),
    severity: happening.severity,
  },
  "an outcome with when, or with otherwise: true",
);

const group = entry(
  { ...texts, of: ids("an outcome", "The outcomes in it, each once.") },
  "a group with the outcomes that are `of` it",
);

const tallyEntry = entry(
  {
    ...eachKeys,
    ...texts,
    add: expression(
      "What is added, read in the state before the step, or at the end of the run. Per step it may read `chose(ACTOR)`, per end `outcome`.",
    ).optional(),
    when: expression("Counted only where this holds.").optional(),
    per: ids(
      "round, step, end, a move or an incident",
      "When it is counted: at each `round`, each `step`, each time of a move or incident, or once at the `end` of a run.",
    ),
  },
  "a tally with add and per",
);

const tally = z.union([tallyEntry, z.array(tallyEntry)], {
  error: "a tally with add and per, or a list of such entries",
});

const policy = z
  .object({ ...eachKeys }, { error: "a map from moves to weights" })
  .catchall(expression("Weight of this move; `hold` weighs holding, `others` every move not named."))
  .describe("Weights over the actor's moves, `hold` and `others`; the share of each enabled one is its chance.");

const actorPolicies = z
  .object({ ...eachKeys }, { error: "a map with policies under their ids" })
  .catchall(policy)
  .describe("The policies of an actor; the first is its default.");

const scriptEntry = entry(
  {
    date: date("Date on which it happens.").optional(),
    round: whole("Round in which it happens; the first is 0.").optional(),
    by: id("an actor", "The actor whose move it is.").optional(),
    move: id("a move", "The move, or `hold`.").optional(),
    incident: id("an incident", "The incident that occurs.").optional(),
    branch: id("a branch", "The way it turns out; drawn by odds if left out.").optional(),
    source: sources,
    note: texts.note,
  },
  "an entry with a date or round and a move or incident",
);

const script = z.array(scriptEntry, { error: "a list of entries with a date or round and a move or incident" });

const variant = entry(
  {
    ...texts,
    question: text("What this variant asks, in one sentence.").optional(),
    assume: z
      .record(z.string(), z.union([z.number(), z.boolean()], { error: "a number, or true or false" }), {
        error: "a map from assumptions to values",
      })
      .describe("Values of assumptions in this variant.")
      .optional(),
    initial: byId(initial, "initial values").describe("Initial values in this variant.").optional(),
    policies: byId(id("a policy", "A policy of this actor."), "policies")
      .describe("The policy of each actor in this variant.")
      .optional(),
    script: script.describe("Moves and incidents that happen for certain.").optional(),
    turns,
    rounds: whole("The run ends after this many rounds.").optional(),
  },
  "a variant with assume, initial, policies, script, turns or rounds",
);

const condition = (description: string) => expression(description).optional();

/** The keys of all patterns; which stand together is the reader's business. */
const patternKeys = {
  never: condition("Holds at no point of a run (with `between`: not from the first to the second)."),
  always: condition("Holds at every point of a run."),
  eventually: condition("Holds at some point of a run."),
  within: whole("At most this many rounds later.").optional(),
  first: condition("Holds before `before` ever does."),
  before: condition("May hold only after `first` has held."),
  whenever: condition("Each time this holds, `eventually` must follow."),
  between: z
    .tuple([expression("Where it opens."), expression("Where it closes.")], { error: "two expressions in brackets" })
    .describe("From the first to the second of these, `never` must not hold.")
    .optional(),
  from: condition("Wherever this holds ..."),
  reachable: condition("... a state in which this holds can still be reached."),
  forced: condition("The actors in `by` can bring this about whatever the others do."),
  by: ids("an actor", "The actors who force it.").optional(),
  share: entry(
    {
      of: id("an outcome, group or property", "The outcome, group or property whose share of runs is bounded."),
      at_most: number("Largest share, from 0 to 1.").optional(),
      at_least: number("Smallest share, from 0 to 1.").optional(),
    },
    "a share with of and at_most or at_least",
  )
    .describe("Bounds the share of runs in which an outcome is reached or a property holds.")
    .optional(),
  after: condition("Read only from the first state in which this holds."),
  until: condition("Read only before the first state in which this holds."),
} satisfies Readonly<Record<PatternKey, z.ZodType>>;

const property = entry(
  {
    ...eachKeys,
    ...texts,
    claim: text("The claim, as a sentence that people can dispute.").optional(),
    ...patternKeys,
  },
  "a property such as `never: ...` or `eventually: ...`",
);

const minutes = (description: string) => z.number({ error: "minutes" }).describe(description);

const lesson = entry(
  {
    ...texts,
    variant: id("a variant", "The variant that is played; without it, the scenario as it stands.").optional(),
    briefing: minutes("Minutes for reading the briefing."),
    rounds: z
      .array(minutes("Minutes of a round."), { error: "a list of minutes, one for each round" })
      .describe("Minutes of each round, the reveal of its choices included."),
    debrief: minutes("Minutes for the debrief."),
  },
  "a lesson with briefing, rounds and debrief in minutes",
);

/** A scenario document. */
export const documentShape = entry(
  {
    demarche: z.literal(1, { error: "the language version 1" }).describe("Version of the scenario language: 1."),
    id: text("Id of the scenario: lower-case letters, digits and hyphens."),
    title: text("Title of the scenario."),
    note: texts.note,
    description: texts.description,
    sources: byId(source, "sources").describe("What the scenario's claims rest on.").optional(),
    clock: clock.describe("Dates and the horizon. Without it a scenario has neither.").optional(),
    turns,
    actors: byId(z.union([z.null(), actor], { error: "an actor with a name, a utility or must_move" }), "actors")
      .describe("The diplomatic parties, in the order of their turns.")
      .optional(),
    tracks: byId(track, "tracks").describe("What changes in stages: a track is in one of its states.").optional(),
    variables: byId(variable, "variables").describe("What changes in numbers: scales, counts and flags.").optional(),
    assumptions: byId(assumption, "assumptions").describe("Uncertain constants, which experiments vary.").optional(),
    terms: byId(term, "terms").describe("Named expressions.").optional(),
    start: expression("Only initial values for which this holds are possible.").optional(),
    moves: byId(move, "moves").describe("What actors can do.").optional(),
    incidents: byId(incident, "incidents").describe("What happens without an actor.").optional(),
    rules: byId(rule, "rules").describe("What follows by itself.").optional(),
    outcomes: byId(outcome, "outcomes").describe("How a run can end; the first that holds.").optional(),
    groups: byId(group, "groups").describe("Sets of outcomes that are measured like an outcome.").optional(),
    headline: id("an outcome or group", "The outcome or group that matters most: it is shown first.").optional(),
    tallies: byId(tally, "tallies").describe("What is added up along a run.").optional(),
    policies: byId(actorPolicies, "actors' policies")
      .describe("How actors choose when no person does; the first of each actor is its default.")
      .optional(),
    variants: byId(
      z.union([z.null(), variant], { error: "a variant with assume, initial, policies, script, turns or rounds" }),
      "variants",
    )
      .describe("Named treatments to compare.")
      .optional(),
    properties: byId(property, "properties").describe("Claims that must hold.").optional(),
    history: script.describe("What happened in reality, as far as the model has it.").optional(),
    briefing: z
      .record(z.string(), z.union([z.string(), z.array(z.string())], { error: "a text, or a list of texts" }), {
        error: "texts for `all`, for actors, `rules`, `followed` and a `debrief`",
      })
      .describe(
        "What participants are told: `all`, each actor, the `rules` of the lesson; afterwards what `followed` in reality and the questions of the `debrief`.",
      )
      .optional(),
    lessons: byId(lesson, "lessons").describe("How a lesson divides its time, for whoever teaches with it.").optional(),
  },
  "a scenario",
);

/** A scenario document as authors in TypeScript write it. */
export type ScenarioDocument = z.input<typeof documentShape>;
