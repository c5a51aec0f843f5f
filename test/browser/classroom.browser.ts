/**
 * The classroom's pages under strange texts, by keyboard alone, and in the other language.
 */
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

async function newPage(options: Parameters<Browser["newContext"]>[0]): Promise<Page> {
  const context = await browser.newContext({ locale: "en-GB", ...options });
  context.setDefaultTimeout(15_000);
  return context.newPage();
}

/** Opens a class with one delegation of people and returns its code. */
async function openClass(teacher: Page): Promise<string> {
  await teacher.goto(`${server.desk}/teach#${server.secret}`);
  await teacher.getByLabel("Scenario").first().selectOption("geneva-2022-class");
  for (const box of (await teacher.getByRole("checkbox").all()).slice(1)) await box.uncheck();
  await teacher.getByRole("button", { name: "Open the class" }).click();
  await teacher.waitForURL("**/teach/*");
  return teacher.url().split("/").at(-1) ?? "";
}

const strange = [
  `<img src=x onerror="document.title='hit'"><script>document.title='hit'</script>`,
  "שלום עולם, مرحبا بالعالم",
  "👩‍👩‍👧‍👦🏳️‍🌈 e\u0301\u0301\u0301\u0301",
  "W".repeat(10_000),
];

test("names and messages are shown as they were written, and break neither the page nor its layout", async () => {
  const teacher = await newPage(screens.laptop);
  const code = await openClass(teacher);
  const students: Page[] = [];
  for (const name of strange.slice(0, 3)) {
    const page = await newPage(screens.phone);
    await page.goto(`${server.address}/?code=${code}`);
    // The field takes no more than a pseudonym's length, however much is typed.
    await page.getByLabel("Pseudonym").fill(name.slice(0, 40));
    await page.getByRole("button", { name: "Join" }).click();
    await page.waitForURL(`**/seat/${code}`);
    students.push(page);
  }
  await teacher.getByText(strange[0]?.slice(0, 40) ?? "").waitFor();
  await teacher.getByRole("button", { name: "Let everybody in" }).click();
  await teacher.getByText("Nobody is waiting.").waitFor();
  await teacher.getByRole("button", { name: "Begin the briefing" }).click();
  const [writer, reader] = students as [Page, Page, Page];
  await writer.getByRole("button", { name: "Messages" }).click();
  for (const text of strange) {
    // Beyond the length of the field, as a forged page would.
    const field = writer.getByLabel("Message", { exact: true });
    await field.evaluate((area) => area.removeAttribute("maxlength"));
    await field.fill(text);
    await writer.getByRole("button", { name: "Send" }).click();
    const shown = text.length > 2000 ? writer.getByText("did not understand") : teacher.getByText(text);
    await shown.first().waitFor();
  }
  await reader.getByRole("button", { name: "Messages" }).click();
  await reader.getByText(strange[0] ?? "").waitFor();
  await reader.getByText(strange[1] ?? "").waitFor();
  for (const [page, name] of [
    [teacher, "strange-teach"],
    [reader, "strange-seat"],
  ] as const) {
    await keep(page, name);
    expect(await page.title()).not.toBe("hit");
    expect(await isTooWide(page), name).toBe(false);
    expect(await violationsOn(page), name).toEqual([]);
  }
});

