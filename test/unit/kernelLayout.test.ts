/**
 * What a state's words hold, and what is left out because no condition can tell it apart.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { treat } from "../../src/engine/treatment.ts";
import { layOut, sizeOf } from "../../src/kernel/layout.ts";
import { readScenario } from "../../src/scenario/scenario.ts";
import { tiny } from "./tiny.ts";

function layoutOf(text: string, limit = 100) {
  const { scenario, diagnostics } = readScenario({ file: "layout.yaml", text });
  if (scenario === null) throw new Error(diagnostics[0]?.message);
  return layOut(scenario.model, treat(scenario.model), limit);
}

/** Fields by name, with the number of values each can take. */
function sizes(text: string): Record<string, number> {
  const { fields } = layoutOf(text);
  return Object.fromEntries(fields.map(({ kind, id, local }) => [`${kind} ${id}`.trim(), sizeOf(local)]));
}

const waits = (when: string, rest = ""): string =>
  tiny(`
tracks:
  reply: { initial: none, states: { none: {}, sent: {} } }
moves:
  send:
    by: one
    when: ${when}
    then:
      reply: sent
outcomes:
  over: { when: reply is sent }
${rest}`);

describe("the layout of a state", () => {
  test("holds the yardstick in one word", () => {
    const layout = layoutOf(readFileSync("bench/yardstick.yaml", "utf8"));
    expect(layout.words).toBe(1);
    expect(layout.fields.map(({ kind, id, local }) => `${kind} ${id} ${sizeOf(local)}`)).toEqual([
      "track reply 4",
      "track recognition 4",
      "track measures 5",
      "track talks 3",
      "variable tension 21",
      "variable patience 11",
      "round  61",
      "cursor  4",
      "ending  6",
    ]);
  });

  test("knows no round where nothing reads it", () => {
    expect(sizes(waits("reply is none"))).not.toHaveProperty("round");
    expect(sizes(waits("round >= 2"))).toHaveProperty("round", 101);
  });

  test("counts rounds only as far as a comparison can tell them apart", () => {
    expect(sizes(waits("since(reply) >= 3"))).toHaveProperty("since track:reply", 4);
    expect(sizes(waits("since(reply) > 3"))).toHaveProperty("since track:reply", 5);
    expect(sizes(waits("since(reply) is 3"))).toHaveProperty("since track:reply", 5);
    expect(sizes(waits("3 <= since(reply)"))).toHaveProperty("since track:reply", 4);
    expect(sizes(waits("since(reply) in [1, 2]"))).toHaveProperty("since track:reply", 4);
    expect(sizes(waits("since(reply) >= 2 or since(send) < 5"))).toHaveProperty("since move:send", 6);
  });

  test("counts on where a counter is read in any other way", () => {
    expect(sizes(waits("since(reply) * 2 > 3"))).toHaveProperty("since track:reply", 102);
    expect(sizes(waits("made(send) + 1 > 3"))).toHaveProperty("made move:send", 101);
  });

  test("follows terms into comparisons", () => {
    const text = waits("quiet >= 4", "terms:\n  quiet: since(reply)\n");
    expect(sizes(text)).toHaveProperty("since track:reply", 5);
  });

  test("puts wide ranges into words of their own", () => {
    const { words } = layoutOf(
      tiny(`
variables:
  north: { scale: [0, 2000000000], initial: 0 }
  south: { scale: [-1000000000, 1000000000], initial: 0 }
  east: { scale: [0, 1], initial: 0 }
moves:
  arm: { by: one, then: { north: north + 1, south: south + 1, east: 1 } }
outcomes:
  over: { when: east is 1 }
`),
    );
    expect(words).toBe(3);
  });
});
