/**
 * What a page asks the server for, kept up with the address it comes from: asked again when that changes, and what was
 * there stays in sight until the new has come.
 */
import { ask } from "../shared/ask.ts";
import { languageIn } from "../shared/language.svelte.ts";

export class Loaded<T> {
  value = $state.raw<T | null>(null);
  /** Why it could not be had, in the server's words. */
  error = $state<string | null>(null);
  private turn = 0;

  /** Asks once more. */
  async again(path: string): Promise<void> {
    this.turn += 1;
    const { turn } = this;
    const reply = await ask<T>("GET", path);
    if (turn !== this.turn) return;
    this.error = "error" in reply ? reply.error : null;
    if ("value" in reply) this.value = reply.value;
  }
}

/** Loads what an address gives, for as long as the component lives; a null address gives nothing. */
export function load<T>(path: () => string | null): Loaded<T> {
  const loaded = new Loaded<T>();
  $effect(() => {
    const address = path();
    if (address !== null) void loaded.again(address);
  });
  return loaded;
}

/** An address of the studio's requests, with the scenario's texts in the reader's language where there are such. */
export const inWords = (path: string): string =>
  languageIn() === "en" ? `/api/studio${path}` : `/api/studio${path}?texts=${languageIn()}`;
