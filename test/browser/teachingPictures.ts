/**
 * `npm run docs:pictures`: takes the pictures of docs/teaching.md anew, from a class that is played for them.
 */
import { mkdirSync, writeFileSync } from "node:fs";
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
  const { address, desk, secret } = server;
  const { cookie } = await post(desk, "/api/teacher/enter", { key: secret }, "");
  const people = ["usa", "russia", "ukraine", "nato"];
  const timing = { briefing: 8, rounds: [6], debrief: 11 };
  const settings = {
    scenario: "geneva-2022-class",
    language: null,
    variant: "lesson_50",
    perDelegation: 3,
    seed: "pictures",
  };
  const opened = await post(desk, "/api/rooms", { ...settings, people, timing, pace: "automatic" }, cookie);
  const { code } = opened.value as { code: string };
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 860 }, locale: "en-GB" })).newPage();
  const phone = await (await browser.newContext({ viewport: { width: 390, height: 760 }, locale: "en-GB" })).newPage();
  /** Keeps what a page shows as a small WebP, which the browser's own protocol takes. */
  const take = async (from: typeof page, name: string): Promise<void> => {
    const protocol = await from.context().newCDPSession(from);
    const { data } = await protocol.send("Page.captureScreenshot", { format: "webp", quality: 80 });
    writeFileSync(join(folder, `${name}.webp`), Buffer.from(data, "base64"));
  };

  await phone.goto(`${address}/?code=${code}`);
  await phone.getByLabel("Pseudonym").fill("Ana");
  await phone.getByRole("button", { name: "Join" }).click();
  await phone.waitForURL(`**/seat/${code}`);
  const teacher = await Participant.teach(desk, code, secret);
  await teacher.ask({ type: "Admit", seat: "s1", role: "usa" });
  const others: Participant[] = [];
  for (const [index, name] of ["Ben", "Cleo", "Dana", "Eli", "Fay", "Gil", "Hana"].entries()) {
    const role = people[(index + 1) % people.length] ?? "usa";
    others.push(await Participant.join(address, code, name, role));
    await teacher.ask({ type: "Admit", seat: `s${index + 2}`, role });
  }
  await page.goto(`${desk}/teach#${secret}`);
  await page.waitForTimeout(1500);
  await page.goto(`${desk}/project/${code}`);
  await page.waitForTimeout(1500);
  await take(page, "projector");
  await teacher.ask({ type: "GoOn" });
  await teacher.ask({ type: "GoOn" });
  await phone.getByRole("radio").first().waitFor();
  const [ben, cleo, dana, eli, fay] = others;
  await ben?.ask({ type: "Say", to: "to:usa", text: "We wait for your answer in writing." });
  await dana?.ask({ type: "Say", to: "all", text: "The allies consult this week." });
  const seal = { move: "hold", turn: 1 };
  await cleo?.ask({ type: "Propose", ...seal });
  await eli?.ask({ type: "Propose", ...seal });
  await ben?.ask({ type: "Propose", ...seal });
  await fay?.ask({ type: "Seal", ...seal });
  await phone.getByRole("radio").first().check();
  await take(phone, "seat");
  await page.goto(`${desk}/teach/${code}`);
  await page.getByText("The allies consult this week.").first().waitFor();
  await page.getByText("still possible").waitFor();
  await take(page, "teacher");
  for (let round = 0; round < 3; round++) await teacher.ask({ type: "Reveal" });
  await teacher.ask({ type: "EndRounds" });
  await teacher.ask({ type: "GoOn" });
  await page.goto(`${desk}/project/${code}`);
  await page.getByRole("button", { name: "What happened" }).waitFor();
  await take(page, "debrief");
  await page.getByRole("button", { name: "Where the class stood" }).click();
  await page.waitForTimeout(12_000);
  await take(page, "stood");
} finally {
  await browser.close();
  await server.remove();
}
process.exit();
