/**
 * Whether a request comes from one of the server's own pages, or from no page at all.
 */
import type { Addresses } from "./addresses.ts";

/** Compares where a page comes from with the name that was asked, or with that of the proxy in front. */
export function isOwnOrigin(
  { origin, host }: { readonly origin?: string | undefined; readonly host?: string | undefined },
  addresses: Addresses,
): boolean {
  if (origin === undefined) return true;
  const from = URL.parse(origin);
  return from !== null && (from.host === host || addresses.isOwn(from.origin));
}
