/**
 * What a person waits for: a step with its append on the disk, a run, a lint, the start of the command line, a replay.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { luckOf } from "../src/chance/draw.ts";
import { isRefused, type RunEvent } from "../src/engine/event.ts";
import { evolveAll } from "../src/engine/evolve.ts";
import { type Engine, openSession, prepareEngine, type Session, startRun } from "../src/engine/session.ts";
import { treat } from "../src/engine/treatment.ts";
import { runOnMachine } from "../src/ensemble/batch.ts";
import { LogFile, readLog } from "../src/log/logFile.ts";
import { runEventForm } from "../src/log/schema.ts";
import { sqliteStore } from "../src/log/sqliteStore.ts";
import { verifyRun } from "../src/log/verify.ts";
import { readScenario, type Scenario } from "../src/scenario/scenario.ts";
import { medianMs, ms, report, section } from "./measure.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Reads a scenario of the repository. */
export function scenarioAt(path: string): { readonly scenario: Scenario; readonly text: string } {
  const text = readFileSync(join(root, path), "utf8");
  const { scenario } = readScenario({ file: path, text });
  if (scenario === null) throw new Error(`${path} has errors`);
  return { scenario, text };
}

interface Begun {
  readonly session: Session;
  readonly events: readonly RunEvent[];
}

function begin(engine: Engine, seed: string, text: string): Begun {
  const events = startRun(engine, { seed, model: "", document: { id: "", text } });
  const [started] = events;
  if (started?.type !== "RunStarted") throw new Error("a run starts with RunStarted");
  return { session: openSession(engine, luckOf(seed, 0), started.state), events };
}

function next({ session }: Begun): readonly RunEvent[] {
  const events = session.proposeNext();
  if (isRefused(events)) throw new Error(events.message);
  return events;
}

/** Prints the interactive figures. */
export async function benchInteractive(): Promise<void> {
  section("Interactive, on the lead scenario");
  const { scenario, text } = scenarioAt("scenarios/geneva-2022.yaml");
  const engine = prepareEngine(scenario.model, treat(scenario.model));
  const folder = mkdtempSync(join(tmpdir(), "demarche-bench-"));
  try {
    await benchSteps(engine, text, folder);
    for (let warm = 0; warm < 5; warm++) runOnMachine(engine, "warm", warm);
    report(
      "run on the machine, median of 30",
      ms(await medianMs(30, () => runOnMachine(engine, "a", 0))),
      "under 200 ms",
    );
    report(
      "read and lint, median of 10",
      ms(await medianMs(10, () => readScenario({ file: "g", text }))),
      "under 500 ms",
    );
    const node = process.execPath;
    const main = join(root, "src/cli/main.ts");
    const start = await medianMs(7, () => execFileSync(node, [main, "--version"]));
    report("start of the command line, median of 7", ms(start), "under 300 ms");
    const lint = await medianMs(5, () => execFileSync(node, [main, "lint", "geneva-2022"], { cwd: root }));
    report("`lint geneva-2022` as a process, median of 5", ms(lint), "under 500 ms");
    await benchLongLog(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function benchSteps(engine: Engine, text: string, folder: string): Promise<void> {
  const spent: number[] = [];
  const store = sqliteStore(join(folder, "steps.sqlite"), runEventForm);
  for (let run = 0; run < 3; run++) {
    const begun = begin(engine, String(run), text);
    await store.append(String(run), { expected: 0, events: begun.events });
    let position = begun.events.length;
    while (begun.session.state.ended === null) {
      const from = performance.now();
      const events = next(begun);
      await store.append(String(run), { expected: position, events });
      begun.session.apply(events);
      spent.push(performance.now() - from);
      position += events.length;
    }
  }
  await store.close();
  spent.sort((one, other) => one - other);
  report(
    "step: decide, append with fsync, evolve; median",
    ms(spent[Math.floor(spent.length / 2)] ?? 0),
    "under 10 ms",
  );
  report("the same, 99th percentile", ms(spent[Math.floor(spent.length * 0.99)] ?? 0));
}

/** A log of ten thousand events, replayed and verified. */
async function benchLongLog(folder: string): Promise<void> {
  const { scenario, text } = scenarioAt("scenarios/geneva-2022.yaml");
  const { model } = scenario;
  // Ends only by horizon, so that the run is as long as the log should be.
  const endless = { ...model, outcomes: model.outcomes.filter(({ when }) => when === null), rules: [] };
  const engine = prepareEngine(endless, treat(endless, { rounds: 1300 }));
  const begun = begin(engine, "long", text);
  const events = [...begun.events];
  while (begun.session.state.ended === null && events.length < 10_000) {
    const more = next(begun);
    begun.session.apply(more);
    events.push(...more);
  }
  const path = join(folder, "long.jsonl");
  const log = new LogFile(path, runEventForm);
  log.append({ expected: 0, events });
  log.close();
  report("events of the long log", String(events.length));
  report(
    "replay: fold of all events, median of 20",
    ms(await medianMs(20, () => evolveAll(null, events))),
    "under 50 ms",
  );
  report("read and check the chain, median of 5", ms(await medianMs(5, () => readLog(path))));
  const verify = await medianMs(3, () => {
    const divergence = verifyRun(engine, events);
    if (divergence !== null && divergence.found !== null) throw new Error(divergence.message);
  });
  report("verify: re-execution on the machine, median of 3", ms(verify), "under 10 s");
}
