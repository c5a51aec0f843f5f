/**
 * The wall's way in: the key behind the link's `#` is handed over once and taken out of the address bar.
 */
import { ask } from "./ask.ts";

/** Hands over the key in the address, if there is one; the page then connects by its cookie. */
export async function enterByWallLink(code: string): Promise<void> {
  const key = location.hash.slice(1);
  if (key === "") return;
  history.replaceState(null, "", location.pathname + location.search);
  await ask("POST", `/api/room/${code}/wall`, { key });
}
