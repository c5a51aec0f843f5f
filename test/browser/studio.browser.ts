/**
 * The studio in a real browser: its main paths, each page accessible and silent, in light and dark, on a phone, on paper,
 * by keyboard alone and in Portuguese.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtWeb } from "../../src/server/webBuild.ts";
import type { Openings } from "../../src/studio/openings.ts";
import { type StudioServer, studioServer } from "../e2e/studioServer.ts";
import { isTooWide, keep, openBrowser, screens, violationsOn } from "./browser.ts";

let server: StudioServer;
let browser: Browser;
let address = "";
let run = "";
beforeAll(async () => {
  server = await studioServer(await builtWeb(() => {}));
  address = await server.app.listen({ port: 0, host: "127.0.0.1" });
  browser = await openBrowser();
  const made = await server.ask<{ id: string }>("POST", "/runs", {
    scenario: "ultimatum",
    seed: "browser",
    finish: true,
  });
  run = made.value.id;
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** Opens a place of the studio in a browser of its own; what it should not say or ask is collected. */
async function open(
  place: string,
  options: BrowserContextOptions = screens.laptop,
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ locale: "en-GB", ...options });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(address) && !request.url().startsWith("blob:")) complaints.push(request.url());
  });
  await page.goto(`${address}/studio#${server.secret}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  if (place !== "") await page.goto(`${address}/studio#/${place}`);
  return { page, complaints };
}

async function holds(page: Page, name: string): Promise<void> {
  await keep(page, name);
  expect(await violationsOn(page), name).toEqual([]);
  expect(await isTooWide(page), name).toBe(false);
}

/** Every place that shows something without work to wait for, and what is there once it does. */
const places = (): readonly (readonly [string, string, string])[] => [
  ["library", "", ".shelf"],
  ["charts", "scenario/ultimatum", ".statechart"],
  ["actors", "scenario/ultimatum/actors", ".actors"],
  ["moves", "scenario/ultimatum/moves", "article"],
  ["incidents", "scenario/ultimatum/incidents", "article"],
  ["values", "scenario/ultimatum/values", "table"],
  ["claims", "scenario/ultimatum/claims", ".claim"],
  ["variants", "scenario/ultimatum/variants", "h3"],
  ["sources", "scenario/geneva-2022/sources", ".title"],
  ["run", `run/${run}/40`, ".rounds"],
  ["beside", `beside/${run}`, ".pick"],
  ["edit", "edit/ultimatum", ".cm-content"],
];

describe("every page of the studio", () => {
  for (const [screen, options] of Object.entries({
    laptop: screens.laptop,
    dark: screens.dark,
    phone: screens.phone,
  })) {
    test(`fits, is accessible, and neither complains nor asks elsewhere: ${screen}`, async () => {
      const { page, complaints } = await open("", options);
      const found: string[] = [];
      for (const [name, place, sign] of places()) {
        await page.goto(`${address}/studio#/${place}`);
        await page.locator(sign).first().waitFor();
        await keep(page, `studio-${name}-${screen}`);
        found.push(...(await violationsOn(page)).map((violation) => `${name}: ${violation}`));
        if (await isTooWide(page)) found.push(`${name}: too wide`);
      }
      expect([...found, ...complaints]).toEqual([]);
      await page.context().close();
    }, 400_000);
  }

  test("speaks Portuguese throughout", async () => {
    const { page, complaints } = await open("", { ...screens.laptop, locale: "pt-PT" });
    await page.getByRole("heading", { name: "Cenários" }).waitFor();
    await page.goto(`${address}/studio#/run/${run}`);
    await page.getByText("A corrida terminou").waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("pt");
    expect(await page.locator("main").textContent()).not.toMatch(/\b(Chronicle|Ladder|Seed|What could|Run again)\b/);
    await holds(page, "studio-run-pt");
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("comes in less than 200 kB, the editor only where somebody edits", async () => {
    const context = await browser.newContext(screens.laptop);
    const page = await context.newPage();
    let bytes = 0;
    const sizes: Promise<void>[] = [];
    page.on("requestfinished", (request) => {
      sizes.push(
        request.sizes().then(({ responseBodySize }) => {
          bytes += responseBodySize;
        }),
      );
    });
    await page.goto(`${address}/studio#${server.secret}`);
    await page.locator(".shelf").waitFor();
    await Promise.all(sizes);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(200_000);
    await context.close();
  });

  test("prints a run whole, without controls", async () => {
    const { page } = await open(`run/${run}`);
    await page.locator(".rounds").waitFor();
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".no-print:visible").count()).toBe(0);
    expect(await page.locator(".rounds").evaluate((list) => list.scrollHeight <= list.clientHeight + 1)).toBe(true);
    await page.context().close();
  });
});

