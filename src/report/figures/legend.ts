/**
 * Legends: the outcomes' colours and numbers, as HTML.
 */
import { escapeText } from "../escape.ts";
import type { OutcomeKey } from "./key.ts";

/** A small square of an outcome's colour. */
export function keySwatch({ colour }: { readonly colour: string }): string {
  return `<span class="swatch" style="background:${colour}"></span>`;
}

/** The outcomes with their colours and numbers. */
export function outcomeLegend(keys: readonly OutcomeKey[]): string {
  const items = keys.map((key) => `<li>${keySwatch(key)} ${key.number}. ${escapeText(key.name)}</li>`);
  return `<ul class="legend">${items.join("")}</ul>`;
}
