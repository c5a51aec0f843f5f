/**
 * Where the server is found: by the class, by the teacher, and by this machine's own addresses.
 *
 * The teacher's socket answers only to names that are meant for it. A page of somebody else's whose name was made to
 * lead here (DNS rebinding) comes under its own name, and is turned away.
 */
import { networkInterfaces } from "node:os";

/** How the server is reached. */
export interface ServerAddresses {
  /** The class's address behind a proxy; null where browsers reach the server themselves. */
  readonly publicUrl: URL | null;
  /** The teacher's address behind a proxy. */
  readonly deskUrl: URL | null;
  /** Where the class's socket listens. */
  readonly host: string;
  /** Where the teacher's socket listens. */
  readonly deskHost: string;
  /** The class's port, once it is known. */
  readonly port: () => number;
}

/** Milliseconds for which this machine's addresses are remembered. */
const freshMs = 10_000;

/** Whether a socket listens at every address of this machine. */
export const isEverywhere = (host: string): boolean => host === "0.0.0.0" || host === "::";

/** Whether only this machine reaches an address. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || host === "[::1]" || /^127(?:\.\d+){3}$/.test(host);

/** An address as it stands in a URL. */
export const hostPart = (address: string): string => (address.includes(":") ? `[${address}]` : address);

export class Addresses {
  readonly #reach: ServerAddresses;
  readonly #lan: () => readonly string[];

  constructor(reach: ServerAddresses, lan: () => readonly string[] = remembered(lanAddresses, freshMs)) {
    this.#reach = reach;
    this.#lan = lan;
  }

  /** A proxy on this machine stands in front: what it says of browsers may be believed. */
  get isProxied(): boolean {
    return this.#reach.publicUrl !== null || this.#reach.deskUrl !== null;
  }

  /**
   * Where students join.
   * @param own is the address by which a browser of the class came, null for the teacher's.
   */
  join(own: string | null): string {
    const { publicUrl, host, port } = this.#reach;
    if (publicUrl !== null) return publicUrl.href;
    const came = own === null ? null : URL.parse(own);
    // A name that only this machine knows is no use to others.
    if (came !== null && !(isEverywhere(host) && isLoopback(came.hostname))) return came.href;
    const address = came ?? new URL(`http://localhost:${port()}/`);
    address.hostname = hostPart(isEverywhere(host) ? (this.#lan()[0] ?? "localhost") : host);
    return address.href;
  }

  /** Whether the teacher's socket may be asked under a name, as the request's Host says it. */
  isDesk(host: string | undefined): boolean {
    const name = host === undefined ? undefined : URL.parse(`http://${host}`)?.hostname;
    if (name === undefined) return false;
    const { publicUrl, deskUrl, deskHost } = this.#reach;
    if (isLoopback(name) || name === hostPart(deskHost)) return true;
    if (name === publicUrl?.hostname || name === deskUrl?.hostname) return true;
    return isEverywhere(deskHost) && this.#lan().some((address) => hostPart(address) === name);
  }

  /** Whether browsers come to this name by TLS, although the server itself does not speak it. */
  isSecure(host: string | undefined): boolean {
    const { publicUrl, deskUrl } = this.#reach;
    return [publicUrl, deskUrl].some((url) => url?.protocol === "https:" && url.host === host);
  }

  /** Whether an origin is that of a proxy in front. */
  isOwn(origin: string): boolean {
    const { publicUrl, deskUrl } = this.#reach;
    return publicUrl?.origin === origin || deskUrl?.origin === origin;
  }
}

/** Addresses by which other machines of the network reach this one, IPv4 first; read anew each time. */
export function lanAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  const outside = all.filter(({ internal, address }) => !internal && !address.startsWith("fe80"));
  return outside.toSorted((one, other) => one.family.localeCompare(other.family)).map(({ address }) => address);
}

/** Reads something again only after a while. */
export function remembered<T>(read: () => T, forMs: number, now: () => number = () => performance.now()): () => T {
  let known: { readonly value: T; readonly at: number } | null = null;
  return () => {
    if (known === null || now() - known.at >= forMs) known = { value: read(), at: now() };
    return known.value;
  };
}

/** A port to try where one is taken: not the next one, as class and desk usually stand side by side. */
export const otherPort = (port: number): number => (port + 10 <= 65_535 ? port + 10 : port - 10);
