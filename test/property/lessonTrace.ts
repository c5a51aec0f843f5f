/**
 * One lesson played in this process at the room's host: everything that the observed screens hear, step by step, beside
 * what the engine's view says that they may know.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { incidentsNow, turnPositions, turnsNow } from "../../src/classroom/decide.ts";
import { deciding, membersOf, type RoomState, turnOf } from "../../src/classroom/room.ts";
import type { LessonRun } from "../../src/classroom/run.ts";
import { atStage, type RoomCommand, type UnstagedCommand } from "../../src/classroom/screenSections.ts";
import { viewEvents } from "../../src/engine/view.ts";
import { readScenario, type Scenario } from "../../src/scenario/scenario.ts";
import { type Database, openDatabase } from "../../src/server/database.ts";
import type { Library, LibraryScenario } from "../../src/server/library.ts";
import type { RoomHost } from "../../src/server/roomHost.ts";
import { Rooms } from "../../src/server/rooms.ts";
import type { SecretLesson, Step } from "./secretLesson.ts";

/** Screens that are observed: a seat of West, an observer's seat, the projector. */
export const observed = ["west", "observer", "projector"] as const;
export type Observed = (typeof observed)[number];

/** What was known and heard after one step. */
export interface Moment {
  readonly step: string;
  /** The engine's view of West, and of the public, an event a line. */
  readonly views: Readonly<Record<Observed, readonly string[]>>;
  /** Delegations that decided in this step and had not before in the turn, where that is public. */
  readonly decided: string;
  readonly heard: Readonly<Record<Observed, readonly string[]>>;
  /** What the lesson holds so far that is a secret to the observed, by kind. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly phase: RoomState["phase"];
}

const start = 1_700_000_000_000;

/** Where lessons are kept while they are compared. */
export class LessonStore {
  private readonly folder = mkdtempSync(join(tmpdir(), "demarche-secrets-"));
  readonly database: Database = openDatabase(this.folder, () => Date.now());

  constructor() {
    this.database.store.database.exec("pragma synchronous = off");
  }

