/** A small part of the fuzz run, always the same: `npm run test:fuzz` tries thousands. */
import { expect, test } from "vitest";
import { mutatedDocument } from "../fuzz/mutateDocument.ts";
import { mutatedLog } from "../fuzz/mutateLog.ts";
import { tryDocument, tryLog } from "../fuzz/trial.ts";

const seeds = (kind: string, count: number) => Array.from({ length: count }, (_, index) => `1/${kind}/${index}`);

test("mutated documents are read, drawn, run and checked, or refused with a place", () => {
  const found = seeds("document", 60).flatMap((seed) => tryDocument(mutatedDocument(seed)) ?? []);
  expect(found).toEqual([]);
});

test("mutated logs are verified, replayed, viewed and forked, or refused", async () => {
  const found: string[] = [];
  for (const seed of seeds("log", 40)) found.push(...[(await tryLog(mutatedLog(seed))) ?? []].flat());
  expect(found).toEqual([]);
});
