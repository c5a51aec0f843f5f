import { expect, test } from "vitest";
import { parseDate } from "../../src/scenario/calendar.ts";
import { printExpression } from "../../src/scenario/print.ts";
import { readScenario } from "../../src/scenario/scenario.ts";
import { errorsOf, head, modelOf, read, world } from "./scenarioFixture.ts";

const otherwise = "outcomes:\n  rest:\n    otherwise: true\n";

test("a document with nothing but its head is a scenario with defaults", () => {
  expect(modelOf(head)).toEqual({
    language: 2,
    id: "test",
    clock: null,
    rounds: null,
    turns: "in order",
    actors: [],
    tracks: [],
    variables: [],
    assumptions: [],
    terms: [],
    start: null,
    moves: [],
    incidents: [],
    rules: [],
    outcomes: [],
    groups: [],
    headline: null,
    tallies: [],
    policies: [],
    variants: [],
    properties: [],
    history: [],
    since: [],
    made: [],
  });
});

test("a clock counts in hours, days, weeks, months or years, by listed dates, or in rounds alone", () => {
  const clock = (body: string) => {
    const { clock: read, rounds } = modelOf(`${head}${body}${otherwise}`);
    return { ...read, rounds };
  };
  const start = parseDate("2022-01-22");
  expect(clock("clock: { start: 2022-01-22, rounds: 4 }\n")).toEqual({
    start,
    step: 1,
    months: null,
    dates: null,
    rounds: 4,
  });
  expect(clock("clock: { start: 2022-01-22, step: 2 weeks }\n")).toEqual({
    start,
    step: 14,
    months: null,
    dates: null,
    rounds: null,
  });
  expect(clock("clock: { start: 2022-01-22 06:00, step: 6 hours, rounds: 4 }\n")).toEqual({
    start: (start ?? 0) + 0.25,
    step: 0.25,
    months: null,
    dates: null,
    rounds: 4,
  });
  const months = { start, step: 0, dates: null, rounds: 4 };
  expect(clock("clock: { start: 2022-01-22, step: 1 month, rounds: 4 }\n")).toEqual({ ...months, months: 1 });
  expect(clock("clock: { start: 2022-01-22, step: 2 years, rounds: 4 }\n")).toEqual({ ...months, months: 24 });
  const dates = [parseDate("2022-01-22"), parseDate("2022-01-26"), parseDate("2022-02-01")];
  const listed = "clock:\n  dates: [2022-01-22, 2022-01-26, 2022-02-01]\n  step: 3 days\n";
  expect(clock(listed)).toEqual({ start, step: 3, months: null, dates, rounds: 3 });
  expect(clock("clock: { rounds: 4 }\n")).toEqual({ rounds: 4 });
});

test("a length that no round can have is refused, and months without a number of rounds", () => {
  const errors = (step: string, more = ", rounds: 4") =>
    errorsOf(`${head}clock: { start: 2022-01-22, step: ${step}${more} }\n${otherwise}`);
  for (const step of ["0 hours", "6 hour s", "1.5 days", "2 fortnights", "101 years", "1300 months"]) {
    expect(errors(step)).toEqual([`bad-step: ${step}`]);
  }
  expect(errors("100 years")).toEqual([]);
  expect(errors("1 month", "")).toEqual(["step-without-rounds: 1 month"]);
});

test("a clock that contradicts itself is refused", () => {
  const errors = (clock: string) => errorsOf(`${head}clock: ${clock}\n${otherwise}`);
  expect(errors("{ dates: [2022-01-22, 2022-01-22] }")).toEqual(["clock-order: 2022-01-22"]);
  expect(errors("{ start: 2022-01-23, dates: [2022-01-22] }")).toEqual(["clock-start: 2022-01-23"]);
  expect(errors("{ rounds: 3, dates: [2022-01-22] }")).toEqual(["clock-rounds: 3"]);
  expect(errors("{ step: 1 day }")).toEqual(["clock-start: step"]);
  expect(errors("{ start: 2022-02-30 }")).toEqual(["bad-date: 2022-02-30"]);
  expect(errors("{ start: 2022-02-20, step: 1 fortnight }")).toEqual(["bad-step: 1 fortnight"]);
  expect(errors("{ start: 2022-02-20, rounds: 0 }")).toEqual(["bad-number: 0"]);
  expect(errors("{ start: 2022-02-20, rounds: 1.5 }")).toEqual(["wrong-type: 1.5"]);
  expect(errors("{ start: 2022-02-20, rounds: 9999999999 }")).toEqual(["bad-number: 9999999999"]);
});

