/**
 * One room under way: takes commands, keeps the clock, tells the screens.
 *
 * Whatever a command does is in the log before anybody hears of it, so the process may die at any moment. Whatever goes
 * wrong in a command, a timer or a screen ends there, with a line in the server's log: the other rooms go on.
 */
import type { Analysis } from "../classroom/analysis.ts";
import type { Refusal } from "../classroom/command.ts";
import { decideSeat, decideTeacher, whenClockJumps, whenTimeIsUp } from "../classroom/decide.ts";
import { requestSeat } from "../classroom/decideSeating.ts";
import { type DecideResult, isRoomRefused, type RoomDecision } from "../classroom/decision.ts";
import type { Role, RoomEvent } from "../classroom/event.ts";
import type { RoomState, Seat } from "../classroom/room.ts";
import type { LessonRun } from "../classroom/run.ts";
import { isAlone, type ScreenSource } from "../classroom/screen.ts";
import type { OtherClass, PropertyStatus, RoomCommand } from "../classroom/screenSections.ts";
import type { Recorded } from "../log/chain.ts";
import { type Database, type Words, wordsFor } from "./database.ts";
import { FairUse } from "./fairUse.ts";
import { forgetWords } from "./forget.ts";
import { type Clocks, RoomClock } from "./roomClock.ts";
import { type Keyed, RoomLog, type ScenarioReader } from "./roomLog.ts";
import { RoomScreens, type Watcher } from "./roomScreens.ts";

/** Is told what could not be done, and why. `where` says what was being done, never what somebody sent. */
export type TellFault = (where: string, error: unknown) => void;

/** Who gives a command: a seat by id, or the teacher. */
export type Giver = { readonly teacher: true } | { readonly seat: string };

export type CommandResult = { readonly done: true; readonly seat: string | null } | { readonly refused: Refusal };

/** Milliseconds until the reveal is tried again when it could not be remembered: first, and at most. */
const retryMs = 2000;
const retryMaxMs = 60_000;

export class RoomHost {
  readonly code: string;
  /** What each seat may take of the room. */
  readonly fairUse: FairUse;
  readonly fault: TellFault;
  private readonly database: Database;
  private readonly clocks: Clocks;
  private readonly log: RoomLog;
  private readonly clock: RoomClock;
  private readonly screens: RoomScreens;
  private retries = 0;
  private lamps: readonly PropertyStatus[] = [];
  private analysis: Analysis | null = null;
  /** Other classes' runs of the same scenario. */
  others: () => readonly OtherClass[] = () => [];
  /** Told when the run or its turn has changed, and when somebody looks again after nobody did. */
  onMove: (host: RoomHost) => void = () => {};

  /**
   * Takes a room up from its log.
   * @throws LogError or Mistake where that cannot be.
   */
  constructor(
    code: string,
    database: Database,
    options: { clocks: Clocks; fault: TellFault; readScenario: ScenarioReader },
  ) {
    this.code = code;
    this.database = database;
    this.clocks = options.clocks;
    this.fault = options.fault;
    this.fairUse = new FairUse(options.clocks.elapsed);
    this.log = new RoomLog(code, database, options.readScenario);
    this.screens = new RoomScreens(
      () => this.place(),
      (error) => this.fault(`room ${code}: a screen`, error),
    );
    this.clock = new RoomClock(options.clocks, {
      ring: (late) => this.keepTime(() => whenTimeIsUp(this.ground, late)),
      jump: (left) => this.keepTime(() => whenClockJumps(this.ground, left)),
    });
    this.clock.set(this.running);
  }

  get room(): RoomState {
    return this.log.room;
  }

  get run(): LessonRun {
    return this.log.run;
  }

  /** A seat by id, as it is. */
  seat(id: string): Seat | null {
    return this.room.seats.find((seat) => seat.id === id) ?? null;
  }

  /** Name of a seat or text of a message, if it was not forgotten. */
  wordsAt(id: string): string | null {
    return this.log.wordsAt(id);
  }

  /** A run of the room by its stream, as it is remembered. */
  runAt(stream: string): LessonRun {
    return this.log.runAt(stream);
  }

  /** Everything that happened in the room. */
  history(): readonly Recorded<RoomEvent>[] {
    return this.log.history();
  }

  // --- Commands ------------------------------------------------------------------------------------------------------

  /** Somebody asks for a seat. */
  join(key: string, name: string, wish: Role | null): CommandResult {
    const words = wordsFor(name);
    return this.take({ key, meant: { type: "Join", wish }, words }, () =>
      requestSeat(this.room, { name: words.digest, wish }),
    );
  }

  /** Does what a seat or the teacher asks, once. */
  ask(giver: Giver, key: string, asked: RoomCommand): CommandResult {
    const words = "text" in asked ? wordsFor(asked.text) : null;
    // The key stands for the command without its words: these may have to be forgotten.
    const meant = { giver, ...asked, ...("text" in asked ? { text: null } : {}) };
    return this.take({ key, meant, words }, () => this.decide(giver, asked, words));
  }

  private get ground() {
    return { room: this.room, run: this.run, now: this.clocks.now() };
  }

