/**
 * `demarche serve`: the studio and the classroom, from this machine to the browsers of its network.
 */
import type { Command } from "commander";
import { renderUnicodeCompact } from "uqr";
import { Mistake } from "../scenario/mistake.ts";
import { hostPart, isEverywhere, isLoopback, lanAddresses } from "../server/addresses.ts";
import type { Rooms } from "../server/rooms.ts";
import { ServerLog } from "../server/serverLog.ts";
import { catchUnhandled } from "./catchUnhandled.ts";
import { type RunningServer, type ServerPlace, startServer } from "./runningServer.ts";
import type { Terminal } from "./terminal.ts";
import { wholeNumber } from "./treatmentOptions.ts";

interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly deskPort: number;
  readonly deskHost: string;
  readonly publicUrl?: URL;
  readonly deskUrl?: URL;
  readonly data: string;
  readonly keep: number;
  readonly newLink?: true;
  readonly verbose?: true;
}

/** Milliseconds between two looks for what has been kept for long enough. */
const keepingMs = 600_000;

/** Milliseconds between two looks for what another process deleted. */
const lookMs = 1000;

const help = `
Examples:
  demarche serve                          the class joins from the network, the teacher works on this machine
  demarche serve --desk-host 0.0.0.0      the teacher's pages are open to the network too, for a tablet
  demarche serve --data ~/crisis-class    keep everything there
  demarche serve --host 127.0.0.1 --public-url https://class.example --desk-url https://class.example
                                          behind a proxy that speaks TLS, on this machine

Ctrl-C stops it; started again, every room goes on where it was.`;

/** Defines the command. */
export function serveCommand(command: Command, terminal: Terminal): void {
  command
    .option("--port <n>", "port for the class", wholeNumber("--port", 0), 8080)
    .option("--host <address>", "address for the class; 127.0.0.1 for this machine alone", "0.0.0.0")
    .option("--desk-port <n>", "port for the teacher's pages and the studio", wholeNumber("--desk-port", 0), 8081)
    .option("--desk-host <address>", "address for the teacher's pages and the studio", "127.0.0.1")
    .option("--public-url <url>", "address at which a proxy in front takes the class in", webAddress("--public-url"))
    .option("--desk-url <url>", "address at which the teacher comes in", webAddress("--desk-url"))
    .option("--data <folder>", "where rooms are kept", "demarche-data")
    .option("--keep <days>", "days after which names and messages are forgotten", wholeNumber("--keep", 0), 30)
    .option("--verbose", "show the calls that led to a fault")
    .option("--new-link", "make a new teacher's link; the old one ends, seats stay")
    .addHelpText("after", help)
    .action(async (options: ServeOptions) => serve(terminal, options));
}

/** Reads the address of a site: no path, no name of a user. */
function webAddress(option: string): (text: string) => URL {
  return (text) => {
    const url = URL.parse(text);
    const isSite = url !== null && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href;
    if (!isSite)
      throw new Mistake(`${option} ${text} is no address of a site`, `for example ${option} https://class.example`);
    return url;
  };
}

async function serve(terminal: Terminal, options: ServeOptions): Promise<void> {
  const signal = terminal.stopping();
  terminal.outlivesReaders();
  const { err } = terminal;
  const log = new ServerLog({
    write: (line) => err.write(`${line}\n`),
    now: Date.now,
    verbose: options.verbose === true,
  });
  const takeNetAway = catchUnhandled((where, error) => log.fault(where, error));
  try {
    const place: ServerPlace = {
      ...options,
      publicUrl: options.publicUrl ?? null,
      deskUrl: options.deskUrl ?? null,
      newLink: options.newLink === true,
    };
    const server = await startServer(terminal, place, log);
    const keeping = keepWords(terminal, server.rooms, options.keep);
    announce(terminal, place, server);
    await new Promise<void>((done) => {
      if (signal.aborted) done();
      signal.addEventListener("abort", () => done(), { once: true });
    });
    keeping.end();
    await server.close();
  } finally {
    takeNetAway();
  }
}

/**
 * Forgets what has been kept for as long as it may be, now and every ten minutes, and takes in what `demarche forget`
 * deletes meanwhile.
 */
function keepWords(terminal: Terminal, rooms: Rooms, days: number): { readonly end: () => void } {
  const forget = (): void => {
    const codes = rooms.forgetAfter(days);
    if (codes.length === 0) return;
    terminal.err.write(`names and messages older than ${days} days are forgotten: ${codes.join(", ")}\n`);
  };
  forget();
  const timers = [
    setInterval(forget, keepingMs),
    setInterval(() => rooms.reread(), lookMs),
    setInterval(() => rooms.look(), lookMs),
  ];
  return { end: () => timers.forEach(clearInterval) };
}

/** Says where the teacher and the class find the server. */
function announce({ out }: Terminal, place: ServerPlace, server: RunningServer): void {
  const { joinAddress, secret } = server;
  const desk = place.deskUrl?.origin ?? server.desk;
  out.write(`${out.paint("bold", "Teacher")}  ${desk}/teach#${secret}\n`);
  if (place.deskUrl === null && isEverywhere(place.deskHost)) {
    const { port } = new URL(server.desk);
    for (const address of lanAddresses()) out.write(`         http://${hostPart(address)}:${port}/teach#${secret}\n`);
  }
  out.write(`${out.paint("bold", "Studio")}   ${desk}/studio#${secret}\n`);
  out.write(`${out.paint("bold", "Class")}    ${joinAddress}\n`);
  if (place.publicUrl === null && isEverywhere(place.host)) {
    for (const address of lanAddresses().slice(1)) out.write(`         http://${hostPart(address)}:${server.port}/\n`);
  }
  out.write(`\n${renderUnicodeCompact(joinAddress, { border: 2 })}\n\n`);
  out.write("Keep the teacher's link to yourself: whoever has it sees every secret. Ctrl-C stops the server.\n");
  if (isLoopback(place.deskHost)) {
    if (place.deskUrl === null) out.write("The teacher's pages and the studio open on this machine only.\n");
    return;
  }
  const host = `--desk-host ${place.deskHost}`;
  out.write(
    `${out.paint("yellow", "Careful:")} with ${host} the teacher's pages are open to the network. Whoever shares it can\n` +
      "try to reach them, and without TLS can read the teacher's link as it passes. Use it where you trust the network.\n",
  );
}
