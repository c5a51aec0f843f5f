/**
 * Files of the server that nobody else on the machine may read: folders of mode 700, files of mode 600.
 *
 * Modes are set on what is made and on what an older version left, so the process's umask decides nothing. Where a file
 * system knows no modes, or the files belong to somebody else, that is told and not an error.
 */
import {
  chmodSync,
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

const folderMode = 0o700;
const fileMode = 0o600;

/** Makes a folder that only its owner may enter; the folders above it keep what they have. */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: folderMode });
  tighten(folder);
}

/**
 * Makes a file, if there is none, that only its owner may read, and tightens one that is there. One that is there is not
 * opened: closing it again would let go of the locks that SQLite holds on it in this process.
 */
export function makePrivateFile(file: string): void {
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) closeSync(openSync(file, "wx", fileMode));
  tighten(file);
}

/** Writes a private file whole or not at all, as `writeWhole` does. */
export function writePrivate(file: string, text: string): void {
  writeWhole(file, text, fileMode);
}

/**
 * Writes a file whole or not at all: a machine that stops leaves the old one or the new one.
 * @param mode of the file; without it, the process's umask decides.
 * @throws the platform's error where it cannot be written; what was there before stays.
 */
export function writeWhole(file: string, text: string, mode = 0o666): void {
  const fresh = join(dirname(file), `.${basename(file)}.new`);
  try {
    rmSync(fresh, { force: true });
    const opened = openSync(fresh, "wx", mode);
    try {
      const bytes = Buffer.from(text);
      for (let written = 0; written < bytes.length; ) written += writeSync(opened, bytes, written);
      fsyncSync(opened);
    } finally {
      closeSync(opened);
    }
    renameSync(fresh, file);
    syncFolder(dirname(file));
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

/** Takes from everybody but the owner what they may do with a file or folder, and says whether nothing is left to them. */
export function tighten(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isSymbolicLink()) return true;
  const mode = found.isDirectory() ? folderMode : fileMode;
  if ((found.mode & 0o077) === 0 || process.platform === "win32") return true;
  try {
    chmodSync(path, mode);
    return (lstatSync(path).mode & 0o077) === 0;
  } catch {
    return false;
  }
}

/** Tightens a folder with everything in it, and names what stayed open to others. */
export function tightenAll(folder: string): readonly string[] {
  const entries = lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? listing(folder) : [];
  const inside = entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? tightenAll(path) : tighten(path) ? [] : [path];
  });
  return tighten(folder) ? inside : [folder, ...inside];
}

function listing(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Makes a rename last: it is the folder that holds the name. Some systems cannot; then there is nothing to do. */
function syncFolder(folder: string): void {
  try {
    const opened = openSync(folder, "r");
    try {
      fsyncSync(opened);
    } finally {
      closeSync(opened);
    }
  } catch {
    // The file itself is whole in any case.
  }
}
