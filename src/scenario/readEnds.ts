/**
 * Reads what is said of ends: which outcomes wait for the horizon, groups of outcomes, and the headline.
 *
 * An outcome that waits needs a horizon that runs without a variant have too: a variant can set another horizon, but none
 * can take one away. Groups hold outcomes, never groups, so that what a group counts stands in one place.
 */
import { complainUnknown } from "./declaration.ts";
import type { OutcomeGroup } from "./model.ts";
import { childOf, type Entry, entriesOf, entryOf, type MapNode, textsOf } from "./node.ts";
import type { Reader } from "./reader.ts";

/** Whether an outcome is tested at the horizon alone; complains where that cannot be. */
export function readAtEnd(reader: Reader, { key, value }: Entry): boolean {
  const entry = entryOf(value, "at");
  if (entry === null) return false;
  const { complaints } = reader;
  if (entryOf(value, "otherwise") !== null) {
    complaints.error(
      "outcome-kind",
      entry.key,
      `the outcome \`${key.text}\` is \`otherwise\`, which comes at the end by itself`,
      "remove `at`",
    );
    return false;
  }
  if (reader.time.rounds === null) {
    complaints.error(
      "end-without-horizon",
      entry.key,
      `the outcome \`${key.text}\` is tested when the last round is over, but the scenario has no last round`,
      "add `rounds: 12` under `clock`, or remove `at: end`",
    );
  }
  return true;
}

/** Reads the groups of outcomes. */
export function readGroups(reader: Reader, root: MapNode): readonly OutcomeGroup[] {
  return entriesOf(childOf(root, "groups")).map((entry) => ({ id: entry.key.text, of: readMembers(reader, entry) }));
}

function readMembers(reader: Reader, { key, value }: Entry): readonly string[] {
  const { complaints, names } = reader;
  const listed = textsOf(childOf(value, "of"));
  const members: string[] = [];
  for (const node of listed) {
    if (names.groups.has(node.text)) {
      complaints.error(
        "group-in-group",
        node,
        `\`${node.text}\` is a group, and a group consists of outcomes`,
        "list the outcomes that are meant",
      );
    } else if (!names.outcomes.has(node.text)) complainUnknown(complaints, node, "outcome", names.outcomes);
    else if (members.includes(node.text)) {
      complaints.error(
        "duplicate-member",
        node,
        `\`${node.text}\` is listed twice in the group \`${key.text}\``,
        "remove one",
      );
    } else members.push(node.text);
  }
  if (listed.length === 0 && entryOf(value, "of") !== null) {
    complaints.error(
      "empty-group",
      entryOf(value, "of")?.key ?? key,
      `the group \`${key.text}\` has no outcomes, so no run could end in it`,
      "list some, such as `of: [war, occupation]`",
    );
  }
  return members;
}

/** Reads which outcome or group matters most; null where nothing is said. */
export function readHeadline(reader: Reader, root: MapNode): string | null {
  const { outcomes, groups } = reader.names;
  return reader.reference(childOf(root, "headline"), "outcome or group", [...outcomes, ...groups.keys()]);
}
