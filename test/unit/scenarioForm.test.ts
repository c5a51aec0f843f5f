import { expect, test } from "vitest";
import { readScenario } from "../../src/scenario/scenario.ts";
import { complaint, complaintsOf, errorsOf, head, world } from "./scenarioFixture.ts";

const move = (...lines: readonly string[]) =>
  `${world}moves:\n  act:\n    by: usa\n${lines.map((line) => `    ${line}\n`).join("")}`;

test("an unknown key is marked, with the nearest one that is known there", () => {
  expect(errorsOf(`${head}actros:\n  usa:\n`)).toEqual(["unknown-key: actros"]);
  expect(complaint(`${head}actros:\n  usa:\n`, "unknown-key").hint).toBe("did you mean `actors`?");
  expect(complaint(move("whne: leaked"), "unknown-key").hint).toBe("did you mean `when`?");
  expect(complaint(move("if: leaked"), "unknown-key").hint).toBe("did you mean `when`?");
  expect(complaint(`${head}rounds: 4\n`, "unknown-key").hint).toBe("write it below `clock:`");
  expect(complaint(move("zzz: 1"), "unknown-key").hint).toBeNull();
});

test("what a part should be stands beside what it is", () => {
  expect(complaint(move("then: 5"), "wrong-type").message).toMatch(/^`then` is the number 5; expected is a map/);
  expect(complaint(move("when: [leaked]"), "wrong-type").message).toMatch(
    /^`when` is a list; expected is an expression/,
  );
  expect(complaint(move("covert: maybe"), "wrong-type").message).toContain(
    'the text "maybe"; expected is true or false',
  );
  expect(complaint(`${head}actors: [usa]\n`, "wrong-type").message).toContain("a map with actors under their ids");
  expect(complaint(`${head}tracks:\n  t: { states: 5, initial: a }\n`, "wrong-type").message).toContain(
    "the track's states",
  );
});

test("a word from a closed list is named with its nearest neighbour", () => {
  const found = complaint(move("severity: violnt"), "unknown-value");
  expect(found.hint).toBe("did you mean `violent`?");
  expect(found.message).toContain("de-escalation");
  expect(complaint(`${head}turns: simultanous\n`, "unknown-value").hint).toBe("did you mean `simultaneous`?");
});

test("a number where a text is wanted asks for quotes", () => {
  expect(complaint(`demarche: 1\nid: test\ntitle: 1914\n`, "needs-quotes").hint).toBe('write "1914" in quotes');
});

test("a missing key is told at the entry that lacks it, a missing value at its key", () => {
  expect(errorsOf("demarche: 1\nid: test\n")).toEqual(["missing-key: demarche"]);
  expect(errorsOf(`${world}moves:\n  act:\n    when: leaked\n`)).toEqual(["missing-key: act"]);
  expect(errorsOf(move("when:"))).toEqual(["missing-value: when"]);
  expect(errorsOf(`${head}tracks:\n`)).toEqual(["missing-value: tracks"]);
});

test("only the form that was begun is complained of, where several are possible", () => {
  expect(errorsOf(`${world}terms:\n  calm: { vlaue: leaked }\n`)).toEqual(["missing-key: calm", "unknown-key: vlaue"]);
  expect(errorsOf(`${world}tallies:\n  t:\n    - { add: 1, per: round }\n    - { ad: 1, per: round }\n`)).toEqual([
    "unknown-key: ad",
  ]);
  expect(errorsOf(`${head}tracks:\n  t: { initial: a, states: { a: { rng: 1 }, b: } }\n`)).toEqual([
    "unknown-key: rng",
  ]);
});

test("expressions may be texts, numbers and truth values", () => {
  expect(errorsOf(move("when: true", "then:", "  tension: 3", "  packages: '4'", '  leaked: "false"'))).toEqual([]);
  expect(errorsOf(move("when: 1"))).toEqual(["number-not-expected: 1"]);
});

test("numbers in other notations mean in expressions what YAML reads", () => {
  expect(
    errorsOf(`${world}incidents:\n  a: { chance: 1e-3 }\n  b: { chance: 5.0e-1 }\n  c: { chance: 0x1 }\n`),
  ).toEqual([]);
  expect(errorsOf(`${world}incidents:\n  a: { chance: 2e1 }\n`)).toEqual(["bad-odds: 2e1"]);
});

test("all problems of a document come together, in its order", () => {
  const text = `${world}moves:
  act:
    by: us
    when: tensoin > 5
    cameo: 36
  late:
    by: usa
    then:
      reply: rejected
      patience: 5
rules:
  r:
    when: leaked and (tension > 3
outcomes:
  end:
    whem: leaked
`;
  expect(errorsOf(text)).toEqual([
    "unknown-actor: us",
    "unknown-name: tensoin",
    "needs-quotes: 36",
    "unknown-state: rejected",
    "unknown-track-or-variable: patience",
    "unclosed-bracket: (",
    "outcome-kind: end",
    "unknown-key: whem",
  ]);
});

test("errors stand exactly where they are, in every style of scalar", () => {
  const styles: readonly (readonly string[])[] = [
    ["when: leaked and tensoin > 5"],
    ["when: 'leaked and tensoin > 5'"],
    ['when: "leaked and tensoin > 5"'],
    ['when: "leaked\\u0020and\\ttensoin > 5"'],
    ['when: "leaked and \\', '  tensoin > 5"'],
    ["when: leaked and", "  tensoin > 5"],
    ["when: >-", "  leaked", "  and tensoin > 5"],
    ["when: |", "  leaked", "", "    and tensoin > 5"],
    ["when: >2-", "  leaked and tensoin > 5"],
    ["when: 'leaked", "", "  and tensoin > 5'"],
  ];
  for (const lines of styles) expect([lines, complaintsOf(move(...lines))]).toEqual([lines, ["unknown-name: tensoin"]]);
});

test("of more mistakes than anybody reads two hundred are told, and how many more there are", () => {
  const text = `${world}moves:\n${Array.from({ length: 1500 }, (_, index) => `  m${index}:\n    by: us\n`).join("")}`;
  const found = readScenario({ file: "many.yaml", text }).diagnostics;
  expect(found).toHaveLength(201);
  expect(found.at(-1)?.message).toBe("and 1300 more errors, which are not listed");
});

test("dates need a clock, outcomes a finished run, and odds at the start know assumptions alone", () => {
  expect(errorsOf(move("when: date > 2022-01-30"))).toHaveLength(2);
  expect(errorsOf(move("when: date > 2022-01-30").replace("actors:", "clock: { start: 2022-01-22 }\nactors:"))).toEqual(
    [],
  );
  const ends = "outcomes:\n  war: { when: tension > 9 }\n";
  expect(errorsOf(`${move("when: outcome is war")}${ends}`)).toHaveLength(1);
  expect(errorsOf(`${world.replace("name: Russia", "utility: 0 - (outcome is war)")}${ends}`)).toEqual([]);
  expect(errorsOf(world.replace("initial: 6", "initial: { 3: packages, 4: 1 }"))).toEqual([
    "state-not-allowed: packages",
  ]);
});