test("initial values are a value, a list, `any`, or a map to odds", () => {
  const initial = (body: string) => {
    const { variables, tracks } = modelOf(
      `${head}assumptions:\n  p: { range: [0, 1], default: 0.5, basis: judgement }\n${body}`,
    );
    return (variables[0] ?? tracks[0])?.initial.map(({ value, odds }) => [value, printExpression(odds)]);
  };
  expect(initial("variables:\n  x: { scale: [0, 10], initial: 6 }\n")).toEqual([[6, "1"]]);
  expect(initial("variables:\n  x: { scale: [0, 10], initial: [3, 7] }\n")).toEqual([
    [3, "1"],
    [7, "1"],
  ]);
  expect(initial("variables:\n  x: { count: [-1, 1], initial: any }\n")?.map(([value]) => value)).toEqual([-1, 0, 1]);
  expect(initial("variables:\n  x: { scale: [0, 10], initial: { 3: p, 7: 1 - p } }\n")).toEqual([
    [3, "p"],
    [7, "1 - p"],
  ]);
  expect(initial("variables:\n  x: { flag: true }\n")).toEqual([[true, "1"]]);
  expect(initial("variables:\n  x: { flag: any }\n")?.map(([value]) => value)).toEqual([false, true]);
  expect(initial("variables:\n  x: { flag: { true: 1, false: 3 } }\n")).toEqual([
    [true, "1"],
    [false, "3"],
  ]);
  expect(initial("tracks:\n  t: { states: [low, high], initial: { low: 2, high: 1 } }\n")).toEqual([
    ["low", "2"],
    ["high", "1"],
  ]);
  expect(initial("tracks:\n  t: { states: [low, high], initial: any }\n")?.map(([value]) => value)).toEqual([
    "low",
    "high",
  ]);
});

test("initial values out of place are refused where they stand", () => {
  const errors = (body: string) => errorsOf(`${head}variables:\n  x: { ${body} }\n  y: { flag: false }\n`);
  expect(errors("scale: [0, 10], initial: 11")).toEqual(["outside-range: 11"]);
  expect(errors("scale: [0, 10], initial: 1.5")).toEqual(["wrong-type: 1.5"]);
  expect(errors("scale: [0, 10], initial: high")).toEqual(["wrong-type: high"]);
  expect(errors("scale: [0, 10], initial: [3, 3]")).toEqual(["duplicate-value: 3"]);
  expect(errors("scale: [0, 10], initial: []")).toEqual(["no-value: []"]);
  expect(errors("scale: [0, 10], initial: {}")).toEqual(["no-value: {}"]);
  expect(errors("scale: [0, 10], initial: { 3: -1, 7: 2 }")).toEqual(["bad-odds: initial"]);
  expect(errors("scale: [0, 10], initial: { 3: y, 7: 2 }")).toHaveLength(1);
  expect(errors("scale: [0, 10]")).toEqual(["missing-key: x"]);
  expect(errors("count: [0, 2147483648], initial: any")).toEqual(["too-many-values: any"]);
  expect(errors("scale: [5, 5], initial: 5")[0]).toMatch(/^bad-range/);
  expect(errors("scale: [0, 0.5], initial: 0")[0]).toMatch(/^bad-range/);
  expect(errors("scale: [0, 10], count: [0, 8], initial: 1")).toEqual(["variable-kind: x"]);
  expect(errors("name: X")).toEqual(["variable-kind: x"]);
  expect(errors("flag: false, initial: true")).toEqual(["flag-initial: initial"]);
});

test("a range as large as a 31-bit number is accepted", () => {
  const [variable] = modelOf(`${head}variables:\n  x: { count: [0, 2147483648], initial: 7 }\n`).variables;
  expect(variable).toMatchObject({ low: 0, high: 2 ** 31 });
});

