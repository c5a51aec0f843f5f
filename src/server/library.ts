/**
 * The scenarios that the server offers: files in its folders, read when they are asked for.
 *
 * A scenario is named by its id alone, which is looked up in the list of files, so that no request can name a path. The
 * first folder that has an id wins. Reading is remembered until a file changes. A file that cannot be read is a scenario
 * with an error that says why; it keeps no other from being read.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Diagnostic } from "../scenario/diagnostic.ts";
import { documentBytesMax } from "../scenario/document.ts";
import { decodeUtf8 } from "../scenario/encoding.ts";
import type { Lesson } from "../scenario/readLessons.ts";
import { type DocumentText, readScenario, type ScenarioReading } from "../scenario/scenario.ts";
import { nameOf } from "../scenario/texts.ts";

/** The scenarios that come with Demarche. */
export const ownLibrary = fileURLToPath(new URL("../../scenarios/", import.meta.url));

/** A scenario as the library lists it. */
export interface LibraryEntry {
  readonly id: string;
  readonly title: string;
  readonly description: string | null;
  /** Language codes of the overlays beside it. */
  readonly languages: readonly string[];
  /** Number of errors; a scenario with errors can be looked at, not run. */
  readonly errors: number;
  /** What is wrong with its file or its texts in other languages, in a sentence; null where nothing is. */
  readonly trouble: string | null;
  readonly turns: "in order" | "simultaneous" | "free" | null;
  readonly actors: readonly { readonly id: string; readonly name: string }[];
  readonly variants: readonly { readonly id: string; readonly name: string }[];
  /** How lessons divide their time. */
  readonly lessons: readonly (Lesson & { readonly name: string })[];
}

/** A scenario's text, what reading it gave, and the overlay that was read with it. */
export interface LibraryScenario {
  readonly source: DocumentText;
  readonly overlay: DocumentText | null;
  readonly reading: ScenarioReading;
}

export interface Library {
  readonly folders: readonly string[];
  /** What there is, unread. The stamp changes with the files. */
  names(): readonly { readonly id: string; readonly languages: readonly string[]; readonly stamp: string }[];
  /** A scenario's text and overlay, unread; null where there is none. */
  source(id: string, language?: string | null): Omit<LibraryScenario, "reading"> | null;
  list(): readonly LibraryEntry[];
  /** A scenario by id, with texts in another language if asked for; null where there is none. */
  read(id: string, language?: string | null): LibraryScenario | null;
}

/** A library over some folders. */
export function openLibrary(folders: readonly string[]): Library {
  const remembered = new Map<string, { readonly stamp: string; readonly scenario: LibraryScenario }>();

  /** The first file of a name, and what changes when it changes; null where there is none, or none any more. */
  function fileOf(name: string): Found | null {
    for (const folder of folders) {
      const path = join(folder, name);
      const stamp = stampOf(path);
      if (stamp !== null) return { path, name, stamp };
    }
    return null;
  }

  /** Where a scenario and its overlay lie, and when they changed. */
  function locate(id: string, language: string | null) {
    const main = ids(folders).includes(id) ? fileOf(`${id}.yaml`) : null;
    if (main === null) return null;
    const over =
      language !== null && languagesOf(folders, id).includes(language) ? fileOf(`${id}.${language}.yaml`) : null;
    if (language !== null && over === null) return null;
    return { main, over, stamp: `${main.stamp} ${over?.stamp ?? ""}` };
  }

  function source(id: string, language: string | null = null): Omit<LibraryScenario, "reading"> | null {
    const found = locate(id, language);
    return found === null ? null : textsIn(found.main, found.over).texts;
  }

  function read(id: string, language: string | null = null): LibraryScenario | null {
    const found = locate(id, language);
    if (found === null) return null;
    const { main, over, stamp } = found;
    const key = `${main.path}\n${over?.path ?? ""}`;
    const known = remembered.get(key);
    if (known?.stamp === stamp) return known.scenario;
    const scenario = scenarioIn(main, over);
    remembered.set(key, { stamp, scenario });
    return scenario;
  }

  return {
    folders,
    source,
    read,
    names: () =>
      ids(folders).map((id) => {
        const languages = languagesOf(folders, id);
        const stamps = [null, ...languages].map((language) => locate(id, language)?.stamp ?? "");
        return { id, languages, stamp: stamps.join("\n") };
      }),
    list: () =>
      ids(folders).flatMap((id) => {
        const found = read(id);
        return found === null ? [] : [entryOf(id, found, wordedIn(id, languagesOf(folders, id), read))];
      }),
  };
}

/** A file of the library. */
interface Found {
  readonly path: string;
  readonly name: string;
  readonly stamp: string;
}

/** What changes when a file changes; null where there is none. A file that may not be looked at has a stamp, too. */
function stampOf(path: string): string | null {
  try {
    const { mtimeMs, size } = statSync(path);
    return `${mtimeMs} ${size}`;
  } catch (error) {
    const code = codeOf(error);
    return code === "ENOENT" || code === "ENOTDIR" ? null : code;
  }
}

/** The texts of a scenario's files, and what is wrong with the files themselves. */
function textsIn(main: Found, over: Found | null) {
  const source = textOf(main);
  const overlay = over === null ? null : textOf(over);
  const wrong = [source, overlay].flatMap((text) => (text !== null && "diagnostic" in text ? [text.diagnostic] : []));
  const text = (of: Found, read: Text): DocumentText => ({ file: of.name, text: "text" in read ? read.text : "" });
  const texts = {
    source: text(main, source),
    overlay: over === null || overlay === null ? null : text(over, overlay),
  };
  return { texts, wrong };
}

