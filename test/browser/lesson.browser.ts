/**
 * A whole lesson in real browsers: a teacher and six students, each in a context of their own, from the first link to
 * the debrief.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join as path } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ServerProcess } from "../e2e/serverProcess.ts";
import { isTooWide, keep, look, openBrowser, screens, violationsOn } from "./browser.ts";

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

/** Milliseconds for which each press of a double click lasts: as people click, the page has moved on by the second. */
const slowly = { delay: 120 };

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
    const own = [server.address, server.desk, "ws://127.0.0.1"];
    if (!own.some((address) => request.url().startsWith(address))) {
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

/** Takes the last choice that is offered, alone or to be confirmed by nobody else. */
async function sealLast(page: Page): Promise<void> {
  await page.getByRole("radio").last().check();
  await page.getByRole("button", { name: "Seal this choice" }).click();
  await page.getByRole("button", { name: "Yes, seal it" }).click();
  await page.getByText("Sealed:").waitFor();
}

test("a class joins, decides, loses its server and a member, and talks about what it did", async () => {
  const errors: string[] = [];
  const teacher = await newPage(screens.laptop, errors);
  await teacher.goto(`${server.desk}/teach#${server.secret}`);
  await teacher.getByLabel("Scenario").first().selectOption("geneva-2022-class");
  await holds(teacher, "teach-open");
  // Always the same luck, or an incident might have happened by itself before it is let happen.
  await teacher.getByText("More", { exact: true }).click();
  await teacher.getByLabel("Seed of the luck").fill("lesson");
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
  await projector.goto(`${server.desk}/project/${code}`);
  await projector.getByText("6 joined").waitFor();
  await holds(projector, "project-join");

  // Joining is closed: the wall says so, a newcomer is told what to do, and whoever sits there stays.
  await teacher.getByRole("button", { name: "Close joining" }).dblclick(slowly);
  await projector.getByText("Joining is closed").waitFor();
  await holds(projector, "project-closed");
  const stranger = await newPage(screens.phone, []);
  await stranger.goto(`${server.address}/?code=${code}`);
  await stranger.getByText("Ask your teacher to open it").waitFor();
  await holds(stranger, "join-closed");
  await teacher.getByRole("button", { name: "Open joining" }).click();
  await projector.getByText("6 joined").waitFor();
  await projector.getByText("with the code").waitFor();
  await stranger.getByRole("button", { name: "Join" }).click();
  await stranger.getByLabel("Pseudonym").fill("Zoe");
  await stranger.getByRole("button", { name: "Join" }).click();
  await stranger.getByText("You have joined").waitFor();
  await teacher.getByRole("button", { name: "Remove: Zoe" }).click();
  await stranger.getByText("You can join again").waitFor();
  await stranger.context().close();

  await teacher.getByRole("button", { name: "Begin the briefing" }).click();
  await cleo.getByText("What only you know").waitFor();
  await look(teacher);
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

  // An incident happens in between, once however often it is clicked: all are told, and what was sealed stays sealed.
  const offered = teacher.getByRole("combobox", { name: "Let an incident occur" }).locator("option:checked");
  const incident = (await offered.textContent()) ?? "";
  await teacher.getByRole("button", { name: "Let it occur" }).dblclick(slowly);
  for (const page of [ana, fay, projector, teacher]) {
    await page.getByText(`Just happened: ${incident}.`).waitFor();
  }
  await ana.getByText("Sealed:").waitFor();
  expect(await projector.getByText(/^[●○\s]*1 of \d+ delegations have sealed/).count()).toBe(1);
  expect(await teacher.getByText("has moved on").count()).toBe(0);
  await holds(ana, "seat-incident-phone");
  await holds(teacher, "teach-incident");
  await holds(projector, "project-incident");

  for (const page of [cleo, dana]) await sealLast(page);
  await eli.getByRole("radio").last().check();
  await eli.getByRole("button", { name: "Seal this choice" }).click();
  await eli.getByRole("button", { name: "Yes, seal it" }).click();
  // After an incident that all know of, nobody is cut short: the teacher reveals, or time does.
  await projector.getByText(/have sealed/).waitFor();
  expect(await fay.getByText("Send a package of arms to Ukraine").count()).toBe(0);
  await teacher.getByRole("button", { name: "Reveal and go on" }).click();
  await fay.getByText("Send a package of arms to Ukraine").waitFor();
  await projector.getByText("Send a package of arms to Ukraine").waitFor();
  await holds(projector, "project-round");
  await holds(fay, "seat-press-laptop");

  // The server is killed in the middle of a turn and comes back: every page goes on by itself, what was sealed is sealed.
  await sealLast(cleo);
  expect(errors).toEqual([]);
  await server.kill();
  await ana.getByText("The connection is lost").waitFor();
  await holds(ana, "seat-lost-phone");
  await server.start();
  for (const page of [ana, cleo, teacher, projector]) {
    await page.getByText("The connection is lost").waitFor({ state: "detached" });
  }
  await cleo.getByText("Sealed:").waitFor();
  errors.length = 0;

  // Somebody loads the page again, somebody leaves and a bot takes the seat, somebody comes late.
  await dana.reload();
  await dana.getByRole("button", { name: "Decide" }).or(dana.getByText("Your decision")).first().waitFor();
  await eli.context().close();
  await teacher.getByRole("button", { name: /Eli\s*away/ }).waitFor();
  await teacher.getByRole("button", { name: /Let a bot decide: European Union/ }).click();
  await teacher.getByRole("button", { name: /Give the seat back: European Union/ }).waitFor();
  const gil = await newPage(screens.phone, errors);
  await join(gil, code, "Gil", "turkey");
  await teacher.getByRole("button", { name: "Let in: Gil" }).click();
  await gil.getByRole("heading", { name: "Turkey" }).first().waitFor();

  // The teacher tells news, holds, pauses, and says something to all; somebody writes across the table.
  await teacher.getByLabel("News of your own").fill("A storm closes the airports of the region.");
  await teacher.getByRole("button", { name: "Tell" }).click();
  await fay.getByText("A storm closes the airports").waitFor();
  await ben.getByRole("combobox", { name: /^To/ }).selectOption({ label: "Russia" });
  await ben.getByLabel("Message", { exact: true }).fill("Our answer comes this week.");
  await ben.getByRole("button", { name: "Send" }).click();
  await teacher.getByText("Our answer comes this week.").waitFor();
  await teacher.getByLabel("Message to everybody").fill("Five minutes.");
  await teacher.getByRole("button", { name: "Send" }).click();
  await teacher.getByRole("button", { name: "Hold for the late" }).click();
  await teacher.getByRole("button", { name: "Pause" }).dblclick(slowly);
  await dana.getByText("Your teacher has paused the lesson.").waitFor();
  await holds(teacher, "teach-paused");
  await teacher.getByRole("button", { name: "Resume" }).click();
  await teacher.getByText("still possible").or(teacher.getByText("holds so far")).first().waitFor();

  // A double click does what one click does: it asks, and goes on by one round.
  await teacher.getByRole("button", { name: "End the rounds" }).dblclick(slowly);
  await teacher.getByRole("button", { name: "Sure?", disabled: false }).waitFor();
  await teacher.getByLabel("News of your own").focus();
  await teacher.getByRole("button", { name: "End the rounds" }).waitFor();
  await teacher.getByRole("button", { name: "Reveal and go on" }).dblclick(slowly);
  await teacher.getByText("Round 3 of").waitFor();
  await look(teacher);
  expect(await teacher.getByText("Round 3 of").count()).toBe(1);
  expect(await teacher.getByText("has moved on").count()).toBe(0);

  // Round by round to the end, whoever is late holds.
  const over = teacher.getByRole("button", { name: "Open the debrief" });
  for (let round = 4; !(await over.isVisible()); round++) {
    await teacher.getByRole("button", { name: "Reveal and go on" }).click();
    await teacher.getByText(`Round ${round} of`).or(over).first().waitFor();
    await look(teacher);
  }
  await dana.getByText("The rounds are over").first().waitFor();
  await holds(dana, "seat-ended-laptop");
  expect(await ana.getByText("Where the class stood").count()).toBe(0);
  await over.click();

  const parts = ["What each knew", "Up and down", "Where the class stood", "Turning points", "And in reality"];
  for (const [page, name] of [
    [ana, "phone"],
    [dana, "laptop"],
    [projector, "project"],
  ] as const) {
    await page.getByRole("button", { name: "What happened" }).waitFor();
    await holds(page, `debrief-${name}-course`);
    for (const part of parts) {
      await page.getByRole("button", { name: part }).click();
      if (part === "What each knew") await page.getByText("How things stood in truth").waitFor();
      if (part === "Turning points")
        await page
          .getByText(/A policy chooses the same/)
          .or(page.getByText("No decision"))
          .first()
          .waitFor();
      await holds(page, `debrief-${name}-${part.replaceAll(" ", "-").toLowerCase()}`);
    }
  }
  await dana.getByRole("button", { name: "What was said" }).click();
  await dana.getByText("Our answer comes this week.").waitFor();
  await dana.getByRole("button", { name: "To talk about" }).click();
  await holds(dana, "debrief-laptop-talk");

  // A student tries another course, alone.
  await ana.getByRole("button", { name: "Try another course" }).click();
  await ana.getByRole("button", { name: "Go there" }).click();
  await ana.getByRole("radio").first().check();
  await ana.getByRole("button", { name: "Choose this" }).click();
  await ana.getByText("What would have happened").waitFor();
  await ana.getByRole("button", { name: "Let the policies play on to the end" }).click();
  await ana.getByText("This course ends").waitFor();
  await holds(ana, "debrief-phone-try");
  await holds(teacher, "teach-debrief");

  // The class to keep: one file that opens without a network, the actions as a table, the logs.
  const kept = path(server.data, "kept.html");
  writeFileSync(kept, await saved(teacher, "The debrief as one page"));
  const table = await saved(teacher, "Actions of every seat (CSV)");
  const log = await saved(teacher, "The run's log");
  expect(table).toMatch(/s1,Ana,usa,1,2022-01-22,proposed,send_package/);
  expect(table).toContain("Our answer comes this week.");
  expect(log).toMatch(/^\{"position":0/);
  expect(log).not.toContain("Ana");
  const offline = await browser.newContext({ ...screens.light, offline: true });
  const opened = await offline.newPage();
  opened.on("pageerror", (error) => errors.push(error.message));
  opened.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await opened.goto(`file://${kept}`);
  await opened.getByRole("button", { name: "What each knew" }).click();
  await opened.getByText("How things stood in truth").waitFor();
  await holds(opened, "kept");
  await opened.getByLabel("Language").selectOption("pt");
  await opened.getByRole("button", { name: "Pontos de viragem" }).click();
  await holds(opened, "kept-pt");
  await offline.close();
  expect(errors).toEqual([]);
}, 400_000);

/** What a link of the page downloads. */
async function saved(page: Page, name: string): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name }).click()]);
  return readFileSync(await download.path(), "utf8");
}
