/**
 * The points of the round protocol as statements: incidents and turns.
 *
 * A stage evaluates what is open in the present state, lets somebody or chance choose, does the step and what follows
 * from it. It awaits its choice exactly where a state of the state space stands.
 */
import { roundOfDate } from "../scenario/calendar.ts";
import type { Actor, Incident, Model, Move } from "../scenario/model.ts";
import { noteChoice, noteNoChoices, noteSoleChoice } from "./chosen.ts";
import {
  and,
  any,
  type Code,
  compare,
  constant,
  type Local,
  not,
  number,
  or,
  read,
  truth,
  within,
  yes,
} from "./code.ts";
import type { Consequences } from "./consequences.ts";
import type { Body, ProgramDraft } from "./draft.ts";
import { endIf } from "./ending.ts";
import { writeJointStep } from "./joint.ts";
import { conditional, type ProgramOption, type ProgramStage } from "./program.ts";
import { madeCertain, nearOne, nearZero, zeroed } from "./roundOffCode.ts";
import { count, type Forced, perform, stepWrites } from "./step.ts";
import { isIdle, isScripted, offerHold, offerMoves, settleOffers, type Weighed } from "./turn.ts";

/** Everything that stages share. */
export interface Works {
  readonly draft: ProgramDraft;
  readonly consequences: Consequences;
  readonly tallies: readonly Local[];
  readonly movers: readonly Actor[];
  /** The outcome of a run in which nothing can happen any more, or `deadlock`. */
  readonly stillEnding: number;
  /** Whether nothing can happen now or later; null where time alone can change that. */
  readonly still: (() => Code) | null;
}

