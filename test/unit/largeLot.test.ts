/** A joint step of more orders than can be told apart: its lot is drawn as any other, and its last move stands. */
import { expect, test } from "vitest";
import { tinyRun } from "./tiny.ts";

test("a lot of more orders than can be told apart is drawn, and the move that comes last stands", () => {
  const actors = Array.from({ length: 12 }, (_, index) => `t${index}`);
  const { events } = tinyRun(`clock: { rounds: 1 }
turns: simultaneous
actors: { ${actors.map((actor) => `${actor}: { must_move: true }`).join(", ")} }
variables: { taken_by: { scale: [0, 99], initial: 50 } }
moves:
${actors.map((actor, index) => `  take_${actor}: { by: ${actor}, then: { taken_by: ${index} } }`).join("\n")}
outcomes: { end: { otherwise: true } }
`);
  const [joint] = events.filter((event) => event.type === "MovesMade");
  const order = joint?.lot?.order ?? [];
  expect(joint?.lot?.chosen).toBe("draw");
  expect(order.toSorted()).toEqual(actors.toSorted());
  expect(joint?.changes.variables).toEqual({ taken_by: actors.indexOf(order.at(-1) ?? "") });
});
