/**
 * The page and the tables of a comparison: whole, safe, the same bytes every time.
 */
import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addReport, type MadeReport, madeReport } from "./madeReport.ts";

let made: MadeReport;
let page = "";

beforeAll(async () => {
  made = await madeReport();
  await addReport(made, { report: "r.html", csv: "tables" });
  page = made.session.read("r.html");
});

afterAll(() => made.session.remove());

describe("the page of a comparison", () => {
  test("shows every figure with its data and its words", () => {
    for (const id of ["outcomes", "differences", "times", "ladder", "courses", "paths", "drivers"]) {
      expect(page).toContain(`<section class="figure" id="${id}"`);
    }
    const drawings = page.match(/<svg class="plot" role="img" aria-label="[^"]{20,}"/g) ?? [];
    expect(drawings.length).toBe((page.match(/<svg/g) ?? []).length);
    expect(drawings.length).toBeGreaterThan(12);
    expect(page.match(/download="[\w-]+\.csv" href="data:text\/csv/g)?.length).toBeGreaterThan(8);
    expect(page).toContain("60 runs of each of 2 variants were made under the seed a");
    expect(page).toContain("This page shows a model.");
    expect(page).toContain(made.result.model);
  });

  test("names the command that makes it again", () => {
    expect(page).toContain("demarche compare island --variants default,landing --runs 60 --seed a --ranges 6");
  });

  test("asks nothing of the network and carries one script, allowed by its digest", () => {
    expect(page.match(/https?:\/\/(?!www\.w3\.org)/g)).toBeNull();
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).toMatch(/content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-[\w+/]{43}='"/);
    expect(page.match(/ on\w+="/g)).toBeNull();
  });

  test("is the same bytes when it is made again", async () => {
    await addReport(made, { report: "again.html" });
    expect(made.session.read("again.html") === page).toBe(true);
  });

  test("never takes a name for markup", async () => {
    const hostile = await madeReport((text) =>
      text
        .replace("name: The North", `name: "<script>alert(1)</script><img src=x onerror=alert(2)>"`)
        .replace("title: The island", `title: "</title><script>alert(3)</script>"`),
    );
    await addReport(hostile, { report: "h.html" });
    const html = hostile.session.read("h.html");
    hostile.session.remove();
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toContain("<img");
    expect(html).toContain("&lt;script&gt;alert(3)");
  });

  test("has ids that are its own", () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("the tables of a comparison", () => {
  test("hold everything that was found", () => {
    expect(readdirSync(made.session.path("tables")).sort()).toEqual([
      "differences.csv",
      "ladder.csv",
      "means.csv",
      "outcomes.csv",
      "paths.csv",
      "times.csv",
      "tornado.csv",
      "variables.csv",
    ]);
    const [head, first] = made.session.read("tables/outcomes.csv").split("\r\n");
    expect(head).toBe("variant,outcome,count,share,low,high");
    const share = made.result.variants[0]?.outcomes.clash;
    expect(first).toBe(`default,clash,${share?.count},${share?.share},${share?.low},${share?.high}`);
  });

  test("of times end in the counts of the outcomes", () => {
    const rows = made.session.read("tables/times.csv").trim().split("\r\n");
    const last = rows.findLast((row) => row.startsWith("landing,") && row.includes(",quiet,"))?.split(",");
    expect(Number(last?.[3])).toBe(made.result.variants[1]?.outcomes.quiet?.count);
  });
});

describe("a report that cannot be written", () => {
  test("is found out before anything runs", async () => {
    const { checkReport } = await import("../../src/cli/comparisonReport.ts");
    made.session.write("file", "");
    const check = (options: { report?: string; csv?: string }) => () =>
      checkReport(made.terminal, { sample: 1, ...options });
    expect(check({ report: "no/r.html" })).toThrow("no/r.html cannot be written: there is no folder no");
    expect(check({ report: "tables" })).toThrow("tables is a folder");
    expect(check({ csv: "file" })).toThrow("file is a file, but --csv needs a folder");
    expect(check({ csv: "no/deep" })).toThrow("there is no folder no");
    expect(check({ report: "r2.html", csv: "fresh" })).not.toThrow();
  });
});
