/**
 * A room as its log holds it: the room's own events and its present run, folded, with the names and texts beside them.
 *
 * What is appended enters in one transaction, and is taken in only after that. Commands carry a key of the sender's; a
 * key stands for one giver and one command, and is answered, not done again, when it comes again.
 */
import type { RoomDecision } from "../classroom/decision.ts";
import type { RoomEvent } from "../classroom/event.ts";
import { evolve, type RoomState } from "../classroom/room.ts";
import { type LessonRun, runOf } from "../classroom/run.ts";
import { isRoomEvent } from "../classroom/schema.ts";
import type { RunEvent } from "../engine/event.ts";
import type { Recorded } from "../log/chain.ts";
import { commandDigest } from "../log/eventStore.ts";
import { LogError } from "../log/logError.ts";
import { platformHash } from "../log/logFile.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { type Database, type KeptEvent, roomStream, type Words, wordsDigest } from "./database.ts";

/** Reads the scenario that a run's log carries. */
export type ScenarioReader = (text: string, room: RoomState) => Scenario;

/** A command's key, and what it stands for: the command without its words, which may have to be forgotten. */
export interface Keyed {
  readonly key: string;
  readonly meant: unknown;
  readonly words: Words | null;
}

/** What a key was used for before: the same command, with the events that it gave, or another one. */
export type EarlierUse = { readonly gave: readonly RoomEvent[] } | "another command";

/** What an append brought. */
export interface Grown {
  readonly room: readonly RoomEvent[];
  /** The run has grown, or is another one. */
  readonly run: boolean;
}

export class RoomLog {
  readonly code: string;
  private readonly database: Database;
  private readonly readScenario: ScenarioReader;
  private state: RoomState;
  private present: LessonRun;
  /** Events of the room's own stream. */
  private length: number;
  private words: Map<string, string>;
  /** How often names and texts were read anew because some were deleted. */
  rereads = 0;

  /**
   * @throws LogError where the room's log cannot be read.
   * @throws Mistake where its scenario cannot be read by this version.
   */
  constructor(code: string, database: Database, readScenario: ScenarioReader) {
    this.code = code;
    this.database = database;
    this.readScenario = readScenario;
    const events = this.history().map(({ event }) => event);
    let state: RoomState | null = null;
    for (const event of events) state = evolve(state, event);
    if (state === null) throw new LogError("missing", `there is no room ${code}`);
    this.state = state;
    this.length = events.length;
    this.words = new Map(database.wordsOf(code));
    this.present = this.load(state.run);
  }

  get room(): RoomState {
    return this.state;
  }

  get run(): LessonRun {
    return this.present;
  }

  /** Name of a seat or text of a message, if it was not forgotten. */
  wordsAt(id: string): string | null {
    return this.words.get(id) ?? null;
  }

  /** A run of the room by its stream, as it is remembered. */
  runAt(stream: string): LessonRun {
    return stream === this.state.run ? this.present : this.load(stream);
  }

  /** Everything that happened in the room. */
  history(): readonly Recorded<RoomEvent>[] {
    return this.database.store.readNow(roomStream(this.code)).map((recorded) => {
      const { event } = recorded;
      if (!isRoomEvent(event)) throw new LogError("invalid", `${event.type} stands among the events of a room`);
      return { ...recorded, event };
    });
  }

  /** What a key was used for in this room; null where it is new. */
  earlierUse({ key, meant, words }: Keyed): EarlierUse | null {
    const stream = roomStream(this.code);
    const use = this.database.store.keyUse(stream, key);
    if (use === null) return null;
    const read = this.database.store.readNow(stream, use.first, use.first + use.count);
    const gave = read.flatMap(({ event }) => (isRoomEvent(event) ? [event] : []));
    const same = use.command === commandDigest(meant, platformHash) && this.saidTheSame(gave, words);
    return same ? { gave } : "another command";
  }

  /** Whether events hold the very words; as far as they were not forgotten, after which nobody can tell. */
  private saidTheSame(events: readonly RoomEvent[], words: Words | null): boolean {
    return events.flatMap(textsOf).every(({ id, digest }) => {
      const salt = this.database.saltOf(this.code, id);
      return salt === null || (words !== null && wordsDigest(salt, words.text) === digest);
    });
  }

  /**
   * Appends a decision in one transaction and takes it in.
   * @throws LogError where it cannot be remembered; then nothing has changed.
   */
  append({ room, run, fork }: RoomDecision, at: number, given: Keyed | null = null): Grown {
    const { store } = this.database;
    const stream = roomStream(this.code);
    const words = given?.words ?? null;
    const texts = room.flatMap(textsOf).filter(({ digest }) => words?.digest === digest);
    const grown = store.together((writer): readonly Recorded<KeptEvent>[] => {
      const appended = (name: string, request: Parameters<typeof writer.append>[1]) => {
        const result = writer.append(name, request);
        if (!("appended" in result)) throw this.otherWriter();
        return result.appended;
      };
      const named = given === null ? {} : { key: given.key, command: given.meant };
      appended(stream, { expected: this.length, events: room, ...named });
      if (words !== null) for (const { id } of texts) this.database.keep(this.code, id, words, at);
      if (fork !== null) return appended(fork.stream, { expected: 0, events: run, prefix: fork.prefix });
      return run.length === 0 ? [] : appended(this.state.run, { expected: this.present.events.length, events: run });
    });
    this.length += room.length;
    for (const event of room) this.state = evolve(this.state, event);
    if (words !== null) for (const { id } of texts) this.words.set(id, words.text);
    const recorded = grown.flatMap(onlyRun);
    if (fork !== null) this.present = runOf(this.present.scenario, recorded, this.present.engine);
    else if (recorded.length > 0) {
      this.present = runOf(this.present.scenario, [...this.present.recorded, ...recorded], this.present.engine);
    }
    return { room, run: recorded.length > 0 || fork !== null };
  }

  private load(stream: string): LessonRun {
    const recorded = this.database.store.readNow(stream).flatMap(onlyRun);
    const started = recorded[0]?.event;
    if (started?.type !== "RunStarted") throw new LogError("broken", `the run ${stream} has no beginning`);
    return runOf(this.readScenario(started.document.text, this.state), recorded);
  }

  /** Takes in that another process deleted names and texts. */
  reread(): void {
    this.catchUp();
    this.words = new Map(this.database.wordsOf(this.code));
    this.rereads += 1;
  }

  /** Events that another process appended: it may forget, and do nothing else while this one serves the room. */
  catchUp(): void {
    for (const { event } of this.database.store.readNow(roomStream(this.code), this.length)) {
      if (event.type !== "WordsForgotten") throw this.otherWriter();
      this.state = evolve(this.state, event);
      this.length += 1;
    }
  }

  private otherWriter(): LogError {
    return new LogError("busy", `another server writes to room ${this.code}`, {}, "end one of the two servers");
  }
}

/** Names and texts that an event speaks of, by the ids under which they lie beside the log. */
function textsOf(event: RoomEvent): readonly { readonly id: string; readonly digest: string }[] {
  if (event.type === "SeatRequested") return [{ id: event.seat, digest: event.name }];
  if (event.type === "MessageSent" || event.type === "NewsInjected") return [{ id: event.message, digest: event.text }];
  return [];
}

function onlyRun(recorded: Recorded<KeptEvent>): readonly Recorded<RunEvent>[] {
  const { event } = recorded;
  return isRoomEvent(event) ? [] : [{ ...recorded, event }];
}
