import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { luckOf } from "../../src/chance/draw.ts";

/**
 * No regression: these words were computed once, by another implementation in another language. A change of any of
 * them changes every run that was ever published, and needs a new number of the semantics.
 */
interface Pinned {
  readonly seed: string;
  readonly site: string;
  readonly replication: number;
  readonly round: number;
  readonly word: number;
}

const pinned = JSON.parse(readFileSync(new URL("../golden/draws.json", import.meta.url), "utf8")) as readonly Pinned[];

test("every pinned draw is what it always was", () => {
  const now = pinned.map((entry) => ({
    ...entry,
    word: luckOf(entry.seed, entry.replication).at(entry.site, entry.round),
  }));
  expect(pinned.length).toBeGreaterThan(100);
  expect(now).toEqual(pinned);
});
