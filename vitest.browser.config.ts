import { defineConfig } from "vitest/config";

/** Tests of pages in a real Chromium, apart from the others because they need one. Every file of the folder is run. */
export default defineConfig({
  test: {
    include: ["test/browser/**/*.browser.ts"],
    globalSetup: ["test/assertRuntime.ts"],
    // A browser takes a core of its own.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
