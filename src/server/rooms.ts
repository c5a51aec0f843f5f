/**
 * All rooms of the server: opened, found by their codes, and taken up again from the log after a restart.
 */
import { randomBytes, randomInt } from "node:crypto";
import { otherClassOf } from "../classroom/debrief.ts";
import type { RoomState } from "../classroom/room.ts";
import { isOver } from "../classroom/screen.ts";
import type { OtherClass } from "../classroom/sight.ts";
import { prepareEngine, startRun } from "../engine/session.ts";
import { treat } from "../engine/treatment.ts";
import { startOf } from "../log/runStart.ts";
import { Mistake } from "../scenario/mistake.ts";
import { readScenario, type Scenario } from "../scenario/scenario.ts";
import type { OpenRequest } from "./asked.ts";
import { type Database, roomStream } from "./database.ts";
import { forgetWords } from "./forget.ts";
import type { Library } from "./library.ts";
import { Retention } from "./retention.ts";
import type { Clocks } from "./roomClock.ts";
import { codeLength, codeSigns } from "./roomCode.ts";
import { RoomHost, type TellFault } from "./roomHost.ts";

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

  /** Takes up all rooms that the log holds, so that their clocks go on. */
  async resume(): Promise<void> {
    const prefix = roomStream("");
    for (const stream of await this.database.store.streams()) {
      if (stream.startsWith(prefix)) this.find(stream.slice(prefix.length));
    }
  }

  /** The room of a code, or null. */
  find(code: string): RoomHost | null {
    const known = this.hosts.get(code);
    if (known !== undefined) return known;
    if (!/^[0-9A-Z]{4,12}$/.test(code)) return null;
    if (this.database.store.readNow(roomStream(code), 0, 1).length === 0) return null;
    const host = new RoomHost(code, this.database, {
      clocks: this.clocks,
      fault: this.fault,
      readScenario: (text, room) => this.scenarioOf(text, room.overlay),
    });
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
    return [...left.map((stream) => otherClassOf(host.runAt(stream), true)), ...others];
  }

  /** Forgets names and texts of rooms in which nobody has written anything for so many days; says which rooms. */
  forgetAfter(days: number): readonly string[] {
    const codes = this.retention.due(days);
    for (const code of codes) {
      forgetWords(this.database, code, null, "expired");
      this.hosts.get(code)?.reread();
    }
    if (codes.length > 0) this.database.scour();
    return codes;
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
    for (const host of this.hosts.values()) host.reread();
  }

  get all(): readonly RoomHost[] {
    return [...this.hosts.values()];
  }

  /**
   * Opens a room and begins its run.
   * @throws Mistake where the scenario cannot be used so.
   */
  open(request: OpenRequest): RoomHost {
    const found = this.library.read(request.scenario, request.language);
    if (found === null) throw new Mistake(`there is no scenario ${request.scenario} in this language`);
    const { scenario } = found.reading;
    if (scenario === null) throw new Mistake(`${request.scenario} has errors; \`demarche lint\` shows them`);
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
      document: { id: model.id, text: found.source.text },
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
            overlay: found.overlay?.text ?? null,
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

  /** The scenario of a document, as a room words it. */
  scenarioOf(text: string, overlay: string | null): Scenario {
    const key = `${overlay ?? ""}\n${text}`;
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
      if (this.database.store.readNow(roomStream(code), 0, 1).length === 0) return code;
    }
  }

  close(): void {
    for (const host of this.hosts.values()) host.close();
  }
}
