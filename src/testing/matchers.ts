/**
 * Matchers for vitest that speak of rules: `toHold`, `toReach`, `toConformTo`, `toAgreeWith`.
 *
 * ```ts
 * expect.extend(demarcheMatchers);
 * expect(run).toHold("appeal_first");
 * ```
 *
 * A matcher that fails prints a dated chronicle up to where the run shows its point, and one line that makes or opens
 * that run again. What is wrong in the test itself (an unknown property, a condition that does not fit) is thrown.
 */
// Brings vitest into a build that has no other use of it, so that the declaration below has a module to add to.
import type {} from "vitest";
import type { Kernel } from "../kernel/kernel.ts";
import { Mistake } from "../scenario/mistake.ts";
import { disagreement, traceOnKernel, traceOnMachine } from "./agreement.ts";
import { admission, departure, type HistoryEntry } from "./conformance.ts";
import type { LoadedScenario } from "./loadedScenario.ts";
import { drawOn, prepareScenario, type Run, type RunOptions } from "./run.ts";
import { type ToldRun, tellRun } from "./tellRun.ts";
import {
  type ClaimOptions,
  propertyOf,
  reachedByRun,
  reachedByScenario,
  type Verdict,
  verdictOnRun,
  verdictOnScenario,
} from "./verdict.ts";

/** The matchers, as vitest sees them. */
export interface DemarcheMatchers<R = void> {
  /**
   * A property of the scenario holds: of this run, or of every run of the scenario. A scenario is explored where its
   * states are few enough, else runs are generated; the message says which.
   */
  toHold(property: string, options?: ClaimOptions): R;
  /** An outcome or a condition is reached: by this run, or by some run of the scenario. */
  toReach(target: string, options?: ClaimOptions): R;
  /** What is recorded happens, and nothing else up to the last entry; without entries, the scenario's own history. */
  toConformTo(history?: readonly HistoryEntry[], options?: RunOptions): R;
  /** The kernel makes the same run, step by step: this one, or the first replications of the seed. */
  toAgreeWith(kernel: Kernel, options?: RunOptions & { readonly numRuns?: number }): R;
}

declare module "vitest" {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> extends DemarcheMatchers<R> {
    /** What is expected of; only named here, so that the declarations agree. */
    readonly __received?: T;
  }
}

/** What a matcher needs to know of the test that it stands in. */
interface Context {
  readonly isNot?: boolean;
  readonly currentTestName?: string;
}

interface Result {
  readonly pass: boolean;
  readonly message: () => string;
}

/** For `expect.extend`. */
export const demarcheMatchers = {
  toHold(this: Context, received: unknown, property: string, options: ClaimOptions = {}): Result {
    const subject = subjectOf(received, "toHold");
    const verdict =
      "events" in subject
        ? verdictOnRun(subject, propertyOf(subject.prepared.scenario.model, property))
        : verdictOnScenario(subject, property, options);
    const { texts } = scenarioOf(subject);
    const claim = texts.claims[`properties.${property}`];
    const named = claim === undefined ? property : `${property} ("${claim}")`;
    return answer(this, verdict, {
      claim: [named, `hold of ${nameOf(subject)}`],
      yes: "it holds",
      no: "it does not",
      name: property,
    });
  },

  toReach(this: Context, received: unknown, target: string, options: ClaimOptions = {}): Result {
    const subject = subjectOf(received, "toReach");
    const verdict = "events" in subject ? reachedByRun(subject, target) : reachedByScenario(subject, target, options);
    return answer(this, verdict, {
      claim: [nameOf(subject), `reach ${target}`],
      yes: "it does",
      no: "it does not",
      name: target,
    });
  },

  toConformTo(this: Context, received: unknown, history?: readonly HistoryEntry[], options: RunOptions = {}): Result {
    const subject = subjectOf(received, "toConformTo");
    const words = { claim: [nameOf(subject), "conform to the history"] as const, name: "history" };
    if (!("events" in subject)) {
      const { admits, words: why } = admission(subject, history, options);
      return answer(this, { holds: admits, known: "", shown: null }, { ...words, yes: why, no: why });
    }
    const found = departure(subject, history);
    const until = found?.position ?? subject.events.length - 1;
    const verdict = { holds: found === null, known: "", shown: toldRun(subject, until) };
    return answer(this, verdict, { ...words, yes: "it does", no: found?.reason ?? "" });
  },

  toAgreeWith(
    this: Context,
    received: unknown,
    kernel: Kernel,
    options: RunOptions & { readonly numRuns?: number } = {},
  ): Result {
    const subject = subjectOf(received, "toAgreeWith");
    const words = { claim: [nameOf(subject), "agree with the kernel"] as const, name: "kernel", yes: "it does" };
    if ("events" in subject) {
      if (!subject.drawn) {
        const how = "take one by `drawRun`, or `runs` by policy";
        throw new Mistake("only a run that was drawn from its seed can be held against a kernel", how);
      }
      const found = heldAgainst(subject, kernel);
      return answer(this, found ?? agreed(subject), { ...words, no: found?.known ?? "" }, "");
    }
    const { numRuns = 100, ...rest } = options;
    const prepared = prepareScenario(subject, rest);
    for (let replication = 0; replication < numRuns; replication++) {
      const found = heldAgainst(drawOn(prepared, replication), kernel);
      if (found !== null) {
        return answer(this, found, { ...words, no: `in replication ${replication}, ${found.known}` }, "");
      }
    }
    const known = `in all of the first ${numRuns} replications of seed ${prepared.seed}`;
    return answer(this, { holds: true, known, shown: null }, { ...words, no: "" });
  },
};

