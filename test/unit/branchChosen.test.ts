/** Who is recorded to have chosen the way a move turned out, where that way was asked for and not drawn. */
import { expect, test } from "vitest";
import type { Chosen } from "../../src/engine/event.ts";
import { isRefused } from "../../src/engine/event.ts";
import { startSession, unnamed } from "../../src/engine/play.ts";
import { tinyEngine } from "./tiny.ts";

const world = (turns: string): string => `clock: { rounds: 1 }
turns: ${turns}
actors: { one: {} }
moves:
  press:
    by: one
    branches: { well: { odds: 1 }, badly: { odds: 3 } }
outcomes: { end: { otherwise: true } }
policies: { one: { idle: { hold: 1 } } }
`;

test.each<[Chosen, Chosen]>([
  ["person", "person"],
  ["given", "given"],
  ["draw", "given"],
])("a way asked for with a move that was chosen by %s is recorded as chosen by %s", (chosen, recorded) => {
  const choice = { actor: "one", move: "press", chosen, branch: "well" } as const;
  const inOrder = startSession(tinyEngine(world("in order")), { seed: "a", ...unnamed }).session;
  const made = inOrder.propose({ type: "MakeMove", ...choice });
  if (isRefused(made)) throw new Error(made.message);
  expect(made[0]).toMatchObject({ type: "MoveMade", chosen, branch: { branch: "well", chosen: recorded } });

  const together = startSession(tinyEngine(world("simultaneous")), { seed: "a", ...unnamed }).session;
  const joint = together.propose({ type: "MakeMoves", choices: [choice] });
  if (isRefused(joint)) throw new Error(joint.message);
  expect(joint[0]).toMatchObject({ moves: [{ move: "press", chosen, branch: { branch: "well", chosen: recorded } }] });
});
