/**
 * The scenarios that the server offers: files in its folders, read when they are asked for.
 *
 * A scenario is named by its id alone, which is looked up in the list of files, so that no request can name a path. The
 * first folder that has an id wins. Reading is remembered until a file changes.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
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
  list(): readonly LibraryEntry[];
  /** A scenario by id, with texts in another language if asked for; null where there is none. */
  read(id: string, language?: string | null): LibraryScenario | null;
}

/** A library over some folders. */
export function openLibrary(folders: readonly string[]): Library {
  const remembered = new Map<string, { readonly stamp: string; readonly scenario: LibraryScenario }>();

  function pathOf(file: string): string | null {
    return folders.map((folder) => join(folder, file)).find((path) => existsSync(path)) ?? null;
  }

  function read(id: string, language: string | null = null): LibraryScenario | null {
    const path = ids(folders).includes(id) ? pathOf(`${id}.yaml`) : null;
    if (path === null) return null;
    const over =
      language !== null && languagesOf(folders, id).includes(language) ? pathOf(`${id}.${language}.yaml`) : null;
    if (language !== null && over === null) return null;
    const key = `${path}\n${over ?? ""}`;
    const stamp = [path, over].map((file) => (file === null ? "" : statSync(file).mtimeMs)).join(" ");
    const known = remembered.get(key);
    if (known?.stamp === stamp) return known.scenario;
    const source = { file: `${id}.yaml`, text: textOf(path) };
    const overlay = over === null ? null : { file: `${id}.${language ?? ""}.yaml`, text: textOf(over) };
    const scenario = {
      source,
      overlay,
      reading: readScenario({ ...source, ...(overlay === null ? {} : { overlay }) }),
    };
    remembered.set(key, { stamp, scenario });
    return scenario;
  }

  return {
    read,
    list: () =>
      ids(folders).flatMap((id) => {
        const found = read(id);
        return found === null ? [] : [entryOf(id, found, languagesOf(folders, id))];
      }),
  };
}

function entryOf(id: string, { reading }: LibraryScenario, languages: readonly string[]): LibraryEntry {
  const { scenario, diagnostics } = reading;
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  if (scenario === null)
    return { id, title: id, description: null, languages, errors, turns: null, actors: [], variants: [], lessons: [] };
  const { model, texts } = scenario;
  const movers = model.actors.filter((actor) => model.moves.some(({ by }) => by === actor.id));
  return {
    id,
    title: texts.title === "" ? id : texts.title,
    description: texts.description,
    languages,
    errors,
    turns: model.turns,
    actors: movers.map(({ id: actor }) => ({ id: actor, name: nameOf(texts, "actors", actor) })),
    variants: model.variants.map(({ id: variant }) => ({ id: variant, name: nameOf(texts, "variants", variant) })),
    lessons: scenario.lessons.map((lesson) => ({ ...lesson, name: nameOf(texts, "lessons", lesson.id) })),
  };
}

const files = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder).sort() : []);

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

function textOf(path: string): string {
  if (statSync(path).size > documentBytesMax) return "";
  const decoded = decodeUtf8(readFileSync(path), path);
  return "text" in decoded ? decoded.text : "";
}
