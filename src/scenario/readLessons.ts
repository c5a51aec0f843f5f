/**
 * Reads how lessons divide their time: minutes for the briefing, for each round and for the debrief.
 *
 * A lesson is for people who teach with a scenario; it is no part of the model and changes no result.
 */
import { childOf, entriesOf, isBlank, itemsOf, type MapNode, type Node } from "./node.ts";
import type { Reader } from "./reader.ts";
import { counted } from "./wording.ts";

/** A division of a lesson's time. */
export interface Lesson {
  readonly id: string;
  /** The variant that is played; null for the scenario as it stands. */
  readonly variant: string | null;
  /** Minutes for reading the briefing. */
  readonly briefing: number;
  /** Minutes of each round, the reveal of its choices included. */
  readonly rounds: readonly number[];
  /** Minutes for the debrief. */
  readonly debrief: number;
  /** Minutes from the first word to the last. */
  readonly minutes: number;
}

const minutesMax = 600;

/** The variants that a lesson may play, with their horizons. */
type Variants = readonly { readonly id: string; readonly rounds: number | null }[];

/** Reads the lessons, each held against the horizon of what it plays. */
export function readLessons(reader: Reader, root: MapNode, variants: Variants): readonly Lesson[] {
  return entriesOf(childOf(root, "lessons")).map(({ key, value }) => {
    const ids = variants.map(({ id }) => id);
    const variant = reader.reference(childOf(value, "variant"), "variant", ids);
    const list = childOf(value, "rounds");
    const rounds = itemsOf(list).map((item) => readMinutes(reader, item));
    const horizon = variants.find(({ id }) => id === variant)?.rounds ?? reader.time.rounds;
    if (list !== null && horizon !== null && rounds.length !== horizon) {
      reader.complaints.error(
        "lesson-rounds",
        list,
        `the lesson \`${key.text}\` has minutes for ${counted(rounds.length, "round")}, but ${horizon} ${horizon === 1 ? "is" : "are"} played`,
        "give one number for each round, or name a variant with another number of `rounds`",
      );
    }
    const briefing = readMinutes(reader, childOf(value, "briefing"));
    const debrief = readMinutes(reader, childOf(value, "debrief"));
    const minutes = rounds.reduce((sum, round) => sum + round, briefing + debrief);
    return { id: key.text, variant, briefing, rounds, debrief, minutes };
  });
}

function readMinutes(reader: Reader, node: Node | null): number {
  if (node?.kind !== "scalar" || isBlank(node) || typeof node.value !== "number") return 0;
  if (node.value < 0 || node.value > minutesMax) {
    const message = `a part of a lesson takes 0 to ${minutesMax} minutes, not ${node.text}`;
    reader.complaints.error("lesson-minutes", node, message);
  }
  return node.value;
}
