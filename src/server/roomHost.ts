/**
 * A room on the server: what its log says, who is connected, and what each screen shows.
 *
 * Everything that lasts is in the log before anybody hears of it, so the process may die at any moment. Commands carry a
 * key of the sender's; one that comes again is answered, not done again. Screens get the sections that changed, so a
 * browser that reconnects and one that stayed see the same.
 */

import type { Analysis } from "../classroom/analysis.ts";
import type { Refusal, SeatCommand, TeacherCommand } from "../classroom/command.ts";
import {
  type Answer,
  type Decision,
  decideSeat,
  decideTeacher,
  isRoomRefused,
  requestSeat,
  whenTimeIsUp,
} from "../classroom/decide.ts";
import type { Role, RoomEvent } from "../classroom/event.ts";
import { evolve, type RoomState, type Seat } from "../classroom/room.ts";
import { type Run, runOf } from "../classroom/run.ts";
import { isRoomEvent } from "../classroom/schema.ts";
import { isAlone, type Place, screenOf } from "../classroom/screen.ts";
import type { Asked, Lamp, Looker, OtherClass } from "../classroom/sight.ts";
import type { RunEvent } from "../engine/event.ts";
import type { Recorded } from "../log/chain.ts";
import { LogError } from "../log/logError.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { type Database, type KeptEvent, roomStream, type Words, wordsFor } from "./database.ts";
import { forgetWords } from "./forget.ts";

/** A screen that is connected. */
export interface Watcher {
  readonly looker: Looker;
  /** Sends the sections that changed; null takes one away. */
  readonly send: (sections: Readonly<Record<string, unknown>>) => void;
}

/** Who gives a command: a seat by id, or the teacher. */
export type Giver = { readonly teacher: true } | { readonly seat: string };

export type Outcome = { readonly done: true; readonly seat: string | null } | { readonly refused: Refusal };

/** Reads the scenario that a run's log carries. */
export type ReadScenario = (text: string, room: RoomState) => Scenario;

/** Milliseconds until the reveal is tried again when it could not be remembered. */
const retryMs = 2000;

interface Connected extends Watcher {
  /** What it was sent, by section. */
  readonly sent: Map<string, string>;
}

export class RoomHost {
  readonly code: string;
  private readonly database: Database;
  private readonly now: () => number;
  private readonly readScenario: ReadScenario;
  private state: RoomState;
  private present: Run;
  /** Events of the room's own stream. */
  private length: number;
  private words: Map<string, string>;
  private readonly watchers = new Set<Connected>();
  private readonly remembered = new Map<string, unknown>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private lamps: readonly Lamp[] = [];
  private analysis: Analysis | null = null;
  /** Other classes' runs of the same scenario. */
  others: () => readonly OtherClass[] = () => [];
  /** Told when the run or its turn has changed, and when somebody looks again after nobody did. */
  onMove: (host: RoomHost) => void = () => {};

  constructor(code: string, database: Database, options: { now: () => number; readScenario: ReadScenario }) {
    this.code = code;
    this.database = database;
    this.now = options.now;
    this.readScenario = options.readScenario;
    const events = this.history().map(({ event }) => event);
    let state: RoomState | null = null;
    for (const event of events) state = evolve(state, event);
    if (state === null) throw new Error(`there is no room ${code}`);
    this.state = state;
    this.length = events.length;
    this.words = new Map(database.wordsOf(code));
    this.present = this.load(state.run);
    this.setTimer();
  }

  get room(): RoomState {
    return this.state;
  }

  get run(): Run {
    return this.present;
  }

  /** A seat by id, as it is. */
  seat(id: string): Seat | null {
    return this.state.seats.find((seat) => seat.id === id) ?? null;
  }

  /** Name of a seat or text of a message, if it was not forgotten. */
  wordsAt(id: string): string | null {
    return this.words.get(id) ?? null;
  }

  /** A run of the room by its stream, as it is remembered. */
  runAt(stream: string): Run {
    return stream === this.state.run ? this.present : this.load(stream);
  }

  /** Everything that happened in the room. */
  history(): readonly Recorded<RoomEvent>[] {
    return this.database.store
      .readNow(roomStream(this.code))
      .flatMap((recorded) => (isRoomEvent(recorded.event) ? [{ ...recorded, event: recorded.event }] : []));
  }

  /** Somebody asks for a seat. */
  join(key: string, name: string, wish: Role | null): Outcome {
    const words = wordsFor(name);
    return this.take(key, { type: "Join", wish }, () => ({
      answer: requestSeat(this.state, { name: words.digest, wish }),
      words,
    }));
  }

