/**
 * The requests about a class's wall: its link for the teacher, and the way in for the browser that shows it.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { renderSVG } from "uqr";
import type { ServerContext } from "./context.ts";
import type { Coded, FindRoom } from "./debriefApi.ts";
import { requireTeacher } from "./teacher.ts";
import { enterWall, wallLink } from "./wallKey.ts";

/** Adds the routes. `addressOf` gives the address by which other machines reach this server, as a request came. */
export function registerWall(
  app: FastifyInstance,
  context: ServerContext,
  { find, addressOf }: { readonly find: FindRoom; readonly addressOf: (asked: FastifyRequest) => string },
): void {
  const { keys } = context;
  const teacherOnly = { onRequest: requireTeacher(context) };
  const linkOf = (asked: FastifyRequest, code: string): string =>
    `${addressOf(asked).replace(/\/$/, "")}${wallLink(keys, code)}`;

  app.get<Coded>("/api/room/:code/wall", teacherOnly, async (asked, reply) => {
    const host = await find(asked, reply);
    if (host === null) return reply;
    return reply.header("cache-control", "no-store").send({ link: linkOf(asked, host.code) });
  });

  app.get<Coded>("/api/room/:code/wall.svg", teacherOnly, async (asked, reply) => {
    const host = await find(asked, reply);
    if (host === null) return reply;
    const picture = renderSVG(linkOf(asked, host.code), { border: 2 });
    return reply.header("cache-control", "no-store").type("image/svg+xml").send(picture);
  });

  app.post<Coded>(
    "/api/room/:code/wall",
    { config: { rateLimit: { max: 20, timeWindow: "1 minute" } } },
    async (asked, reply: FastifyReply) => {
      const host = await find(asked, reply);
      if (host === null) return reply;
      const entered = await enterWall(keys, host.code, { asked, reply });
      return entered ? { entered } : reply.code(403).send({ error: "wrong link" });
    },
  );
}