  async remove(): Promise<void> {
    await this.database.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Rooms that read each scenario once. */
class LessonRooms extends Rooms {
  private static known: LibraryScenario | null = null;

  constructor(database: Database, text: string) {
    const found = LessonRooms.read(text);
    const now = (): number => Date.now();
    const library: Library = {
      folders: [],
      names: () => [],
      source: () => found,
      list: () => [],
      read: () => found,
    };
    const fault = (where: string, error: unknown): void => {
      throw new Error(where, { cause: error });
    };
    super(database, library, { clocks: { now, elapsed: now }, fault });
  }

  override scenarioOf(text: string): Scenario {
    const { scenario } = LessonRooms.read(text).reading;
    if (scenario === null) throw new Error(`the scenario has errors: ${text}`);
    return scenario;
  }

  private static read(text: string): LibraryScenario {
    const source = { file: "secrets.yaml", text };
    if (LessonRooms.known?.source.text !== text) {
      LessonRooms.known = { source, overlay: null, reading: readScenario(source) };
    }
    return LessonRooms.known;
  }
}

/** Plays a script in one of the two lessons of a pair. The clock must be a false one. */
export function playLesson(
  store: LessonStore,
  lesson: SecretLesson,
  steps: readonly Step[],
  side: 0 | 1,
): readonly Moment[] {
  vi.setSystemTime(start);
  const rooms = new LessonRooms(store.database, lesson.documents[side]);
  const host = rooms.open({
    scenario: "secrets",
    language: null,
    variant: null,
    people: [...lesson.people],
    perDelegation: lesson.perDelegation,
    timing: { briefing: 5, rounds: [4, 3], debrief: 10 },
    pace: lesson.pace,
    seed: lesson.seeds[side],
  });
  const table = new Table(host, lesson, side);
  try {
    table.begin();
    for (const step of steps) {
      table.take(step);
      if (host.room.phase !== "round") break;
    }
    return table.moments;
  } finally {
    rooms.close();
  }
}

class Table {
  readonly moments: Moment[] = [];
  private readonly host: RoomHost;
  private readonly lesson: SecretLesson;
  private readonly side: 0 | 1;
  private readonly heard: Record<Observed, string[]> = { west: [], observer: [], projector: [] };
  private readonly leave = new Map<string, () => void>();
  /** Delegations that have decided in this turn, as everybody may count. */
  private decided = new Set<string>();
  private newly: string[] = [];
  private secrets: Record<string, string> = {};
  private keys = 0;
  /** A seat outside the delegations that nobody watches. */
  private spare = "";
  /** Incidents that the teacher let happen in this step. */
  private caused = 0;

  constructor(host: RoomHost, lesson: SecretLesson, side: 0 | 1) {
    this.host = host;
    this.lesson = lesson;
    this.side = side;
  }

  private get run(): LessonRun {
    return this.host.run;
  }

  private key(): string {
    return `test-key-${String(++this.keys)}`;
  }

  private seatOf(role: string): string {
    return membersOf(this.host.room, role)[0]?.id ?? "";
  }

  /** Everybody comes in, and the first turn opens. */
  begin(): void {
    const { people, perDelegation } = this.lesson;
    const others = people.filter((role) => role !== "west").flatMap((role) => Array<string>(perDelegation).fill(role));
    const roles = ["west", "observer", ...Array<string>(perDelegation - 1).fill("west"), ...others, "press"];
    for (const [index, role] of roles.entries()) {
      const secret = role !== "west" && role !== "observer" && this.side === 1;
      this.host.join(this.key(), `${role} ${secret ? "called otherwise" : "a"} ${index}`, null);
      if (index === 1) for (const screen of observed) this.watch(screen);
      this.spare = `s${index + 1}`;
      this.teacher({ type: "Admit", seat: `s${index + 1}`, role });
    }
    this.secrets = { names: String(this.side) };
    if (this.lesson.documents[0] !== this.lesson.documents[1]) this.secrets.start = String(this.side);
    this.teacher({ type: "GoOn" });
    this.teacher({ type: "GoOn" });
    this.note("begin");
  }

  private watch(screen: Observed): void {
    this.leave.get(screen)?.();
    const looker =
      screen === "projector"
        ? ({ kind: "projector" } as const)
        : ({ kind: "seat", seat: screen === "west" ? "s1" : "s2" } as const);
    const send = (patch: string): void => void this.heard[screen].push(patch.replaceAll(this.host.code, "CODE"));
    this.leave.set(screen, this.host.watch({ looker, ready: () => true, send }));
  }

  private teacher(command: UnstagedCommand): boolean {
    const outcome = this.host.ask({ teacher: true }, this.key(), atStage(command, this.host.room.stage));
    if ("done" in outcome && command.type === "CauseIncident") this.caused += 1;
    return "done" in outcome;
  }

  private note(step: string): void {
    const { model } = this.run.scenario;
    const view = (viewer: string): readonly string[] =>
      viewEvents(model, this.run.events, viewer).map((event) => JSON.stringify(event));
    const open = view("public");
    this.moments.push({
      step,
      views: { west: view("west"), observer: open, projector: open },
      decided: this.newly.join(" "),
      heard: {
        west: this.heard.west.splice(0),
        observer: this.heard.observer.splice(0),
        projector: this.heard.projector.splice(0),
      },
      secrets: { ...this.secrets },
      phase: this.host.room.phase,
    });
    this.newly = [];
  }

  take(step: Step): void {
    const { stage } = this.host.room;
    this.caused = 0;
    this.does(step);
    const { room } = this.host;
    const voided = room.voided.filter((role) => role !== "west").join(" ");
    if (voided !== "") this.remember("voided", voided);
    // An incident is a stage of the lesson, but no new turn.
    if (room.stage - stage > this.caused) this.decided = new Set();
    this.note(step.kind);
  }

  private remember(kind: string, what: string): void {
    this.secrets[kind] = `${this.secrets[kind] ?? ""}|${what}`;
  }

  private does(step: Step): void {
    const { host, side } = this;
    switch (step.kind) {
      case "wait":
        vi.advanceTimersByTime(step.seconds * 1000);
        return;
      case "time is up": {
        const { deadline } = host.room;
        vi.advanceTimersByTime(deadline === null ? 1000 : Math.max(0, deadline - Date.now()) + 1);
        return;
      }
      case "seal":
      case "propose":
        this.choose(step);
        return;
      case "say":
        this.say(step);
        return;
      case "covert incident": {
        const open = this.incidents(true);
        const pick = step.pick[side];
        const incident = pick === null ? undefined : open[pick % Math.max(1, open.length)];
        if (incident !== undefined && this.teacher({ type: "CauseIncident", incident }))
          this.remember("incident", incident);
        return;
      }
      case "told incident": {
        const open = this.incidents(false);
        const incident = open[step.pick % Math.max(1, open.length)];
        if (incident !== undefined) this.teacher({ type: "CauseIncident", incident });
        return;
      }
      case "teacher":
        this.conduct(step.command, step.pick);
        return;
      case "seating": {
        const role = step.pick[side] % 2 === 0 ? "press" : "observer";
        if (this.teacher({ type: "Admit", seat: this.spare, role })) this.remember("seating", role);
        return;
      }
      case "come and go": {
        const seat = this.seatOf(this.other(step.who));
        if (seat === "") return;
        this.leave.get(seat)?.();
        if (step.pick[side] % 2 === 0) return;
        const leave = host.watch({ looker: { kind: "seat", seat }, ready: () => true, send: () => {} });
        this.leave.set(seat, leave);
        leave();
        return;
      }
      case "lamps":
        host.setPropertyStatuses([{ id: "x", claim: `claim ${step.pick[side]}`, light: "unknown" }]);
        return;
      case "mute": {
        const seat = this.seatOf(this.other(step.who));
        if (step.pick[side] % 2 === 0) return;
        if (this.teacher({ type: "Mute", seat, muted: true })) this.remember("mute", seat);
        this.teacher({ type: "Mute", seat, muted: false });
        return;
      }
      case "reconnect":
        this.watch(observed[step.who] ?? "projector");
        return;
      case "probe":
        this.probe(step.pick);
        return;
    }
  }

  /** One of the delegations that are not observed. */
  private other(who: number): string {
    const others = this.lesson.people.filter((role) => role !== "west");
    return others[who % others.length] ?? "";
  }

  private incidents(covert: boolean): readonly string[] {
    const { incidents } = this.run.scenario.model;
    const wanted = new Set(incidents.filter((incident) => (incident.knownTo !== null) === covert).map(({ id }) => id));
    return incidentsNow({ room: this.host.room, run: this.run }).filter((id) => wanted.has(id));
  }

  private choose({ kind, who, pick, secret }: Extract<Step, { kind: "seal" | "propose" }>): void {
    const { host, side } = this;
    const role = this.lesson.people[who % this.lesson.people.length] ?? "";
    const turn = turnsNow({ room: host.room, run: this.run }).find(({ actor }) => actor === role);
    if (turn === undefined || !deciding(host.room).includes(role)) return;
    const { moves } = this.run.scenario.model;
    const quiet = turn.options.filter(
      (id) => id === "hold" || moves.some((move) => move.id === id && move.knownTo !== null),
    );
    const way = (options: readonly string[], drawn: number): string => options[drawn % options.length] ?? "";
    const hidden = secret && role !== "west";
    // In free turns nobody holds; not to move looks like a covert move.
    const ways = this.lesson.turns === "free" ? [...quiet, ""] : quiet;
    const move = hidden && ways.length > 0 ? way(ways, pick[side]) : way(turn.options, pick[0]);
    if (move === "") return;
    const number = turnOf(host.room, role);
    const [first, second] = membersOf(host.room, role);
    const ask = (seat: string | undefined, type: "Propose" | "Seal", moved: string): boolean =>
      seat !== undefined && this.student(seat, { type, move: moved, turn: number });
    if (kind === "propose") {
      const proposed = hidden ? way(turn.options, pick[side]) : way(turn.options, pick[0]);
      if (ask((second ?? first)?.id, "Propose", proposed) && role !== "west") this.remember("proposal", proposed);
      return;
    }
    if (second !== undefined) ask(second.id, "Propose", move);
    const done = ask(first?.id, "Seal", move);
    if (!done) return;
    if (role !== "west") this.remember("move", `${role} ${move}`);
    if (this.lesson.turns !== "free" && !this.decided.has(role)) this.newly.push(role);
    this.decided.add(role);
  }

  private student(seat: string, command: RoomCommand): boolean {
    const outcome = this.host.ask({ seat }, this.key(), command);
    const own = this.host.room.seats.find(({ id }) => id === seat)?.role === "west";
    if (own) this.heard.west.push(JSON.stringify(outcome));
    return "done" in outcome;
  }

  private say({ who, to, text }: Extract<Step, { kind: "say" }>): void {
    const { people, actors } = this.lesson;
    const role = people[who % people.length] ?? "";
    const strangers = actors.filter((id) => id !== "west" && id !== role);
    const channels = ["delegation", "teacher", ...strangers.map((id) => `to:${id}` as const)] as const;
    const seat = this.seatOf(role);
    if (role === "west" || to > 5) {
      const open = ["all", role === "west" ? "delegation" : "to:west", "all", "teacher"] as const;
      const channel = open[text[0] % 3] ?? "all";
      this.student(seat, { type: "Say", to: channel, text: `In public ${text[0]}.` });
      return;
    }
    // Said to different people in different words, or not at all.
    const words = text[this.side];
    if (words % 4 === 0) return;
    const channel = channels[words % channels.length] ?? "delegation";
    if (this.student(seat, { type: "Say", to: channel, text: "Between us. ".repeat(words) })) {
      this.remember("message", `${channel} ${words}`);
    }
  }

  private conduct(command: number, pick: number): void {
    const { room } = this.host;
    const actor = this.other(pick);
    const commands: readonly (() => UnstagedCommand)[] = [
      () => ({ type: "Pause" }),
      () => ({ type: "Resume" }),
      () => ({ type: "Resume" }),
      () => ({ type: "Extend", minutes: 1 + pick }),
      () => ({ type: "Hold", held: !room.held }),
      () => ({ type: "Reveal" }),
      () => ({ type: "TellNews", text: `News ${pick}` }),
      () => ({ type: "Broadcast", text: `Listen ${pick}` }),
      () => ({ type: "SeatBot", actor }),
      () => ({ type: "ReturnSeat", actor: room.bots[0] ?? actor }),
      () => ({ type: "CloseJoining", closed: pick % 2 === 0 }),
      () => {
        const positions = turnPositions({ room, run: this.run });
        return {
          type: "Undo",
          position: positions[pick % Math.max(1, positions.length)] ?? 1,
          luck: pick % 2 === 0 ? "same" : "fresh",
        };
      },
      () => {
        const said = room.messages.filter(({ role, to }) => role !== "west" && to !== "all" && to !== "to:west");
        const message = said[pick % Math.max(1, said.length)]?.id ?? "none";
        return { type: "Hide", message, hidden: pick % 2 === 0 };
      },
    ];
    const chosen = commands[command]?.();
    if (chosen !== undefined && this.teacher(chosen) && chosen.type === "SeatBot") this.decided.delete(actor);
  }

  /** What a curious student tries. */
  private probe(pick: number): void {
    const seat = this.seatOf("west");
    const turn = turnOf(this.host.room, "west");
    const move = this.run.scenario.model.moves[pick % this.run.scenario.model.moves.length]?.id ?? "hold";
    const probes: readonly RoomCommand[] = [
      { type: "Propose", move, turn },
      { type: "Propose", move, turn: turn + 1 },
      { type: "Propose", move: "nothing", turn },
      { type: "Say", to: `to:${this.lesson.actors[0] ?? ""}`, text: "Do you hear us?" },
      { type: "Say", to: "to:nobody", text: "Is anybody there?" },
      atStage({ type: "Reveal" }, this.host.room.stage),
    ];
    this.student(seat, probes[pick % probes.length] ?? { type: "Propose", move: "hold", turn });
  }
}
