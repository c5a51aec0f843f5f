/**
 * The undisturbed room, in a process of its own: a teacher and two seats who do what a class does, four times a second,
 * and measure how long it takes until the other screen shows it.
 *
 * Told by its parent to stop, it says what it measured.
 */
import { performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { Participant } from "../../src/cli/participant.ts";

/** What the probe measured, in milliseconds. */
export interface Measured {
  readonly clicks: number;
  readonly median: number;
  /** The 99th percentile. */
  readonly late: number;
  readonly longest: number;
  /** What went wrong, one sentence each. */
  readonly failures: readonly string[];
}

/** Milliseconds between two clicks; a seat may say something every two seconds, so the teacher speaks in between. */
const paceMs = 250;

const [address = "", desk = "", code = "", secret = ""] = process.argv.slice(2);
let going = true;
process.on("message", () => {
  going = false;
});
process.on("disconnect", () => process.exit(0));

const teacher = await Participant.teach(desk, code, secret);
const [one, other] = [
  await Participant.join(address, code, "Ines", null),
  await Participant.join(address, code, "Oleg", null),
];
await teacher.ask({ type: "Admit", seat: "s1", role: "usa" });
await teacher.ask({ type: "Admit", seat: "s2", role: "russia" });
await teacher.ask({ type: "GoOn" });
await teacher.ask({ type: "GoOn" });
process.send?.("ready");

const taken: number[] = [];
const failures: string[] = [];
for (let click = 0; going; click++) {
  const begun = performance.now();
  const text = `click ${click}`;
  try {
    const seen = other.until(({ messages }) => messages?.at(-1)?.text === text);
    const refused =
      click % 10 === 0
        ? await one.ask({ type: "Say", to: "all", text })
        : await teacher.ask({ type: "Broadcast", text });
    if (refused !== null) failures.push(`click ${click} was refused: ${refused}`);
    await seen;
    taken.push(performance.now() - begun);
  } catch (error) {
    failures.push(`click ${click}: ${String(error)}`);
    if (failures.length > 20) break;
  }
  await wait(Math.max(0, paceMs - (performance.now() - begun)));
}
const sorted = taken.toSorted((a, b) => a - b);
const at = (share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
const measured: Measured = { clicks: taken.length, median: at(0.5), late: at(0.99), longest: at(1), failures };
process.send?.(measured, () => process.exit(0));
