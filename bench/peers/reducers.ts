/**
 * The yardstick as other programs hold their state: a plain object that is changed in place, an Immer reducer, and a game
 * of boardgame.io.
 *
 * Each plays a replication to its end and says which outcome it had. They get the quickest way their libraries document:
 * no undo, no debug panel, no log of ours; boardgame.io's own dice stay unused, since chance is drawn by `chooser`.
 */
import { createRequire } from "node:module";
import { produce } from "immer";
import { type Choose, ending, type Move, opening, type Situation, turns } from "./rules.ts";

/** A run that goes on for longer is stuck. */
const turnsMax = 1000;

/** Plays one replication: the index of its outcome. */
export type Play = (replication: number) => number;

/** Without any library: what draws, guards and weights alone cost. */
export function playInPlace(choose: Choose): Play {
  return (replication) => {
    const situation = { ...opening };
    for (let turn = 0; ; turn++) {
      const end = ending(situation, turn);
      if (end !== null) return end;
      choose(situation, replication, turn).make(situation);
    }
  };
}

interface Standing {
  readonly situation: Situation;
  readonly made: number;
}

/** The reducer: the next standing after a move, or the same one where the move is not open. */
const reduce = (standing: Standing, move: Move): Standing =>
  produce(standing, (draft) => {
    if (!move.when(draft.situation)) return;
    move.make(draft.situation);
    draft.made += 1;
  });

/** A reducer that calls Immer's `produce` for every move. */
export function playWithImmer(choose: Choose): Play {
  return (replication) => {
    let standing: Standing = { situation: { ...opening }, made: 0 };
    for (;;) {
      const end = ending(standing.situation, standing.made);
      if (end !== null) return end;
      standing = reduce(standing, choose(standing.situation, replication, standing.made));
    }
  };
}

/** What is used of boardgame.io's client. */
interface Client {
  reset(): void;
  getState(): { readonly G: Situation; readonly ctx: { readonly turn: number; readonly gameover?: unknown } } | null;
  readonly moves: Readonly<Record<string, (() => void) | undefined>>;
}

/** A game of boardgame.io, played through its client. */
export function playBoardgame(choose: Choose): Play {
  // The package has no entry for ES modules that Node resolves.
  const require = createRequire(import.meta.url);
  const { Client } = require("boardgame.io/client") as { readonly Client: (options: object) => Client };
  const { INVALID_MOVE } = require("boardgame.io/core") as { readonly INVALID_MOVE: string };
  const moves = turns.flat().map((move) => {
    const make = ({ G }: { G: Situation }): string | undefined => {
      if (!move.when(G)) return INVALID_MOVE;
      move.make(G);
      return undefined;
    };
    return [move.name, make] as const;
  });
  const client = Client({
    game: {
      setup: () => ({ ...opening }),
      seed: "unused",
      disableUndo: true,
      moves: Object.fromEntries(moves),
      turn: { minMoves: 1, maxMoves: 1 },
      // Its turns count from 1, and a turn is over before the next begins. It takes a 0 for no end.
      endIf: ({ G, ctx }: { G: Situation; ctx: { turn: number } }) => {
        const end = ending(G, ctx.turn - 1);
        return end === null ? undefined : { end };
      },
    },
    numPlayers: turns.length,
    debug: false,
  });
  return (replication) => {
    client.reset();
    for (;;) {
      const state = client.getState();
      if (state === null) throw new Error("a local game has a state");
      const over = state.ctx.gameover as { readonly end: number } | undefined;
      if (over !== undefined) return over.end;
      if (state.ctx.turn > turnsMax) throw new Error("boardgame.io does not come to an end");
      const move = choose(state.G, replication, state.ctx.turn - 1);
      client.moves[move.name]?.();
    }
  };
}
