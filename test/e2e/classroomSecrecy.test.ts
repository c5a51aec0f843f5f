/**
 * A browser receives only what its seat may know: all traffic of one seat is captured in two lessons that differ in
 * others' secrets alone, and no byte differs, in each order of turns.
 *
 * This goes through real sockets and requests, with one lesson; `test/property/classroomSecrecy.test.ts` compares many.
 */
import { afterEach, expect, test } from "vitest";
import { Classroom, type Socket } from "./classroom.ts";

type Turns = "in order" | "simultaneous" | "free";

const scenario = (turns: Turns): string => `
demarche: 1
id: secrets
title: Secrets
clock: { start: 2022-01-01, step: 1 day, rounds: 4 }
turns: ${turns}
actors:
  east: { name: East }
  west: { name: West }
  north: { name: North }
variables:
  tension: { scale: [0, 9], initial: 5 }
  nerve: { scale: [0, 9], initial: { 2: 1, 3: 1, 4: 1 }, private: [east] }
moves:
  push_$who:
    each: { who: [east, west, north] }
    by: $who
    then:
      tension: tension + 1
  whisper:
    by: east
    covert: true
    then:
      nerve: nerve - 1
  murmur:
    by: east
    covert: true
    when: nerve >= 2
    then:
      nerve: nerve
rules:
  nerve_breaks:
    when: nerve <= 1
    then:
      nerve: 2
outcomes:
  war: { when: tension is 9 }
  peace: { otherwise: true }
`;

/** What the lessons differ in: what East and North do, say and are called where West may not know it. */
interface Secrets {
  readonly names: readonly [string, string];
  readonly eastMoves: readonly [string, string];
  readonly said: string;
  readonly toNorth: string;
  readonly toTeacher: string;
  readonly extraProposal: boolean;
  readonly muted: boolean;
}

const open: Classroom[] = [];
afterEach(async () => {
  for (const classroom of open.splice(0)) await classroom.remove();
});

