/**
 * The kernel on one core: the yardstick beside a hand-written C program, and the lead scenario.
 *
 * Figures are runs per second of processor time, so that what else the machine does disturbs them little; executors take
 * turns, and the median counts. The C program draws with the same keys and must count exactly the same outcomes. Where
 * no C compiler is found, its rows are left out.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keyOfSeed, siteKey } from "../src/chance/seed.ts";
import { treat } from "../src/engine/treatment.ts";
import { compileKernel, emptyRows, type Kernel } from "../src/kernel/kernel.ts";
import type { Model } from "../src/scenario/model.ts";
import { readScenario } from "../src/scenario/scenario.ts";
import { ms, report, section } from "./measure.ts";

const seed = "bench";
const chunk = 4096;
const rounds = 5;

/** What one timed pass found: seconds of processor time, and how often each outcome came. */
interface Pass {
  readonly seconds: number;
  readonly counts: readonly number[];
}

function modelOf(file: string): Model {
  const { scenario, diagnostics } = readScenario({ file, text: readFileSync(file, "utf8") });
  if (scenario === null) throw new Error(diagnostics[0]?.message);
  return scenario.model;
}

function passKernel(kernel: Kernel, runs: number, outcomes: number): Pass {
  const rows = emptyRows(kernel, chunk);
  const counts = Array.from({ length: outcomes }, () => 0);
  const begun = process.cpuUsage();
  for (let from = 0; from < runs; from += chunk) {
    const to = Math.min(runs, from + chunk);
    kernel.simulate(seed, from, to, rows);
    for (let row = 0; row < to - from; row++) {
      const outcome = rows.outcome[row] ?? -1;
      counts[outcome] = (counts[outcome] ?? 0) + 1;
    }
  }
  return { seconds: process.cpuUsage(begun).user / 1e6, counts };
}

/** Compiles the C program, or says that there is no compiler. */
function compileReference(folder: string): string | null {
  const program = join(folder, "reference");
  const source = new URL("./reference.c", import.meta.url).pathname;
  for (const compiler of ["clang", "gcc", "cc"]) {
    try {
      execFileSync(compiler, ["-O3", "-march=native", "-o", program, source], { stdio: "ignore" });
      return program;
    } catch {
      // The next compiler may be there.
    }
  }
  return null;
}

function passReference(program: string, mode: "keyed" | "stream", runs: number): Pass {
  const key = keyOfSeed(seed);
  const keys = ["rus", "usa", "ukr"].flatMap((actor) => siteKey(key, `turn:${actor}`)).map(String);
  const words = mode === "keyed" ? keys : [];
  const [seconds = 0, ...counts] = execFileSync(program, [mode, String(runs), ...words], { encoding: "utf8" })
    .split(" ")
    .map(Number);
  return { seconds, counts };
}

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

const millions = (perSecond: number): string => `${(perSecond / 1e6).toFixed(3)} M/s`;

function benchYardstick(folder: string): void {
  section("Ensembles: the yardstick on one core");
  const runs = 400_000;
  const kernel = compileKernel(modelOf("bench/yardstick.yaml"), treat(modelOf("bench/yardstick.yaml")));
  passKernel(kernel, runs, 3);
  const program = compileReference(folder);
  const speeds: Record<"kernel" | "keyed" | "stream", number[]> = { kernel: [], keyed: [], stream: [] };
  for (let turn = 0; turn < rounds; turn++) {
    const ours = passKernel(kernel, runs, 3);
    speeds.kernel.push(runs / ours.seconds);
    if (program === null) continue;
    const keyed = passReference(program, "keyed", runs);
    speeds.keyed.push(runs / keyed.seconds);
    speeds.stream.push(runs / passReference(program, "stream", runs).seconds);
    if (String(keyed.counts) !== String(ours.counts)) {
      throw new Error(`the kernel counts ${ours.counts.join()}, the C program ${keyed.counts.join()}`);
    }
  }
  const speed = median(speeds.kernel);
  report("kernel, generated JavaScript", millions(speed));
  if (program === null) {
    report("C", "no compiler");
    return;
  }
  report("C by hand, the same draws (same counts, too)", millions(median(speeds.keyed)));
  report("C by hand, one sfc32 stream", millions(median(speeds.stream)));
  report("kernel to C, the same draws", (speed / median(speeds.keyed)).toFixed(2), "aim 0.65");
  report("kernel to C with sfc32", (speed / median(speeds.stream)).toFixed(2));
  report("kernel to PRISM's simulator (9,200 runs/s)", (speed / 9200).toFixed(0), "aim 100");
}

function benchGrowth(): void {
  section("Ensembles: growth over four decades");
  const kernel = compileKernel(modelOf("bench/yardstick.yaml"), treat(modelOf("bench/yardstick.yaml")));
  passKernel(kernel, 100_000, 3);
  for (const runs of [1_000, 10_000, 100_000, 1_000_000]) {
    const { seconds } = passKernel(kernel, runs, 3);
    report(`${runs.toLocaleString("en")} runs`, ms(seconds * 1000), `${millions(runs / seconds)}`);
  }
}

function benchLead(): void {
  section("Ensembles: the lead scenario on one core");
  const model = modelOf("scenarios/geneva-2022.yaml");
  const variant = model.variants[0]?.id ?? "default";
  const begun = process.cpuUsage();
  const kernel = compileKernel(model, treat(model, { variant }));
  passKernel(kernel, 1, model.outcomes.length);
  report("compile and first run", ms(process.cpuUsage(begun).user / 1000), "aim 500 ms");
  report("words of a state", String(kernel.layout.words));
  passKernel(kernel, 20_000, model.outcomes.length);
  const speeds = Array.from(
    { length: rounds },
    () => 20_000 / passKernel(kernel, 20_000, model.outcomes.length).seconds,
  );
  report("runs per second", `${Math.round(median(speeds)).toLocaleString("en")} /s`);
}

/** Prints what the kernel reaches. */
export function benchKernel(): void {
  const folder = mkdtempSync(join(tmpdir(), "demarche-bench-"));
  try {
    benchYardstick(folder);
    benchGrowth();
    benchLead();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) benchKernel();
