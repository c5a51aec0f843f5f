/**
 * Language versions: documents of an older version are brought up to the present one, step by step, as trees.
 *
 * Each upgrade rewrites keys and keeps every node's place, so complaints about an upgraded document still point at
 * what its author wrote. A document of a newer version is refused with one message.
 */
import type { Complaints } from "./complaints.ts";
import {
  childOf,
  type Entry,
  entriesOf,
  entryOf,
  isBlank,
  isTrue,
  type MapNode,
  type Node,
  type ScalarNode,
  textOf,
} from "./node.ts";

/** The language version that this release reads and writes. */
const languageVersion = 2;

/** How a document of version N becomes one of version N + 1, at index N. */
const upgrades: readonly ((root: MapNode) => MapNode)[] = [horizonIntoClock, asWritten];

/** The document in the present version, or null after a complaint. */
export function upgradeDocument(root: MapNode, complaints: Complaints): MapNode | null {
  const entry = entryOf(root, "demarche");
  const first = root.entries[0]?.key ?? root;
  if (entry === null) {
    complaints.error(
      "missing-version",
      first,
      "the document does not say that it is a scenario, and in which version of the language",
      `begin with \`demarche: ${languageVersion}\``,
    );
    return root;
  }
  const { value } = entry;
  const version = value.kind === "scalar" ? value.value : null;
  if (typeof version !== "number" || !Number.isInteger(version) || version < 0) {
    complaints.error(
      "bad-version",
      value.kind === "scalar" && isBlank(value) ? entry.key : value,
      "the version of the language is a whole number",
      `write \`demarche: ${languageVersion}\``,
    );
    return root;
  }
  if (version > languageVersion) {
    complaints.error(
      "newer-version",
      value,
      `the scenario is written in version ${version} of the language, but this release of Demarche reads versions up to ${languageVersion}`,
      "update Demarche",
    );
    return null;
  }
  if (version < 2) tellChanges(root, value, complaints);
  return upgrades.slice(version).reduce((document, upgrade) => upgrade(document), root);
}

/** Says what of a document's meaning is no longer what its version said; nothing where all is as it was. */
function tellChanges(root: MapNode, written: Node, complaints: Complaints): void {
  const variants = entriesOf(childOf(root, "variants")).map(({ value }) => value);
  const isTogether = [root, ...variants].some((part) => textOf(childOf(part, "turns")) === "simultaneous");
  const mustMove = entriesOf(childOf(root, "actors")).some(({ value }) => isTrue(childOf(value, "must_move")));
  const isEndless =
    childOf(childOf(root, "clock"), "rounds") === null && childOf(childOf(root, "clock"), "dates") === null;
  const isScripted = variants.some((variant) => childOf(variant, "script") !== null);
  const changed = [
    ...(isTogether
      ? ["moves made together read the state as the turns opened, add up, and settle by lot what they contest"]
      : []),
    ...(mustMove ? ["an actor that must move holds where all weights of its policy are zero"] : []),
    ...(isEndless && isScripted ? ["a script keeps a run going to its last entry and no longer"] : []),
  ];
  if (changed.length === 0) return;
  complaints.warning(
    "upgraded",
    written,
    `the document is read as version ${languageVersion} of the language, in which ${changed.join("; ")}`,
    `if that is what you mean, write \`demarche: ${languageVersion}\``,
  );
}

/** Version 0 (before the first release) wrote `horizon: 40` at the top; version 1 writes `rounds: 40` in the clock. */
function horizonIntoClock(root: MapNode): MapNode {
  const horizon = entryOf(root, "horizon");
  if (horizon === null) return root;
  const rounds: Entry = { ...horizon, key: renamed(horizon.key, "rounds") };
  const clock = entryOf(root, "clock");
  const place = { start: horizon.key.start, end: horizon.value.end };
  const old = clock?.value.kind === "map" ? clock.value : null;
  const value: MapNode = { kind: "map", ...place, ...old, entries: [...(old?.entries ?? []), rounds] };
  const entry: Entry = { key: clock?.key ?? renamed(horizon.key, "clock"), value, bare: false };
  const rest = root.entries.filter((other) => other !== horizon && other !== clock);
  return { ...root, entries: [...rest, entry] };
}

/** Version 2 changed what documents mean, not how they are written. */
function asWritten(root: MapNode): MapNode {
  return root;
}

function renamed(key: ScalarNode, text: string): ScalarNode {
  return { ...key, value: text, text };
}
