/**
 * The program of a whole run: the start, the round protocol and the tick, put together.
 *
 * Every point of the protocol is a stage, in static order: incidents, dated ones first, then turns. A stage evaluates
 * what is open in the present state, lets somebody or chance choose, does the step and what follows from it.
 */
import { readsTime } from "../engine/protocol.ts";
import type { Treatment } from "../engine/treatment.ts";
import { roundOfDate } from "../scenario/calendar.ts";
import type { Actor, Incident, Model, Move, Tally } from "../scenario/model.ts";
import { type Aftermath, watchModel } from "./aftermath.ts";
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
  reads,
  truth,
  yes,
} from "./code.ts";
import { type Body, type Draft, draftProgram } from "./draft.ts";
import type { Layout } from "./layout.ts";
import { deadlock, type Option, type Program, type Stage, unfinished } from "./program.ts";
import { drawStart } from "./start.ts";
import { count, deedWrites, type Forced, meets, perform } from "./step.ts";
import { isIdle, isScripted, type Offer, offerHold, offerMoves, settleOffers, type Weighed } from "./turn.ts";

/** A program and the layout of its states. */
export interface Assembly {
  readonly program: Program;
  readonly layout: Layout;
}

/** Everything that stages share. */
interface Works {
  readonly draft: Draft;
  readonly aftermath: Aftermath;
  readonly tallies: readonly Local[];
  readonly movers: readonly Actor[];
  /** The outcome of a run in which nothing can happen any more, or `deadlock`. */
  readonly stillEnding: number;
  /** Whether nothing can happen now or later; null where time alone can change that. */
  readonly still: (() => Code) | null;
}

/** Assembles the program of a model under a treatment; a run of more than `limit` rounds is unfinished. */
export function assembleProgram(model: Model, treatment: Treatment, limit: number): Assembly {
  const draft = draftProgram(model, treatment, limit);
  const unbounded = [-Infinity, Infinity] as const;
  const tallies = model.tallies.map((tally) => tallyRegister(draft, tally));
  const utilities = model.actors.flatMap(({ utility }) =>
    utility === null ? [] : [draft.register("float", ...unbounded, 0)],
  );
  const rounds = draft.register("int", 0, draft.layout.memory.roundMax, 0);
  const otherwise = model.outcomes.findIndex(({ when }) => when === null);
  const works: Works = {
    draft,
    aftermath: watchModel(draft),
    tallies,
    movers: model.actors.filter((actor) => model.moves.some((move) => move.by === actor.id)),
    stillEnding: otherwise >= 0 ? otherwise : deadlock,
    still: waitsOnTime(model, treatment) ? null : () => stillness(draft),
  };
  const start = startRun(works);
  const opening: Body = [];
  // Only the passing of a date can leave nothing to happen between a tick and the round that it opens.
  if (works.still !== null && model.incidents.some(({ date }) => date !== null)) {
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
    derived: works.aftermath.derived,
    tables: draft.tables,
    sites: draft.sites,
    faults: draft.faults,
    start,
    opening,
    stages,
    tick,
    closing,
    results: { ending: draft.ending, rounds, tallies, utilities, properties: works.aftermath.verdicts },
  };
  return { program, layout: draft.layout };
}

/** A total in whole numbers where it cannot leave 32 bits, else a double. */
function tallyRegister(draft: Draft, { id, entries }: Tally): Local {
  const { layout } = draft;
  const occasions = (layout.memory.roundMax + 1) * layout.cursors.length * entries.length;
  const adds = entries.map((entry, index) => number(draft.translate(entry.add, `tallies.${id}.${index}.add`)));
  const most = adds.reduce((so, { low, high }) => Math.max(so, Math.abs(low), Math.abs(high)), 0) * occasions;
  if (adds.every(({ type }) => type === "int") && fitsInt(-most, most)) return draft.register("int", -most, most, 0);
  return draft.register("float", -Infinity, Infinity, 0);
}

const waitsOnTime = (model: Model, treatment: Treatment): boolean =>
  treatment.rounds !== null || treatment.script.length > 0 || readsTime(model);

function startRun({ draft, aftermath, still, stillEnding }: Works): Body {
  const into: Body = [];
  drawStart(draft, into);
  into.push({ do: "note", happening: { kind: "start" }, cursor: 0 });
  aftermath.begin(into);
  if (still !== null) endIf(draft, into, still(), stillEnding);
  return into;
}

