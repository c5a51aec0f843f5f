/**
 * The server: pages, requests and sockets over one database.
 *
 * It sends nothing to anybody else and takes nothing from elsewhere: a strict content security policy, requests that
 * change something only from its own pages, sizes and rates limited. It works on plain http in a school's network and
 * behind TLS alike.
 */
import { join } from "node:path";
import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import websocket from "@fastify/websocket";
import fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import { LogError } from "../log/logError.ts";
import { Analyst } from "./analyst.ts";
import { registerClassroom } from "./classroomApi.ts";
import type { ServerContext } from "./context.ts";
import { Listing } from "./listing.ts";
import { isOwnOrigin } from "./origin.ts";
import { registerPages } from "./pages.ts";
import { limitRequests } from "./requestLimits.ts";
import { ShortWork } from "./shortWork.ts";
import { registerStudio } from "./studioApi.ts";
import { registerTeacher, requireTeacher } from "./teacher.ts";

/** Largest body of a request, in bytes: a scenario document at most. */
const bodyMax = 4 * 1024 * 1024;

/** Largest message on a socket, in bytes. */
const messageMax = 64 * 1024;

/** Builds the server; it does not listen yet. */
export async function buildServer(given: ServerContext): Promise<FastifyInstance> {
  const work = new ShortWork({ folders: given.library.folders, runs: join(given.data, "runs") });
  const context = { ...given, work, listing: new Listing(given.library, work) };
  const app = fastify({ bodyLimit: bodyMax, trustProxy: "loopback", forceCloseConnections: true });
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // A school's network has no TLS: these would lock browsers out.
    hsts: false,
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    referrerPolicy: { policy: "no-referrer" },
  });
  await app.register(cookie);
  await limitRequests(app, context);
  await app.register(websocket, { options: { maxPayload: messageMax } });
  app.addHook("onRequest", async (asked, reply) => {
    if (asked.method !== "GET" && asked.method !== "HEAD" && !isOwnOrigin(asked.headers)) {
      await reply.code(403).send({ error: "asked from another site" });
    }
  });
  app.setErrorHandler(answerError);
  const analyst = new Analyst();
  context.rooms.onMove = (host) => analyst.follow(host);
  app.addHook("onClose", async () => {
    await Promise.all([analyst.close(), work.close()]);
  });
  registerTeacher(app, context);
  registerClassroom(app, context);
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

/** A full or unreadable disk is told as it is; what was acknowledged before is safe. Nothing else is told outside. */
async function answerError(error: Error & { statusCode?: number }, _: unknown, reply: FastifyReply): Promise<void> {
  const status = error.statusCode ?? (error instanceof LogError ? 503 : 500);
  if (status >= 500) process.stderr.write(`${error instanceof LogError ? error.message : (error.stack ?? "")}\n`);
  await reply.code(status).send({ error: error instanceof LogError ? error.reason : "failed" });
}
