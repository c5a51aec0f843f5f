import { readFileSync } from "node:fs";
import { mergeConfig } from "vitest/config";
import { slowFiles } from "./test/quickFiles.ts";
import whole from "./vitest.config.ts";

const times = JSON.parse(readFileSync(new URL("./test/times.json", import.meta.url), "utf8")) as Record<string, number>;

/** The tests that run while one works: no processes and sockets, and none of the files that take long. */
export default mergeConfig(whole, { test: { exclude: ["test/e2e/**", ...slowFiles(times)] } });
