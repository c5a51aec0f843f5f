/**
 * The command line that makes a result again, ready to be pasted into a shell.
 */

import type { TreatmentRequest } from "../engine/treatment.ts";
import type { CompareRequest } from "../ensemble/fullComparison.ts";
import type { SweepRequest } from "../ensemble/sweep.ts";

/** What a comparison was asked for, as a command line. */
export function compareCommandLine(scenario: string, seed: string, runs: number, request: CompareRequest): string {
  const { variants, points } = request;
  return [
    ...["demarche", "compare", scenario, "--variants", variants.join(","), "--runs", String(runs), "--seed", seed],
    ...sharedOptions(request),
    ...(points === 0 ? [] : ["--ranges", String(points)]),
  ]
    .map(quoted)
    .join(" ");
}

/** What a sweep was asked for, as a command line. */
export function sweepCommandLine(scenario: string, seed: string, runs: number, request: SweepRequest): string {
  const { variant, factors, design, points } = request;
  return [
    ...["demarche", "sweep", scenario, "--variant", variant, "--design", design],
    ...(design === "oat" ? [] : ["--points", String(points)]),
    ...(factors === null ? [] : ["--factors", factors.join(",")]),
    ...["--runs", String(runs), "--seed", seed],
    ...sharedOptions(request),
  ]
    .map(quoted)
    .join(" ");
}

/** A single run, as a command line. */
export function runCommandLine(scenario: string, seed: string, replication: number, request: TreatmentRequest): string {
  const { variant, assume = {}, policies = {}, rounds = null } = request;
  return [
    ...["demarche", "run", scenario, "--seed", seed, "--replication", String(replication)],
    ...(variant === undefined ? [] : ["--variant", variant]),
    ...sharedOptions({ assume, policies, rounds }),
  ]
    .map(quoted)
    .join(" ");
}

function sharedOptions({ assume, policies, rounds }: Pick<CompareRequest, "assume" | "policies" | "rounds">): string[] {
  return [
    ...Object.entries(assume).flatMap(([name, value]) => ["--assume", `${name}=${value}`]),
    ...Object.entries(policies).flatMap(([actor, policy]) => ["--policy", `${actor}=${policy}`]),
    ...(rounds === null ? [] : ["--rounds", String(rounds)]),
  ];
}

function quoted(word: string): string {
  return /^[\w.,:=/@+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
