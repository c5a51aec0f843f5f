/**
 * The library's list: every scenario is read in the threads of the pool, and what that gave is remembered until a file
 * changes. One that cannot be read in its time is listed with the reason, and is not tried again as it is.
 */
import type { Library } from "./library.ts";
import { RefusedRequest } from "./refusal.ts";
import type { ShortWork } from "./shortWork.ts";
import type { ListedEntry, ScenarioForRoom } from "./studioWork.ts";

/** A reading, or why there is none. */
type Found = { readonly entry: ListedEntry } | { readonly reason: RefusedRequest };

/** Reading the library takes turns with nobody's own requests. */
const asker = { group: "library", who: "library" };

export class Listing {
  readonly #library: Library;
  readonly #work: ShortWork;
  readonly #known = new Map<string, { readonly stamp: string; readonly found: Promise<Found> }>();

  constructor(library: Library, work: ShortWork) {
    this.#library = library;
    this.#work = work;
  }

  /** All scenarios, with titles and names in a language where there are such. */
  async list(language: string | null): Promise<readonly ListedEntry[]> {
    const entries: ListedEntry[] = [];
    for (const { id, languages, stamp } of this.#library.names()) {
      const found = await this.#look(id, language !== null && languages.includes(language) ? language : null, stamp);
      entries.push("entry" in found ? found.entry : unread(id, languages, found.reason));
    }
    return entries;
  }

  /**
   * A scenario with its texts in a language, read in a thread, so that opening a room keeps no other waiting; null where
   * there is none.
   * @throws RefusedRequest where it cannot be read in its time.
   */
  async prepare(id: string, language: string | null): Promise<ScenarioForRoom | null> {
    return JSON.parse(await this.#work.studio({ kind: "prepare", id, language }, asker)) as ScenarioForRoom | null;
  }

  #look(id: string, language: string | null, stamp: string): Promise<Found> {
    const key = `${id} ${language ?? ""}`;
    const known = this.#known.get(key);
    if (known?.stamp === stamp) return known.found;
    const found = this.#read(id, language);
    this.#known.set(key, { stamp, found });
    // What was no fault of the scenario's is tried again.
    const forget = (): void => {
      if (this.#known.get(key)?.found === found) this.#known.delete(key);
    };
    found.then((result) => {
      if ("reason" in result && result.reason.status !== 422) forget();
    }, forget);
    return found;
  }

  async #read(id: string, language: string | null): Promise<Found> {
    try {
      return { entry: JSON.parse(await this.#work.studio({ kind: "entry", id, language }, asker)) as ListedEntry };
    } catch (error) {
      if (error instanceof RefusedRequest) return { reason: error };
      throw error;
    }
  }
}

/** A scenario of which only its file is known. */
function unread(id: string, languages: readonly string[], { message, hint }: RefusedRequest): ListedEntry {
  return {
    id,
    title: id,
    description: null,
    languages,
    errors: 1,
    trouble: hint === null ? message : `${message}: ${hint}`,
    turns: null,
    actors: [],
    variants: [],
    lessons: [],
    counts: { actors: 0, tracks: 0, moves: 0, variants: 0, properties: 0 },
    outcomes: [],
  };
}