test("`each` stands for one entry per combination, in its key and in every text of it", () => {
  const text = `${head}actors:
  usa:
  uk:
tracks:
  talks_$who:
    each: { who: [usa, uk] }
    initial: shut
    states: [shut, open]
moves:
  \${who}_delivers_$content:
    each:
      content: [rejection, counter]
      who: [usa, uk]
    by: $who
    name: The $who delivers a $content
    when: talks_$who is shut
    then:
      talks_$who: open
`;
  const { model, texts } = read(text);
  expect(model.tracks.map(({ id }) => id)).toEqual(["talks_usa", "talks_uk"]);
  expect(model.moves.map(({ id }) => id)).toEqual([
    "usa_delivers_rejection",
    "uk_delivers_rejection",
    "usa_delivers_counter",
    "uk_delivers_counter",
  ]);
  expect(model.moves[3]).toMatchObject({ by: "uk", then: [{ id: "talks_uk" }] });
  expect(texts.names["moves.uk_delivers_counter"]).toBe("The uk delivers a counter");
});

test("`each` works in every section that has it, policies at both of their levels", () => {
  const text = `${world}moves:
  act_$who: { each: { who: [usa, russia] }, by: $who }
incidents:
  storm_$n: { each: { n: [1, 2] }, chance: 0.$n }
rules:
  r_$n: { each: { n: [3, 4] }, when: "tension >= $n", then: { packages: "packages + $n" } }
tallies:
  t_$n: { each: { n: [5, 6] }, add: $n, per: round }
policies:
  $who:
    each: { who: [usa, russia] }
    calm_$n: { each: { n: [1, 2] }, act_$who: $n }
properties:
  p_$n: { each: { n: [7, 8] }, never: "tension > $n" }
variables2: {}
`.replace("variables2: {}\n", "");
  const model = modelOf(text);
  expect(model.moves.map(({ id, by }) => [id, by])).toEqual([
    ["act_usa", "usa"],
    ["act_russia", "russia"],
  ]);
  expect(model.incidents.map(({ chance }) => printExpression(chance))).toEqual(["0.1", "0.2"]);
  expect(model.rules.map(({ when }) => printExpression(when))).toEqual(["tension >= 3", "tension >= 4"]);
  expect(model.tallies.map(({ entries }) => entries[0]?.add)).toMatchObject([{ value: 5 }, { value: 6 }]);
  expect(model.policies).toMatchObject([
    {
      actor: "usa",
      policies: [{ id: "calm_1" }, { id: "calm_2", weights: [{ move: "act_usa", weight: { value: 2 } }] }],
    },
    { actor: "russia", policies: [{ id: "calm_1" }, { id: "calm_2" }] },
  ]);
  expect(model.properties.map(({ id }) => id)).toEqual(["p_7", "p_8"]);
});

test("mistakes in an entry with `each` are told once, in the source", () => {
  const text = `${world}moves:
  act_$who:
    each: { who: [usa, russia] }
    by: $who
    when: tensoin > 5 and reply is $content
`;
  expect(errorsOf(text)).toEqual(["unknown-name: tensoin", "unknown-parameter: $content"]);
});

test("a mistake in a replaced word points at the parameter", () => {
  const text = `${world}moves:\n  m_$n:\n    each: { n: [tensoin] }\n    by: usa\n    when: 3 < $n and leaked\n`;
  expect(errorsOf(text)).toEqual(["unknown-name: $n"]);
});

test("`each` whose key does not tell its entries apart is refused", () => {
  const text = `${world}moves:\n  act:\n    each: { who: [usa, russia] }\n    by: $who\n`;
  expect(errorsOf(text)).toEqual(["each-duplicate: act"]);
  expect(errorsOf(`${world}moves:\n  a_$n:\n    each: [1, 2]\n    by: usa\n`)[0]).toMatch(/^each-form/);
  expect(errorsOf(`${world}outcomes:\n  a_$n:\n    each: { n: [1] }\n    otherwise: true\n`)).toContain(
    "unknown-key: each",
  );
});

