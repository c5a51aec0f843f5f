/**
 * Builds the pages: one entry each for joining, the teacher, a seat, the projector and the studio.
 *
 * Nothing is inlined, so that the content security policy allows only files of the server; nothing is loaded from
 * elsewhere.
 */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

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

const here = fileURLToPath(new URL(".", import.meta.url));
const built = fileURLToPath(new URL("../../dist/web", import.meta.url));

export default defineConfig({
  root: here,
  base: "/",
  plugins: [svelte({ configFile: false }), compressed(built)],
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
