/**
 * Generated lessons in pairs: a small scenario full of secrets, and a script for its room with two versions of all that
 * the observed may not know.
 *
 * West is observed, beside an observer's seat and the projector. The others move covertly (some of it known to East
 * alone) or hold, propose, write and wait differently in the two lessons; what is said and done in public is the same.
 */
import fc from "fast-check";

/** Something that differs between the two lessons: one value for each. */
export type Pair<T> = readonly [T, T];

export type Turns = "in order" | "simultaneous" | "free";

export type Step =
  | { readonly kind: "wait"; readonly seconds: number }
  | { readonly kind: "time is up" }
  /** A delegation seals: in secret, one of the ways that look like holding; else the same in both lessons. */
  | { readonly kind: "seal" | "propose"; readonly who: number; readonly pick: Pair<number>; readonly secret: boolean }
  | { readonly kind: "say"; readonly who: number; readonly to: number; readonly text: Pair<number> }
  /** A covert incident in one lesson, another or none in the other. */
  | { readonly kind: "covert incident"; readonly pick: Pair<number | null> }
  | { readonly kind: "told incident"; readonly pick: number }
  | { readonly kind: "teacher"; readonly command: number; readonly pick: number }
  | { readonly kind: "seating"; readonly pick: Pair<number> }
  | { readonly kind: "come and go"; readonly who: number; readonly pick: Pair<number> }
  | { readonly kind: "lamps"; readonly pick: Pair<number> }
  | { readonly kind: "mute"; readonly who: number; readonly pick: Pair<number> }
  | { readonly kind: "reconnect"; readonly who: number }
  | { readonly kind: "probe"; readonly pick: number };

export interface SecretLesson {
  readonly turns: Turns;
  readonly actors: readonly string[];
  readonly people: readonly string[];
  readonly perDelegation: number;
  readonly pace: "automatic" | "by hand";
  readonly seeds: Pair<string>;
  /** The scenario of each lesson: the two differ in hidden values at the start alone. */
  readonly documents: Pair<string>;
  /** What happens in the room: each script is a pair of lessons of its own. */
  readonly scripts: readonly (readonly Step[])[];
}

const names = ["east", "west", "north", "south"];

const small = fc.nat({ max: 11 });
const pair = fc.tuple(small, small);
const incidentPair = fc.tuple(fc.option(fc.nat({ max: 2 })), fc.option(fc.nat({ max: 2 })));
/** Mostly others: what the observed delegation does is the same in both lessons. */
const who = fc.nat({ max: 3 });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant("seal" as const), who, pick: pair, secret: often(3) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("propose" as const), who, pick: pair, secret: often(3) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("say" as const), who, to: fc.nat({ max: 7 }), text: pair }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("wait" as const), seconds: fc.constantFrom(1, 20, 90) }) },
  { weight: 4, arbitrary: fc.constant({ kind: "time is up" as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("covert incident" as const), pick: incidentPair }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("told incident" as const), pick: small }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("teacher" as const), command: fc.nat({ max: 12 }), pick: small }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("seating" as const), pick: pair }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("come and go" as const), who, pick: pair }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("lamps" as const), pick: pair }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("mute" as const), who, pick: pair }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reconnect" as const), who: fc.nat({ max: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("probe" as const), pick: small }) },
);

const seal = (by: number, pick: Pair<number>, secret: boolean): Step => ({ kind: "seal", who: by, pick, secret });

/** All decide, one after the other, and time is up where that does not end the turn. */
const allSeal = fc
  .tuple(fc.array(pair, { minLength: 4, maxLength: 4 }), fc.boolean())
  .map(([picks, last]): readonly Step[] => [
    ...picks.map((pick, by) => seal(by, pick, true)),
    ...(last ? [{ kind: "time is up" } as const] : []),
  ]);

/** Somebody decides in secret, and in one lesson a covert incident closes what was sealed; then the others decide. */
const closing = fc
  .tuple(
    fc.array(pair, { minLength: 5, maxLength: 5 }),
    fc.constantFrom<Pair<number | null>>([0, null], [null, 0]),
    fc.boolean(),
  )
  .map(([picks, pick, again]): readonly Step[] => [
    seal(0, picks[0] ?? [0, 0], true),
    { kind: "covert incident", pick },
    ...(again ? [seal(0, picks[1] ?? [0, 0], true)] : []),
    ...[1, 2, 3].map((by) => seal(by, picks[by + 1] ?? [0, 0], true)),
  ]);