test("a scenario is looked into and run by keyboard alone", async () => {
  const { page, complaints } = await open("scenario/ultimatum");
  await page.locator(".statechart").first().waitFor();
  const first = page.locator(".statechart [tabindex='0']").first();
  await first.focus();
  await page.keyboard.press("ArrowRight");
  expect(await first.evaluate((part) => part === document.activeElement)).toBe(true);
  await page.keyboard.press("Enter");
  await page.getByText("Leads here").waitFor();
  await holds(page, "studio-chart-chosen");

  await page.getByRole("button", { name: "Run", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await holds(page, "studio-run-dialog");
  await page.getByRole("textbox", { name: "Seed" }).focus();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("keys");
  await page.getByRole("button", { name: "Step by step" }).focus();
  await page.keyboard.press("Enter");
  const slider = page.getByRole("slider", { name: "Position in the run" });
  await slider.waitFor();
  expect(await slider.getAttribute("aria-valuetext")).toContain("Position 0 of 0");
  await page.getByRole("button", { name: "Next step" }).press("Enter");
  await page.getByText("Position 1 of 1").waitFor();
  await page.getByRole("button", { name: "To the end" }).last().press("Enter");
  await page.getByText("The run has ended").waitFor();
  await slider.focus();
  await page.keyboard.press("Home");
  await page.getByText("Position 0 of").waitFor();
  await page.keyboard.press("ArrowRight");
  await page.getByText("Position 1 of").waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("another move in the past makes another run, which stands beside the first", async () => {
  const position = await firstChoice();
  const { page, complaints } = await open(`run/${run}/${position}`);
  const other = page.locator(".open li:not(.chosen)").first();
  await other.waitFor();
  const name = (await other.locator(".name").textContent()) ?? "";
  await other.getByRole("button").click();
  await page.waitForURL((url) => url.hash.startsWith("#/run/") && !url.hash.startsWith(`#/run/${run}/`));
  await page.getByText(`leaves another run at position ${position}`).waitFor();
  await page.locator(".rounds").getByText(name).first().waitFor();
  await page.getByRole("link", { name: "Beside another run" }).click();
  await page.getByText(`They part at position ${position + 1}.`).waitFor();
  expect(await page.locator(".pick select").nth(1).inputValue()).toBe(run);
  await page.getByRole("slider", { name: "Round" }).fill("3");
  await holds(page, "studio-beside-fork");
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("a comparison runs in the background, shows the report's figures, and opens its replications", async () => {
  const { page, complaints } = await open("scenario/ultimatum");
  await page.getByRole("button", { name: "Compare" }).click();
  await page.getByLabel("Runs of each").fill("300");
  await page.getByLabel("Range the differences").uncheck();
  await page.getByRole("button", { name: "Begin", exact: true }).click();
  await page.getByRole("heading", { name: "How often each outcome comes" }).waitFor({ timeout: 60_000 });
  await holds(page, "studio-comparison");
  await page.setViewportSize(screens.phone.viewport);
  await holds(page, "studio-comparison-phone");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download the report" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("ultimatum-report.html");
  const row = page.locator("tbody tr", { has: page.getByRole("button", { name: /^Open: Replication/ }) }).first();
  const outcome = (await row.getByRole("rowheader").textContent()) ?? "";
  await row.getByRole("button").first().click();
  await page.locator(".facts .end", { hasText: outcome }).waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("a check says what holds, and its counterexample opens as a run", async () => {
  const { page, complaints } = await open("scenario/ultimatum");
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByRole("button", { name: "Begin", exact: true }).click();
  await page.getByText("Every course was explored.").waitFor({ timeout: 60_000 });
  await holds(page, "studio-check");
  await page
    .getByRole("button", { name: /^Open the counterexample/ })
    .first()
    .click();
  await page.getByText("Position 0 of").waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("an edited document is held to the language as it is typed, and nothing of it is lost", async () => {
  const { page, complaints } = await open("edit/pretext");
  const content = page.locator(".cm-content");
  await content.waitFor();
  await content.click();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type("\nsurprise: 1\n");
  await page
    .getByRole("button", { name: /^line \d+$/ })
    .first()
    .waitFor();
  await page.getByText("the draft is kept on the server").waitFor();
  await holds(page, "studio-edit-problem");
  await page.waitForFunction("document.querySelector('[role=status]').textContent.includes('kept')");
  await expect.poll(async () => (await stored("pretext")).draft?.text ?? "").toContain("surprise: 1");
  await page.reload();
  await page.getByText("Your draft of before was restored.").waitFor();
  expect(await content.textContent()).toContain("surprise: 1");
  await page.getByRole("button", { name: "Discard the draft" }).click();
  await page.getByText("As saved.").waitFor();

  await content.click();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type("\n# mine\n");
  const file = join(server.folder, "scenarios", "pretext.yaml");
  const theirs = `${(await stored("pretext")).text}\n# theirs\n`;
  writeFileSync(file, theirs);
  await page.keyboard.press("ControlOrMeta+s");
  await page.getByText("The file was changed elsewhere").waitFor();
  expect(readFileSync(file, "utf8")).toBe(theirs);
  await page.getByRole("button", { name: "Take the file's" }).click();
  await expect.poll(() => content.textContent()).toContain("# theirs");
  await page.getByRole("button", { name: "Take back what was set aside" }).click();
  await expect.poll(() => content.textContent()).toContain("# mine");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved.", { exact: true }).waitFor();
  expect(readFileSync(file, "utf8")).toContain("# mine");
  // The browser itself remarks on the answer that tells of the conflict.
  expect(complaints.filter((line) => !line.includes("409"))).toEqual([]);
  await page.context().close();
});

/** The first position of the run where something else could have been chosen. */
async function firstChoice(): Promise<number> {
  for (let position = 0; ; position++) {
    const { value } = await server.ask<Openings>("GET", `/runs/${run}/openings/${position}`);
    const [turn] = value.turns;
    if (turn?.moves.some(({ open: free, move }) => free && move !== turn.chosen) === true) return position;
  }
}

async function stored(id: string): Promise<{ text: string; draft: { text: string } | null }> {
  return (await server.ask<{ text: string; draft: { text: string } | null }>("GET", `/scenarios/${id}/document`)).value;
}
