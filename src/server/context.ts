/**
 * What all parts of the server share: where scenarios come from, where events are kept, and who is who.
 */
import type { Keys } from "./keys.ts";
import type { Library } from "./library.ts";

export interface ServerContext {
  readonly library: Library;
  /** The folder of scenarios into which edited documents are saved. */
  readonly scenarios: string;
  readonly keys: Keys;
  /** The folder with everything the server keeps. */
  readonly data: string;
  /** The folder with the built pages. */
  readonly web: string;
}
