/**
 * One loop drives every run: a step is proposed, remembered, and taken; what differs is who chooses and who remembers.
 *
 * `play` is that loop, as a generator. It yields where somebody has to choose and where a step waits to be remembered,
 * so that whoever drives it may wait as long as it takes: for a person, a database, or nothing at all. Nothing is taken
 * that was not yielded before.
 */
import { type Luck, luckOf } from "../chance/draw.ts";
import type { Choice, Refused, RunEvent, RunStarted } from "./event.ts";
import { isRefused } from "./event.ts";
import type { Turn } from "./protocol.ts";
import { type Engine, openSession, type RunStart, type Session, startRun } from "./session.ts";
import type { State } from "./state.ts";

/** More rounds than this without an end leave a run unfinished, unless something else is said. */
export const roundsLimit = 1_000_000;

/** A run at its start: what happened, and a session that has taken it. */
export interface StartedSession {
  readonly started: RunStarted;
  readonly events: readonly RunEvent[];
  readonly session: Session;
}

/**
 * Starts a run.
 * @param luck the luck of its steps, where it is not that of the seed.
 */
export function startSession(engine: Engine, start: RunStart, luck?: Luck): StartedSession {
  const events = startRun(engine, start);
  const [started] = events;
  if (started?.type !== "RunStarted") throw new Error("a run starts with RunStarted");
  const session = openSession(engine, luck ?? luckOf(started.seed, started.replication), started.state);
  session.apply(events.slice(1));
  return { started, events, session };
}

/** A run of a model alone, of which nobody keeps a log that would need its document. */
export const unnamed = { model: "", document: { id: "", text: "" } } as const;

/** What a run under way is played with. */
export interface Play {
  readonly session: Session;
  /** A run that reaches this round is stopped as unfinished; `roundsLimit` unless said otherwise. */
  readonly limit?: number;
  /** Who proposes the next step, given what the seats chose: script, policy and luck unless said otherwise. */
  readonly choose?: (choices: readonly Choice[]) => readonly RunEvent[] | Refused;
  /** Whether the seats are asked; else their policies choose for them. */
  readonly asks?: boolean;
  /** Sees each event with the states around it. */
  readonly see?: (before: State, event: RunEvent, after: State) => void;
  /** Whether to stop here, asked after each step with everything that follows from it. */
  readonly until?: () => boolean;
}

/** What a run waits for: a choice of the seats whose turn it is, or that a step is remembered. */
export type Wait =
  | { readonly kind: "choice"; readonly turns: readonly Turn[] }
  | { readonly kind: "step"; readonly events: readonly RunEvent[] };

/**
 * Plays a run until it ends or is told to stop. Returns why a step was refused, or null; what is refused changes
 * nothing. After a choice, `next` takes what was chosen.
 */
export function* play(run: Play): Generator<Wait, Refused | null, readonly Choice[] | undefined> {
  const { session, limit = roundsLimit, choose = session.proposeNext } = run;
  while (session.state.ended === null) {
    const late = session.state.round >= limit;
    const proposed = late ? session.propose({ type: "StopRun" }) : choose(yield* choicesOf(run));
    if (isRefused(proposed)) return proposed;
    yield { kind: "step", events: proposed };
    for (const event of proposed) {
      const before = session.state;
      session.apply([event]);
      run.see?.(before, event, session.state);
    }
    if (run.until?.() === true) return null;
  }
  return null;
}

function* choicesOf({ session, asks }: Play): Generator<Wait, readonly Choice[], readonly Choice[] | undefined> {
  const need = asks === true ? session.need() : null;
  return need?.kind === "choice" ? ((yield need) ?? []) : [];
}

/** Plays without waiting for anybody. Returns why a step was refused, or null. */
export function playOn(run: Play, remember: (events: readonly RunEvent[]) => void = () => {}): Refused | null {
  const waits = play(run);
  for (let next = waits.next(); ; next = waits.next()) {
    if (next.done === true) return next.value;
    if (next.value.kind === "step") remember(next.value.events);
  }
}

/**
 * Plays without waiting for anybody, where every step should be open.
 * @throws Error where one is refused.
 */
export function playOpen(run: Play, remember?: (events: readonly RunEvent[]) => void): void {
  expectOpen(playOn(run, remember));
}

/** Who chooses for the seats, and who remembers; the run waits for both. */
export interface PlayHost {
  readonly ask?: (turns: readonly Turn[]) => Promise<readonly Choice[]>;
  readonly remember: (events: readonly RunEvent[]) => void | Promise<void>;
}

/**
 * Plays with those who take their time, where every step should be open.
 * @throws Error where one is refused: whoever may be refused is held to what is open before.
 */
export async function playWith(run: Omit<Play, "asks">, { ask, remember }: PlayHost): Promise<void> {
  const waits = play({ ...run, asks: ask !== undefined });
  let next = waits.next();
  while (next.done !== true) {
    if (next.value.kind === "choice") next = waits.next(await ask?.(next.value.turns));
    else {
      await remember(next.value.events);
      next = waits.next();
    }
  }
  expectOpen(next.value);
}

function expectOpen(refused: Refused | null): void {
  if (refused !== null) throw new Error(`a step that should be open was refused: ${refused.message}`);
}
