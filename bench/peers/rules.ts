/**
 * The yardstick written down by hand, as the author of a game for some other library would: plain guards, weights and
 * effects in TypeScript.
 *
 * It is the same model as yardstick.yaml and shares no code with our language. Its moves stand in the same order and
 * are picked by the same keyed draws, so each replication must end as it does in the kernel. What carries the moves out,
 * and what becomes of the old situation, is left to the peers.
 */

import { keyOfSeed, siteKey } from "../../src/chance/seed.ts";
import { type Block, threefry } from "../../src/chance/threefry.ts";

/** Where the crisis stands; track states are counted in the order of the document. */
export interface Situation {
  /** Pending, accepted, partial, rejected. */
  reply: number;
  recognition: number;
  /** None, exercises, deployment, incursion, invasion. */
  measures: number;
  /** Open, suspended, collapsed. */
  talks: number;
  tension: number;
  patience: number;
}

export const opening: Situation = { reply: 0, recognition: 0, measures: 0, talks: 0, tension: 8, patience: 10 };

export interface Move {
  readonly name: string;
  readonly when: (situation: Readonly<Situation>) => boolean;
  readonly weight: (situation: Readonly<Situation>) => number;
  /** Changes the situation it is given, or a draft of it. */
  readonly make: (situation: Situation) => void;
}

const within = (value: number, high: number): number => Math.max(0, Math.min(high, value));

function shift(situation: Situation, tension: number, patience: number): void {
  situation.tension = within(situation.tension + tension, 20);
  situation.patience = within(situation.patience + patience, 10);
}

const russia: readonly Move[] = [
  { name: "rus_wait", when: () => true, weight: () => 8, make: (s) => shift(s, 0, -1) },
  {
    name: "escalate",
    when: (s) => s.measures < 3 && s.patience <= 7,
    weight: (s) => 1 + (s.tension >> 2),
    make: (s) => {
      s.measures += 1;
      shift(s, 2, 0);
    },
  },
  {
    name: "deescalate",
    when: (s) => s.measures >= 1 && s.measures <= 3 && s.tension <= 14,
    weight: () => 3,
    make: (s) => {
      s.measures -= 1;
      shift(s, -2, 1);
    },
  },
  {
    name: "recognise",
    when: (s) => s.recognition < 3 && s.reply !== 1,
    weight: (s) => (s.talks > 0 ? 2 : 1),
    make: (s) => {
      s.recognition += 1;
      shift(s, 1, 0);
    },
  },
  {
    name: "invade",
    when: (s) => s.measures === 3 && (s.patience <= 2 || s.tension >= 16),
    weight: (s) => 1 + (s.tension >> 3),
    make: (s) => {
      s.measures = 4;
      shift(s, 4, 0);
    },
  },
];

const unitedStates: readonly Move[] = [
  { name: "usa_wait", when: () => true, weight: () => 8, make: () => {} },
  {
    name: "offer",
    when: (s) => s.reply === 0 || s.reply === 3,
    weight: () => 1,
    make: (s) => {
      s.reply = 2;
      shift(s, -1, 2);
    },
  },
  {
    name: "accept",
    when: (s) => s.reply === 2 && s.talks === 0,
    weight: (s) => (s.tension <= 8 ? 2 : 1),
    make: (s) => {
      s.reply = 1;
      shift(s, -2, 1);
    },
  },
  {
    name: "reject",
    when: (s) => (s.reply === 0 || s.reply === 2) && s.tension >= 8,
    weight: (s) => 1 + (s.tension >> 3),
    make: (s) => {
      s.reply = 3;
      shift(s, 2, -2);
    },
  },
  {
    name: "reopen",
    when: (s) => s.talks === 1,
    weight: (s) => 2 + (s.patience >> 2),
    make: (s) => {
      s.talks = 0;
      shift(s, -2, 0);
    },
  },
];

const ukraine: readonly Move[] = [
  { name: "ukr_wait", when: () => true, weight: () => 8, make: () => {} },
  {
    name: "concede",
    when: (s) => s.recognition < 3 && s.talks === 0,
    weight: (s) => (s.patience >= 4 ? 2 : 1),
    make: (s) => shift(s, -2, 1),
  },
  {
    name: "mobilise",
    when: (s) => s.measures >= 1,
    weight: (s) => 1 + (s.tension >> 2),
    make: (s) => shift(s, 2, 0),
  },
  {
    name: "suspend",
    when: (s) => s.talks === 0 && (s.measures >= 2 || s.recognition >= 2),
    weight: (s) => 1 + (s.tension >> 3),
    make: (s) => {
      s.talks = 1;
      shift(s, 1, -1);
    },
  },
  {
    name: "collapse",
    when: (s) => s.talks === 1 && s.tension >= 10,
    weight: () => 1,
    make: (s) => {
      s.talks = 2;
      shift(s, 2, -2);
    },
  },
];

/** The moves of each actor, in the order of turns. */
export const turns: readonly (readonly Move[])[] = [russia, unitedStates, ukraine];

/** Turns until the horizon: sixty days of three. */
export const horizon = 60 * turns.length;

/** How the run ends here, as an index of `outcomes`, after so many turns; null where it goes on. */
export function ending(situation: Readonly<Situation>, made: number): number | null {
  if (situation.measures === 4) return 0;
  if (situation.reply === 1 && situation.talks === 0 && situation.tension <= 3) return 1;
  return made >= horizon ? 2 : null;
}

/** Chooses the move of a turn (counted from 0) in a replication. */
export type Choose = (situation: Readonly<Situation>, replication: number, turn: number) => Move;

/** The policies, drawing as our runs do. */
export function chooser(seed: string): Choose {
  const key = keyOfSeed(seed);
  const sites: readonly Block[] = ["rus", "usa", "ukr"].map((actor) => siteKey(key, `turn:${actor}`));
  return (situation, replication, turn) => {
    const [actor, round] = [turn % turns.length, Math.floor(turn / turns.length)];
    const [site, moves] = [sites[actor], turns[actor]];
    if (site === undefined || moves === undefined) throw new Error(`no actor has turn ${turn}`);
    const word = threefry(site, [replication, round >>> 1])[round & 1] ?? 0;
    return picked(moves, situation, word);
  };
}

function picked(moves: readonly Move[], situation: Readonly<Situation>, word: number): Move {
  let total = 0;
  for (const move of moves) if (move.when(situation)) total += move.weight(situation);
  let left = Math.floor((word * total) / 2 ** 32);
  for (const move of moves) {
    if (!move.when(situation)) continue;
    left -= move.weight(situation);
    if (left < 0) return move;
  }
  throw new Error("waiting is always open");
}
