/**
 * Tellings: what an event says happened as data, the news made of it, and its words in every language.
 */
import { describe, expect, test } from "vitest";
import { newsOf } from "../../src/classroom/news.ts";
import type { RunEvent } from "../../src/engine/event.ts";
import { statesAfter } from "../../src/engine/transitions.ts";
import { viewEvents } from "../../src/engine/view.ts";
import { chronicleEn, chroniclePt, chronicleWords } from "../../src/report/chronicleWords.ts";
import { dateRange, longDate, shortDate } from "../../src/report/dates.ts";
import { namingOf } from "../../src/report/naming.ts";
import { type Telling, tellEvent } from "../../src/report/telling.ts";
import { changeText, linesOf, lineText } from "../../src/report/tellingText.ts";
import { tellingEn, tellingPt } from "../../src/report/tellingWords.ts";
import { parseDate } from "../../src/scenario/calendar.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";

const scenario = scenarioOf(`demarche: 1
id: strait
title: The strait
turns: simultaneous
actors: { north: { name: The North }, south: {} }
tracks: { fleet: { initial: in_port, states: { in_port: { rung: 1 }, at_sea: { rung: 4 } } } }
variables: { alert: { flag: false }, tension: { scale: [0, 10], initial: 2 } }
moves:
  sail: { by: north, name: Set sail, then: { fleet: at_sea }, branches: { openly: {}, by_night: { covert: true } } }
  alarm: { by: south, covert: true, then: { alert: true, tension: tension + 1 } }
incidents: { storm: { chance: 0.5 }, spy: { chance: 0.5, covert: true } }
rules: { lapse: { when: tension > 5, then: { tension: 5 } } }
outcomes: { clash: { name: A clash, when: tension > 9 } }
`);
const { model } = scenario;
const naming = namingOf(scenario);

const started: RunEvent = {
  type: "RunStarted",
  version: 2,
  model: "0",
  document: { id: "strait", text: "" },
  semantics: 2,
  seed: "a",
  replication: 0,
  variant: "default",
  assume: {},
  policies: {},
  rounds: null,
  clock: null,
  state: {
    tracks: { fleet: "in_port" },
    variables: { alert: false, tension: 2 },
    round: 0,
    entered: {},
    made: {},
    cursor: "turn",
    outcome: null,
    ended: null,
  },
};
const joint: RunEvent = {
  type: "MovesMade",
  version: 2,
  lot: null,
  moves: [
    {
      actor: "north",
      move: "sail",
      chosen: "person",
      branch: { branch: "by_night", chosen: "draw" },
      forestalled: false,
      overruled: [],
    },
    { actor: "south", move: "alarm", chosen: "given", branch: null, forestalled: true, overruled: [] },
  ],
  changes: { tracks: { fleet: "at_sea" }, variables: { alert: true, tension: 3 } },
};
const averted = (incident: string): RunEvent => ({
  type: "IncidentAverted",
  version: 1,
  incident,
  chosen: "given",
  changes: {},
});
const ended = (reason: "outcome" | "deadlock" | "unfinished", outcome: string | null = null): RunEvent => ({
  type: "RunEnded",
  version: 1,
  reason,
  outcome,
  changes: { ended: reason, outcome },
});
const held: RunEvent = { type: "TurnHeld", version: 1, actor: "south", chosen: "draw", changes: {} };
const fork = (seed: string | null): RunEvent => ({
  type: "RunForked",
  version: 1,
  parent: "f",
  position: 1,
  seed,
  changes: {},
});
const fault: RunEvent = {
  type: "ModelFaulted",
  version: 1,
  fault: { path: "moves.sail", reason: "division by zero" },
  changes: { ended: "fault" },
};

/** Tells the last of some events. */
function told(...events: readonly RunEvent[]): Telling {
  const all = [started, ...events];
  const last = all.at(-1);
  if (last === undefined) throw new Error("there is always a start");
  return tellEvent(last, statesAfter(all).at(-2) ?? null, naming);
}

const textOf = (telling: Telling, words = tellingEn): readonly string[] => linesOf(telling, words).map(lineText);

