/**
 * The texts of a scenario: names, claims, notes, sources and briefings, apart from the model.
 *
 * Texts are plain data, keyed by the path of the entry they belong to (`moves.deliver_rejection`,
 * `tracks.reply.states.late`). They change no result: two documents that differ in texts alone have one model and one
 * hash. An overlay is a document in the same shape that holds texts only, such as a translation.
 */
import type { Complaints } from "./complaints.ts";
import { complainUnknown } from "./declaration.ts";
import { childOf, entriesOf, entryOf, isBlank, itemsOf, type MapNode, type Node, textOf } from "./node.ts";

interface Source {
  readonly title: string;
  readonly date: string | null;
  readonly grade: string | null;
  readonly url: string | null;
}

export interface Texts {
  readonly title: string;
  readonly description: string | null;
  readonly note: string | null;
  /** Name of everything that has an id, by path; where the author gave none, made from the id. */
  readonly names: Readonly<Record<string, string>>;
  /** By path, only where given. */
  readonly descriptions: Readonly<Record<string, string>>;
  readonly notes: Readonly<Record<string, string>>;
  readonly questions: Readonly<Record<string, string>>;
  readonly claims: Readonly<Record<string, string>>;
  readonly sources: Readonly<Record<string, Source>>;
  /** What whom is told, paragraph by paragraph: `all`, the actors' ids, `rules`; afterwards `followed` and `debrief`. */
  readonly briefing: Readonly<Record<string, readonly string[]>>;
}

/** What has a name, by its section in the document. */
export type NamedSection =
  | "actors"
  | "tracks"
  | "variables"
  | "assumptions"
  | "terms"
  | "moves"
  | "incidents"
  | "rules"
  | "outcomes"
  | "groups"
  | "tallies"
  | "policies"
  | "variants"
  | "properties"
  | "lessons";

const sections: readonly NamedSection[] = [
  "actors",
  "tracks",
  "variables",
  "assumptions",
  "terms",
  "moves",
  "incidents",
  "rules",
  "outcomes",
  "groups",
  "tallies",
  "policies",
  "variants",
  "properties",
  "lessons",
];

/** Where entries with names of their own stand inside an entry; "" for directly inside it. */
const inner: Readonly<Partial<Record<NamedSection, string>>> = {
  tracks: "states",
  moves: "branches",
  incidents: "branches",
  policies: "",
};

const textKeys = ["name", "title", "description", "note", "question", "claim"] as const;
type TextKey = (typeof textKeys)[number];

/**
 * The name of something, as people read it: `nameOf(texts, "moves", "deliver_rejection")`,
 * `nameOf(texts, "tracks", "reply", "states", "late")`, `nameOf(texts, "moves", ID, "branches", BRANCH)`.
 */
export function nameOf(texts: Texts, section: NamedSection, ...ids: readonly string[]): string {
  const path = [section, ...ids].join(".");
  return Object.hasOwn(texts.names, path) ? (texts.names[path] ?? "") : readable(ids.at(-1) ?? section);
}

/** An id as a name: spaces for underscores, a capital at the beginning. */
export function readable(id: string): string {
  const words = id.replaceAll(/[_-]+/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

type Found = Record<TextKey, Record<string, string>>;

/** Reads the texts of a document, with those of an overlay in their place where it has some. */
export function readTexts(root: MapNode, overlay: MapNode | null): Texts {
  const found: Found = { name: {}, title: {}, description: {}, note: {}, question: {}, claim: {} };
  collect(root, found, true);
  if (overlay !== null) collect(overlay, found, false);
  const { title, description, note } = found;
  return {
    title: title[""] ?? "",
    description: description[""] ?? null,
    note: note[""] ?? null,
    names: found.name,
    descriptions: without(description, ""),
    notes: without(note, ""),
    questions: found.question,
    claims: found.claim,
    sources: readSources(root, title),
    briefing: { ...readBriefing(root), ...(overlay === null ? {} : readBriefing(overlay)) },
  };
}

function without(texts: Record<string, string>, path: string): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).filter(([key]) => key !== path));
}

function collect(root: MapNode, found: Found, named: boolean): void {
  take(root, "", found);
  for (const { key, value } of entriesOf(childOf(root, "sources"))) take(value, `sources.${key.text}`, found);
  for (const section of sections) {
    for (const { key, value } of entriesOf(childOf(root, section))) {
      const path = `${section}.${key.text}`;
      if (named && section !== "policies") found.name[path] = readable(key.text);
      // A tally may be a list of entries; the first that has a name names it.
      for (const item of itemsOf(value).toReversed()) take(item, path, found);
      collectInner(section, value, path, found, named);
    }
  }
}

