/**
 * The library over files that are not as they should be: each bad one is listed with what is wrong, the others as ever.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type LibraryEntry, openLibrary } from "../../src/server/library.ts";
import { tiny } from "./tiny.ts";

vi.mock("../../src/scenario/scenario.ts", async (original) => {
  const real = await original<typeof import("../../src/scenario/scenario.ts")>();
  const readScenario: typeof real.readScenario = (input) => {
    if (input.text.includes("# the reader stumbles")) throw new Error("it stumbled");
    return real.readScenario(input);
  };
  return { ...real, readScenario };
});

const good = `clock: { rounds: 2 }
outcomes:
  end: { otherwise: true }
`;
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "demarche library "));
  write("good.yaml", tiny(good));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string | Uint8Array): void => writeFileSync(join(folder, name), text);
const entry = (id: string): LibraryEntry | undefined =>
  openLibrary([folder])
    .list()
    .find((one) => one.id === id);

test.each<[name: string, make: () => void, trouble: RegExp]>([
  ["a folder", () => mkdirSync(join(folder, "bad.yaml")), /bad\.yaml, line 1: it is a folder/],
  ["no UTF-8", () => write("bad.yaml", new Uint8Array([0x74, 0xff, 0x0a])), /bad\.yaml, line 1: the file is not UTF-8/],
  ["nothing", () => write("bad.yaml", ""), /bad\.yaml, line 1: /],
  ["a picture", () => write("bad.yaml", "\u0089PNG\u0000\u0000"), /bad\.yaml, line 1: /],
  ["a link to itself", () => symlinkSync("bad.yaml", join(folder, "bad.yaml")), /leads to itself/],
  [
    "too large",
    () => {
      write("bad.yaml", "");
      truncateSync(join(folder, "bad.yaml"), 5 * 1024 * 1024);
    },
    /larger than 2 MB/,
  ],
  [
    "one over which the reader stumbles",
    () => write("bad.yaml", "# the reader stumbles"),
    /Demarche itself: it stumbled/,
  ],
])("a file that is %s", (_, make, trouble) => {
  make();
  expect(entry("bad")).toMatchObject({ id: "bad", title: "bad", trouble: expect.stringMatching(trouble) });
  expect(entry("bad")?.errors).toBeGreaterThan(0);
  expect(entry("good")).toMatchObject({ errors: 0, trouble: null });
  expect(openLibrary([folder]).read("bad")).toMatchObject({ reading: { scenario: null } });
});

test.skipIf(process.platform === "win32" || process.getuid?.() === 0)("a file that may not be read", () => {
  writeFileSync(join(folder, "bad.yaml"), "x", { mode: 0 });
  expect(entry("bad")?.trouble).toContain("may not be read (check its permissions)");
});

test("a file that is gone by the time it is read is not listed; one that comes back is read anew", () => {
  write("bad.yaml", tiny(""));
  const library = openLibrary([folder]);
  expect(library.list().map(({ id }) => id)).toEqual(["bad", "good"]);
  unlinkSync(join(folder, "bad.yaml"));
  symlinkSync(join(folder, "nowhere"), join(folder, "bad.yaml"));
  expect(library.list().map(({ id }) => id)).toEqual(["good"]);
  expect(library.read("bad")).toBeNull();
});

test("a scenario mended is read anew", () => {
  const library = openLibrary([folder]);
  write("bad.yaml", "demarche: 1");
  expect(library.read("bad")?.reading.scenario).toBeNull();
  write("bad.yaml", tiny(good));
  expect(library.read("bad")?.reading.scenario).not.toBeNull();
});

test.each<[name: string, make: () => void, trouble: RegExp]>([
  ["a folder", () => mkdirSync(join(folder, "good.pt.yaml")), /good\.pt\.yaml, line 1: it is a folder/],
  ["no UTF-8", () => write("good.pt.yaml", new Uint8Array([0xff])), /good\.pt\.yaml, line 1: the file is not UTF-8/],
  ["no texts", () => write("good.pt.yaml", "rounds: 7\n"), /good\.pt\.yaml, line 1: /],
])("texts in another language that are %s: the scenario is there without them", (_, make, trouble) => {
  make();
  write("good.fr.yaml", "title: Petit\n");
  expect(entry("good")).toMatchObject({
    errors: 0,
    languages: ["fr"],
    title: "Tiny",
    trouble: expect.stringMatching(trouble),
  });
  expect(openLibrary([folder]).read("good", "fr")?.reading.scenario?.texts.title).toBe("Petit");
});

test("a folder that is none has no scenarios, and those of the next are served", () => {
  write("file", "");
  expect(openLibrary([join(folder, "file"), join(folder, "nowhere"), folder]).list()).toHaveLength(1);
});

test("what cannot be read at all is complained of at the first place of the file", () => {
  mkdirSync(join(folder, "bad.yaml"));
  const [diagnostic] = openLibrary([folder]).read("bad")?.reading.diagnostics ?? [];
  expect(diagnostic?.span).toEqual({ file: "bad.yaml", line: 1, column: 1, endLine: 1, endColumn: 1 });
});
