/**
 * Runs command lines in this process, in a folder of their own, and hands back what they printed.
 *
 * Much faster than a process each; what only a process shows (Ctrl-C, a closed pipe, the locale) has its own tests.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { runProgram } from "../../src/cli/program.ts";
import { terminalOver } from "../../src/cli/terminal.ts";

/** What a command line came to. */
export interface Done {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

/** A folder in which command lines run. */
export class CliSession {
  readonly directory = mkdtempSync(join(tmpdir(), "demarche-"));

  /** Runs one command line; `input` is what is typed at it, `interrupt` is handed what Ctrl-C does. */
  async run(
    words: readonly string[],
    options: { readonly input?: string; readonly colour?: boolean; interrupt?(press: () => void): void } = {},
  ): Promise<Done> {
    let out = "";
    let err = "";
    const colour = options.colour === true;
    const terminal = terminalOver({
      out: { write: (text: string) => (out += text), isTTY: colour, columns: 100 },
      err: { write: (text: string) => (err += text) },
      input: Readable.from(options.input === undefined ? [] : [options.input]),
      directory: this.directory,
      environment: {},
      onInterrupt: (press) => options.interrupt?.(press),
    });
    const code = await runProgram(words, terminal);
    return { out, err, code };
  }

  path(file: string): string {
    return join(this.directory, file);
  }

  read(file: string): string {
    return readFileSync(this.path(file), "utf8");
  }

  write(file: string, text: string | Uint8Array): void {
    writeFileSync(this.path(file), text);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A small crisis with everything that a command line has to show: dates, rungs, odds, secrets and a covert move. */
export const islandCrisis = `demarche: 1
id: island
title: The island
clock: { start: 2030-05-01, step: 1 day, rounds: 6 }
actors:
  north: { name: The North, utility: 4 - tension }
  south: { name: The South }
tracks:
  garrison:
    name: The garrison
    initial: withdrawn
    states: { withdrawn: { rung: 1 }, landed: { rung: 5 }, fortified: { rung: 7 } }
variables:
  tension: { name: Tension, scale: [0, 10], initial: 3 }
  plan: { name: Plan of the North, initial: { 1: 1, 2: 1 }, scale: [0, 3], private: [north] }
assumptions:
  calm: { name: Chance of calm, range: [0, 1], default: 0.5, basis: judgement }
moves:
  land: { by: north, name: Land on the island, when: garrison is withdrawn, then: { garrison: landed, tension: tension + 2 } }
  fortify:
    by: north
    name: Fortify the island
    when: garrison is landed and round >= 2
    then: { garrison: fortified }
    branches:
      seen: { name: In sight, odds: 1 - calm, then: { tension: tension + 1 } }
      unseen: { name: By night, odds: calm }
  prepare: { by: north, name: Prepare in secret, covert: true, when: plan < 3, then: { plan: plan + 1 } }
  protest: { by: south, name: Protest, then: { tension: tension + 1 } }
incidents:
  storm: { name: A storm, date: 2030-05-03, then: { tension: tension - 1 } }
rules:
  alarm: { name: The alarm is raised, when: tension >= 6, then: { tension: tension + 1 } }
outcomes:
  clash: { name: Armed clash, when: tension >= 9, severity: violent }
  quiet: { name: It stays quiet, otherwise: true }
tallies:
  protests: { name: Protests, add: 1, per: protest }
policies:
  north: { steady: { land: 3, fortify: 2, prepare: 1, hold: 4 } }
  south: { wary: { protest: 1, hold: 3 }, loud: { protest: 1 } }
variants:
  landing: { name: An early landing, script: [{ date: 2030-05-01, by: north, move: land }] }
properties:
  never_fortified: { claim: The island is never fortified, never: garrison is fortified }
`;
