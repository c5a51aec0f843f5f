/**
 * The chronicle as a page: complete, self-contained, and safe against what authors write.
 */
import { describe, expect, test } from "vitest";
import { luckOf } from "../../src/chance/draw.ts";
import type { RunEvent } from "../../src/engine/event.ts";
import { isRefused } from "../../src/engine/event.ts";
import { openSession, prepareEngine, startRun } from "../../src/engine/session.ts";
import { treat } from "../../src/engine/treatment.ts";
import { runOnMachine } from "../../src/ensemble/batch.ts";
import { tell } from "../../src/report/chronicle.ts";
import { chroniclePage } from "../../src/report/chroniclePage.ts";
import { escapeText } from "../../src/report/escape.ts";
import { namingOf } from "../../src/report/naming.ts";
import { stepChart } from "../../src/report/svg.ts";
import { readScenario } from "../../src/scenario/scenario.ts";

const hostile = `</title><script>alert("x")</script><img src=x onerror='alert(1)'>&`;

function pageOf(name: string): string {
  const { scenario, diagnostics } = readScenario({
    file: "page.yaml",
    text: JSON.stringify({
      demarche: 1,
      id: "page",
      title: name,
      clock: { start: "2030-01-01", rounds: 5 },
      actors: { north: { name } },
      tracks: {
        fleet: { name, initial: "port", states: { port: { name, rung: 1 }, sea: { name: `${name} 2`, rung: 2 } } },
      },
      variables: { tension: { name, scale: [0, 10], initial: 1 }, still: { name, scale: [0, 1], initial: 1 } },
      moves: {
        sail: {
          by: "north",
          name,
          then: { fleet: "sea", tension: "tension + 1" },
          branches: { one: { name }, two: { name } },
        },
      },
      outcomes: { calm: { name, otherwise: true } },
      properties: { claimed: { claim: name, never: "tension > 1" } },
    }),
  });
  if (scenario === null) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  const engine = prepareEngine(scenario.model, treat(scenario.model));
  const events: RunEvent[] = [...startRun(engine, { seed: "a", model: "", document: { id: "page", text: "" } })];
  const first = events[0];
  if (first?.type !== "RunStarted") throw new Error("a run starts with RunStarted");
  const session = openSession(engine, luckOf("a", 0), first.state);
  while (session.state.ended === null) {
    const next = session.proposeNext();
    if (isRefused(next)) throw new Error(next.message);
    session.apply(next);
    events.push(...next);
  }
  const naming = namingOf(scenario);
  return chroniclePage({
    chronicle: tell(events, scenario.model.clock, naming),
    naming,
    scenario: "page",
    model: scenario.hash,
    seed: `${name}\u0000`,
    replication: 3,
    variant: "default",
    viewer: null,
    result: runOnMachine(engine, "a", 0).result,
  });
}

describe("the page", () => {
  test("no text of an author becomes markup", () => {
    const page = pageOf(hostile);
    expect(page).not.toMatch(/<script|<img|onerror='/);
    expect(page).not.toContain("\u0000");
    expect(page).toContain("&lt;script&gt;");
  });

  test("it asks for nothing from anywhere and runs no code", () => {
    const page = pageOf("The fleet");
    expect(page).not.toMatch(/https?:|src=|href=|url\(|@import|<script/);
    expect(page).toContain(`default-src 'none'; style-src 'unsafe-inline'`);
  });

  test("every chart has a title, a description in words and its values as a table", () => {
    const page = pageOf("The fleet");
    const charts = page.match(/<svg /g)?.length ?? 0;
    expect(charts).toBe(2);
    expect(page.match(/<svg [^>]*role="img" aria-labelledby="chart-\d+-title chart-\d+-description"/g)).toHaveLength(
      charts,
    );
    expect(page.match(/<figure>.*?<table>/gs)).toHaveLength(charts);
    expect(page).toContain("Did not change: The fleet");
  });

  test("it says what its numbers are not", () => {
    expect(pageOf("The fleet")).toContain("one course of a model under one seed");
  });

  test("elements close in the order in which they open", () => {
    const open: string[] = [];
    for (const [, closing, name = "", rest = ""] of pageOf(hostile).matchAll(/<(\/?)([a-z0-9]+)([^>]*)>/g)) {
      if (["meta", "line", "circle", "path"].includes(name) || rest.endsWith("/")) continue;
      if (closing === "/") expect(open.pop()).toBe(name);
      else open.push(name);
    }
    expect(open).toEqual([]);
  });
});

describe("step charts", () => {
  const chart = {
    id: "c",
    title: "T",
    description: "D",
    end: 10,
    levels: [0, 5, 10].map((level) => ({ level, label: String(level) })),
    times: [{ at: 0, label: "start" }],
  };

  test("a value stands until the next and then moves at once", () => {
    const svg = stepChart({
      ...chart,
      steps: [
        { at: 0, level: 0 },
        { at: 5, level: 10 },
      ],
    });
    const [, path = ""] = /class="course" d="([^"]*)"/.exec(svg) ?? [];
    expect(path).toMatch(/^M\S+ \S+H\S+V\S+H\S+$/);
    expect(svg.match(/<circle/g)).toHaveLength(1);
  });

  test("no number in a chart is other than a number", () => {
    const flat = { ...chart, levels: [{ level: 3, label: "3" }], times: [], end: 0 };
    expect(stepChart({ ...flat, steps: [{ at: 0, level: 3 }] })).not.toMatch(/NaN|Infinity/);
  });
});

test("escaping leaves nothing that HTML could read as markup, and no lone half of a sign", () => {
  expect(escapeText(`<a href="x">&'\u0007\ud800`)).toBe("&lt;a href=&quot;x&quot;&gt;&amp;&#39;\ufffd\ufffd");
  expect(escapeText("Ünïcödé 😀")).toBe("Ünïcödé 😀");
});
