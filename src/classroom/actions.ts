/**
 * Every action of every seat as a table, for a teacher who grades: who proposed, sealed and said what, and when.
 *
 * It is told from the room's own events; names and texts that were forgotten are absent.
 */
import { hold } from "../engine/protocol.ts";
import { namingOf } from "../report/naming.ts";
import { dateOfRound, formatDate } from "../scenario/calendar.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { RoomEvent } from "./event.ts";
import { evolve, type RoomState } from "./room.ts";
import { type LessonRun, roundAt } from "./run.ts";

/** One line of the table. */
export interface Action {
  readonly seat: string;
  readonly name: string;
  readonly role: string;
  /** Counts from 1, as people do; empty before the rounds. */
  readonly round: string;
  readonly date: string;
  readonly action: "joined" | "seated" | "removed" | "proposed" | "sealed" | "said";
  /** The move's id, or to whom something was said. */
  readonly what: string;
  /** The move's name, or the words. */
  readonly words: string;
  /** In which of the room's runs, counted from 1: a class may have gone back. */
  readonly run: string;
}

const columns = ["seat", "name", "role", "round", "date", "action", "what", "words", "run"] as const;

/** The actions of a room. `runAt` gives a run by its stream, `words` a name or text by its id. */
export function actionsOf(
  events: readonly RoomEvent[],
  scenario: Scenario,
  runAt: (stream: string) => LessonRun,
  words: (id: string) => string | null,
): readonly Action[] {
  const naming = namingOf(scenario);
  const { clock } = scenario.model;
  const actions: Action[] = [];
  let room: RoomState | null = null;
  const add = (seat: string, round: number | null, told: Pick<Action, "action" | "what" | "words">): void => {
    const role = room?.seats.find(({ id }) => id === seat)?.role ?? "";
    actions.push({
      seat,
      name: words(seat) ?? "",
      role,
      round: round === null ? "" : String(round + 1),
      date: round === null || clock === null ? "" : formatDate(dateOfRound(clock, round)),
      ...told,
      run: String(room?.runs.length ?? 1),
    });
  };
  for (const event of events) {
    room = evolve(room, event);
    switch (event.type) {
      case "SeatRequested":
        add(event.seat, null, { action: "joined", what: event.wish ?? "", words: "" });
        break;
      case "SeatConfirmed":
      case "SeatMoved":
        add(event.seat, null, { action: "seated", what: event.role, words: "" });
        break;
      case "SeatRemoved":
        add(event.seat, null, { action: "removed", what: "", words: "" });
        break;
      case "ChoiceProposed":
      case "ChoiceSealed": {
        const { seat, move, position } = event;
        const name = move === hold ? "" : naming.name("moves", move);
        const action = event.type === "ChoiceProposed" ? "proposed" : "sealed";
        add(seat, roundAt(runAt(room.run).events, position), { action, what: move, words: name });
        break;
      }
      case "MessageSent":
        if (event.from === "teacher") break;
        add(event.from, event.round, { action: "said", what: event.to, words: words(event.message) ?? "" });
        break;
    }
  }
  return actions;
}

/**
 * The table as comma-separated values (RFC 4180), for any spreadsheet. Some split at semicolons or tabs whatever the
 * quotes say, so no part of a cell that such a program would see as a cell begins like a formula.
 */
export function actionTable(actions: readonly Action[]): string {
  const rows = [columns, ...actions.map((action) => columns.map((column) => action[column]))];
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

/** Control signs but tab, line feed and carriage return: a spreadsheet drops them, and what follows then stands first. */
const dropped = /(?![\t\n\r])\p{Cc}/gu;

/**
 * A sign that begins a formula, in any width, at the start of a cell or behind what may separate cells or lines; blanks,
 * quotes and invisible signs may stand before it.
 */
const formula = /(^|[,;|\t\n\r])([\s"\p{Cf}]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212])/gu;

function cell(text: string): string {
  const plain = text.replaceAll(dropped, "").replaceAll(formula, "$1$2'");
  return /[",;|\s]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
