/**
 * The fuzz run: `npm run test:fuzz -- --documents 20000 --logs 5000 --seed 1 [--from 0] [--threads 2]`.
 *
 * Mutated documents and logs go through everything that reads one. A finding is an exception that is no refusal, exit
 * code 70, more than two seconds of processor time, or a thread that hangs or runs out of memory; it is told with its
 * seed and the smallest text that still shows it. Exit code 1 where there is any.
 */
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { type Answer, type Task, textOf } from "./worker.ts";

const secondsMax = 2;
/** Processor time after which a thread is taken to hang. */
const hangsAfter = 30;
/** A second of wall time, after which it is looked at again. */
const lookEvery = 1000;
/** Processor time that may be spent in search of a smaller text. */
const smallestMax = 40;
const memoryMax = 1024;

const { values } = parseArgs({
  options: {
    documents: { type: "string", default: "20000" },
    logs: { type: "string", default: "5000" },
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
    threads: { type: "string", default: "2" },
  },
});

/** A thread that is made anew where it hung or died. */
class Thread {
  #worker: Worker | null = null;

  async try(task: Task): Promise<Answer> {
    const worker = this.#worker ?? this.#start();
    return new Promise((resolve) => {
      let before: number | null = null;
      const look = async (): Promise<void> => {
        const { user, system } = await worker.cpuUsage();
        const spent = (user + system) / 1e6;
        before ??= spent;
        if (spent - before < hangsAfter) return;
        answer({ finding: "it hangs", seconds: spent - before }, true);
      };
      const answer = (found: Answer, lost: boolean): void => {
        clearInterval(timer);
        worker.off("message", told).off("error", died);
        if (lost) {
          this.#worker = null;
          void worker.terminate();
        }
        resolve(found);
      };
      const told = (found: Answer): void => answer(found, false);
      const died = (error: unknown): void => answer({ finding: `the thread died: ${String(error)}`, seconds: 0 }, true);
      // A thread that died meanwhile tells so itself.
      const timer = setInterval(() => void look().catch(() => null), lookEvery);
      worker.on("message", told).on("error", died);
      worker.postMessage(task);
    });
  }

  #start(): Worker {
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: memoryMax },
    });
    return this.#worker;
  }

  async end(): Promise<void> {
    await this.#worker?.terminate();
  }
}

const verdict = ({ finding, seconds }: Answer): string | null =>
  finding ?? (seconds > secondsMax ? `${seconds.toFixed(1)} s of processor time` : null);

/** The smallest text, by lines and then by characters, that still shows a finding of the same kind. */
async function smallest(thread: Thread, task: Task, first: string): Promise<string> {
  const kindOf = (found: string): string => found.replaceAll(/[\d.]+|`[^`]*`/g, "");
  let text = textOf(task);
  let trials = 0;
  let seconds = 0;
  for (const split of ["\n", ""]) {
    let parts = text.split(split);
    for (let size = Math.ceil(parts.length / 2); size >= 1; size = Math.floor(size / 2)) {
      for (let at = 0; at < parts.length && trials < 300 && seconds < smallestMax; ) {
        const less = parts.toSpliced(at, size);
        trials++;
        const answered = await thread.try({ ...task, text: less.join(split) });
        seconds += answered.seconds;
        const found = verdict(answered);
        if (found !== null && kindOf(found) === kindOf(first)) parts = less;
        else at += size;
      }
    }
    text = parts.join(split);
  }
  return text;
}

async function main(): Promise<void> {
  const from = Number(values.from);
  const waiting = [...tasks("document", Number(values.documents), from), ...tasks("log", Number(values.logs), from)];
  const queue = waiting.values();
  let done = 0;
  const told = new Set<string>();
  let findings = 0;
  const progress = (): string => {
    const { user, system } = process.cpuUsage();
    const most = process.resourceUsage().maxRSS / 1024;
    const cost = `${((user + system) / 1e6).toFixed(0)} s of processor time, at most ${most.toFixed(0)} MB`;
    return `${done} of ${waiting.length} tried, ${findings} findings, ${cost}`;
  };
  const work = async (): Promise<void> => {
    const thread = new Thread();
    for (const task of queue) {
      const found = verdict(await thread.try(task));
      if (++done % 500 === 0) console.log(progress());
      if (found === null) continue;
      findings++;
      console.log(`\n${task.kind} ${task.seed}: ${found}`);
      const kind = found.replaceAll(/\d+/g, "");
      if (told.has(kind) || found === "it hangs") continue;
      told.add(kind);
      console.log(`smallest: ${JSON.stringify((await smallest(thread, task, found)).slice(0, 2000))}`);
    }
    await thread.end();
  };
  await Promise.all(Array.from({ length: Number(values.threads) }, work));
  console.log(progress());
  if (findings > 0) process.exitCode = 1;
}

function tasks(kind: Task["kind"], count: number, from: number): readonly Task[] {
  return Array.from({ length: count }, (_, index) => ({ kind, seed: `${values.seed}/${kind}/${from + index}` }));
}

await main();
