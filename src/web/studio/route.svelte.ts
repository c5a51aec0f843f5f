/**
 * The place within the studio: what stands behind the address's `#`, so that back, forward and links work.
 */
export type Route =
  | { readonly page: "library" }
  | { readonly page: "scenario"; readonly id: string; readonly part: string | null }
  | { readonly page: "run"; readonly id: string; readonly position: number | null }
  | { readonly page: "beside"; readonly left: string; readonly right: string | null }
  | { readonly page: "task"; readonly id: string }
  | { readonly page: "edit"; readonly id: string };

const place = $state<{ route: Route }>({ route: read() });

function read(): Route {
  const [page = "", one = "", two] = location.hash
    .replace(/^#\/?/, "")
    .split("/")
    .map((part) => decodeURIComponent(part));
  if (one === "") return { page: "library" };
  switch (page) {
    case "scenario":
      return { page, id: one, part: two ?? null };
    case "run":
      return { page, id: one, position: two !== undefined && /^\d+$/.test(two) ? Number(two) : null };
    case "beside":
      return { page, left: one, right: two === undefined || two === "" ? null : two };
    case "task":
    case "edit":
      return { page, id: one };
    default:
      return { page: "library" };
  }
}

addEventListener("hashchange", () => {
  place.route = read();
});

/** Where the reader is. */
export const routeIn = (): Route => place.route;

/** An address within the studio. */
export function linkTo(...parts: readonly (string | number)[]): string {
  return `#/${parts.map((part) => encodeURIComponent(part)).join("/")}`;
}

/** Goes to a place; the place before stays in the history. */
export function goTo(...parts: readonly (string | number)[]): void {
  location.hash = linkTo(...parts);
}

/** Notes a place in the address without a step in the history. */
export function noteAt(...parts: readonly (string | number)[]): void {
  history.replaceState(null, "", linkTo(...parts));
}