  /** Does what a seat or the teacher asks, once. */
  ask(giver: Giver, key: string, asked: Asked): Outcome {
    const words = "text" in asked ? wordsFor(asked.text) : null;
    // The key stands for the command without its words: these may have to be forgotten.
    const { type, ...rest } = asked;
    const meant = { type, ...("text" in rest ? { ...rest, text: null } : rest) };
    return this.take(key, { giver, ...meant }, () => ({ answer: this.decide(giver, asked, words), words }));
  }

  private decide(giver: Giver, asked: Asked, words: Words | null): Answer {
    const ground = { room: this.state, run: this.present, now: this.now() };
    const command: SeatCommand | TeacherCommand = "text" in asked ? { ...asked, text: words?.digest ?? "" } : asked;
    if ("teacher" in giver) {
      return isTeacherCommand(command) ? decideTeacher(ground, command) : { refused: "not allowed" };
    }
    const seat = this.seat(giver.seat);
    if (seat === null) return { refused: "no such seat" };
    if (isTeacherCommand(command)) return { refused: "not allowed" };
    return decideSeat(ground, seat, command, isAlone({ room: this.state, here: this.isHere }, seat));
  }

  /** Decides and remembers, unless the key has been here before. */
  private take(key: string, meant: unknown, decide: () => { answer: Answer; words: Words | null }): Outcome {
    this.catchUp();
    const stream = roomStream(this.code);
    const use = this.database.store.together((writer) => writer.keyUse(stream, key));
    if (use !== null) return { done: true, seat: this.seatOf(use.first, use.count) };
    const { answer, words } = decide();
    if (isRoomRefused(answer)) return answer;
    const at = this.length;
    this.remember(answer, { key, meant, words });
    return { done: true, seat: this.seatOf(at, answer.room.length) };
  }

  /** The seat that an append gave, if it gave one. */
  private seatOf(first: number, count: number): string | null {
    const events = this.database.store.readNow(roomStream(this.code), first, first + count);
    const requested = events.map(({ event }) => event).find((event) => event.type === "SeatRequested");
    return requested?.type === "SeatRequested" ? requested.seat : null;
  }

  /** Appends a decision in one transaction and takes it in; then everybody hears of it. */
  private remember(decision: Decision, given: { key?: string; meant?: unknown; words?: Words | null } = {}): void {
    const { room, run, fork } = decision;
    const { store } = this.database;
    const stream = roomStream(this.code);
    const grown = store.together((writer): readonly Recorded<KeptEvent>[] => {
      const appended = (name: string, request: Parameters<typeof writer.append>[1]) => {
        const result = writer.append(name, request);
        if (!("appended" in result)) throw new Error(`another server writes to room ${this.code}`);
        return result.appended;
      };
      const named = given.key === undefined ? {} : { key: given.key, command: given.meant };
      appended(stream, { expected: this.length, events: room, ...named });
      for (const { id, digest } of room.flatMap(textsOf)) {
        if (given.words?.digest === digest) this.database.keep(this.code, id, given.words, this.now());
      }
      if (fork !== null) return appended(fork.stream, { expected: 0, events: run, prefix: fork.prefix });
      return run.length === 0 ? [] : appended(this.state.run, { expected: this.present.events.length, events: run });
    });
    this.length += room.length;
    for (const event of room) this.state = evolve(this.state, event);
    for (const { id, digest } of room.flatMap(textsOf)) {
      if (given.words?.digest === digest) this.words.set(id, given.words.text);
    }
    const recorded = grown.flatMap(onlyRun);
    if (fork !== null) this.present = runOf(this.present.scenario, recorded, this.present.engine);
    else if (recorded.length > 0) {
      this.present = runOf(this.present.scenario, [...this.present.recorded, ...recorded], this.present.engine);
    }
    if (recorded.length > 0 || fork !== null || room.some(changesNews)) this.remembered.clear();
    if (recorded.length > 0 || fork !== null) this.analysis = null;
    this.setTimer();
    this.tell();
    if (recorded.length > 0 || room.some(({ type }) => type === "PhaseBegan")) this.onMove(this);
  }

  private load(stream: string): Run {
    const recorded = this.database.store.readNow(stream).flatMap(onlyRun);
    const started = recorded[0]?.event;
    if (started?.type !== "RunStarted") throw new LogError("broken", `the run ${stream} has no beginning`);
    return runOf(this.readScenario(started.document.text, this.state), recorded);
  }

  private setTimer(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const { deadline } = this.state;
    if (deadline === null || this.state.phase !== "round") return;
    const wait = Math.max(0, deadline - this.now());
    this.timer = setTimeout(() => this.timeIsUp(), Math.min(wait, 2 ** 31 - 1));
    this.timer.unref();
  }