/** The stage of a point of the protocol. */
export function stage(works: Works, cursor: string, index: number): ProgramStage {
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
function finish({ consequences }: Works, body: Body, writes: ReadonlySet<Local>, next: number, label: number): Body {
  if (!consequences.matters(writes, next)) return body;
  consequences.follow(body, writes, next);
  return [{ do: "block", label, body }];
}

/** What an offer comes to when it is taken in a turn of its own. */
function takeOffer(works: Works, offer: Weighed, cursor: number): { body: Body; writes: Set<Local> } {
  const { draft, tallies } = works;
  const { move, known, forced, actor } = offer;
  const body: Body = noteSoleChoice(draft, actor, move?.id ?? null);
  if (move === null) {
    count(draft, body, tallies, ["step"]);
    body.push({ do: "note", happening: { kind: "hold", id: actor }, cursor });
    return { body, writes: new Set() };
  }
  count(draft, body, tallies, ["step", `move:${move.id}`]);
  perform(draft, body, { kind: "move", definition: move, known, cursor, forced });
  return { body, writes: stepWrites(draft, "move", move) };
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
  const { draft, consequences } = works;
  const label = draft.label();
  const writes = new Set<Local>();
  const options = offers.map((offer): ProgramOption => {
    const taken = takeOffer(works, offer, next);
    for (const local of taken.writes) writes.add(local);
    if (!consequences.matters(taken.writes, next)) taken.body.push({ do: "leave", label });
    return { enabled: offer.enabled, weight: offer.weight, body: taken.body };
  });
  into.push({ do: "choose", actor, site: draft.site(site), steady: true, options });
  if (consequences.matters(writes, next)) return finish(works, into, writes, next, label);
  for (const { body } of options) (body as Body).pop();
  return into;
}

function turnStage(works: Works, actor: Actor, index: number): Body {
  const { draft, still, stillEnding } = works;
  const { model } = draft;
  const into: Body = [];
  // Where a run can come to a standstill, nobody is asked in it.
  if (still === null) into.push({ do: "await", stage: index });
  const moves = offerMoves(draft, into, movesOf(model, actor));
  const offers = [...moves, offerHold(actor, moves)];
  if (still !== null) {
    endIf(draft, into, and(isIdle(offers), still()), stillEnding);
    into.push({ do: "await", stage: index });
  }
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
  into.push(conditional(open, body));
  return into;
}

/** All choose against the state as the turns open; then the moves are made together, as one step. */
function jointStage(works: Works, index: number): Body {
  const { draft, movers, still, stillEnding, tallies } = works;
  const into: Body = [];
  if (still === null) into.push({ do: "await", stage: index });
  const turns = movers.map((actor) => {
    const moves = offerMoves(draft, into, movesOf(draft.model, actor));
    return { actor, offers: [...moves, offerHold(actor, moves)] };
  });
  const idle = turns.map(({ offers }) => isIdle(offers)).reduce(and, yes);
  if (still !== null) {
    endIf(draft, into, and(idle, still()), stillEnding);
    into.push({ do: "await", stage: index });
  }
  const chosen = turns.map(({ actor, offers }) => {
    const weighed = settleOffers(draft, into, offers);
    const choice = draft.scratch("int", 0, offers.length - 1);
    const options = weighed.map(
      ({ enabled, weight, move }, option): ProgramOption => ({
        enabled,
        weight,
        body: [{ do: "set", local: choice, value: constant(option) }, ...noteChoice(draft, actor.id, move?.id ?? null)],
      }),
    );
    const site = draft.site(`turn:${actor.id}`);
    into.push({ do: "choose", actor: draft.model.actors.indexOf(actor), site, steady: true, options });
    return { actor, offers: weighed, choice };
  });
  count(draft, into, tallies, ["step"]);
  writeJointStep(draft, into, tallies, chosen);
  const writes = new Set<Local>();
  for (const { offers } of chosen) {
    for (const { move } of offers) {
      if (move === null) continue;
      for (const local of stepWrites(draft, "move", move)) writes.add(local);
    }
  }
  into.push({ do: "note", happening: { kind: "joint" }, cursor: index + 1 });
  return finish(works, into, writes, index + 1, draft.label());
}

/** The round in which a dated incident can occur, or null if there is none. */
export function roundOf({ model }: ProgramDraft, { date }: Incident): number | null {
  return date === null || model.clock === null ? null : roundOfDate(model.clock, date);
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
          into.push(conditional(compare(">", chance, constant(0)), then));
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
  body.push(conditional(compare(">", read(chance), constant(0)), then));
  return body;
}

/** Statements for one round, or for every round. */
function onRound(draft: ProgramDraft, round: number | null, then: Body): Body {
  return round === null ? then : [conditional(compare("==", read(draft.round), constant(round)), then)];
}

/** Where an incident's condition holds, hands on its chance. */
function openIncident(draft: ProgramDraft, incident: Incident, hand: (into: Body, chance: Code) => void): Body {
  const path = `incidents.${incident.id}.when`;
  const into: Body = [];
  const holds = incident.when === null ? yes : truth(draft.evaluate(into, incident.when, path));
  const then: Body = [];
  hand(then, chanceOf(draft, then, incident, draft.knowing(incident.when)));
  into.push(conditional(holds, then));
  return into;
}

/** A script lets an incident occur for certain; it must be open. */
function causeIncident(
  draft: ProgramDraft,
  incident: Incident,
  { branch, path }: ScriptedIncident,
  chance: Local,
  forced: Forced | null,
): Body {
  const fault = draft.fault(path, `${incident.id} is not enabled`);
  const closed = compare("==", read(chance), constant(0));
  const wanted = incident.branches.findIndex(({ id }) => id === branch);
  const into: Body = [conditional(closed, [{ do: "fault", fault }]), { do: "set", local: chance, value: constant(1) }];
  if (forced !== null) into.push({ do: "set", local: forced.branch, value: constant(wanted) });
  if (branch !== null && wanted < 0) {
    into.push({ do: "fault", fault: draft.fault(path, `there is no branch ${branch}`) });
  }
  return into;
}

/** An incident of positive chance, with all that follows from it. */
function occur(works: Works, incident: Incident, index: number, chance: Code, forced: Forced | null): Body {
  const { draft, consequences, tallies } = works;
  const body: Body = noteNoChoices(draft);
  count(draft, body, tallies, ["step", `incident:${incident.id}`]);
  const known = draft.knowing(incident.when);
  perform(draft, body, { kind: "incident", definition: incident, known, cursor: index + 1, forced });
  consequences.follow(body, stepWrites(draft, "incident", incident), index + 1);
  const site = draft.site(`incident:${incident.id}`);
  const steady = incident.when === null && incident.date === null;
  const wait: Body = [{ do: "await", stage: index }];
  return [conditional(compare("<", chance, constant(1)), wait), { do: "occur", site, steady, chance, body }];
}

function chanceOf(
  draft: ProgramDraft,
  into: Body,
  incident: Incident,
  known: ReturnType<ProgramDraft["knowing"]>,
): Code {
  const path = `incidents.${incident.id}.chance`;
  const written = number(draft.translate(incident.chance, path, known));
  const chance = draft.check(into, written);
  const given = draft.keep(into, chance);
  const upper = nearOne(written) ? madeCertain(given) : given;
  const kept = draft.keep(into, nearZero(written) ? zeroed(draft.keep(into, upper)) : upper);
  if (chance.low >= 0 && chance.high <= 1) return within(kept, [0, 1]);
  const proper = and(compare(">=", kept, constant(0)), compare("<=", kept, constant(1)));
  into.push(conditional(not(proper), [{ do: "fault", fault: draft.fault(path, "outside 0 to 1") }]));
  return kept.op === "constant" && proper !== yes ? constant(0) : within(kept, [0, 1]);
}
