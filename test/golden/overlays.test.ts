/**
 * The Geneva scenario in other words is whole: nothing is left untranslated in Portuguese, and no real name is left among
 * the invented ones.
 */
import { describe, expect, test } from "vitest";
import type { Texts } from "../../src/scenario/texts.ts";
import { libraryScenario } from "./pages.ts";

const editions = ["geneva-2022", "geneva-2022-class"];

/** Every text that somebody is shown, by a path of its own. Titles of sources stay as they were published. */
function told({ title, description, names, notes, questions, claims, descriptions, briefing }: Texts) {
  return new Map<string, string>([
    ["title", title],
    ["description", description ?? ""],
    ...Object.entries({ names, notes, questions, claims, descriptions }).flatMap(([kind, texts]) =>
      Object.entries(texts).map(([path, text]) => [`${kind} ${path}`, text] as const),
    ),
    ...Object.entries(briefing).flatMap(([part, paragraphs]) =>
      paragraphs.map((text, index) => [`briefing ${part} ${index}`, text] as const),
    ),
  ]);
}

describe.each(editions)("%s", (id) => {
  const original = told(libraryScenario(id).texts);

  test("is told in Portuguese throughout", () => {
    const portuguese = told(libraryScenario(id, "pt").texts);
    expect([...portuguese.keys()]).toEqual([...original.keys()]);
    // Names made from ids are shown to nobody where a move or state has a name of its own; abbreviations stay.
    const same = [...original].filter(([path, text]) => text !== "" && portuguese.get(path) === text);
    expect(same.filter(([, text]) => !/^(?:NATO|Duma)$/.test(text))).toEqual([]);
  });

  test("is told under invented names throughout", () => {
    const invented = told(libraryScenario(id, "fictional").texts);
    // What followed says which crisis was told, and then calls it by its names.
    const followed = (path: string): boolean => path.startsWith("briefing followed");
    const paths = (texts: ReadonlyMap<string, string>) => [...texts.keys()].filter((path) => !followed(path));
    expect(paths(invented)).toEqual(paths(original));
    const real =
      /Ukrain|Russia|Moscow|Kyiv|Kiev|Washington|America|United States|\bNATO\b|Turk|Erdogan|Belarus|Minsk|Kremlin|Duma|European|France|French|German|Berlin|Paris|Poland|Baltic|Eston|Latvia|Lithuan|Donbas|Putin|Biden|Geneva|Nord Stream|Normandy|Pentagon|White House|State Department/;
    expect([...invented].filter(([path, text]) => !followed(path) && real.test(text))).toEqual([]);
  });
});
