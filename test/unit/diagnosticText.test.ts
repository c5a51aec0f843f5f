import { expect, test } from "vitest";
import type { Diagnostic } from "../../src/scenario/diagnostic.ts";
import { formatDiagnostics } from "../../src/scenario/diagnosticText.ts";
import { decodeUtf8 } from "../../src/scenario/encoding.ts";

const diagnostic = (line: number, column: number, endLine: number, endColumn: number): Diagnostic => ({
  severity: "error",
  code: "unknown-name",
  span: { file: "a.yaml", line, column, endLine, endColumn },
  message: "there is nothing named `tensoin` here",
  hint: "did you mean `tension`?",
});

const format = (text: string, found: Diagnostic, colour = false) =>
  formatDiagnostics([found], new Map([["a.yaml", text]]), { colour });

test("a diagnostic names its place, shows the line with the span marked, and says what to do", () => {
  expect(format("moves:\n  when: tensoin > 5\n", diagnostic(2, 9, 2, 16))).toBe(
    [
      "a.yaml:2:9: error: there is nothing named `tensoin` here",
      "  2 |   when: tensoin > 5",
      "    |         ^^^^^^^",
      "  hint: did you mean `tension`?",
      "",
    ].join("\n"),
  );
});

test("marks stay below what they mark behind tabs, wide characters and combining ones", () => {
  const marks = (text: string, column: number, end: number) =>
    format(text, diagnostic(1, column, 1, end)).split("\n")[2];
  expect(marks("\tx: ab", 5, 7)).toBe("    | \t   ^^");
  expect(marks("日本: ab", 5, 7)).toBe("    |       ^^");
  expect(marks("ab: 日本", 5, 7)).toBe("    |     ^^^^");
  expect(marks("e\u0301: ab", 5, 7)).toBe("    |    ^^");
});

test("of a span over several lines the first is shown and marked to its end", () => {
  const lines = format("when: a\n  and b\n", diagnostic(1, 7, 2, 8)).split("\n");
  expect(lines.slice(1, 3)).toEqual(["  1 | when: a", "    |       ^"]);
});

test("a long line is cut around the span", () => {
  const lines = format(`${"x ".repeat(200)}tensoin ${"y ".repeat(200)}`, diagnostic(1, 401, 1, 408)).split("\n");
  expect(lines[1]?.length).toBeLessThan(160);
  expect(lines[1]?.indexOf("tensoin")).toBe(lines[2]?.indexOf("^^^^^^^"));
});

test("without the text of its file a diagnostic is told without an excerpt", () => {
  expect(formatDiagnostics([diagnostic(3, 1, 3, 2)], new Map(), { colour: false }).split("\n")).toHaveLength(3);
});

test("colours appear only where they are asked for", () => {
  expect(format("x: tensoin\n", diagnostic(1, 4, 1, 11), true)).toContain("\u001b[31m^^^^^^^\u001b[0m");
  expect(format("x: tensoin\n", diagnostic(1, 4, 1, 11))).not.toContain("\u001b");
});

test("control characters of a document never reach the terminal", () => {
  const told = format("x: \u001b[31mtensoin\u202e\u0007\n", diagnostic(1, 4, 1, 8));
  expect(told).not.toContain("\u001b");
  expect(told).not.toContain("\u202e");
});

test("bytes that are no UTF-8 are named with line, column and offset", () => {
  const bytes = new TextEncoder().encode("título: 1\nab");
  expect(decodeUtf8(bytes, "a.yaml")).toEqual({ text: "título: 1\nab" });
  const broken = new Uint8Array([...bytes, 0xe9, 0x20, 0x61]);
  const decoded = decodeUtf8(broken, "a.yaml");
  expect("diagnostic" in decoded && decoded.diagnostic.span).toEqual({
    file: "a.yaml",
    line: 2,
    column: 3,
    endLine: 2,
    endColumn: 4,
  });
  expect("diagnostic" in decoded && decoded.diagnostic.message).toContain("0xe9 at offset 13");
});

test("every malformed sequence is found where it begins", () => {
  for (const bad of [
    [0x80],
    [0xc0, 0xaf],
    [0xe0, 0x80, 0x80],
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
    [0xff],
    [0xe2, 0x82],
  ]) {
    const decoded = decodeUtf8(new Uint8Array([0x61, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, ...bad]), "a");
    expect([bad, "diagnostic" in decoded && decoded.diagnostic.message]).toEqual([
      bad,
      expect.stringContaining("at offset 8"),
    ]);
  }
});

test("UTF-16 is recognised by its mark", () => {
  const decoded = decodeUtf8(new Uint8Array([0xff, 0xfe, 0x61, 0x00]), "a");
  expect("diagnostic" in decoded && decoded.diagnostic.hint).toContain("UTF-16");
});
