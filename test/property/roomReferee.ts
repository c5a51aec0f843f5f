/**
 * A second, plain telling of what a room does: written from what teachers and students are told, not from the room's code.
 *
 * The referee holds a lesson as lists and numbers that it changes in place, and tells of each command whether it is done or
 * why not, and of each screen what stands on it. It shares nothing with the classroom but the names of its commands.
 */
import type { SeatCommand } from "../../src/classroom/command.ts";
import type { RoomCommand } from "../../src/classroom/screenSections.ts";
import { actors, PlainCrisis, type Turns } from "./plainCrisis.ts";
import { RefereeClock } from "./refereeClock.ts";

/** How a lesson is set up. */
export interface Lesson {
  readonly turns: Turns;
  readonly pace: "automatic" | "by hand";
  readonly people: readonly string[];
  readonly perDelegation: number;
}

/** Minutes that the parts of every lesson take. */
export const timing = { briefing: 1, rounds: [2, 1], debrief: 1 } as const;

export interface PlainSeat {
  readonly id: string;
  name: string | null;
  readonly wish: string | null;
  role: string | null;
  removed: boolean;
  muted: boolean;
  windows: number;
}

export interface PlainMessage {
  readonly id: string;
  readonly from: string;
  readonly role: string | null;
  readonly to: string;
  readonly round: number;
  text: string | null;
  hidden: boolean;
  readonly news: boolean;
}

interface Choice {
  readonly seat: string;
  readonly actor: string;
  readonly move: string;
}

export type Part = "briefing" | "round" | "ended" | "debrief" | "closed";

/** What a command comes to: it is done, or refused for a reason. */
export type Verdict = string;
const done = "done";

/** Which move was drawn as the nth of a run, where several may be; the referee checks that it could be. */
export type Drawn = (n: number) => { readonly actor: string; readonly move: string };

export class RoomReferee {
  readonly lesson: Lesson;
  readonly clock: RefereeClock;
  crisis: PlainCrisis;
  /** The run as it was before each turn of people, and how many runs there were. */
  before: PlainCrisis[] = [];
  runs = 1;
  seats: PlainSeat[] = [];
  messages: PlainMessage[] = [];
  bots: string[] = [];
  part: Part | null = null;
  stage = 0;
  deadline: number | null = null;
  paused: { left: number | null; reason: string | null } | null = null;
  held = false;
  closed = false;
  turnNumbers: Record<string, number> = {};
  proposals: Choice[] = [];
  sealed: Choice[] = [];
  voided: string[] = [];
  told: string[] = [];
  private readonly drawn: Drawn;

  constructor(lesson: Lesson, start: number, drawn: Drawn) {
    this.lesson = lesson;
    this.crisis = new PlainCrisis(lesson.turns);
    this.drawn = drawn;
    this.clock = new RefereeClock(start, {
      up: (late) => this.timeIsUp(late),
      parted: (left) => this.stop("jumped", Math.max(0, left)),
    });
  }

  // --- Who is who ----------------------------------------------------------------------------------------------------

  get deciding(): readonly string[] {
    return this.lesson.people.filter((actor) => !this.bots.includes(actor));
  }

  /** Delegations of people that are asked now. */
  get asked(): readonly string[] {
    return this.part === "round" ? this.crisis.asked().filter((actor) => this.deciding.includes(actor)) : [];
  }

  get underWay(): boolean {
    return this.part === "briefing" || this.part === "round";
  }

  members(role: string): readonly PlainSeat[] {
    return this.seats.filter((seat) => seat.role === role && !seat.removed);
  }

  /** Whether nobody else of a seat's delegation is there. */
  alone(seat: PlainSeat): boolean {
    return !this.members(seat.role ?? "").some((other) => other !== seat && other.windows > 0);
  }

  // --- Time ----------------------------------------------------------------------------------------------------------

  private timeIsUp(late: number): boolean {
    if (this.part !== "round" || this.lesson.pace === "by hand" || this.held) return false;
    if (late > 5000) this.stop("late", 60_000);
    else this.reveal();
    return true;
  }

  private stop(reason: string | null, left: number | null): void {
    this.paused = { left, reason };
    this.deadline = null;
  }

  /** To be called whenever something was done: the clock waits for what the room now says. */
  private windUp(): void {
    this.clock.waitFor(this.underWay ? this.deadline : null);
  }

  pass(ms: number): void {
    this.clock.pass(ms, () => this.windUp());
  }

  setClock(ms: number): void {
    this.clock.set(ms, () => this.windUp());
  }

  /** The server goes down and comes up after a while: nobody is connected any more. */
  restart(ms: number): void {
    for (const seat of this.seats) seat.windows = 0;
    this.clock.restart(ms);
    this.windUp();
  }

