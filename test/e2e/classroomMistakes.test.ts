/**
 * What goes wrong in a class, by accident or on purpose: each has one clear answer and changes nothing.
 */
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { UnstagedCommand } from "../../src/classroom/screenSections.ts";
import { Classroom, type Cookies, freshKey, Socket } from "./classroom.ts";

const classroom = new Classroom({ broken: "demarche: 1\nid: broken\nmoves: 3\n" });
let code = "";
let usa: Cookies = {};
let russia: Cookies = {};
let teacher: Socket;
beforeAll(async () => {
  await classroom.start();
  code = await classroom.open({ scenario: "geneva-2022-class", people: ["usa", "russia"] });
  usa = await classroom.join(code, "Ana");
  russia = await classroom.join(code, "Boris");
  teacher = await classroom.connect(code, classroom.teacher, "teacher");
  await teacher.ask({ type: "Admit", seat: "s1", role: "usa" });
  await teacher.ask({ type: "Admit", seat: "s2", role: "russia" });
  await teacher.ask({ type: "GoOn" });
  await teacher.ask({ type: "GoOn" });
});
afterAll(() => classroom.remove());

describe("codes", () => {
  test("a wrong one is told, and many of them have to wait", async () => {
    expect((await classroom.ask({}, "GET", "/api/room/ZZZZZZZ")).value).toEqual({ error: "no such room" });
    const statuses: number[] = [];
    for (let index = 0; index < 105; index++) {
      statuses.push((await classroom.ask({}, "GET", `/api/room/WRONG${index}`)).status);
    }
    expect(statuses.at(-1)).toBe(429);
    expect((await classroom.ask({}, "GET", `/api/room/${code}`)).status).toBe(429);
    // At the same address, whoever has a seat or teaches goes on.
    expect((await classroom.ask({ ...usa }, "GET", `/api/room/${code}`)).status).toBe(200);
    const again = await classroom.connect(code, usa);
    expect(again.closed).toBe(null);
    await again.close();
    expect((await classroom.ask({ ...classroom.teacher }, "GET", "/api/rooms")).status).toBe(200);
    classroom.now += 61_000;
    expect((await classroom.ask({}, "GET", `/api/room/${code}`)).status).toBe(200);
  });

  test("come with the address that the class can use, not the one by which this browser came", async () => {
    const { value } = await classroom.ask(classroom.teacher, "GET", `/api/room/${code}`);
    expect(value.address).toBe("http://laptop.example/");
  });

  test("are read as people write them", async () => {
    const written = ` ${code.slice(0, 3)}-${code.slice(3)} `.toLowerCase();
    expect((await classroom.ask({}, "GET", `/api/room/${encodeURIComponent(written)}`)).value).toMatchObject({ code });
  });
});

describe("seats", () => {
  test("a second tab has the same seat", async () => {
    const { value } = await classroom.ask(usa, "POST", `/api/room/${code}/join`, {
      key: freshKey(),
      name: "X",
      wish: null,
    });
    expect(value).toEqual({ seat: "s1" });
    const [one, two] = [await classroom.connect(code, usa), await classroom.connect(code, usa)];
    await one.ask({ type: "Propose", move: "hold", turn: 1 });
    await two.until(() => two.screen.turn?.proposals.length === 1);
    await one.close();
    expect(two.screen.seat?.id).toBe("s1");
    await two.close();
  });

  test("a forged token, one of another room and none at all are turned away", async () => {
    const forged = await new SignJWT({ room: code, seat: "s2" })
      .setProtectedHeader({ alg: "HS256" })
      .sign(new TextEncoder().encode("0".repeat(32)));
    const other = await classroom.open({ scenario: "geneva-2022-class", people: ["usa"] });
    const elsewhere = Object.values(await classroom.join(other, "Eve"))[0] ?? "";
    for (const token of [forged, elsewhere, "", "a.b.c"]) {
      const socket = await classroom.connect(code, { [`demarche_seat_${code}`]: token });
      expect(socket.closed).toEqual({ code: 4401, reason: "no seat" });
    }
    expect((await classroom.connect(code, usa, "teacher")).closed?.code).toBe(4401);
    expect((await classroom.connect(code, usa, "projector")).closed?.code).toBe(4401);
  });

  test("a page of another site is turned away, on the socket and for requests", async () => {
    const address = `${classroom.address.replace("http", "ws")}/ws/room/${code}`;
    const socket = await Socket.open(address, usa, { origin: "http://evil.example" });
    expect(socket.closed?.code).toBe(4404);
    const asked = await classroom.ask(classroom.teacher, "POST", "/api/rooms", {}, { origin: "http://evil.example" });
    expect(asked.status).toBe(403);
  });

  test("full delegations and removed seats are said", async () => {
    for (const [index, name] of ["Cy", "Di", "Ed"].entries()) {
      await classroom.join(code, name);
      const answer = await teacher.ask({ type: "Admit", seat: `s${index + 3}`, role: "usa" });
      expect(answer).toBe(index < 2 ? null : "delegation full");
    }
    await teacher.ask({ type: "Remove", seat: "s4" });
    await teacher.ask({ type: "Remove", seat: "s3" });
    expect(await teacher.ask({ type: "Remove", seat: "s3" })).toBe("nothing to do");
  });
});