describe("a telling", () => {
  test("says what a lot gave to another move, by its name", () => {
    const [first, second] = joint.moves;
    if (first === undefined || second === undefined) throw new Error("two move");
    const lot = { order: ["south", "north"], chosen: "draw" } as const;
    const moves = [
      { ...first, overruled: ["tension", "fleet"] },
      { ...second, forestalled: false },
    ];
    const telling = told({ ...joint, lot, moves });
    expect(telling.deeds[0]?.overruled).toEqual([naming.name("variables", "tension"), naming.name("tracks", "fleet")]);
    expect(textOf(telling)[0]).toMatch(/\(by lot, another move had the last word on .*, .*\)$/);
    expect(textOf(telling, tellingPt)[0]).toContain("por sorteio, outro movimento teve a última palavra sobre ");
  });

  test("says of each deed who, what, which way, by whose choice, and whether it took effect", () => {
    const { kind, deeds } = told(joint);
    expect(kind).toBe("move");
    expect(deeds).toEqual([
      {
        who: { id: "north", name: "The North" },
        what: { id: "sail", name: "Set sail" },
        way: { id: "by_night", name: "By night" },
        chosen: "person",
        fate: "happened",
        overruled: [],
      },
      {
        who: { id: "south", name: "South" },
        what: { id: "alarm", name: "Alarm" },
        way: null,
        chosen: "given",
        fate: "forestalled",
        overruled: [],
      },
    ]);
  });

  test("gives changes as values, with the movement on the ladder", () => {
    expect(told(joint).changes).toEqual([
      { kind: "track", id: "fleet", name: "Fleet", from: "In port", to: "At sea", rungs: [1, 4] },
      { kind: "variable", id: "alert", name: "Alert", from: false, to: true, rungs: null },
      { kind: "variable", id: "tension", name: "Tension", from: 2, to: 3, rungs: null },
    ]);
    expect(told().changes).toEqual([]);
  });

  test("tells ends, forks and faults by what they are", () => {
    expect(told(ended("deadlock"))).toMatchObject({ kind: "end", outcome: null, reason: "deadlock" });
    expect(told(ended("outcome", "clash"))).toMatchObject({ outcome: { id: "clash", name: "A clash" } });
    expect(told(fork(null))).toMatchObject({ kind: "fork", luck: "same" });
    expect(told(fork("z"))).toMatchObject({ kind: "fork", luck: { seed: "z" } });
    expect(told(fault)).toMatchObject({ kind: "fault", path: "moves.sail", reason: "division by zero" });
    expect(told(averted("storm"))).toMatchObject({ kind: "incident", deeds: [{ fate: "averted", chosen: null }] });
    expect(told(held)).toMatchObject({ kind: "hold", deeds: [{ who: { id: "south" }, what: null }] });
  });

  test("of a view tells what was seen, and neither who chose nor why a run ended or went another way", () => {
    const events = [started, joint, fork("z"), ended("unfinished")];
    const seen = viewEvents(model, events, "public").map((event) => tellEvent(event, started.state, naming));
    expect(seen.map(({ kind }) => kind)).toEqual(["start", "move", "fork", "end"]);
    expect(seen[1]?.deeds).toEqual([
      {
        who: { id: "north", name: "The North" },
        what: { id: "sail", name: "Set sail" },
        way: null,
        chosen: null,
        fate: "happened",
        overruled: [],
      },
    ]);
    expect(seen[2]).toMatchObject({ luck: null });
    expect(seen[3]).toMatchObject({ outcome: null, reason: null });
  });
});

