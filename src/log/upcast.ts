/**
 * Upcasts: events as older versions wrote them, in the form of today.
 *
 * They apply after the stored bytes were checked against their digest, one version at a time, and change nothing at
 * rest. Every change of an event's form adds an entry here, raises the number, and leaves a fixture of the old form in
 * the tests.
 */
import type { RunEvent } from "../engine/event.ts";
import { LogError } from "./logError.ts";

/** An event as it was stored: JSON of some version. */
export interface StoredForm {
  readonly type: string;
  readonly version: number;
  readonly [field: string]: unknown;
}

type Upcast = (event: StoredForm) => StoredForm;

/** The present schema version of each type. */
export const presentVersions: { readonly [type in RunEvent["type"]]: number } = {
  RunStarted: 2,
  RoundOpened: 1,
  MoveMade: 1,
  MovesMade: 2,
  TurnHeld: 1,
  IncidentOccurred: 1,
  IncidentAverted: 1,
  RuleApplied: 1,
  RunEnded: 1,
  ModelFaulted: 1,
  RunForked: 1,
};

/** What raises a type's version by one, by type and old version. */
const upcasts: Readonly<Record<string, Readonly<Record<number, Upcast>>>> = {
  RunStarted: {
    // Rounds of months came with version 2 of the language.
    1: ({ clock, ...rest }) => ({
      ...rest,
      version: 2,
      clock: typeof clock === "object" && clock !== null ? { months: null, ...clock } : clock,
    }),
  },
  MovesMade: {
    // Under the first semantics moves were gone through in the order of the document, and no lot was drawn.
    1: ({ moves, ...rest }) => ({
      ...rest,
      version: 2,
      moves: Array.isArray(moves) ? moves.map((move: unknown) => ({ ...Object(move), overruled: [] })) : moves,
      lot: null,
    }),
  },
  TurnHeld: {
    // Before the first release, whoever held was named in `by`, as in the scenario language.
    0: ({ by, ...rest }) => ({ ...rest, version: 1, actor: by }),
  },
};

/**
 * A stored event in its present form; the same object if it has it already.
 * @throws LogError `newer` where the type or version is not known yet.
 */
export function upcast(stored: StoredForm): StoredForm {
  const versions: Readonly<Record<string, number>> = presentVersions;
  const present = Object.hasOwn(versions, stored.type) ? versions[stored.type] : undefined;
  if (present === undefined) {
    throw new LogError("newer", `${stored.type} is no event this version of Demarche knows`, {}, newerHint);
  }
  if (stored.version > present) {
    const message = `${stored.type} has version ${stored.version}, but this version of Demarche knows up to ${present}`;
    throw new LogError("newer", message, {}, newerHint);
  }
  let event = stored;
  while (event.version < present) {
    const raise = upcasts[event.type]?.[event.version];
    if (raise === undefined) throw new LogError("invalid", `${event.type} never had version ${event.version}`);
    event = raise(event);
  }
  return event;
}

const newerHint = "read this log with the version of Demarche that wrote it, or a later one";
