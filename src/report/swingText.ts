/**
 * Turning points for the terminal: which decisions moved which outcome, and by how much. Computes nothing but layout.
 */

import type { Swing } from "../ensemble/swing.ts";
import type { Naming } from "./naming.ts";
import { decimalsFor, grouped, percent, points } from "./number.ts";
import type { Paint } from "./paint.ts";

/** Decisions listed for an outcome. */
const listed = 5;

/** The turning points as text, ending with a line break. */
export function swingText(swing: Swing, naming: Naming, date: (round: number) => string, paint: Paint): string {
  const choice = (move: string): string => (move === "hold" ? "Hold" : naming.name("moves", move));
  const head = [
    paint("bold", `${naming.title} (${swing.scenario}): turning points of one run`),
    paint(
      "dim",
      `variant ${swing.variant} · ${swing.decisions.length} decisions · ${grouped(swing.runs)} continuations from each option · seed ${swing.seed} · model ${swing.model.slice(0, 12)}`,
    ),
    "",
  ];
  const outcomes = [...new Set(swing.ranking.map(({ outcome }) => outcome))];
  const rounds = new Map(swing.decisions.map(({ position, round }) => [position, round]));
  const blocks = outcomes.flatMap((outcome) => {
    const clear = swing.ranking.filter((turn) => turn.outcome === outcome && (turn.low > 0 || turn.high < 0));
    const rows = clear.slice(0, listed).flatMap((turn) => {
      const decimals = decimalsFor(turn);
      const interval = `${points(turn.low, decimals)} to ${points(turn.high, decimals)}`;
      const own = shareOf(swing, turn.position, turn.actor, turn.chosen, outcome);
      return [
        `  ${date(rounds.get(turn.position) ?? 0)}, position ${turn.position}, ${naming.name("actors", turn.actor)}: ${choice(turn.chosen)} (${percent(own, decimals)} %)`,
        `      instead ${choice(turn.alternative)}: ${points(turn.difference, decimals)} points (${interval})`,
      ];
    });
    const none = ["  no decision moved it clearly"];
    const more = clear.length > listed ? [paint("dim", `  and ${clear.length - listed} more decisions, less`)] : [];
    return [paint("bold", naming.ending(outcome)), ...(rows.length === 0 ? none : rows), ...more, ""];
  });
  const caption = [
    "Each line names what was chosen, how often the outcome follows from there, and how the farthest alternative would",
    "have changed that, in the same luck, by policy for everybody afterwards. The shares describe the model.",
  ];
  return `${[...head, ...blocks, ...caption].join("\n")}\n`;
}

function shareOf(swing: Swing, position: number, actor: string, move: string, outcome: string): number {
  const decision = swing.decisions.find((one) => one.position === position && one.actor === actor);
  const option = decision?.options.find((one) => one.move === move);
  return (option?.outcomes[outcome] ?? option?.groups[outcome])?.share ?? 0;
}
