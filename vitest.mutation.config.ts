/** Tests against one mutant: one file after the other, in the order that the mutation run gives (`MUTATION_ORDER`). */
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const order = (process.env.MUTATION_ORDER ?? "").split("\n");

class GivenOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = (file: TestSpecification): number => order.findIndex((name) => file.moduleId.endsWith(`/${name}`));
    return files.toSorted((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    maxWorkers: 1,
    globalSetup: ["test/assertRuntime.ts"],
    sequence: { sequencer: GivenOrder },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
