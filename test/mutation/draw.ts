/**
 * The mutants of a run: so many of a folder, drawn by a seed from all possible ones that compile.
 *
 * The order of the draw is that of a hash of seed, place and change: it is the same on every machine, and a change of
 * one file moves only its own mutants. One that does not compile is found before any test is, and counts for nothing.
 */
import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { type Mutant, mutantsOf, mutate } from "./operators.ts";

/** The mutants of one folder. */
export interface Drawn {
  readonly folder: string;
  /** How many mutants are possible, those that do not compile included. */
  readonly possible: number;
  /** How many were drawn and did not compile. */
  readonly rejected: number;
  readonly mutants: readonly Identified[];
}

/** A mutant with its name for good: a hash of the file's text, the place, and the change. */
export interface Identified extends Mutant {
  readonly id: string;
}

const hash = (...parts: readonly (string | number)[]): string =>
  createHash("sha256").update(parts.join("\n")).digest("hex");

/** All possible mutants of a folder of `src`, file by file. */
export function possibleMutants(root: string, folder: string): readonly Identified[] {
  const files = globSync(`src/${folder}/**/*.ts`, { cwd: root }).sort();
  return files.flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8");
    return mutantsOf(file, text).map((mutant) => ({
      ...mutant,
      id: hash(text, file, mutant.start, mutant.end, mutant.operator, mutant.replacement).slice(0, 16),
    }));
  });
}

/** The same mutants in the order in which a seed draws them. */
export function inDrawnOrder<T extends Mutant>(mutants: readonly T[], seed: string): readonly T[] {
  const keyed = mutants.map((mutant) => {
    const { file, start, end, operator, replacement } = mutant;
    return { mutant, key: hash(seed, file, start, end, operator, replacement) };
  });
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ mutant }) => mutant);
}

/** Draws `count` mutants of a folder that compile, or all that there are. */
export function draw(root: string, folder: string, seed: string, count: number, compiler: Compiler): Drawn {
  const possible = possibleMutants(root, folder);
  const mutants: Identified[] = [];
  let rejected = 0;
  for (const mutant of inDrawnOrder(possible, seed)) {
    if (mutants.length === count) break;
    if (compiler.accepts(mutant)) mutants.push(mutant);
    else rejected++;
  }
  return { folder, possible: possible.length, rejected, mutants };
}

/** Says whether a mutant compiles: its own file only, as the project's rules have it. */
export interface Compiler {
  readonly accepts: (mutant: Mutant) => boolean;
}

/** A compiler of the project at `root`; the first question takes some seconds. */
export function projectCompiler(root: string): Compiler {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  // What a mutant leaves unused is no fault of its.
  const settings = { ...options, noUnusedLocals: false, noUnusedParameters: false, allowUnreachableCode: true };
  const files = globSync("src/**/*.ts", { cwd: root, exclude: ["src/web/**"] }).map((file) => join(root, file));
  const mutated = new Map<string, string>();
  const versions = new Map<string, number>();
  const service = ts.createLanguageService({
    getCompilationSettings: () => settings,
    getScriptFileNames: () => files,
    getScriptVersion: (path) => String(versions.get(path) ?? 0),
    getScriptSnapshot: (path) => {
      const text = mutated.get(path) ?? ts.sys.readFile(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: (asked) => ts.getDefaultLibFilePath(asked),
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
  });
  const put = (path: string, text: string | null): void => {
    if (text === null) mutated.delete(path);
    else mutated.set(path, text);
    versions.set(path, (versions.get(path) ?? 0) + 1);
  };
  return {
    accepts: (mutant) => {
      const path = join(root, mutant.file);
      put(path, mutate(readFileSync(path, "utf8"), mutant));
      const problems = [...service.getSyntacticDiagnostics(path), ...service.getSemanticDiagnostics(path)];
      put(path, null);
      return problems.length === 0;
    },
  };
}

/** A hash of all sources of a folder: a draw holds as long as they are the same. */
export function sourcesHash(root: string, folder: string): string {
  const files = globSync(`src/${folder}/**/*.ts`, { cwd: root }).sort();
  return hash(...files.flatMap((file) => [file, readFileSync(join(root, file), "utf8")])).slice(0, 16);
}