function collectInner(section: NamedSection, node: Node, path: string, found: Found, named: boolean): void {
  const place = inner[section];
  if (place === undefined) return;
  const node2 = place === "" ? node : childOf(node, place);
  const states = node2?.kind === "list" ? itemsOf(node2).map((item) => ({ id: textOf(item) ?? "", value: item })) : [];
  const entries = entriesOf(node2).map(({ key, value }) => ({ id: key.text, value }));
  for (const { id, value } of [...states, ...entries]) {
    const below = place === "" ? `${path}.${id}` : `${path}.${place}.${id}`;
    if (named) found.name[below] = readable(id);
    take(value, below, found);
  }
}

function take(node: Node, path: string, found: Found): void {
  for (const key of textKeys) {
    const text = textOf(childOf(node, key));
    if (text !== null) found[key][path] = text.trim();
  }
}

function readSources(root: MapNode, titles: Readonly<Record<string, string>>): Record<string, Source> {
  return Object.fromEntries(
    entriesOf(childOf(root, "sources")).map(({ key, value }) => [
      key.text,
      {
        title: titles[`sources.${key.text}`] ?? readable(key.text),
        date: textOf(childOf(value, "date")),
        grade: textOf(childOf(value, "grade")),
        url: textOf(childOf(value, "url")),
      },
    ]),
  );
}

function readBriefing(root: MapNode): Record<string, readonly string[]> {
  return Object.fromEntries(
    entriesOf(childOf(root, "briefing")).map(({ key, value }) => [
      key.text,
      itemsOf(value).flatMap((item) => textOf(item)?.trim() ?? []),
    ]),
  );
}

/** Complains about whatever in an overlay is no text of something that the scenario has. */
export function checkOverlay(overlay: MapNode, root: MapNode, complaints: Complaints): void {
  const actors = entriesOf(childOf(root, "actors")).map(({ key }) => key.text);
  checkBriefing(overlay, actors, complaints);
  for (const { key, value } of overlay.entries) {
    const id = key.text;
    if (id === "demarche" || id === "title" || id === "description" || id === "note") continue;
    if (id === "id") {
      const wanted = textOf(childOf(root, "id"));
      if (textOf(value) !== wanted) {
        complaints.error(
          "overlay-of-another",
          value,
          `this overlay is meant for \`${textOf(value)}\`, but the scenario is \`${wanted}\``,
        );
      }
    } else if (id === "briefing") checkParagraphs(value, complaints);
    else if (entryOf(root, id) === null) {
      complainUnknown(
        complaints,
        key,
        "section",
        root.entries.map((entry) => entry.key.text),
      );
    } else checkOverlaid(value, childOf(root, id), complaints);
  }
}

/** Keys of the briefing beside the actors' ids. */
const briefingWords: readonly string[] = ["all", "rules", "followed", "debrief"];

/** Complains about briefings for somebody who is not there. */
export function checkBriefing(document: MapNode, actors: Iterable<string>, complaints: Complaints): void {
  const known = [...briefingWords, ...actors];
  for (const { key } of entriesOf(childOf(document, "briefing"))) {
    if (!known.includes(key.text)) complainUnknown(complaints, key, "briefing", known);
  }
}

function checkParagraphs(node: Node, complaints: Complaints): void {
  for (const { value } of entriesOf(node)) {
    for (const item of itemsOf(value)) {
      if (item.kind !== "scalar") complaints.error("overlay-form", item, "a briefing is a text or a list of texts");
    }
  }
}

function checkOverlaid(node: Node, original: Node | null, complaints: Complaints): void {
  if (node.kind !== "map") {
    complaints.error(
      "overlay-form",
      node,
      "an overlay holds texts only, under the ids that the scenario gives them",
      "write `ID:` and below it `name:`, `note:` or another text",
    );
    return;
  }
  for (const { key, value } of node.entries) {
    if ((textKeys as readonly string[]).includes(key.text)) {
      if (value.kind !== "scalar" || isBlank(value))
        complaints.error("overlay-form", value, `\`${key.text}\` must be a text`);
      continue;
    }
    const states = original?.kind === "list" ? itemsOf(original).map((item) => textOf(item) ?? "") : null;
    const known = states ?? entriesOf(original).map((entry) => entry.key.text);
    const target = childOf(original, key.text);
    if (!known.includes(key.text)) complainUnknown(complaints, key, "entry", known);
    else if (states === null && target?.kind === "scalar" && value.kind === "scalar") {
      complaints.error(
        "overlay-form",
        key,
        `\`${key.text}\` is no text: an overlay changes names, claims, notes and briefings, nothing else`,
        "remove it",
      );
    } else checkOverlaid(value, states === null ? target : null, complaints);
  }
}
