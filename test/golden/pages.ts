/**
 * Pages that are generated: a test compares them with what is generated now, or writes them with `UPDATE_PAGES=1`.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";
import { readScenario, type Scenario } from "../../src/scenario/scenario.ts";

const root = new URL("../../", import.meta.url);

/** The text of a file of the project. */
export function projectText(path: string): string {
  return readFileSync(new URL(path, root), "utf8");
}

/** A scenario of the library, with an overlay of its texts where one is named. */
export function libraryScenario(id: string, texts?: string): Scenario {
  const document = (file: string) => ({ file, text: projectText(`scenarios/${file}`) });
  const overlay = texts === undefined ? {} : { overlay: document(`${id}.${texts}.yaml`) };
  const { scenario, diagnostics } = readScenario({ ...document(`${id}.yaml`), ...overlay });
  if (scenario === null) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return scenario;
}

/** Holds a page against what is generated now. */
export function expectPage(path: string, generated: string): void {
  const file = new URL(path, root);
  if (process.env.UPDATE_PAGES === "1") writeFileSync(file, generated);
  expect(existsSync(file) ? readFileSync(file, "utf8") : null).toBe(generated);
}

/** What stands above this line on a page is written by hand, what stands below it is generated. */
export const mark = "<!-- Generated below this line. -->";

/** Holds the generated part of a page against what is generated now. */
export function expectBelowMark(path: string, generated: string): void {
  const [above = "", below] = projectText(path).split(`${mark}\n`);
  if (process.env.UPDATE_PAGES === "1") writeFileSync(new URL(path, root), `${above}${mark}\n\n${generated}`);
  else expect(below).toBe(`\n${generated}`);
}
