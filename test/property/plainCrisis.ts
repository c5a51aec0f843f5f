/**
 * A crisis so plain that its run can be told by hand, and that telling: the ground on which the room's referee stands.
 *
 * Every actor pushes by policy. Nobody's move depends on another's, incidents come only when the teacher says so, and
 * nothing is left to luck.
 */

export type Turns = "in order" | "simultaneous" | "free";

/** Actors in their order; the last is never played by people. */
export const actors = ["east", "west", "north"] as const;

/** Incidents in their order, each with what it does and whether all see it. */
export const incidents = ["clash", "freeze", "jam", "crash"] as const;

type Incident = (typeof incidents)[number];

/** Rounds of a run. */
const horizon = 4;
const hottest = 9;

/** What happened: a move or an incident, and whose secret it is. */
interface Deed {
  readonly round: number;
  readonly what: string;
  readonly by: string | null;
  readonly covert: boolean;
}

/** The scenario as a document. */
export function plainDocument(turns: Turns): string {
  const each = <T>(make: (actor: string) => readonly (readonly [string, T])[]): Record<string, T> =>
    Object.fromEntries(actors.flatMap(make));
  const move = (what: string, by: string, more: object): readonly [string, object] => {
    const id = `${what}_${by}`;
    return [id, { name: id, by, ...more, then: { [`${id}s`]: `${id}s + 1` } }];
  };
  const scale = { scale: [0, 30], initial: 0 };
  return JSON.stringify({
    demarche: 1,
    id: "plain",
    title: "Plain",
    clock: { start: "2022-01-01", step: "1 day", rounds: horizon },
    turns,
    actors: each((id) => [[id, { name: id }]]),
    variables: {
      heat: { scale: [0, hottest], initial: 0 },
      frozen: { flag: false },
      jammed: { flag: false },
      ...each<object>((id) => [
        [`push_${id}s`, scale],
        [`whisper_${id}s`, { ...scale, private: [id] }],
        [`dare_${id}s`, scale],
        [`talk_${id}s`, scale],
      ]),
    },
    moves: each((id) => [
      move("push", id, {}),
      move("whisper", id, { covert: true }),
      move("dare", id, { when: "not frozen" }),
      move("talk", id, { when: "not jammed" }),
    ]),
    incidents: {
      clash: { name: "clash", when: "heat < 2", chance: 1e-8, then: { heat: "heat + 1" } },
      freeze: { name: "freeze", when: "not frozen", chance: 1e-8, then: { frozen: true } },
      jam: { name: "jam", when: "not jammed", chance: 1e-8, covert: true, then: { jammed: true } },
      crash: { name: "crash", chance: 1e-8, then: { heat: hottest } },
    },
    policies: each((id) => [[id, { pushing: { [`push_${id}`]: 1 } }]]),
    outcomes: { war: { name: "war", when: `heat is ${hottest}` }, peace: { name: "peace", otherwise: true } },
  });
}

/** A run under way. */
export class PlainCrisis {
  readonly turns: Turns;
  round = 0;
  /** How many have had their turn in this round, where turns are in order. */
  private place = 0;
  /** How many of the incidents have had their place in this round. */
  private passed = 0;
  private heat = 0;
  private frozen = false;
  private jammed = false;
  private made: Record<string, number> = {};
  outcome: string | null = null;
  /** Which luck it has, of those that the room's runs had. */
  luck = 1;
  deeds: readonly Deed[] = [];

  constructor(turns: Turns) {
    this.turns = turns;
  }

  /** The run as it is, apart from what comes. */
  copy(): PlainCrisis {
    const copy = Object.assign(new PlainCrisis(this.turns), this);
    copy.made = { ...this.made };
    return copy;
  }

  /** Who chooses now. */
  asked(): readonly string[] {
    if (this.outcome !== null) return [];
    return this.turns === "in order" ? actors.slice(this.place, this.place + 1) : actors;
  }

  /** What is open to an actor that is asked. */
  options(actor: string): readonly string[] {
    const moves = [`push_${actor}`, `whisper_${actor}`];
    if (!this.frozen) moves.push(`dare_${actor}`);
    if (!this.jammed) moves.push(`talk_${actor}`);
    return this.turns === "free" ? moves : [...moves, "hold"];
  }

  /** Incidents that can happen now. */
  incidentsOpen(): readonly Incident[] {
    if (this.outcome !== null || this.place > 0) return [];
    const can = { clash: this.heat < 2, freeze: !this.frozen, jam: !this.jammed, crash: true };
    return incidents.filter((incident, index) => index >= this.passed && can[incident]);
  }

  /** An incident happens. */
  happen(incident: Incident): void {
    this.passed = incidents.indexOf(incident) + 1;
    this.tell(incident, null, incident === "jam");
    if (incident === "clash") this.heat += 1;
    if (incident === "freeze") this.frozen = true;
    if (incident === "jam") this.jammed = true;
    if (incident !== "crash") return;
    this.heat = hottest;
    this.outcome = "war";
  }

  /** Moves are made: one where turns are in order or free, else everybody's. */
  move(moves: Readonly<Record<string, string>>): void {
    for (const actor of actors) {
      const move = moves[actor];
      if (move === undefined || move === "hold") continue;
      this.made[move] = (this.made[move] ?? 0) + 1;
      this.tell(move, actor, move.startsWith("whisper"));
    }
    this.place += 1;
    if (this.turns !== "in order" || this.place === actors.length) this.nextRound();
  }

  private nextRound(): void {
    this.round += 1;
    this.place = 0;
    this.passed = 0;
    if (this.round === horizon) this.outcome = "peace";
  }

  private tell(what: string, by: string | null, covert: boolean): void {
    this.deeds = [...this.deeds, { round: this.round, what, by, covert }];
  }

  /** How many moves were made. */
  get movesMade(): number {
    return this.deeds.filter(({ by }) => by !== null).length;
  }

  /** What a viewer knows to have happened; `teacher` knows all. */
  known(viewer: string): readonly Deed[] {
    return this.deeds.filter(({ by, covert }) => !covert || viewer === "teacher" || by === viewer);
  }

  /** The values that a viewer sees; what an actor's whispers come to is for it alone. */
  values(viewer: string): Readonly<Record<string, number | boolean>> {
    const { heat, frozen, jammed } = this;
    const values: Record<string, number | boolean> = { frozen, heat, jammed };
    for (const actor of actors) {
      for (const move of ["push", "whisper", "dare", "talk"]) {
        const known = move !== "whisper" || viewer === "teacher" || viewer === actor;
        if (known) values[`${move}_${actor}s`] = this.made[`${move}_${actor}`] ?? 0;
      }
    }
    return values;
  }
}
