/**
 * Takes a document or a log through everything that reads one, and says what should not have happened.
 *
 * Refusals (diagnostics, a `Mistake`) are as they should be; any other exception, and exit code 70, are findings. How
 * long it took is the caller's business.
 */
import { check } from "../../src/check/check.ts";
import { usualSampling } from "../../src/check/statistical.ts";
import { playOpen, startSession } from "../../src/engine/play.ts";
import { prepareEngine } from "../../src/engine/session.ts";
import { treat } from "../../src/engine/treatment.ts";
import { exportMarkdown } from "../../src/export/markdown.ts";
import { exportMermaid } from "../../src/export/mermaid.ts";
import { exportPrism } from "../../src/export/prism.ts";
import { exportXstate } from "../../src/export/xstate.ts";
import { formatDiagnostics } from "../../src/scenario/diagnosticText.ts";
import { Mistake } from "../../src/scenario/mistake.ts";
import { readScenario, type Scenario } from "../../src/scenario/scenario.ts";
import { describeScenario } from "../../src/studio/description.ts";
import { CliSession } from "../e2e/cliSession.ts";

/** What was found, or null. */
export type Finding = string | null;

const uses: Readonly<Record<string, (scenario: Scenario) => unknown>> = {
  describe: describeScenario,
  mermaid: exportMermaid,
  markdown: exportMarkdown,
  xstate: exportXstate,
  prism: (scenario) => exportPrism(scenario, treat(scenario.model)),
  run({ model, hash }) {
    const engine = prepareEngine(model, treat(model));
    const document = { id: model.id, text: "" };
    const start = startSession(engine, { seed: "fuzz", replication: 0, model: hash, document });
    playOpen({ session: start.session, limit: 3 });
  },
  check({ model }) {
    const asked = model.properties
      .filter(({ kind }) => kind !== "share")
      .map(({ id }) => id)
      .slice(0, 3);
    const signal = { aborted: false };
    const search = check({
      model,
      treatment: treat(model),
      choices: "open",
      limits: { statesMax: 200, bytesMax: 2 ** 28 },
      signal,
      asked,
      sampling: { ...usualSampling, seed: "fuzz" },
    });
    // What the searches leave undecided would be tested on a hundred thousand runs, each of a million rounds at most.
    for (let step = search.next(); step.done !== true; step = search.next()) {
      const { property, runs } = step.value;
      signal.aborted = runs !== undefined || property === asked.at(-1);
    }
  },
};

/** Reads a document and does everything with it that can be done. */
export function tryDocument(text: string): Finding {
  const file = "fuzz.yaml";
  let doing = "read";
  try {
    const { scenario, diagnostics } = readScenario({ file, text });
    formatDiagnostics(diagnostics, new Map([[file, text]]), { colour: false });
    if (scenario === null && diagnostics.length === 0) return "read: refused without a word";
    if (diagnostics.some(({ span }) => !(span.line >= 1 && span.column >= 1)))
      return "read: a complaint without a place";
    if (scenario === null) return null;
    for (const [use, run] of Object.entries(uses)) {
      doing = use;
      try {
        run(scenario);
      } catch (error) {
        if (!(error instanceof Mistake)) throw error;
      }
    }
    return null;
  } catch (error) {
    return `${doing}: ${told(error)}`;
  }
}

function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const place = /\n\s+at .*?([\w./]+\.ts:\d+)/.exec(error.stack ?? "")?.[1] ?? "";
  return `${error.name}: ${error.message.slice(0, 200)} ${place.replace(/^.*\/src\//, "src/")}`;
}

/** Has a log verified, replayed, viewed and forked from the command line. */
export async function tryLog(text: string): Promise<Finding> {
  const session = new CliSession();
  try {
    session.write("fuzz.jsonl", text);
    const commands = [
      ["verify", "fuzz.jsonl"],
      ["replay", "fuzz.jsonl"],
      ["replay", "fuzz.jsonl", "--json"],
      ["replay", "fuzz.jsonl", "--as", "usa"],
      ["replay", "fuzz.jsonl", "--as", "public", "--json"],
      ["diff", "fuzz.jsonl", "fuzz.jsonl"],
      // A fork plays on to the end, which a run without a near horizon may not have.
      ...(/"rounds":\d{1,3}[,}]/.test(text)
        ? [
            ["fork", "fuzz.jsonl", "--at", "2", "--seed", "other", "--log", "fork.jsonl"],
            ["fork", "fuzz.jsonl", "--at", "1", "--hold", "--log", "held.jsonl"],
          ]
        : []),
    ];
    for (const command of commands) {
      const { code, err } = await session.run(command);
      if (code === 70) return `${command.join(" ")}: ${err.slice(0, 400)}`;
    }
    return null;
  } catch (error) {
    return told(error);
  } finally {
    session.remove();
  }
}
