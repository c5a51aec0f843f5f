/**
 * A figure's data as a table: what is drawn, in full precision, for whoever wants to check or draw it anew.
 */

export type Value = string | number | boolean | null;

export interface Table {
  /** File name without its ending. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

/** The table as comma-separated values (RFC 4180), with its columns' names first. */
export function csvOf({ columns, rows }: Table): string {
  return `${[columns, ...rows].map((row) => row.map(field).join(",")).join("\r\n")}\r\n`;
}

function field(value: Value): string {
  if (value === null) return "";
  const text = String(value);
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}