test("a move has all that the model knows of it", () => {
  const text = `${world}sources:
  afp: { title: Agency, date: 2022-01-26, grade: agency }
moves:
  deliver:
    by: usa
    when: reply is promised and round >= 2
    then:
      reply: delivered
    branches:
      quiet:
      loud:
        odds: 1 + 2 * leaked
        covert: true
        then:
          leaked: true
    covert: true
    severity: non-violent
    cameo: "127"
    source: afp
  wait: { by: russia }
`;
  const [deliver, wait] = modelOf(text).moves;
  expect(deliver).toMatchObject({
    by: "usa",
    then: [{ target: "track", id: "reply", value: { op: "state", track: "reply", id: "delivered" } }],
    branches: [
      { id: "quiet", odds: { op: "number", value: 1 }, then: [], knownTo: null },
      { id: "loud", knownTo: [], then: [{ target: "variable", id: "leaked", value: { op: "truth", value: true } }] },
    ],
    knownTo: [],
    severity: "non-violent",
    cameo: "127",
    source: ["afp"],
  });
  expect(wait).toMatchObject({
    when: null,
    then: [],
    branches: [],
    knownTo: null,
    severity: null,
    cameo: null,
    source: [],
  });
});

test("an incident happens for certain unless it says otherwise", () => {
  const text = `${head}clock: { start: 2022-02-01, rounds: 30 }\nincidents:\n  end: { date: 2022-02-20 }\n  clash: { chance: 0.5 }\n${otherwise}`;
  expect(modelOf(text).incidents).toMatchObject([
    { id: "end", date: parseDate("2022-02-20"), chance: { value: 1 } },
    { id: "clash", date: null, chance: { value: 0.5 } },
  ]);
});

test("scripts and histories name rounds by date or by number", () => {
  const text = `${world}clock: { start: 2022-01-22, step: 2 days, rounds: 10 }
moves:
  act: { by: usa, branches: { a: { odds: 1 }, b: { odds: 2 } } }
incidents:
  storm: { chance: 0.5, branches: { mild: { odds: 1 }, wild: { odds: 1 } } }
${otherwise}variants:
  one:
    script:
      - { date: 2022-01-25, by: usa, move: act, branch: b }
      - { round: 3, incident: storm, branch: wild }
      - { round: 4, by: usa, move: hold }
history:
  - { date: 2022-01-22, by: usa, move: act, source: judgement }
`;
  const model = modelOf(text);
  expect(model.variants[0]?.script).toEqual([
    { round: 1, by: "usa", move: "act", branch: "b" },
    { round: 3, incident: "storm", branch: "wild" },
    { round: 4, by: "usa", move: "hold", branch: null },
  ]);
  expect(model.history).toEqual([{ round: 0, by: "usa", move: "act", branch: null }]);
});

test("script entries that cannot happen are refused where they stand", () => {
  const errors = (entry: string, clock = "clock: { start: 2022-01-22, rounds: 10 }\n") =>
    errorsOf(
      `${world}${clock}moves:\n  act: { by: usa }\n  other: { by: russia }\nincidents:\n  storm: { chance: 0.5 }\n${otherwise}variants:\n  v:\n    script:\n      - ${entry}\n`,
    );
  expect(errors("{ date: 2022-01-21, by: usa, move: act }")).toEqual(["outside-clock: 2022-01-21"]);
  expect(errors("{ date: 2022-02-01, by: usa, move: act }")).toEqual(["outside-clock: 2022-02-01"]);
  expect(errors("{ round: 10, by: usa, move: act }")).toEqual(["outside-clock: 10"]);
  expect(errors("{ date: 2022-01-22, by: usa, move: act }", "clock: { rounds: 3 }\n")).toEqual([
    "date-without-clock: 2022-01-22",
  ]);
  expect(errors("{ round: 1, by: usa, move: other }")).toEqual(["foreign-move: other"]);
  expect(errors("{ round: 1, by: usa, move: atc }")).toEqual(["unknown-move: atc"]);
  expect(errors("{ round: 1, incident: strom }")).toEqual(["unknown-incident: strom"]);
  expect(errors("{ round: 1, by: usa, incident: storm }")).toEqual(["script-kind: by"]);
  expect(errors("{ round: 1, move: act }")[0]).toMatch(/^missing-key/);
  expect(errors("{ by: usa, move: act }")[0]).toMatch(/^script-moment/);
  expect(errors("{ round: 1, by: usa }")[0]).toMatch(/^script-kind/);
  expect(errors("{ round: 1, by: usa, move: act, branch: x }")).toEqual(["unknown-branch: x"]);
  expect(errors("{ round: 1, by: usa, move: act }\n      - { round: 1, by: usa, move: hold }")[0]).toMatch(
    /^second-entry/,
  );
});

