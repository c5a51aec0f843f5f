import { expect, test } from "vitest";
import { documentBytesMax } from "../../src/scenario/document.ts";
import { complaint, errorsOf, head, markedText, warningsOf, world } from "./scenarioFixture.ts";

/** A document with one move whose body is given. */
const move = (...lines: readonly string[]) =>
  `${world}moves:\n  act:\n    by: usa\n${lines.map((line) => `    ${line}\n`).join("")}`;

test("an id that YAML 1.1 reads as a truth value is refused where it is declared, with a fuller word", () => {
  const text = `${head}tracks:\n  vote:\n    initial: open\n    states:\n      open:\n      no:\n      on:\n`;
  expect(errorsOf(text)).toEqual(["yaml-word: no", "yaml-word: on"]);
  const list = `${head}tracks:\n  vote:\n    initial: open\n    states: [open, yes]\n`;
  expect(complaint(list, "yaml-word").hint).toContain("`agreed`");
});

test("an id that YAML 1.2 itself reads as something else is refused as well", () => {
  expect(errorsOf(`${head}actors:\n  null:\n  true:\n`)).toEqual(["yaml-word: null", "yaml-word: true"]);
});

test("the same words are accepted in quotes", () => {
  const text = `${head}tracks:\n  vote:\n    initial: open\n    states: [open, "no"]\nmoves: {}\n`;
  expect(errorsOf(text)).toEqual([]);
});

test("a condition that begins with an exclamation mark is refused, because YAML drops the word after it", () => {
  const text = move("when: !leaked and tension > 5");
  const found = complaint(text, "yaml-tag");
  expect(markedText(text, found)).toBe("!leaked");
  expect(found.hint).toBe("write `not leaked and tension > 5`, or put the whole expression into quotes");
  expect(errorsOf(text)).toHaveLength(1);
});

test("a tag before a list or a map is refused too", () => {
  expect(errorsOf(`${head}tracks: !!omap\n  reply: { initial: a, states: [a, b] }\n`)).toEqual(["yaml-tag: !!omap"]);
  expect(errorsOf(move("then: !set { tension: 3 }"))).toEqual(["yaml-tag: !set"]);
});

test("anchors, aliases and merges are refused, each in its own words", () => {
  expect(errorsOf(move("when: &hot tension > 5"))).toEqual(["yaml-anchor: &hot"]);
  expect(errorsOf(move("when: *hot"))[0]).toBe("yaml-alias: *hot");
  expect(errorsOf(move("<<: { when: leaked }"))).toEqual(["yaml-merge: <<"]);
});

test("an alias bomb is refused without being unfolded", () => {
  const lists = Array.from({ length: 30 }, (_, index) => {
    const before = index === 0 ? "x" : `*a${index - 1}`;
    return `a${index}: &a${index} [${Array.from({ length: 10 }, () => before).join(", ")}]\n`;
  });
  const started = performance.now();
  expect(errorsOf(head + lists.join(""))).toContain("yaml-alias: *a1");
  expect(performance.now() - started).toBeLessThan(5000);
});

test("a signed literal in `then` is refused with the change that is meant", () => {
  expect(complaint(move("then:", "  tension: +1"), "relative-effect").hint).toBe("write `tension: tension + 1`");
  expect(complaint(move("then:", "  tension: -2"), "relative-effect").hint).toBe("write `tension: tension - 2`");
  expect(complaint(move("then: {tension: +1}"), "relative-effect").hint).toBe("write `tension: tension + 1`");
  expect(complaint(move("then:", "  reply: +1"), "relative-effect").hint).toContain("next(reply)");
});

test("a negative literal is accepted where the range has negative numbers", () => {
  const text = `${head}actors:\n  usa:\nvariables:\n  trust: { scale: [-5, 5], initial: 0 }\nmoves:\n  act:\n    by: usa\n    then:\n      trust: -1\n`;
  expect(errorsOf(text)).toEqual([]);
});

test("a comma inside braces is explained instead of what follows from it", () => {
  const text = move("then: { tension: min(tension, 3) }");
  expect(errorsOf(text)).toEqual(["yaml-flow-comma: 3)"]);
  expect(complaint(text, "yaml-flow-comma").hint).toContain("quotes");
});

test("a bracket inside braces is explained instead of what follows from it", () => {
  const text = `${world}rules:\n  r: { when: reply is late, then: { tension: if reply in [late, promised] then 1 else 2 } }\n`;
  expect(errorsOf(text)).toEqual(["yaml-flow-comma: ["]);
});

test("a sentence with a comma inside braces is explained at the word after the comma", () => {
  const text = `${world}properties:\n  calm: { claim: Tension rises, falls, never: tension > 9 }\n`;
  expect(errorsOf(text)).toEqual(["yaml-flow-comma: falls"]);
});

