/**
 * A small comparison with everything that a report can show, made in a folder of its own.
 */
import { Readable } from "node:stream";
import { type Made, type ReportOptions, writeReport } from "../../src/cli/comparisonReport.ts";
import { type Terminal, terminalOver } from "../../src/cli/terminal.ts";
import { columnsOf } from "../../src/ensemble/batch.ts";
import { type CompareRequest, fullComparison, planComparison } from "../../src/ensemble/fullComparison.ts";
import { runPlan } from "../../src/ensemble/plan.ts";
import { simulatorOf } from "../../src/ensemble/simulator.ts";
import { readScenario } from "../../src/scenario/scenario.ts";
import { nameOf } from "../../src/scenario/texts.ts";
import { CliSession, islandCrisis } from "./cliSession.ts";

/** A comparison, and where its report goes. */
export interface MadeReport extends Made {
  readonly session: CliSession;
  readonly terminal: Terminal;
}

const request: CompareRequest = { variants: ["default", "landing"], assume: {}, policies: {}, rounds: null, points: 6 };

/** Compares the variants of a small crisis. */
export async function madeReport(edit: (text: string) => string = (text) => text): Promise<MadeReport> {
  const session = new CliSession();
  const { scenario, diagnostics } = readScenario({ file: "island.yaml", text: edit(islandCrisis) });
  if (scenario === null) throw new Error(JSON.stringify(diagnostics));
  const { model, hash, texts } = scenario;
  const plan = planComparison(model, request, "a", 60);
  const simulators = plan.treatments.map((treatment) => simulatorOf(model, treatment, "a"));
  const counts = runPlan(columnsOf(model), plan, simulators);
  const subject = { scenario: model.id, model: hash, request };
  const result = await fullComparison(subject, model, plan, counts, { workers: 1 });
  const names = {
    title: texts.title,
    outcome: (id: string) => nameOf(texts, "outcomes", id),
    variant: (id: string) => nameOf(texts, "variants", id),
    question: (id: string) => texts.questions[`variants.${id}`] ?? null,
  };
  const terminal = terminalOver({
    out: { write: () => true },
    err: { write: () => true },
    input: Readable.from([]),
    directory: session.directory,
    environment: {},
    onInterrupt: () => {},
  });
  return { asked: "island", session, terminal, scenario, plan, counts, result, names };
}

/** Writes the report. */
export async function addReport(made: MadeReport, options: Omit<ReportOptions, "sample">): Promise<void> {
  await writeReport(made.terminal, made, { ...options, sample: 40, workers: 1 });
}