/** Everything that West heard before the debrief, and after it was opened. */
async function lesson(
  secrets: Secrets,
  turns: Turns = "simultaneous",
): Promise<{ readonly before: string; readonly after: string }> {
  const classroom = new Classroom({ secrets: scenario(turns) });
  open.push(classroom);
  await classroom.start();
  const code = await classroom.open({ scenario: "secrets", people: ["east", "west", "north"] });
  const east = await classroom.join(code, secrets.names[0]);
  const west = await classroom.join(code, "Wim");
  const north = await classroom.join(code, secrets.names[1]);
  const teacher = await classroom.connect(code, classroom.teacher, "teacher");
  for (const [seat, role] of [
    ["s1", "east"],
    ["s2", "west"],
    ["s3", "north"],
  ] as const) {
    expect(await teacher.ask({ type: "Admit", seat, role })).toBeNull();
  }
  const eastSocket = await classroom.connect(code, east);
  let westSocket = await classroom.connect(code, west);
  const northSocket = await classroom.connect(code, north);
  const heard: string[] = [];
  await teacher.ask({ type: "GoOn" });
  await teacher.ask({ type: "GoOn" });

  const turn = (socket: Socket): number => socket.screen.turn?.turn ?? -1;
  for (const [round, move] of secrets.eastMoves.entries()) {
    await eastSocket.until(() => eastSocket.screen.turn?.open === true && eastSocket.screen.room?.round === round);
    if (secrets.extraProposal) await eastSocket.ask({ type: "Propose", move: "push_east", turn: turn(eastSocket) });
    await eastSocket.ask({ type: "Propose", move, turn: turn(eastSocket) });
    expect(await eastSocket.ask({ type: "Say", to: "delegation", text: secrets.said })).toBeNull();
    expect(await eastSocket.ask({ type: "Say", to: "to:north", text: secrets.toNorth })).toBeNull();
    expect(await northSocket.ask({ type: "Say", to: "teacher", text: secrets.toTeacher })).toBeNull();
    await teacher.ask({ type: "Mute", seat: "s1", muted: secrets.muted });
    await teacher.ask({ type: "Mute", seat: "s1", muted: false });
    expect(await eastSocket.ask({ type: "Seal", move, turn: turn(eastSocket) })).toBeNull();
    expect(await northSocket.ask({ type: "Say", to: "all", text: "We hear." })).toBeNull();
    // The socket is lost in the middle and comes back, which must not show more either.
    await westSocket.until(() => westSocket.screen.messages?.at(-1)?.text === "We hear.");
    heard.push(...westSocket.heard);
    await westSocket.close();
    westSocket = await classroom.connect(code, west);
    const north = async (): Promise<void> => {
      await northSocket.until(() => northSocket.screen.turn?.open === true);
      expect(await northSocket.ask({ type: "Seal", move: "hold", turn: turn(northSocket) })).toBeNull();
    };
    // In free turns a covert move alone waits for the time, or for the teacher.
    if (turns === "free") expect(await teacher.ask({ type: "Reveal" })).toBeNull();
    else {
      if (turns === "simultaneous") await north();
      await westSocket.until(() => westSocket.screen.turn?.open === true);
      const seal = { type: "Seal", move: "hold", turn: turn(westSocket) } as const;
      expect(await westSocket.ask(seal, `west-key-${round}`)).toBeNull();
      if (turns === "in order") await north();
    }
    await westSocket.until(() => westSocket.screen.room?.round === round + 1);
  }
  expect(eastSocket.screen.stand?.variables.some(({ id }) => id === "nerve")).toBe(true);

  // The rounds are over, the debrief is not open: nothing of it can be had, whatever West asks for.
  await teacher.ask({ type: "EndRounds" });
  await westSocket.until(() => westSocket.screen.room?.phase === "ended");
  const asked = async (): Promise<readonly string[]> => {
    const paths = ["", "/knowledge?as=east", "/knowledge", "/export.html", "/actions.csv", "/run.jsonl", "/room.jsonl"];
    const replies = [];
    for (const path of paths) replies.push(await classroom.ask(west, "GET", `/api/room/${code}${path}`));
    const trial = { from: 2, actor: "east", moves: [], finish: true };
    replies.push(await classroom.ask(west, "POST", `/api/room/${code}/try`, trial));
    return replies.map(({ status, text }) => `${status} ${text}`);
  };
  const answers = await asked();
  expect(answers.map((answer) => answer.slice(0, 3))).toEqual(["200", "403", "403", "404", "404", "404", "404", "403"]);
  heard.push(...answers, ...westSocket.heard);
  const before = heard.join("\n").replaceAll(code, "CODE");

  const length = westSocket.heard.length;
  await teacher.ask({ type: "GoOn" });
  await westSocket.until(() => westSocket.screen.debrief !== undefined);
  const opened = await asked();
  // The records of a class stay the teacher's.
  expect(opened.map((answer) => answer.slice(0, 3))).toEqual(["200", "200", "200", "404", "404", "404", "404", "200"]);
  return { before, after: [...westSocket.heard.slice(length), ...opened].join("\n") };
}

const one: Secrets = {
  names: ["Edda", "Nils"],
  eastMoves: ["whisper", "hold"],
  said: "Our nerve is short.",
  toNorth: "Stand by us tomorrow.",
  toTeacher: "May we?",
  extraProposal: false,
  muted: false,
};

test.each<readonly [Turns, string]>([
  ["in order", "hold"],
  ["simultaneous", "hold"],
  // Nobody holds in free turns.
  ["free", "murmur"],
])(
  "%s: what others decide in secret, say among themselves or are called changes no byte of a seat's traffic",
  async (turns, quiet) => {
    const first = await lesson({ ...one, eastMoves: ["whisper", quiet] }, turns);
    const second = await lesson(
      {
        names: ["Emil the second", "Nora"],
        eastMoves: [quiet, "whisper"],
        said: "We have all the time in the world, and then some more of it.",
        toNorth: "No.",
        toTeacher: "Help, we do not know what to do at all!",
        extraProposal: true,
        muted: true,
      },
      turns,
    );
    expect(second.before).toBe(first.before);
    expect(first.before).not.toMatch(/nerve|whisper|murmur|Edda|Nils|short/i);
    expect(first.before).toContain("We hear.");
  },
);

test("the debrief opens what was secret in the crisis, but neither others' names nor what was said to the teacher", async () => {
  const { after } = await lesson(one);
  expect(after).toMatch(/whisper/i);
  expect(after).toContain("Our nerve is short.");
  expect(after).not.toMatch(/Edda|Nils|May we\?/);
});

test("what everybody sees does change it", async () => {
  const first = await lesson(one);
  expect((await lesson({ ...one, eastMoves: ["push_east", "hold"] })).before).not.toBe(first.before);
});