test("tallies count at rounds, steps, moves and incidents, one entry or several", () => {
  const text = `${world}moves:\n  act: { by: usa }\nincidents:\n  storm: { chance: 0.5 }\ntallies:
  cost: { add: 2, when: leaked, per: [round, act] }
  toll:
    - { add: tension, per: storm }
    - { add: 1, per: step }
`;
  expect(modelOf(text).tallies).toMatchObject([
    { id: "cost", entries: [{ add: { value: 2 }, per: "round" }, { per: { kind: "move", id: "act" } }] },
    { id: "toll", entries: [{ when: null, per: { kind: "incident", id: "storm" } }, { per: "step" }] },
  ]);
  expect(errorsOf(`${world}tallies:\n  cost: { add: 2, per: rond }\n`)).toEqual(["unknown-move-or-incident: rond"]);
  expect(errorsOf(`${world}tallies:\n  cost: { add: 2 }\n`)).toEqual(["missing-key: cost"]);
});

test("a policy weighs moves of its actor, holding and the others", () => {
  const text = `${world}moves:\n  act: { by: usa }\n  other: { by: russia }\npolicies:\n  usa:\n    bold:\n      act: 1 + tension\n      hold: 6\n      others: 1\n    idle:\n      note: does nothing\n`;
  expect(modelOf(text).policies).toMatchObject([
    {
      actor: "usa",
      policies: [
        { id: "bold", weights: [{ move: "act" }], hold: { value: 6 }, others: { value: 1 } },
        { id: "idle", weights: [], hold: null, others: null },
      ],
    },
  ]);
  expect(errorsOf(text.replace("act: 1 + tension", "other: 1"))).toEqual(["foreign-move: other"]);
  expect(errorsOf(text.replace("act: 1 + tension", "atc: 1"))).toEqual(["unknown-move: atc"]);
  expect(errorsOf(text.replace("policies:\n  usa", "policies:\n  uas"))).toEqual(["unknown-actor: uas"]);
  expect(errorsOf(text.replace("hold: 6", "hold: -6"))).toEqual(["bad-odds: -6"]);
});

test("a variant may change assumptions, initial values, policies, turns and rounds", () => {
  const text = `${world}assumptions:\n  p: { range: [0, 1], default: 0.5, basis: judgement }\nmoves:\n  act: { by: usa }\npolicies:\n  usa:\n    calm: { act: 1 }\n    bold: { act: 2 }\n${otherwise}variants:
  bare:
  full:
    assume: { p: 0.7 }
    initial: { tension: [1, 2], reply: late, leaked: true }
    policies: { usa: bold }
    turns: free
    rounds: 5
`;
  const [bare, full] = modelOf(text).variants;
  expect(bare).toEqual({ id: "bare", assume: {}, initial: {}, policies: {}, script: [], turns: null, rounds: null });
  expect(full).toMatchObject({
    assume: { p: 0.7 },
    initial: { tension: [{ value: 1 }, { value: 2 }], reply: [{ value: "late" }], leaked: [{ value: true }] },
    policies: { usa: "bold" },
    turns: "free",
    rounds: 5,
  });
  expect(errorsOf(text.replace("p: 0.7", "p: 1.7"))).toEqual(["outside-range: 1.7"]);
  expect(errorsOf(text.replace("p: 0.7", "q: 0.7"))).toEqual(["unknown-assumption: q"]);
  expect(errorsOf(text.replace("reply: late", "reply: soon"))).toEqual(["unknown-track-state: soon"]);
  expect(errorsOf(text.replace("usa: bold", "usa: blod"))).toEqual(["unknown-policy: blod"]);
});

