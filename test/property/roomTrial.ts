/**
 * A room and its referee side by side: every deed is done to both, and what they say and show is held against each other.
 *
 * The room is the real one, at its host, with a clock and timers that the trial moves. Whoever runs a trial has put false
 * timers in place.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { type Patch, patched } from "../../src/classroom/patch.ts";
import {
  atStage,
  type RoomCommand,
  type Screen,
  type ScreenViewer,
  type UnstagedCommand,
} from "../../src/classroom/screenSections.ts";
import { readScenario, type Scenario } from "../../src/scenario/scenario.ts";
import { type Database, openDatabase } from "../../src/server/database.ts";
import type { Library, LibraryScenario } from "../../src/server/library.ts";
import type { CommandResult, RoomHost } from "../../src/server/roomHost.ts";
import { Rooms } from "../../src/server/rooms.ts";
import { type Deed, type GeneratedLesson, nobody } from "./lessonDeeds.ts";
import { incidents, plainDocument, type Turns } from "./plainCrisis.ts";
import { expectedScreen, type Reader, type Shown, toldScreen } from "./refereeScreens.ts";
import { type PlainSeat, RoomReferee, timing } from "./roomReferee.ts";

const start = 1_700_000_000_000;
const roles = ["east", "west", "east", "west", "press", "observer", "north", "nobody"];
const channels = ["all", "delegation", "teacher", "to:east", "to:west", "to:north", "to:nobody"] as const;

/** Rooms that read each scenario once. */
class TrialRooms extends Rooms {
  private readonly known: (text: string) => Scenario;

  constructor(
    database: Database,
    library: Library,
    options: ConstructorParameters<typeof Rooms>[2],
    known: (text: string) => Scenario,
  ) {
    super(database, library, options);
    this.known = known;
  }

  override scenarioOf(text: string): Scenario {
    return this.known(text);
  }
}

/** Where the rooms of trials are kept. */
export class TrialGround {
  private readonly folder = mkdtempSync(join(tmpdir(), "demarche-referee-"));
  private readonly database = openDatabase(this.folder);
  private readonly read = new Map<string, LibraryScenario>();
  /** How often a deed of a kind was done, or refused for a reason. */
  readonly seen = new Map<string, number>();

  constructor() {
    this.database.store.database.exec("pragma synchronous = off");
  }

  /** Rooms over the clocks of a trial. */
  rooms(clocks: { readonly now: () => number; readonly elapsed: () => number }, faults: string[]): Rooms {
    const library: Library = {
      folders: [],
      names: () => [],
      source: (id) => this.scenario(id),
      list: () => [],
      read: (id) => this.scenario(id),
    };
    const fault = (where: string, error: unknown): void => void faults.push(`${where}: ${String(error)}`);
    return new TrialRooms(this.database, library, { clocks, fault }, (text) => this.known(text));
  }

  private known(text: string): Scenario {
    const found = [...this.read.values()].find(({ source }) => source.text === text)?.reading.scenario;
    if (!found) throw new Error(`the scenario has errors: ${text}`);
    return found;
  }

  private scenario(turns: string): LibraryScenario {
    const known = this.read.get(turns);
    if (known !== undefined) return known;
    const source = { file: "plain.yaml", text: plainDocument(turns as Turns) };
    const found = { source, overlay: null, reading: readScenario(source) };
    this.read.set(turns, found);
    return found;
  }

