/**
 * How many cases a test tries: as many as show a mistake of the kind it looks for, and more in the heavier checks, which
 * `npm run test:deep` asks for.
 */

/** The usual number of cases, or that of the heavier checks. */
export function cases(usual: number, deep: number): number {
  return process.env.DEEP === "1" ? deep : usual;
}
