/**
 * Marks in text for a terminal: how a report asks for emphasis without knowing whether the terminal shows any.
 */

/** Kinds of emphasis. */
export type Emphasis = "bold" | "dim" | "red" | "green" | "yellow";

/** Marks a text, or leaves it as it is. */
export type Paint = (mark: Emphasis, text: string) => string;
