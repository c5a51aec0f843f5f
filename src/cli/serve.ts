/**
 * `demarche serve`: the studio and the classroom, from this machine to the browsers of its network.
 */
import { networkInterfaces } from "node:os";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { renderUnicodeCompact } from "uqr";
import { Mistake } from "../scenario/mistake.ts";
import { openDatabase } from "../server/database.ts";
import { overDataFolder } from "../server/dataFolder.ts";
import { type Keys, keysIn } from "../server/keys.ts";
import { type Library, openLibrary, ownLibrary } from "../server/library.ts";
import { Rooms } from "../server/rooms.ts";
import { buildServer } from "../server/server.ts";
import { startTroubles } from "../server/startTroubles.ts";
import { builtWeb } from "../server/webBuild.ts";
import type { Terminal } from "./terminal.ts";
import { wholeNumber } from "./treatmentOptions.ts";

interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly data: string;
  readonly keep: number;
  readonly newLink?: true | undefined;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Milliseconds between two looks for what another process deleted. */
const lookMs = 1000;

const help = `
Examples:
  demarche serve                          for the whole network of this machine, on port 8080
  demarche serve --host 127.0.0.1         for this machine alone
  demarche serve --data ~/crisis-class    keep everything there

Ctrl-C stops it; started again, every room goes on where it was.`;

/** Defines the command. */
export function serveCommand(command: Command, terminal: Terminal): void {
  command
    .option("--port <n>", "port to listen at", wholeNumber("--port", 0), 8080)
    .option("--host <address>", "address to listen at; 127.0.0.1 for this machine alone", "0.0.0.0")
    .option("--data <folder>", "where rooms are kept", "demarche-data")
    .option("--keep <days>", "days after which names and messages are forgotten", wholeNumber("--keep", 0), 30)
    .option("--new-link", "make a new teacher's link; the old one ends, seats stay")
    .addHelpText("after", help)
    .action(async (options: ServeOptions) => serve(terminal, options));
}

/** A server that listens. */
export interface RunningServer {
  readonly address: string;
  readonly port: number;
  /** The secret of the teacher's link. */
  readonly secret: string;
  readonly keys: Keys;
  readonly rooms: Rooms;
  readonly library: Library;
  close(): Promise<void>;
}

/** Starts a server over a data folder, with the rooms that it holds; no other may have it. */
export async function startServer(
  terminal: Terminal,
  options: Pick<ServeOptions, "host" | "port" | "data" | "newLink">,
): Promise<RunningServer> {
  const data = resolve(terminal.directory, options.data);
  return overDataFolder(data, options.data, async (folder) => {
    const server = await serveFolder(terminal, { ...options, data });
    for (const line of startTroubles(folder, server.keys, server.rooms)) terminal.err.write(`${line}\n`);
    return server;
  });
}

/** Starts a server over a data folder that this process has. */
async function serveFolder(
  terminal: Terminal,
  { host, port, data, newLink }: Pick<ServeOptions, "host" | "port" | "data" | "newLink">,
): Promise<RunningServer> {
  const keys = keysIn(data);
  if (newLink === true) keys.renewTeacher();
  const web = await builtWeb((line) => terminal.err.write(`${line}\n`));
  const scenarios = join(terminal.directory, "scenarios");
  const library = openLibrary([scenarios, ownLibrary]);
  const database = openDatabase(data);
  const rooms = new Rooms(database, library, Date.now);
  await rooms.resume();
  const joinAddress = (own: string): string => forClass(own, host);
  const app = await buildServer({ library, scenarios, keys, data, web, rooms, now: Date.now, joinAddress });
  const close = async (): Promise<void> => {
    await app.close();
    rooms.close();
    await database.close();
  };
  try {
    const taken = await listen(app, { port, host });
    const address = `http://${isEverywhere(host) ? "localhost" : hostPart(host)}:${taken}`;
    return { address, port: taken, secret: keys.teacher, keys, rooms, library, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const isEverywhere = (host: string): boolean => host === "0.0.0.0" || host === "::";

async function serve(terminal: Terminal, options: ServeOptions): Promise<void> {
  const server = await startServer(terminal, options);
  const keeping = keepWords(terminal, server.rooms, options.keep);
  const signal = terminal.interruption();
  announce(terminal, options.host, server);
  await new Promise<void>((done) => {
    if (signal.aborted) done();
    signal.addEventListener("abort", () => done(), { once: true });
  });
  keeping.end();
  await server.close();
}

/**
 * Forgets what has been kept for as long as it may be, now and from hour to hour, and takes in what `demarche forget`
 * deletes meanwhile.
 */
function keepWords(terminal: Terminal, rooms: Rooms, days: number): { readonly end: () => void } {
  const forget = (): void => {
    const codes = rooms.forgetBefore(Date.now() - days * dayMs);
    if (codes.length === 0) return;
    terminal.err.write(`names and messages older than ${days} days are forgotten: ${codes.join(", ")}\n`);
  };
  forget();
  const timers = [setInterval(forget, hourMs), setInterval(() => rooms.reread(), lookMs)];
  return { end: () => timers.forEach(clearInterval) };
}

/** An address as the class can use it: this machine's own name stands for its address in the network. */
function forClass(own: string, host: string): string {
  const address = new URL(own);
  const [lan] = lanAddresses();
  if (isEverywhere(host) && lan !== undefined && ["localhost", "127.0.0.1", "[::1]"].includes(address.hostname)) {
    address.hostname = hostPart(lan);
  }
  return address.href;
}

async function listen(
  app: Awaited<ReturnType<typeof buildServer>>,
  { port, host }: Pick<ServeOptions, "port" | "host">,
): Promise<number> {
  try {
    await app.listen({ port, host });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "EADDRINUSE") {
      throw new Mistake(`port ${port} is in use`, `another server runs there; try --port ${port + 1}`);
    }
    if (code === "EACCES") throw new Mistake(`port ${port} may not be used`, "choose one above 1023 with --port");
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
      throw new Mistake(`${host} is no address of this machine`, "leave --host out to listen at all of them");
    }
    throw error;
  }
  const address = app.server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}

/** Says where the teacher and the class find the server. */
function announce({ out }: Terminal, host: string, { address: own, port, secret }: RunningServer): void {
  const addresses = isEverywhere(host) ? lanAddresses() : [host];
  const join = `http://${hostPart(addresses[0] ?? "localhost")}:${port}/`;
  out.write(`${out.paint("bold", "Teacher")}  ${own}/teach#${secret}\n`);
  out.write(`${out.paint("bold", "Studio")}   ${own}/studio#${secret}\n`);
  out.write(`${out.paint("bold", "Class")}    ${join}\n`);
  for (const address of addresses.slice(1)) out.write(`         http://${hostPart(address)}:${port}/\n`);
  out.write(`\n${renderUnicodeCompact(join, { border: 2 })}\n\n`);
  out.write("Keep the teacher's link to yourself: whoever has it sees every secret. Ctrl-C stops the server.\n");
}

const hostPart = (address: string): string => (address.includes(":") ? `[${address}]` : address);

/** Addresses by which other machines of the network reach this one, IPv4 first. */
export function lanAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  const outside = all.filter(({ internal, address }) => !internal && !address.startsWith("fe80"));
  return outside.toSorted((one, other) => one.family.localeCompare(other.family)).map(({ address }) => address);
}
