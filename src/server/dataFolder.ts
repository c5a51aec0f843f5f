/**
 * The data folder of a running server: private to its owner, and one server's alone.
 *
 * The hold is SQLite's write lock on an empty file in the folder, kept for as long as the server runs. The operating
 * system frees it when the server dies, however it dies, so it is never stale; beside it lies where the holder is found.
 * Other programs that only touch the database, such as `demarche forget`, do not need it.
 */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { Mistake } from "../scenario/mistake.ts";
import { databaseFile } from "./database.ts";
import { makePrivateFile, makePrivateFolder, tighten, tightenAll, writePrivate } from "./privateFiles.ts";

const lockFile = ".server.lock";
const holderFile = "server.json";

const holderForm = z.object({ process: z.int().min(1), address: z.string().nullable() });

/** The right to serve a data folder. */
export interface DataFolder {
  readonly path: string;
  /** What others on this machine may still read or enter, where it could not be closed to them. */
  readonly open: readonly string[];
  /** Leaves the server's address for whoever wants to start a second one. */
  tellAddress(address: string): void;
  release(): void;
}

/**
 * Makes a data folder if there is none, closes it to others, and takes it for this server.
 * @param shown how messages call it.
 * @throws Mistake where it cannot be made, or where another server has it: with that one's address and process.
 */
export function takeDataFolder(path: string, shown: string): DataFolder {
  try {
    makePrivateFolder(path);
  } catch {
    throw new Mistake(`the folder ${shown} cannot be made`, "name another one with --data");
  }
  const lock = lockOn(path, shown);
  const tell = (address: string | null): void =>
    writePrivate(join(path, holderFile), `${JSON.stringify({ process: process.pid, address })}\n`);
  try {
    tell(null);
  } catch {
    lock.close();
    throw new Mistake(`the folder ${shown} cannot be written to`, "check its permissions, or name another with --data");
  }
  return {
    path,
    open: closeToOthers(path),
    tellAddress: tell,
    release() {
      rmSync(join(path, holderFile), { force: true });
      lock.close();
    },
  };
}

/** A server that was started. */
interface Started {
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Starts a server over a data folder that it has alone until it is closed.
 * @throws Mistake as `takeDataFolder` does, and what starting throws; the folder is free again then.
 */
export async function overDataFolder<S extends Started>(
  path: string,
  shown: string,
  start: (folder: DataFolder) => Promise<S>,
): Promise<S> {
  const folder = takeDataFolder(path, shown);
  try {
    const server = await start(folder);
    folder.tellAddress(server.address);
    const close = async (): Promise<void> => {
      await server.close();
      folder.release();
    };
    return { ...server, close };
  } catch (error) {
    folder.release();
    throw error;
  }
}

function lockOn(path: string, shown: string): DatabaseSync {
  const file = join(path, lockFile);
  let lock: DatabaseSync | null = null;
  try {
    makePrivateFile(file);
    lock = new DatabaseSync(file, { timeout: 0 });
    // Nothing is ever written, so no journal need be on disk.
    lock.exec("pragma journal_mode = memory; begin immediate");
    return lock;
  } catch (error) {
    lock?.close();
    if (error instanceof Error && error.message.includes("locked")) throw taken(path, shown);
    throw new Mistake(`the folder ${shown} cannot be written to`, "check its permissions, or name another with --data");
  }
}

/** Another server has the folder. */
function taken(path: string, shown: string): Mistake {
  const holder = holderOf(path);
  const who = holder === null ? "" : ` (process ${holder.process})`;
  if (holder?.address == null) {
    const hint = "stop it, or name another folder with --data";
    return new Mistake(`another server is starting or stopping over the folder ${shown}${who}`, hint);
  }
  const hint = `open ${holder.address}, stop that server first, or name another folder with --data`;
  return new Mistake(`the folder ${shown} is served already at ${holder.address}${who}`, hint);
}

function holderOf(path: string): z.infer<typeof holderForm> | null {
  try {
    return holderForm.parse(JSON.parse(readFileSync(join(path, holderFile), "utf8")));
  } catch {
    return null;
  }
}

/** Tightens what is the server's, whatever else lies in the folder; names what stayed open. */
function closeToOthers(path: string): readonly string[] {
  const own = (name: string): boolean => name.startsWith(databaseFile) || name.startsWith("keys.json");
  const files = readdirSync(path)
    .filter(own)
    .map((name) => join(path, name));
  const open = [path, ...files].filter((file) => !tighten(file));
  return [...open, ...["drafts", "runs"].flatMap((folder) => tightenAll(join(path, folder)))];
}