function endIf(draft: Draft, into: Body, when: Code, ending: number): void {
  const holds = draft.check(into, when);
  if (holds !== no) into.push({ do: "if", when: holds, then: [{ do: "end", ending }], else: [] });
}

/** Whether no move or incident is enabled and none is dated later. */
function stillness(draft: Draft): Code {
  const { model } = draft;
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
  return not(any([...moves, ...incidents]));
}

/** The round in which a dated incident can occur, or null if there is none. */
function roundOf({ model }: Draft, { date }: Incident): number | null {
  return date === null || model.clock === null ? null : roundOfDate(model.clock, date);
}

function stage(works: Works, cursor: string, index: number): Stage {
  const { draft, movers } = works;
  const { model } = draft;
  const colon = cursor.indexOf(":");
  const id = cursor.slice(colon + 1);
  if (cursor.startsWith("incident:")) {
    const incident = model.incidents.find((candidate) => candidate.id === id);
    if (incident === undefined) throw new Error(`no incident ${id}`);
    return { cursor, body: incidentStage(works, incident, index) };
  }
  if (colon >= 0) {
    const actor = movers.find((candidate) => candidate.id === id);
    if (actor === undefined) throw new Error(`no turn of ${id}`);
    return { cursor, body: turnStage(works, actor, index) };
  }
  const body = draft.treatment.turns === "free" ? freeStage(works, index) : jointStage(works, index);
  return { cursor, body };
}

/** Closes a stage: what follows from any of its steps; a step from which nothing can follow leaves before. */
function finish({ aftermath }: Works, body: Body, writes: ReadonlySet<Local>, next: number, label: number): Body {
  if (!aftermath.matters(writes, next)) return body;
  aftermath.follow(body, writes, next);
  return [{ do: "block", label, body }];
}

/** What a script says of an incident. */
interface ScriptedIncident {
  readonly round: number;
  readonly branch: string | null;
  readonly path: string;
}

function incidentStage(works: Works, incident: Incident, index: number): Body {
  const { draft } = works;
  const { script, variant } = draft.treatment;
  const entries = script.flatMap((entry, place): ScriptedIncident[] =>
    "incident" in entry && entry.incident === incident.id
      ? [{ round: entry.round, branch: entry.branch, path: `variants.${variant}.script.${place}` }]
      : [],
  );
  const due = roundOf(draft, incident);
  const lapsed = incident.date !== null && due === null;
  if (entries.length === 0) {
    const open = lapsed
      ? []
      : openIncident(draft, incident, (into, chance) => {
          const then = occur(works, incident, index, chance, null);
          into.push({ do: "if", when: compare(">", chance, constant(0)), then, else: [] });
        });
    return onRound(draft, due, open);
  }
  const chance = draft.scratch("float", 0, 1);
  const body: Body = [{ do: "set", local: chance, value: constant(0) }];
  const open = openIncident(draft, incident, (into, value) => into.push({ do: "set", local: chance, value }));
  if (!lapsed) body.push(...onRound(draft, due, open));
  const forced: Forced | null = entries.some(({ branch }) => branch !== null)
    ? { branch: draft.scratch("int", -1, incident.branches.length - 1), entries }
    : null;
  if (forced !== null) body.push({ do: "set", local: forced.branch, value: constant(-1) });
  for (const entry of entries) {
    body.push(...onRound(draft, entry.round, causeIncident(draft, incident, entry, chance, forced)));
  }
  const then = occur(works, incident, index, read(chance), forced);
  body.push({ do: "if", when: compare(">", read(chance), constant(0)), then, else: [] });
  return body;
}

/** Statements for one round, or for every round. */
function onRound(draft: Draft, round: number | null, then: Body): Body {
  return round === null
    ? then
    : [{ do: "if", when: compare("==", read(draft.round), constant(round)), then, else: [] }];
}

/** Where an incident's condition holds, hands on its chance. */
function openIncident(draft: Draft, incident: Incident, hand: (into: Body, chance: Code) => void): Body {
  const path = `incidents.${incident.id}.when`;
  const into: Body = [];
  const holds = incident.when === null ? yes : truth(draft.evaluate(into, incident.when, path));
  const then: Body = [];
  hand(then, chanceOf(draft, then, incident, draft.knowing(incident.when)));
  into.push({ do: "if", when: holds, then, else: [] });
  return into;
}

