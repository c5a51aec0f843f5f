/**
 * A door of the server: a listening socket with what holds for every request that comes by it.
 *
 * The class's door lets in whoever is in the network, the desk's only the teacher. Which door a request came by decides
 * what there is to ask for; the address of whoever asks never does. Slow, idle and broken connections are ended, and
 * their number is bounded.
 */
import type { IncomingMessage } from "node:http";
import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import websocket from "@fastify/websocket";
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { LogError } from "../log/logError.ts";
import type { ServerContext } from "./context.ts";
import { isOwnOrigin } from "./origin.ts";
import { limitRequests } from "./requestLimits.ts";

/** Whose door a request came by. */
export type Door = "class" | "desk";

declare module "fastify" {
  interface FastifyInstance {
    readonly door: Door;
  }
}

/** Largest body of a request, in bytes: a name or a trial from the class, a scenario document or a log at the desk. */
const bodyMax: Readonly<Record<Door, number>> = { class: 64 * 1024, desk: 4 * 1024 * 1024 };

/** Connections at once: ten rooms of thirty browsers with a socket and some requests each; a teacher's few browsers. */
const connectionsMax: Readonly<Record<Door, number>> = { class: 2000, desk: 200 };

/** Largest message on a socket, in bytes. */
const messageMax = 64 * 1024;

/** Milliseconds for a request's headers, for the whole request, and until an idle connection is ended. */
const headersMs = 10_000;
const requestMs = 60_000;
const idleMs = 10_000;

/** Milliseconds between two looks for connections that took too long. */
const lookMs = 1000;

/** Requests on one connection before the browser opens another. */
const requestsOnConnection = 1000;

/** Behind a proxy under one name, paths that begin so belong to the desk. */
const deskPath = /^\/desk(?=\/)/;

/**
 * Makes a door without routes; it does not listen yet.
 * @param stopping is aborted once the server stops: nothing is answered any more.
 */
export async function openDoor(context: ServerContext, door: Door, stopping: AbortSignal): Promise<FastifyInstance> {
  const { addresses, log } = context;
  const app = fastify({
    bodyLimit: bodyMax[door],
    trustProxy: addresses.isProxied ? "loopback" : false,
    forceCloseConnections: true,
    requestTimeout: requestMs,
    keepAliveTimeout: idleMs,
    maxRequestsPerSocket: requestsOnConnection,
    http: { headersTimeout: headersMs, connectionsCheckingInterval: lookMs },
    rewriteUrl: ({ url = "/" }: IncomingMessage) => (door === "desk" ? url.replace(deskPath, "") : url),
  });
  app.server.maxConnections = connectionsMax[door];
  app.decorate("door", door);
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
  app.addHook("onRequest", async (_, reply) => {
    if (stopping.aborted) await reply.code(503).header("connection", "close").send({ error: "the server stops" });
  });
  if (door === "desk") app.addHook("onRequest", refuseStrangeNames(context));
  await app.register(cookie);
  await limitRequests(app, context);
  await app.register(websocket, {
    options: { maxPayload: messageMax },
    errorHandler: (error, socket, asked) => {
      log.fault(`${door} socket ${asked.routeOptions.url ?? ""}`, error);
      socket.terminate();
    },
  });
  app.addHook("onRequest", async (asked, reply) => {
    if (asked.url.startsWith("/api/")) reply.header("cache-control", "no-store");
    if (asked.method !== "GET" && asked.method !== "HEAD" && !isOwnOrigin(asked.headers, addresses)) {
      await reply.code(403).send({ error: "asked from another site" });
    }
  });
  app.setErrorHandler(answerError(context));
  app.get("/healthz", async () => ({ ok: true, rooms: context.rooms.all.length }));
  return app;
}

/** Turns away whoever asks the desk under a name that is not its own. */
function refuseStrangeNames({ addresses }: ServerContext) {
  return async (asked: FastifyRequest, reply: FastifyReply): Promise<void> => {
    // The header itself: what a proxy says of another one could be forged. Health checks ask by any address.
    if (addresses.isDesk(asked.headers.host) || asked.routeOptions.url === "/healthz") return;
    await reply
      .code(421)
      .type("text/plain; charset=utf-8")
      .send(
        "The teacher's pages do not answer under this name.\n" +
          "Open the link that `demarche serve` printed, or start it with --desk-url and the address that you use.\n",
      );
  };
}

/** A full or unreadable disk is told as it is; what was acknowledged before is safe. Nothing else is told outside. */
function answerError({ log }: ServerContext) {
  return async (error: FastifyError | LogError, asked: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const isLog = error instanceof LogError;
    const status = isLog ? 503 : (error.statusCode ?? 500);
    if (status >= 500) log.fault(`${asked.method} ${asked.routeOptions.url ?? "unknown path"}`, error);
    await reply.code(status).send({ error: isLog ? error.reason : "failed" });
  };
}
