/**
 * Builds the pages: one entry each for joining, the teacher, a seat, the projector and the studio; and
 * the script and look of the page to keep.
 *
 * Nothing is inlined, so that the content security policy allows only files of the server; nothing is loaded from
 * elsewhere.
 */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { build, defineConfig, type Plugin } from "vite";

/** Leaves compressed copies beside the files that compress, which the server sends to browsers that take them. */
function compressed(folder: string): Plugin {
  return {
    name: "compressed",
    closeBundle() {
      for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        if (!/\.(?:html|js|css|svg)$/.test(file)) continue;
        const bytes = readFileSync(join(folder, file));
        writeFileSync(join(folder, `${file}.br`), brotliCompressSync(bytes));
        writeFileSync(join(folder, `${file}.gz`), gzipSync(bytes));
      }
    },
  };
}

/** Names of packages whose code is in what was built, by their folders. */
const bundled = new Map<string, string>();

/** Remembers of which packages something was bundled, and writes their licences beside the pages. */
function licences(folder: string): Plugin {
  return {
    name: "licences",
    generateBundle(_options, bundle) {
      for (const part of Object.values(bundle)) {
        for (const id of part.type === "chunk" ? part.moduleIds : []) {
          const [, root, name] = /^\0?(.*\/node_modules\/)((?:@[^/]+\/)?[^/]+)\//.exec(id) ?? [];
          if (root !== undefined && name !== undefined) bundled.set(join(root, name), name);
        }
      }
    },
    closeBundle() {
      writeFileSync(join(folder, "licences.txt"), notices());
    },
  };
}

/** The notices: name, version and licence of each package, and the text of its licence. */
function notices(): string {
  const head = "The pages of Demarche contain code of these libraries.\n";
  const packages = [...bundled].toSorted(([, one], [, other]) => (one < other ? -1 : 1));
  const parts = packages.map(([folder, name]) => {
    const { version, license }: { version?: string; license?: string } = JSON.parse(
      readFileSync(join(folder, "package.json"), "utf8"),
    );
    const file = readdirSync(folder).find((entry) => /^(?:licen[cs]e|copying)/i.test(entry));
    const text =
      file === undefined ? "Its package carries no text of the licence." : readFileSync(join(folder, file), "utf8");
    return `\n${"=".repeat(80)}\n${name} ${version ?? ""} (${license ?? "licence not named"})\n\n${text.trim()}\n`;
  });
  return head + parts.join("");
}

/** The page to keep of a class is one file: its script and look are built apart, each whole. */
function keepsake(): Plugin {
  return {
    name: "keepsake",
    async closeBundle() {
      await build({
        configFile: false,
        root: here,
        logLevel: "error",
        plugins: [svelte({ configFile: false }), licences(built)],
        build: {
          outDir: join(built, "keepsake"),
          emptyOutDir: true,
          assetsInlineLimit: 1_000_000,
          cssCodeSplit: false,
          target: "es2022",
          modulePreload: false,
          rolldownOptions: {
            input: join(here, "keepsake/main.ts"),
            output: { format: "iife", entryFileNames: "page.js", assetFileNames: "page[extname]" },
          },
        },
      });
    },
  };
}

const here = fileURLToPath(new URL(".", import.meta.url));
const built = fileURLToPath(new URL("../../dist/web", import.meta.url));

export default defineConfig({
  root: here,
  base: "/",
  plugins: [svelte({ configFile: false }), licences(built), compressed(built), keepsake()],
  build: {
    outDir: built,
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: "es2022",
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ["index", "teach", "seat", "project", "studio"].map((page) => `${here}${page}.html`),
    },
  },
});
