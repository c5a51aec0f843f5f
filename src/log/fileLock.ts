/**
 * A lock on a file, between processes and within one: who holds it is the only one to append.
 *
 * It is SQLite's write lock on an empty file beside the locked one. The operating system releases it when its holder
 * dies, however it dies, so no lock is ever stale. The empty file goes when the last writer closes; one that a killed
 * process leaves behind is harmless. Like SQLite itself, it is not meant for network file systems.
 */
import { statSync, unlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Milliseconds to wait for another writer. */
const waitMsDefault = 5000;

export class FileLock {
  readonly #path: string;
  readonly #waitMs: number;
  #database: DatabaseSync | null = null;
  /** The lock file that the open database is, as the operating system numbers it. */
  #inode: bigint | null = null;

  constructor(file: string, waitMs = waitMsDefault) {
    this.#waitMs = waitMs;
    this.#path = join(dirname(file), `.${basename(file)}.lock`);
  }

  /** Works while holding the lock. Throws SQLite's error where it cannot be had. */
  hold<T>(work: () => T): T {
    const database = this.#take();
    try {
      return work();
    } finally {
      database.exec("rollback");
    }
  }

  /** Lets go of the lock file, and removes it unless another writer works. */
  close(): void {
    const database = this.#database;
    if (database === null) return;
    try {
      database.exec("pragma busy_timeout = 0");
      database.exec("begin immediate");
      if (inodeOf(this.#path) === this.#inode) unlinkSync(this.#path);
    } catch {
      // Somebody else holds it, and will remove it.
    }
    this.#drop();
  }

  #take(): DatabaseSync {
    for (;;) {
      const database = this.#open();
      database.exec("begin immediate");
      if (inodeOf(this.#path) === this.#inode) return database;
      // Another writer removed the file while this one waited: a lock on it would keep nobody out.
      this.#drop();
    }
  }

  #open(): DatabaseSync {
    while (this.#database === null) {
      const database = new DatabaseSync(this.#path, { timeout: this.#waitMs });
      const before = inodeOf(this.#path);
      // SQLite opens the file only when it is first used. Nothing is ever written, so no journal need be on disk.
      database.exec("pragma journal_mode = memory");
      const after = inodeOf(this.#path);
      if (before !== null && before === after) {
        this.#database = database;
        this.#inode = after;
      } else {
        database.close();
      }
    }
    return this.#database;
  }

  #drop(): void {
    this.#database?.close();
    this.#database = null;
    this.#inode = null;
  }
}

function inodeOf(path: string): bigint | null {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? null;
}