test("a code with a leading zero asks for quotes", () => {
  const text = move("cameo: 036");
  const found = complaint(text, "needs-quotes");
  expect(found.message).toContain("would keep only 36");
  expect(found.hint).toBe('write "036" in quotes');
  expect(complaint(move("cameo: 127"), "needs-quotes").hint).toBe('write "127" in quotes');
  expect(errorsOf(move('cameo: "036"'))).toEqual([]);
  expect(errorsOf(move('cameo: "36b"'))).toEqual(['bad-value: "36b"']);
});

test("a comment glued to an expression warns, a comment set apart does not", () => {
  const glued = move("when: tension > 5 #hot", "then:", "  tension: 5");
  expect(warningsOf(glued)).toContain("yaml-comment: #hot");
  expect(warningsOf(move("when: tension > 5 # hot", "then:", "  tension: 5")).join()).not.toContain("yaml-comment");
});

test("a number sign inside an expression is refused by the expression itself", () => {
  expect(errorsOf(move("when: tension > 5#hot"))[0]).toMatch(/: #/);
});

test("a tab in the indentation is named", () => {
  const text = `${head}actors:\n\tusa:\n`;
  expect(errorsOf(text)[0]).toBe("yaml-tab: \t");
});

test("a colon inside a sentence asks for quotes", () => {
  const text = `${world}properties:\n  p:\n    claim: Never: this\n    never: leaked\n`;
  expect(errorsOf(text)).toHaveLength(1);
  expect(complaint(text, "yaml-colon").hint).toBe('put the whole text into quotes: "Never: this"');
});

test("a forgotten space after a colon is named", () => {
  expect(complaint(`${head}turns:free\n`, "yaml-colon-space").hint).toBe("put a space after the colon");
});

test("text after a closing quote is named", () => {
  expect(errorsOf(`demarche: 1\nid: test\ntitle: "A" and b\n`)).toEqual(["yaml-after-quote: and b"]);
});

test("a quote that is never closed is named", () => {
  expect(errorsOf(`${head}note: 'x\nactors: {}\n`)[0]).toMatch(/^yaml-quote/);
});

test("an expression that begins with a greater-than sign is explained", () => {
  expect(errorsOf(move("when: > 5"))[0]).toMatch(/^yaml-block-header/);
});

test("a value that begins with a reserved character asks for quotes", () => {
  expect(errorsOf(`${head}note: @home\n`)).toEqual(["yaml-character: @"]);
});

test("a key that stands twice is named with the line of the first", () => {
  const text = `${head}turns: free\nturns: in order\n`;
  expect(complaint(text, "duplicate-key").message).toBe("`turns` stands here a second time; the first is in line 4");
});

test("a second document in the file is refused", () => {
  expect(errorsOf(`${head}---\nid: other\n`)[0]).toMatch(/^yaml-documents/);
});

test("a document of another YAML version is refused", () => {
  expect(errorsOf(`%YAML 1.1\n---\n${head}`)[0]).toMatch(/^yaml-directive/);
});

test("a list or map as a key is refused", () => {
  expect(errorsOf(`${head}? [a, b]\n: c\n`)[0]).toMatch(/^yaml-key/);
});

test("infinity and other numbers that no scenario can use are refused", () => {
  expect(errorsOf(`${world}assumptions:\n  x: { range: [0, .inf], default: 0, basis: judgement }\n`)[0]).toBe(
    "yaml-number: .inf",
  );
});

test("an empty file, a comment alone, a list and a sentence are each told what a scenario is", () => {
  expect(errorsOf("")).toEqual(["empty-document: "]);
  expect(errorsOf("# nothing\n")).toEqual(["empty-document: "]);
  expect(errorsOf("- a\n- b\n")).toEqual(["not-a-map: - a\n- b"]);
  expect(errorsOf("hello\n")).toEqual(["not-a-map: hello"]);
});

test("a document that is too large is refused before it is parsed", () => {
  const started = performance.now();
  expect(errorsOf(`${head}note: ${"x".repeat(documentBytesMax)}\n`)).toEqual(["too-large: "]);
  expect(performance.now() - started).toBeLessThan(1000);
});

test("brackets nested a hundred thousand deep are refused without a crash", () => {
  expect(errorsOf(`${head}note: ${"[".repeat(100_000)}\n`)).toEqual(["too-deep: "]);
  expect(errorsOf(`${head}note:\n${"- ".repeat(20_000)}x\n`)[0]).toMatch(/^too-deep/);
});

test("a byte order mark and Windows line ends change nothing", () => {
  expect(errorsOf(`\uFEFF${world}`)).toEqual([]);
  expect(errorsOf(world.replaceAll("\n", "\r\n"))).toEqual([]);
});
