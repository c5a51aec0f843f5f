/**
 * Elements that have to be there: a wrong index stops, where `?? 0` would turn it into a number like any other.
 *
 * Code that runs millions of times asks by the kind of its typed array: compilers keep what they learn by function, so
 * one function for all kinds would be slow for each. Put in place, a read costs what it costs without a check.
 */

/** The element at an index. Throws where there is none. */
export function at<T>(list: ArrayLike<T>, index: number): T & {} {
  return list[index] ?? outside(list, index);
}

/** The whole number at an index of a typed array. Throws where there is none. */
export function intAt(list: Int32Array, index: number): number {
  return list[index] ?? outside(list, index);
}

/** The double at an index of a typed array. Throws where there is none. */
export function floatAt(list: Float64Array, index: number): number {
  return list[index] ?? outside(list, index);
}

/** The byte at an index of a typed array. Throws where there is none. */
export function byteAt(list: Uint8Array, index: number): number {
  return list[index] ?? outside(list, index);
}

/**
 * The value of a record under a name.
 * @throws Error where there is none.
 */
export function itemNamed<Value>(record: Readonly<Record<string, Value>>, name: string): Value {
  const value = record[name];
  if (value === undefined) throw new Error(`there is nothing under the name ${name}`);
  return value;
}

function outside(list: ArrayLike<unknown>, index: number): never {
  throw new Error(`there is no element ${index} in a list of ${list.length}`);
}
