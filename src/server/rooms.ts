/**
 * All rooms of the server: opened, found by their codes, and taken up again from the log after a restart.
 *
 * A room that cannot be taken up is remembered with what is wrong with it, and keeps no other from being served.
 */
import { randomBytes, randomInt } from "node:crypto";
import { otherClassOf } from "../classroom/debrief.ts";
import type { RoomState } from "../classroom/room.ts";
import { isOver } from "../classroom/screen.ts";
import type { OtherClass } from "../classroom/screenSections.ts";
import { prepareEngine, startRun } from "../engine/session.ts";
import { treat } from "../engine/treatment.ts";
import { LogError } from "../log/logError.ts";
import { startOf } from "../log/runStart.ts";
import { Mistake } from "../scenario/mistake.ts";
import { readScenario, type Scenario } from "../scenario/scenario.ts";
import { type Database, roomStream } from "./database.ts";
import { forgetWords } from "./forget.ts";
import type { Library } from "./library.ts";
import type { OpenRequest } from "./requestForms.ts";
import { Retention } from "./retention.ts";
import type { Clocks } from "./roomClock.ts";
import { codeLength, codeSigns } from "./roomCode.ts";
import { RoomHost, type TellFault } from "./roomHost.ts";
import { type RoomTrouble, troubleWith } from "./roomTrouble.ts";
import type { ScenarioForRoom } from "./studioWork.ts";

export interface RoomListed {
  readonly code: string;
  readonly title: string;
  readonly scenario: string;
  readonly phase: RoomState["phase"];
  readonly seats: number;
  /** When it was opened, in milliseconds since 1970-01-01. */
  readonly at: number;
}

export class Rooms {
  readonly database: Database;
  readonly clocks: Clocks;
  /** Told what failed, and where. */
  readonly fault: TellFault;
  private readonly library: Library;
  private readonly hosts = new Map<string, RoomHost>();
  private readonly damaged = new Map<string, RoomTrouble>();
  private readonly scenarios = new Map<string, Scenario>();
  private readonly retention: Retention;
  private changes: number;
  /** Told when a room's run or turn has changed, and when somebody looks at it again. */
  onMove: (host: RoomHost) => void = () => {};

  constructor(database: Database, library: Library, { clocks, fault }: { clocks: Clocks; fault: TellFault }) {
    this.database = database;
    this.library = library;
    this.clocks = clocks;
    this.fault = fault;
    this.retention = new Retention(database, clocks);
    this.changes = database.foreignChanges();
  }

  /** Takes up all rooms that the log holds, so that their clocks go on; those that cannot be are told by `troubles`. */
  async resume(): Promise<void> {
    const prefix = roomStream("");
    for (const stream of await this.database.store.streams()) {
      if (stream.startsWith(prefix)) this.find(stream.slice(prefix.length));
    }
  }

  /** The room of a code; null where there is none, or one that cannot be taken up. */
  find(code: string): RoomHost | null {
    const known = this.hosts.get(code);
    if (known !== undefined) return known;
    if (!/^[0-9A-Z]{4,12}$/.test(code) || this.damaged.has(code)) return null;
    try {
      return this.takeUp(code);
    } catch (error) {
      // Another process that writes is no damage.
      if (error instanceof LogError && error.reason === "busy") throw error;
      const trouble = troubleWith(code, error);
      this.damaged.set(code, trouble);
      this.fault(`room ${code}: it cannot be taken up`, error);
      return null;
    }
  }

  /** What is wrong with the room of a code, if it is there and cannot be taken up. */
  troubleWith(code: string): RoomTrouble | null {
    return this.damaged.get(code) ?? null;
  }

  /** Rooms that cannot be taken up. */
  troubles(): readonly RoomTrouble[] {
    return [...this.damaged.values()];
  }

  private takeUp(code: string): RoomHost | null {
    if (!this.database.has(roomStream(code))) return null;
    const missing = this.database.missingFrom(roomStream(code));
    if (missing > 0) {
      const many = missing === 1 ? "the last event is" : `the last ${missing} events are`;
      throw new LogError("broken", `${many} missing from the class's log`);
    }
    const host = new RoomHost(code, this.database, {
      clocks: this.clocks,
      fault: this.fault,
      readScenario: (text, room) => this.scenarioOf(text, room.overlay),
    });
    if (host.run.events.length < host.room.position) {
      throw new LogError("broken", "the last events are missing from the log of the class's run");
    }
    host.onMove = (moved) => this.onMove(moved);
    host.others = () => this.othersOf(host);
    this.hosts.set(code, host);
    return host;
  }

  list(): readonly RoomListed[] {
    return [...this.hosts.values()]
      .map(({ code, room, run }) => ({
        code,
        title: run.scenario.texts.title,
        scenario: room.scenario.id,
        phase: room.phase,
        seats: room.seats.length,
        at: room.openedAt,
      }))
      .toSorted((one, other) => other.at - one.at);
  }