  // --- Commands ------------------------------------------------------------------------------------------------------

  join(name: string, wish: string | null): Verdict {
    if (this.part === "closed") return "not now";
    if (this.closed) return "joining closed";
    const id = `s${this.seats.length + 1}`;
    this.seats.push({ id, name, wish, role: null, removed: false, muted: false, windows: 0 });
    return this.finish(done);
  }

  /**
   * What is asked by a seat or the teacher.
   * @param goesTo of `Undo`, the place of the turn among those before; null where there is none.
   */
  ask(giver: string, command: RoomCommand, goesTo: number | null): Verdict {
    if (giver === "teacher") {
      if (isSeatCommand(command)) return "not allowed";
      return this.finish(this.teacher(command, goesTo));
    }
    const seat = this.seats.find(({ id }) => id === giver);
    if (seat === undefined) return "no such seat";
    if (!isSeatCommand(command)) return "not allowed";
    return this.finish(this.student(seat, command));
  }

  private finish(verdict: Verdict): Verdict {
    if (verdict === done) this.windUp();
    return verdict;
  }

  /** Words that are deleted: of a seat and all it said, or all. Returns how many there were. */
  forget(seat: string | null): number {
    const names = this.seats.filter(({ id, name }) => name !== null && (seat === null || id === seat));
    const texts = this.messages.filter(({ from, text }) => text !== null && (seat === null || from === seat));
    for (const one of names) one.name = null;
    for (const one of texts) one.text = null;
    return names.length + texts.length;
  }

  private student(seat: PlainSeat, command: SeatCommand): Verdict {
    const { role } = seat;
    if (role === null || seat.removed) return "no such seat";
    if (command.type === "Say") return this.say(seat, role, command.to, command.text);
    if (this.part !== "round") return "not under way";
    if (this.paused !== null) return "paused";
    if (command.turn !== (this.turnNumbers[role] ?? 0)) return "turn over";
    if (!this.asked.includes(role)) return "not your turn";
    if (this.sealed.some(({ actor }) => actor === role)) return "sealed already";
    const { move } = command;
    if (!this.crisis.options(role).includes(move)) return "not open";
    const choice = { seat: seat.id, actor: role, move };
    if (command.type === "Propose") {
      this.proposals = [...this.proposals.filter((one) => one.seat !== seat.id), choice];
      return done;
    }
    const seconded = this.proposals.some((one) => one.actor === role && one.move === move && one.seat !== seat.id);
    if (!this.alone(seat) && !seconded) return "someone else confirms";
    this.sealed.push(choice);
    this.revealIfComplete();
    return done;
  }

  private say(seat: PlainSeat, role: string, to: string, text: string): Verdict {
    if (to !== "teacher") {
      if (!this.underWay) return "not under way";
      if (seat.muted) return "muted";
      if (role === "observer" || (role === "press" && to !== "all")) return "not allowed";
      const other = to.startsWith("to:") ? to.slice(3) : null;
      const known = actors.some((actor) => actor === other && actor !== role);
      if (other !== null && !known) return "no such delegation";
    }
    this.write({ from: seat.id, role, to, text, news: false });
    return done;
  }

  private write(message: Omit<PlainMessage, "id" | "round" | "hidden">): Verdict {
    const id = `m${this.messages.length + 1}`;
    this.messages.push({ ...message, id, round: this.crisis.round, hidden: false });
    return done;
  }

  private teacher(command: Exclude<RoomCommand, SeatCommand>, goesTo: number | null): Verdict {
    if (this.part === "closed") return "not now";
    if ("stage" in command && command.stage !== this.stage) return "moved on";
    switch (command.type) {
      case "Admit":
        return this.admit(command.seat, command.role);
      case "AdmitAll": {
        const verdicts = command.seats.map(({ seat, role }) => this.admit(seat, role));
        return verdicts.includes(done) ? done : (verdicts.at(-1) ?? "nothing to do");
      }
      case "Remove":
        return this.remove(command.seat);
      case "RemoveWaiting": {
        const waiting = this.seats.filter(({ role, removed }) => role === null && !removed);
        for (const seat of waiting) seat.removed = true;
        return waiting.length === 0 ? "nothing to do" : done;
      }
      case "CloseJoining":
        if (this.closed === command.closed) return "nothing to do";
        this.closed = command.closed;
        return done;
      case "Mute": {
        const seat = this.seats.find(({ id }) => id === command.seat);
        if (seat === undefined) return "no such seat";
        if (seat.muted === command.muted) return "nothing to do";
        seat.muted = command.muted;
        return done;
      }
      case "SeatBot":
        return this.seatBot(command.actor);
      case "ReturnSeat":
        if (!this.bots.includes(command.actor)) return "nothing to do";
        this.bots = this.bots.filter((actor) => actor !== command.actor);
        return done;
      case "TellNews":
        return this.write({ from: "teacher", role: null, to: "all", text: command.text, news: true });
      case "Broadcast":
        return this.write({ from: "teacher", role: null, to: "all", text: command.text, news: false });
      case "Hide": {
        const message = this.messages.find(({ id }) => id === command.message);
        if (message === undefined) return "nothing to do";
        message.hidden = command.hidden;
        return done;
      }
      case "Undo":
        return this.undo(goesTo, command.luck);
      default:
        return this.conduct(command);
    }
  }

