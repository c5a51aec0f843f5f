/**
 * The studio's words in the language in use, and small values in words.
 */
import { dateOfRound } from "../../scenario/calendar.ts";
import type { Clock } from "../../scenario/model.ts";
import { dateIn, fill, type Language, languageIn } from "../shared/language.svelte.ts";
import { type StudioTexts, studioEn } from "../shared/texts/studio.en.ts";
import { studioPt } from "../shared/texts/studio.pt.ts";

const texts: Readonly<Record<Language, StudioTexts>> = { en: studioEn, pt: studioPt };

/** The studio's words in the language in use. */
export const words = (): StudioTexts => texts[languageIn()];

/** A text that counts something, in the form that the number asks for. */
export function counted(text: { readonly one: string; readonly many: string }, n: number): string {
  return fill(n === 1 ? text.one : text.many, { n: numberIn(n) });
}

/** A value of a variable, flag or assumption. */
export function valueIn(value: string | number | boolean): string {
  if (typeof value === "boolean") return value ? words().yes : words().no;
  return typeof value === "number" ? numberIn(value) : value;
}

/** A number with the language's decimal sign. */
export function numberIn(value: number, digits = 6): string {
  return new Intl.NumberFormat(languageIn() === "en" ? "en-GB" : languageIn(), {
    maximumFractionDigits: digits,
  }).format(value);
}

/** A share in per cent. */
export const percentIn = (share: number): string => numberIn(share * 100, share < 0.1 ? 1 : 0);

/** When a round is: its date, or its number where there is no calendar. */
export function roundIn(clock: Clock | null, round: number, style: "long" | "short" = "long"): string {
  return clock === null ? fill(words().round, { round }) : dateIn(dateOfRound(clock, round), style);
}
