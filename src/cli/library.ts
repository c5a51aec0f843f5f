/**
 * Finding and reading a scenario: by path, or by id in `scenarios/` here and then in the library of the package.
 *
 * A scenario with errors never comes out of here: its diagnostics are printed, and the command ends as a mistake.
 * Warnings are left to `lint`.
 */
import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { basename, dirname, extname, isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { countOf, type Diagnostic } from "../scenario/diagnostic.ts";
import { formatDiagnostics } from "../scenario/diagnosticText.ts";
import { documentBytesMax } from "../scenario/document.ts";
import { decodeUtf8 } from "../scenario/encoding.ts";
import { Mistake } from "../scenario/mistake.ts";
import { readScenario, type Scenario } from "../scenario/scenario.ts";
import { nearest } from "../scenario/suggest.ts";
import type { Terminal } from "./terminal.ts";

/** A document as it lies on disk. */
export interface SourceText {
  /** The file as the user would name it. */
  readonly file: string;
  readonly text: string;
}

/** A scenario that was read without errors, and the text it was read from. */
export interface ScenarioRead {
  readonly scenario: Scenario;
  readonly source: SourceText;
}

/** The scenarios that come with Demarche. */
const ownLibrary = fileURLToPath(new URL("../../scenarios/", import.meta.url));

const endings = [".yaml", ".yml", ".json"];

/**
 * Where a scenario lies.
 * @throws Mistake where there is none, with the nearest id.
 */
export function locateScenario(terminal: Terminal, asked: string): string {
  const path = resolve(terminal.directory, asked);
  const looksLikePath = /[/\\]/.test(asked) || endings.includes(extname(asked));
  if (looksLikePath || isFile(path)) {
    if (isFile(path)) return asked;
    if (existsSync(path))
      throw new Mistake(`${asked} is a folder, not a scenario`, `name a file in it, such as ${asked}/ID.yaml`);
    const near = nearest(basename(asked), filesIn(dirname(path)));
    throw new Mistake(
      `there is no file ${asked}`,
      near === null ? null : `did you mean ${join(dirname(asked), near)}?`,
    );
  }
  const folders = [join(terminal.directory, "scenarios"), ownLibrary];
  for (const folder of folders) {
    const file = join(folder, `${asked}.yaml`);
    if (isFile(file)) return shorten(terminal, file);
  }
  const here = endings.map((ending) => asked + ending).find((name) => isFile(join(terminal.directory, name)));
  if (here !== undefined) throw new Mistake(`unknown scenario ${asked}`, `for the file here, write ${here}`);
  const ids = [...new Set(folders.flatMap(idsIn))];
  const near = nearest(asked, ids);
  if (near !== null) throw new Mistake(`unknown scenario ${asked}`, `did you mean ${near}?`);
  const list = ids.length === 0 ? "there are none here" : `there are ${ids.join(", ")}`;
  throw new Mistake(`unknown scenario ${asked}: ${list}`, "a scenario is named by its id or by the path of its file");
}

/** The scenario beside which a file lies as its texts (`ID.pt.yaml` beside `ID.yaml`), and their language; else null. */
export function scenarioOfTexts(
  terminal: Terminal,
  file: string,
): { readonly scenario: string; readonly language: string } | null {
  const [, stem, language] = /^(.+)\.([^./\\]+)\.yaml$/.exec(file) ?? [];
  if (stem === undefined || language === undefined || basename(stem).includes(".")) return null;
  const scenario = `${stem}.yaml`;
  return isFile(resolve(terminal.directory, scenario)) ? { scenario, language } : null;
}

/** The way to a file from the user's folder, where it lies inside. */
function shorten({ directory }: Terminal, file: string): string {
  return file.startsWith(join(directory, "/")) ? file.slice(join(directory, "/").length) : file;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function filesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** Scenario ids in a folder; `id.pt.yaml` is an overlay and no scenario. */
function idsIn(folder: string): readonly string[] {
  return filesIn(folder).flatMap((file) => /^([^.]+)\.yaml$/.exec(file)?.[1] ?? []);
}

/**
 * Reads the text of a file.
 * @throws Mistake where it cannot be read, is too large or is not UTF-8.
 */
export function readText(terminal: Terminal, file: string): SourceText {
  const path = isAbsolute(file) ? file : resolve(terminal.directory, file);
  const decoded = decodeUtf8(readBytes(path, file), file);
  if ("text" in decoded) return { file, text: decoded.text };
  const { span, message, hint } = decoded.diagnostic;
  throw new Mistake(`${file}:${span.line}:${span.column}: ${message}`, hint);
}

/** The first bytes of a file; a device or a pipe may have no end. */
function readAtMost(path: string, most: number): Uint8Array {
  const opened = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(most);
    let length = 0;
    for (let read = -1; read !== 0 && length < most; length += read)
      read = readSync(opened, bytes, length, most - length, null);
    return bytes.subarray(0, length);
  } finally {
    closeSync(opened);
  }
}

function readBytes(path: string, file: string): Uint8Array {
  try {
    const bytes = readAtMost(path, documentBytesMax + 1);
    if (bytes.length <= documentBytesMax) return bytes;
    const megabytes = documentBytesMax / 1024 / 1024;
    throw new Mistake(`${file} is larger than ${megabytes} MB, which no scenario needs`);
  } catch (error) {
    if (error instanceof Mistake) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    if (code === "ENOENT") throw new Mistake(`there is no file ${file}`);
    if (code === "EACCES") throw new Mistake(`${file} may not be read`, "check the permissions of the file");
    if (code === "EISDIR") throw new Mistake(`${file} is a folder, not a file`);
    throw new Mistake(`${file} cannot be read (${code})`);
  }
}

/** Reads a scenario by path or id, with texts in another language if asked for. */
export function openScenario(terminal: Terminal, asked: string, texts?: string): ScenarioRead {
  const file = locateScenario(terminal, asked);
  const owner = scenarioOfTexts(terminal, file);
  if (owner !== null) {
    const { scenario, language } = owner;
    throw new Mistake(`${file} holds texts of ${scenario}, no scenario`, `name ${scenario} with --texts ${language}`);
  }
  const source = readText(terminal, file);
  return {
    scenario: readSource(terminal, source, texts === undefined ? null : locateTexts(terminal, file, texts)),
    source,
  };
}

/** Reads a scenario from its text; errors are printed and end the command. */
function readSource(terminal: Terminal, source: SourceText, overlay: SourceText | null = null): Scenario {
  const read = readScenario({ ...source, ...(overlay === null ? {} : { overlay }) });
  if (read.scenario !== null) return read.scenario;
  const errors = read.diagnostics.filter(({ severity }) => severity === "error");
  terminal.err.write(tellDiagnostics(terminal, errors, overlay === null ? [source] : [source, overlay]));
  const wrong = [...new Set(errors.map(({ span }) => span.file))];
  const total = countOf("error", errors);
  const count = total === 1 ? "an error" : `${total} errors`;
  const verbs = wrong.length === 1 ? "has" : "have";
  throw new Mistake(`${wrong.join(" and ")} ${verbs} ${count} and cannot be used`);
}

/** Diagnostics with their excerpts, ready to print. */
export function tellDiagnostics(
  terminal: Terminal,
  diagnostics: readonly Diagnostic[],
  sources: readonly SourceText[],
): string {
  if (diagnostics.length === 0) return "";
  const texts = new Map(sources.map(({ file, text }) => [file, text]));
  const colour = terminal.err.paint("red", "x") !== "x";
  return `${formatDiagnostics(diagnostics, texts, { colour }).trimEnd()}\n`;
}

/** The language that texts are asked for in: `pt` of `pt` or `geneva-2022.pt.yaml`; null where none are asked for. */
export function languageOf(texts: string | undefined): string | null {
  return texts === undefined ? null : (/([a-z-]+)(?:\.yaml)?$/i.exec(texts)?.[1] ?? null);
}

/** The overlay of a scenario: a file, or the language code of one that lies beside it. */
export function locateTexts(terminal: Terminal, scenarioFile: string, texts: string): SourceText {
  if (isFile(resolve(terminal.directory, texts))) return readText(terminal, texts);
  const folder = dirname(scenarioFile);
  const stem = basename(scenarioFile, extname(scenarioFile));
  const beside = join(folder, `${stem}.${texts}.yaml`);
  if (isFile(resolve(terminal.directory, beside))) return readText(terminal, beside);
  const languages = filesIn(resolve(terminal.directory, folder)).flatMap((file) =>
    file.startsWith(`${stem}.`) ? (/\.([^.]+)\.yaml$/.exec(file)?.[1] ?? []) : [],
  );
  const list = languages.length === 0 ? "there are none beside it" : `there are ${languages.join(", ")}`;
  const near = nearest(texts, languages);
  throw new Mistake(
    `no texts ${texts} for ${stem}: ${list}`,
    near === null ? `write ${stem}.${texts}.yaml beside the scenario, or name a file` : `did you mean ${near}?`,
  );
}
