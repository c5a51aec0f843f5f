/** A joint step of more orders than can be told apart: its lot is drawn as any other; who needs all results is refused. */
import { expect, test } from "vitest";
import { pastLikelihood } from "../../src/engine/pastLikelihood.ts";
import { Mistake } from "../../src/scenario/mistake.ts";
import { tinyEngine, tinyRun } from "./tiny.ts";

const actors = Array.from({ length: 12 }, (_, index) => `t${index}`);
const contest = `clock: { rounds: 1 }
turns: simultaneous
actors: { ${actors.map((actor) => `${actor}: { must_move: true }`).join(", ")} }
variables: { taken_by: { scale: [0, 99], initial: 50 } }
moves:
${actors.map((actor, index) => `  take_${actor}: { by: ${actor}, then: { taken_by: ${index} } }`).join("\n")}
outcomes: { end: { otherwise: true } }
history:
${actors.map((actor) => `  - { round: 0, by: ${actor}, move: take_${actor} }`).join("\n")}
`;

test("a lot of more orders than can be told apart is drawn, and the move that comes last stands", () => {
  const { events } = tinyRun(contest);
  const [joint] = events.filter((event) => event.type === "MovesMade");
  const order = joint?.lot?.order ?? [];
  expect(joint?.lot?.chosen).toBe("draw");
  expect(order.toSorted()).toEqual(actors.toSorted());
  expect(joint?.changes.variables).toEqual({ taken_by: actors.indexOf(order.at(-1) ?? "") });
});

test("how likely a past with such a lot is, is refused with the number of moves", () => {
  const likelihood = () => pastLikelihood(tinyEngine(contest));
  expect(likelihood).toThrow(Mistake);
  expect(likelihood).toThrow("the orders of 12 moves made together have too many results");
});
