/**
 * Another choice at the next turn of a run: what may be chosen instead, and what is said where it may not.
 */
import { describe, expect, test } from "vitest";
import { continueRun } from "../../src/log/execution.ts";
import { chooseOtherwise, type OtherChoice } from "../../src/log/otherChoice.ts";
import { memoryLog } from "../../src/log/runLog.ts";
import { verifyRun } from "../../src/log/verify.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";
import { chronicle, tiny, tinyEngine, tinyRun } from "./tiny.ts";

const body = (turns: string): string => `turns: ${turns}
clock: { rounds: 2 }
actors: { north: {}, south: {} }
variables: { x: { scale: [0, 9], initial: 0 } }
moves:
  press: { by: north, then: { x: x + 1 } }
  answer: { by: south, when: x > 0 }
outcomes: { over: { otherwise: true } }
`;

/** What happens where something is chosen at the beginning of a run. */
async function chosen(turns: string, choice: Partial<OtherChoice> & { readonly move: string }): Promise<unknown> {
  const log = memoryLog();
  await log.append(tinyRun(body(turns)).events.slice(0, 1));
  const execution = continueRun(scenarioOf(tiny(body(turns))), log);
  const wanted = { branch: null, actor: null, ...choice };
  const made = await chooseOtherwise(execution, wanted, new AbortController().signal);
  expect(made).toBe(true);
  const events = log.recorded.map(({ event }) => event);
  expect(verifyRun(execution.engine, events)).toBeNull();
  return chronicle({ events })[1];
}

describe("at the next turn", () => {
  test("a move or holding is chosen", async () => {
    expect(await chosen("in order", { move: "press" })).toBe("press");
    expect(await chosen("in order", { move: "hold" })).toBe("hold north");
    expect(await chosen("simultaneous", { move: "press" })).toMatch(/^press \+ /);
    expect(await chosen("simultaneous", { move: "hold", actor: "north" })).toMatch(/^hold \+ /);
  });

  test("a move that is not there is refused, with one that is meant", async () => {
    await expect(chosen("in order", { move: "pres" })).rejects.toMatchObject({
      message: "there is no move pres",
      hint: "did you mean press?",
    });
  });

  test("a move that is closed, and one of somebody who has no turn, are refused", async () => {
    await expect(chosen("in order", { move: "answer" })).rejects.toThrow();
    await expect(chosen("simultaneous", { move: "press", actor: "nobody" })).rejects.toThrow("nobody has no turn here");
    await expect(chosen("simultaneous", { move: "hold" })).rejects.toThrow("several actors choose at once");
    await expect(chosen("free", { move: "hold" })).rejects.toThrow("nobody can hold here");
  });
});

test("a run that does not begin with its beginning is named at its first event", () => {
  const { events } = tinyRun(body("in order"));
  const engine = tinyEngine(body("in order"));
  expect(verifyRun(engine, events)).toBeNull();
  expect(verifyRun(engine, events.slice(1))).toEqual({
    ...{ position: 0, found: events[1], expected: null, message: "A run starts with RunStarted." },
  });
  expect(verifyRun(engine, [])).toMatchObject({ position: 0, found: null });
});
