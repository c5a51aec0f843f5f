/**
 * What turns one JSON value into another, so that a screen is told only what is new on it.
 *
 * Objects are patched field by field, lists item by item, everything else is given anew. Values that are the same object
 * count as equal without a look inside, so what screens share costs nothing. `patched(old, patchOf(old, next))` equals
 * `next` for all plain JSON.
 */

export type Patch =
  | { readonly value: unknown }
  /** Fields of an object that changed; null takes one away. */
  | { readonly fields: Readonly<Record<string, Patch | null>> }
  /** The list has this length now, and these items are other ones than before. */
  | { readonly length: number; readonly items: readonly (readonly [index: number, patch: Patch])[] };

/** The patch from one value to another; null where they are equal. */
export function patchOf(old: unknown, next: unknown): Patch | null {
  if (Object.is(old, next)) return null;
  if (Array.isArray(old) && Array.isArray(next)) return listPatch(old, next);
  if (isRecord(old) && isRecord(next)) return recordPatch(old, next);
  return { value: next };
}

function listPatch(old: readonly unknown[], next: readonly unknown[]): Patch | null {
  const items = next.flatMap((item, index): (readonly [number, Patch])[] => {
    const patch = index < old.length ? patchOf(old[index], item) : { value: item };
    return patch === null ? [] : [[index, patch]];
  });
  return items.length === 0 && old.length === next.length ? null : { length: next.length, items };
}

function recordPatch(old: Readonly<Record<string, unknown>>, next: Readonly<Record<string, unknown>>): Patch | null {
  const fields: [string, Patch | null][] = [];
  for (const [name, value] of Object.entries(next)) {
    const patch = Object.hasOwn(old, name) ? patchOf(old[name], value) : { value };
    if (patch !== null) fields.push([name, patch]);
  }
  for (const name of Object.keys(old)) if (!Object.hasOwn(next, name)) fields.push([name, null]);
  return fields.length === 0 ? null : { fields: Object.fromEntries(fields) };
}

/** The value that a patch makes of another. What the patch leaves alone stays the same object. */
export function patched(old: unknown, patch: Patch): unknown {
  if ("value" in patch) return patch.value;
  if ("fields" in patch) {
    const next = new Map(Object.entries(isRecord(old) ? old : {}));
    for (const [name, part] of Object.entries(patch.fields)) {
      if (part === null) next.delete(name);
      else next.set(name, patched(next.get(name), part));
    }
    return Object.fromEntries(next);
  }
  const next = (Array.isArray(old) ? old : []).slice(0, patch.length);
  for (const [index, part] of patch.items) next[index] = patched(next[index], part);
  return next;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
