/**
 * What browsers send, checked before anything is done with it: forms, lengths, and nothing unknown.
 */
import { z } from "zod";
import { waitingMax } from "../classroom/decideSeating.ts";
import type { Channel } from "../classroom/event.ts";
import type { KeyedCommand, RoomCommand, Trial } from "../classroom/screenSections.ts";

/** Longest text of a message, in characters. */
const textMax = 2000;

/** Longest pseudonym, in characters. */
const nameMax = 40;

const id = z.string().min(1).max(80);
/** Number of a stage of the lesson. */
const stage = z.int().min(0);
const minutes = z.number().min(0.5).max(240);

/** A text in which something can be read; signs that only steer a terminal or turn the writing direction are left out. */
const text = (most: number) =>
  z
    .string()
    .max(most)
    .transform((words) => words.replaceAll(steering, "").trim())
    .pipe(z.string().min(1));

// Control signs but tab and line feed, and the signs that override the direction of what follows.
const steering = /(?![\t\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu;

const channel = z
  .string()
  .max(90)
  .refine((to): to is Channel => to === "delegation" || to === "all" || to === "teacher" || /^to:[a-z]/.test(to));

const command: z.ZodType<RoomCommand> = z.discriminatedUnion("type", [
  z.strictObject({ type: z.enum(["Propose", "Seal"]), move: id, turn: z.int().min(0) }),
  z.strictObject({ type: z.literal("Say"), to: channel, text: text(textMax) }),
  z.strictObject({ type: z.literal("Admit"), seat: id, role: id }),
  z.strictObject({
    type: z.literal("AdmitAll"),
    seats: z
      .array(z.strictObject({ seat: id, role: id }))
      .min(1)
      .max(waitingMax),
  }),
  z.strictObject({ type: z.literal("Remove"), seat: id }),
  z.strictObject({ type: z.literal("RemoveWaiting") }),
  z.strictObject({ type: z.literal("CloseJoining"), closed: z.boolean() }),
  z.strictObject({ type: z.literal("Mute"), seat: id, muted: z.boolean() }),
  z.strictObject({ type: z.enum(["SeatBot", "ReturnSeat"]), actor: id }),
  z.strictObject({ type: z.enum(["Pause", "Resume"]) }),
  z.strictObject({ type: z.enum(["GoOn", "Reveal", "EndRounds"]), stage }),
  z.strictObject({ type: z.literal("Extend"), minutes, stage }),
  z.strictObject({ type: z.literal("Hold"), held: z.boolean(), stage }),
  z.strictObject({ type: z.literal("CauseIncident"), incident: id, stage }),
  z.strictObject({ type: z.enum(["TellNews", "Broadcast"]), text: text(textMax) }),
  z.strictObject({ type: z.literal("Hide"), message: id, hidden: z.boolean() }),
  z.strictObject({ type: z.literal("Undo"), position: z.int().min(1), luck: z.enum(["same", "fresh"]), stage }),
]);

const key = z.string().regex(/^[\w-]{8,64}$/);

/** A message on the socket. */
export const sentForm: z.ZodType<KeyedCommand> = z.strictObject({ key, command });

/** A course that somebody tries in the debrief. */
export const trialForm: z.ZodType<Trial> = z.strictObject({
  from: z.int().min(1),
  actor: id,
  moves: z.array(id).max(200),
  finish: z.boolean(),
});

/** A request for a seat. */
export const joinForm = z.strictObject({ key, name: text(nameMax), wish: id.nullable() });

/** A request for a room. */
export const openForm = z.strictObject({
  scenario: id,
  language: z.string().max(20).nullable(),
  variant: id.nullable(),
  people: z.array(id).min(1).max(40),
  perDelegation: z.int().min(1).max(6),
  timing: z.strictObject({ briefing: minutes, rounds: z.array(minutes).min(1).max(200), debrief: minutes }),
  pace: z.enum(["automatic", "by hand"]),
  /** For the same luck in several rooms; null draws one. */
  seed: z.string().min(1).max(80).nullable(),
});

export type OpenRequest = z.infer<typeof openForm>;
