import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { treat } from "../../src/engine/treatment.ts";
import { runCells } from "../../src/ensemble/cells.ts";
import { chunkRuns, type EnsemblePlan } from "../../src/ensemble/plan.ts";
import { loadProgress, saveProgress } from "../../src/ensemble/resume.ts";
import { runEnsemble } from "../../src/ensemble/run.ts";
import { readScenario } from "../../src/scenario/scenario.ts";

const file = fileURLToPath(new URL("../../scenarios/crisis-chain.yaml", import.meta.url));
const { scenario } = readScenario({ file, text: readFileSync(file, "utf8") });
if (scenario === null) throw new Error("the scenario has errors");
const { model, hash } = scenario;
const worker = new URL("../fixtures/dyingWorker", import.meta.url);

function planOf(seed: string): EnsemblePlan {
  const treatments = ["from_talks", "from_standoff"].map((variant) => treat(model, { variant }));
  return { seed, runs: 5 * chunkRuns + 17, treatments };
}

test("counts are the same bytes for any number of workers", async () => {
  const plan = planOf("a");
  const results = [1, 2, 3].map((workers) => runEnsemble(model, plan, { workers }));
  const [one, two, three] = (await Promise.all(results)).map((progress) => JSON.stringify(progress));
  expect(two).toBe(one);
  expect(three).toBe(one);
});

test("the chunk of a worker that dies is run once more", async () => {
  const plan = planOf(join(mkdtempSync(join(tmpdir(), "demarche-")), "marker"));
  const whole = await runEnsemble(model, plan, { workers: 1 });
  expect(await runEnsemble(model, plan, { workers: 2, worker })).toEqual(whole);
});

test("workers that die again and again end the ensemble in one clear sentence", async () => {
  const plan = planOf("always");
  await expect(runEnsemble(model, plan, { workers: 2, worker })).rejects.toThrow(
    /worker of runs 0 to 2047 failed twice/,
  );
});

test("a point of an experiment whose worker dies is run once more, then named", async () => {
  const cells = ["from_talks", "from_standoff", "from_talks"].map((variant) => [treat(model, { variant })]);
  const plan = { seed: join(mkdtempSync(join(tmpdir(), "demarche-")), "marker"), runs: 500, cells };
  const whole = await runCells(model, plan, { workers: 1 });
  expect(await runCells(model, plan, { workers: 2, worker })).toEqual(whole);
  await expect(runCells(model, { ...plan, seed: "always" }, { workers: 2, worker })).rejects.toThrow(
    /worker of point 1 of 3 failed twice/,
  );
});

test("an interrupted ensemble goes on to the result of an uninterrupted one", async () => {
  const plan = planOf("b");
  const whole = await runEnsemble(model, plan, { workers: 1 });
  const interruption = new AbortController();
  const part = await runEnsemble(model, plan, {
    workers: 2,
    signal: interruption.signal,
    onProgress: ({ chunks }) => {
      if (chunks === 2) interruption.abort();
    },
  });
  expect(part.chunks).toBeGreaterThanOrEqual(2);
  expect(part.chunks).toBeLessThan(6);
  const resume = loadProgress("state.json", saveProgress(hash, plan, part), hash, plan);
  expect(JSON.stringify(await runEnsemble(model, plan, { workers: 2, resume }))).toBe(JSON.stringify(whole));
});

test("a saved ensemble of another model, seed or plan is refused with the reason", async () => {
  const plan = planOf("c");
  const saved = saveProgress(hash, plan, await runEnsemble(model, { ...plan, runs: 10 }, { workers: 1 }));
  expect(() => loadProgress("s.json", saved, "0".repeat(64), plan)).toThrow(/its model is/);
  expect(() => loadProgress("s.json", saved, hash, { ...plan, seed: "d" })).toThrow(/its seed is c, not d/);
  expect(() => loadProgress("s.json", saved, hash, { ...plan, runs: 7 })).toThrow(/runs, not 7/);
  expect(() => loadProgress("s.json", saved, hash, { ...plan, treatments: plan.treatments.slice(1) })).toThrow(
    /variants/,
  );
  expect(() => loadProgress("s.json", "[]", hash, plan)).toThrow(/no saved ensemble/);
});

test("an ensemble ends early once it has enough", async () => {
  const progress = await runEnsemble(model, planOf("e"), { workers: 1, enough: ({ runs }) => runs >= 2 * chunkRuns });
  expect(progress.counts.runs).toBe(2 * chunkRuns);
});
