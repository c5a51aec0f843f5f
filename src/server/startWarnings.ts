/**
 * What a server says at its start that is not as it should be and does not keep it from serving the rest.
 */
import type { DataFolder } from "./dataFolder.ts";
import type { Keys } from "./keys.ts";
import type { Rooms } from "./rooms.ts";

/** One line for each trouble; none where all is well. */
export function startWarnings(folder: DataFolder, keys: Keys, rooms: Rooms): readonly string[] {
  const open = folder.open.map((path) => `others on this machine may read ${path}: change its permissions`);
  const aside =
    keys.setAside === null
      ? []
      : [`the file of keys was damaged and lies at ${keys.setAside}: the teacher's link is new, students join again`];
  const damaged = rooms.troubles().map(({ code, why, advice }) => `class ${code} cannot be opened: ${why}; ${advice}`);
  return [...open, ...aside, ...damaged];
}
