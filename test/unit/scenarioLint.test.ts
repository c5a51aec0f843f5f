import { expect, test } from "vitest";
import { starterScenario } from "../../src/scenario/starter.ts";
import { complaint, complaintsOf, errorsOf, head, warningsOf, world } from "./scenarioFixture.ts";

/** The warnings of one code. */
const warned = (text: string, code: string) =>
  warningsOf(text).flatMap((warning) => (warning.startsWith(`${code}: `) ? [warning.slice(code.length + 2)] : []));

const rest = "outcomes:\n  rest:\n    otherwise: true\n";

test("the starter scenario lints clean, whatever its title", () => {
  expect(complaintsOf(starterScenario("first-crisis", "A first crisis"))).toEqual([]);
  expect(complaintsOf(starterScenario("no", `"Quotes": #1, 'and' \\ more`))).toEqual([]);
});

test("a condition that contradicts itself is found by trying its whole domain", () => {
  const moves = `${world}moves:
  one: { by: usa, when: tension > 5 and tension < 3 }
  two: { by: usa, when: tension > 5 and packages < 3 }
  three: { by: usa, when: reply is late and not (reply > promised) }
  four: { by: usa, when: "since(reply) < 0" }
`;
  expect(warned(moves, "never-true")).toEqual([
    "tension > 5 and tension < 3",
    "reply is late and not (reply > promised)",
  ]);
});

test("contradictions are found through terms, assumptions and rounds, and in rules, incidents and outcomes", () => {
  const text = `${world}clock: { rounds: 4 }
assumptions:
  p: { range: [0, 1], default: 0.5, basis: judgement }
terms:
  hot: tension > 5
rules:
  r: { when: hot and tension is 2 }
incidents:
  i: { when: p > 0.27 and p < 0.3 }
  j: { when: p > 1 }
  k: { when: round > 4 }
  l: { when: round is 4 }
outcomes:
  o: { when: leaked and not leaked }
  rest: { otherwise: true }
`;
  expect(warned(text, "never-true")).toEqual(["hot and tension is 2", "p > 1", "round > 4", "leaked and not leaked"]);
});

test("nothing is claimed of a domain that is too large or has no value somewhere", () => {
  const text = `${head}variables:\n  x: { count: [0, 2000000], initial: 1 }\n  y: { scale: [0, 5], initial: 1 }\nrules:\n  r: { when: x < 0, then: { x: 1 } }\n  s: { when: 1 / y < 0, then: { y: 1 } }\n`;
  expect(warned(text, "never-true")).toEqual([]);
});

test("of a range of an assumption no more is claimed than its points can tell", () => {
  const text = `${head}assumptions:\n  p: { range: [0, 1], default: 0.5, basis: judgement }\nrules:\n  r: { when: p * p > 0.41 and p * p < 0.42 }\n  s: { when: p < 0.2 and 0.3 < p }\n`;
  expect(warned(text, "never-true")).toEqual(["p < 0.2 and 0.3 < p"]);
});

test("what nothing changes or reads is named", () => {
  const text = `${world}assumptions:
  used: { range: [0, 1], default: 0.5, basis: judgement }
  idle: { range: [0, 1], default: 0.5, basis: judgement }
terms:
  calm: tension < 3
variables2: {}
moves:
  act: { by: usa, when: leaked, then: { tension: tension + 1 } }
incidents:
  storm: { chance: used }
`.replace("variables2: {}\n", "");
  expect(warned(text, "never-changed")).toEqual(["reply", "packages", "leaked"]);
  expect(warned(text, "never-read")).toEqual(["packages", "idle", "calm"]);
  const counting = `${world}moves:\n  act: { by: usa, when: leaked, then: { packages: packages + 1 } }\n`;
  expect(warned(counting, "never-read")).toContain("packages");
});

test("a hidden type that is drawn at the start need not change", () => {
  const text = `${head}actors:\n  usa:\nvariables:\n  resolve: { scale: [0, 10], initial: [3, 7] }\nmoves:\n  act: { by: usa, when: resolve > 5 }\n`;
  expect(warned(text, "never-changed")).toEqual([]);
});