/** A script lets an incident occur for certain; it must be open. */
function causeIncident(
  draft: Draft,
  incident: Incident,
  { branch, path }: ScriptedIncident,
  chance: Local,
  forced: Forced | null,
): Body {
  const fault = draft.fault(path, `${incident.id} is not enabled`);
  const closed = compare("==", read(chance), constant(0));
  const wanted = incident.branches.findIndex(({ id }) => id === branch);
  const into: Body = [
    { do: "if", when: closed, then: [{ do: "fault", fault }], else: [] },
    { do: "set", local: chance, value: constant(1) },
  ];
  if (forced !== null) into.push({ do: "set", local: forced.branch, value: constant(wanted) });
  if (branch !== null && wanted < 0) {
    into.push({ do: "fault", fault: draft.fault(path, `there is no branch ${branch}`) });
  }
  return into;
}

/** An incident of positive chance, with all that follows from it. */
function occur(works: Works, incident: Incident, index: number, chance: Code, forced: Forced | null): Body {
  const { draft, aftermath, tallies } = works;
  const body: Body = [];
  count(draft, body, tallies, ["step", `incident:${incident.id}`]);
  const known = draft.knowing(incident.when);
  perform(draft, body, { kind: "incident", definition: incident, known, cursor: index + 1, forced, joint: false });
  aftermath.follow(body, deedWrites(draft, "incident", incident), index + 1);
  const site = draft.site(`incident:${incident.id}`);
  const steady = incident.when === null && incident.date === null;
  const wait: Body = [{ do: "await", stage: index }];
  return [
    { do: "if", when: compare("<", chance, constant(1)), then: wait, else: [] },
    { do: "occur", site, steady, chance, body },
  ];
}

function chanceOf(draft: Draft, into: Body, incident: Incident, known: ReturnType<Draft["knowing"]>): Code {
  const path = `incidents.${incident.id}.chance`;
  const chance = draft.check(into, number(draft.translate(incident.chance, path, known)));
  if (chance.low >= 0 && chance.high <= 1) return draft.keep(into, chance);
  const kept = draft.keep(into, chance);
  const proper = and(compare(">=", kept, constant(0)), compare("<=", kept, constant(1)));
  into.push({
    do: "if",
    when: not(proper),
    then: [{ do: "fault", fault: draft.fault(path, "outside 0 to 1") }],
    else: [],
  });
  return kept.op === "constant" ? constant(0) : { ...kept, low: Math.max(0, kept.low), high: Math.min(1, kept.high) };
}

/** What an offer comes to when it is taken in a turn of its own. */
function takeOffer(works: Works, offer: Weighed, cursor: number): { body: Body; writes: Set<Local> } {
  const { draft, tallies } = works;
  const { move, known, forced, actor } = offer;
  const body: Body = [];
  if (move === null) {
    count(draft, body, tallies, ["step"]);
    body.push({ do: "note", happening: { kind: "hold", id: actor }, cursor });
    return { body, writes: new Set() };
  }
  count(draft, body, tallies, ["step", `move:${move.id}`]);
  perform(draft, body, { kind: "move", definition: move, known, cursor, forced, joint: false });
  return { body, writes: deedWrites(draft, "move", move) };
}

/** The choice among offers, with all that follows. */
function chooseOffer(
  works: Works,
  into: Body,
  offers: readonly Weighed[],
  actor: number,
  site: string,
  next: number,
): Body {
  const { draft, aftermath } = works;
  const label = draft.label();
  const writes = new Set<Local>();
  const options = offers.map((offer): Option => {
    const taken = takeOffer(works, offer, next);
    for (const local of taken.writes) writes.add(local);
    if (!aftermath.matters(taken.writes, next)) taken.body.push({ do: "leave", label });
    return { enabled: offer.enabled, weight: offer.weight, body: taken.body };
  });
  into.push({ do: "choose", actor, site: draft.site(site), steady: true, options });
  if (aftermath.matters(writes, next)) return finish(works, into, writes, next, label);
  for (const { body } of options) (body as Body).pop();
  return into;
}

