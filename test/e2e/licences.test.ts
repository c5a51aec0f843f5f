/**
 * The licences of what the pages are built from lie beside them, are served at both doors, and are linked.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { builtWeb } from "../../src/server/webBuild.ts";
import { studioServer } from "./studioServer.ts";

test("every bundled library is named with its version and the text of its licence", async () => {
  const web = await builtWeb(() => {});
  const text = readFileSync(join(web, "licences.txt"), "utf8");
  const parts = text.split(`\n${"=".repeat(80)}\n`).slice(1);
  const names = parts.map((part) => /^(\S+) \d+\.\d+\.\d+\S* \(\S+\)\n/.exec(part)?.[1]);
  expect(names).toEqual(expect.arrayContaining(["svelte", "codemirror", "@codemirror/view", "@lezer/yaml"]));
  expect(names).not.toContain(undefined);
  expect(new Set(names).size).toBe(names.length);
  expect(names).not.toContain("vite");
  for (const part of parts) expect(part, part.slice(0, 40)).toMatch(/Permission|Licen[cs]e/);

  const server = await studioServer(web);
  const served = await server.app.inject({ url: "/licences.txt" });
  expect(served.headers["content-type"]).toBe("text/plain; charset=utf-8");
  expect(served.body).toBe(text);
  await server.close();
});
