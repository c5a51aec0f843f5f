/**
 * Expands `later`: an effect that arrives some rounds after its step becomes a track and a rule.
 *
 * The track says whether something is under way, the rule lets it arrive once the track has stood so long. Both are
 * ordinary parts of the document, so everything behind sees nothing new. Where as much is under way as may be, a further
 * step goes beyond the track's last state, which is a fault of the model. The track of a step that some alone know of is
 * theirs too.
 */
import type { Complaints } from "./complaints.ts";
import {
  childOf,
  type Entry,
  entriesOf,
  entryOf,
  isTrue,
  itemsOf,
  type MapNode,
  type Node,
  type Range,
  type ScalarNode,
  textOf,
} from "./node.ts";

/** More of one effect cannot be under way at once. */
export const underWayMax = 20;

/** An effect does not arrive later than this. */
export const laterRoundsMax = 10_000;

/** The document with every `later` written out. */
export function expandLater(root: MapNode, complaints: Complaints): MapNode {
  const expander = new LaterExpander(complaints);
  const entries = root.entries.map((entry) =>
    (entry.key.text === "moves" || entry.key.text === "incidents") && entry.value.kind === "map"
      ? { ...entry, value: expander.section(entry.value) }
      : entry,
  );
  const { tracks, rules } = expander;
  if (tracks.length === 0) return { ...root, entries };
  return withSection(withSection({ ...root, entries }, "tracks", tracks), "rules", rules);
}

class LaterExpander {
  readonly tracks: Entry[] = [];
  readonly rules: Entry[] = [];
  readonly #complaints: Complaints;

  constructor(complaints: Complaints) {
    this.#complaints = complaints;
  }

  section(section: MapNode): MapNode {
    const entries = section.entries.map((entry) => {
      const viewers = viewersOf(entry.value, textOf(childOf(entry.value, "by")), null);
      const step = this.#expand(entry, entry.key.text, viewers);
      if (step.kind !== "map") return entry;
      const branches = entryOf(step, "branches");
      if (branches?.value.kind !== "map") return { ...entry, value: step };
      const of = branches.value.entries.map((branch) => ({
        ...branch,
        value: this.#expand(
          branch,
          `${entry.key.text}_${branch.key.text}`,
          viewersOf(branch.value, textOf(childOf(entry.value, "by")), viewers),
        ),
      }));
      return { ...entry, value: withEntry(step, { ...branches, value: { ...branches.value, entries: of } }) };
    });
    return { ...section, entries };
  }

  /** A step or branch without its `later`, whose effects set the tracks of what is under way. */
  #expand({ value }: Entry, id: string, viewers: readonly string[] | null): Node {
    const later = entryOf(value, "later");
    if (later === null || value.kind !== "map") return value;
    const parcels = itemsOf(later.value);
    const effects = parcels.flatMap((parcel, index) =>
      this.#parcel(later.key, parcel, `${id}_later${parcels.length === 1 ? "" : `_${index + 1}`}`, viewers),
    );
    const rest = { ...value, entries: value.entries.filter((entry) => entry !== later) };
    const then = childOf(value, "then");
    const all = [...entriesOf(then), ...effects];
    return withEntry(rest, { key: scalar(later.key, "then"), value: map(then ?? later.key, all), bare: false });
  }

  /** One effect on its way: its tracks and rules, and what its step sets. */
  #parcel(key: ScalarNode, parcel: Node, id: string, viewers: readonly string[] | null): readonly Entry[] {
    const after = this.#whole(parcel, "after", laterRoundsMax, key);
    const count = entryOf(parcel, "count") === null ? 1 : this.#whole(parcel, "count", underWayMax, key);
    if (after === null || count === null) return [];
    this.#warnOfUnknown(parcel);
    const place = entryOf(parcel, "after")?.key ?? key;
    const ids = Array.from({ length: count }, (_, index) => (count === 1 ? id : `${id}_${index + 1}`));
    for (const one of ids) {
      this.tracks.push(trackOf(key, one, parcel, viewers));
      this.rules.push(ruleOf(place, one, after, parcel));
    }
    return ids.map((one, index) => ({
      key: scalar(key, one),
      value: scalar(key, count === 1 ? `next(${one})` : slotText(ids, index)),
      bare: false,
    }));
  }

  #whole(parcel: Node, name: string, most: number, key: ScalarNode): number | null {
    const node = childOf(parcel, name);
    const value = node?.kind === "scalar" ? node.value : null;
    if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= most) return value;
    this.#complaints.error(
      "later-form",
      node ?? key,
      name === "after"
        ? `\`later\` says after how many rounds its effects arrive: a whole number from 1 to ${most}`
        : `\`count\` says how many may be under way at once: a whole number from 1 to ${most}`,
      "write for example `later: { after: 2, then: { arms: arms + 1 } }`",
    );
    return null;
  }

  #warnOfUnknown(parcel: Node): void {
    for (const { key } of entriesOf(parcel)) {
      if (["after", "count", "name", "note", "description", "then"].includes(key.text)) continue;
      this.#complaints.error(
        "unknown-key",
        key,
        `\`${key.text}\` is not known in \`later\``,
        "known are `after`, `count`, `name`, `note`, `description` and `then`",
      );
    }
  }
}

