/**
 * The data folder: one server's at a time, private to its owner, with keys that outlive damage to their file.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase } from "../../src/server/database.ts";
import { takeDataFolder } from "../../src/server/dataFolder.ts";
import { keepDraft } from "../../src/server/documents.ts";
import { keysIn } from "../../src/server/keys.ts";
import { CliSession } from "./cliSession.ts";
import { ServerProcess } from "./serverProcess.ts";

let folder = "";
let data = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "demarche folder "));
  data = join(folder, "data");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const modeOf = (...path: string[]): string => (statSync(join(data, ...path)).mode & 0o777).toString(8);

test("a second server is refused with the first one's address, whatever its port; a killed one leaves no lock", async () => {
  const server = new ServerProcess(data);
  await server.start();
  const second = (port: string) => {
    const words = ["serve", "--host", "127.0.0.1", "--port", port, "--data", data];
    const child = spawn(process.execPath, [join(import.meta.dirname, "../../src/cli/main.ts"), ...words]);
    let err = "";
    child.stderr.on("data", (bytes: Buffer) => {
      err += bytes.toString();
    });
    return once(child, "exit").then(([code]) => ({ code, err }));
  };
  const { port } = new URL(server.address);
  for (const asked of [port, "0"]) {
    const { code, err } = await second(asked);
    expect(code).toBe(2);
    expect(err).toContain(`the folder ${data} is served already at ${server.address} (process ${server.pid})`);
    expect(err).toContain(`open ${server.address}, stop that server first`);
    expect(err).not.toContain("--port");
  }
  // `forget` needs no hold.
  const session = new CliSession();
  expect((await session.run(["forget", "NOBODY", "--data", data])).err).toContain("there is no class NOBODY");
  session.remove();

  await server.kill();
  expect(existsSync(join(data, "server.json"))).toBe(true);
  await server.start();
  await server.remove();
});

test("the hold is one's own even within a process, and is free once it is released", () => {
  const first = takeDataFolder(data, "data");
  expect(() => takeDataFolder(data, "data")).toThrow("another server is starting or stopping over the folder data");
  first.tellAddress("http://localhost:8080");
  expect(() => takeDataFolder(data, "data")).toThrow("served already at http://localhost:8080");
  first.release();
  takeDataFolder(data, "data").release();
  expect(readdirSync(data)).toEqual([".server.lock"]);
});

test.skipIf(process.platform === "win32")(
  "nothing in it is for others to read, whatever the umask and whoever made it",
  async () => {
    const before = process.umask(0);
    try {
      const hold = takeDataFolder(data, "data");
      keysIn(data);
      const database = openDatabase(data);
      database.store.database.exec("create table trial (x); insert into trial values (1)");
      keepDraft(join(data, "drafts"), "tiny", { text: "x", base: "y" });
      expect(readdirSync(data).toSorted()).toEqual([
        ".server.lock",
        "demarche.sqlite",
        "demarche.sqlite-shm",
        "demarche.sqlite-wal",
        "drafts",
        "keys.json",
        "server.json",
      ]);
      for (const name of readdirSync(data))
        expect([name, modeOf(name)]).toEqual([name, name === "drafts" ? "700" : "600"]);
      expect([modeOf(), modeOf("drafts", "tiny.json")]).toEqual(["700", "600"]);
      await database.close();
      hold.release();

      // As an older version left it.
      mkdirSync(join(data, "runs/deep"), { recursive: true });
      writeFileSync(join(data, "runs/run-1.jsonl"), "");
      writeFileSync(join(data, "runs/deep/run-2.jsonl"), "");
      writeFileSync(join(data, "notes.txt"), "the teacher's own");
      for (const name of ["", "demarche.sqlite", "keys.json", "drafts/tiny.json"]) chmodSync(join(data, name), 0o777);
      const again = takeDataFolder(data, "data");
      expect(again.open).toEqual([]);
      for (const name of ["", "drafts", "runs", "runs/deep"]) expect([name, modeOf(name)]).toEqual([name, "700"]);
      for (const name of [
        "demarche.sqlite",
        "keys.json",
        "drafts/tiny.json",
        "runs/run-1.jsonl",
        "runs/deep/run-2.jsonl",
      ]) {
        expect([name, modeOf(name)]).toEqual([name, "600"]);
      }
      // What is not the server's keeps what it has.
      expect(modeOf("notes.txt")).toBe("666");
      again.release();
    } finally {
      process.umask(before);
    }
  },
);

test.each([
  ["empty", ""],
  ["cut off", '{"signing":"abc'],
  ["of another form", '{"signing":"short","teacher":"short"}'],
  ["no text", "\u0000\u0001"],
])("a file of keys that is %s is set aside, and new ones are made", (_, text) => {
  mkdirSync(data);
  writeFileSync(join(data, "keys.json"), text);
  const keys = keysIn(data);
  expect(keys.setAside).toBe(join(data, "keys.json.damaged"));
  expect(readFileSync(join(data, "keys.json.damaged"), "utf8")).toBe(text);
  expect(keysIn(data)).toMatchObject({ teacher: keys.teacher, setAside: null });

  writeFileSync(join(data, "keys.json"), "again");
  expect(keysIn(data).setAside).toBe(join(data, "keys.json.damaged-2"));
  expect(readFileSync(join(data, "keys.json.damaged"), "utf8")).toBe(text);
  expect(modeOf("keys.json")).toBe("600");
});

test("a server whose keys are damaged starts and says so", async () => {
  mkdirSync(data);
  writeFileSync(join(data, "keys.json"), "{");
  const server = new ServerProcess(data);
  await server.start();
  const entered = await fetch(`${server.desk}/api/teacher/enter`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ key: server.secret }),
  });
  const cookie = entered.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const listed = await fetch(`${server.desk}/api/rooms`, { headers: { cookie } });
  expect(await listed.json()).toMatchObject({ keysSetAside: join(data, "keys.json.damaged"), rooms: [] });
  await server.remove();
});

test("keys that cannot be read are named, with what to do", () => {
  mkdirSync(join(data, "keys.json"), { recursive: true });
  expect(() => keysIn(data)).toThrow(`${join(data, "keys.json")}, the server's keys, cannot be read: it is a folder`);
  expect(existsSync(join(data, "keys.json"))).toBe(true);
});

test.skipIf(process.platform === "win32" || process.getuid?.() === 0)("keys of another user are not replaced", () => {
  mkdirSync(data);
  writeFileSync(join(data, "keys.json"), "{}", { mode: 0o000 });
  expect(() => keysIn(data)).toThrow("permission was denied");
  expect(existsSync(join(data, "keys.json.damaged"))).toBe(false);
});

test("a renewed link lasts, and the key that signs seats stays", () => {
  mkdirSync(data);
  const keys = keysIn(data);
  const [signing, teacher] = [Buffer.from(keys.signing).toString("hex"), keys.teacher];
  keys.renewTeacher();
  expect(keys.teacher).not.toBe(teacher);
  const again = keysIn(data);
  expect(again.teacher).toBe(keys.teacher);
  expect(Buffer.from(again.signing).toString("hex")).toBe(signing);
});
