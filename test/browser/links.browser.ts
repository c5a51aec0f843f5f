/**
 * Links and troubles in a real browser: the wall's link on another machine, a new teacher's link, what is damaged, and a
 * command that meets a busy database.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { builtWeb } from "../../src/server/webBuild.ts";
import { type StudioServer, studioServer } from "../e2e/studioServer.ts";
import { isTooWide, keep, openBrowser, screens, violationsOn } from "./browser.ts";

let server: StudioServer;
let browser: Browser;
let address = "";
let teacher: Page;
let code = "";

/** A browser of its own, with no cookie. */
async function fresh(place: string, screen: (typeof screens)[keyof typeof screens] = screens.laptop): Promise<Page> {
  const context = await browser.newContext({ locale: "en-GB", ...screen });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  await page.goto(`${address}${place}`);
  return page;
}

async function holds(page: Page, name: string): Promise<void> {
  await keep(page, name);
  expect(await violationsOn(page), name).toEqual([]);
  expect(await isTooWide(page), name).toBe(false);
}

beforeAll(async () => {
  server = await studioServer(await builtWeb(() => {}));
  address = await server.app.listen({ port: 0, host: "127.0.0.1" });
  writeFileSync(join(server.folder, "scenarios/latin.yaml"), new Uint8Array([0xe9]));
  browser = await openBrowser();
  teacher = await fresh(`/teach#${server.secret}`);
  await teacher.getByRole("button", { name: "Open the class" }).click();
  await teacher.waitForURL(/\/teach\/\w{7}$/);
  code = teacher.url().slice(-7);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

test("the wall's link opens the projector's page elsewhere, and is gone from the address bar", async () => {
  await teacher.getByText("Show the wall link").click();
  const field = teacher.getByRole("textbox", { name: `/project/${code}#` });
  const link = await field.inputValue();
  await holds(teacher, "wall-link");
  const wall = await fresh(new URL(link).pathname + new URL(link).hash, screens.light);
  await wall.getByText("Join at").waitFor();
  expect(wall.url()).toBe(`${address}/project/${code}`);
  await wall.reload();
  await wall.getByText("Join at").waitFor();
  const stranger = await fresh(`/project/${code}`);
  await stranger.getByText("This screen needs the wall link").waitFor();
  await holds(stranger, "wall-without-link");
});

test("a command that meets a busy database is done by itself once that is free", async () => {
  const other = new DatabaseSync(join(server.folder, "data/demarche.sqlite"));
  other.exec("begin immediate");
  const answered: string[] = [];
  teacher.on("websocket", () => answered.push("reconnected"));
  await teacher.getByRole("button", { name: "Begin the briefing" }).click();
  await new Promise((done) => setTimeout(done, 1500));
  expect(await teacher.getByRole("button", { name: "Begin the briefing" }).isVisible()).toBe(true);
  expect(await teacher.getByRole("alert").allInnerTexts()).toEqual([""]);
  other.exec("rollback");
  other.close();
  await teacher.getByRole("button", { name: "Begin the rounds" }).waitFor();
  expect(answered).toEqual([]);
});

test("a new teacher's link is shown, and puts out other browsers alone", async () => {
  const other = await fresh(`/teach#${server.secret}`);
  await other.getByRole("heading", { name: "Open a class" }).waitFor();
  await other.getByRole("link", { name: code }).click();
  await other.getByRole("button", { name: "Begin the rounds" }).waitFor();
  const home = await teacher.context().newPage();
  await home.goto(`${address}/teach`);
  // What is wrong is told there, too.
  await home.getByText("Scenario latin: latin.yaml, line 1: the file is not UTF-8 text").waitFor();
  await home.getByText("Make a new teacher's link").first().click();
  await home.getByRole("button", { name: "Make a new teacher's link" }).click();
  await home.getByRole("button", { name: "Sure?" }).click();
  const link = await home.getByRole("textbox", { name: "/teach#" }).inputValue();
  await holds(home, "renewed-link");
  await other.getByText("This link is not valid any more.").waitFor();
  expect(await teacher.getByRole("button", { name: "Pause" }).isVisible()).toBe(true);
  await teacher.getByRole("button", { name: "Pause" }).click();
  await teacher.getByRole("button", { name: "Resume" }).waitFor();
  const late = await fresh(new URL(link).pathname + new URL(link).hash);
  await late.getByRole("heading", { name: "Open a class" }).waitFor();
});

test("the editor says where there is no such scenario, and the library what is wrong with one", async () => {
  const studio = await teacher.context().newPage();
  await studio.goto(`${address}/studio#/edit/unknown`);
  await studio.getByRole("heading", { name: "There is no scenario unknown" }).waitFor();
  expect(await studio.locator(".cm-content").count()).toBe(0);
  await holds(studio, "edit-unknown");
  await studio.getByRole("link", { name: "Back to the library" }).click();
  await studio.getByText("latin.yaml, line 1: the file is not UTF-8 text").waitFor();
  await holds(studio, "library-with-trouble");
});
