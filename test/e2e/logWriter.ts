/**
 * A process that appends to one stream until it is killed, and tells on standard output what was acknowledged.
 *
 * Arguments: `file` or `sqlite`, a folder, a name for the writer. It prints a line `POSITION DIGEST` for each event
 * whose append returned, and a line `lost` for each append that another writer forestalled. An append is of one to
 * three events, so that there is something to tear.
 */
import { writeSync } from "node:fs";
import { fileStore } from "../../src/log/fileStore.ts";
import { runEventForm } from "../../src/log/schema.ts";
import { sqliteStore } from "../../src/log/sqliteStore.ts";
import { openStream } from "./openStream.ts";

const [kind, folder = "", name = ""] = process.argv.slice(2);
const store = kind === "sqlite" ? sqliteStore(`${folder}/runs.db`, runEventForm) : fileStore(folder, runEventForm);

let next = (await store.read("run")).length;
for (let count = 0; ; count++) {
  const result = await store.append("run", { expected: next, events: openStream(next, name, count) });
  if ("appended" in result) {
    writeSync(1, result.appended.map(({ position, digest }) => `${position} ${digest}\n`).join(""));
    next += result.appended.length;
  } else if ("conflict" in result) {
    writeSync(1, "lost\n");
    next = result.conflict.actual;
  }
}
