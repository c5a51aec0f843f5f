/**
 * The classroom's requests: rooms under `/api/room`, their sockets under `/ws/room`.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { renderSVG } from "uqr";
import { Mistake } from "../scenario/mistake.ts";
import { joinForm, openForm } from "./asked.ts";
import { attachment } from "./attachment.ts";
import type { ServerContext } from "./context.ts";
import { cookieOptions } from "./cookie.ts";
import { type Coded, type FindRoom, registerDebrief } from "./debriefApi.ts";
import { isOwnOrigin } from "./origin.ts";
import { codeOf, knownAs } from "./requestLimits.ts";
import type { Giver, RoomHost, Watcher } from "./roomHost.ts";
import { serveSocket } from "./roomSocket.ts";
import { seatCookie, seatIn, seatToken } from "./seatToken.ts";
import { isTeacher, requireTeacher } from "./teacher.ts";
import { registerWall } from "./wallApi.ts";
import { isWall } from "./wallKey.ts";
import { WrongCodes } from "./wrongCodes.ts";

/** Why there is no room to speak of. */
type NoRoom = "unknown" | "wait" | "damaged";

const refusals: Readonly<Record<NoRoom, readonly [status: number, error: string]>> = {
  unknown: [404, "no such room"],
  wait: [429, "too many tries"],
  damaged: [503, "damaged"],
};

/** Adds the classroom's routes. */
export function registerClassroom(app: FastifyInstance, context: ServerContext): void {
  const { rooms, keys } = context;
  const teacherOnly = { onRequest: requireTeacher(context) };
  const wrong = new WrongCodes(context.now);

  /** The room of a request's code. Where many wrong ones were tried, strangers have to wait; who has a seat has not. */
  async function roomOf(asked: FastifyRequest<Coded>): Promise<RoomHost | NoRoom> {
    if (wrong.mustWait(asked.ip) && (await knownAs(asked, context)) === null) return "wait";
    const host = rooms.find(codeOf(asked));
    if (host !== null) return host;
    if (rooms.troubleWith(codeOf(asked)) !== null) return "damaged";
    wrong.note(asked.ip);
    return "unknown";
  }

  /** Where the class gets in, for whoever asked. */
  const addressOf = ({ protocol, host }: FastifyRequest): string => context.joinAddress(`${protocol}://${host}/`);

  async function refuseRoom(reply: FastifyReply, why: NoRoom): Promise<void> {
    const [status, error] = refusals[why];
    await reply.code(status).send({ error });
  }

  app.get("/api/rooms", teacherOnly, () => ({
    rooms: rooms.list(),
    scenarios: context.library.list(),
    troubles: rooms.troubles(),
    keysSetAside: keys.setAside,
  }));

  app.get<Coded>("/api/room/:code/rows.jsonl", teacherOnly, async (asked, reply) => {
    const code = codeOf(asked);
    if (rooms.find(code) === null && rooms.troubleWith(code) === null) return refuseRoom(reply, "unknown");
    return reply
      .header("content-disposition", attachment(`class-${code}.rows.jsonl`))
      .type("application/x-ndjson")
      .send(rooms.database.rawRows(code).join(""));
  });

  app.post("/api/rooms", teacherOnly, async (asked, reply) => {
    const request = openForm.safeParse(asked.body);
    if (!request.success) return reply.code(400).send({ error: "not understood" });
    try {
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

  const find: FindRoom = async (asked, reply) => {
    const host = await roomOf(asked);
    if (typeof host !== "string") return host;
    await refuseRoom(reply, host);
    return null;
  };
  registerDebrief(app, context, find);
  registerWall(app, context, { find, addressOf });

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
    // Who came by the old link does not come back; the browser that asked for a new one does.
    if (who.byLink)
      socket.on(
        "close",
        keys.onRenewal(() => socket.close(1012, "new link")),
      );
    for (const data of early) socket.emit("message", data);
  });
}

interface Asker {
  readonly looker: Watcher["looker"];
  readonly giver: Giver | null;
  /** Whether the teacher's link lets this browser in. */
  readonly byLink: boolean;
}

/** Who stands behind a socket: the teacher by the link, the wall by the link or its own, a student by the seat. */
async function whoAsks(
  asked: FastifyRequest<Coded & { Querystring: { as?: string } }>,
  context: ServerContext,
  host: RoomHost,
): Promise<Asker | null> {
  const { as } = asked.query;
  if (as === "teacher" || as === "projector") {
    const byLink = await isTeacher(asked, context);
    if (as === "projector" && (byLink || (await isWall(context.keys, host.code, asked)))) {
      return { looker: { kind: "projector" }, giver: null, byLink };
    }
    return as === "teacher" && byLink ? { looker: { kind: "teacher" }, giver: { teacher: true }, byLink } : null;
  }
  const seat = await seatIn(context.keys, host.code, asked.cookies[seatCookie(host.code)]);
  if (seat === null || host.seat(seat) === null) return null;
  return { looker: { kind: "seat", seat }, giver: { seat }, byLink: false };
}
