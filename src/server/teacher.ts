/**
 * The teacher's way in: a link with a secret, exchanged once for a signed cookie that no script can read.
 *
 * The secret stands behind the link's `#`, so that it reaches neither logs nor other sites. A cookie names the link that
 * it came by; once the link is renewed, only the browser that asked for that is still the teacher's.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import { Mistake } from "../scenario/mistake.ts";
import type { ServerContext } from "./context.ts";
import { cookieOptions } from "./cookie.ts";
import { type Keys, nameOfSecret, sameSecret } from "./keys.ts";

const cookie = "demarche_teacher";
const request = z.strictObject({ key: z.string().max(200) });

/**
 * `POST /api/teacher/enter` takes the link's secret; `GET /api/teacher` says whether the browser has entered;
 * `POST /api/teacher/renew` makes a new link and answers it.
 */
export function registerTeacher(app: FastifyInstance, context: ServerContext): void {
  app.post(
    "/api/teacher/enter",
    { config: { rateLimit: { max: 20, timeWindow: "1 minute" } } },
    async (asked, reply) => {
      const body = request.safeParse(asked.body);
      if (!body.success || !sameSecret(body.data.key, context.keys.teacher)) {
        return reply.code(403).send({ error: "wrong link" });
      }
      return reply
        .setCookie(cookie, await tokenOf(context.keys), cookieOptions(asked, context.addresses))
        .send({ entered: true });
    },
  );
  app.post("/api/teacher/renew", { onRequest: requireTeacher(context) }, async (asked, reply) => {
    try {
      context.keys.renewTeacher();
    } catch (error) {
      if (error instanceof Mistake) return reply.code(503).send({ error: "inaccessible" });
      throw error;
    }
    // The listeners close the sockets of the old link once the new cookie is on its way.
    reply.raw.once("finish", () => context.keys.tellRenewal());
    const link = `/teach#${context.keys.teacher}`;
    return reply.setCookie(cookie, await tokenOf(context.keys), cookieOptions(asked, context.addresses)).send({ link });
  });
  app.get("/api/teacher", async (asked) => ({ entered: await isTeacher(asked, context) }));
}

function tokenOf({ signing, teacher }: Keys): Promise<string> {
  return new SignJWT({ role: "teacher", link: nameOfSecret(teacher) })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime("30 days")
    .sign(signing);
}

/** Whether a request came by the teacher's door, from a browser that entered by the teacher's link. */
export async function isTeacher(asked: FastifyRequest, context: ServerContext): Promise<boolean> {
  return asked.server.door === "desk" && (await hasEntered(asked, context));
}

/** Whether a browser shows a cookie of the teacher's, which still has to be proved. */
export const showsTeacher = (asked: FastifyRequest): boolean => asked.cookies[cookie] !== undefined;

/** Whether a browser entered by the teacher's link, whichever door it comes by now. */
export async function hasEntered(asked: FastifyRequest, { keys }: ServerContext): Promise<boolean> {
  const token = asked.cookies[cookie];
  if (token === undefined) return false;
  try {
    const { payload } = await jwtVerify(token, keys.signing, { algorithms: ["HS256"] });
    return payload.role === "teacher" && payload.link === nameOfSecret(keys.teacher);
  } catch {
    return false;
  }
}

/** Turns away whoever did not enter by the teacher's link. */
export function requireTeacher(context: ServerContext) {
  return async (asked: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (!(await isTeacher(asked, context))) await reply.code(401).send({ error: "teacher only" });
  };
}