test("every kind of property is read with its scope", () => {
  const text = `${world}outcomes:\n  ends: { when: tension > 9 }\nproperties:
  a: { never: leaked, after: tension > 1, until: tension > 8 }
  b: { always: not leaked }
  c: { eventually: leaked, within: 3 }
  d: { first: leaked, before: tension > 5 }
  e: { whenever: leaked, eventually: tension > 5, within: 0 }
  f: { between: [leaked, tension > 5], never: reply is late }
  g: { from: leaked, reachable: tension > 5 }
  h: { forced: leaked, by: [usa] }
  i: { share: { of: ends, at_most: 0.3 } }
  j: { share: { of: a, at_least: 0.3, at_most: 0.5 } }
`;
  expect(modelOf(text).properties).toMatchObject([
    { kind: "never", after: { op: "compare" }, until: { op: "compare" } },
    { kind: "always", after: null, until: null },
    { kind: "eventually", within: 3 },
    { kind: "first" },
    { kind: "whenever", within: 0 },
    { kind: "between" },
    { kind: "reachable" },
    { kind: "forced", by: ["usa"] },
    { kind: "share", of: { kind: "outcome", id: "ends" }, atMost: 0.3, atLeast: null },
    { kind: "share", of: { kind: "property", id: "a" }, atMost: 0.5, atLeast: 0.3 },
  ]);
});

test("a property of no kind or of two kinds is refused", () => {
  const errors = (body: string) => errorsOf(`${world}properties:\n  p: { ${body} }\n`);
  expect(errors("claim: Nothing")).toEqual(["property-kind: p"]);
  expect(errors("never: leaked, always: leaked")).toEqual(["property-kind: never"]);
  expect(errors("first: leaked")).toEqual(["property-kind: p"]);
  expect(errors("never: leaked, within: 3")).toEqual(["property-kind: within"]);
  expect(errors("share: { of: p, at_most: 0.3 }")).toEqual(["circular-property: p"]);
  expect(errors("share: { of: q, at_most: 0.3 }")).toEqual(["unknown-outcome-group-or-property: q"]);
  expect(errors("forced: leaked, by: us")).toEqual(["unknown-actor: us"]);
});

test("a horizon needs exactly one `otherwise`, and there is never a second", () => {
  expect(errorsOf(`${head}clock: { rounds: 3 }\n`)).toEqual(["missing-otherwise: rounds"]);
  expect(errorsOf(`${head}variants:\n  v: { rounds: 3 }\n`)).toEqual(["missing-otherwise: rounds"]);
  expect(errorsOf(`${head}outcomes:\n  a: { otherwise: true }\n  b: { otherwise: true }\n`)).toEqual([
    "second-otherwise: otherwise",
  ]);
  expect(errorsOf(`${head}outcomes:\n  a: { severity: violent }\n`)).toEqual(["outcome-kind: a"]);
  expect(errorsOf(`${world}outcomes:\n  a: { when: leaked, otherwise: true }\n`)).toEqual(["outcome-kind: otherwise"]);
});

test("terms may stand in any order, and their types are known everywhere", () => {
  const text = `${world}terms:\n  hot: level > 5\n  level: tension + packages\n  named: { name: Named, value: hot and leaked }\nrules:\n  r: { when: named, then: { tension: level } }\n`;
  expect(modelOf(text).terms.map(({ id, type }) => [id, type])).toEqual([
    ["hot", "condition"],
    ["level", "number"],
    ["named", "condition"],
  ]);
});

test("terms that define each other are reported once, with the circle", () => {
  const text = `${world}terms:\n  a: b and leaked\n  b: not c\n  c: a\n  d: d\n  e: tension > 3\n`;
  expect(errorsOf(text)).toEqual(["circular-term: b and leaked", "circular-term: d"]);
  const { diagnostics } = readScenario({ file: "t", text });
  expect(diagnostics[0]?.message).toContain("a -> b -> c -> a");
});

