/**
 * Somebody in a class who is no browser: joins by the room's code, listens on the socket, and asks as a page would.
 *
 * Rehearsals and load tests are made of these, so that both go the way that browsers go.
 */
import { type Patch, patched } from "../classroom/patch.ts";
import { atStage, type Screen, type ServerMessage, type UnstagedCommand } from "../classroom/screenSections.ts";

/** Milliseconds to wait for an answer. */
const patienceMs = 30_000;

export class Participant {
  /** What the page would show. */
  screen: Partial<Screen> = {};
  /** Told whenever the screen has changed. */
  onScreen: () => void = () => {};
  private readonly socket: WebSocket;
  private readonly answers = new Map<string, (reason: string | null) => void>();
  private readonly waiting = new Set<() => void>();
  private keys = 0;
  private readonly name: string;

  private constructor(name: string, socket: WebSocket) {
    this.name = name;
    this.socket = socket;
    socket.addEventListener("message", ({ data }) => this.hear(JSON.parse(String(data)) as ServerMessage));
  }

  /** Joins a room and connects. */
  static async join(address: string, code: string, name: string, wish: string | null): Promise<Participant> {
    const key = `join-${keyPart(name)}-${code}`;
    const { cookie } = await post(address, `/api/room/${code}/join`, { key, name, wish }, "");
    return Participant.connect(address, code, name, cookie);
  }

  /** Enters by the teacher's link and connects. */
  static async teach(address: string, code: string, secret: string): Promise<Participant> {
    const { cookie } = await post(address, "/api/teacher/enter", { key: secret }, "");
    return Participant.connect(address, code, "teacher", cookie, "?as=teacher");
  }

  private static async connect(
    address: string,
    code: string,
    name: string,
    cookie: string,
    query = "",
  ): Promise<Participant> {
    const url = `${address.replace("http", "ws")}/ws/room/${code}${query}`;
    // Node's sockets take headers, of which the browser's types know nothing.
    const socket: WebSocket = Reflect.construct(WebSocket, [url, { headers: { cookie } }]);
    const participant = new Participant(name, socket);
    await participant.until(({ room }) => room !== undefined);
    return participant;
  }

  private hear(heard: ServerMessage): void {
    if ("done" in heard) this.answers.get(heard.done)?.(null);
    else if ("refused" in heard) this.answers.get(heard.refused)?.(heard.reason);
    else if (heard.screen !== undefined) this.show(heard.screen);
  }

  private show(patch: Patch): void {
    this.screen = patched(this.screen, patch) as Partial<Screen>;
    this.onScreen();
    for (const look of this.waiting) look();
  }

  /** Waits until the screen is so. */
  until(condition: (screen: Partial<Screen>) => boolean, patience = patienceMs): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${this.name} waited in vain`)), patience);
      const look = (): void => {
        if (!condition(this.screen)) return;
        clearTimeout(timer);
        this.waiting.delete(look);
        resolve();
      };
      this.waiting.add(look);
      look();
    });
  }

  /** Asks for something, at the stage that the screen shows; null where it was done, else why not. */
  ask(command: UnstagedCommand): Promise<string | null> {
    this.keys += 1;
    const key = `${keyPart(this.name)}-${String(this.keys).padStart(6, "0")}`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${this.name} had no answer`)), patienceMs);
      this.answers.set(key, (reason) => {
        clearTimeout(timer);
        this.answers.delete(key);
        resolve(reason);
      });
      this.socket.send(JSON.stringify({ key, command: atStage(command, this.screen.status?.stage ?? 0) }));
    });
  }

  leave(): void {
    this.socket.close();
  }
}

const keyPart = (name: string): string => name.replaceAll(/\W/g, "-").slice(0, 40);

/** Sends a request and keeps the cookie that it is answered with. */
export async function post(
  address: string,
  path: string,
  body: unknown,
  cookie: string,
): Promise<{ readonly cookie: string; readonly value: unknown }> {
  const reply = await fetch(`${address}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(cookie === "" ? {} : { cookie }) },
    body: JSON.stringify(body),
  });
  const value: unknown = await reply.json();
  if (!reply.ok) throw new Error(`${path} was answered ${reply.status}: ${JSON.stringify(value)}`);
  const given = reply.headers.getSetCookie().map((line) => line.split(";")[0] ?? "");
  return { cookie: given.join("; "), value };
}
