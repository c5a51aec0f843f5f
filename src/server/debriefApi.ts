/**
 * The requests of a debrief: what each knew, courses to try, and what a teacher keeps of a class.
 *
 * A student may ask once the teacher has opened the debrief, the teacher as soon as the rounds are over. The records of
 * a class are the teacher's alone, at any time.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { actionsOf, actionTable } from "../classroom/actions.ts";
import { knowledgeOf, tryCourse } from "../classroom/debrief.ts";
import { type KeepsakeParts, keepsakePage, keptOf } from "../classroom/keepsake.ts";
import { isDebriefed, isOver } from "../classroom/screen.ts";
import { printLines } from "../log/logText.ts";
import { trialForm } from "./asked.ts";
import { attachment } from "./attachment.ts";
import type { ServerContext } from "./context.ts";
import type { RoomHost } from "./roomHost.ts";
import { seatCookie, seatIn } from "./seatToken.ts";
import { isTeacher, requireTeacher } from "./teacher.ts";
import { isWall } from "./wallKey.ts";

/** A request that names a room by its code. */
export type Coded = { Params: { code: string } };

/** Finds the room of a request, or answers that there is none. */
export type FindRoom = (asked: FastifyRequest<Coded>, reply: FastifyReply) => Promise<RoomHost | null>;

/** Adds the routes. */
export function registerDebrief(app: FastifyInstance, context: ServerContext, find: FindRoom): void {
  const teacherOnly = { onRequest: requireTeacher(context) };

  /** The room, if whoever asks may look into its secrets. */
  async function opened(asked: FastifyRequest<Coded>, reply: FastifyReply): Promise<RoomHost | null> {
    const host = await find(asked, reply);
    if (host === null || (await looksInto(asked, context, host))) return host;
    await reply.code(403).send({ error: "not now" });
    return null;
  }

  app.get<Coded & { Querystring: { as?: string } }>("/api/room/:code/knowledge", async (asked, reply) => {
    const host = await opened(asked, reply);
    if (host === null) return reply;
    const as = asked.query.as ?? "all";
    const known = host.run.scenario.model.actors.some(({ id }) => id === as) || as === "public" || as === "all";
    return known
      ? host.shared(`knowledge:${as}`, () => knowledgeOf(host.run, as))
      : reply.code(400).send({ error: "not understood" });
  });

  app.post<Coded>("/api/room/:code/try", async (asked, reply) => {
    const host = await opened(asked, reply);
    if (host === null) return reply;
    const trial = trialForm.safeParse(asked.body);
    if (!trial.success) return reply.code(400).send({ error: "not understood" });
    return tryCourse(host.run, trial.data) ?? reply.code(409).send({ error: "not open" });
  });

  app.get<Coded & { Querystring: { language?: string } }>(
    "/api/room/:code/export.html",
    teacherOnly,
    async (asked, reply) => {
      const host = await opened(asked, reply);
      if (host === null) return reply;
      const parts = keepsakeParts(context.web);
      if (parts === null) return reply.code(503).send({ error: "failed" });
      const page = keepsakePage(keptOf(host.place(), asked.query.language ?? "en"), parts);
      return sendFile(reply, `${host.code}.html`, "text/html; charset=utf-8", page);
    },
  );

  app.get<Coded>("/api/room/:code/actions.csv", teacherOnly, async (asked, reply) => {
    const host = await find(asked, reply);
    if (host === null) return reply;
    const events = host.history().map(({ event }) => event);
    const actions = actionsOf(events, host.run.scenario, (stream) => host.runAt(stream), host.place().words);
    // The mark tells spreadsheets that the file is UTF-8.
    return sendFile(reply, `${host.code}.csv`, "text/csv; charset=utf-8", `\ufeff${actionTable(actions)}`);
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

/** The built script and look of the page to keep; null where they were not built. */
function keepsakeParts(web: string): KeepsakeParts | null {
  const [scriptFile, styleFile] = [join(web, "keepsake/page.js"), join(web, "keepsake/page.css")];
  if (!existsSync(scriptFile) || !existsSync(styleFile)) return null;
  // Neither may end the element that it stands in.
  const script = readFileSync(scriptFile, "utf8").replaceAll("</script", "<\\/script");
  const style = readFileSync(styleFile, "utf8").replaceAll("</style", "");
  return { script, style, integrity: createHash("sha256").update(script).digest("base64") };
}