test("what `since` and `made` read anywhere is remembered, sorted", () => {
  const text = `${world}moves:\n  act: { by: usa, when: since(reply) > 2 and made(act) < 3 }\nincidents:\n  storm: { chance: 0.5 }\nproperties:\n  p: { never: since(storm) < 2 and since(act) > 1 }\n`;
  const { since, made } = modelOf(text);
  expect(since).toEqual(["incident:storm", "move:act", "track:reply"]);
  expect(made).toEqual(["move:act"]);
});

test("a version of the language is asked for, older ones are upgraded, newer ones refused with one message", () => {
  expect(errorsOf("id: test\ntitle: Test\nturns: fre\n")).toContain("missing-version: id");
  expect(errorsOf("demarche: one\nid: test\ntitle: Test\n")).toEqual(["bad-version: one"]);
  expect(errorsOf("demarche: 3\nid: test\ntitle: Test\nnew_section: {}\n")).toEqual(["newer-version: 3"]);
  const together = "demarche: 1\nid: test\ntitle: Test\nturns: simultaneous\nactors: { usa: { must_move: true } }\n";
  const toldOf = (text: string) =>
    readScenario({ file: "t.yaml", text }).diagnostics.find(({ code }) => code === "upgraded");
  const { message = "", hint = "" } = toldOf(`${together}${otherwise}`) ?? {};
  expect(message).toContain(
    "version 2 of the language, in which moves made together read the state as the turns opened",
  );
  expect(message).toContain("an actor that must move holds where all weights of its policy are zero");
  expect(hint).toContain("demarche: 2");
  const scripted = "demarche: 1\nid: test\ntitle: Test\nvariants: { planned: { script: [] } }\n";
  expect(toldOf(`${scripted}${otherwise}`)?.message).toContain("a script keeps a run going to its last entry");
  expect(toldOf(`${scripted}clock: { rounds: 3 }\n${otherwise}`)).toBeUndefined();
  expect(toldOf(`${together.replace("demarche: 1", "demarche: 2")}${otherwise}`)).toBeUndefined();
  expect(toldOf(`demarche: 1\nid: test\ntitle: Test\n${otherwise}`)).toBeUndefined();
  const old = `demarche: 0\nid: test\ntitle: Test\nclock: { start: 2022-01-22 }\nhorizon: 7\n${otherwise}`;
  const present = `demarche: 1\nid: test\ntitle: Test\nclock: { start: 2022-01-22, rounds: 7 }\n${otherwise}`;
  expect(modelOf(old)).toEqual(modelOf(present));
  expect(modelOf(`demarche: 0\nid: test\ntitle: Test\nhorizon: 7\n${otherwise}`).rounds).toBe(7);
  expect(errorsOf(old.replace("horizon: 7", "horizon: -7"))).toEqual(["bad-number: -7"]);
});

test("names that mean something else are refused", () => {
  expect(errorsOf(`${head}variables:\n  round: { flag: false }\n`)).toEqual(["reserved-word: round"]);
  expect(errorsOf(`${head}actors:\n  others:\n`)).toEqual(["reserved-word: others"]);
  expect(errorsOf(`${head}variants:\n  default:\n`)).toEqual(["reserved-word: default"]);
  expect(errorsOf(`${head}actors:\n  constructor:\n`)).toEqual(["reserved-word: constructor"]);
  expect(errorsOf(`${head}actors:\n  Soviet Union:\n`)).toEqual(["bad-id: Soviet Union"]);
  expect(errorsOf(`${head}actors:\n  __proto__:\n`)).toEqual(["bad-id: __proto__"]);
  expect(errorsOf(`demarche: 1\nid: Test!\ntitle: Test\n`)).toEqual(["bad-id: Test!"]);
  expect(errorsOf(`${world}terms:\n  tension: leaked\n`)).toContain("name-taken: tension");
});

test("one name may stand for a move, an actor and an outcome at once", () => {
  const text = `${head}actors:\n  calm:\nmoves:\n  calm: { by: calm }\noutcomes:\n  calm: { otherwise: true }\nproperties:\n  calm: { never: round > 5 }\n`;
  expect(errorsOf(text)).toEqual([]);
});

