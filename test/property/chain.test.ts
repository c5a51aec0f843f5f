import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import type { TurnHeld } from "../../src/engine/event.ts";
import { canonical, digestOf, extendChain, portableHash, verifyChain } from "../../src/log/chain.ts";
import { platformHash } from "../../src/log/logFile.ts";
import { LogText, printLines } from "../../src/log/logText.ts";
import { runEventForm } from "../../src/log/schema.ts";

const text = fc.string({ unit: "grapheme", maxLength: 12 });

const turnHeld: fc.Arbitrary<TurnHeld> = fc.record({
  type: fc.constant("TurnHeld" as const),
  version: fc.constant(1 as const),
  actor: text,
  chosen: fc.constantFrom("draw", "policy", "person", "given"),
  changes: fc.record(
    {
      cursor: text,
      round: fc.nat(),
      variables: fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/), fc.oneof(fc.integer(), fc.boolean())),
    },
    { requiredKeys: [] },
  ),
});

/** Appends, each of at least one event, some with a key. */
const appends = fc.array(
  fc.record({ events: fc.array(turnHeld, { minLength: 1, maxLength: 4 }), key: fc.option(text, { nil: undefined }) }),
  { minLength: 1, maxLength: 6 },
);

/** The lines of appends, one after the other. */
function write(all: readonly { readonly events: readonly TurnHeld[]; readonly key: string | undefined }[]) {
  let lines = "";
  let recorded = extendChain<TurnHeld>(undefined, []);
  for (const { events, key } of all) {
    const appended = extendChain(recorded.at(-1), events);
    lines += printLines(appended, key === undefined ? {} : { key, command: "0".repeat(64) });
    recorded = [...recorded, ...appended];
  }
  return { lines, recorded };
}

test.prop([appends])("a printed log is read as it was recorded, keys included", (all) => {
  const { lines, recorded } = write(all);
  const read = new LogText({ file: "x", form: runEventForm });
  read.read(Buffer.from(lines));
  expect(read.recorded).toEqual(recorded);
  expect(read.torn).toBeNull();
  expect(new Set(read.keys.keys())).toEqual(new Set(all.flatMap(({ key }) => key ?? [])));
  expect(verifyChain(read.recorded)).toBeNull();
});

test.prop([appends, fc.nat()])("a log that is cut anywhere holds whole appends and nothing else", (all, cut) => {
  const { lines, recorded } = write(all);
  const bytes = Buffer.from(lines);
  const read = new LogText({ file: "x", form: runEventForm });
  read.read(bytes.subarray(0, cut % (bytes.length + 1)));
  expect(recorded.slice(0, read.recorded.length)).toEqual(read.recorded);
  let ends = 0;
  const wholes = new Set([0, ...all.map(({ events }) => (ends += events.length))]);
  expect(wholes.has(read.recorded.length)).toBe(true);
});

test.prop([text, fc.nat(), turnHeld])("the platform's hash is the portable one", (previous, position, event) => {
  const stored = canonical(event);
  expect(digestOf(previous, position, stored, platformHash)).toBe(digestOf(previous, position, stored, portableHash));
});
