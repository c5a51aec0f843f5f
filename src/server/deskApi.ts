/**
 * What the teacher asks at the desk alone: which rooms there are, a new one, and that names be forgotten.
 */
import type { FastifyInstance } from "fastify";
import { Mistake } from "../scenario/mistake.ts";
import { attachment } from "./attachment.ts";
import type { WorkingContext } from "./context.ts";
import type { Coded } from "./debriefApi.ts";
import { openForm } from "./requestForms.ts";
import { codeOf } from "./requestLimits.ts";
import { RoomFinder } from "./roomFinder.ts";
import { requireTeacher } from "./teacher.ts";

/** Adds the desk's routes. */
export function registerDesk(app: FastifyInstance, context: WorkingContext): void {
  const { rooms } = context;
  const finder = new RoomFinder(context);
  const teacherOnly = { onRequest: requireTeacher(context) };

  app.get("/api/rooms", teacherOnly, async () => ({
    rooms: rooms.list(),
    scenarios: await context.listing.list(null),
    troubles: rooms.troubles(),
    keysSetAside: context.keys.setAside,
  }));

  app.get<Coded>("/api/room/:code/rows.jsonl", teacherOnly, async (asked, reply) => {
    const code = codeOf(asked);
    if (rooms.find(code) === null && rooms.troubleWith(code) === null) {
      return reply.code(404).send({ error: "no such room" });
    }
    return reply
      .header("content-disposition", attachment(`class-${code}.rows.jsonl`))
      .type("application/x-ndjson")
      .send(rooms.database.rawRows(code).join(""));
  });

  app.post("/api/rooms", teacherOnly, async (asked, reply) => {
    const request = openForm.safeParse(asked.body);
    if (!request.success) return reply.code(400).send({ error: "not understood" });
    try {
      const { scenario, language } = request.data;
      const host = rooms.open(request.data, await context.listing.prepare(scenario, language));
      context.log.begins(host, "opened");
      return { code: host.code };
    } catch (error) {
      if (error instanceof Mistake) return reply.code(422).send({ error: error.message });
      throw error;
    }
  });

  app.post<Coded & { Body: { seat?: string } }>("/api/room/:code/forget", teacherOnly, async (asked, reply) => {
    const host = await finder.find(asked, reply);
    if (host === null) return reply;
    const seat = typeof asked.body?.seat === "string" ? asked.body.seat : null;
    const deleted = host.forget(seat);
    return { deleted, complete: rooms.database.scour() };
  });
}
