/**
 * Generated lessons: how a room is set up and what everybody does in it, in numbers that a trial makes sense of.
 *
 * A deed names seats, moves and messages by numbers, so that a shorter list of deeds still means something.
 */
import fc from "fast-check";
import type { Turns } from "./plainCrisis.ts";
import type { Lesson } from "./roomReferee.ts";

/** What somebody does, or what befalls the room. */
export type Deed =
  | { readonly kind: "join"; readonly wish: number }
  | { readonly kind: "admit"; readonly seat: number; readonly role: number }
  | { readonly kind: "admit all"; readonly roles: readonly number[] }
  | { readonly kind: "remove" | "forget seat" | "connect" | "disconnect"; readonly seat: number }
  | { readonly kind: "remove waiting" | "forget room" | "again" | "time is up" | "wrong giver" }
  | { readonly kind: "mute"; readonly seat: number; readonly on: boolean }
  | { readonly kind: "joining" | "hold"; readonly on: boolean; readonly stale: boolean }
  | { readonly kind: "bot" | "return"; readonly actor: number }
  | { readonly kind: "go on" | "reveal" | "pause" | "resume" | "end rounds"; readonly stale: boolean }
  | { readonly kind: "extend"; readonly minutes: number; readonly stale: boolean }
  | { readonly kind: "incident"; readonly pick: number; readonly stale: boolean }
  | { readonly kind: "news" | "broadcast" }
  | { readonly kind: "hide"; readonly message: number; readonly on: boolean }
  | { readonly kind: "undo"; readonly turn: number; readonly fresh: boolean; readonly stale: boolean }
  | { readonly kind: "propose" | "seal"; readonly seat: number; readonly move: number; readonly stale: boolean }
  | { readonly kind: "decide"; readonly actor: number; readonly move: number }
  | { readonly kind: "say"; readonly seat: number; readonly to: number }
  | { readonly kind: "pass" | "set clock" | "restart"; readonly seconds: number };

/** A lesson and what happens in it. */
export interface GeneratedLesson {
  readonly lesson: Lesson;
  /** How many sit in each of the delegations of people once it begins, and outside. */
  readonly present: readonly number[];
  readonly deeds: readonly Deed[];
}

const stale = fc.nat({ max: 14 }).map((drawn) => drawn === 0);
const on = fc.boolean();
/** Number of a seat that nobody has. */
export const nobody = 12;
const seat = fc.nat({ max: nobody });
const drawn = fc.nat({ max: 11 });

const record = <K extends Deed["kind"], R extends object>(kind: K, rest: { [P in keyof R]: fc.Arbitrary<R[P]> }) =>
  fc.record({ kind: fc.constant(kind), ...rest }) as unknown as fc.Arbitrary<Deed>;

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 24, arbitrary: record("decide", { actor: drawn, move: drawn }) },
  { weight: 5, arbitrary: record("propose", { seat, move: drawn, stale }) },
  { weight: 6, arbitrary: record("seal", { seat, move: drawn, stale }) },
  { weight: 10, arbitrary: record("say", { seat, to: drawn }) },
  { weight: 8, arbitrary: record("incident", { pick: drawn, stale }) },
  { weight: 4, arbitrary: record("undo", { turn: drawn, fresh: on, stale }) },
  { weight: 5, arbitrary: record("pass", { seconds: fc.constantFrom(1, 20, 61, 130) }) },
  { weight: 5, arbitrary: record("time is up", {}) },
  { weight: 3, arbitrary: record("set clock", { seconds: fc.constantFrom(-600, -3, 2, 4, 30, 600) }) },
  { weight: 3, arbitrary: record("restart", { seconds: fc.constantFrom(0, 3, 50, 125, 3600) }) },
  { weight: 3, arbitrary: record("pause", { stale }) },
  { weight: 4, arbitrary: record("resume", { stale }) },
  { weight: 3, arbitrary: record("extend", { minutes: fc.integer({ min: 1, max: 3 }), stale }) },
  { weight: 3, arbitrary: record("hold", { on, stale }) },
  { weight: 3, arbitrary: record("reveal", { stale }) },
  { weight: 3, arbitrary: record("go on", { stale }) },
  { weight: 1, arbitrary: record("end rounds", { stale }) },
  { weight: 3, arbitrary: record("bot", { actor: drawn }) },
  { weight: 3, arbitrary: record("return", { actor: drawn }) },
  { weight: 3, arbitrary: record("join", { wish: drawn }) },
  { weight: 4, arbitrary: record("admit", { seat, role: drawn }) },
  { weight: 2, arbitrary: record("admit all", { roles: fc.array(drawn, { maxLength: 3 }) }) },
  { weight: 3, arbitrary: record("remove", { seat }) },
  { weight: 1, arbitrary: record("remove waiting", {}) },
  { weight: 1, arbitrary: record("joining", { on, stale }) },
  { weight: 3, arbitrary: record("mute", { seat, on }) },
  { weight: 3, arbitrary: record("connect", { seat }) },
  { weight: 2, arbitrary: record("disconnect", { seat }) },
  { weight: 2, arbitrary: record("news", {}) },
  { weight: 2, arbitrary: record("broadcast", {}) },
  { weight: 3, arbitrary: record("hide", { message: drawn, on }) },
  { weight: 1, arbitrary: record("forget seat", { seat }) },
  { weight: 1, arbitrary: record("forget room", {}) },
  { weight: 1, arbitrary: record("again", {}) },
  { weight: 1, arbitrary: record("wrong giver", {}) },
);

/** Lessons of one order of turns, from their opening on. */
export const generatedLesson = (turns: Turns): fc.Arbitrary<GeneratedLesson> =>
  fc.record({
    lesson: fc.record({
      turns: fc.constant(turns),
      pace: fc.nat({ max: 3 }).map((pace) => (pace === 0 ? ("by hand" as const) : ("automatic" as const))),
      people: fc.constant(["east", "west"] as const),
      perDelegation: fc.integer({ min: 1, max: 2 }),
    }),
    present: fc.tuple(fc.nat({ max: 2 }), fc.integer({ min: 1, max: 2 }), fc.nat({ max: 2 })),
    deeds: fc.array(deed, { minLength: 1, maxLength: 40, size: "max" }),
  });