/** How a run and the kernel's differ, as a verdict; null where they do not. */
function heldAgainst(run: Run, kernel: Kernel): Verdict | null {
  const { seed, scenario } = run.prepared;
  const machine = traceOnMachine(run, kernel.layout);
  const found = disagreement(machine, traceOnKernel(kernel, scenario.model, seed, run.replication));
  if (found === null) return null;
  const until = Math.min(found.step, run.events.length - 1);
  return { holds: false, known: found.words, shown: toldRun(run, until) };
}

const agreed = (run: Run): Verdict => ({ holds: true, known: "", shown: toldRun(run, run.events.length - 1) });

function toldRun(run: Run, until: number): ToldRun {
  return { prepared: run.prepared, events: run.events, until, drawn: run.drawn ? run.replication : null };
}

interface Words {
  /** What was expected: of what, and what it should do. */
  readonly claim: readonly [subject: string, verb: string];
  /** What is so instead, where it holds and where it does not. */
  readonly yes: string;
  readonly no: string;
  /** Names the run that is kept. */
  readonly name: string;
}

function answer(context: Context, { holds, known, shown }: Verdict, words: Words, how = known): Result {
  return {
    pass: holds,
    message: () => {
      const [subject, verb] = words.claim;
      const claim = `${subject} ${context.isNot === true ? "not to" : "to"} ${verb}`;
      const head = `expected ${claim}, but ${holds ? words.yes : words.no}${how === "" ? "" : `: ${how}`}`;
      if (shown === null) return head;
      return `${head}\n\n${tellRun(shown, `${words.name}${markOf(context)}`)}`;
    },
  };
}

/** Tells apart runs that several tests keep under one name: a short mark of the test's own name. */
function markOf({ currentTestName = "" }: Context): string {
  let mark = 0;
  for (const letter of currentTestName) mark = (Math.imul(mark, 31) + (letter.codePointAt(0) ?? 0)) >>> 0;
  return currentTestName === "" ? "" : `.${mark.toString(16).padStart(8, "0")}`;
}

type Subject = Run | LoadedScenario;

const scenarioOf = (subject: Subject): LoadedScenario => ("events" in subject ? subject.prepared.scenario : subject);

const nameOf = (subject: Subject): string =>
  "events" in subject ? `this run of ${subject.prepared.scenario.model.id}` : subject.model.id;

function subjectOf(received: unknown, matcher: string): Subject {
  if (isRun(received) || isScenario(received)) return received;
  throw new Mistake(
    `${matcher} is expected of a run or of a scenario`,
    "make a run with `runs`, `drawRun` or `playChoices`, and a scenario with `loadScenario` or `scenarioFromText`",
  );
}

function isRun(received: unknown): received is Run {
  return typeof received === "object" && received !== null && "events" in received && "prepared" in received;
}

function isScenario(received: unknown): received is LoadedScenario {
  return typeof received === "object" && received !== null && "model" in received && "asked" in received;
}
