/**
 * `npm run bench [-- SECTION ...]`: what Demarche reaches on this machine, beside its aims and its peers. Nothing here
 * fails a build.
 */

import { benchClassroom } from "./classroom.ts";
import { benchExploration } from "./exploration.ts";
import { benchInteractive } from "./interactive.ts";
import { benchKernel } from "./kernel.ts";
import { benchLog } from "./log.ts";
import { benchPeers } from "./peers.ts";
import { benchSolution } from "./solution.ts";

const sections: Readonly<Record<string, () => void | Promise<void>>> = {
  interactive: benchInteractive,
  log: benchLog,
  ensembles: benchKernel,
  exploration: benchExploration,
  solution: benchSolution,
  classroom: benchClassroom,
  peers: benchPeers,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in sections));
if (unknown.length > 0) {
  console.error(`there is no section ${unknown.join(", ")}; there are ${Object.keys(sections).join(", ")}`);
  process.exitCode = 2;
} else {
  console.log(`Node ${process.version} on ${process.platform} ${process.arch}`);
  for (const name of asked.length > 0 ? asked : Object.keys(sections)) await sections[name]?.();
}