const secrets = `${head}actors:
  usa:
  russia:
tracks:
  plan: { initial: wait, states: [wait, go], private: [russia] }
variables:
  patience: { scale: [0, 10], initial: [3, 7], private: [russia] }
  mood: { scale: [0, 10], initial: 5, private: [] }
terms:
  losing: patience < 3
moves:
  strike: { by: russia, covert: true }
  act:
    by: usa
    when: WHEN
    then: { mood: patience + mood }
policies:
  usa:
    calm: { act: WEIGHT }
`;
const withSecrets = (when: string, weight = "1") => secrets.replace("WHEN", when).replace("WEIGHT", weight);

test("a guard or policy that reads what its actor cannot see is an error at the secret", () => {
  expect(errorsOf(withSecrets("true"))).toEqual([]);
  expect(errorsOf(withSecrets("round > 2 and patience < 5"))).toEqual(["reads-secret: patience"]);
  expect(errorsOf(withSecrets("losing"))).toEqual(["reads-secret: losing"]);
  expect(complaint(withSecrets("losing"), "reads-secret").message).toContain("reads `patience` through `losing`");
  expect(errorsOf(withSecrets("plan is go"))).toEqual(["reads-secret: plan"]);
  expect(errorsOf(withSecrets("since(plan) > 2"))).toEqual(["reads-secret: plan"]);
  expect(errorsOf(withSecrets("made(strike) > 0"))).toEqual(["reads-secret: strike"]);
  expect(errorsOf(withSecrets("true", "1 + mood"))).toEqual(["reads-secret: mood"]);
});

test("an actor may decide by its own secrets", () => {
  const text = withSecrets("true").replace(
    "by: russia, covert: true",
    "by: russia, covert: true, when: losing and plan is go and made(strike) < 3",
  );
  expect(errorsOf(text)).toEqual([]);
});

test("an actor may decide by what others do in the open, and by incidents", () => {
  const text = `${world}moves:\n  open: { by: russia }\n  act: { by: usa, when: made(open) > 0 and since(storm) > 2 }\nincidents:\n  storm: { chance: 0.5 }\n`;
  expect(errorsOf(text)).toEqual([]);
  expect(errorsOf(text.replace("chance: 0.5", "chance: 0.5, covert: true"))).toEqual(["reads-secret: storm"]);
});

test("an actor may decide by secrets that others share with it", () => {
  const shared = withSecrets("made(strike) > 0").replace("covert: true", "known_to: [usa]");
  expect(errorsOf(shared)).toEqual([]);
  expect(errorsOf(shared.replace("known_to: [usa]", "known_to: [russia]"))).toEqual(["reads-secret: strike"]);
});

test("who learns of a step is said once, and by actors that there are", () => {
  const text = (secret: string) => `${world}moves:\n  act: { by: usa, ${secret} }\n`;
  expect(errorsOf(text("known_to: [russia]"))).toEqual([]);
  expect(errorsOf(text("known_to: []"))).toEqual([]);
  expect(errorsOf(text("covert: false, known_to: [russia]"))).toEqual([]);
  expect(errorsOf(text("covert: true, known_to: [russia]"))).toEqual(["secret-twice: known_to"]);
  expect(complaint(text("known_to: [rusia]"), "unknown-actor").hint).toContain("russia");
});

test("a name set both in `then` and in a branch is an error", () => {
  const text = `${world}moves:\n  act:\n    by: usa\n    then: { tension: 3 }\n    branches:\n      a: { then: { tension: 4 } }\n      b:\n`;
  expect(errorsOf(text)).toEqual(["set-twice: tension"]);
});

test("odds that are always zero, negative or beyond certainty are named", () => {
  const text = (odds: string, chance: string) =>
    `${world}moves:\n  act: { by: usa, branches: { a: { odds: ${odds} }, b: { odds: 1 } } }\nincidents:\n  storm: { chance: ${chance} }\n`;
  expect(warned(text("tension * 0", "0"), "zero-odds")).toEqual(["tension * 0", "0"]);
  expect(errorsOf(text("-1", "1.5"))).toEqual(["bad-odds: -1", "bad-odds: 1.5"]);
});

test("a rule that holds already at the start is named, and an outcome that ends every run there", () => {
  const text = (when: string) => `${world}rules:\n  r: { when: ${when}, then: { tension: 5 } }\n${rest}`;
  expect(warned(text("tension > 5"), "holds-at-start")).toEqual(["tension > 5"]);
  expect(warned(text("tension > 6"), "holds-at-start")).toEqual([]);
  const ends = `${world}outcomes:\n  end: { when: tension is 6 }\n  rest: { otherwise: true }\n`;
  expect(warned(ends, "ends-at-start")).toEqual(["tension is 6"]);
});

