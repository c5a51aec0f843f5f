/**
 * A thread of the pool for short work: it does one piece after the other and says what each came to.
 */
import { parentPort, workerData } from "node:worker_threads";
import { fileStore } from "../log/fileStore.ts";
import { runEventForm } from "../log/schema.ts";
import { Mistake } from "../scenario/mistake.ts";
import { RunStore } from "../studio/runStore.ts";
import { classWork } from "./classWork.ts";
import { openLibrary } from "./library.ts";
import { RefusedRequest } from "./refusal.ts";
import type { ShortAsk, ThreadTold } from "./shortWork.ts";
import { studioWork } from "./studioWork.ts";
import type { Told } from "./threadPool.ts";

const { folders, runs } = workerData as ThreadTold;
const desk = {
  library: openLibrary(folders),
  runStore: new RunStore(fileStore(runs, runEventForm, { isPrivate: true })),
};
const say = (told: Told): void => parentPort?.postMessage(told);

async function work({ of, ask }: ShortAsk): Promise<void> {
  try {
    const answer = of === "studio" ? await studioWork(ask, desk) : classWork(ask);
    say({ type: "answer", text: typeof answer === "string" ? answer : JSON.stringify(answer) });
  } catch (error) {
    say(refusalOf(error));
  }
}

parentPort?.on("message", (asked: ShortAsk) => void work(asked));
say({ type: "ready" });

function refusalOf(error: unknown): Told {
  if (!(error instanceof Mistake)) {
    return { type: "failed", reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  const { message, hint } = error;
  const status = error instanceof RefusedRequest ? error.status : 400;
  return { type: "refused", status, message, hint };
}
