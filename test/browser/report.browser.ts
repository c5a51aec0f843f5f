/**
 * The report in a real browser, opened from a file: no request, no console error, no accessibility violation, on a
 * screen in light and dark, on a phone and on paper.
 *
 * `node test/browser/report.browser.ts [REPORT.html]` looks at a report that is there, or makes a small one. It needs
 * Chromium: CHROMIUM names it where it is not /usr/bin/chromium. A folder in SCREENSHOTS takes pictures of what is seen.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { addReport, madeReport } from "../e2e/madeReport.ts";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

const screens: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: "light", viewport: { width: 1280, height: 900 } },
  dark: { colorScheme: "dark", viewport: { width: 1280, height: 900 } },
  phone: { colorScheme: "light", viewport: { width: 390, height: 844 } },
};

/** Opens the page and holds it to its promises. */
async function look(page: Page, name: string): Promise<void> {
  const wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
  assert.equal(wide, false, `${name}: the page is wider than the screen`);
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)}`);
  assert.deepEqual(found, [], `${name}: axe`);
  for (const select of await page.locator("select[data-figure]").all()) await choose(page, select, name);
  for (const summary of await page.locator("main summary:visible").all()) await summary.click();
  const opened = await new AxeBuilder({ page }).analyze();
  assert.deepEqual(
    opened.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)}`),
    [],
    `${name}: axe with all data open`,
  );
}

/** Every choice of a chooser shows its own pictures and no others. */
async function choose(page: Page, select: ReturnType<Page["locator"]>, name: string): Promise<void> {
  const figure = (await select.getAttribute("data-figure")) ?? "";
  const values = await select.locator("option").evaluateAll((all) => all.map((one) => one.getAttribute("value") ?? ""));
  for (const value of values.slice(0, 3)) {
    await select.selectOption(value);
    const shown = await page.locator(`[data-of="${figure}"]:visible`).evaluateAll((all) => all.map(({ id }) => id));
    assert.deepEqual(shown, [value], `${name}: chooser of ${figure}`);
  }
}

async function main(): Promise<void> {
  if (!existsSync(executablePath)) throw new Error(`there is no Chromium at ${executablePath}; CHROMIUM names another`);
  const made = process.argv[2] === undefined ? await madeReport() : null;
  if (made !== null) await addReport(made, { report: "report.html" });
  const file = made === null ? resolve(process.argv[2] ?? "") : made.session.path("report.html");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    for (const [name, options] of Object.entries(screens)) {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      const heard: string[] = [];
      page.on("request", (request) => heard.push(`request ${request.url()}`));
      page.on("console", (message) => heard.push(`console ${message.text()}`));
      page.on("pageerror", (error) => heard.push(`error ${error.message}`));
      await page.goto(`file://${file}`);
      await look(page, name);
      assert.deepEqual(heard, [`request file://${file}`], `${name}: requests and console`);
      await keep(page, name);
      await context.close();
      process.stdout.write(`${name}: holds\n`);
    }
    await withoutScript(browser, file);
  } finally {
    await browser.close();
    made?.session.remove();
  }
}

/** Without its script the page shows everything. */
async function withoutScript(browser: Awaited<ReturnType<typeof chromium.launch>>, file: string): Promise<void> {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`file://${file}`);
  const groups = await page.locator("[data-of]").count();
  assert.equal(await page.locator("[data-of]:visible").count(), groups, "without script: all groups are shown");
  assert.equal(await page.locator(".chooser:visible").count(), 0, "without script: no chooser");
  await context.close();
  process.stdout.write("without script: holds\n");
}

async function keep(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder === undefined) return;
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  if (name !== "light") return;
  await page.emulateMedia({ media: "print" });
  await page.screenshot({ path: join(folder, "print.png"), fullPage: true });
  await page.pdf({ path: join(folder, "print.pdf"), format: "A4" });
}

await main();
