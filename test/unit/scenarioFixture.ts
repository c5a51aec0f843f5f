/**
 * What tests of the scenario language share: a small document to vary, and complaints in a form that is easy to
 * compare.
 */
import type { Diagnostic } from "../../src/scenario/diagnostic.ts";
import type { Model } from "../../src/scenario/model.ts";
import { readScenario, type Scenario } from "../../src/scenario/scenario.ts";

/** A head that every document needs. */
export const head = "demarche: 1\nid: test\ntitle: Test\n";

/** Something to act on: an actor, a track, a scale, a count and a flag. */
export const world = `${head}actors:
  usa:
    name: United States
  russia:
    name: Russia
tracks:
  reply:
    initial: promised
    states: [promised, delivered, late]
variables:
  tension: { scale: [0, 10], initial: 6 }
  packages: { count: [0, 8], initial: 1 }
  leaked: { flag: false }
`;

/** All diagnostics of a document. */
export function diagnosticsOf(text: string): readonly Diagnostic[] {
  return readScenario({ file: "test.yaml", text }).diagnostics;
}

/** Code and marked text of each complaint, as in `unknown-name: tensoin`; warnings begin with `?`. */
export function complaintsOf(text: string): readonly string[] {
  return diagnosticsOf(text).map((diagnostic) => {
    const sign = diagnostic.severity === "warning" ? "? " : "";
    return `${sign}${diagnostic.code}: ${markedText(text, diagnostic)}`;
  });
}

/** The complaints that make the document unusable. */
export function errorsOf(text: string): readonly string[] {
  return complaintsOf(text).filter((complaint) => !complaint.startsWith("?"));
}

/** The warnings, without their sign. */
export function warningsOf(text: string): readonly string[] {
  return complaintsOf(text).flatMap((complaint) => (complaint.startsWith("? ") ? [complaint.slice(2)] : []));
}

/** The only complaint with a code. */
export function complaint(text: string, code: string): Diagnostic {
  const all = diagnosticsOf(text);
  const found = all.filter((diagnostic) => diagnostic.code === code);
  const [first] = found;
  if (first === undefined || found.length > 1) {
    throw new Error(`${found.length} complaints ${code} among ${all.map((one) => one.code).join(", ") || "none"}`);
  }
  return first;
}

/** The text that a diagnostic marks. */
export function markedText(text: string, { span }: Diagnostic): string {
  const lines = text.split("\n");
  const first = lines[span.line - 1] ?? "";
  if (span.line === span.endLine) return first.slice(span.column - 1, span.endColumn - 1);
  const middle = lines.slice(span.line, span.endLine - 1);
  const last = (lines[span.endLine - 1] ?? "").slice(0, span.endColumn - 1);
  return [first.slice(span.column - 1), ...middle, last].join("\n");
}

/** Reads a document that must be right. */
export function read(text: string): Scenario {
  const { scenario, diagnostics } = readScenario({ file: "test.yaml", text });
  if (scenario !== null) return scenario;
  throw new Error(diagnostics.map(({ span, message }) => `${span.line}:${span.column} ${message}`).join("\n"));
}

/** The model of a document that must be right. */
export function modelOf(text: string): Model {
  return read(text).model;
}
