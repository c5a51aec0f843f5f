/**
 * The studio's requests, under `/api/studio`; whoever asks came by the teacher's link.
 */
import type { FastifyInstance } from "fastify";
import type { ServerContext } from "./context.ts";

/** Adds the studio's routes to an instance whose prefix is `/api/studio`. */
export function registerStudio(app: FastifyInstance, context: ServerContext): void {
  app.get("/library", () => ({ scenarios: context.library.list() }));
}
