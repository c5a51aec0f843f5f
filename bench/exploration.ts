/**
 * The explorer on one core: states per second and bytes per state, and how both grow over four decades of states.
 *
 * Figures are per second of processor time. Every state keeps the one it was found from, so that all ways can be told.
 */
import { readFileSync } from "node:fs";
import { check } from "../src/check/check.ts";
import { usualSampling } from "../src/check/statistical.ts";
import { treat } from "../src/engine/treatment.ts";
import type { Model } from "../src/scenario/model.ts";
import { readScenario } from "../src/scenario/scenario.ts";
import { Exploration } from "../src/space/exploration.ts";
import { compileSteps } from "../src/space/steps.ts";
import { ms, report, section } from "./measure.ts";

const limits = { statesMax: 2 ** 31, bytesMax: 2 ** 33 };
const passes = 5;

function modelOf(file: string): Model {
  const { scenario, diagnostics } = readScenario({ file, text: readFileSync(file, "utf8") });
  if (scenario === null) throw new Error(diagnostics[0]?.message);
  return scenario.model;
}

interface Pass {
  readonly states: number;
  readonly transitions: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** Explores every choice, without properties. */
function explore(model: Model, rounds: number | null): Pass {
  const treatment = treat(model, rounds === null ? {} : { rounds });
  const begun = process.cpuUsage();
  const open = { model: { ...model, properties: [], policies: [] }, treatment: { ...treatment, policies: {} } };
  const exploration = new Exploration(compileSteps({ ...open, choices: "open" }), limits);
  while (exploration.advance(50_000)) {}
  const { user, system } = process.cpuUsage(begun);
  const { store, transitions, bytes } = exploration;
  return { states: store.count, transitions, bytes, seconds: (user + system) / 1e6 };
}

/** The pass of median speed. */
function median(make: () => Pass): Pass {
  const all = Array.from({ length: passes }, make).toSorted((one, other) => one.seconds - other.seconds);
  const middle = all[Math.floor(passes / 2)];
  if (middle === undefined) throw new Error("nothing was measured");
  return middle;
}

function tell(what: string, { states, transitions, bytes, seconds }: Pass, aim = ""): void {
  const counted = `${states.toLocaleString("en")} states, ${transitions.toLocaleString("en")} transitions`;
  const speed = `${(states / seconds / 1e6).toFixed(2)} M states/s, ${(bytes / states).toFixed(1)} bytes a state`;
  report(what, `${counted}, ${ms(seconds * 1000)}, ${speed}`, aim);
}

/** Prints what the explorer reaches. */
export function benchExploration(): void {
  section("Exploration: all states on one core");
  const yardstick = modelOf("bench/yardstick.yaml");
  const whole = median(() => explore(yardstick, null));
  tell("the yardstick", whole, "aim 3 M states/s, at most 32 bytes");
  const core = modelOf("scenarios/geneva-2022-core.yaml");
  tell(
    "geneva-2022-core",
    median(() => explore(core, null)),
  );

  section("Exploration: growth over four decades");
  for (const rounds of [2, 4, 9, 21, 60]) {
    tell(
      `the yardstick, ${rounds} rounds`,
      median(() => explore(yardstick, rounds)),
    );
  }

  section("Check: every property");
  const begun = process.cpuUsage();
  const search = check({
    model: core,
    treatment: treat(core),
    choices: "open",
    limits,
    sampling: { ...usualSampling, seed: "bench" },
    signal: { aborted: false },
  });
  let step = search.next();
  while (step.done !== true) step = search.next();
  const decided = step.value.findings.filter(({ holds }) => holds !== null).length;
  const { user, system } = process.cpuUsage(begun);
  report("geneva-2022-core", `${decided} properties decided in ${ms((user + system) / 1000)}`);
}

if (import.meta.main) benchExploration();
