/**
 * Three runs of the Geneva scenario to be read as chronicles: the middle one and the two extremes.
 *
 * Runs are ordered by how high they stood on the ladder on an average day; of equal ones the first replication counts.
 * Nothing is chosen by hand, so that an odd day would be read as well.
 */
import { luckOf } from "../../src/chance/draw.ts";
import { isRefused } from "../../src/engine/event.ts";
import { observe } from "../../src/engine/observer.ts";
import { openSession, prepareEngine, startRun } from "../../src/engine/session.ts";
import { treat } from "../../src/engine/treatment.ts";
import { columnsOf } from "../../src/ensemble/batch.ts";
import { simulatorOf } from "../../src/ensemble/simulator.ts";
import { tell } from "../../src/report/chronicle.ts";
import { chronicleText, endWords, resultText } from "../../src/report/chronicleText.ts";
import { namingOf } from "../../src/report/naming.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";

const seed = "demarche";
const runs = 10_000;

/** The middle and the two extreme replications, with their average height. */
function chosen({ model }: Scenario): readonly (readonly [string, number, number])[] {
  const { tallies } = columnsOf(model);
  const batch = simulatorOf(model, treat(model), seed)(0, runs);
  const ladder = tallies.indexOf("ladder");
  const heights = Array.from({ length: runs }, (_, replication) => ({
    replication,
    height: (batch.tallies[replication * tallies.length + ladder] ?? 0) / (batch.rounds[replication] ?? 1),
  })).toSorted((a, b) => a.height - b.height || a.replication - b.replication);
  const highest = heights.at(-1)?.height;
  const picks = [
    ["The middle run", heights[runs / 2]],
    ["The lowest run", heights[0]],
    ["The highest run", heights.find(({ height }) => height === highest)],
  ] as const;
  return picks.flatMap(([title, pick]) => (pick === undefined ? [] : [[title, pick.replication, pick.height] as const]));
}

/** One replication as a chronicle in plain text. */
function chronicleOf(scenario: Scenario, replication: number): string {
  const { model, hash } = scenario;
  const engine = prepareEngine(model, treat(model));
  const observer = observe(engine.law);
  const events = [...startRun(engine, { seed, replication, model: hash, document: { id: model.id, text: "" } })];
  const [first] = events;
  if (first?.type !== "RunStarted") throw new Error("a run starts with RunStarted");
  const session = openSession(engine, luckOf(seed, replication), first.state);
  observer.see(null, first, first.state);
  for (let next = events.slice(1); ; ) {
    for (const event of next) {
      const before = session.state;
      session.apply([event]);
      observer.see(before, event, session.state);
    }
    if (session.state.ended !== null) break;
    const proposed = session.proposeNext();
    if (isRefused(proposed)) throw new Error(proposed.message);
    next = [...proposed];
    events.push(...next);
  }
  const naming = namingOf(scenario);
  const layout = { columns: 100, paint: (_mark: string, text: string) => text, positions: false };
  const result = observer.result();
  return `${chronicleText(tell(events, model.clock, naming), layout)}\n${resultText(result, naming, endWords(result, naming), layout)}`;
}

/** The generated part of the page. */
export function chroniclesPage(scenario: Scenario): string {
  const parts = chosen(scenario).map(([title, replication, height]) =>
    [
      `## ${title}`,
      "",
      `\`demarche run ${scenario.model.id} --seed ${seed} --replication ${replication}\`; rung ${height.toFixed(1)} on an average day.`,
      "",
      "```text",
      chronicleOf(scenario, replication).trim(),
      "```",
    ].join("\n"),
  );
  return `Model \`${scenario.hash.slice(0, 12)}\`, seed \`${seed}\`, of ${runs} runs under the default.\n\n${parts.join("\n\n")}\n`;
}