  private admit(id: string, role: string): Verdict {
    const seat = this.seats.find((one) => one.id === id);
    if (seat === undefined) return "no such seat";
    const delegation = this.lesson.people.includes(role);
    if (!delegation && role !== "press" && role !== "observer") return "no such role";
    if (seat.role === role && !seat.removed) return "nothing to do";
    const others = this.members(role).length;
    if (delegation && others >= this.lesson.perDelegation) return "delegation full";
    this.proposals = this.proposals.filter((one) => one.seat !== id);
    seat.role = role;
    seat.removed = false;
    // Whoever comes to a delegation that was empty takes it over from its policy.
    if (delegation && others === 0) this.bots = this.bots.filter((actor) => actor !== role);
    return done;
  }

  private remove(id: string): Verdict {
    const seat = this.seats.find((one) => one.id === id);
    if (seat === undefined) return "no such seat";
    if (seat.removed) return "nothing to do";
    seat.removed = true;
    this.proposals = this.proposals.filter((one) => one.seat !== id);
    return done;
  }

  private seatBot(actor: string): Verdict {
    if (!this.deciding.includes(actor)) return "no such delegation";
    if (this.deciding.length === 1) return "not allowed";
    this.bots.push(actor);
    this.proposals = this.proposals.filter((one) => one.actor !== actor);
    this.sealed = this.sealed.filter((one) => one.actor !== actor);
    this.voided = this.voided.filter((one) => one !== actor);
    if (this.part !== "round") return done;
    if (this.asked.length > 0) {
      this.revealIfComplete();
      return done;
    }
    // The turn was this delegation's alone: it goes on, but a clock that stands goes on standing.
    const { paused } = this;
    this.reveal();
    if (paused !== null && this.part === "round" && this.deadline !== null) {
      this.stop(paused.reason, this.deadline - this.clock.now);
    }
    return done;
  }

  private conduct(command: Exclude<RoomCommand, SeatCommand>): Verdict {
    const { now } = this.clock;
    switch (command.type) {
      case "GoOn":
        return this.goOn();
      case "Reveal":
        if (this.part !== "round") return "not now";
        this.reveal();
        return done;
      case "EndRounds":
        if (!this.underWay) return "not now";
        this.begin("ended", []);
        return done;
      case "Pause":
        if (this.paused !== null || !this.underWay) return "nothing to do";
        this.stop(null, this.deadline === null ? null : Math.max(0, this.deadline - now));
        return done;
      case "Resume": {
        if (this.paused === null) return "nothing to do";
        const { left } = this.paused;
        this.paused = null;
        this.deadline = left === null ? null : now + left;
        this.revealIfComplete();
        return done;
      }
      case "Extend": {
        if (this.part === null || this.part === "ended") return "not now";
        const more = command.minutes * 60_000;
        if (this.paused !== null) this.stop(this.paused.reason, (this.paused.left ?? 0) + more);
        else this.deadline = Math.max(now, this.deadline ?? now) + more;
        return done;
      }
      case "Hold":
        if (this.part !== "round" || this.held === command.held) return "nothing to do";
        this.held = command.held;
        return done;
      case "CauseIncident":
        return this.causeIncident(command.incident);
      default:
        return `the referee does not know ${command.type}`;
    }
  }

  // --- The lesson ----------------------------------------------------------------------------------------------------

  private goOn(): Verdict {
    if (this.part === null) this.begin("briefing", []);
    else if (this.part === "ended") this.begin("debrief", []);
    else if (this.part === "debrief") this.begin("closed", []);
    else if (this.part !== "briefing") return "not now";
    else {
      const present = this.deciding.filter((actor) => this.members(actor).length > 0);
      if (present.length === 0) return "no such delegation";
      this.bots = [...this.bots, ...this.deciding.filter((actor) => !present.includes(actor))];
      this.nextTurn();
    }
    return done;
  }

