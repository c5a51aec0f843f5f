/**
 * The server: one database and its rooms behind two doors, one for the class and one for the teacher's desk.
 *
 * It sends nothing to anybody else and takes nothing from elsewhere: a strict content security policy, requests that
 * change something only from its own pages, sizes and rates limited. It works on plain http in a school's network and
 * behind TLS alike.
 */
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { Analyst } from "./analyst.ts";
import { registerClassroom } from "./classroomApi.ts";
import type { ServerContext, WorkingContext } from "./context.ts";
import { registerDesk } from "./deskApi.ts";
import { openDoor } from "./door.ts";
import { Listing } from "./listing.ts";
import { registerPages } from "./pages.ts";
import { ShortWork } from "./shortWork.ts";
import { registerStudio } from "./studioApi.ts";
import { registerTeacher, requireTeacher } from "./teacher.ts";

/** Both doors, which do not listen yet. */
export interface Doors {
  /** For students and the wall. */
  readonly forClass: FastifyInstance;
  /** For the teacher: leading a class, and the studio. */
  readonly forDesk: FastifyInstance;
  /** Tells every screen that the server stops, ends its threads, and closes both doors. */
  close(): Promise<void>;
}

/** Milliseconds that a screen has to answer that its socket is closed. */
const farewellMs = 500;

/** Builds both doors over one context. */
export async function buildServer(given: ServerContext): Promise<Doors> {
  const work = new ShortWork({ folders: given.library.folders, runs: join(given.data, "runs") }, given.shortLimits);
  const context: WorkingContext = { ...given, work, listing: new Listing(given.library, work) };
  const analyst = new Analyst();
  context.rooms.onMove = (host) => {
    context.log.follow(host);
    analyst.follow(host);
  };
  const stop = new AbortController();
  const [forClass, forDesk] = await Promise.all([buildClass(context, stop.signal), buildDesk(context, stop.signal)]);
  return {
    forClass,
    forDesk,
    async close() {
      stop.abort();
      // A screen that was just connecting would have the process started once more.
      context.rooms.onMove = () => {};
      await Promise.all([sayFarewell(forClass), sayFarewell(forDesk), analyst.close(), work.close()]);
      await Promise.all([forClass.close(), forDesk.close()]);
    },
  };
}

/** Tells every screen that the server stops; whoever does not answer in time is cut off. */
async function sayFarewell({ websocketServer }: FastifyInstance): Promise<void> {
  const screens = [...websocketServer.clients];
  const gone = screens.map((screen) => new Promise<void>((done) => screen.once("close", () => done())));
  for (const screen of screens) screen.close(1001, "the server stops");
  const late = setTimeout(() => {
    for (const screen of screens) screen.terminate();
  }, farewellMs);
  await Promise.all(gone);
  clearTimeout(late);
}

/** The class's door: joining, seats and the wall. Of the teacher's routes it has none, whoever asks. */
async function buildClass(context: WorkingContext, stopping: AbortSignal): Promise<FastifyInstance> {
  const app = await openDoor(context, "class", stopping);
  registerClassroom(app, context);
  await registerPages(app, context);
  return app;
}

/** The teacher's door. */
async function buildDesk(context: WorkingContext, stopping: AbortSignal): Promise<FastifyInstance> {
  const app = await openDoor(context, "desk", stopping);
  registerTeacher(app, context);
  registerClassroom(app, context);
  registerDesk(app, context);
  await app.register(
    async (studio) => {
      studio.addHook("onRequest", requireTeacher(context));
      registerStudio(studio, context);
    },
    { prefix: "/api/studio" },
  );
  await registerPages(app, context);
  return app;
}
