/**
 * Whether a request comes from one of the server's own pages, or from no page at all.
 */
export function isOwnOrigin({
  origin,
  host,
}: {
  readonly origin?: string | undefined;
  readonly host?: string | undefined;
}): boolean {
  if (origin === undefined) return true;
  return URL.parse(origin)?.host === host;
}
