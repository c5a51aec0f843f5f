/**
 * Laid-out statecharts: everything is drawn once, nothing covers anything, and the same scenario gives the same bytes.
 */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Box, type Chart, layoutChart, type Point, type TrackChart } from "../../src/export/chart.ts";
import { emWidth, wrapText } from "../../src/export/textMeasure.ts";
import { trackEdges } from "../../src/export/trackGraph.ts";
import { chartSvg } from "../../src/report/chartSvg.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";
import { documentText, scenarioArbitrary } from "../../src/testing/scenarioArbitrary.ts";
import { tiny } from "./tiny.ts";

const library = (id: string): Scenario => scenarioOf(readFileSync(`scenarios/${id}.yaml`, "utf8"));

/** Coordinates are rounded to tenths, so boxes that touch may seem to overlap by one. */
const slack = 0.2;

const overlaps = (one: Box, other: Box): boolean =>
  one.x < other.x + other.width - slack &&
  other.x < one.x + one.width - slack &&
  one.y < other.y + other.height - slack &&
  other.y < one.y + one.height - slack;

const touches = ({ x, y }: Point, box: Box): boolean =>
  x >= box.x - slack && x <= box.x + box.width + slack && y >= box.y - slack && y <= box.y + box.height + slack;

/** Everything that is wrong with a track's picture, in words. */
function flaws({ id, width, height, states, transitions, start }: TrackChart): readonly string[] {
  const boxes = [
    ...states.map((state) => ({ name: state.id, box: state as Box })),
    ...transitions.map(({ from, to, label }) => ({ name: `${from} to ${to}`, box: label as Box })),
  ];
  const covered = boxes.flatMap(({ name, box }, index) =>
    boxes
      .slice(index + 1)
      .flatMap((other) => (overlaps(box, other.box) ? [`${id}: ${name} covers ${other.name}`] : [])),
  );
  const outside = boxes.flatMap(({ name, box: { x, y, width: w, height: h } }) =>
    x < 0 || y < 0 || x + w > width + slack || y + h > height + slack ? [`${id}: ${name} is cut off`] : [],
  );
  const loose = transitions.flatMap(({ from, to, points }) => {
    const [first, last] = [points[0], points.at(-1)];
    const [source, target] = [from, to].map((end) => states.find((state) => state.id === end));
    const joined =
      first !== undefined && last !== undefined && source !== undefined && target !== undefined
        ? touches(first, source) && touches(last, target)
        : false;
    return joined ? [] : [`${id}: the line from ${from} to ${to} hangs loose`];
  });
  const begins = start.lines.length === states.filter(({ initial }) => initial).length;
  return [...covered, ...outside, ...loose, ...(begins ? [] : [`${id}: not every first state is shown`])];
}

const flawsOf = (chart: Chart): readonly string[] => chart.tracks.flatMap(flaws);

/** Ends and ways of everything drawn, in words. */
const drawn = ({ transitions }: TrackChart): readonly string[] =>
  transitions.map(
    ({ from, to, ways }) => `${from} ${to} ${ways.map(({ kind, id, branch }) => [kind, id, branch].join(":")).join()}`,
  );

const due = (scenario: Scenario, index: number): readonly string[] => {
  const track = scenario.model.tracks[index];
  if (track === undefined) return [];
  return trackEdges(scenario.model, track).map(
    ({ from, to, ways }) => `${from} ${to} ${ways.map(({ kind, id, branch }) => [kind, id, branch].join(":")).join()}`,
  );
};

describe("a laid-out chart", () => {
  test.each(["geneva-2022", "geneva-2022-class", "ultimatum"])(
    "of %s covers nothing and leaves nothing out",
    async (id) => {
      const scenario = library(id);
      const chart = await layoutChart(scenario);
      expect(chart.tracks.map((track) => track.id)).toEqual(scenario.model.tracks.map((track) => track.id));
      expect(flawsOf(chart)).toEqual([]);
      for (const [index, track] of chart.tracks.entries()) expect(drawn(track)).toEqual(due(scenario, index));
    },
  );

  test("of any scenario covers nothing and leaves nothing out", async () => {
    await fc.assert(
      fc.asyncProperty(scenarioArbitrary, async (seed) => {
        const scenario = scenarioOf(documentText(seed));
        const chart = await layoutChart(scenario);
        expect(flawsOf(chart)).toEqual([]);
        for (const [index, track] of chart.tracks.entries()) expect(drawn(track)).toEqual(due(scenario, index));
      }),
      { numRuns: 25 },
    );
  });

  test("has the same bytes each time, whatever was laid out before", async () => {
    const first = JSON.stringify(await layoutChart(library("ultimatum")));
    await layoutChart(library("geneva-2022-core"));
    expect(JSON.stringify(await layoutChart(library("ultimatum")))).toBe(first);
  });

  test("is told apart by the hand-made flaws that the checks look for", async () => {
    const chart = await layoutChart(library("ultimatum"));
    const [track] = chart.tracks;
    if (track === undefined) throw new Error("ultimatum has tracks");
    const [one, other, ...rest] = track.states;
    if (one === undefined || other === undefined) throw new Error("the track has states");
    expect(flaws({ ...track, states: [one, { ...other, x: one.x, y: one.y }, ...rest] })).not.toEqual([]);
    const bent = track.transitions.map((transition) => ({
      ...transition,
      points: [
        { x: -50, y: 0 },
        { x: -60, y: 0 },
      ],
    }));
    expect(flaws({ ...track, transitions: bent })).toHaveLength(track.transitions.length);
  });
});

describe("the drawing", () => {
  const hostile = `tracks:
  door:
    name: "</text><script>alert(1)</script>"
    initial: shut
    states:
      shut: { name: "Shut \\"tight\\" & <b>" }
      open: { rung: 3 }
moves:
  push:
    by: one
    name: "'><img src=x onerror=alert(1)>"
    when: door is shut
    then:
      door: open
`;

  test("holds no markup of an author", async () => {
    const svg = chartSvg(await layoutChart(scenarioOf(tiny(hostile))));
    expect(svg).not.toMatch(/<script|<img|<b>/);
    expect(svg).toContain("&lt;script&gt;");
  });

  test("says in words what each state and transition is, and lets each be reached", async () => {
    const svg = chartSvg(
      await layoutChart(scenarioOf(tiny(hostile.replace('name: "\'><img src=x onerror=alert(1)>"', "name: Push")))),
    );
    const parts = [...svg.matchAll(/tabindex="0" aria-label="([^"]*)"/g)].map(([, label]) => label);
    expect(parts).toContain("Open, rung 3");
    expect(parts.some((label) => label?.includes("One: Push, when door is shut") === true)).toBe(true);
    expect(parts).toHaveLength(3);
  });
});

describe("text in a picture", () => {
  test("is broken into lines that fit, and loses nothing but what its ellipsis says", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.integer({ min: 2, max: 20 }),
        fc.integer({ min: 1, max: 4 }),
        (text, width, most) => {
          const lines = wrapText(text, width, most);
          expect(lines.length).toBeGreaterThanOrEqual(1);
          expect(lines.length).toBeLessThanOrEqual(most);
          for (const line of lines) expect(emWidth(line)).toBeLessThanOrEqual(Math.max(width, 2));
          const bare = (part: string): string => part.replaceAll(/\s/gu, "");
          const joined = bare(lines.join(""));
          if (!joined.endsWith("…")) expect(joined).toBe(bare(text));
          else expect(bare(text).startsWith(joined.slice(0, -1)) || bare(text) === joined).toBe(true);
        },
      ),
    );
  });
});
