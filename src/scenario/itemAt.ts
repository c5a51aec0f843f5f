/**
 * Items that must be there: a wrong index or name stops the program instead of becoming 0 or nothing.
 *
 * Where something may well be absent, `?? 0` says so; here its absence is a bug.
 */

/**
 * The item at an index.
 * @throws Error where there is none.
 */
export function itemAt<Item>(items: ArrayLike<Item>, index: number): Item {
  const item = items[index];
  if (item === undefined) throw new Error(`there is no item ${index} among ${items.length}`);
  return item;
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