/** Presses Tab until something that matches has the focus. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector)) return;
  }
  throw new Error(`the keyboard does not reach ${selector}`);
}

test("a student joins, chooses and seals, and the teacher leads, by keyboard alone", async () => {
  const teacher = await newPage(screens.laptop);
  const code = await openClass(teacher);
  const student = await newPage(screens.light);
  await student.goto(server.address);
  await tabTo(student, "input.code");
  await student.keyboard.type(code.toLowerCase());
  await student.keyboard.press("Enter");
  await student.getByLabel("Pseudonym").waitFor();
  await tabTo(student, "input[maxlength='40']");
  await student.keyboard.type("Ana");
  await student.keyboard.press("Enter");
  await student.waitForURL(`**/seat/${code}`);
  await teacher.getByRole("button", { name: "Let in: Ana" }).waitFor();
  await tabTo(teacher, "[aria-label='Let in: Ana']");
  await teacher.keyboard.press("Enter");
  await teacher.getByText("Nobody is waiting.").waitFor();
  for (const next of ["Begin the briefing", "Begin the rounds"]) {
    await teacher.getByRole("button", { name: next }).waitFor();
    await look(teacher);
    await teacher.getByRole("button", { name: next }).focus();
    await teacher.keyboard.press("Enter");
  }
  await student.getByRole("radio").first().waitFor();
  await tabTo(student, "input[type='radio']");
  await student.keyboard.press("ArrowDown");
  await tabTo(student, "button.primary");
  await student.keyboard.press("Enter");
  await student.getByRole("button", { name: "Yes, seal it", disabled: false }).waitFor();
  await tabTo(student, "button.primary");
  await student.keyboard.press("Enter");
  await student.getByText("Round 2 of").waitFor();
});

test("every page of a class speaks Portuguese as well, and shows nothing of English", async () => {
  const teacher = await newPage({ ...screens.laptop, locale: "pt-PT" });
  await teacher.goto(`${server.desk}/teach#${server.secret}`);
  await teacher.getByText("Abrir uma turma").first().waitFor();
  await teacher.getByLabel("Cenário").first().selectOption("geneva-2022-class");
  await teacher.getByRole("button", { name: "Abrir a turma" }).click();
  await teacher.waitForURL("**/teach/*");
  const code = teacher.url().split("/").at(-1) ?? "";
  const student = await newPage({ ...screens.phone, locale: "pt-PT" });
  await student.goto(`${server.address}/?code=${code}`);
  await keep(student, "pt-join");
  await student.getByLabel("Pseudónimo").fill("Ana");
  await student.getByRole("button", { name: "Entrar" }).click();
  await student.waitForURL(`**/seat/${code}`);
  await teacher.getByRole("button", { name: "Deixar entrar: Ana" }).click();
  await teacher.getByRole("button", { name: "Começar a preparação" }).click();
  await look(teacher);
  await teacher.getByRole("button", { name: "Começar as rondas" }).click();
  await student.getByText("A sua decisão").waitFor();
  await keep(student, "pt-seat");
  await keep(teacher, "pt-teach");
  expect(await student.evaluate(() => document.documentElement.lang)).toBe("pt");
  const shown = await teacher.locator("header").textContent();
  expect(shown).not.toMatch(/Reveal|Pause\b|Hold|End the/);
});

test("a code behind the address leads into the class, and a page says that its server was stopped and goes on", async () => {
  const teacher = await newPage(screens.laptop);
  const code = await openClass(teacher);
  const student = await newPage(screens.phone);
  await student.goto(`${server.address}/${code.slice(0, 3)}-${code.slice(3)}`.toLowerCase());
  await student.getByLabel("Pseudonym").fill("Ana");
  await student.getByRole("button", { name: "Join" }).click();
  await student.waitForURL(`**/seat/${code}`);
  await teacher.getByRole("button", { name: "Let in: Ana" }).waitFor();
  expect(await server.stop()).toBe(0);
  for (const page of [student, teacher]) await page.getByText("The server was stopped.").waitFor();
  await keep(student, "seat-stopped-phone");
  await server.start();
  for (const page of [student, teacher]) {
    await page.getByText("The server was stopped.").waitFor({ state: "detached" });
  }
  await teacher.goto(`${server.desk}/nowhere`);
  expect(await violationsOn(teacher)).toEqual([]);
  await teacher.getByRole("link", { name: "Teacher's page" }).click();
  await teacher.getByRole("link", { name: "Licences" }).click();
  await teacher.getByText("The pages of Demarche contain code of these libraries.").waitFor();
});
