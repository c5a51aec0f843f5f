/**
 * Pages in a real Chromium: started, looked at on several screens, and heard.
 *
 * CHROMIUM names the browser where it is not /usr/bin/chromium. A folder in SCREENSHOTS takes pictures of what is seen.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { seenMs } from "../../src/web/shared/seenStage.ts";

/** What people look at pages with. */
export const screens = {
  light: { colorScheme: "light", viewport: { width: 1280, height: 900 } },
  dark: { colorScheme: "dark", viewport: { width: 1280, height: 900 } },
  /** A teacher's laptop. */
  laptop: { colorScheme: "light", viewport: { width: 1366, height: 768 } },
  phone: { colorScheme: "light", viewport: { width: 390, height: 844 } },
} as const satisfies Readonly<Record<string, BrowserContextOptions>>;

/** Starts Chromium, without any traffic of its own. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) {
    throw new Error(
      `there is no Chromium at ${executablePath}: install Debian's chromium, or name another in CHROMIUM`,
    );
  }
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/** A list that fills with every request, console message and error of a page from now on. */
export function hear(page: Page): readonly string[] {
  const heard: string[] = [];
  page.on("request", (request) => heard.push(`request ${request.url()}`));
  page.on("console", (message) => heard.push(`console ${message.text()}`));
  page.on("pageerror", (error) => heard.push(`error ${error.message}`));
  return heard;
}

/** Accessibility violations as axe finds them, one line each. */
export async function violationsOn(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)}`);
}

/** Whether a page must be scrolled sideways. */
export async function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate<boolean>("document.documentElement.scrollWidth > innerWidth");
}

/** Looks at a page for as long as a teacher needs to see where the lesson stands: what is clicked earlier is refused. */
export async function look(page: Page): Promise<void> {
  await page.waitForTimeout(seenMs + 100);
}

/** Keeps a picture of the whole page, where pictures are wanted. */
export async function keep(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
