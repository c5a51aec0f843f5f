/**
 * Names of files that are sent to a browser, whatever text they hold.
 */
import { fc, test } from "@fast-check/vitest";
import { expect, test as plain } from "vitest";
import { attachment } from "../../src/server/attachment.ts";

/** The name that a browser takes from a header (RFC 5987 before the plain one). */
function nameIn(header: string): string {
  const [, encoded = ""] = /; filename\*=UTF-8''([\w!#$&+.^`|~%-]*)$/.exec(header) ?? [];
  return decodeURIComponent(encoded);
}

plain.each([
  ["geneva-2022-report.html", "geneva-2022-report.html"],
  ["crisé “x” #1 100%.run.jsonl", "crisé “x” #1 100%.run.jsonl"],
  ['a "quoted" name.csv', "a _quoted_ name.csv"],
  ["../../etc/passwd", "__.._etc_passwd"],
  ["危機.html", "危機.html"],
  ["\r\nset-cookie: x=1.html", "__set-cookie_ x=1.html"],
  ["it's (new)*.html", "it's (new)_.html"],
  ["gpj.\u202eexe.html", "gpj._exe.html"],
  ["", "file"],
  [".html", "file.html"],
  ["\ud800.csv", "\ufffd.csv"],
])("%j is saved as %j", (name, saved) => {
  expect(nameIn(attachment(name))).toBe(saved);
});

plain("old programs get a plain name beside it", () => {
  expect(attachment("crisé; 1.html")).toBe(
    "attachment; filename=\"cris__ 1.html\"; filename*=UTF-8''cris%C3%A9%3B%201.html",
  );
});

test.prop([fc.string({ unit: "binary", maxLength: 400 })])(
  "any name gives a header of printable ASCII and a name of a file",
  (name) => {
    const header = attachment(name);
    expect(header).toMatch(/^attachment; filename="[\w .,()+=@~-]+"; filename\*=UTF-8''[\w!#$&+.^`|~%-]+$/);
    const saved = nameIn(header);
    expect(saved).not.toMatch(/[/\\\p{Cc}]|^\./u);
    expect(Buffer.byteLength(saved)).toBeLessThanOrEqual(240);
  },
);
