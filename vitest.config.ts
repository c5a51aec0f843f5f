import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Files run on every core; the usual is one fewer.
    maxWorkers: "100%",
    globalSetup: ["test/assertRuntime.ts"],
    setupFiles: process.env.TEST_TIMES === undefined ? [] : ["test/noteTime.ts"],
    // Against hanging alone: a busy machine may take many times as long as a quiet one. No test sets a limit of its own.
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