const script = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: step.map((one) => [one]) },
      { weight: 1, arbitrary: allSeal },
      { weight: 1, arbitrary: closing },
    ),
    { minLength: 6, maxLength: 18, size: "max" },
  )
  .map((parts) => parts.flat());

/** True, but for one time in so many and one more. */
function often(times: number): fc.Arbitrary<boolean> {
  return fc.nat({ max: times }).map((drawn) => drawn > 0);
}

/** What an actor of the scenario is made of. */
const actor = fc.record({
  mustMove: often(1).map((is) => !is),
  moves: fc.uniqueArray(fc.record({ form: fc.nat({ max: 6 }), when: fc.nat({ max: 9 }) }), {
    minLength: 1,
    maxLength: 4,
    selector: ({ form }) => form,
  }),
  nerve: pair,
});

const scenarioParts = fc.record({
  turns: fc.constantFrom<Turns[]>("in order", "simultaneous", "free"),
  actors: fc.array(actor, { minLength: 2, maxLength: 4 }),
  rounds: fc.constantFrom(null, 3, 4, 5),
  fate: pair,
  pact: pair,
  /** How likely covert incidents are by luck: hardly, or often. */
  shadow: fc.constantFrom(0.000001, 0.3),
  rules: fc.subarray(["fate_turns", "nerve_breaks", "panic", "thaw"]),
  fall: fc.boolean(),
  /** Everybody has one move, which is covert, and whether it is open is a secret. */
  sparse: often(2).map((is) => !is),
  hiddenFront: fc.nat({ max: 2 }),
});

type Parts = typeof scenarioParts extends fc.Arbitrary<infer T> ? T : never;

/** Pairs of lessons. */
export const secretLesson: fc.Arbitrary<SecretLesson> = fc
  .record({
    parts: scenarioParts,
    otherLuck: often(3).map((is) => !is),
    seed: fc.nat({ max: 999 }),
    policyActors: fc.nat({ max: 3 }),
    perDelegation: fc.integer({ min: 1, max: 2 }),
    pace: often(3).map((automatic) => (automatic ? ("automatic" as const) : ("by hand" as const))),
    scripts: fc.array(script, { minLength: 1, maxLength: 3, size: "max" }),
  })
  .map(({ parts, otherLuck, seed, policyActors, perDelegation, pace, scripts }): SecretLesson => {
    const actors = names.slice(0, parts.actors.length);
    const people = policyActors === 0 && actors.length > 2 ? actors.slice(0, -1) : actors;
    return {
      turns: parts.turns,
      actors,
      people,
      perDelegation,
      pace,
      seeds: [`one ${seed}`, otherLuck ? `two ${seed}` : `one ${seed}`],
      documents: [documentOf(parts, actors, 0), documentOf(parts, actors, 1)],
      scripts,
    };
  });

const among = (low: number, high: number, drawn: number): number => low + (drawn % (high - low + 1));

function documentOf(parts: Parts, actors: readonly string[], side: 0 | 1): string {
  const secretOf = (index: number): number => (actors[index] === "west" ? 0 : side);
  const allies = actors.filter((id) => id === "east" || id === "north");
  const front = [null, [], ["east"]][parts.hiddenFront];
  const value = (initial: number, high: number, seen: readonly string[]): object => ({
    scale: [0, high],
    initial,
    private: seen,
  });
  return JSON.stringify({
    demarche: 1,
    id: "secrets",
    title: "Secrets",
    clock: { start: "2022-01-01", step: "1 day", ...(parts.rounds === null ? {} : { rounds: parts.rounds }) },
    turns: parts.turns,
    actors: Object.fromEntries(
      parts.actors.map(({ mustMove }, index) => [actors[index], { name: actors[index], must_move: mustMove }]),
    ),
    tracks: {
      front: { states: ["calm", "tense", "hot"], initial: "calm", ...(front === null ? {} : { private: front }) },
    },
    variables: {
      tension: { scale: [0, 9], initial: 4 },
      frozen: { flag: false },
      fate: value(among(0, 3, parts.fate[side]), 9, []),
      // What the allies know is drawn in some lessons.
      pact: {
        scale: [0, 6],
        initial: parts.pact[side] > 8 ? { 1: 1, 3: 1 } : among(0, 3, parts.pact[side]),
        private: allies,
      },
      ...Object.fromEntries(
        parts.actors.flatMap(({ nerve }, index) => [
          [`nerve_${actors[index]}`, value(among(1, 4, nerve[secretOf(index)] ?? 0), 6, [actors[index] ?? ""])],
          [`locked_${actors[index]}`, { flag: false, private: [actors[index]] }],
        ]),
      ),
    },
    moves: Object.assign(
      {},
      ...parts.actors.map(({ moves }, index) => movesOf(actors[index] ?? "", parts.sparse ? sparse(moves) : moves)),
    ),
    incidents: incidentsOf(parts, actors),
    rules: rulesOf(parts, actors),
    outcomes: {
      war: { when: "tension is 9" },
      ...(parts.fall ? { fall: { when: "fate >= 6" } } : {}),
      peace: { otherwise: true },
    },
  });
}