/** Who may see what is under way because of a step or branch; null: everybody. */
function viewersOf(step: Node, by: string | null, above: readonly string[] | null): readonly string[] | null {
  const known = entryOf(step, "known_to");
  const own = isTrue(childOf(step, "covert")) ? [] : known === null ? null : itemsOf(known.value).map(textOf);
  if (own === null) return above;
  const named = [by, ...own].filter((id) => id !== null);
  return above === null ? named : named.filter((id) => above.includes(id));
}

const states = ["idle", "under_way"] as const;

function trackOf(key: ScalarNode, id: string, parcel: Node, viewers: readonly string[] | null): Entry {
  const name = entryOf(parcel, "name");
  const hidden: Node = {
    kind: "list",
    start: key.start,
    end: key.end,
    items: (viewers ?? []).map((one) => scalar(key, one)),
  };
  return entry(
    key,
    id,
    map(key, [
      ...(name === null ? [] : [name]),
      entry(
        key,
        "states",
        map(
          key,
          states.map((state) => entry(key, state, blankAt(key))),
        ),
      ),
      entry(key, "initial", scalar(key, states[0])),
      ...(viewers === null ? [] : [entry(key, "private", hidden)]),
    ]),
  );
}

function ruleOf(place: ScalarNode, id: string, after: number, parcel: Node): Entry {
  const texts = ["name", "note", "description"].flatMap((text) => entryOf(parcel, text) ?? []);
  const then = childOf(parcel, "then");
  const home = entry(place, id, scalar(place, states[0]));
  return entry(
    place,
    id,
    map(place, [
      ...texts,
      entry(place, "when", scalar(place, `${id} is ${states[1]} and since(${id}) >= ${after}`)),
      entry(place, "then", map(then ?? place, [home, ...entriesOf(then)])),
    ]),
  );
}

/** What a step sets one of several tracks to: the first idle one goes under way; where none is idle, the first faults. */
function slotText(ids: readonly string[], index: number): string {
  const own = ids[index] ?? "";
  const before = ids.slice(0, index).map((id) => `${id} is under_way`);
  if (index > 0) return `if ${[`${own} is idle`, ...before].join(" and ")} then under_way else ${own}`;
  const others = ids.slice(1).map((id) => `${id} is idle`);
  const free = others.length === 1 ? (others[0] ?? "") : `(${others.join(" or ")})`;
  return `if ${own} is under_way and ${free} then ${own} else next(${own})`;
}

function withSection(root: MapNode, name: string, added: readonly Entry[]): MapNode {
  const section = entryOf(root, name);
  const value = section?.value.kind === "map" ? section.value : null;
  const key = section?.key ?? scalar(root, name);
  return withEntry(root, {
    key,
    value: { ...map(key, []), ...value, entries: [...added, ...(value?.entries ?? [])] },
    bare: false,
  });
}

/** A map with an entry in the place of the one of the same key, or at its end. */
function withEntry(node: MapNode, wanted: Entry): MapNode {
  const index = node.entries.findIndex(({ key }) => key.text === wanted.key.text);
  const entries = index < 0 ? [...node.entries, wanted] : node.entries.with(index, wanted);
  return { ...node, entries };
}

function scalar({ start, end }: Range, text: string): ScalarNode {
  return { kind: "scalar", start, end, value: text, text, style: "plain", offsetOf: () => start };
}

function blankAt({ start, end }: Range): ScalarNode {
  return { kind: "scalar", start, end, value: null, text: "", style: "plain", offsetOf: () => start };
}

function map({ start, end }: Range, entries: readonly Entry[]): MapNode {
  return { kind: "map", start, end, entries };
}

const entry = (place: Range, key: string, value: Node): Entry => ({ key: scalar(place, key), value, bare: false });
