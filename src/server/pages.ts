/**
 * The pages and what they load: files of the built web, and nothing else.
 *
 * Names of assets carry their content's digest, so browsers may keep them; pages are asked for anew each time.
 */
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply } from "fastify";
import type { ServerContext } from "./context.ts";

/** Which page answers which address. */
const pages: Readonly<Record<string, string>> = {
  "/": "index.html",
  "/teach": "teach.html",
  "/teach/:code": "teach.html",
  "/seat/:code": "seat.html",
  "/project/:code": "project.html",
  "/studio": "studio.html",
};

/** Serves the pages. */
export async function registerPages(app: FastifyInstance, { web }: ServerContext): Promise<void> {
  await app.register(fastifyStatic, {
    root: join(web, "assets"),
    prefix: "/assets/",
    immutable: true,
    maxAge: "365d",
    preCompressed: true,
  });
  for (const [address, file] of Object.entries(pages)) {
    app.get(address, (_, reply: FastifyReply) =>
      reply.header("cache-control", "no-cache").sendFile(file, web, { immutable: false, maxAge: 0 }),
    );
  }
}
