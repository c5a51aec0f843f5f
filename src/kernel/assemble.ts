/**
 * The program of a whole run: the start, the round protocol and the tick, put together.
 *
 * Every point of the protocol is a stage, in static order: incidents, dated ones first, then turns. Where nothing can
 * happen any more and nothing waits on time, the run ends, exactly where the engine would find it still.
 */
import { readsTime } from "../engine/protocol.ts";
import { lastScripted, type Treatment } from "../engine/treatment.ts";
import type { Model, Tally } from "../scenario/model.ts";
import {
  and,
  any,
  arithmetic,
  type Code,
  compare,
  constant,
  fitsInt,
  type Local,
  least,
  no,
  not,
  number,
  or,
  read,
  truth,
  yes,
} from "./code.ts";
import { consequencesOf, type MonitorReading } from "./consequences.ts";
import { type Body, draftProgram, type ProgramDraft } from "./draft.ts";
import { endIf } from "./ending.ts";
import type { Layout } from "./layout.ts";
import { conditional, deadlock, type Program, unfinished } from "./program.ts";
import { roundOf, stage, type Works } from "./stage.ts";
import { drawStart } from "./start.ts";
import { count } from "./step.ts";

/** A program and the layout of its states. */
export interface Assembly {
  readonly program: Program;
  readonly layout: Layout;
}

/**
 * Assembles the program of a model under a treatment; a run of more than `limit` rounds is unfinished.
 * @param reading of a run it is enough to read a property where something it reads was written; who looks at ways one
 * by one needs it read everywhere.
 */
export function assembleProgram(
  model: Model,
  treatment: Treatment,
  limit: number,
  reading: MonitorReading = "where written",
): Assembly {
  const draft = draftProgram(model, treatment, limit);
  const unbounded = [-Infinity, Infinity] as const;
  const { tallies } = draft;
  tallies.push(...model.tallies.map((tally) => tallyRegister(draft, tally)));
  const utilities = model.actors.flatMap(({ utility }) =>
    utility === null ? [] : [draft.register("float", ...unbounded, 0)],
  );
  const rounds = draft.register("int", 0, draft.layout.memory.roundMax, 0);
  const otherwise = model.outcomes.findIndex(({ when }) => when === null);
  const works: Works = {
    draft,
    consequences: consequencesOf(draft, reading),
    tallies,
    movers: model.actors.filter((actor) => model.moves.some((move) => move.by === actor.id)),
    stillEnding: otherwise >= 0 ? otherwise : deadlock,
    still: waitsOnTime(model, treatment) ? null : () => stillness(draft),
  };
  const start = startRun(works);
  const opening: Body = [];
  // Only the passing of a date, or the end of a script, can leave nothing to happen between a tick and its round.
  const passes = model.incidents.some(({ date }) => date !== null) || treatment.script.length > 0;
  if (works.still !== null && passes) {
    endIf(draft, opening, works.still(), works.stillEnding);
  }
  opening.push({ do: "set", local: rounds, value: arithmetic("+", read(rounds), constant(1)) });
  count(draft, opening, tallies, ["round"]);
  const stages = draft.layout.cursors.slice(0, -1).map((cursor, index) => stage(works, cursor, index));
  const tick = tickClock(works, limit, otherwise);
  const closing = closeRun(draft, utilities);
  const state = draft.layout.fields.filter(({ kind }) => kind !== "cursor" && kind !== "ending");
  const program: Program = {
    fields: state.map(({ local }) => local),
    round: draft.round,
    registers: draft.registers,
    scratch: draft.scratches,
    derived: works.consequences.derived,
    tables: draft.tables,
    sites: draft.sites,
    faults: draft.faults,
    start,
    opening,
    stages,
    tick,
    closing,
    results: { ending: draft.ending, rounds, tallies, utilities, properties: works.consequences.verdicts },
  };
  return { program, layout: draft.layout };
}

