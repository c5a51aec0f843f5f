/**
 * The language of the interface: chosen by the reader, else the browser's, else English. All its words stand in
 * `texts/`; the scenario's own words come from the scenario.
 */
import { en, type PageTexts } from "./texts/en.ts";
import { pt } from "./texts/pt.ts";

export const languages = { en, pt } as const;
export type Language = keyof typeof languages;

const place = "demarche-language";

const isLanguage = (word: string | null): word is Language => word !== null && Object.hasOwn(languages, word);

/** What the reader chose before; a page that lies in a file may have nowhere to remember it. */
function remembered(): string | null {
  try {
    return localStorage.getItem(place);
  } catch {
    return null;
  }
}

function firstLanguage(): Language {
  const kept = remembered();
  const wanted = [kept, ...navigator.languages.map((tag) => tag.split("-")[0] ?? "")];
  return wanted.find(isLanguage) ?? "en";
}

const chosen = $state<{ language: Language }>({ language: firstLanguage() });
document.documentElement.lang = chosen.language;

/** The language in use. */
export const languageIn = (): Language => chosen.language;

/** The interface's words in the language in use. */
export const textIn = (): PageTexts => languages[chosen.language];

/** Changes the language. */
export function speak(language: Language): void {
  chosen.language = language;
  document.documentElement.lang = language;
  try {
    localStorage.setItem(place, language);
  } catch {
    // Then it is chosen for this time alone.
  }
}

/** Begins in a language, unless the reader chose one before. */
export function beginIn(language: string): void {
  if (remembered() !== null || !isLanguage(language)) return;
  chosen.language = language;
  document.documentElement.lang = language;
}

/** A day number as a date in the language in use, with the time of day where it has one. */
export function dateIn(day: number, style: "long" | "short" = "long"): string {
  const options: Intl.DateTimeFormatOptions =
    style === "long" ? { day: "numeric", month: "long", year: "numeric" } : { day: "numeric", month: "short" };
  return new Intl.DateTimeFormat(chosen.language === "en" ? "en-GB" : chosen.language, {
    ...options,
    ...(Number.isInteger(day) ? {} : { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    timeZone: "UTC",
  }).format(day * 86_400_000);
}

/** Puts values into a text's places: `fill("{n} of {all}", { n: 1, all: 2 })`. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
