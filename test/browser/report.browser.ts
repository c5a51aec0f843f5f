/**
 * The report in a real browser, opened from a file: no request, no console error, no accessibility violation, on a
 * screen in light and dark, on a phone and on paper.
 *
 * It looks at a small report that it makes, or at the one that REPORT names.
 */
import { resolve } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addReport, type MadeReport, madeReport } from "../e2e/madeReport.ts";
import { hear, isTooWide, keep, openBrowser, screens, violationsOn } from "./browser.ts";

let browser: Browser;
let made: MadeReport | null = null;
let file = resolve(process.env.REPORT ?? "");

beforeAll(async () => {
  browser = await openBrowser();
  if (process.env.REPORT !== undefined) return;
  made = await madeReport();
  await addReport(made, { report: "report.html" });
  file = made.session.path("report.html");
});

afterAll(async () => {
  await browser?.close();
  made?.session.remove();
});

describe("the report opened from a file", () => {
  for (const [name, options] of Object.entries(screens)) {
    test(`asks for nothing, says nothing, fits and is accessible: ${name}`, async () => {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      const heard = hear(page);
      await page.goto(`file://${file}`);
      await keep(page, `report-${name}`);
      expect(await isTooWide(page)).toBe(false);
      expect(await violationsOn(page)).toEqual([]);
      for (const select of await page.locator("select[data-figure]").all()) await choose(page, select);
      for (const summary of await page.locator("main summary:visible").all()) await summary.click();
      expect(await violationsOn(page)).toEqual([]);
      expect(await isTooWide(page)).toBe(false);
      expect(heard).toEqual([`request file://${file}`]);
      await context.close();
    });
  }

  test("offers the data of every figure as a file that says what the figure shows", async () => {
    const context = await browser.newContext({ acceptDownloads: true });
    const page = await context.newPage();
    await page.goto(`file://${file}`);
    const figures = page.locator("section.figure");
    expect(await figures.count()).toBeGreaterThan(0);
    for (const figure of await figures.all()) {
      const link = figure.locator("a[download]").first();
      const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
      expect(download.suggestedFilename()).toMatch(/^[\w-]+\.csv$/);
      const chunks: Buffer[] = [];
      for await (const chunk of await download.createReadStream()) chunks.push(Buffer.from(chunk));
      expect(Buffer.concat(chunks).toString().trim().split("\r\n").length).toBeGreaterThan(1);
    }
    await context.close();
  });

  test("shows everything without its script", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`file://${file}`);
    const groups = page.locator("[data-of]");
    expect(await page.locator("[data-of]:visible").count()).toBe(await groups.count());
    expect(await page.locator(".chooser:visible").count()).toBe(0);
    await context.close();
  });

  test("prints on a light ground, with every figure and no control", async () => {
    const context = await browser.newContext(screens.dark);
    const page = await context.newPage();
    await page.goto(`file://${file}`);
    await page.emulateMedia({ media: "print" });
    await keep(page, "report-print");
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(253, 252, 249)");
    expect(await page.locator(".chooser:visible, .tools:visible, nav:visible").count()).toBe(0);
    for (const figure of await page.locator("section.figure").all()) {
      expect(await figure.locator("svg:visible, ul.paths:visible").count()).toBeGreaterThan(0);
    }
    expect((await page.pdf({ format: "A4" })).length).toBeGreaterThan(10_000);
    await context.close();
  });
});

/** Every choice of a chooser shows its own pictures and no others. */
async function choose(page: Page, select: Locator): Promise<void> {
  const figure = (await select.getAttribute("data-figure")) ?? "";
  const values = await select.locator("option").evaluateAll((all) => all.map((one) => one.getAttribute("value") ?? ""));
  for (const value of values.slice(0, 3)) {
    await select.selectOption(value);
    const shown = await page.locator(`[data-of="${figure}"]:visible`).evaluateAll((all) => all.map(({ id }) => id));
    expect(shown).toEqual([value]);
  }
}