  private decide(giver: Giver, asked: RoomCommand, words: Words | null): DecideResult {
    const { ground } = this;
    const command: RoomCommand = "text" in asked ? { ...asked, text: words?.digest ?? "" } : asked;
    if ("teacher" in giver) {
      return isSeatCommand(command) ? { refused: "not allowed" } : decideTeacher(ground, command);
    }
    const seat = this.seat(giver.seat);
    if (seat === null) return { refused: "no such seat" };
    if (!isSeatCommand(command)) return { refused: "not allowed" };
    if (command.type === "Say") {
      const verdict = this.fairUse.say(giver, this.room);
      if (verdict !== "go on") return { refused: verdict === "close" ? "too fast" : verdict };
    }
    return decideSeat(ground, seat, command, isAlone({ room: this.room, here: this.screens.isHere }, seat));
  }

  /** Decides and remembers, unless the key has been here before. */
  private take(given: Keyed, decide: () => DecideResult): CommandResult {
    this.log.catchUp();
    const use = this.log.earlierUse(given);
    if (use === "another command") return { refused: "key used" };
    if (use !== null) return { done: true, seat: seatOf(use.gave) };
    const answer = decide();
    if (isRoomRefused(answer)) return answer;
    this.remember(answer, given);
    return { done: true, seat: seatOf(answer.room) };
  }

  /** Appends a decision; then everybody hears of it. */
  private remember(decision: RoomDecision, given: Keyed | null = null): void {
    const { room, run } = this.log.append(decision, this.clocks.now(), given);
    if (run || room.some(changesNews)) this.screens.forget();
    if (run) this.analysis = null;
    this.retries = 0;
    this.clock.set(this.running);
    this.screens.tell();
    if (run || room.some(({ type }) => type === "PhaseBegan")) this.moved();
  }

  /** What others make of a move is their business: it has been made. */
  private moved(): void {
    try {
      this.onMove(this);
    } catch (error) {
      this.fault(`room ${this.code}: what follows a move`, error);
    }
  }

  // --- Time ----------------------------------------------------------------------------------------------------------

  /** The deadline that the clock waits for, if any. */
  private get running(): number | null {
    const { phase, deadline } = this.room;
    return phase === "round" || phase === "briefing" ? deadline : null;
  }

  /** To be called about once a second: finds that the machine slept or its clock was set. */
  look(): void {
    this.clock.look();
  }

  private keepTime(decide: () => RoomDecision | null): void {
    try {
      this.log.catchUp();
      const decision = decide();
      if (decision !== null) this.remember(decision);
    } catch (error) {
      // A full disk is no reason to leave the class alone: the reveal waits until there is room again.
      this.fault(`room ${this.code}: the clock`, error);
      this.clock.ringAgain(Math.min(retryMaxMs, retryMs * 2 ** this.retries));
      this.retries += 1;
    }
  }

  // --- What others find out ------------------------------------------------------------------------------------------

  /** The status of each property was computed. */
  setPropertyStatuses(lamps: readonly PropertyStatus[]): void {
    this.lamps = lamps;
    this.screens.tell();
  }

  /** The analysis of the run has grown; null where the run is not over any more. */
  tellAnalysis(analysis: Analysis | null): void {
    this.analysis = analysis;
    this.screens.forget("analysis");
    this.screens.tell();
  }

  /** Takes in that another process deleted names and texts. */
  reread(): void {
    this.log.reread();
    this.screens.forget();
    this.screens.tell();
  }

  /** Deletes names and texts of the room, or of a seat and all that was said from it, on the record. */
  forget(seat: string | null): number {
    const deleted = forgetWords(this.database, this.code, seat, "asked");
    this.reread();
    return deleted;
  }

  // --- Screens -------------------------------------------------------------------------------------------------------

  /** Connects a screen, which gets everything at once; returns what disconnects it. */
  watch(watcher: Watcher): () => void {
    const leave = this.screens.watch(watcher);
    if (this.screens.count === 1) this.moved();
    return leave;
  }

  /** The room as it stands. */
  place(): ScreenSource {
    return {
      room: this.room,
      run: this.run,
      words: (id) => this.log.wordsAt(id),
      wordsForgotten: this.log.rereads,
      here: this.screens.isHere,
      lamps: this.lamps,
      analysis: this.analysis,
      others: this.others,
    };
  }

  /** Gives something again as long as neither the run nor its news change. */
  readonly shared = <T>(key: string, make: () => T): T => this.screens.shared(key, make);

  close(): void {
    this.clock.stop();
    this.screens.close();
  }
}

/** The seat that was given, if one was. */
function seatOf(events: readonly RoomEvent[]): string | null {
  const requested = events.find((event) => event.type === "SeatRequested");
  return requested?.type === "SeatRequested" ? requested.seat : null;
}

/** Whether an event changes what is told as news. */
const changesNews = ({ type }: RoomEvent): boolean => type === "NewsInjected" || type === "MessageHidden";

type SeatAsked = Extract<RoomCommand, { type: "Propose" | "Seal" | "Say" }>;

const isSeatCommand = (command: RoomCommand): command is SeatAsked =>
  command.type === "Propose" || command.type === "Seal" || command.type === "Say";
