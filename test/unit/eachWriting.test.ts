/** What `each` writes out: ranges, what `except` leaves out, branches; and what is said of a wrong one. */
import { describe, expect, test } from "vitest";
import { readScenario } from "../../src/scenario/scenario.ts";
import { diagnosticsOf, markedText } from "./scenarioFixture.ts";

const scenario = (each: string, key = "m_$from_$to"): string => `demarche: 2
id: each
title: Each
actors: { a: {} }
variables:
  x: { count: [0, 100], initial: 1 }
moves:
  ${key}:
    by: a
    ${each}
    when: x < 50
    then: { x: x + 1 }
outcomes:
  war: { when: x > 5 }
`;

const branched = (each: string): string => `demarche: 2
id: each
title: Each
actors: { a: {} }
variables:
  x: { count: [0, 100], initial: 1 }
moves:
  go_$who:
    each: { who: [one, two] }
    by: a
    branches:
      to_$n:
        ${each}
        odds: $n
        then: { x: $n }
      $who: { odds: 1 }
outcomes:
  war: { when: x > 5 }
`;

const pairs = "each: { from: [usa, uk, fr], to: [usa, uk, fr] }";

function movesOf(text: string): readonly string[] {
  const { scenario: read, diagnostics } = readScenario({ file: "each.yaml", text });
  if (read === null) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return read.model.moves.map(({ id }) => id);
}

/** The first complaint, with the words it points at and its hint. */
function complaint(text: string): readonly (string | null | undefined)[] {
  const [first] = diagnosticsOf(text);
  return [first?.severity, first === undefined ? null : markedText(text, first), first?.message];
}

describe("a range", () => {
  test("stands for whole numbers, both ends included, alone or in a list", () => {
    expect(movesOf(scenario("each: { n: 1..4 }", "m_$n"))).toEqual(["m_1", "m_2", "m_3", "m_4"]);
    expect(movesOf(scenario("each: { n: [1..2, 7, 9 .. 9] }", "m_$n"))).toEqual(["m_1", "m_2", "m_7", "m_9"]);
  });

  test("has values that are numbers", () => {
    const text = scenario("each: { n: 2..3 }", "m_$n").replace("x: x + 1", "x: $n");
    expect(movesOf(text)).toEqual(["m_2", "m_3"]);
  });

  test.each([
    ["4..1", "4..1"],
    ["1...4", "1...4"],
    ["1.5..4", "1.5..4"],
    ["a..b", "a..b"],
    ["1..1001", "1..1001"],
    ["1..999999999", "1..999999999"],
  ])("that is wrong or too long is refused where it stands: %s", (range, at) => {
    const [severity, words, message] = complaint(scenario(`each: { n: ${range} }`, "m_$n"));
    expect([severity, words]).toEqual(["error", at]);
    expect(message).toMatch(/is no range|at most 1000 entries/);
  });
});

describe("except", () => {
  test.each([
    ["$from is $to", ["usa_uk", "usa_fr", "uk_usa", "uk_fr", "fr_usa", "fr_uk"]],
    ["$from is not $to", ["usa_usa", "uk_uk", "fr_fr"]],
    ["[$from is $to, $from is usa]", ["uk_usa", "uk_fr", "fr_usa", "fr_uk"]],
    ['"$from in [usa, uk]"', ["fr_usa", "fr_uk", "fr_fr"]],
    ['"$from not in [usa, uk] or $to is fr"', ["usa_usa", "usa_uk", "uk_usa", "uk_uk"]],
    ["not ($from is fr and $to is uk)", ["fr_uk"]],
  ])("leaves combinations out: %s", (except, left) => {
    expect(movesOf(scenario(`${pairs}\n    except: ${except}`))).toEqual(left.map((pair) => `m_${pair}`));
  });

  test("compares numbers and sums", () => {
    const text = scenario("each: { n: 1..3, m: 1..3 }\n    except: $n >= $m - 1", "m_$n_$m");
    expect(movesOf(text)).toEqual(["m_1_3"]);
  });

  test.each([
    ["$form is $to", "error", "$form is $to", "`$form` is no parameter"],
    ["from is to", "error", "from is to", "names none"],
    ["$from is", "error", "$from is", "cannot be read"],
    ["$from", "error", "$from", "needs conditions"],
    ["made($from)", "error", "made($from)", "needs conditions"],
    ["$from is $from", "error", "$from is $from", "leaves every combination out"],
    ["$from is ussa", "warning", "$from is ussa", "leaves no combination out"],
  ])("that says nothing sensible is told where it stands: %s", (except, severity, words, message) => {
    const found = complaint(scenario(`${pairs}\n    except: ${except}`));
    expect(found.slice(0, 2)).toEqual([severity, words]);
    expect(found[2]).toContain(message);
  });

  test("without each is refused", () => {
    expect(complaint(scenario("except: $from is $to", "m"))[2]).toContain("there is no `each` here");
  });
});

describe("each in branches", () => {
  test("stands for several branches, beside parameters of the whole move", () => {
    const { scenario: read } = readScenario({
      file: "each.yaml",
      text: branched("each: { n: 1..4 }\n        except: $n is 3"),
    });
    expect(read?.model.moves.map(({ branches }) => branches.map(({ id }) => id))).toEqual([
      ["to_1", "to_2", "to_4", "one"],
      ["to_1", "to_2", "to_4", "two"],
    ]);
    expect(read?.model.moves[0]?.branches[2]?.odds).toEqual({ op: "number", value: 4 });
  });

  test("is refused where two branches come to one name", () => {
    expect(complaint(branched("each: { n: [2, 2] }"))[2]).toContain("two entries are called `to_2`");
  });
});