describe("commands", () => {
  test("a double click is done once", async () => {
    const socket = await classroom.connect(code, russia);
    const before = socket.screen.messages?.length ?? 0;
    const key = freshKey();
    const say: UnstagedCommand = { type: "Say", to: "all", text: "Once." };
    expect(await Promise.all([socket.ask(say, key), socket.ask(say, key)])).toEqual([null, null]);
    expect(socket.screen.messages).toHaveLength(before + 1);
    await socket.close();
  });

  test("of others, of the teacher and for turns that are over are refused", async () => {
    const socket = await classroom.connect(code, russia);
    const { turn } = socket.screen.turn ?? { turn: -1 };
    expect(await socket.ask({ type: "Seal", move: "send_package", turn })).toBe("not open");
    expect(await socket.ask({ type: "Seal", move: "invade", turn })).toBe("not open");
    expect(await socket.ask({ type: "Seal", move: "hold", turn: turn + 1 })).toBe("turn over");
    expect(await socket.ask({ type: "Reveal" })).toBe("not allowed");
    expect(await socket.ask({ type: "Admit", seat: "s2", role: "usa" })).toBe("not allowed");
    await socket.close();
  });

  test.each([
    ["no JSON", "{"],
    ["an unknown command", JSON.stringify({ key: "12345678", command: { type: "Win" } })],
    ["an unknown field", JSON.stringify({ key: "12345678", command: { type: "Reveal", now: true } })],
    [
      "a text that is too long",
      JSON.stringify({ key: "12345678", command: { type: "Say", to: "all", text: "x".repeat(10_000) } }),
    ],
    ["an empty text", JSON.stringify({ key: "12345678", command: { type: "Say", to: "all", text: " \u202e " } })],
  ])("%s is not understood, and the connection stays", async (_, text) => {
    const socket = await classroom.connect(code, russia);
    socket.send(text);
    await socket.until(() => socket.heard.some((heard) => heard.includes("not understood")));
    expect(await socket.ask({ type: "Say", to: "teacher", text: "Still here." })).toBeNull();
    await socket.close();
  });

  test("a huge message ends the connection, and many of them in a row too", async () => {
    const huge = await classroom.connect(code, russia);
    huge.send("x".repeat(70_000));
    await huge.until(() => huge.closed !== null);
    expect(huge.closed?.code).toBe(1009);
    const fast = await classroom.connect(code, russia);
    for (let index = 0; index < 100; index++) fast.send("{}");
    await fast.until(() => fast.closed !== null);
    expect(fast.closed?.code).toBe(1008);
  });

  test("script, right-to-left and emoji come back as they were written, without signs that turn the page", async () => {
    const socket = await classroom.connect(code, russia);
    classroom.now += 60_000;
    const texts = ["<script>alert(1)</script>", "مرحبا بالعالم", "👩‍🚀 ok", "a\u202eb\u0007c"];
    for (const text of texts) expect(await socket.ask({ type: "Say", to: "all", text })).toBeNull();
    expect(socket.screen.messages?.slice(-4).map(({ text }) => text)).toEqual([...texts.slice(0, 3), "abc"]);
    await socket.close();
  });
});

describe("rooms", () => {
  test("are not opened by students, nor from scenarios that do not lint, nor with strangers", async () => {
    const request = {
      scenario: "broken",
      language: null,
      variant: null,
      people: ["usa"],
      perDelegation: 2,
      timing: { briefing: 1, rounds: [1], debrief: 1 },
      pace: "automatic",
      seed: null,
    };
    expect((await classroom.ask(usa, "POST", "/api/rooms", request)).status).toBe(404);
    expect((await classroom.ask(usa, "POST", "/api/rooms", request, {}, classroom.desk)).status).toBe(401);
    const broken = await classroom.ask(classroom.teacher, "POST", "/api/rooms", request);
    expect(broken).toMatchObject({ status: 422, value: { error: "broken has errors; `demarche lint` shows them" } });
    const stranger = { ...request, scenario: "geneva-2022-class", people: ["china"] };
    expect((await classroom.ask(classroom.teacher, "POST", "/api/rooms", stranger)).status).toBe(422);
    const nowhere = { ...request, scenario: "../../etc/passwd" };
    expect((await classroom.ask(classroom.teacher, "POST", "/api/rooms", nowhere)).status).toBe(422);
  });
});
