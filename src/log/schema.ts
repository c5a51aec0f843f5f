/**
 * The shape of every event, checked whenever one is read.
 *
 * Schemas are strict: an unknown field is an error, because a log that means more than we understand must not be
 * folded. They check form alone. Whether an event could have happened, re-execution says.
 */
import { z } from "zod";
import type * as events from "../engine/event.ts";
import { presentSemantics } from "../engine/event.ts";
import type { Changes, State } from "../engine/state.ts";
import { LogError } from "./logError.ts";
import { type StoredForm, upcast } from "./upcast.ts";

/** Reads one event of a family of events from the JSON that was stored. Throws `LogError`. */
export type EventForm<E> = (stored: unknown) => E;

const count = z.int().min(0);
const values = z.record(z.string(), z.union([z.number(), z.boolean()]));
const ended = z.enum(["outcome", "deadlock", "unfinished", "fault"]);

const state = z.strictObject({
  tracks: z.record(z.string(), z.string()),
  variables: values,
  round: count,
  entered: z.record(z.string(), z.int()),
  made: z.record(z.string(), count),
  cursor: z.string(),
  outcome: z.string().nullable(),
  ended: ended.nullable(),
}) satisfies z.ZodType<State>;

const changes = z.strictObject({
  tracks: state.shape.tracks.exactOptional(),
  variables: values.exactOptional(),
  round: count.exactOptional(),
  entered: state.shape.entered.exactOptional(),
  made: state.shape.made.exactOptional(),
  cursor: z.string().exactOptional(),
  outcome: state.shape.outcome.exactOptional(),
  ended: state.shape.ended.exactOptional(),
}) satisfies z.ZodType<Changes>;

const chosen = z.enum(["draw", "policy", "person", "given"]) satisfies z.ZodType<events.Chosen>;
const branch = z.strictObject({ branch: z.string(), chosen }).nullable() satisfies z.ZodType<events.BranchTaken | null>;
const version = z.literal(1);

const RunStarted = z.strictObject({
  type: z.literal("RunStarted"),
  version: z.literal(2),
  model: z.string(),
  document: z.strictObject({ id: z.string(), text: z.string() }),
  semantics: z.union([z.literal(1), z.literal(presentSemantics)]),
  seed: z.string(),
  replication: count.max(2 ** 32 - 1),
  variant: z.string(),
  assume: values,
  policies: z.record(z.string(), z.string()),
  rounds: count.nullable(),
  clock: z
    .strictObject({
      start: z.number(),
      step: z.number(),
      months: count.nullable(),
      dates: z.array(z.number()).nullable(),
    })
    .nullable(),
  state,
}) satisfies z.ZodType<events.RunStarted>;

const RoundOpened = z.strictObject({
  type: z.literal("RoundOpened"),
  version,
  round: count,
  changes,
}) satisfies z.ZodType<events.RoundOpened>;

const MoveMade = z.strictObject({
  type: z.literal("MoveMade"),
  version,
  actor: z.string(),
  move: z.string(),
  chosen,
  branch,
  changes,
}) satisfies z.ZodType<events.MoveMade>;

const MovesMade = z.strictObject({
  type: z.literal("MovesMade"),
  version: z.literal(2),
  moves: z.array(
    z.strictObject({
      actor: z.string(),
      move: z.string().nullable(),
      chosen,
      branch,
      forestalled: z.boolean(),
      overruled: z.array(z.string()),
    }),
  ),
  lot: z.strictObject({ order: z.array(z.string()), chosen: z.enum(["draw", "given"]) }).nullable(),
  changes,
}) satisfies z.ZodType<events.MovesMade>;

const TurnHeld = z.strictObject({
  type: z.literal("TurnHeld"),
  version,
  actor: z.string(),
  chosen,
  changes,
}) satisfies z.ZodType<events.TurnHeld>;

const IncidentOccurred = z.strictObject({
  type: z.literal("IncidentOccurred"),
  version,
  incident: z.string(),
  chosen,
  branch,
  changes,
}) satisfies z.ZodType<events.IncidentOccurred>;

const IncidentAverted = z.strictObject({
  type: z.literal("IncidentAverted"),
  version,
  incident: z.string(),
  chosen: z.enum(["given", "person"]),
  changes,
}) satisfies z.ZodType<events.IncidentAverted>;

const RuleApplied = z.strictObject({
  type: z.literal("RuleApplied"),
  version,
  rule: z.string(),
  changes,
}) satisfies z.ZodType<events.RuleApplied>;

const RunEnded = z.strictObject({
  type: z.literal("RunEnded"),
  version,
  reason: z.enum(["outcome", "deadlock", "unfinished"]),
  outcome: z.string().nullable(),
  changes,
}) satisfies z.ZodType<events.RunEnded>;

const choice = z.strictObject({ actor: z.string(), move: z.string(), chosen, branch: z.string().nullable() });

const asked = z.discriminatedUnion("type", [
  choice.extend({ type: z.literal("MakeMove") }),
  z.strictObject({ type: z.literal("MakeMoves"), choices: z.array(choice) }),
  z.strictObject({
    type: z.literal("CauseIncident"),
    incident: z.string(),
    branch: z.string().nullable(),
    chosen,
  }),
]) satisfies z.ZodType<events.StepCommand>;

const ModelFaulted = z.strictObject({
  type: z.literal("ModelFaulted"),
  version,
  fault: z.strictObject({ path: z.string(), reason: z.string() }),
  asked: asked.exactOptional(),
  changes,
}) satisfies z.ZodType<events.ModelFaulted>;

const RunForked = z.strictObject({
  type: z.literal("RunForked"),
  version,
  parent: z.string(),
  position: count,
  seed: z.string().nullable(),
  changes,
}) satisfies z.ZodType<events.RunForked>;

/** The present form of every event of a run. */
const runEventSchema = z.discriminatedUnion("type", [
  RunStarted,
  RoundOpened,
  MoveMade,
  MovesMade,
  TurnHeld,
  IncidentOccurred,
  IncidentAverted,
  RuleApplied,
  RunEnded,
  ModelFaulted,
  RunForked,
]) satisfies z.ZodType<events.RunEvent>;

/** The form of a run's events: upcast to the present, then checked. */
export const runEventForm: EventForm<events.RunEvent> = (stored) => {
  if (!isStoredForm(stored)) throw new LogError("invalid", "this is no event: it has no type and version");
  const present = upcast(stored);
  if (present.type === "RunStarted" && typeof present.semantics === "number" && present.semantics > presentSemantics) {
    const message = `this run was made under semantics ${present.semantics}, but this version of Demarche knows up to ${presentSemantics}`;
    throw new LogError("newer", message, {}, "read this log with the version of Demarche that wrote it");
  }
  const checked = runEventSchema.safeParse(present);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? "" : `, at ${issue.path.join(".")}`;
  throw new LogError("invalid", `${present.type} does not have its form${where}: ${issue?.message ?? "unknown"}`);
};

function isStoredForm(stored: unknown): stored is StoredForm {
  if (typeof stored !== "object" || stored === null || !("type" in stored && "version" in stored)) return false;
  return typeof stored.type === "string" && Number.isInteger(stored.version) && Number(stored.version) >= 0;
}
