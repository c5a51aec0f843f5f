/**
 * The exported diagram: read back line by line, as Mermaid would.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exportMermaid } from "../../src/export/mermaid.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";
import { documentText, scenarioArbitrary } from "../../src/testing/scenarioArbitrary.ts";
import { tiny } from "./tiny.ts";

interface Region {
  readonly name: string;
  readonly states: Map<string, string>;
  readonly starts: string[];
  readonly edges: { readonly from: string; readonly to: string; readonly label: string }[];
}

/** Entities back into signs. */
const plain = (text: string): string =>
  text.replaceAll(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));

/** Reads a diagram; anything that is not one of the five known lines throws. */
function parse(text: string): { readonly title: string; readonly regions: ReadonlyMap<string, Region> } {
  const [dashes, title, dashesAgain, head, ...lines] = text.trimEnd().split("\n");
  expect([dashes, dashesAgain, head]).toEqual(["---", "---", "stateDiagram-v2"]);
  const regions = new Map<string, Region>();
  let open: Region | null = null;
  for (const line of lines) {
    const begins = /^ {2}state "([^"\n]*)" as (\w+) \{$/.exec(line);
    const alone = /^ {2}state "([^"\n]*)" as (\w+)$/.exec(line);
    const state = /^ {4}state "([^"\n]*)" as (\w+)$/.exec(line);
    const start = /^ {4}\[\*\] --> (\w+)$/.exec(line);
    const edge = /^ {4}(\w+) --> (\w+) : ([^:;"{}%<>\n]+|<br\/>|#\d+;)+$/.exec(line);
    if (begins !== null || alone !== null) {
      const [, name = "", id = ""] = begins ?? alone ?? [];
      open = { name: plain(name), states: new Map(), starts: [], edges: [] };
      regions.set(id, open);
    } else if (state !== null && open !== null) open.states.set(state[2] ?? "", plain(state[1] ?? ""));
    else if (start !== null && open !== null) open.starts.push(start[1] ?? "");
    else if (edge !== null && open !== null) {
      const label = line.slice(line.indexOf(" : ") + 3);
      open.edges.push({ from: edge[1] ?? "", to: edge[2] ?? "", label: label.split("<br/>").map(plain).join(" | ") });
    } else if (line !== "  }") throw new Error(`no line of a diagram: ${line}`);
  }
  return { title: JSON.parse((title ?? "").replace("title: ", "")), regions };
}

const body = `tracks:
  talks:
    name: Talks
    initial: calm
    states:
      calm: { name: "Calm; so far" }
      tense: { rung: 2 }
      broken: {}
variables:
  x: { scale: [0, 9], initial: 0 }
terms:
  not_broken: talks < broken
moves:
  raise:
    by: one
    name: "Raise: the \\"stakes\\" 100 %"
    when: not_broken and x > 2
    then:
      talks: next(talks)
  restore:
    by: one
    when: talks is not calm
    branches:
      well:
        then:
          talks: calm
      badly:
        then:
          x: x + 1
incidents:
  shock:
    then:
      talks: if x > 3 then broken else previous(talks)
rules:
  cooling:
    when: talks is tense
    then:
      talks: calm
outcomes:
  end:
    when: x > 8`;

describe("an exported diagram", () => {
  test("has a region for each track, with its states, start and labelled edges", () => {
    const { title, regions } = parse(exportMermaid(scenarioOf(tiny(body))));
    expect(title).toBe("Tiny");
    const talks = regions.get("track_talks");
    const [calm, tense, broken] = ["calm", "tense", "broken"].map((state) => `track_talks__${state}`);
    expect([...regions.keys()]).toEqual(["track_talks"]);
    expect(talks?.name).toBe("Talks");
    expect([...(talks?.states ?? [])]).toEqual([
      [calm, "Calm; so far"],
      [tense, "Tense, rung 2"],
      [broken, "Broken"],
    ]);
    expect(talks?.starts).toEqual([calm]);
    expect(talks?.edges).toEqual([
      { from: calm, to: tense, label: 'One: Raise: the "stakes" 100 %' },
      { from: calm, to: broken, label: "Shock" },
      { from: tense, to: calm, label: "One: Restore (Well) | Shock | Cooling" },
      { from: tense, to: broken, label: 'One: Raise: the "stakes" 100 % | Shock' },
      { from: broken, to: calm, label: "One: Restore (Well)" },
      { from: broken, to: tense, label: "Shock" },
    ]);
  });

  test("keeps every name in its place, whatever it holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }), (name) => {
        const trimmed = name.trim();
        fc.pre(trimmed !== "");
        const document = {
          demarche: 1,
          id: "named",
          title: "Named",
          actors: { one: {} },
          tracks: { talks: { name: trimmed, initial: "calm", states: { calm: { name: trimmed }, tense: {} } } },
          moves: { raise: { by: "one", name: trimmed, then: { talks: "tense" } } },
          outcomes: { end: { when: "talks is tense" } },
        };
        const talks = parse(exportMermaid(scenarioOf(JSON.stringify(document)))).regions.get("track_talks");
        const written = trimmed.replaceAll(/\s+/g, " ");
        expect(talks?.name).toBe(written);
        expect(talks?.states.get("track_talks__calm")).toBe(written);
        expect(talks?.edges[0]?.label).toBe(`One: ${written}`);
      }),
      { seed: 2022, numRuns: 100 },
    );
  });

  test("is well formed for every generated scenario, and only joins states of one track", () => {
    for (const document of fc.sample(scenarioArbitrary, { seed: 3, numRuns: 100 })) {
      const { model } = scenarioOf(documentText(document));
      const { regions } = parse(exportMermaid({ ...scenarioOf(documentText(document)) }));
      expect([...regions.keys()]).toEqual(
        model.tracks.length === 0 ? ["scenario"] : model.tracks.map(({ id }) => `track_${id}`),
      );
      for (const { states, starts, edges } of regions.values()) {
        for (const id of [...starts, ...edges.flatMap(({ from, to }) => [from, to])]) expect(states.has(id)).toBe(true);
      }
    }
  });
});
