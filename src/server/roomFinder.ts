/**
 * Finds the room that a request names by its code, and lets strangers wait where many wrong codes were tried.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ServerContext } from "./context.ts";
import type { Coded } from "./debriefApi.ts";
import { codeOf, knownAs } from "./requestLimits.ts";
import type { RoomHost } from "./roomHost.ts";
import { WrongCodes } from "./wrongCodes.ts";

/** Why there is no room to speak of. */
export type NoRoom = "unknown" | "wait" | "damaged";

const refusals: Readonly<Record<NoRoom, readonly [status: number, error: string]>> = {
  unknown: [404, "no such room"],
  wait: [429, "too many tries"],
  damaged: [503, "damaged"],
};

export class RoomFinder {
  readonly #context: ServerContext;
  readonly #wrong: WrongCodes;

  constructor(context: ServerContext) {
    this.#context = context;
    this.#wrong = new WrongCodes(context.now);
  }

  /** The room; `wait` for a stranger where too many wrong codes were tried. Who has a seat never waits. */
  async look(asked: FastifyRequest<Coded>): Promise<RoomHost | NoRoom> {
    if (this.#wrong.mustWait(asked.ip) && (await knownAs(asked, this.#context)) === null) return "wait";
    const host = this.#context.rooms.find(codeOf(asked));
    if (host !== null) return host;
    if (this.#context.rooms.troubleWith(codeOf(asked)) !== null) return "damaged";
    this.#wrong.note(asked.ip);
    return "unknown";
  }

  /** The room, or null once the request was answered with why there is none. */
  readonly find = async (asked: FastifyRequest<Coded>, reply: FastifyReply): Promise<RoomHost | null> => {
    const host = await this.look(asked);
    if (typeof host !== "string") return host;
    const [status, error] = refusals[host];
    await reply.code(status).send({ error });
    return null;
  };
}
