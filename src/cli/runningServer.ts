/**
 * Starts a server over a data folder, with the rooms that it holds, behind two listening sockets.
 */
import { join, resolve } from "node:path";
import type { FastifyInstance } from "fastify";
import { Mistake } from "../scenario/mistake.ts";
import { Addresses, hostPart, isEverywhere, otherPort } from "../server/addresses.ts";
import { openDatabase } from "../server/database.ts";
import { overDataFolder } from "../server/dataFolder.ts";
import type { Door } from "../server/door.ts";
import { type Keys, keysIn } from "../server/keys.ts";
import { type Library, openLibrary, ownLibrary } from "../server/library.ts";
import { Rooms } from "../server/rooms.ts";
import { buildServer } from "../server/server.ts";
import type { ServerLog } from "../server/serverLog.ts";
import { startWarnings } from "../server/startWarnings.ts";
import { builtWeb } from "../server/webBuild.ts";
import type { Terminal } from "./terminal.ts";

/** Where a server listens and how it is reached. */
export interface ServerPlace {
  readonly port: number;
  readonly host: string;
  readonly deskPort: number;
  readonly deskHost: string;
  readonly publicUrl: URL | null;
  readonly deskUrl: URL | null;
  /** The data folder. */
  readonly data: string;
  /** Makes a new teacher's link; the old one ends. */
  readonly newLink: boolean;
}

/** A server that listens. */
export interface RunningServer {
  /** The class's address on this machine. */
  readonly address: string;
  readonly port: number;
  /** The teacher's address on this machine. */
  readonly desk: string;
  /** The secret of the teacher's link. */
  readonly secret: string;
  readonly keys: Keys;
  readonly rooms: Rooms;
  readonly library: Library;
  /** Where the class joins. */
  readonly joinAddress: string;
  close(): Promise<void>;
}

/**
 * Starts a server.
 * @throws Mistake where it cannot listen or keep anything there.
 */
export async function startServer(terminal: Terminal, place: ServerPlace, log: ServerLog): Promise<RunningServer> {
  if (place.port === place.deskPort && place.port !== 0) {
    throw new Mistake(`the class and the desk cannot share port ${place.port}`, "name another one with --desk-port");
  }
  const data = resolve(terminal.directory, place.data);
  return overDataFolder(data, place.data, async (folder) => {
    const server = await serveFolder(terminal, { ...place, data }, log);
    for (const line of startWarnings(folder, server.keys, server.rooms)) terminal.err.write(`${line}\n`);
    return server;
  });
}

/** Starts a server over a data folder that this process has. */
async function serveFolder(terminal: Terminal, place: ServerPlace, log: ServerLog): Promise<RunningServer> {
  const { host, deskHost, data } = place;
  const keys = keysIn(data);
  if (place.newLink) keys.renewTeacher();
  const web = await builtWeb((line) => terminal.err.write(`${line}\n`));
  const scenarios = join(terminal.directory, "scenarios");
  const library = openLibrary([scenarios, ownLibrary]);
  const database = openDatabase(data);
  const clocks = { now: Date.now, elapsed: () => performance.now() };
  const rooms = new Rooms(database, library, { clocks, fault: (where, error) => log.fault(where, error) });
  await rooms.resume();
  for (const room of rooms.all) log.begins(room, "resumed");
  for (const { code } of rooms.troubles()) log.damaged(code);
  let port = place.port;
  const addresses = new Addresses({ ...place, port: () => port });
  const doors = await buildServer({ library, scenarios, keys, data, web, rooms, now: Date.now, addresses, log });
  const close = async (): Promise<void> => {
    await doors.close();
    rooms.close();
    await database.close();
  };
  try {
    port = await listen(doors.forClass, place.port, host);
    const deskPort = await listen(doors.forDesk, place.deskPort, deskHost);
    const here = (name: string, at: number): string =>
      `http://${isEverywhere(name) ? "localhost" : hostPart(name)}:${at}`;
    return {
      address: here(host, port),
      port,
      desk: here(deskHost, deskPort),
      secret: keys.teacher,
      keys,
      rooms,
      library,
      joinAddress: addresses.join(null),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const options: Readonly<Record<Door, { readonly port: string; readonly host: string; readonly usual: string }>> = {
  class: { port: "--port", host: "--host", usual: "to listen at all of them" },
  desk: { port: "--desk-port", host: "--desk-host", usual: "to listen for this machine alone" },
};

/** Lets a door listen, and says at which port it does. */
async function listen(app: FastifyInstance, port: number, host: string): Promise<number> {
  const option = options[app.door];
  try {
    await app.listen({ port, host });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "EADDRINUSE") {
      throw new Mistake(`port ${port} is in use`, `another program runs there; try ${option.port} ${otherPort(port)}`);
    }
    if (code === "EACCES")
      throw new Mistake(`port ${port} may not be used`, `choose one above 1023 with ${option.port}`);
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
      throw new Mistake(`${host} is no address of this machine`, `leave ${option.host} out ${option.usual}`);
    }
    throw error;
  }
  const address = app.server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}
