/**
 * What both doors of the server promise whoever asks: where a page may load from, health checks that are never limited,
 * and a wall that only its link opens.
 */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Classroom, type Cookies } from "../e2e/classroom.ts";

const classroom = Classroom.ofSmallCrisis();
let code = "";
beforeAll(async () => {
  await classroom.start();
  code = await classroom.open({ scenario: "small", people: ["usa"] });
});
afterAll(() => classroom.remove());

const doors = (): readonly string[] => [classroom.address, classroom.desk];

test("a page loads from this server alone, and over plain HTTP as it was asked for", async () => {
  for (const door of doors()) {
    const { headers } = await fetch(`${door}/healthz`);
    const policy = headers.get("content-security-policy")?.split(";") ?? [];
    expect(policy.toSorted()).toEqual(
      [
        ...[
          "base-uri 'none'",
          "connect-src 'self'",
          "default-src 'self'",
          "form-action 'self'",
          "frame-ancestors 'none'",
        ],
        ...["img-src 'self' data:", "object-src 'none'", "script-src 'self'", "style-src 'self'"],
      ].toSorted(),
    );
    expect(headers.get("strict-transport-security")).toBeNull();
  }
});

test("health checks are not counted among the requests that are limited", async () => {
  for (const door of doors()) {
    expect((await fetch(`${door}/api/room/${code}`)).headers.get("x-ratelimit-limit")).not.toBeNull();
    const health = await fetch(`${door}/healthz`);
    expect(health.headers.get("x-ratelimit-limit")).toBeNull();
    expect(await health.json()).toMatchObject({ ok: true });
  }
});

test("the wall is entered by its link alone", async () => {
  const wall: Cookies = {};
  const link = String((await classroom.ask(classroom.teacher, "GET", `/api/room/${code}/wall`)).value.link);
  const key = link.split("#").at(-1) ?? "";
  expect(key.length).toBeGreaterThan(8);
  for (const wrong of ["", "x", `${key}x`]) {
    const refused = await classroom.ask(wall, "POST", `/api/room/${code}/wall`, { key: wrong });
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(refused.value.entered).toBeUndefined();
  }
  const entered = await classroom.ask(wall, "POST", `/api/room/${code}/wall`, { key });
  expect(entered).toMatchObject({ status: 200, value: { entered: true } });
});

test.skipIf(process.platform === "win32")("a run of the studio is its owner's alone to read", async () => {
  const made = await classroom.ask(classroom.teacher, "POST", "/api/studio/runs", {
    scenario: "small",
    seed: "a",
    finish: true,
  });
  expect(made.status, made.text).toBe(200);
  const runs = join(classroom.folder, "data/runs");
  const logs = readdirSync(runs).filter((name) => name.endsWith(".jsonl"));
  expect(logs).toHaveLength(1);
  for (const name of logs) expect(statSync(join(runs, name)).mode & 0o077).toBe(0);
});