  async remove(): Promise<void> {
    await this.database.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A screen that is connected, and what it was told so far. */
interface Watching {
  screen: Partial<Screen>;
  readonly leave: () => void;
}

/** Plays a lesson before the referee: the first thing on which they do not agree, as a sentence; null where there is none. */
export function firstDispute(ground: TrialGround, generated: GeneratedLesson): string | null {
  vi.setSystemTime(start);
  const trial = new Trial(ground, generated);
  try {
    return trial.play();
  } finally {
    trial.end();
  }
}

class Trial {
  private readonly ground: TrialGround;
  private readonly generated: GeneratedLesson;
  private readonly referee: RoomReferee;
  private rooms: Rooms;
  private host: RoomHost;
  private wallShift = 0;
  private livedShift = 0;
  private keys = 0;
  private compared = 0;
  private readonly faults: string[] = [];
  /** Seeds of the lucks that the runs had. */
  private readonly lucks = new Map([[1, "a"]]);
  private readonly watching = new Map<Reader, Watching>();
  /** What was done last under a key, to be asked again. */
  private last: { readonly expected: CommandResult; readonly again: () => CommandResult } | null = null;
  private dispute: string | null = null;

  constructor(ground: TrialGround, generated: GeneratedLesson) {
    const { turns, pace, people, perDelegation } = generated.lesson;
    this.ground = ground;
    this.generated = generated;
    this.rooms = ground.rooms(this.clocks, this.faults);
    this.host = this.rooms.open({
      scenario: turns,
      language: null,
      variant: null,
      people: [...people],
      perDelegation,
      timing: { ...timing, rounds: [...timing.rounds] },
      pace,
      seed: "a",
    });
    this.referee = new RoomReferee(generated.lesson, start, (n) => this.drawn(n));
  }

  private get clocks() {
    return { now: () => Date.now() + this.wallShift, elapsed: () => Date.now() + this.livedShift };
  }

  private drawn(n: number): { readonly actor: string; readonly move: string } {
    const made = this.host.run.events.flatMap((event) => (event.type === "MoveMade" ? [event] : []))[n];
    return { actor: made?.actor ?? "", move: made?.move ?? "" };
  }

  end(): void {
    this.rooms.close();
  }

  play(): string | null {
    this.watch("teacher");
    this.watch("projector");
    const done: string[] = [];
    for (const deed of [...this.beginning(), ...this.generated.deeds]) {
      done.push(JSON.stringify(deed));
      this.does(deed);
      this.passes(1);
      this.compare();
      if (this.dispute !== null) return `after ${done.length} deeds, ${done.at(-1) ?? ""}: ${this.dispute}`;
    }
    return null;
  }

  /** Who is present sits down, and the first turn opens. */
  private beginning(): readonly Deed[] {
    const { present, lesson } = this.generated;
    const seated = present.flatMap((count, index) =>
      Array<number>(index < 2 ? Math.min(count, lesson.perDelegation) : count).fill(index < 2 ? index : 4),
    );
    return [
      ...seated.flatMap((role, index): readonly Deed[] => [
        { kind: "join", wish: role },
        { kind: "admit", seat: index, role: role === 4 && index % 2 === 0 ? 5 : role },
        { kind: "connect", seat: index },
      ]),
      { kind: "go on", stale: false },
      { kind: "go on", stale: false },
    ];
  }

  // --- Screens -------------------------------------------------------------------------------------------------------

  private connected(reader: Reader): Watching {
    const looker: ScreenViewer =
      reader === "teacher" || reader === "projector" ? { kind: reader } : { kind: "seat", seat: reader };
    const told: { screen: Partial<Screen> } = { screen: {} };
    const send = (text: string): void => {
      told.screen = patched(told.screen, JSON.parse(text) as Patch) as Partial<Screen>;
    };
    const leave = this.host.watch({ looker, ready: () => true, send });
    return Object.assign(told, { leave });
  }

  private watch(reader: Reader): void {
    this.watching.set(reader, this.connected(reader));
  }

  private compare(): void {
    if (this.faults.length > 0) this.disputes(`the room failed: ${this.faults.join("; ")}`);
    for (const [reader, { screen }] of this.watching) {
      this.differs(`the screen of ${reader}`, expectedScreen(this.referee, reader), toldScreen(screen));
    }
    // One screen at a time, and each in its turn, is held against one that looks for the first time.
    const readers = [...this.watching.keys()];
    const reader = readers[this.compared++ % readers.length] ?? "teacher";
    const anew = this.connected(reader);
    this.differs(`${reader} looks anew`, this.watching.get(reader)?.screen ?? {}, anew.screen);
    anew.leave();
  }

  private differs(where: string, expected: Shown | Partial<Screen>, found: Shown | Partial<Screen>): void {
    const [one, other] = [new Map(Object.entries(expected)), new Map(Object.entries(found))];
    for (const section of new Set([...one.keys(), ...other.keys()])) {
      const [should, is] = [sorted(one.get(section)), sorted(other.get(section))];
      if (should !== is) this.disputes(`${where}, ${section}: expected ${should}, found ${is}`);
    }
  }

  private disputes(what: string): void {
    this.dispute ??= what;
  }

  // --- Deeds ---------------------------------------------------------------------------------------------------------

  private key(): string {
    return `trial-${String(++this.keys).padStart(6, "0")}`;
  }

  private judge(kind: string, verdict: string, outcome: CommandResult, again: () => CommandResult): void {
    const found = "refused" in outcome ? outcome.refused : "done";
    this.ground.seen.set(`${kind}: ${found}`, (this.ground.seen.get(`${kind}: ${found}`) ?? 0) + 1);
    if (found !== verdict) this.disputes(`expected ${verdict}, found ${found}`);
    if (found === "done") this.last = { expected: outcome, again };
  }

  private ask(giver: string, clicked: UnstagedCommand, { stale = false, goesTo = null as number | null } = {}): void {
    const asked: RoomCommand = atStage(clicked, this.referee.stage - (stale ? 1 : 0));
    const from = giver === "teacher" ? ({ teacher: true } as const) : { seat: giver };
    const key = this.key();
    const outcome = this.host.ask(from, key, asked);
    const verdict = this.referee.ask(giver, asked, goesTo);
    this.judge(asked.type, verdict, outcome, () => this.host.ask(from, key, asked));
  }

  private teacher(
    clicked: UnstagedCommand,
    options?: { readonly stale?: boolean; readonly goesTo?: number | null },
  ): void {
    this.ask("teacher", clicked, options);
  }

  private passes(ms: number): void {
    vi.advanceTimersByTime(ms);
    this.referee.pass(ms);
  }

  /** A seat by number; the last number is nobody's. */
  private seatAt(number: number): string {
    const { length } = this.referee.seats;
    return number === nobody || length === 0 ? `s${length + 1}` : `s${(number % length) + 1}`;
  }

  private does(deed: Deed): void {
    switch (deed.kind) {
      case "join":
        this.joins(roles[deed.wish % roles.length] ?? "");
        return;
      case "decide":
        this.decides(deed);
        return;
      case "propose":
      case "seal":
        this.chooses(deed);
        return;
      case "say":
        this.ask(this.seatAt(deed.seat), {
          type: "Say",
          to: channels[deed.to % channels.length] ?? "all",
          text: `words ${this.keys}`,
        });
        return;
      case "again":
        this.asksAgain();
        return;
      case "wrong giver":
        this.ask("s1", { type: "Pause" });
        this.teacher({ type: "Say", to: "all", text: "As if from a seat." });
        return;
      case "connect":
      case "disconnect":
        this.comesOrGoes(deed.kind, deed.seat);
        return;
      case "pass":
        this.passes(deed.seconds * 1000);
        return;
      case "time is up":
        this.passes(Math.max(0, (this.referee.deadline ?? this.referee.clock.now) - this.referee.clock.now));
        return;
      case "set clock":
        this.wallShift += deed.seconds * 1000;
        this.rooms.look();
        this.referee.setClock(deed.seconds * 1000);
        return;
      case "restart":
        this.restarts(deed.seconds * 1000);
        return;
      case "forget seat":
        this.forgets(this.seatAt(deed.seat));
        return;
      case "forget room":
        this.forgets(null);
        return;
      default:
        this.conducts(deed);
    }
  }

  private joins(wish: string): void {
    const name = `name ${this.keys}`;
    const key = this.key();
    const again = (): CommandResult => this.host.join(key, name, wish);
    const outcome = again();
    this.judge("Join", this.referee.join(name, wish), outcome, again);
    const given = `s${this.referee.seats.length}`;
    if ("done" in outcome && outcome.seat !== given) this.disputes(`expected ${given}, found ${String(outcome.seat)}`);
  }

  private asksAgain(): void {
    if (this.last === null) return;
    const outcome = this.last.again();
    if (JSON.stringify(outcome) !== JSON.stringify(this.last.expected)) {
      this.disputes(`asked again: expected ${JSON.stringify(this.last.expected)}, found ${JSON.stringify(outcome)}`);
    }
  }

  private comesOrGoes(kind: "connect" | "disconnect", number: number): void {
    const seat = this.referee.seats.find(({ id }) => id === this.seatAt(number));
    if (seat === undefined || (kind === "connect") === this.watching.has(seat.id)) return;
    seat.windows = kind === "connect" ? 1 : 0;
    if (kind === "connect") {
      this.watch(seat.id);
      return;
    }
    this.watching.get(seat.id)?.leave();
    this.watching.delete(seat.id);
  }

  private restarts(ms: number): void {
    this.rooms.close();
    this.wallShift += ms;
    this.livedShift += ms;
    this.rooms = this.ground.rooms(this.clocks, this.faults);
    const host = this.rooms.find(this.host.code);
    if (host === null) throw new Error("the room was lost");
    this.host = host;
    this.referee.restart(ms);
    this.watching.clear();
    this.watch("teacher");
    this.watch("projector");
  }

  private forgets(seat: string | null): void {
    const [found, expected] = [this.host.forget(seat), this.referee.forget(seat)];
    if (found !== expected) this.disputes(`expected ${expected} words to be forgotten, found ${found}`);
  }

  private choice(seat: PlainSeat, pick: number): string {
    const options = [...this.referee.crisis.options(seat.role ?? ""), "hold", "push_north"];
    return options[pick % options.length] ?? "hold";
  }

  private turnOf(seat: PlainSeat | undefined): number {
    return this.referee.turnNumbers[seat?.role ?? ""] ?? 0;
  }

  private chooses({ kind, seat: number, move, stale }: Extract<Deed, { kind: "propose" | "seal" }>): void {
    const id = this.seatAt(number);
    const seat = this.referee.seats.find((one) => one.id === id);
    const chosen = seat === undefined ? "hold" : this.choice(seat, move);
    const turn = Math.max(0, this.turnOf(seat) - (stale ? 1 : 0));
    this.ask(id, { type: kind === "seal" ? "Seal" : "Propose", move: chosen, turn });
  }

  /** A delegation decides as it should: one proposes, another seals. */
  private decides({ actor, move }: Extract<Deed, { kind: "decide" }>): void {
    const asked = this.referee.asked;
    const role = asked[actor % Math.max(1, asked.length)] ?? "east";
    const [first, second] = this.referee.members(role);
    if (first === undefined) return;
    const chosen = this.choice(first, move);
    const turn = this.turnOf(first);
    if (second !== undefined) this.ask(second.id, { type: "Propose", move: chosen, turn });
    this.ask(first.id, { type: "Seal", move: chosen, turn });
  }

  private conducts(deed: Deed): void {
    switch (deed.kind) {
      case "admit":
        this.teacher({ type: "Admit", seat: this.seatAt(deed.seat), role: roles[deed.role % roles.length] ?? "" });
        return;
      case "admit all":
        this.admitsAll(deed.roles);
        return;
      case "remove":
        this.teacher({ type: "Remove", seat: this.seatAt(deed.seat) });
        return;
      case "remove waiting":
        this.teacher({ type: "RemoveWaiting" });
        return;
      case "mute":
        this.teacher({ type: "Mute", seat: this.seatAt(deed.seat), muted: deed.on });
        return;
      case "joining":
        this.teacher({ type: "CloseJoining", closed: deed.on });
        return;
      case "bot":
      case "return":
        this.teacher({ type: deed.kind === "bot" ? "SeatBot" : "ReturnSeat", actor: roles[deed.actor % 7] ?? "" });
        return;
      case "news":
        this.teacher({ type: "TellNews", text: `news ${this.keys}` });
        return;
      case "broadcast":
        this.teacher({ type: "Broadcast", text: `listen ${this.keys}` });
        return;
      case "hide": {
        const message = `m${(deed.message % (this.referee.messages.length + 1)) + 1}`;
        this.teacher({ type: "Hide", message, hidden: deed.on });
        return;
      }
      default:
        this.leads(deed);
    }
  }

  private admitsAll(wished: readonly number[]): void {
    const waiting = this.referee.seats.filter(({ role, removed }) => role === null && !removed);
    const seats = wished.map((role, index) => ({
      seat: waiting[index]?.id ?? this.seatAt(role),
      role: roles[role % roles.length] ?? "",
    }));
    this.teacher({ type: "AdmitAll", seats });
  }

  private leads(deed: Deed): void {
    switch (deed.kind) {
      case "go on":
        this.teacher({ type: "GoOn" }, deed);
        return;
      case "reveal":
        this.teacher({ type: "Reveal" }, deed);
        return;
      case "end rounds":
        this.teacher({ type: "EndRounds" }, deed);
        return;
      case "pause":
        this.teacher({ type: "Pause" });
        return;
      case "resume":
        this.teacher({ type: "Resume" });
        return;
      case "extend":
        this.teacher({ type: "Extend", minutes: deed.minutes }, deed);
        return;
      case "hold":
        this.teacher({ type: "Hold", held: deed.on }, deed);
        return;
      case "incident":
        this.teacher({ type: "CauseIncident", incident: [...incidents, "none"][deed.pick % 5] ?? "" }, deed);
        return;
      case "undo":
        this.goesBack(deed);
        return;
      default:
        throw new Error(`nobody does ${deed.kind}`);
    }
  }

  private goesBack({ turn, fresh, stale }: Extract<Deed, { kind: "undo" }>): void {
    const places = this.watching.get("teacher")?.screen.status?.turnsBefore ?? [];
    const at = turn % (places.length + 1);
    this.teacher(
      { type: "Undo", position: places[at]?.position ?? 9999, luck: fresh ? "fresh" : "same" },
      { stale, goesTo: at < places.length ? at : null },
    );
    const { luck } = this.referee.crisis;
    const { seed } = this.host.run;
    for (const [other, known] of this.lucks) {
      if ((other === luck) !== (known === seed)) this.disputes(`the luck is ${seed}, and ${known} was the ${other}th`);
    }
    this.lucks.set(luck, seed);
  }
}

/** A value as JSON, its fields in the order of their names. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
