/**
 * The pages and what they load: files of the built web, and nothing else.
 *
 * Names of assets carry their content's digest, so browsers may keep them; pages are asked for anew each time. A class's
 * code behind the address opens the page for joining; what is not there is said as a page to people, as JSON to programs.
 */
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ServerContext } from "./context.ts";
import type { Door } from "./door.ts";
import { missingPage } from "./missingPage.ts";
import { codeOf } from "./requestLimits.ts";
import { codePattern } from "./roomCode.ts";

/** Which page answers which address, at which door. */
const pages: Readonly<Record<Door, Readonly<Record<string, string>>>> = {
  class: { "/": "index.html", "/seat/:code": "seat.html", "/project/:code": "project.html" },
  desk: {
    "/teach": "teach.html",
    "/teach/:code": "teach.html",
    "/studio": "studio.html",
    "/project/:code": "project.html",
  },
};

/** Serves the pages of a door. */
export async function registerPages(app: FastifyInstance, { web }: ServerContext): Promise<void> {
  await app.register(fastifyStatic, {
    root: join(web, "assets"),
    prefix: "/assets/",
    immutable: true,
    maxAge: "365d",
    preCompressed: true,
  });
  // Left to itself, sending a file would set a header of its own.
  const send = (reply: FastifyReply, file: string): FastifyReply =>
    reply.header("cache-control", "no-cache").sendFile(file, web, { cacheControl: false });
  for (const [address, file] of Object.entries(pages[app.door])) {
    app.get(address, (_, reply: FastifyReply) => send(reply, file));
  }
  app.get("/licences.txt", (_, reply: FastifyReply) => send(reply, "licences.txt"));
  if (app.door === "class") {
    app.get<{ Params: { code: string } }>("/:code", (asked, reply) =>
      codePattern.test(codeOf(asked)) ? send(reply, "index.html") : tellMissing(asked, reply),
    );
  } else app.get("/", (_, reply: FastifyReply) => reply.redirect("/teach"));
  app.setNotFoundHandler(tellMissing);
}

/** Answers that there is nothing at an address, in the form that whoever asked can read. */
function tellMissing(asked: FastifyRequest, reply: FastifyReply): FastifyReply {
  const wantsPage = asked.headers.accept?.includes("text/html") === true && !/^\/(?:api|ws)\//.test(asked.url);
  reply.code(404).header("cache-control", "no-store");
  if (!wantsPage) return reply.send({ error: "not found" });
  return reply.type("text/html; charset=utf-8").send(missingPage(asked.server.door));
}