describe("its words", () => {
  test("in English", () => {
    expect(textOf(told(joint))).toEqual([
      "The North: Set sail → By night (chosen by a person)",
      "South: Alarm (too late: another move came first, so it had no effect)",
    ]);
    expect(textOf(told(averted("storm")))).toEqual(["Storm is averted"]);
    expect(textOf(told(fork("z")))).toEqual(['Another course is taken from here, with the luck of seed "z"']);
    expect(textOf(told(fork(null)))).toEqual(["Another course is taken from here, with the same luck"]);
    expect(textOf(told(ended("unfinished")))).toEqual(["Stopped, unfinished"]);
    expect(textOf(told(ended("outcome", "clash")))).toEqual(["A clash"]);
    expect(textOf(told(fault))).toEqual(["The model is at fault in moves.sail: division by zero"]);
    expect(told(joint).changes.map((change) => changeText(change, tellingEn))).toEqual([
      "Fleet: In port → At sea (rung 1 ↑ 4)",
      "Alert: yes",
      "Tension: 2 → 3",
    ]);
  });

  test("in Portuguese", () => {
    expect(textOf(told(joint), tellingPt)).toEqual([
      "The North: Set sail → By night (escolhida por uma pessoa)",
      "South: Alarm (tarde demais: outro movimento veio primeiro, por isso ficou sem efeito)",
    ]);
    expect(textOf(told(fork("z")), tellingPt)).toEqual(["Daqui segue-se outro caminho, com a sorte da semente «z»"]);
    expect(textOf(told(ended("deadlock")), tellingPt)).toEqual(["Já nada pode acontecer"]);
    expect(changeText({ kind: "variable", id: "a", name: "A", from: true, to: false, rungs: null }, tellingPt)).toBe(
      "A: não",
    );
  });

  test("remark what they are asked to, and nothing of what was drawn", () => {
    const drawn: RunEvent = {
      type: "MoveMade",
      version: 1,
      actor: "south",
      move: "alarm",
      chosen: "draw",
      branch: null,
      changes: {},
    };
    const bot = { ...drawn, chosen: "policy" } as const;
    const remarks = (event: RunEvent, asked?: Parameters<typeof linesOf>[2]) =>
      linesOf(told(event), tellingEn, asked).map(({ remark }) => remark);
    expect(remarks(drawn, ["person", "given", "policy", "forestalled"])).toEqual([null]);
    expect(remarks(bot)).toEqual([null]);
    expect(remarks(bot, ["policy"])).toEqual(["chosen by a bot"]);
    expect(remarks(joint, ["person"])).toEqual(["chosen by a person", null]);
    expect(remarks(joint, [])).toEqual([null, null]);
  });

  /** All texts of a table by their path. */
  function textsIn(table: object, path = ""): readonly (readonly [string, string])[] {
    return Object.entries(table).flatMap(([key, value]): readonly (readonly [string, string])[] => {
      if (typeof value === "string") return [[path + key, value]];
      return typeof value === "object" && value !== null ? textsIn(value as object, `${path}${key}.`) : [];
    });
  }

  test("have the same places in every language, and are nowhere empty", () => {
    const places = (text: string): readonly string[] => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();
    const [english, portuguese] = [new Map(textsIn(chronicleEn)), new Map(textsIn(chroniclePt))];
    expect([...portuguese.keys()]).toEqual([...english.keys()]);
    for (const [path, text] of english) {
      expect([path, places(portuguese.get(path) ?? "")]).toEqual([path, places(text)]);
      expect([path, text === "", portuguese.get(path) === ""]).toEqual([path, false, false]);
    }
  });

  test("are chosen by a language code; what is no language we speak is told in English", () => {
    for (const code of ["pt", "pt-BR", "PT"]) expect(chronicleWords(code)).toBe(chroniclePt);
    for (const code of [null, "en", "fictional", "ptolemy", ""]) expect(chronicleWords(code)).toBe(chronicleEn);
    const day = (date: string): number => parseDate(date) ?? Number.NaN;
    const { dates } = chroniclePt;
    expect(longDate(day("2022-01-02"), dates)).toBe("2 de janeiro de 2022");
    expect(dateRange(day("2022-01-22"), day("2022-01-25"), dates)).toBe("22 a 25 de janeiro de 2022");
    expect(dateRange(day("2022-01-30"), day("2022-02-02"), dates)).toBe("30 de janeiro a 2 de fevereiro de 2022");
    expect(dateRange(day("2021-12-31"), day("2022-01-01"), dates)).toBe(
      "31 de dezembro de 2021 a 1 de janeiro de 2022",
    );
    expect(shortDate(day("1914-07-03"), dates)).toBe("3 jul");
    expect(chroniclePt.result.counts(1, 2)).toBe("1 vale, 2 falham");
    expect(chroniclePt.length(1)).toBe("1 ronda");
  });
});

describe("the news of a room", () => {
  const entries = (...events: readonly RunEvent[]) =>
    newsOf(scenario, [started, ...events]).flatMap(({ entries: all }) => all);

  test("say by their kind what has no deed, and leave its words to the page", () => {
    expect(entries(fork("z"), fault)).toMatchObject([
      { kind: "fork", deeds: [] },
      { kind: "fault", deeds: [] },
    ]);
    for (const reason of ["deadlock", "unfinished"] as const) {
      expect(entries(ended(reason))).toMatchObject([{ kind: "end", deeds: [] }]);
    }
    expect(entries(ended("outcome", "clash"))).toMatchObject([{ kind: "end", deeds: [{ what: "A clash" }] }]);
  });

  test("mark what came too late and what not everybody saw, and give flags as truth values", () => {
    const [news] = entries(joint);
    expect(news?.deeds).toEqual([
      { who: "The North", what: "Set sail", way: "By night", forestalled: false, overruled: [], secret: true },
      { who: "South", what: "Alarm", way: null, forestalled: true, overruled: [], secret: true },
    ]);
    expect(news?.changes.map(({ from, to }) => [from, to])).toEqual([
      ["In port", "At sea"],
      [false, true],
      [2, 3],
    ]);
  });

  test("tell an averted incident as such; that of a covert one is secret", () => {
    expect(entries(averted("storm"), averted("spy"))).toMatchObject([
      { kind: "averted", deeds: [{ what: "Storm", secret: false }] },
      { kind: "averted", deeds: [{ what: "Spy", secret: true }] },
    ]);
  });

  test("of a view mark nothing as secret", () => {
    const seen = viewEvents(model, [started, joint], "south");
    const [news] = newsOf(scenario, seen).flatMap(({ entries: all }) => all);
    expect(news?.deeds.map(({ what, secret }) => [what, secret])).toEqual([
      ["Set sail", false],
      ["Alarm", false],
    ]);
  });
});