  private timeIsUp(): void {
    try {
      this.catchUp();
      const decision = whenTimeIsUp({ room: this.state, run: this.present, now: this.now() });
      if (decision !== null) this.remember(decision);
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      // A full disk is no reason to leave the class alone: the reveal waits until there is room again.
      process.stderr.write(`${error.message}\n`);
      this.timer = setTimeout(() => this.timeIsUp(), retryMs);
      this.timer.unref();
    }
  }

  /** Lamps have been computed. */
  shine(lamps: readonly Lamp[]): void {
    this.lamps = lamps;
    this.tell();
  }

  /** The analysis of the run has grown; null where the run is not over any more. */
  tellAnalysis(analysis: Analysis | null): void {
    this.analysis = analysis;
    this.remembered.delete("analysis");
    this.tell();
  }

  /** Takes in that another process deleted names and texts. */
  reread(): void {
    this.catchUp();
    this.words = new Map(this.database.wordsOf(this.code));
    this.remembered.clear();
    this.tell();
  }

  /** Events that another process appended: it may forget, and do nothing else while this one serves the room. */
  private catchUp(): void {
    for (const { event } of this.database.store.readNow(roomStream(this.code), this.length)) {
      if (event.type !== "WordsForgotten") throw new Error(`another server writes to room ${this.code}`);
      this.state = evolve(this.state, event);
      this.length += 1;
    }
  }

  /** Deletes names and texts of the room, or of a seat and all that was said from it, on the record. */
  forget(seat: string | null): number {
    const deleted = forgetWords(this.database, this.code, seat, "asked");
    this.reread();
    return deleted;
  }

  // --- Screens -------------------------------------------------------------------------------------------------------

  private readonly isHere = (seat: string): boolean =>
    [...this.watchers].some(({ looker }) => looker.kind === "seat" && looker.seat === seat);

  /** Connects a screen, which gets all its sections at once; returns what disconnects it. */
  watch(watcher: Watcher): () => void {
    const connected: Connected = { ...watcher, sent: new Map() };
    this.watchers.add(connected);
    this.tell();
    if (this.watchers.size === 1) this.onMove(this);
    return () => {
      if (this.watchers.delete(connected)) this.tell();
    };
  }

  /** Sends every screen the sections that changed. */
  private tell(): void {
    this.remembered.delete("room");
    const place = this.place();
    for (const watcher of this.watchers) this.update(watcher, place);
  }

  private update({ looker, sent, send }: Connected, place: Place): void {
    const screen = screenOf(place, looker, this.shared);
    const changed: Record<string, unknown> = {};
    for (const [section, value] of Object.entries(screen)) {
      const text = this.textOf(value);
      if (sent.get(section) === text) continue;
      sent.set(section, text);
      changed[section] = value;
    }
    for (const section of [...sent.keys()]) {
      if (Object.hasOwn(screen, section)) continue;
      sent.delete(section);
      changed[section] = null;
    }
    if (Object.keys(changed).length > 0) send(changed);
  }

  private readonly texts = new WeakMap<object, string>();

  private textOf(value: object): string {
    const known = this.texts.get(value);
    if (known !== undefined) return known;
    const text = JSON.stringify(value);
    this.texts.set(value, text);
    return text;
  }

  /** The room as it stands. */
  place(): Place {
    return {
      room: this.state,
      run: this.present,
      words: (id) => this.words.get(id) ?? null,
      here: this.isHere,
      lamps: this.lamps,
      analysis: this.analysis,
      others: this.others,
    };
  }

  /** Gives something again as long as neither the run nor its news change. */
  readonly shared = <T>(key: string, make: () => T): T => {
    if (!this.remembered.has(key)) this.remembered.set(key, make());
    return this.remembered.get(key) as T;
  };

  close(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.watchers.clear();
  }
}

/** Names and texts that an event speaks of, by the ids under which they lie beside the log. */
function textsOf(event: RoomEvent): readonly { readonly id: string; readonly digest: string }[] {
  if (event.type === "SeatRequested") return [{ id: event.seat, digest: event.name }];
  if (event.type === "MessageSent" || event.type === "NewsInjected") return [{ id: event.message, digest: event.text }];
  return [];
}

/** Whether an event changes what is told as news. */
const changesNews = ({ type }: RoomEvent): boolean => type === "NewsInjected" || type === "MessageHidden";

function onlyRun(recorded: Recorded<KeptEvent>): readonly Recorded<RunEvent>[] {
  const { event } = recorded;
  return isRoomEvent(event) ? [] : [{ ...recorded, event }];
}

function isTeacherCommand(command: SeatCommand | TeacherCommand): command is TeacherCommand {
  return command.type !== "Propose" && command.type !== "Seal" && command.type !== "Say";
}