  /** The courses that a room left, and what other classes did with its model. */
  private othersOf(host: RoomHost): readonly OtherClass[] {
    const model = ({ run }: RoomHost): string => startOf(run.events).model;
    const left = host.room.runs.filter((stream) => stream !== host.room.run);
    const others = [...this.hosts.values()]
      .filter((other) => other !== host && isOver(other.room) && model(other) === model(host))
      .toSorted((one, other) => one.room.openedAt - other.room.openedAt)
      .map(({ run }) => otherClassOf(run));
    const ways = left.flatMap((stream) => {
      try {
        return [otherClassOf(host.runAt(stream), true)];
      } catch (error) {
        // A course that was left and is damaged is not told; the class goes on.
        if (error instanceof Mistake) return [];
        throw error;
      }
    });
    return [...ways, ...others];
  }

  /** Forgets names and texts of rooms in which nobody has written anything for so many days; says which rooms. */
  forgetAfter(days: number): readonly string[] {
    const forgotten = this.retention.due(days).filter((code) => this.forgets(code));
    if (forgotten.length > 0) this.database.scour();
    return forgotten;
  }

  /** Forgets the words of a room; false where another process writes at this moment, so that it is done the next time. */
  private forgets(code: string): boolean {
    try {
      forgetWords(this.database, code, null, "expired");
      this.hosts.get(code)?.reread();
      return true;
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      this.fault(`room ${code}: names are not forgotten yet`, error);
      return false;
    }
  }

  /** To be called about once a second: finds that the machine slept or its clock was set. */
  look(): void {
    for (const host of this.hosts.values()) host.look();
  }

  /** Takes in what another process deleted, if any did. */
  reread(): void {
    const changes = this.database.foreignChanges();
    if (changes === this.changes) return;
    this.changes = changes;
    for (const host of this.hosts.values()) {
      try {
        host.reread();
      } catch (error) {
        if (!(error instanceof LogError)) throw error;
        this.fault(`room ${host.code}: what was deleted is not taken in yet`, error);
      }
    }
  }

  get all(): readonly RoomHost[] {
    return [...this.hosts.values()];
  }

  /**
   * Opens a room and begins its run.
   * @param found the scenario as it was read elsewhere; without it, it is read here.
   * @throws Mistake where the scenario cannot be used so.
   */
  open(request: OpenRequest, found = this.read(request)): RoomHost {
    if (found === null) throw new Mistake(`there is no scenario ${request.scenario} in this language`);
    const { text, overlay } = found;
    if (found.scenario === null) throw new Mistake(`${request.scenario} has errors; \`demarche lint\` shows them`);
    const scenario: Scenario = { locate: () => null, ...found.scenario };
    this.scenarios.set(keyOf(text, overlay), scenario);
    const { model } = scenario;
    const movers = model.actors.map(({ id }) => id).filter((id) => model.moves.some(({ by }) => by === id));
    const stranger = request.people.find((actor) => !movers.includes(actor));
    if (stranger !== undefined) throw new Mistake(`${stranger} has no moves to choose from`);
    const treatment = treat(model, request.variant === null ? {} : { variant: request.variant });
    const code = this.freeCode();
    const run = `run.${code}`;
    const seed = request.seed ?? randomBytes(9).toString("base64url");
    const events = startRun(prepareEngine(model, treatment), {
      seed,
      model: scenario.hash,
      document: { id: model.id, text },
    });
    this.database.store.together((writer) => {
      writer.append(run, { expected: 0, events });
      writer.append(roomStream(code), {
        expected: 0,
        events: [
          {
            type: "RoomOpened",
            version: 1,
            room: code,
            scenario: { id: request.scenario, language: request.language },
            overlay,
            run,
            people: movers.filter((actor) => request.people.includes(actor)),
            perDelegation: request.perDelegation,
            timing: request.timing,
            pace: request.pace,
            at: this.clocks.now(),
          },
        ],
      });
    });
    const host = this.find(code);
    if (host === null) throw new Error(`the room ${code} was not remembered`);
    return host;
  }

  private read({ scenario, language }: OpenRequest): ScenarioForRoom | null {
    const found = this.library.read(scenario, language);
    if (found === null) return null;
    const { source, overlay, reading } = found;
    return { text: source.text, overlay: overlay?.text ?? null, scenario: reading.scenario };
  }

  /** The scenario of a document, as a room words it. */
  scenarioOf(text: string, overlay: string | null): Scenario {
    const key = keyOf(text, overlay);
    const known = this.scenarios.get(key);
    if (known !== undefined) return known;
    const over = overlay === null ? {} : { overlay: { file: "texts.yaml", text: overlay } };
    const { scenario } = readScenario({ file: "scenario.yaml", text, ...over });
    if (scenario === null) throw new Mistake("the scenario of this room cannot be read by this version of Demarche");
    this.scenarios.set(key, scenario);
    return scenario;
  }

  private freeCode(): string {
    for (;;) {
      const code = Array.from({ length: codeLength }, () => codeSigns[randomInt(codeSigns.length)]).join("");
      if (!this.database.has(roomStream(code))) return code;
    }
  }

  close(): void {
    for (const host of this.hosts.values()) host.close();
  }
}

/** What a scenario with its texts is remembered by. */
const keyOf = (text: string, overlay: string | null): string => `${overlay ?? ""}\n${text}`;
