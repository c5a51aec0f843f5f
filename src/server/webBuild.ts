/**
 * The pages as the browser gets them: those that came with the package, or built from source where that is at hand.
 *
 * From a checkout, `serve` builds them when they are missing or older than their source, so that a fresh clone works
 * without another step.
 */
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Mistake } from "../scenario/mistake.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const source = join(here, "../web");

/** Written once a build is complete. */
const stamp = ".built";

/**
 * The folder with the built pages.
 * @param tell is told when building begins.
 * @throws Mistake where they are neither there nor can be built.
 */
export async function builtWeb(tell: (line: string) => void): Promise<string> {
  const isSource = import.meta.url.endsWith(".ts");
  const built = join(here, isSource ? "../../dist/web" : "../web");
  const stampFile = join(built, stamp);
  const since = statSync(stampFile, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (isSource ? since >= newest(join(here, ".."), source) : existsSync(join(built, "index.html"))) return built;
  if (!isSource) throw new Mistake("the pages are missing from the package", "install Demarche anew");
  tell("building the pages (some seconds, once) …");
  const { build } = await import("vite");
  const begun = new Date();
  await build({ configFile: join(source, "vite.config.ts"), logLevel: "error" });
  writeFileSync(stampFile, `${begun.toISOString()}\n`);
  return built;
}

/** When the pages' source, or what it imports from the other folders, was last changed. */
function newest(all: string, pages: string): number {
  const times = readdirSync(all, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (path) => path.startsWith(pages) || /\/(?:classroom|studio|engine|export|report|scenario|chance)\//.test(path),
    )
    .map((path) => statSync(path).mtimeMs);
  return Math.max(0, ...times);
}
