import { readFileSync } from "node:fs";
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { stringify } from "yaml";
import { align } from "../../src/scenario/alignment.ts";
import { Complaints, sourceOf } from "../../src/scenario/complaints.ts";
import { formatDiagnostics } from "../../src/scenario/diagnosticText.ts";
import { readDocument } from "../../src/scenario/document.ts";
import { expandEach } from "../../src/scenario/each.ts";
import { decodeUtf8 } from "../../src/scenario/encoding.ts";
import { childOf, plainValue } from "../../src/scenario/node.ts";
import { readScenario, type ScenarioReading } from "../../src/scenario/scenario.ts";
import { starterScenario } from "../../src/scenario/starter.ts";

const library = ["chicken", "brink", "crisis-chain"].map((id) =>
  readFileSync(new URL(`../../scenarios/${id}.yaml`, import.meta.url), "utf8"),
);

/** Every span lies inside the text and has an extent that is not negative. */
function expectSane(text: string, { diagnostics, scenario }: ScenarioReading): void {
  const lines = text.split(/\r\n|\r|\n/);
  for (const { span, message } of diagnostics) {
    expect(span.line).toBeGreaterThanOrEqual(1);
    expect(span.endLine).toBeLessThanOrEqual(lines.length);
    expect(span.column).toBeLessThanOrEqual((lines[span.line - 1]?.length ?? 0) + 1);
    expect(span.endLine > span.line || span.endColumn >= span.column).toBe(true);
    expect(message).not.toMatch(/undefined|\[object|NaN/);
  }
  expect(scenario === null).toBe(diagnostics.some(({ severity }) => severity === "error"));
  formatDiagnostics(diagnostics, new Map([["t", text]]), { colour: true });
}

const fragment = fc.constantFrom(
  ...[
    ": ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    ",",
    "'",
    '"',
    "#",
    "!",
    "&a",
    "*a",
    "|",
    ">",
    "\n",
    "\n  ",
    "\t",
    "$n",
    "each",
    "é",
    "日",
    "🙂",
  ],
  ...[
    "when",
    "then",
    "null",
    "true",
    "0.5",
    "-1",
    "+1",
    "2022-01-30",
    "tension",
    "is",
    "and",
    "---\n",
    "%YAML 1.1\n",
    "? ",
  ],
);

test.prop([fc.array(fc.oneof(fragment, fc.string({ unit: "binary" })), { maxLength: 30 })])(
  "no text makes the reader throw or mark what is not there",
  (parts) => {
    const text = parts.join("");
    expectSane(text, readScenario({ file: "t", text }));
  },
);

test.prop(
  [
    fc.constantFrom(...library),
    fc.array(
      fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat({ max: 20 }), fc.oneof(fragment, fc.constant(""))),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
  ],
  { numRuns: 60 },
)("a real scenario with a few cuts and pastes never makes the reader throw", (original, edits) => {
  const text = edits.reduce((written, [place, cut, paste]) => {
    const at = Math.floor(place * written.length);
    return written.slice(0, at) + paste + written.slice(at + cut);
  }, original);
  expectSane(text, readScenario({ file: "t", text }));
});

test.prop([fc.constantFrom(...library, starterScenario("s", "S"))], { numRuns: 8 })(
  "a scenario read twice is the same to the last byte",
  (text) => {
    const once = readScenario({ file: "t", text });
    const again = readScenario({ file: "t", text });
    expect(JSON.stringify(again)).toBe(JSON.stringify(once));
    expect(once.scenario).not.toBeNull();
  },
);

/** Expressions in which every word is its own, so that a place can be told by the word that stands there. */
const words = fc.uniqueArray(fc.stringMatching(/^[a-z]{2,6}[0-9]{1,3}$/), { minLength: 1, maxLength: 12 });

type Style = "plain" | "single" | "double" | "folded" | "literal" | "multi-line";

/** Writes words as one scalar in the given style, with odd white space and escapes where the style has them. */
function write(style: Style, list: readonly string[], gaps: readonly number[]): string {
  const gap = (index: number, broken: string) => ((gaps[index % gaps.length] ?? 0) % 3 === 0 ? broken : " ");
  const joined = (broken: string) =>
    list.map((word, index) => (index === 0 ? word : gap(index, broken) + word)).join("");
  const escaped = (word: string) => `\\x${word.charCodeAt(0).toString(16)}${word.slice(1)}`;
  switch (style) {
    case "plain":
      return joined("   ");
    case "single":
      return `'${joined(" '' ").replaceAll("''", "''")}'`;
    case "double":
      return `"${list.map((word, index) => (index === 0 ? escaped(word) : gap(index, " \\\n    ") + escaped(word))).join("")}"`;
    case "folded":
      return `>-\n    ${joined("\n    ")}`;
    case "literal":
      return `|2+\n    ${joined("\n\n      ")}\n\n`;
    case "multi-line":
      return joined("\n    ");
  }
}

test.prop([
  fc.constantFrom<Style>("plain", "single", "double", "folded", "literal", "multi-line"),
  words,
  fc.array(fc.nat(20), { minLength: 1, maxLength: 5 }),
])("each word of a scalar is found where it was written, whatever its style", (style, list, gaps) => {
  const text = `key:\n  inner: ${write(style, list, gaps)}\n`;
  const complaints = new Complaints(sourceOf("t", text));
  const root = readDocument(complaints);
  expect(complaints.diagnostics).toEqual([]);
  const scalar = childOf(childOf(root, "key"), "inner");
  if (scalar?.kind !== "scalar") throw new Error("no scalar");
  if (style === "single" || style === "double") {
    expect(text.charAt(scalar.offsetOf(scalar.text.length))).toBe(style === "single" ? "'" : '"');
  }
  for (const word of list) {
    const index = scalar.text.search(new RegExp(`\\b${word}\\b`));
    const tail = word.slice(1);
    expect([style, text.slice(scalar.offsetOf(index + 1), scalar.offsetOf(index + word.length - 1) + 1)]).toEqual([
      style,
      tail,
    ]);
  }
});

test.prop([
  fc.string({ unit: "binary" }),
  fc.constantFrom<"QUOTE_DOUBLE" | "QUOTE_SINGLE" | "BLOCK_FOLDED" | "BLOCK_LITERAL" | "PLAIN">(
    "QUOTE_DOUBLE",
    "QUOTE_SINGLE",
    "BLOCK_FOLDED",
    "BLOCK_LITERAL",
    "PLAIN",
  ),
])(
  "every scalar that YAML can write is aligned with its source, character by character",
  (value, defaultStringType) => {
    const text = stringify({ a: value }, { defaultStringType, defaultKeyType: "PLAIN" });
    const complaints = new Complaints(sourceOf("t", text));
    const scalar = childOf(readDocument(complaints), "a");
    if (scalar?.kind !== "scalar" || typeof scalar.value !== "string") return;
    expect(scalar.value).toBe(value);
    let last = 0;
    for (let index = 0; index < value.length; index++) {
      const at = scalar.offsetOf(index);
      expect(at).toBeGreaterThanOrEqual(last);
      if (/[a-zA-Z0-9]/.test(value.charAt(index)) && text.charAt(at) !== "\\")
        expect(text.charAt(at)).toBe(value.charAt(index));
      last = at;
    }
  },
);

test.prop([fc.string(), fc.string()])("a value that its source does not say is not aligned", (value, other) => {
  const wrong = `${value.replaceAll(/\s/g, "")}x`;
  fc.pre(!other.includes("x") && !other.includes("\\"));
  expect(align(wrong, other, { start: 0, end: other.length }, null)).toBeNull();
});

const plain = fc.oneof(fc.constantFrom("open", "shut", "a b", "x$y"), fc.integer({ min: -9, max: 99 }), fc.boolean());
/** The parameter in its other notation. */
const braced = "$" + "{who}";
const parameters = fc.record({
  who: fc.uniqueArray(fc.constantFrom("usa", "russia", "eu"), { minLength: 1 }),
  n: fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 3 }),
});
const body = fc.dictionary(
  fc.constantFrom("a", "b_$who", "c"),
  fc.oneof(plain, fc.constantFrom("$who", "$n", `x_${braced}_y`, "is $n or $who"), fc.array(plain)),
);