test("where a part of the model stands can be asked for, as exactly as the document says it", () => {
  const text = `${world}moves:\n  act:\n    by: usa\n    then:\n      tension: tension - 1\ntallies:\n  cost: { add: packages, per: round }\n`;
  const { locate } = read(text);
  const place = (path: string) => {
    const span = locate(path);
    return span === null ? null : [span.line, span.column];
  };
  const line = (part: string) => text.split("\n").findIndex((one) => one.includes(part)) + 1;
  expect(place("moves.act.then.tension")).toEqual([line("tension - 1"), 16]);
  expect(place("moves.act.then.nothing")).toEqual([line("    then:"), 5]);
  expect(place("moves.act")).toEqual([line("  act:"), 3]);
  expect(place("tallies.cost.0.add")).toEqual([line("cost:"), 16]);
  expect(place("initial.leaked")).toEqual([line("leaked:"), 19]);
  expect(place("nowhere.at.all")).toBeNull();
});

test("of several parameters the longest name that fits is meant", () => {
  const text = `${head}actors:\n  $a_b_c:\nvariables:\n  v_$a_b_c:\n    each: { a: [x], a_b: [y] }\n    flag: false\n  w_$a_c_$a_b:\n    each: { a: [x], a_b: [y] }\n    flag: false\n`;
  expect(modelOf(text.replace("actors:\n  $a_b_c:\n", "")).variables.map(({ id }) => id)).toEqual(["v_y_c", "w_x_c_y"]);
});

test("an entry of a list of tally entries may have `each` too", () => {
  const text = `${world}tallies:\n  cost:\n    - { each: { n: [1, 2] }, add: $n, per: round }\n    - { add: 3, per: step }\n`;
  expect(modelOf(text).tallies[0]?.entries.map(({ add }) => add)).toMatchObject([
    { value: 1 },
    { value: 2 },
    { value: 3 },
  ]);
});

test("two keys that `each` makes the same are refused", () => {
  const text = `${world}moves:\n  act_$x:\n    each: { x: [tension] }\n    by: usa\n    then:\n      $x: 3\n      tension: 4\n`;
  expect(errorsOf(text)).toEqual(["duplicate-key: tension"]);
});

test("a few lines of `each` never become a million entries", () => {
  const numbers = Array.from({ length: 40 }, (_, index) => index).join(", ");
  const each = (long: string) =>
    `${head}variables:\n  v_\${a}_$b:\n    each: { a: [${numbers}], b: [${numbers}] }\n    note: ${long}\n    flag: false\n`;
  expect(errorsOf(each("x"))[0]).toMatch(/^each-form/);
  const many = Array.from(
    { length: 20 },
    (_, index) => `  v${index}_$a:\n    each: { a: [${numbers}] }\n    flag: false\n    note: ${"x".repeat(20_000)}\n`,
  );
  expect(errorsOf(`${head}variables:\n${many.join("")}`)[0]).toMatch(/^each-form/);
  expect(errorsOf(`${head}variables:\n  v_$a: { each: { a: [${"x".repeat(61)}] }, flag: false }\n`)[0]).toMatch(
    /^each-form/,
  );
});

test("a circle of terms is told without those that only lead to it", () => {
  const text = `${world}terms:\n  z: a\n  a: not b\n  b: a\n`;
  const { diagnostics } = readScenario({ file: "t", text });
  expect(diagnostics.map(({ message }) => message)).toEqual([
    "these terms are defined by each other in a circle: a -> b -> a",
  ]);
});

test("the rounds of one variant bound its script alone", () => {
  const text = `${world}clock: { rounds: 9 }\nmoves:\n  act: { by: usa }\n${otherwise}variants:
  short: { rounds: 2, script: [{ round: 2, by: usa, move: act }] }
  long: { script: [{ round: 8, by: usa, move: act }] }
`;
  expect(errorsOf(text)).toEqual(["outside-clock: 2"]);
});

test("a share bounds outcomes and claims about single runs", () => {
  const text = `${world}properties:\n  a: { share: { of: b, at_most: 0.5 } }\n  b: { from: leaked, reachable: tension > 5 }\n`;
  expect(errorsOf(text)).toEqual(["property-kind: b"]);
});

test("a track without states is refused", () => {
  expect(errorsOf(`${head}tracks:\n  t: { states: [], initial: any }\n`)).toEqual(["no-states: t"]);
});