/** Reads a scenario's files; whatever goes wrong with them is an error of the reading. */
function scenarioIn(main: Found, over: Found | null): LibraryScenario {
  const { texts, wrong } = textsIn(main, over);
  if (wrong.length > 0) return { ...texts, reading: { diagnostics: wrong, scenario: null } };
  try {
    const reading = readScenario({ ...texts.source, ...(texts.overlay === null ? {} : { overlay: texts.overlay }) });
    return { ...texts, reading };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const diagnostic = complaint(main.name, "reader-failed", `reading it failed in Demarche itself: ${why}`, null);
    return { ...texts, reading: { diagnostics: [diagnostic], scenario: null } };
  }
}

type Text = { readonly text: string } | { readonly diagnostic: Diagnostic };

function textOf({ path, name }: Found): Text {
  const megabytes = documentBytesMax / 1024 / 1024;
  try {
    if (statSync(path).size > documentBytesMax) {
      const message = `the file is larger than ${megabytes} MB, which no scenario needs`;
      return { diagnostic: complaint(name, "too-large", message, null) };
    }
    return decodeUtf8(readFileSync(path), name);
  } catch (error) {
    const code = codeOf(error);
    const [message, hint] = unreadable[code] ?? [`the file cannot be read (${code})`, null];
    return { diagnostic: complaint(name, "unreadable", message, hint) };
  }
}

const unreadable: Readonly<Record<string, readonly [message: string, hint: string | null]>> = {
  EACCES: ["the file may not be read", "check its permissions"],
  EPERM: ["the file may not be read", "check its permissions"],
  EISDIR: ["it is a folder, not a file", "scenarios are files; give the folder another name"],
  ENOENT: ["the file was there a moment ago and is gone", null],
  ELOOP: ["it is a link that leads to itself", null],
};

const codeOf = (error: unknown): string => (error instanceof Error && "code" in error ? String(error.code) : "unknown");

function complaint(file: string, code: string, message: string, hint: string | null): Diagnostic {
  return { severity: "error", code, span: { file, line: 1, column: 1, endLine: 1, endColumn: 1 }, message, hint };
}

/** A scenario as it was read with the texts of a language; null where these were gone by then. */
interface Worded {
  readonly language: string;
  readonly reading: ScenarioReading | null;
}

const errorsOf = ({ diagnostics }: ScenarioReading): readonly Diagnostic[] =>
  diagnostics.filter(({ severity }) => severity === "error");

/** A scenario as it reads in each of its languages. */
export const wordedIn = (id: string, languages: readonly string[], read: Library["read"]): readonly Worded[] =>
  languages.map((language) => ({ language, reading: read(id, language)?.reading ?? null }));

/** A scenario as the library lists it. Languages in which it cannot be shown are not offered, but told of. */
export function entryOf(id: string, { reading }: LibraryScenario, worded: readonly Worded[]): LibraryEntry {
  const { scenario } = reading;
  const errors = errorsOf(reading).length;
  const broken = scenario === null ? [] : worded.filter((one) => one.reading !== null && one.reading.scenario === null);
  const languages = worded.filter((one) => !broken.includes(one)).map(({ language }) => language);
  const troubles = [reading, ...broken.flatMap((one) => one.reading ?? [])].flatMap((one) => errorsOf(one).slice(0, 1));
  const trouble = troubles.length === 0 ? null : troubles.map(sentence).join("; ");
  const about = { id, languages, errors, trouble };
  if (scenario === null) {
    return { ...about, title: id, description: null, turns: null, actors: [], variants: [], lessons: [] };
  }
  const { model, texts } = scenario;
  const movers = model.actors.filter((actor) => model.moves.some(({ by }) => by === actor.id));
  return {
    ...about,
    title: texts.title === "" ? id : texts.title,
    description: texts.description,
    turns: model.turns,
    actors: movers.map(({ id: actor }) => ({ id: actor, name: nameOf(texts, "actors", actor) })),
    variants: model.variants.map(({ id: variant }) => ({ id: variant, name: nameOf(texts, "variants", variant) })),
    lessons: scenario.lessons.map((lesson) => ({ ...lesson, name: nameOf(texts, "lessons", lesson.id) })),
  };
}

/** Where a complaint stands, what it says, and what to do. */
function sentence({ span, message, hint }: Diagnostic): string {
  return `${span.file}, line ${span.line}: ${message}${hint === null ? "" : ` (${hint})`}`;
}

/** The names in a folder; none where there is no folder, or one that may not be looked into. */
function files(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** `id.yaml` is a scenario, `id.pt.yaml` an overlay of its texts. */
function ids(folders: readonly string[]): readonly string[] {
  const found = folders.flatMap(files).flatMap((file) => /^([^.]+)\.yaml$/.exec(file)?.[1] ?? []);
  return [...new Set(found)].sort();
}

function languagesOf(folders: readonly string[], id: string): readonly string[] {
  const found = folders
    .flatMap(files)
    .flatMap((file) => (file.startsWith(`${id}.`) ? (/^[^.]+\.([a-z-]+)\.yaml$/i.exec(file)?.[1] ?? []) : []));
  return [...new Set(found)].sort();
}