test.prop([parameters, body])("`each` means what writing its entries out means", ({ who, n }, content) => {
  const substitute = (value: unknown, bound: Readonly<Record<string, string | number>>): unknown => {
    if (Array.isArray(value)) return value.map((item) => substitute(item, bound));
    if (typeof value !== "string") return value;
    if (value === "$n") return bound.n;
    return value
      .replaceAll(braced, String(bound.who))
      .replaceAll("$who", String(bound.who))
      .replaceAll("$n", String(bound.n));
  };
  const written: Record<string, unknown> = {};
  for (const w of who) {
    for (const m of n) {
      const bound = { who: w, n: m };
      written[`act_${w}_${m}`] = Object.fromEntries(
        Object.entries(content).map(([key, value]) => [substitute(key, bound), substitute(value, bound)]),
      );
    }
  }
  const tree = (moves: object): unknown => {
    const text = stringify({ demarche: 1, moves }, { aliasDuplicateObjects: false });
    return readTree(text);
  };
  expect(tree({ [`act_${braced}_$n`]: { each: { who, n }, ...content } })).toEqual(tree(written));
});

function readTree(text: string): unknown {
  const complaints = new Complaints(sourceOf("t", text));
  const root = readDocument(complaints);
  expect(complaints.diagnostics).toEqual([]);
  return root === null ? null : plainValue(expandEach(root, complaints));
}

test.prop([fc.uint8Array({ maxLength: 40 })])("bytes are text exactly if they are UTF-8", (bytes) => {
  const decoded = decodeUtf8(bytes, "t");
  if ("diagnostic" in decoded) {
    const offset = Number(/offset (\d+)/.exec(decoded.diagnostic.message)?.[1]);
    expect(decodeUtf8(bytes.subarray(0, offset), "t")).toHaveProperty("text");
    expect(offset).toBeLessThan(bytes.length);
  } else {
    const again = [...new TextEncoder().encode(decoded.text)];
    const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    expect(again).toEqual([...bytes].slice(marked ? 3 : 0));
  }
});

test.prop([fc.json()])("JSON is read as what it says", (json) => {
  const complaints = new Complaints(sourceOf("t", json));
  const root = readDocument(complaints);
  const value: unknown = JSON.parse(json);
  if (root === null || complaints.hasErrors) return;
  expect(plainValue(root)).toEqual(value);
});
