/**
 * A figure: what is drawn, what it says in words, and the numbers behind it.
 */
import type { Table } from "../table.ts";

/** One picture of a figure. */
export interface Panel {
  readonly title: string | null;
  /** An SVG, or other HTML, ready to be placed. */
  readonly body: string;
}

/** Pictures among which the reader chooses one group to see. */
export interface FigureChoice {
  readonly id: string;
  readonly label: string;
  /** Choices with the same heading stand together; null for none. */
  readonly group: string | null;
  readonly panels: readonly Panel[];
  readonly table: Table;
}

export interface Figure {
  readonly id: string;
  readonly title: string;
  /** How to read it, in a sentence or two. */
  readonly lead: string;
  /** Explains marks and colours; HTML. */
  readonly legend: string | null;
  /** What is chosen, such as "Variable"; null where everything is shown at once. */
  readonly chooser: string | null;
  /** One choice where there is no chooser. */
  readonly choices: readonly FigureChoice[];
  /** HTML below the pictures. */
  readonly notes: string | null;
}
