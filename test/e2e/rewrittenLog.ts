/**
 * Forges logs: changes events and makes the chain of digests fit again, as somebody with this source could.
 */
import { canonical, digestOf } from "../../src/log/chain.ts";

type Json = { readonly [name: string]: unknown };

/** A log with its events changed and its chain made anew. */
export function rewritten(lines: readonly string[], change: (event: Json, position: number) => Json): string {
  let digest = "";
  return lines
    .filter((line) => line !== "")
    .map((line, position) => {
      const stored = JSON.parse(line) as { readonly more?: number; readonly event: Json };
      const event = canonical(change(stored.event, position));
      digest = digestOf(digest, position, event);
      const more = stored.more === undefined ? "" : `,"more":${stored.more}`;
      return `{"position":${position},"digest":"${digest}"${more},"event":${event}}\n`;
    })
    .join("");
}
