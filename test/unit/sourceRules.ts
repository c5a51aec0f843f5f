/**
 * The rules that every source file keeps: which folder may import which, what stays out of results, how long a file is,
 * and that an exported type's name means one thing.
 *
 * The checker is a pure function of paths and texts, so its own tests can show it wrong sources. It reads imports by
 * their form, type imports included; it does not parse TypeScript.
 */

/** Folders of `src`, each importing only those before it. */
export const layers = [
  "scenario",
  "chance",
  "engine",
  "log",
  "kernel",
  "space",
  "ensemble",
  "solve",
  "check",
  "export",
  "report",
  "testing",
  "studio",
  "classroom",
  "server",
  "web",
  "cli",
];

/** Longest file, in lines. */
export const linesMax = 600;

const withoutNode = [
  "scenario/",
  "chance/",
  "engine/",
  "kernel/",
  "space/",
  "solve/",
  "check/",
  "ensemble/statistics",
  "studio/timeline",
];
const results = ["scenario/", "chance/", "engine/", "kernel/", "space/", "solve/", "check/"];
const outside = ["cli/", "server/", "web/"];

const homes: Readonly<Record<string, readonly string[]>> = {
  yaml: ["scenario/"],
  chevrotain: ["scenario/"],
  zod: ["scenario/", "log/", "classroom/", "server/"],
  xstate: ["engine/"],
};

const impure = /\bMath\.random\b|\bDate\.now\b|\bnew Date\(|\.toLocale[A-Z]|\bIntl\./;
const platformMathematics =
  /\bMath\.(?:pow|exp|expm1|log|log2|log10|log1p|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|cbrt|hypot)\b|\*\*/;

const exportedType = /^[ \t]*export (?:default )?(?:declare )?(?:abstract )?(?:interface|type|class|enum) (\w+)/gm;

/** Everything that is wrong with some sources, by path under `src`, as sentences. */
export function sourceProblems(sources: ReadonlyMap<string, string>): readonly string[] {
  return [
    ...[...sources].flatMap(([path, text]) => fileProblems(path, text)),
    ...cycles(sources),
    ...repeatedNames(sources),
  ];
}

function fileProblems(path: string, text: string): readonly string[] {
  const code = withoutComments(text);
  const problems = importsOf(code).flatMap((target) => importProblem(path, target));
  const lines = text.split("\n").length - 1;
  if (lines > linesMax) problems.push(`${path} has ${lines} lines; ${linesMax} are the most`);
  const banned = lies(path, outside) ? null : impure.exec(code);
  if (banned !== null) problems.push(`${path} uses ${banned[0]}, which differs from one machine or moment to the next`);
  // Powers of two, and of whole literals, are exact everywhere.
  const powers = code.replaceAll(/\b(?:2 \*\*|\d+ \*\* \d+\b)/g, "");
  const inexact = lies(path, results) ? platformMathematics.exec(powers) : null;
  if (inexact !== null) problems.push(`${path} uses ${inexact[0]}, which differs between platforms`);
  return problems;
}

function importProblem(path: string, target: string): readonly string[] {
  if (target.startsWith("node:")) {
    return lies(path, withoutNode) ? [`${path} imports ${target}, but it has to run in a browser`] : [];
  }
  if (!target.startsWith(".")) {
    const packageName = target.startsWith("@") ? target.split("/").slice(0, 2).join("/") : (target.split("/")[0] ?? "");
    const home = homes[packageName];
    return home === undefined || lies(path, home)
      ? []
      : [`${path} imports ${target}, which belongs to ${home.join(" and ")}`];
  }
  const resolved = resolve(path, target);
  const [from, to] = [folderOf(path), folderOf(resolved)];
  if (from === "" || from === to) return [];
  if (to === "" && from === "cli") return [];
  const problems: string[] = [];
  if (!layers.includes(from)) problems.push(`${path} lies in ${from}, which is not one of the folders`);
  else if (!layers.includes(to) || layers.indexOf(to) > layers.indexOf(from)) {
    problems.push(`${path} imports ${resolved}, but ${from} stands above ${to}`);
  }
  return problems;
}

/** Files that import each other in a circle: one sentence for each circle found. */
function cycles(sources: ReadonlyMap<string, string>): readonly string[] {
  const problems: string[] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (path: string): void => {
    const index = trail.indexOf(path);
    if (index >= 0) {
      problems.push(`${[...trail.slice(index), path].join(" imports ")}`);
      return;
    }
    if (done.has(path)) return;
    trail.push(path);
    for (const target of importsOf(withoutComments(sources.get(path) ?? ""))) {
      const resolved = target.startsWith(".") ? resolve(path, target) : "";
      if (sources.has(resolved)) visit(resolved);
    }
    trail.pop();
    done.add(path);
  };
  for (const path of sources.keys()) visit(path);
  return problems;
}

/** Exported types, interfaces, classes and enums whose name another file, or the same, exports as well. */
function repeatedNames(sources: ReadonlyMap<string, string>): readonly string[] {
  const places = new Map<string, string[]>();
  for (const [path, text] of sources) {
    for (const [, name = ""] of withoutComments(text).matchAll(exportedType)) {
      places.set(name, [...(places.get(name) ?? []), path]);
    }
  }
  return [...places]
    .filter(([, paths]) => paths.length > 1)
    .map(([name, paths]) => `${name} is exported by ${paths.join(" and ")}; a name means one thing`);
}

const lies = (path: string, places: readonly string[]): boolean => places.some((place) => path.startsWith(place));

const folderOf = (path: string): string => (path.includes("/") ? (path.split("/")[0] ?? "") : "");

function importsOf(code: string): string[] {
  return [...code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']/g)].map((match) => match[1] ?? "");
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/.*$/gm, "$1");
}

function resolve(path: string, target: string): string {
  const parts = path.split("/").slice(0, -1);
  for (const part of target.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}
