/**
 * The classroom's requests: rooms under `/api/room`, their sockets under `/ws/room`.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { renderSVG } from "uqr";
import { Mistake } from "../scenario/mistake.ts";
import { joinForm, openForm } from "./asked.ts";
import type { ServerContext, WorkingContext } from "./context.ts";
import { cookieOptions } from "./cookie.ts";
import { type Coded, registerDebrief } from "./debriefApi.ts";
import { isOwnOrigin } from "./origin.ts";
import { codeOf, knownAs } from "./requestLimits.ts";
import type { Giver, RoomHost, Watcher } from "./roomHost.ts";
import { serveSocket } from "./roomSocket.ts";
import { seatCookie, seatIn, seatToken } from "./seatToken.ts";
import { isTeacher, requireTeacher } from "./teacher.ts";
import { WrongCodes } from "./wrongCodes.ts";

/** Adds the classroom's routes. */
export function registerClassroom(app: FastifyInstance, context: WorkingContext): void {
  const { rooms, keys } = context;
  const teacherOnly = { onRequest: requireTeacher(context) };
  const wrong = new WrongCodes(context.now);

  /** The room of a request's code. Where many wrong ones were tried, strangers have to wait; who has a seat has not. */
  async function roomOf(asked: FastifyRequest<Coded>): Promise<RoomHost | "unknown" | "wait"> {
    if (wrong.mustWait(asked.ip) && (await knownAs(asked, context)) === null) return "wait";
    const host = rooms.find(codeOf(asked));
    if (host !== null) return host;
    wrong.note(asked.ip);
    return "unknown";
  }

  /** Where the class gets in, for whoever asked. */
  const addressOf = ({ protocol, host }: FastifyRequest): string => context.joinAddress(`${protocol}://${host}/`);

  async function refuseRoom(reply: FastifyReply, why: "unknown" | "wait"): Promise<void> {
    await reply.code(why === "wait" ? 429 : 404).send({ error: why === "wait" ? "too many tries" : "no such room" });
  }

  app.get("/api/rooms", teacherOnly, async () => ({
    rooms: rooms.list(),
    scenarios: await context.listing.list(null),
  }));

  app.post("/api/rooms", teacherOnly, async (asked, reply) => {
    const request = openForm.safeParse(asked.body);
    if (!request.success) return reply.code(400).send({ error: "not understood" });
    try {
      await context.listing.vet(request.data.scenario, request.data.language);
      return { code: rooms.open(request.data).code };
    } catch (error) {
      if (error instanceof Mistake) return reply.code(422).send({ error: error.message });
      throw error;
    }
  });

  app.get<Coded>("/api/room/:code", async (asked, reply) => {
    const host = await roomOf(asked);
    if (typeof host === "string") return refuseRoom(reply, host);
    const { code, room, run } = host;
    const { texts, model } = run.scenario;
    return {
      code,
      title: texts.title === "" ? model.id : texts.title,
      closed: room.phase === "closed",
      roles: room.people.map((id) => ({ id, name: texts.names[`actors.${id}`] ?? id })),
      seat: await seatIn(keys, code, asked.cookies[seatCookie(code)]),
      address: addressOf(asked),
    };
  });

  app.post<Coded>("/api/room/:code/join", async (asked, reply) => {
    const host = await roomOf(asked);
    if (typeof host === "string") return refuseRoom(reply, host);
    const { code } = host;
    const request = joinForm.safeParse(asked.body);
    if (!request.success) return reply.code(400).send({ error: "name" });
    // Whoever has a seat keeps it, in however many tabs.
    const own = await seatIn(keys, code, asked.cookies[seatCookie(code)]);
    if (own !== null && host.seat(own)?.removed === false) return { seat: own };
    const outcome = host.join(request.data.key, request.data.name, request.data.wish);
    if ("refused" in outcome) return reply.code(409).send({ error: outcome.refused });
    const seat = outcome.seat ?? "";
    return reply.setCookie(seatCookie(code), await seatToken(keys, code, seat), cookieOptions(asked)).send({ seat });
  });

  app.get<Coded>("/api/room/:code/qr.svg", async (asked, reply) => {
    const host = await roomOf(asked);
    if (typeof host === "string") return refuseRoom(reply, host);
    return reply.type("image/svg+xml").send(renderSVG(`${addressOf(asked)}?code=${host.code}`, { border: 2 }));
  });

  app.post<Coded & { Body: { seat?: string } }>("/api/room/:code/forget", teacherOnly, async (asked, reply) => {
    const host = await roomOf(asked);
    if (typeof host === "string") return refuseRoom(reply, host);
    const seat = typeof asked.body?.seat === "string" ? asked.body.seat : null;
    const deleted = host.forget(seat);
    return { deleted, complete: rooms.database.scour() };
  });

  registerDebrief(app, context, async (asked, reply) => {
    const host = await roomOf(asked);
    if (typeof host !== "string") return host;
    await refuseRoom(reply, host);
    return null;
  });

  app.get<Coded & { Querystring: { as?: string } }>("/ws/room/:code", { websocket: true }, async (socket, asked) => {
    // The listener must stand before anything is awaited, or a message that comes at once would be lost.
    const early: Buffer[] = [];
    const gather = (data: Buffer): void => {
      if (early.length < 50) early.push(data);
    };
    socket.on("message", gather);
    const host = isOwnOrigin(asked.headers) ? await roomOf(asked) : "unknown";
    if (typeof host === "string") return socket.close(4404, host);
    const who = await whoAsks(asked, context, host);
    if (who === null) return socket.close(4401, "no seat");
    socket.off("message", gather);
    serveSocket(socket, host, who, context.now);
    for (const data of early) socket.emit("message", data);
  });
}

/** Who stands behind a socket: the teacher or the projector by the teacher's cookie, a student by the seat's. */
async function whoAsks(
  asked: FastifyRequest<Coded & { Querystring: { as?: string } }>,
  context: ServerContext,
  host: RoomHost,
): Promise<{ readonly looker: Watcher["looker"]; readonly giver: Giver | null } | null> {
  const { as } = asked.query;
  if (as === "teacher" || as === "projector") {
    if (!(await isTeacher(asked, context))) return null;
    return as === "teacher"
      ? { looker: { kind: "teacher" }, giver: { teacher: true } }
      : { looker: { kind: "projector" }, giver: null };
  }
  const seat = await seatIn(context.keys, host.code, asked.cookies[seatCookie(host.code)]);
  if (seat === null || host.seat(seat) === null) return null;
  return { looker: { kind: "seat", seat }, giver: { seat } };
}
