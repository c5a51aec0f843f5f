/**
 * The Markdown page shows an author's texts and obeys none of them: whatever they hold, the page has the same lines,
 * headings, lists and cells, and no HTML, link or code of the author's.
 */
import { fc, test } from "@fast-check/vitest";
import { expect, test as plain } from "vitest";
import { exportMarkdown } from "../../src/export/markdown.ts";
import { escapedText } from "../../src/export/markdownText.ts";
import { readScenario } from "../../src/scenario/scenario.ts";

/** A page in which every kind of text is the given one. */
function pageOf(text: string): string {
  const words = JSON.stringify(text);
  // What is read as one line may hold no line break.
  const line = JSON.stringify(text.replaceAll(/[\n\r\t\u0085\u2028\u2029]/g, " "));
  const { scenario, diagnostics } = readScenario({
    file: "test.yaml",
    text: `demarche: 1
id: test
title: ${line}
description: ${words}
note: ${words}
actors:
  one: { name: ${line} }
tracks:
  reply: { name: ${line}, initial: open, states: [open, shut] }
variables:
  trust: { name: ${line}, scale: [0, 9], initial: 4 }
sources:
  paper: { title: ${line} }
moves:
  shut: { by: one, name: ${line}, note: ${words}, then: { reply: shut } }
rules:
  lapse: { name: ${line}, when: trust > 8, then: { trust: 0 } }
outcomes:
  end: { name: ${line}, when: reply is shut }
properties:
  hope: { claim: ${line}, never: trust > 8, note: ${words} }
`,
  });
  if (scenario === null) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  return exportMarkdown(scenario);
}

const fences = /```mermaid\n[\s\S]*?\n```/g;
const codes = /`[^`\n]*`/g;

/** What is left of a page without diagrams, code of ours and escaped signs: where Markdown and HTML would show. */
const bare = (page: string): string =>
  page
    .replaceAll(fences, "")
    .replaceAll(/\\[!-/:-@[-`{-~]/g, "")
    .replaceAll(codes, "")
    .replaceAll("**", "")
    .replaceAll(/(?<=[\p{L}\p{N}])_(?=[\p{L}\p{N}])/gu, "");

/** A page's frame: how each line begins and into how many cells it is divided. */
const frameOf = (page: string): readonly string[] =>
  page
    .replaceAll(fences, "")
    .split("\n")
    .map(
      (line) =>
        `${/^\s*(?:#{1,6} |- |\||\d+[.)] |>|={3,}|-{3,}|\+ |~~~|```)?/.exec(line)?.[0]}${line.split(/(?<!\\)\|/).length}`,
    );

const word = fc.constantFrom(..."abc", "1914", "&lt;", "&");
const nasty = fc
  .tuple(
    fc.array(
      fc.oneof(
        fc.constantFrom(..."<>[]()`*_#|!~\\-+=.:&\n\t\"' 0"),
        fc.constantFrom(
          "<img src=x onerror=alert(1)>",
          "[x](javascript:alert(1))",
          "```",
          "\n# ",
          "\n\n- ",
          "\n---\n",
          "1. ",
          "</td>",
          "&#60;",
        ),
        fc.string({ maxLength: 3, unit: "grapheme" }),
      ),
      { maxLength: 10 },
    ),
    word,
  )
  .map(([parts, end]) => [...parts, end].join(""));

const plainFrame = frameOf(pageOf("word"));

test.prop([nasty], { numRuns: 400 })("a page has the frame of any other, and nothing of the author's in it", (text) => {
  const page = pageOf(text);
  expect(frameOf(page)).toEqual(plainFrame);
  const left = bare(page);
  expect(left).not.toMatch(/[<>`*_~[\]]/);
});

/** What CommonMark shows for escaped signs and entities. */
const shown = (markdown: string): string =>
  markdown
    .replaceAll(/\\([!-/:-@[-`{-~])/g, "$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&#124;", "|")
    .replaceAll("&amp;", "&");

test.prop([nasty], { numRuns: 2000 })("what is shown is what was written, on one line", (text) => {
  const written = text
    .replaceAll(/(?!\s)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, "")
    .replaceAll(/\s+/g, " ")
    .trim();
  expect(shown(escapedText(text))).toBe(written);
});

plain("the page keeps harmless words as they are", () => {
  expect(escapedText("Russia & the USA: talks, 2022 (Geneva) – who’s next?")).toBe(
    "Russia & the USA: talks, 2022 (Geneva) – who’s next?",
  );
  expect(escapedText("<img src=x> [x](javascript:y) a|b `c` 1914. war")).toBe(
    "&lt;img src=x&gt; \\[x\\](javascript:y) a&#124;b \\`c\\` 1914. war",
  );
  expect(escapedText("1914. war")).toBe("1914\\. war");
});
