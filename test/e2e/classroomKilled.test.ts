/**
 * The server dies at any moment and starts again: rooms go on where they were, nothing that was confirmed is lost, and
 * nothing is done twice.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { verifyChain } from "../../src/log/chain.ts";
import { openDatabase, roomStream } from "../../src/server/database.ts";
import { type Cookies, freshKey, Socket } from "./classroom.ts";
import { ServerProcess } from "./serverProcess.ts";

const server = new ServerProcess();
const teacher: Cookies = {};
beforeAll(async () => {
  await server.start();
  await post("/api/teacher/enter", { key: server.secret }, teacher);
});
afterAll(() => server.remove());

/** The door by which a browser comes. */
const doorOf = (isTeacher: boolean): string => (isTeacher ? server.desk : server.address);

async function post(path: string, body: object, cookies: Cookies): Promise<Record<string, unknown>> {
  const cookie = Object.entries(cookies)
    .map((pair) => pair.join("="))
    .join("; ");
  const reply = await fetch(`${doorOf(cookies === teacher)}${path}`, {
    method: "POST",
    headers: { cookie, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  for (const line of reply.headers.getSetCookie()) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    cookies[name] = value;
  }
  return (await reply.json()) as Record<string, unknown>;
}

const connect = (code: string, cookies: Cookies, as = ""): Promise<Socket> =>
  Socket.open(
    `${doorOf(cookies === teacher).replace("http", "ws")}/ws/room/${code}${as === "" ? "" : `?as=${as}`}`,
    cookies,
  );

test("a class goes on after each of several kills, in the middle of a burst of messages too", async () => {
  const { code: opened } = await post(
    "/api/rooms",
    {
      scenario: "geneva-2022-class",
      language: null,
      variant: null,
      people: ["usa", "russia"],
      perDelegation: 2,
      timing: { briefing: 5, rounds: [5], debrief: 5 },
      pace: "automatic",
      seed: "kill",
    },
    teacher,
  );
  const code = String(opened);
  const seats: Cookies[] = [{}, {}];
  const joinKey = freshKey();
  for (const [index, cookies] of seats.entries()) {
    await post(
      `/api/room/${code}/join`,
      { key: index === 0 ? joinKey : freshKey(), name: `S${index}`, wish: null },
      cookies,
    );
  }
  // The answer was lost: the same request again gives the same seat, and no second one.
  expect(await post(`/api/room/${code}/join`, { key: joinKey, name: "S0", wish: null }, {})).toEqual({ seat: "s1" });
  let head = await connect(code, teacher, "teacher");
  await head.ask({ type: "Admit", seat: "s1", role: "usa" });
  await head.ask({ type: "Admit", seat: "s2", role: "russia" });
  await head.ask({ type: "GoOn" });
  await head.ask({ type: "GoOn" });
  let [usa, russia] = [await connect(code, seats[0] ?? {}), await connect(code, seats[1] ?? {})];
  const sealKey = freshKey();
  const seal = { type: "Seal", move: "send_package", turn: usa.screen.turn?.turn ?? -1 } as const;
  expect(await usa.ask(seal, sealKey)).toBeNull();

  const said: string[] = [];
  for (let death = 0; death < 3; death++) {
    // A burst without waiting; the kill comes somewhere inside. What was confirmed by then has to be there afterwards.
    const keys = Array.from({ length: 12 }, (_, index) => ({ key: freshKey(), text: `word ${death}.${index}` }));
    for (const { key, text } of keys) russia.send(JSON.stringify({ key, command: { type: "Say", to: "all", text } }));
    await russia.until(() => russia.heard.some((heard) => heard.includes(keys[3 + death]?.key ?? "?")));
    await server.kill();
    const confirmed = keys.filter(({ key }) => russia.heard.includes(JSON.stringify({ done: key })));
    await server.start();
    [head, usa, russia] = [
      await connect(code, teacher, "teacher"),
      await connect(code, seats[0] ?? {}),
      await connect(code, seats[1] ?? {}),
    ];
    const texts = (): readonly string[] => (head.screen.messages ?? []).map(({ text }) => text ?? "");
    for (const { text } of confirmed) expect(texts()).toContain(text);
    // The browser sends again whatever it had no answer to.
    for (const { key, text } of keys) expect(await russia.ask({ type: "Say", to: "all", text }, key)).toBeNull();
    said.push(...keys.map(({ text }) => text));
    await head.until(() => texts().length === said.length);
    expect(texts().toSorted()).toEqual(said.toSorted());
    expect(usa.screen.turn?.sealed).toBe("send_package");
    expect(await usa.ask(seal, sealKey)).toBeNull();
    expect(head.screen.status?.seats).toHaveLength(2);
  }
  expect(await russia.ask({ type: "Seal", move: "hold", turn: russia.screen.turn?.turn ?? -1 })).toBeNull();
  await usa.until(() => usa.screen.room?.round === 1);

  await server.kill();
  const database = openDatabase(server.data);
  const room = database.store.readNow(roomStream(code));
  expect(verifyChain(room)).toBeNull();
  expect(room.filter(({ event }) => event.type === "ChoiceSealed")).toHaveLength(2);
  expect(room.filter(({ event }) => event.type === "MessageSent")).toHaveLength(said.length);
  expect(database.store.readNow(`run.${code}`).filter(({ event }) => event.type === "MovesMade")).toHaveLength(1);
  await database.close();
});