  private begin(part: Part, open: readonly string[]): void {
    this.part = part;
    this.stage += 1;
    this.told = [];
    this.paused = null;
    this.held = false;
    for (const actor of open) this.turnNumbers[actor] = (this.turnNumbers[actor] ?? 0) + 1;
    const minutes = { ...timing, round: timing.rounds[this.crisis.round === 0 ? 0 : 1], ended: null, closed: null }[
      part
    ];
    this.deadline = minutes === null ? null : this.clock.now + minutes * 60_000;
  }

  /** What policies do before people are asked again; then the turn that opens, or the end. */
  private nextTurn(): void {
    if (this.crisis.turns === "in order") {
      for (;;) {
        const [actor] = this.crisis.asked();
        if (actor === undefined || this.deciding.includes(actor)) break;
        this.crisis.move({ [actor]: `push_${actor}` });
      }
    }
    if (this.crisis.outcome !== null) this.begin("ended", []);
    else
      this.begin(
        "round",
        this.crisis.asked().filter((actor) => this.deciding.includes(actor)),
      );
  }

  private settle(): void {
    this.proposals = [];
    this.sealed = [];
    this.voided = [];
  }

  /** In free turns an open move is made at once. Else all must have decided; after an incident all have their time. */
  private revealIfComplete(): void {
    if (this.part !== "round" || this.paused !== null || this.lesson.pace === "by hand") return;
    const decided = [...this.sealed.map(({ actor }) => actor), ...this.voided];
    const complete =
      this.lesson.turns === "free"
        ? this.sealed.some(isOpenMove)
        : this.told.length === 0 && this.asked.length > 0 && this.asked.every((actor) => decided.includes(actor));
    if (complete) this.reveal();
  }

  /** What was sealed is done; people who have not decided hold, and policies do what they do. */
  private reveal(): void {
    const before = this.crisis.copy();
    if (this.lesson.turns === "free") this.freeMove(before);
    else {
      const moves = this.crisis.asked().map((actor) => {
        const sealed = this.sealed.find((choice) => choice.actor === actor)?.move ?? "hold";
        return [actor, this.deciding.includes(actor) ? sealed : `push_${actor}`] as const;
      });
      if (this.lesson.turns === "simultaneous" || this.asked.length > 0) this.before.push(before);
      this.crisis.move(Object.fromEntries(moves));
    }
    this.settle();
    this.nextTurn();
  }

  private freeMove(before: PlainCrisis): void {
    const first = this.sealed.find(isOpenMove) ?? this.sealed[0];
    if (first !== undefined) {
      this.before.push(before);
      this.crisis.move({ [first.actor]: first.move });
      return;
    }
    // Nobody moves in the name of people: one of the others does, by policy.
    const { actor, move } = this.drawn(this.crisis.movesMade);
    const may = !this.deciding.includes(actor) && move === `push_${actor}`;
    this.crisis.move(may ? { [actor]: move } : { [actors[2]]: `push_${actors[2]}` });
  }

  private causeIncident(asked: string): Verdict {
    if (this.part !== "round") return "not now";
    const incident = this.crisis.incidentsOpen().find((one) => one === asked);
    if (incident === undefined) return "not open";
    this.crisis.happen(incident);
    this.stage += 1;
    const over = this.crisis.outcome !== null;
    const stands = ({ actor, move }: Choice): boolean =>
      !over && this.asked.includes(actor) && this.crisis.options(actor).includes(move);
    for (const { actor } of this.sealed.filter((choice) => !stands(choice))) {
      if (!this.voided.includes(actor)) this.voided.push(actor);
      this.turnNumbers[actor] = (this.turnNumbers[actor] ?? 0) + 1;
    }
    this.sealed = this.sealed.filter(stands);
    this.proposals = this.proposals.filter(stands);
    if (incident !== "jam") this.told.push(incident);
    if (over) this.begin("ended", []);
    else this.revealIfComplete();
    return done;
  }

  private undo(goesTo: number | null, luck: "same" | "fresh"): Verdict {
    if (this.part !== "round" && this.part !== "ended") return "not now";
    const earlier = goesTo === null ? undefined : this.before[goesTo];
    if (earlier === undefined) return "nothing to do";
    this.before = this.before.slice(0, goesTo ?? 0);
    this.crisis = earlier.copy();
    this.runs += 1;
    if (luck === "fresh") this.crisis.luck = this.runs;
    this.settle();
    this.nextTurn();
    return done;
  }
}

const isOpenMove = ({ move }: Choice): boolean => !move.startsWith("whisper");

const isSeatCommand = (command: RoomCommand): command is SeatCommand =>
  command.type === "Propose" || command.type === "Seal" || command.type === "Say";
