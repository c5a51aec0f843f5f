/**
 * The keyed stream as raw bytes, along each axis on which draws are counted, for a public statistical battery.
 *
 * `node bench/battery.ts AXIS [FROM]` writes 32-bit words in the machine's byte order to standard output until nobody
 * reads them, such as `node bench/battery.ts replications | dieharder -a -g 200`. What came of it stands in
 * docs/randomness.md. It judges nothing.
 */
import { writeSync } from "node:fs";
import { draw } from "../src/chance/draw.ts";
import { keyOfSeed, siteKey } from "../src/chance/seed.ts";

/** The word at an index of an axis, while the other axes are held. */
type Axis = (index: number) => number;

const words = 2 ** 32;
const key = keyOfSeed("battery");
const turn = siteKey(key, "turn:russia");
const sites = Array.from({ length: 12 }, (_, index) => siteKey(key, `turn:actor${index}`));

const axes: Readonly<Record<string, Axis>> = {
  /** One site and replication, round after round. */
  rounds: (index) => draw(turn, Math.floor(index / words), index % words),
  /** One site and round, replication after replication: what an ensemble averages over. */
  replications: (index) => draw(turn, index % words, Math.floor(index / words)),
  /** As a simulation asks: twelve sites in each of forty rounds of one replication after the other. */
  simulation: (index) => draw(sites[index % 12] ?? turn, Math.floor(index / 480), Math.floor(index / 12) % 40),
  /** One round and replication, site after site. */
  sites: (index) => draw(siteKey(key, `turn:actor${index}`), 0, 0),
  /** One site, round and replication, under seeds that count up. */
  seeds: (index) => draw(siteKey(keyOfSeed(String(index)), "turn:russia"), 0, 0),
};

function stream(axis: Axis, from: number): void {
  const chunk = new Uint32Array(1 << 14);
  const bytes = new Uint8Array(chunk.buffer);
  try {
    for (let start = from; ; start += chunk.length) {
      for (let index = 0; index < chunk.length; index++) chunk[index] = axis(start + index);
      for (let written = 0; written < bytes.length; ) written += writeSync(1, bytes, written);
    }
  } catch (error) {
    // The battery has read enough and closed the pipe.
    if (!(error instanceof Error && "code" in error && error.code === "EPIPE")) throw error;
  }
}

const [name = "", from = "0"] = process.argv.slice(2);
const axis = axes[name];
if (axis === undefined) {
  process.stderr.write(`usage: node bench/battery.ts ${Object.keys(axes).join(" | ")} [FROM]\n`);
  process.exitCode = 2;
} else {
  stream(axis, Number(from));
}
