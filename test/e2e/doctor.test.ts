/**
 * The doctor finds what stands in the way of a class, says what to do, and ends with 1 only then.
 */
import { readdirSync } from "node:fs";
import { createServer } from "node:net";
import { afterAll, expect, test } from "vitest";
import type { HealthCheck } from "../../src/cli/doctor.ts";
import { otherPort } from "../../src/server/addresses.ts";
import { CliSession } from "./cliSession.ts";

const session = new CliSession();
afterAll(() => session.remove());

async function findings(...words: readonly string[]): Promise<{ code: number; found: Record<string, HealthCheck> }> {
  const { code, out } = await session.run(["doctor", "--json", ...words]);
  const { findings: list } = JSON.parse(out) as { findings: readonly HealthCheck[] };
  return { code, found: Object.fromEntries(list.map((finding) => [finding.name, finding])) };
}

test("a machine that is ready is told so, in nine lines", async () => {
  const { code, found } = await findings("--port", "0", "--desk-port", "0", "--host", "127.0.0.1");
  const names = ["node", "sqlite", "data", "disk", "port", "desk", "network", "firewall", "browser"];
  expect(Object.keys(found)).toEqual(names);
  for (const name of ["node", "sqlite", "data", "port", "desk"]) expect(found[name]?.state, name).toBe("good");
  expect(code).toBe(0);
  const { out } = await session.run(["doctor", "--port", "0", "--desk-port", "0", "--host", "127.0.0.1"]);
  expect(out).toMatch(/^ok {5}node {6}version /);
  expect(out).toContain("check  network   this machine alone will reach the server");
});

test("a port in use is wrong, with another one to use", async () => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const { code, found } = await findings("--port", String(port), "--host", "127.0.0.1");
  expect(code).toBe(1);
  expect(found.port).toMatchObject({ state: "bad", advice: expect.stringContaining(`--port ${otherPort(port)}`) });
  const desk = await findings("--port", "0", "--desk-port", String(port));
  expect(desk.found.desk).toMatchObject({
    state: "bad",
    advice: expect.stringContaining(`--desk-port ${otherPort(port)}`),
  });
  await new Promise((done) => server.close(done));
});

test("a folder that cannot be written, and an address that is not here, are wrong", async () => {
  session.write("file", "");
  const { code, found } = await findings("--port", "0", "--host", "192.0.2.1", "--data", "file/data");
  expect(code).toBe(1);
  expect(found.data).toMatchObject({ state: "bad", found: "file/data cannot be written" });
  expect(found.port).toMatchObject({ state: "bad", found: "192.0.2.1 is no address of this machine" });
});

test("it leaves nothing behind", async () => {
  const other = new CliSession();
  await other.run(["doctor", "--port", "0", "--data", "rooms"]);
  expect(readdirSync(other.directory)).toEqual([]);
  other.remove();
});
