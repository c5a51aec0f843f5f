/**
 * Reads a scenario: document in, diagnostics and model out.
 *
 * The steps, each over the tree of the one before: YAML, language version, `each`, shape, names, meaning, lint. A
 * problem in one entry never hides those in others; a scenario comes out only if nothing is wrong. Reading has no
 * other input than the texts and runs none of the author's words as code.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import canonicalize from "canonicalize";
import { refuseUnfitCharacters } from "./characters.ts";
import { Complaints, type Source, sourceOf, spanOf } from "./complaints.ts";
import { conform } from "./conform.ts";
import { declare } from "./declaration.ts";
import type { Diagnostic, Span } from "./diagnostic.ts";
import { readDocument } from "./document.ts";
import { expandEach } from "./each.ts";
import { isWithinExtent } from "./extent.ts";
import { expandLater } from "./later.ts";
import { findDoubts, findErrors } from "./lint.ts";
import type { LintFinding } from "./lintFinding.ts";
import { locateNode, locateWord } from "./locate.ts";
import { marksOf } from "./marks.ts";
import type { Model } from "./model.ts";
import { childOf, entriesOf, entryOf, type MapNode, type Node, textOf, textsOf } from "./node.ts";
import { readPolicies, readScript, readTallies, readVariants } from "./readChoices.ts";
import { readGroups, readHeadline } from "./readEnds.ts";
import { Reader } from "./reader.ts";
import { type Lesson, readLessons } from "./readLessons.ts";
import { readProperties } from "./readProperties.ts";
import { StepReader } from "./readSteps.ts";
import { readTerms } from "./readTerms.ts";
import { readActors, readAssumptions, readTime, readTracks, readTurns, readVariables } from "./readWorld.ts";
import { checkBriefing, checkOverlay, readTexts, type Texts } from "./texts.ts";
import { upgradeDocument } from "./upgrade.ts";

export interface Scenario {
  readonly model: Model;
  readonly texts: Texts;
  /** How lessons divide their time; no part of the model. */
  readonly lessons: readonly Lesson[];
  /** SHA-256 of the model's canonical JSON (RFC 8785), in hexadecimal. */
  readonly hash: string;
  /** Where in the document a part of the model stands, such as `moves.deliver_rejection.then.patience`. */
  readonly locate: (path: string) => Span | null;
}

/** A document with its file name, which is only used to say where something stands. */
export interface DocumentText {
  readonly file: string;
  readonly text: string;
}

export interface ScenarioReading {
  /** All complaints, in the order of the document; those about the overlay last. */
  readonly diagnostics: readonly Diagnostic[];
  /** Null exactly if there is an error among the diagnostics. */
  readonly scenario: Scenario | null;
}

/** Reads a scenario and, if given, the overlay of its texts. */
export function readScenario(input: DocumentText & { readonly overlay?: DocumentText }): ScenarioReading {
  const complaints = new Complaints(sourceOf(input.file, input.text));
  const root = prepare(complaints);
  if (root !== null) conform(root, complaints);
  const read = root === null ? null : readParts(root, complaints);
  const over = input.overlay;
  const overlayComplaints = over === undefined ? null : new Complaints(sourceOf(over.file, over.text));
  const overlay = overlayComplaints === null ? null : readOverlay(overlayComplaints, root);
  const diagnostics = [complaints, overlayComplaints].flatMap((found) => found?.diagnostics ?? []);
  if (root === null || read === null || diagnostics.some(({ severity }) => severity === "error")) {
    return { diagnostics, scenario: null };
  }
  const { source } = complaints;
  const locate = locator(root, source);
  const texts = readTexts(root, overlay);
  return { diagnostics, scenario: { ...read, texts, hash: modelHash(read.model), locate } };
}

/** The hash that names a model in logs and results. */
function modelHash(model: Model): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalize(model) ?? "")));
}

/** The tree of a document in the present version of the language, with every `each` and `later` written out. */
function prepare(complaints: Complaints): MapNode | null {
  const written = readDocument(complaints);
  const present = written === null ? null : upgradeDocument(written, complaints);
  if (present === null) return null;
  const expanded = expandLater(expandEach(present, complaints), complaints);
  if (!isWithinExtent(expanded, complaints)) return null;
  refuseUnfitCharacters(expanded, complaints);
  return expanded;
}

function readOverlay(complaints: Complaints, root: MapNode | null): MapNode | null {
  const overlay = readDocument(complaints);
  if (overlay !== null) refuseUnfitCharacters(overlay, complaints);
  if (overlay !== null && root !== null) checkOverlay(overlay, root, complaints);
  return overlay;
}

