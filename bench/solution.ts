/**
 * The solver on one core: time to the exact solution, all outcomes, properties and means at once, and how it grows.
 *
 * Figures are processor time from the compiled model on, the state space included.
 */
import { readFileSync } from "node:fs";
import { treat } from "../src/engine/treatment.ts";
import { readScenario } from "../src/scenario/scenario.ts";
import { solve } from "../src/solve/solve.ts";
import { ms, report, section } from "./measure.ts";

const limits = { statesMax: 2 ** 31, bytesMax: 2 ** 33 };

function time(
  file: string,
  what: string,
  asked: { readonly rounds?: number; readonly free?: readonly string[] },
  aim = "",
) {
  const { scenario, diagnostics } = readScenario({ file, text: readFileSync(file, "utf8") });
  if (scenario === null) throw new Error(diagnostics[0]?.message);
  const { model } = scenario;
  const { rounds, free = [] } = asked;
  const treatment = treat(model, rounds === undefined ? {} : { rounds });
  const begun = process.cpuUsage();
  const solving = solve({ model, treatment, limits, signal: { aborted: false }, free, against: [], aim: null });
  let step = solving.next();
  while (step.done !== true) step = solving.next();
  const { user, system } = process.cpuUsage(begun);
  const { states, precision } = step.value;
  report(
    what,
    `${states.toLocaleString("en")} states, exact to ${precision.toExponential(0)}, ${ms((user + system) / 1000)}`,
    aim,
  );
}

/** Prints what the solver reaches. */
export function benchSolution(): void {
  section("Exact solution: outcomes, properties and means");
  time("bench/yardstick.yaml", "the yardstick", {}, "aim 1 s");
  time("scenarios/geneva-2022-core.yaml", "geneva-2022-core", {});
  time("scenarios/ultimatum.yaml", "ultimatum, least and most that Vienna can do", { free: ["vienna"] });

  section("Exact solution: growth over four decades of states");
  for (const rounds of [2, 4, 9, 21, 60]) time("bench/yardstick.yaml", `the yardstick, ${rounds} rounds`, { rounds });
}

if (import.meta.main) benchSolution();
