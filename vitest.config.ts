import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Files run on every core; the usual is one fewer.
    maxWorkers: "100%",
    globalSetup: ["test/assertRuntime.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