/** A total in whole numbers where it cannot leave 32 bits, else a double. */
function tallyRegister(draft: ProgramDraft, { id, entries }: Tally): Local {
  const { layout } = draft;
  const occasions = (layout.memory.roundMax + 1) * layout.cursors.length * entries.length;
  const adds = entries.map((entry, index) => number(draft.translate(entry.add, `tallies.${id}.${index}.add`)));
  const most = adds.reduce((so, { low, high }) => Math.max(so, Math.abs(low), Math.abs(high)), 0) * occasions;
  if (adds.every(({ type }) => type === "int") && fitsInt(-most, most)) return draft.register("int", -most, most, 0);
  return draft.register("float", -Infinity, Infinity, 0);
}

const waitsOnTime = (model: Model, treatment: Treatment): boolean => treatment.rounds !== null || readsTime(model);

function startRun({ draft, consequences, still, stillEnding }: Works): Body {
  const into: Body = [];
  drawStart(draft, into);
  into.push({ do: "note", happening: { kind: "start" }, cursor: 0 });
  consequences.begin(into);
  if (still !== null) endIf(draft, into, still(), stillEnding);
  return into;
}

/** Whether no move or incident is enabled, none is dated later, and the script has nothing more to say. */
function stillness(draft: ProgramDraft): Code {
  const { model, treatment } = draft;
  const script =
    treatment.script.length === 0 ? [] : [compare("<=", read(draft.round), constant(lastScripted(treatment)))];
  const moves = model.moves.map((move) =>
    move.when === null ? yes : truth(draft.translate(move.when, `moves.${move.id}.when`)),
  );
  const incidents = model.incidents.map((incident) => {
    const path = `incidents.${incident.id}`;
    const when = incident.when === null ? yes : truth(draft.translate(incident.when, `${path}.when`));
    const known = draft.knowing(incident.when);
    const occurs = and(
      when,
      compare(">", number(draft.translate(incident.chance, `${path}.chance`, known)), constant(0)),
    );
    if (incident.date === null) return occurs;
    const due = roundOf(draft, incident);
    if (due === null) return no;
    const now = compare("==", read(draft.round), constant(due));
    return or(compare("<", read(draft.round), constant(due)), and(now, occurs));
  });
  return not(any([...script, ...moves, ...incidents]));
}

function tickClock(works: Works, limit: number, otherwise: number): Body {
  const { draft, consequences, still, stillEnding } = works;
  const { round, layout, treatment } = draft;
  const into: Body = [];
  if (still !== null) endIf(draft, into, still(), stillEnding);
  const writes = new Set([round]);
  into.push({ do: "set", local: round, value: arithmetic("+", read(round), constant(1)) });
  for (const { kind, local } of layout.fields) {
    if (kind !== "since") continue;
    writes.add(local);
    const older = arithmetic("+", read(local), constant(1));
    into.push({ do: "set", local, value: least(older, constant(local.high)) });
  }
  into.push({ do: "note", happening: { kind: "tick" }, cursor: 0 });
  consequences.follow(into, writes, 0);
  const reached = (last: number): Code => compare("==", read(round), constant(last));
  const { rounds } = treatment;
  if (rounds !== null && rounds <= limit) {
    const last: Body = [];
    draft.model.outcomes.forEach(({ id, when, atEnd }, index) => {
      if (when !== null && atEnd) endIf(draft, last, truth(draft.translate(when, `outcomes.${id}.when`)), index);
    });
    endIf(draft, last, yes, otherwise);
    into.push(conditional(reached(rounds), last));
  } else endIf(draft, into, reached(limit), unfinished);
  return into;
}

function closeRun(draft: ProgramDraft, utilities: readonly Local[]): Body {
  const into: Body = [];
  const actors = draft.model.actors.filter(({ utility }) => utility !== null);
  actors.forEach(({ id, utility }, index) => {
    const local = utilities[index];
    if (utility === null || local === undefined) return;
    into.push({ do: "set", local, value: number(draft.evaluate(into, utility, `actors.${id}.utility`)) });
  });
  return into;
}