function locator(root: MapNode, source: Source): (path: string) => Span | null {
  return (path) => {
    const node = locateNode(root, path);
    return node === null ? null : spanOf(source, node);
  };
}

function readParts(root: MapNode, complaints: Complaints): Pick<Scenario, "model" | "lessons"> {
  const reader = new Reader(declare(root, complaints), complaints);
  const { clock, rounds } = readTime(reader, root);
  reader.setTime({ clock, rounds });
  // Terms first: their types must be known wherever they are named.
  const terms = readTerms(reader, root);
  const tracks = readTracks(reader, root);
  const variables = readVariables(reader, root);
  const assumptions = readAssumptions(reader, root);
  const steps = new StepReader(reader, variables);
  const unmarked = {
    language: 2,
    id: readId(root, complaints),
    clock,
    rounds,
    turns: readTurns(childOf(root, "turns")) ?? "in order",
    actors: readActors(reader, root),
    tracks,
    variables,
    assumptions,
    terms,
    start: reader.condition(childOf(root, "start")),
    moves: steps.moves(root),
    incidents: steps.incidents(root),
    rules: steps.rules(root),
    outcomes: steps.outcomes(root),
    groups: readGroups(reader, root),
    headline: readHeadline(reader, root),
    tallies: readTallies(reader, root),
    policies: readPolicies(reader, root),
    variants: readVariants(reader, root, { tracks, variables, assumptions }),
    properties: readProperties(reader, root),
    history: readScript(reader, childOf(root, "history"), "history"),
  } as const;
  const model: Model = { ...unmarked, ...marksOf(unmarked) };
  const lessons = readLessons(reader, root, model.variants);
  checkBriefing(root, reader.names.actors, complaints);
  requireOtherwise(model, root, complaints);
  reportFindings(findErrors(model), root, complaints);
  if (!complaints.hasErrors) {
    reportFindings(findDoubts(model), root, complaints);
    warnOfUnusedSources(root, complaints);
  }
  return { model, lessons };
}

function readId(root: MapNode, complaints: Complaints): string {
  const node = childOf(root, "id");
  const id = textOf(node);
  if (node !== null && id !== null && !/^[a-z][a-z0-9_-]*$/.test(id)) {
    complaints.error(
      "bad-id",
      node,
      `\`${id}\` cannot name a scenario: an id is lower-case letters, digits, hyphens and underscores`,
      "write for example `geneva-2022`",
    );
  }
  return id ?? "";
}

function reportFindings(findings: readonly LintFinding[], root: MapNode, complaints: Complaints): void {
  for (const { severity, code, path, word, message, hint } of findings) {
    const place = word === undefined ? locateNode(root, path) : locateWord(root, path, word);
    complaints[severity](code, place ?? root, message, hint);
  }
}

/** Sources are cited all over the document, so the whole tree is searched for their ids. */
function warnOfUnusedSources(root: MapNode, complaints: Complaints): void {
  const cited = new Set<string>();
  const visit = (node: Node): void => {
    if (node.kind === "list") node.items.forEach(visit);
    for (const { key, value } of entriesOf(node)) {
      if (key.text === "source" || key.text === "basis") for (const { text } of textsOf(value)) cited.add(text);
      visit(value);
    }
  };
  visit(root);
  for (const { key } of entriesOf(childOf(root, "sources"))) {
    if (cited.has(key.text)) continue;
    complaints.warning(
      "unused-source",
      key,
      `nothing cites the source \`${key.text}\``,
      "cite it under `source` or `basis`, or remove it",
    );
  }
}

/** A run that reaches its horizon must end in something. */
function requireOtherwise(model: Model, root: MapNode, complaints: Complaints): void {
  if (model.outcomes.some(({ when }) => when === null)) return;
  const variant = model.variants.find(({ rounds }) => rounds !== null);
  if (model.rounds === null && variant === undefined) return;
  const clock = entryOf(root, "clock");
  const owner = childOf(root, "variants");
  const place =
    model.rounds === null
      ? (entryOf(childOf(owner, variant?.id ?? ""), "rounds")?.key ?? root)
      : (entryOf(clock?.value ?? null, "rounds")?.key ??
        entryOf(clock?.value ?? null, "dates")?.key ??
        clock?.key ??
        root);
  complaints.error(
    "missing-otherwise",
    place,
    "a run that reaches the last round must end in an outcome, but none has `otherwise`",
    "add under `outcomes` for example `standoff:` with `otherwise: true`",
  );
}