function turnStage(works: Works, actor: Actor, index: number): Body {
  const { draft, still, stillEnding } = works;
  const { model } = draft;
  const into: Body = [{ do: "await", stage: index }];
  const moves = offerMoves(draft, into, movesOf(model, actor));
  const offers = [...moves, offerHold(actor, moves)];
  if (still !== null) endIf(draft, into, and(isIdle(offers), still()), stillEnding);
  const weighed = settleOffers(draft, into, offers);
  return chooseOffer(works, into, weighed, model.actors.indexOf(actor), `turn:${actor.id}`, index + 1);
}

const movesOf = (model: Model, actor: Actor): readonly Move[] => model.moves.filter((move) => move.by === actor.id);

function freeStage(works: Works, index: number): Body {
  const { draft } = works;
  const into: Body = [];
  const offers = offerMoves(draft, into, draft.model.moves);
  const then: Body = [{ do: "await", stage: index }];
  const weighed = settleOffers(draft, then, offers);
  const body = chooseOffer(works, then, weighed, -1, "turn", index + 1);
  const open = or(any(offers.map(({ enabled }) => enabled)), isScripted(draft));
  into.push({ do: "if", when: open, then: body, else: [] });
  return into;
}

/** All choose against the state as the turns open; then the moves are made in order, as one step. */
function jointStage(works: Works, index: number): Body {
  const { draft, movers, still, stillEnding, tallies } = works;
  const into: Body = [{ do: "await", stage: index }];
  const turns = movers.map((actor) => {
    const moves = offerMoves(draft, into, movesOf(draft.model, actor));
    return { actor, offers: [...moves, offerHold(actor, moves)] };
  });
  const idle = turns.map(({ offers }) => isIdle(offers)).reduce(and, yes);
  if (still !== null) endIf(draft, into, and(idle, still()), stillEnding);
  const chosen = turns.map(({ actor, offers }) => {
    const weighed = settleOffers(draft, into, offers);
    const choice = draft.scratch("int", 0, offers.length - 1);
    const options = weighed.map(
      ({ enabled, weight }, option): Option => ({
        enabled,
        weight,
        body: [{ do: "set", local: choice, value: constant(option) }],
      }),
    );
    const site = draft.site(`turn:${actor.id}`);
    into.push({ do: "choose", actor: draft.model.actors.indexOf(actor), site, steady: true, options });
    return { weighed, choice };
  });
  count(draft, into, tallies, ["step"]);
  const writes = new Set<Local>();
  for (const { weighed, choice } of chosen) {
    const before = new Set(writes);
    weighed.forEach((offer, option) => {
      if (offer.move === null) return;
      const then = jointPart(works, offer, offer.move, before);
      into.push({ do: "if", when: compare("==", read(choice), constant(option)), then, else: [] });
      for (const local of deedWrites(draft, "move", offer.move)) writes.add(local);
    });
  }
  into.push({ do: "note", happening: { kind: "joint" }, cursor: index + 1 });
  return finish(works, into, writes, index + 1, draft.label());
}

/** One actor's move within a joint step: forestalled where moves before it took its condition away. */
function jointPart(works: Works, offer: Offer & Weighed, move: Move, before: ReadonlySet<Local>): Body {
  const { draft, tallies } = works;
  const { known, forced } = offer;
  const body: Body = [];
  count(draft, body, tallies, [`move:${move.id}`]);
  perform(draft, body, { kind: "move", definition: move, known, cursor: 0, forced, joint: true });
  const when = move.when === null ? yes : truth(draft.translate(move.when, `moves.${move.id}.when`));
  if (!meets(reads(when), before)) return body;
  const into: Body = [];
  const stands = draft.check(into, when);
  into.push({ do: "if", when: stands, then: body, else: [] });
  return into;
}

function tickClock(works: Works, limit: number, otherwise: number): Body {
  const { draft, aftermath, still, stillEnding } = works;
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
  aftermath.follow(into, writes, 0);
  const reached = (last: number): Code => compare("==", read(round), constant(last));
  const { rounds } = treatment;
  if (rounds !== null && rounds <= limit) endIf(draft, into, reached(rounds), otherwise);
  else endIf(draft, into, reached(limit), unfinished);
  return into;
}

function closeRun(draft: Draft, utilities: readonly Local[]): Body {
  const into: Body = [];
  const actors = draft.model.actors.filter(({ utility }) => utility !== null);
  actors.forEach(({ id, utility }, index) => {
    const local = utilities[index];
    if (utility === null || local === undefined) return;
    into.push({ do: "set", local, value: number(draft.evaluate(into, utility, `actors.${id}.utility`)) });
  });
  return into;
}
