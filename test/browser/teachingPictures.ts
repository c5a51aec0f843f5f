/**
 * `npm run docs:pictures`: takes the pictures of docs/teaching.md anew, from a class that is played for them.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Participant, post } from "../../src/cli/participant.ts";
import { ServerProcess } from "../e2e/serverProcess.ts";
import { openBrowser } from "./browser.ts";

const folder = join(import.meta.dirname, "../../docs/pictures");
mkdirSync(folder, { recursive: true });
const server = new ServerProcess();
await server.start();
const browser = await openBrowser();
try {
  const { address, secret } = server;
  const { cookie } = await post(address, "/api/teacher/enter", { key: secret }, "");
  const people = ["usa", "russia", "ukraine", "nato"];
  const timing = { briefing: 8, rounds: [6], debrief: 11 };
  const settings = {
    scenario: "geneva-2022-class",
    language: null,
    variant: "lesson_50",
    perDelegation: 3,
    seed: "pictures",
  };
  const opened = await post(address, "/api/rooms", { ...settings, people, timing, pace: "automatic" }, cookie);
  const { code } = opened.value as { code: string };
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 860 }, locale: "en-GB" })).newPage();
  const phone = await (await browser.newContext({ viewport: { width: 390, height: 760 }, locale: "en-GB" })).newPage();
  const take = (from: typeof page, name: string) => from.screenshot({ path: join(folder, `${name}.png`) });

  await phone.goto(`${address}/?code=${code}`);
  await phone.getByLabel("Pseudonym").fill("Ana");
  await phone.getByRole("button", { name: "Join" }).click();
  await phone.waitForURL(`**/seat/${code}`);
  const teacher = await Participant.teach(address, code, secret);
  await teacher.ask({ type: "Admit", seat: "s1", role: "usa" });
  for (const [index, role] of people.slice(1).entries()) {
    await Participant.join(address, code, ["Ben", "Cleo", "Dana"][index] ?? "Eli", role);
    await teacher.ask({ type: "Admit", seat: `s${index + 2}`, role });
  }
  await page.goto(`${address}/teach#${secret}`);
  await page.waitForTimeout(1500);
  await page.goto(`${address}/project/${code}`);
  await page.waitForTimeout(1500);
  await take(page, "projector");
  await teacher.ask({ type: "GoOn" });
  await teacher.ask({ type: "GoOn" });
  await phone.getByRole("radio").first().waitFor();
  await take(phone, "seat");
  await page.goto(`${address}/teach/${code}`);
  await page.waitForTimeout(1500);
  await take(page, "teacher");
  for (let round = 0; round < 3; round++) await teacher.ask({ type: "Reveal" });
  await teacher.ask({ type: "EndRounds" });
  await teacher.ask({ type: "GoOn" });
  await page.goto(`${address}/project/${code}`);
  await page.waitForTimeout(4000);
  await take(page, "debrief");
} finally {
  await browser.close();
  await server.remove();
}
process.exit();
