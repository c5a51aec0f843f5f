/**
 * The yardstick beside its peers, side by side in one run: the same draws, the same outcomes, other machinery.
 *
 * Each peer plays the first replications and must end each as the kernel does; then it is timed on as many as it
 * manages in a moment.
 */

import { prepareEngine } from "../src/engine/session.ts";
import { treat } from "../src/engine/treatment.ts";
import { machineSimulate } from "../src/ensemble/batch.ts";
import { simulatorOf } from "../src/ensemble/simulator.ts";
import { scenarioAt } from "./interactive.ts";
import { report, section } from "./measure.ts";
import { type Play, playBoardgame, playInPlace, playWithImmer } from "./peers/reducers.ts";
import { chooser } from "./peers/rules.ts";

const seed = "demarche";

/** Replications that every peer must end alike. */
const compared = 100;

/** Prints runs per second of each peer, and how many times the kernel is as fast. */
export function benchPeers(): void {
  section("Ensembles: the yardstick beside its peers, one core, processor time");
  const { scenario } = scenarioAt("bench/yardstick.yaml");
  const treatment = treat(scenario.model);
  const kernel = simulatorOf(scenario.model, treatment, seed);
  const machine = machineSimulate(prepareEngine(scenario.model, treatment), seed);
  const outcomes = kernel(0, compared).outcome;
  kernel(0, 100_000);
  const speed = 200_000 / seconds(() => kernel(0, 200_000));
  report("kernel", perSecond(speed), "1");
  const choose = chooser(seed);
  const peers: readonly [string, Play][] = [
    ["the same by hand, changing an object in place", playInPlace(choose)],
    [
      "machine (XState, events checked against it)",
      (replication) => machine(replication, replication + 1).outcome[0] ?? -1,
    ],
    ["plain Immer reducer", playWithImmer(choose)],
    ["boardgame.io client", playBoardgame(choose)],
  ];
  for (const [name, play] of peers) {
    const runs = timedRuns(play, outcomes, name);
    report(name, perSecond(runs), `kernel is ${Math.round(speed / runs)} times as fast`);
  }
}

/** Runs per second of a peer that ends the compared replications as the kernel does. */
function timedRuns(play: Play, outcomes: Int16Array, name: string): number {
  const spent = seconds(() => {
    for (let replication = 0; replication < compared; replication++) {
      const outcome = play(replication);
      if (outcome !== outcomes[replication]) throw new Error(`${name} ends replication ${replication} otherwise`);
    }
  });
  if (spent > 0.5) return compared / spent;
  const runs = Math.min(100_000, Math.ceil(compared / spent));
  return (
    runs /
    seconds(() => {
      for (let replication = 0; replication < runs; replication++) play(replication);
    })
  );
}

function seconds(work: () => void): number {
  const begun = process.cpuUsage();
  work();
  return process.cpuUsage(begun).user / 1e6;
}

const perSecond = (runs: number): string => `${Math.round(runs)} /s`;

if (import.meta.main) benchPeers();
