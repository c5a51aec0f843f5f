/**
 * What the studio's requests answer, as its pages read it.
 */
import type { RunEvent } from "../../engine/event.ts";
import type { RunResult } from "../../engine/observer.ts";
import type { Chart } from "../../export/chart.ts";
import type { Diagnostic } from "../../scenario/diagnostic.ts";
import type { LibraryEntry } from "../../server/library.ts";
import type { Description } from "../../studio/description.ts";

/** A scenario as the library's page lists it. */
export interface ListedScenario extends LibraryEntry {
  readonly counts: Readonly<Record<"actors" | "tracks" | "moves" | "variants" | "properties", number>>;
  readonly outcomes: readonly { readonly id: string; readonly name: string }[];
}

/** A scenario that was read; one with errors has neither description nor chart. */
export interface ReadReply {
  readonly diagnostics: readonly Diagnostic[];
  readonly version: string;
  readonly description: Description | null;
  readonly chart: Chart | null;
}

/** A run with everything that happened in it. */
export interface OpenedRun {
  readonly id: string;
  readonly events: readonly RunEvent[];
  readonly digest: string;
  readonly result: RunResult;
}

/** The scenario of a run, as it was then. */
export interface RunScenario {
  readonly description: Description;
  readonly chart: Chart;
  readonly present: boolean;
}