const forms = ["push", "ease", "whisper", "conspire", "shout", "gamble", "wait"];

const sparse = (moves: Parts["actors"][number]["moves"]): Parts["actors"][number]["moves"] =>
  moves.slice(0, 1).map(({ form, when }) => ({ form: 2 + (form % 2), when: 5 + (when % 3) }));

function movesOf(id: string, moves: Parts["actors"][number]["moves"]): object {
  const whispers = moves.some(({ form }) => forms[form] === "whisper");
  const ally = id === "east" || id === "north";
  const conditions = [
    null,
    null,
    "tension < 7",
    "not frozen",
    `not locked_${id}`,
    `not locked_${id}`,
    `nerve_${id} >= 3`,
    ally ? "pact > 1" : `nerve_${id} < 4`,
    whispers ? `made(whisper_${id}) < 2` : null,
    whispers ? `since(whisper_${id}) > 1` : null,
  ];
  return Object.fromEntries(
    moves.map(({ form, when }) => {
      const condition = conditions[when] ?? null;
      return [
        `${forms[form]}_${id}`,
        { by: id, ...(condition === null ? {} : { when: condition }), ...effectsOf(forms[form] ?? "", id) },
      ];
    }),
  );
}

function effectsOf(form: string, id: string): object {
  switch (form) {
    case "push":
      return { then: { tension: "tension + 1" } };
    case "ease":
      return { then: { tension: "tension - 1", front: "calm" } };
    case "whisper":
      return { covert: true, then: { [`nerve_${id}`]: `nerve_${id} - 1` } };
    case "conspire":
      return { known_to: ["east"], then: { fate: "fate + 1", pact: "pact + 1", front: "hot" } };
    case "shout":
      return { covert: true, then: { tension: "tension + (fate >= 2)" } };
    case "gamble":
      return {
        branches: {
          quiet: { odds: "1 + fate", covert: true, then: { fate: "fate + 1" } },
          loud: { then: { tension: "tension + 1" } },
        },
      };
    default:
      return { then: { [`nerve_${id}`]: `nerve_${id} + 1` } };
  }
}

function incidentsOf({ shadow }: Parts, actors: readonly string[]): object {
  const locks = actors.filter((id) => id !== "west").map((id) => `locked_${id}`);
  const unlikely = 0.000001;
  return {
    lock: {
      when: locks.map((lock) => `not ${lock}`).join(" or "),
      chance: unlikely,
      covert: true,
      then: Object.fromEntries(locks.map((lock) => [lock, true])),
    },
    shadow: { when: "fate < 8", chance: shadow, covert: true, then: { fate: "fate + 1", front: "tense" } },
    tremor: {
      when: "fate >= 2",
      chance: unlikely,
      known_to: ["east"],
      then: { tension: "tension + 1", fate: "fate - 1" },
    },
    clash: { when: "tension < 8", chance: unlikely, then: { tension: "tension + 1" } },
    freeze: { when: "not frozen", chance: unlikely, then: { frozen: true } },
  };
}

function rulesOf({ rules }: Parts, actors: readonly string[]): object {
  const all: Record<string, object> = {
    fate_turns: { when: "fate >= 4", then: { fate: 1 } },
    panic: { when: "fate >= 3 and tension >= 5", then: { tension: "tension + 1" } },
    thaw: { when: "since(front) > 1 and frozen", then: { frozen: false } },
    nerve_breaks: {
      when: `nerve_${actors[0]} <= 1`,
      then: { [`nerve_${actors[0]}`]: 3, [`locked_${actors[0]}`]: true },
    },
  };
  return Object.fromEntries(rules.map((id) => [id, all[id]]));
}
