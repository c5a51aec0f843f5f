/**
 * What the documents point to is there: every relative link leads to a file or a heading, and every file that the
 * architecture and the glossary name lies where they say.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const textOf = (path: string): string => readFileSync(join(root, path), "utf8");
const present = (path: string): boolean => existsSync(join(root, path));

const pages = globSync(["*.md", "docs/**/*.md", "scenarios/**/*.{md,yaml}"], { cwd: root }).sort();

/** What a page's links point to, without code in it. Addresses of the web are left alone. */
function linksOf(text: string): readonly string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, "").replaceAll(/`[^`\n]*`/g, "");
  const inline = [...prose.matchAll(/\]\(\s*<?([^)\s>]+)/g)];
  const named = [...prose.matchAll(/^\[[^\]]+\]:\s*(\S+)/gm)];
  const tags = [...prose.matchAll(/\b(?:href|src)="([^"]+)"/g)];
  return [...inline, ...named, ...tags]
    .map((match) => match[1] ?? "")
    .filter((link) => !/^[a-z][a-z+.-]*:/i.test(link));
}

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string): string =>
  heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_\- ]/gu, "")
    .replaceAll(" ", "-");

/** The anchors of a page's headings; a heading that comes again is numbered. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...text.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/^#{1,6} (.+)$/gm)];
  const seen = new Map<string, number>();
  return new Set(
    headings.map((match) => {
      const anchor = anchorOf(match[1] ?? "");
      const times = seen.get(anchor) ?? 0;
      seen.set(anchor, times + 1);
      return times === 0 ? anchor : `${anchor}-${times}`;
    }),
  );
}

/** Links of a page that lead nowhere. */
function deadLinks(page: string, text: string): readonly string[] {
  return linksOf(text).filter((link) => {
    const [path = "", anchor] = decodeURIComponent(link).split("#");
    const target = path === "" ? page : join(dirname(page), path);
    if (target !== page && !present(target)) return true;
    if (anchor === undefined || !target.endsWith(".md")) return false;
    return !anchorsOf(target === page ? text : textOf(target)).has(anchor);
  });
}

/** A file's name or path between backticks. */
const fileNames = /`([\w./-]+\.(?:ts|svelte|js|c|yaml|json|md))`/g;

/**
 * Files that a page names and that are not there: with a folder from `src` or from the root on, without one in the folder
 * that its item of a list is about, else anywhere in `src` or `test`.
 */
function lostFiles(text: string): readonly string[] {
  return text.split(/^(?=- |#|\d+\. |\|)|\n\n/m).flatMap((part) => {
    const folders = [...part.matchAll(/\*\*(\w+)\/\*\*/g)].map((match) => match[1] ?? "");
    return [...part.matchAll(fileNames)]
      .map((match) => match[1] ?? "")
      .filter((name) => {
        if (name.includes("/")) return !present(`src/${name}`) && !present(name);
        if (folders.length > 0) return !folders.some((folder) => present(`src/${folder}/${name}`));
        return !present(name) && globSync(`{src,test}/**/${name}`, { cwd: root }).length === 0;
      });
  });
}

describe("links", () => {
  test.each(pages)("of %s lead somewhere", (page) => {
    expect(deadLinks(page, textOf(page))).toEqual([]);
  });

  test("that lead nowhere are found", () => {
    const text =
      "[a](gone.md) ![b](pictures/seat.webp) [c](log.md#a-file) [d](log.md#gone)\n[e]: away.md\n\n`[f](f.md)`";
    expect(deadLinks("docs/made.md", text)).toEqual(["gone.md", "log.md#gone", "away.md"]);
    expect(deadLinks("docs/made.md", "# Here, *too*\n[a](#here-too) [b](#there) [c](https://example.org/x)")).toEqual([
      "#there",
    ]);
  });
});

describe("tests that hold a promise", () => {
  const named = [...textOf("SECURITY.md").matchAll(/`(test\/[\w/]+)`/g)].flatMap(([, name]) => name ?? []);
  const scripts = [...textOf("SECURITY.md").matchAll(/`npm run ([\w:]+)`/g)].flatMap(([, name]) => name ?? []);

  test("are named in SECURITY.md and are there", () => {
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !present(`${name}.test.ts`))).toEqual([]);
    for (const name of scripts) expect(textOf("package.json")).toContain(`"${name}":`);
  });
});

describe("files that are named", () => {
  test.each(["docs/architecture.md", "docs/glossary.md", "CONTRIBUTING.md"].filter(present))(
    "in %s are there",
    (page) => {
      const text = textOf(page);
      expect(lostFiles(text)).toEqual([]);
      for (const [, folder] of text.matchAll(/\*\*(\w+)\/\*\*/g)) expect(present(`src/${folder}`)).toBe(true);
    },
  );

  test("and are not there are found", () => {
    expect(lostFiles("- **log/** `chain.ts` `law.ts` `engine/law.ts`\n- `law.ts` `lore.ts`\n\n`log/law.ts`")).toEqual([
      "law.ts",
      "lore.ts",
      "log/law.ts",
    ]);
  });
});