test("`start` is heeded in what holds at the start, and refused if nothing fulfils it", () => {
  const text = (start: string) =>
    `${head}variables:\n  x: { scale: [0, 10], initial: [3, 7] }\nstart: ${start}\nrules:\n  r: { when: x > 5, then: { x: 1 } }\n`;
  expect(warned(text("x < 5"), "holds-at-start")).toEqual([]);
  expect(warned(text("x < 8"), "holds-at-start")).toEqual(["x > 5"]);
  expect(errorsOf(text("x is 5"))).toEqual(["impossible-start: x is 5"]);
});

test("an assumption without a basis is named", () => {
  const text = `${world}assumptions:\n  p: { range: [0, 1], default: 0.5 }\nincidents:\n  storm: { chance: p }\n`;
  expect(warned(text, "no-basis")).toEqual(["p"]);
});

test("a move that no policy of its actor weighs is named, unless a script makes it", () => {
  const text = (policy: string, variants = "") =>
    `${world}moves:\n  act: { by: usa }\n  other: { by: usa }\n${rest}policies:\n  usa:\n    calm: { ${policy} }\n${variants}`;
  expect(warned(text("act: 1"), "never-weighed")).toEqual(["other"]);
  expect(warned(text("act: 1, others: 2"), "never-weighed")).toEqual([]);
  expect(warned(text("act: 1, other: 0"), "never-weighed")).toEqual(["other"]);
  const scripted = "variants:\n  v: { script: [{ round: 1, by: usa, move: other }] }\n";
  expect(warned(text("act: 1", scripted), "never-weighed")).toEqual([]);
});

test("a dated incident outside the clock is named", () => {
  const text = (date: string) =>
    `${head}clock: { start: 2022-01-22, rounds: 10 }\nincidents:\n  end: { date: ${date} }\n${rest}`;
  expect(warned(text("2022-01-21"), "outside-clock")).toEqual(["2022-01-21"]);
  expect(warned(text("2022-02-01"), "outside-clock")).toEqual(["2022-02-01"]);
  expect(warned(text("2022-01-31"), "outside-clock")).toEqual([]);
});

test("a source that nothing cites is named", () => {
  const text = `${world}sources:\n  afp: { title: AFP }\n  tass: { title: TASS }\n  un: { title: UN }\nmoves:\n  act: { by: usa, source: [afp] }\nhistory:\n  - { round: 1, by: usa, move: act, source: tass }\n`;
  expect(warned(text, "unused-source")).toEqual(["un"]);
});

test("an unknown source is an error with its nearest neighbour", () => {
  const text = `${world}sources:\n  afp: { title: AFP }\nmoves:\n  act: { by: usa, source: [apf] }\n`;
  expect(complaint(text, "unknown-source").hint).toBe("did you mean `afp`?");
});

test("time that grows without a horizon is named at the word that reads it", () => {
  const text = (when: string, clock = "") => `${world}${clock}moves:\n  act: { by: usa, when: ${when} }\n${rest}`;
  expect(warned(text("round % 2 is 0"), "endless")).toEqual(["round"]);
  expect(warned(text("made(act) > tension"), "endless")).toEqual(["made"]);
  expect(warned(text("round >= 2 and since(reply) < 3"), "endless")).toEqual([]);
  expect(warned(text("round % 2 is 0", "clock: { rounds: 5 }\n"), "endless")).toEqual([]);
});

test("a literal outside the range of a variable is named: a warning on a scale, an error on a count", () => {
  const text = (then: string) => `${world}moves:\n  act: { by: usa, then: { ${then} } }\n`;
  expect(warned(text("tension: 12"), "outside-range")).toEqual(["12"]);
  expect(errorsOf(text("packages: 12"))).toEqual(["outside-range: 12"]);
});

test("a fractional literal is an error that proposes floor", () => {
  const text = `${world}moves:\n  act: { by: usa, then: { tension: 2.5 } }\n`;
  expect(complaint(text, "fractional-effect").hint).toContain("floor(2.5)");
});

test("an outcome that an earlier one always forestalls is named", () => {
  const text = `${world}outcomes:\n  hot: { when: tension > 7 }\n  war: { when: tension > 8 and leaked }\n  leak: { when: leaked }\n  rest: { otherwise: true }\n`;
  expect(warned(text, "covered-outcome")).toEqual(["tension > 8 and leaked"]);
});
