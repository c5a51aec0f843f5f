/**
 * A whole lesson in real browsers: a teacher and six students, each in a context of their own, from the first link to
 * the debrief.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ServerProcess } from "../e2e/serverProcess.ts";
import { isTooWide, keep, openBrowser, screens, violationsOn } from "./browser.ts";

const server = new ServerProcess();
let browser: Browser;
beforeAll(async () => {
  await server.start();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await server.remove();
});

/** The page holds its promises: no violation, no sideways scrolling. */
async function holds(page: Page, name: string): Promise<void> {
  await keep(page, name);
  expect(await violationsOn(page), name).toEqual([]);
  expect(await isTooWide(page), name).toBe(false);
}

async function newPage(options: Parameters<Browser["newContext"]>[0], errors: string[]): Promise<Page> {
  const context = await browser.newContext({ locale: "en-GB", ...options });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(server.address) && !request.url().startsWith("ws://127.0.0.1")) {
      errors.push(`request to ${request.url()}`);
    }
  });
  return page;
}

async function join(page: Page, code: string, name: string, wish: string): Promise<void> {
  await page.goto(`${server.address}/?code=${code}`);
  await page.getByLabel("Pseudonym").fill(name);
  await page.getByLabel("Delegation you would like").selectOption(wish);
  await page.getByRole("button", { name: "Join" }).click();
  await page.waitForURL(`**/seat/${code}`);
  await page.getByText("You have joined").waitFor();
}

test("a class joins, decides, sees the reveal", async () => {
  const errors: string[] = [];
  const teacher = await newPage(screens.light, errors);
  await teacher.goto(`${server.address}/teach#${server.secret}`);
  await teacher.getByLabel("Scenario").first().selectOption("geneva-2022-class");
  await holds(teacher, "teach-open");
  await teacher.getByRole("button", { name: "Open the class" }).click();
  await teacher.waitForURL("**/teach/*");
  const code = teacher.url().split("/").at(-1) ?? "";

  const names = ["Ana", "Ben", "Cleo", "Dana", "Eli", "Fay"];
  const wishes = ["usa", "usa", "russia", "ukraine", "eu", "press"];
  const students: Page[] = [];
  for (const [index, name] of names.entries()) {
    const page = await newPage(index % 2 === 0 ? screens.phone : screens.light, errors);
    if (index === 0) {
      await page.goto(server.address);
      await holds(page, "join-code");
    }
    await join(page, code, name, wishes[index] ?? "");
    students.push(page);
  }
  await holds(students[0] as Page, "seat-waiting");
  await holds(teacher, "teach-waiting");
  await teacher.getByRole("button", { name: "Let everybody in" }).click();
  await teacher.getByText("Nobody is waiting.").waitFor();
  const [ana, ben, cleo, dana, eli, fay] = students as [Page, Page, Page, Page, Page, Page];
  await ana.getByText("What you want").waitFor();
  await holds(ana, "seat-role-phone");

  const projector = await teacher.context().newPage();
  await projector.setViewportSize({ width: 1920, height: 1080 });
  await projector.goto(`${server.address}/project/${code}`);
  await projector.getByText("6 joined").waitFor();
  await holds(projector, "project-join");

  await teacher.getByRole("button", { name: "Begin the briefing" }).click();
  await cleo.getByText("What only you know").waitFor();
  await teacher.getByRole("button", { name: "Begin the rounds" }).click();
  await ana.getByRole("button", { name: "Decide" }).waitFor();

  await ana.getByText("Send a package of arms to Ukraine").click();
  await ana.getByRole("button", { name: "Propose" }).click();
  await ben.getByText("Proposed by Ana").waitFor();
  await holds(ana, "seat-turn-phone");
  await holds(ben, "seat-turn-laptop");
  await holds(teacher, "teach-round");
  await ben.getByText("Send a package of arms to Ukraine").click();
  await ben.getByRole("button", { name: "Confirm and seal" }).click();
  await ben.getByRole("button", { name: "Yes, seal it" }).click();
  await ana.getByText("Sealed:").waitFor();
  for (const page of [cleo, dana, eli]) {
    await page.getByRole("radio").last().check();
    await page.getByRole("button", { name: "Seal this choice" }).click();
    await page.getByRole("button", { name: "Yes, seal it" }).click();
  }
  await fay.getByText("Send a package of arms to Ukraine").waitFor();
  await projector.getByText("Send a package of arms to Ukraine").waitFor();
  await holds(projector, "project-round");
  await holds(fay, "seat-press-laptop");
  expect(errors).toEqual([]);
});
