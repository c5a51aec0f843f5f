/** The hostile class: attacks on a server over loopback, bounded in number and time. Run by `npm run test:hostile`. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/hostile/*.hostile.ts"],
    globalSetup: ["test/assertRuntime.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
