/**
 * The table of actions holds what people typed and nothing that a spreadsheet would run, whichever sign it splits at.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, test as plain } from "vitest";
import { type Action, actionTable } from "../../src/classroom/actions.ts";

const action = (name: string, words: string): Action => ({
  seat: "s1",
  name,
  role: "usa",
  round: "1",
  date: "",
  action: "said",
  what: "all",
  words,
  run: "1",
});

/** Fields of a table as a lenient spreadsheet finds them: quotes count where they open a field. */
function fieldsOf(text: string, separator: string): readonly string[] {
  const fields: string[] = [];
  let at = 0;
  while (at < text.length) {
    let field = "";
    if (text[at] === '"') {
      at += 1;
      while (at < text.length && (text[at] !== '"' || text[at + 1] === '"')) {
        field += text[at];
        at += text[at] === '"' ? 2 : 1;
      }
      at += 1;
    }
    while (at < text.length && text[at] !== separator && text[at] !== "\n" && text[at] !== "\r") {
      field += text[at];
      at += 1;
    }
    at += 1;
    fields.push(field);
  }
  return fields;
}

/** Whether a spreadsheet may take a field for a formula, generous about what stands before the sign. */
const isFormula = (field: string): boolean => /^[\s"\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]/u.test(field);

const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom(...";,\t\r\n\"=+-@|\0＝＋－＠ \u200b\ufeff'"),
      fc.constantFrom("cmd|' /C calc'!A0", '"";', '";"=', "\r\n=", "s1", "x"),
      fc.string({ maxLength: 4, unit: "grapheme" }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

describe.each([
  [",", "comma"],
  [";", "semicolon"],
  ["\t", "tab"],
])("split at %j (%s)", (separator) => {
  test.prop([nasty, nasty], { numRuns: 3000 })("no field begins like a formula", (name, words) => {
    const table = actionTable([action(name, words), action(words, name)]);
    expect(fieldsOf(table, separator).filter(isFormula)).toEqual([]);
  });
});

test.prop([nasty, nasty])(
  "split at commas, there are as many fields as columns, and the words are all there",
  (name, words) => {
    const fields = fieldsOf(actionTable([action(name, words)]), ",");
    // A row's end is two signs, so an empty field stands between rows.
    const row = fields.slice(10, 19);
    const bare = (text: string): string => text.replaceAll(/['\p{Cc}]/gu, "");
    expect([row[0], bare(row[1] ?? ""), bare(row[7] ?? ""), row[8]]).toEqual(["s1", bare(name), bare(words), "1"]);
  },
);

plain("what was typed stays as it was where it is harmless", () => {
  expect(actionTable([action("Ana", "we agree; 3 - 2 = 1")]).split("\r\n")[1]).toBe(
    's1,Ana,usa,1,,said,all,"we agree; 3 - 2 = 1",1',
  );
  expect(actionTable([action('Z";\n =1+1', "-2")]).split("\r\n")[1]).toBe(`s1,"Z"";\n '=1+1",usa,1,,said,all,'-2,1`);
});
