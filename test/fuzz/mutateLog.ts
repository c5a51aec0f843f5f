/**
 * Logs that nobody recorded: runs of generated scenarios whose bytes or events are mutated by a seed.
 *
 * Where events were changed, the chain is made anew over them, so that what reads a log cannot rely on its digests.
 */
import fc from "fast-check";
import type { RunEvent } from "../../src/engine/event.ts";
import { playOpen, startSession } from "../../src/engine/play.ts";
import { prepareEngine } from "../../src/engine/session.ts";
import { treat } from "../../src/engine/treatment.ts";
import { extendChain } from "../../src/log/chain.ts";
import { printLines } from "../../src/log/logText.ts";
import { readScenario } from "../../src/scenario/scenario.ts";
import { documentText, tameScenarioArbitrary } from "../../src/testing/scenarioArbitrary.ts";
import { Dice } from "../dice.ts";

/** The mutated log of a seed. */
export function mutatedLog(seed: string): string {
  const dice = new Dice(seed);
  const events = recorded(dice);
  if (dice.falls(0.4)) return mutateBytes(printLines(extendChain(undefined, events), {}), dice);
  const changed = structuredClone(events) as unknown as Record<string, unknown>[];
  for (let times = 1 + dice.below(3); times > 0; times--) mutateEvents(changed, dice);
  try {
    return printLines(extendChain(undefined, changed as unknown as RunEvent[]), {});
  } catch {
    // What has no canonical form cannot stand in a log.
    return "";
  }
}

function recorded(dice: Dice): readonly RunEvent[] {
  const [generated] = fc.sample(tameScenarioArbitrary, { numRuns: 1, seed: dice.below(2 ** 31) });
  if (generated === undefined) return [];
  const text = documentText(generated);
  const { scenario } = readScenario({ file: "generated.yaml", text });
  if (scenario === null) throw new Error("a generated scenario has an error");
  const engine = prepareEngine(scenario.model, treat(scenario.model));
  const document = { id: scenario.model.id, text };
  const start = startSession(engine, { seed: "fuzz", replication: 0, model: scenario.hash, document });
  const events = [...start.events];
  playOpen({ session: start.session, limit: 4 }, (made) => events.push(...made));
  return events;
}

function mutateBytes(text: string, dice: Dice): string {
  const at = dice.below(text.length + 1);
  const lines = text.split("\n");
  switch (dice.below(4)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return (
        text.slice(0, at) +
        dice.one(["\u0000", '"', "{", "}", "\n", "9", "\ud800", ","]) +
        text.slice(at + dice.below(2))
      );
    case 2:
      return lines.toSpliced(dice.below(lines.length), 1).join("\n");
    default:
      return lines.toSpliced(dice.below(lines.length), 0, dice.one(lines)).join("\n");
  }
}

const values: readonly unknown[] = [
  null,
  "",
  "constructor",
  "__proto__",
  -1,
  0,
  1e308,
  2 ** 53,
  0.5,
  true,
  [],
  {},
  "\u001b[2J",
];

function mutateEvents(events: Record<string, unknown>[], dice: Dice): void {
  const index = dice.below(events.length);
  const event = events[index];
  if (event === undefined) return;
  switch (dice.below(5)) {
    case 0:
      events.splice(index, 1);
      return;
    case 1:
      events.splice(dice.below(events.length), 0, structuredClone(event));
      return;
    case 2:
      [events[index], events[0]] = [events[0] ?? event, event];
      return;
    default: {
      const owners = mapsIn(event);
      const owner = dice.one(owners);
      const keys = Object.keys(owner);
      if (keys.length > 0) owner[dice.one(keys)] = dice.one(values);
    }
  }
}

function mapsIn(value: unknown): Record<string, unknown>[] {
  if (typeof value !== "object" || value === null) return [];
  return [value as Record<string, unknown>, ...Object.values(value).flatMap(mapsIn)];
}
