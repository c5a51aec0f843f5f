/**
 * English that depends on what it counts or names: `1 move` and `2 moves`, `a move` and `an outcome`.
 */

/** So many of something; `write` writes the number. The noun is regular: `entry` becomes `entries`. */
export function counted(count: number, noun: string, write: (count: number) => string = String): string {
  return `${write(count)} ${count === 1 ? noun : plural(noun)}`;
}

function plural(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(?:s|x|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;
}

/** A noun with its article, by its first letter. */
export function withArticle(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? "an" : "a"} ${noun}`;
}
