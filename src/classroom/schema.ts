/**
 * The shape of a room's events at rest, checked whenever one is read.
 *
 * Strict, as the schemas of a run's events are: an unknown field is an error, because a log that means more than we
 * understand must not be folded.
 */
import { z } from "zod";
import type { RunEvent } from "../engine/event.ts";
import { LogError } from "../log/logError.ts";
import { type EventForm, runEventForm } from "../log/schema.ts";
import type { RoomEvent } from "./event.ts";

const count = z.int().min(0);
const name = z.string();
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const deadline = count.nullable();
const channel = z.union([z.enum(["delegation", "all", "teacher"]), z.templateLiteral(["to:", z.string()])]);

const head = <T extends RoomEvent["type"]>(type: T) => ({ type: z.literal(type), version: z.literal(1) });
const choice = { seat: name, actor: name, move: name, position: count };

const roomEventSchema = z.discriminatedUnion("type", [
  z.strictObject({
    ...head("RoomOpened"),
    room: name,
    scenario: z.strictObject({ id: name, language: name.nullable() }),
    overlay: z.string().nullable(),
    run: name,
    people: z.array(name),
    perDelegation: z.int().min(1),
    timing: z.strictObject({ briefing: z.number(), rounds: z.array(z.number()), debrief: z.number() }),
    pace: z.enum(["automatic", "by hand"]),
    at: count,
  }),
  z.strictObject({ ...head("SeatRequested"), seat: name, name: digest, wish: name.nullable() }),
  z.strictObject({ ...head("SeatConfirmed"), seat: name, role: name }),
  z.strictObject({ ...head("SeatMoved"), seat: name, role: name }),
  z.strictObject({ ...head("SeatRemoved"), seat: name }),
  z.strictObject({ ...head("JoiningClosed"), closed: z.boolean() }),
  z.strictObject({ ...head("SeatMuted"), seat: name, muted: z.boolean() }),
  z.strictObject({ ...head("BotSeated"), actor: name }),
  z.strictObject({ ...head("SeatReturned"), actor: name }),
  z.strictObject({
    ...head("PhaseBegan"),
    phase: z.enum(["briefing", "round", "ended", "debrief", "closed"]),
    position: count,
    open: z.array(name),
    deadline,
  }),
  z.strictObject({ ...head("Paused"), left: deadline }),
  z.strictObject({ ...head("ClockStopped"), reason: z.enum(["late", "jumped"]), left: count }),
  z.strictObject({ ...head("Resumed"), deadline }),
  z.strictObject({ ...head("Extended"), deadline: count }),
  z.strictObject({ ...head("RevealHeld"), held: z.boolean() }),
  z.strictObject({ ...head("ChoiceProposed"), ...choice }),
  z.strictObject({ ...head("ChoiceSealed"), ...choice }),
  z.strictObject({ ...head("ChoicesRevealed"), position: count, late: z.array(name) }),
  z.strictObject({
    type: z.literal("IncidentInjected"),
    version: z.literal(2),
    incident: name,
    position: count,
    length: count,
    told: z.boolean(),
    voided: z.array(name),
    dropped: z.array(name),
  }),
  z.strictObject({
    ...head("RunPointed"),
    run: name,
    parent: name,
    shared: count,
    luck: z.enum(["same", "fresh"]),
  }),
  z.strictObject({
    ...head("MessageSent"),
    message: name,
    from: name,
    role: name.nullable(),
    to: channel,
    text: digest,
    round: count,
  }),
  z.strictObject({ ...head("MessageHidden"), message: name, hidden: z.boolean() }),
  z.strictObject({ ...head("NewsInjected"), message: name, text: digest, round: count }),
  z.strictObject({ ...head("WordsForgotten"), seat: name.nullable(), reason: z.enum(["asked", "expired"]) }),
]) satisfies z.ZodType<RoomEvent>;

const types = new Set<string>(roomEventSchema.options.map(({ shape }) => shape.type.value));

/** First forms of events that have a later one, as old rooms hold them. */
const firstForms = z.strictObject({
  ...head("IncidentInjected"),
  incident: name,
  position: count,
}) satisfies z.ZodType<RoomEvent>;

/** The form of everything in a classroom's database: a room's events in its stream, a run's in its own. */
export const classroomForm: EventForm<RunEvent | RoomEvent> = (stored) => {
  const type = typeof stored === "object" && stored !== null && "type" in stored ? String(stored.type) : "";
  if (!types.has(type)) return runEventForm(stored);
  const checked = roomEventSchema.or(firstForms).safeParse(stored);
  if (checked.success) return checked.data;
  const issue = roomEventSchema.safeParse(stored).error?.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? "" : `, at ${issue.path.join(".")}`;
  throw new LogError("invalid", `${type} does not have its form${where}: ${issue?.message ?? "unknown"}`);
};

/** Whether an event is one of a room. */
export const isRoomEvent = (event: RunEvent | RoomEvent): event is RoomEvent => types.has(event.type);
