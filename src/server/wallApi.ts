/**
 * The requests about a class's wall: its link for the teacher, and the way in for the browser that shows it.
 */
import type { FastifyInstance, FastifyReply } from "fastify";
import { renderSVG } from "uqr";
import type { ServerContext } from "./context.ts";
import type { Coded } from "./debriefApi.ts";
import type { RoomFinder } from "./roomFinder.ts";
import { requireTeacher } from "./teacher.ts";
import { enterWall, wallLink } from "./wallKey.ts";

/** Adds the routes to a door: the way in to both, the link to the desk. */
export function registerWall(app: FastifyInstance, context: ServerContext, { find }: Pick<RoomFinder, "find">): void {
  const { keys, addresses } = context;
  const linkOf = (code: string): string => `${addresses.join(null).replace(/\/$/, "")}${wallLink(keys, code)}`;

  app.post<Coded>(
    "/api/room/:code/wall",
    { config: { rateLimit: { max: 20, timeWindow: "1 minute" } } },
    async (asked, reply: FastifyReply) => {
      const host = await find(asked, reply);
      if (host === null) return reply;
      const entered = await enterWall(keys, host.code, { asked, reply, addresses });
      return entered ? { entered } : reply.code(403).send({ error: "wrong link" });
    },
  );
  if (app.door === "desk") registerLink(app, context, find, linkOf);
}

/** The link to the wall, for the teacher to copy or to scan. */
function registerLink(
  app: FastifyInstance,
  context: ServerContext,
  find: RoomFinder["find"],
  linkOf: (code: string) => string,
): void {
  const teacherOnly = { onRequest: requireTeacher(context) };
  app.get<Coded>("/api/room/:code/wall", teacherOnly, async (asked, reply) => {
    const host = await find(asked, reply);
    if (host === null) return reply;
    return reply.header("cache-control", "no-store").send({ link: linkOf(host.code) });
  });

  app.get<Coded>("/api/room/:code/wall.svg", teacherOnly, async (asked, reply) => {
    const host = await find(asked, reply);
    if (host === null) return reply;
    const picture = renderSVG(linkOf(host.code), { border: 2 });
    return reply.header("cache-control", "no-store").type("image/svg+xml").send(picture);
  });
}
