/**
 * The classroom's requests: rooms under `/api/room`, their sockets under `/ws/room`.
 *
 * Both doors have them. Students join and sit at the class's door, the teacher leads at the desk's; the wall may be
 * opened at either.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { renderSVG } from "uqr";
import type { WorkingContext } from "./context.ts";
import { cookieOptions } from "./cookie.ts";
import { type Coded, registerDebrief } from "./debriefApi.ts";
import { isOwnOrigin } from "./origin.ts";
import { joinForm } from "./requestForms.ts";
import { codeOf } from "./requestLimits.ts";
import { RoomFinder } from "./roomFinder.ts";
import type { RoomHost } from "./roomHost.ts";
import { serveSocket, type Visitor } from "./roomSocket.ts";
import { seatCookie, seatIn, seatToken } from "./seatToken.ts";
import { hasEntered, isTeacher, showsTeacher } from "./teacher.ts";
import { registerWall } from "./wallApi.ts";
import { isWall, showsWall } from "./wallKey.ts";

/** Messages on a socket that are kept until it is known who speaks. */
const earlyMax = 8;

/** A socket's request: the room's code, and as whom the page looks at it. */
type SocketAsked = Coded & { Querystring: { as?: string } };

/** Adds the classroom's routes to a door. */
export function registerClassroom(app: FastifyInstance, context: WorkingContext): void {
  const { keys, addresses } = context;
  const finder = new RoomFinder(context);

  /** Where the class gets in, for whoever asked. */
  const addressOf = ({ protocol, host }: FastifyRequest): string =>
    addresses.join(app.door === "class" ? `${protocol}://${host}/` : null);

  app.get<Coded>("/api/room/:code", async (asked, reply) => {
    const host = await finder.find(asked, reply);
    if (host === null) return reply;
    const { code, room, run } = host;
    const { texts, model } = run.scenario;
    return {
      code,
      title: texts.title === "" ? model.id : texts.title,
      closed: room.phase === "closed",
      joiningClosed: room.joiningClosed,
      roles: room.people.map((id) => ({ id, name: texts.names[`actors.${id}`] ?? id })),
      seat: await seatIn(keys, code, asked.cookies[seatCookie(code)]),
      address: addressOf(asked),
    };
  });

  app.get<Coded>("/api/room/:code/qr.svg", async (asked, reply) => {
    const host = await finder.find(asked, reply);
    if (host === null) return reply;
    return reply.type("image/svg+xml").send(renderSVG(`${addressOf(asked)}?code=${host.code}`, { border: 2 }));
  });

  if (app.door === "class") registerJoining(app, context, finder);
  registerDebrief(app, context, finder.find);
  registerWall(app, context, finder);
  registerSocket(app, context, finder);
}

/** Students ask for a seat. */
function registerJoining(app: FastifyInstance, { keys, addresses }: WorkingContext, finder: RoomFinder): void {
  app.post<Coded>("/api/room/:code/join", async (asked, reply) => {
    const host = await finder.find(asked, reply);
    if (host === null) return reply;
    const { code } = host;
    const request = joinForm.safeParse(asked.body);
    if (!request.success) return reply.code(400).send({ error: "name" });
    // Whoever has a seat keeps it, in however many tabs.
    const own = await seatIn(keys, code, asked.cookies[seatCookie(code)]);
    if (own !== null && host.seat(own)?.removed === false) return { seat: own };
    if (host.fairUse.join(asked.ip) !== "go on") return reply.code(429).send({ error: "too fast" });
    const outcome = host.join(request.data.key, request.data.name, request.data.wish);
    if ("refused" in outcome) return reply.code(409).send({ error: outcome.refused });
    const seat = outcome.seat ?? "";
    const token = await seatToken(keys, code, seat);
    return reply.setCookie(seatCookie(code), token, cookieOptions(asked, addresses)).send({ seat });
  });
}

function registerSocket(app: FastifyInstance, context: WorkingContext, finder: RoomFinder): void {
  app.get<SocketAsked>("/ws/room/:code", { websocket: true }, async (socket, asked) => {
    if (!isOwnOrigin(asked.headers, context.addresses)) return socket.close(4404, "unknown");
    // Whoever shows nothing is sent away before anything is looked up or kept.
    if (!showsSomething(asked)) return socket.close(4401, "no seat");
    // The listener must stand before anything is awaited, or a message that comes at once would be lost.
    const early: Buffer[] = [];
    const gather = (data: Buffer): void => {
      if (early.length < earlyMax) early.push(data);
    };
    socket.on("message", gather);
    socket.on("error", () => socket.terminate());
    const host = await finder.look(asked);
    if (typeof host === "string") return socket.close(4404, host);
    const who = await whoAsks(asked, context, host);
    if (who === null) return socket.close(4401, "no seat");
    socket.off("message", gather);
    const { byLink, ...visitor } = who;
    serveSocket(socket, host, visitor, context.rooms.clocks);
    // Who came by the old link does not come back; the browser that asked for a new one does.
    if (byLink)
      socket.on(
        "close",
        context.keys.onRenewal(() => socket.close(1012, "new link")),
      );
    for (const data of early) socket.emit("message", data);
  });
}

/** Whether a socket comes with a cookie for what it asks, which still has to be proved. */
function showsSomething(asked: FastifyRequest<SocketAsked>): boolean {
  const { as } = asked.query;
  if (as === "projector") return showsTeacher(asked) || showsWall(codeOf(asked), asked);
  if (as === "teacher") return showsTeacher(asked);
  return asked.cookies[seatCookie(codeOf(asked))] !== undefined;
}

/** A visitor, and whether the teacher's link lets this browser in. */
interface Asker extends Visitor {
  readonly byLink: boolean;
}

/**
 * Who stands behind a socket: a student by the seat's cookie at the class's door, the teacher by the teacher's at the
 * desk. The wall shows what all may see: by its own link or the teacher's, at either.
 */
async function whoAsks(
  asked: FastifyRequest<SocketAsked>,
  context: WorkingContext,
  host: RoomHost,
): Promise<Asker | null> {
  const { as } = asked.query;
  if (as === "projector") {
    const byLink = await hasEntered(asked, context);
    const may = byLink || (await isWall(context.keys, host.code, asked));
    return may ? { looker: { kind: "projector" }, user: { wall: true }, byLink } : null;
  }
  if (as === "teacher") {
    return (await isTeacher(asked, context))
      ? { looker: { kind: "teacher" }, user: { teacher: true }, byLink: true }
      : null;
  }
  if (asked.server.door !== "class") return null;
  const seat = await seatIn(context.keys, host.code, asked.cookies[seatCookie(host.code)]);
  if (seat === null || host.seat(seat) === null) return null;
  return { looker: { kind: "seat", seat }, user: { seat }, byLink: false };
}
