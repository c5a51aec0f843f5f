/**
 * The requests of a debrief: what each knew, courses to try, and what a teacher keeps of a class.
 *
 * A student may ask once the teacher has opened the debrief, the teacher as soon as the rounds are over. The records of
 * a class are the teacher's alone, at any time. What takes long is done in threads, so that no room waits for another.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isDebriefed, isOver } from "../classroom/screen.ts";
import { printLines } from "../log/logText.ts";
import { attachment } from "./attachment.ts";
import type { ServerContext, WorkingContext } from "./context.ts";
import { RefusedRequest } from "./refusal.ts";
import { trialForm } from "./requestForms.ts";
import { knownAs } from "./requestLimits.ts";
import type { RoomHost } from "./roomHost.ts";
import { seatCookie, seatIn } from "./seatToken.ts";
import { type ClassRequest, type RunOfRoom, sentRun } from "./shortWork.ts";
import { isTeacher, requireTeacher } from "./teacher.ts";
import { isWall } from "./wallKey.ts";

/** A request that names a room by its code. */
export type Coded = { Params: { code: string } };

/** Finds the room of a request, or answers that there is none. */
export type FindRoom = (asked: FastifyRequest<Coded>, reply: FastifyReply) => Promise<RoomHost | null>;

/** Adds the routes. */
export function registerDebrief(app: FastifyInstance, context: WorkingContext, find: FindRoom): void {
  const teacherOnly = { onRequest: requireTeacher(context) };
  const wordsOf = ({ code }: RoomHost): ReadonlyMap<string, string> => context.rooms.database.wordsOf(code);

  /** The room, if whoever asks may look into its secrets. */
  async function opened(asked: FastifyRequest<Coded>, reply: FastifyReply): Promise<RoomHost | null> {
    const host = await find(asked, reply);
    if (host === null || (await looksInto(asked, context, host))) return host;
    await reply.code(403).send({ error: "not now" });
    return null;
  }

  /** Has work done on a room's run for whoever asks; a refusal is answered here, as null. */
  async function done(
    asked: FastifyRequest,
    reply: FastifyReply,
    host: RoomHost,
    request: ClassRequest,
  ): Promise<string | null> {
    try {
      return await context.work.ofClass((await knownAs(asked, context)) ?? asked.ip, runOfRoom(host), request);
    } catch (error) {
      if (!(error instanceof RefusedRequest)) throw error;
      await reply.code(error.status).send({ error: error.message, hint: error.hint });
      return null;
    }
  }

  app.get<Coded & { Querystring: { as?: string } }>("/api/room/:code/knowledge", async (asked, reply) => {
    const host = await opened(asked, reply);
    if (host === null) return reply;
    const as = asked.query.as ?? "all";
    const known = host.run.scenario.model.actors.some(({ id }) => id === as) || as === "public" || as === "all";
    if (!known) return reply.code(400).send({ error: "not understood" });
    const text = await done(asked, reply, host, { kind: "knowledge", as });
    return text === null ? reply : reply.type(json).send(text);
  });

  app.post<Coded>("/api/room/:code/try", async (asked, reply) => {
    const host = await opened(asked, reply);
    if (host === null) return reply;
    const trial = trialForm.safeParse(asked.body);
    if (!trial.success) return reply.code(400).send({ error: "not understood" });
    const text = await done(asked, reply, host, { kind: "trial", trial: trial.data });
    if (text === null) return reply;
    return text === "null" ? reply.code(409).send({ error: "not open" }) : reply.type(json).send(text);
  });

  // What a teacher keeps is asked for at the desk.
  if (app.door !== "desk") return;

  app.get<Coded & { Querystring: { language?: string } }>(
    "/api/room/:code/export.html",
    teacherOnly,
    async (asked, reply) => {
      const host = await opened(asked, reply);
      if (host === null) return reply;
      const { room, lamps, analysis, others } = host.place();
      const place = { room, lamps, analysis, words: wordsOf(host), others: others() };
      const language = asked.query.language ?? "en";
      const page = await done(asked, reply, host, { kind: "keepsake", place, language, web: context.web });
      return page === null ? reply : sendFile(reply, `${host.code}.html`, "text/html; charset=utf-8", page);
    },
  );

  app.get<Coded>("/api/room/:code/actions.csv", teacherOnly, async (asked, reply) => {
    const host = await find(asked, reply);
    if (host === null) return reply;
    const history = host.history().map(({ event }) => event);
    const streams = new Map(
      host.room.runs.map((stream) => [stream, sentRun({ ...runOfRoom(host), recorded: host.runAt(stream).recorded })]),
    );
    const table = await done(asked, reply, host, { kind: "actions", history, words: wordsOf(host), streams });
    if (table === null) return reply;
    // The mark tells spreadsheets that the file is UTF-8.
    return sendFile(reply, `${host.code}.csv`, "text/csv; charset=utf-8", `\ufeff${table}`);
  });

  app.get<Coded>("/api/room/:code/run.jsonl", teacherOnly, async (asked, reply) => {
    const host = await find(asked, reply);
    if (host === null) return reply;
    return sendFile(reply, `${host.code}.run.jsonl`, "application/x-ndjson", printLines(host.run.recorded, {}));
  });

  app.get<Coded>("/api/room/:code/room.jsonl", teacherOnly, async (asked, reply) => {
    const host = await find(asked, reply);
    if (host === null) return reply;
    return sendFile(reply, `${host.code}.room.jsonl`, "application/x-ndjson", printLines(host.history(), {}));
  });
}

/** Whether whoever asks may see the secrets of a room: the teacher after the rounds, a seat and the wall in the debrief. */
async function looksInto(asked: FastifyRequest, context: ServerContext, host: RoomHost): Promise<boolean> {
  if (await isTeacher(asked, context)) return isOver(host.room);
  if (!isDebriefed(host.room)) return false;
  // The debrief on the wall tells everybody what each knew.
  if (await isWall(context.keys, host.code, asked)) return true;
  const id = await seatIn(context.keys, host.code, asked.cookies[seatCookie(host.code)]);
  const seat = id === null ? null : host.seat(id);
  return seat !== null && seat.role !== null && !seat.removed;
}

function sendFile(reply: FastifyReply, name: string, type: string, text: string): FastifyReply {
  return reply
    .header("content-disposition", attachment(`class-${name}`))
    .header("cache-control", "no-store")
    .type(type)
    .send(text);
}

const json = "application/json; charset=utf-8";

const runOfRoom = ({ code, room, run }: RoomHost): RunOfRoom => ({
  code,
  overlay: room.overlay,
  recorded: run.recorded,
});
