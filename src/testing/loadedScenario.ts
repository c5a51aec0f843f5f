/**
 * Scenarios for tests: by path, by id, or from a text that stands in the test itself.
 *
 * A scenario with errors never comes out: what is wrong is thrown as it is told at the command line, with the lines of
 * the document. The text stays with the scenario, so that what a test finds can be kept as a log that opens anywhere.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { formatDiagnostics } from "../scenario/diagnosticText.ts";
import { Mistake } from "../scenario/mistake.ts";
import { readScenario, type Scenario } from "../scenario/scenario.ts";
import { nearest } from "../scenario/suggest.ts";

/** A scenario that was read without errors, with the text it was read from. */
export interface LoadedScenario extends Scenario {
  readonly text: string;
  /** What names it at the command line: the path or id it was asked for by; null where the test itself holds it. */
  readonly asked: string | null;
}

/** The scenarios that come with Demarche. */
const ownLibrary = fileURLToPath(new URL("../../scenarios/", import.meta.url));

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/**
 * Reads a scenario by the path of its file or by its id: in `scenarios/` of the working directory, else in the library.
 * @throws Mistake where there is none, or where it has errors.
 */
export function loadScenario(asked: string): LoadedScenario {
  const path = pathOf(asked);
  return read(readFileSync(path, "utf8"), asked, asked);
}

/**
 * Reads a scenario from its text: YAML, or the JSON of a document made with `defineScenario`.
 * @throws Mistake where it has errors.
 */
export function scenarioFromText(text: string, file = "scenario.yaml"): LoadedScenario {
  return read(text, file, null);
}

function read(text: string, file: string, asked: string | null): LoadedScenario {
  const { scenario, diagnostics } = readScenario({ file, text });
  if (scenario !== null) return { ...scenario, text, asked };
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  throw new Mistake(formatDiagnostics(errors, new Map([[file, text]]), { colour: false }).trimEnd());
}

function pathOf(asked: string): string {
  if (isFile(asked)) return resolve(asked);
  const folders = [resolve("scenarios"), ownLibrary];
  const found = folders.map((folder) => join(folder, `${asked}.yaml`)).find(isFile);
  if (found !== undefined) return found;
  if (/[/\\]/.test(asked) || extname(asked) !== "") throw new Mistake(`there is no file ${resolve(asked)}`);
  const ids = [...new Set(folders.flatMap(idsIn))];
  const near = nearest(asked, ids);
  throw new Mistake(
    `unknown scenario ${asked}: there are ${ids.join(", ")}`,
    near === null ? "a scenario is named by its id or by the path of its file" : `did you mean ${near}?`,
  );
}

/** Scenario ids in a folder; `id.pt.yaml` holds texts and is no scenario. */
function idsIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((file) => /^([^.]+)\.yaml$/.exec(file)?.[1] ?? []);
}
