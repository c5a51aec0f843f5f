/**
 * A patch makes of the old value exactly the new one, shares what did not change, and says nothing where nothing changed.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, test as example, expect } from "vitest";
import { patched, patchOf } from "../../src/classroom/patch.ts";

const json = fc.jsonValue({ maxDepth: 4 });
const names = fc.constantFrom("a", "b", "__proto__", "constructor", "length", "");
const tree = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.integer({ min: 0, max: 3 }),
    fc.constantFrom(null, true, "x"),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(names, tie("value")), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("a patch", () => {
  test.prop([fc.oneof(json, tree), fc.oneof(json, tree)])("leads from any value to any other", (old, next) => {
    const patch = patchOf(old, next);
    // It crosses the network as JSON.
    const arrived = patch === null ? old : patched(plain(old), plain(patch) as NonNullable<typeof patch>);
    expect(inOrder(arrived)).toBe(inOrder(patch === null ? old : next));
    expect(patch === null).toBe(inOrder(old) === inOrder(next));
  });

  test.prop([tree])("of equal values says nothing", (value) => {
    expect(patchOf(value, plain(value))).toBeNull();
  });

  test.prop([fc.array(tree, { maxLength: 30 }), tree])("of a longer list says only what is new", (list, item) => {
    expect(patchOf(list, [...list, item])).toEqual({
      length: list.length + 1,
      items: [[list.length, { value: item }]],
    });
  });

  example("leads from an empty list to an empty object and back", () => {
    expect(patchOf([], {})).toEqual({ value: {} });
    expect(patchOf({}, [])).toEqual({ value: [] });
  });

  example("leaves what did not change the same object", () => {
    const old = { kept: { deep: [1] }, list: [{ a: 1 }, { a: 2 }], gone: 1 };
    const next = { kept: { deep: [1] }, list: [{ a: 1 }, { a: 3 }] };
    const patch = patchOf(old, next);
    if (patch === null) throw new Error("there is a difference");
    const made = patched(old, patch) as typeof next;
    expect(made).toEqual(next);
    expect(made.kept).toBe(old.kept);
    expect(made.list[0]).toBe(old.list[0]);
  });
});

/** A value as text, whatever the order of its fields: a page has no use for that. */
function inOrder(value: unknown): string {
  const sorted = (part: unknown): unknown =>
    Array.isArray(part)
      ? part.map(sorted)
      : typeof part === "object" && part !== null
        ? {
            entries: Object.entries(part)
              .map(([name, inner]) => [name, sorted(inner)] as const)
              .toSorted(([one], [other]) => (one < other ? -1 : 1)),
          }
        : part;
  return JSON.stringify(sorted(value));
}
