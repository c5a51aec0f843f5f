/**
 * Paths of requests as a page makes them: the teacher's pages and the studio put `/desk` before theirs.
 *
 * A proxy that shows class and desk under one name tells by it which of them is meant.
 */
const atDesk = /^\/(?:teach|studio)(?:\/|$)/.test(location.pathname);

/** The path by which this page asks for something of the server. */
export const ownPath = (path: string): string => (atDesk ? `/desk${path}` : path);
