/**
 * The first page of a class weighs little: thirty telephones load it at once over one access point.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { builtWeb } from "../../src/server/webBuild.ts";

/** Bytes that a browser gets compressed. */
const most = 200_000;

test.each(["index.html", "seat.html", "teach.html", "project.html"])(
  "%s with all it loads stays below 200 kB",
  async (page) => {
    const web = await builtWeb(() => {});
    const seen = new Set<string>();
    const take = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      if (!/\.(?:html|js)$/.test(file)) return;
      // What a page links, and what a script imports at once or later.
      for (const [, asset] of readFileSync(join(web, file), "utf8").matchAll(
        /["'`](?:\.\/|\/)?((?:assets\/)?[\w.-]+\.(?:js|css|svg))["'`]/g,
      )) {
        const path = asset?.startsWith("assets/") === true ? asset : `assets/${asset}`;
        if (existsSync(join(web, path))) take(path);
      }
    };
    take(page);
    expect([...seen].filter((file) => file.endsWith(".js")).length).toBeGreaterThan(1);
    const bytes = [...seen].reduce((sum, file) => {
      const packed = join(web, `${file}.gz`);
      return sum + statSync(existsSync(packed) ? packed : join(web, file)).size;
    }, 0);
    expect(bytes).toBeLessThan(most);
  },
);
