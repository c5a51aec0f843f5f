/**
 * Where the class joins, by which names the desk may be asked, and how often this machine's addresses are read.
 */
import { describe, expect, test } from "vitest";
import { Addresses, isLoopback, remembered, type ServerAddresses } from "../../src/server/addresses.ts";

const usual: ServerAddresses = {
  publicUrl: null,
  deskUrl: null,
  host: "0.0.0.0",
  deskHost: "127.0.0.1",
  port: () => 8080,
};
const lan = ["192.168.1.5", "2001:db8::5"];
const addresses = (reach: Partial<ServerAddresses> = {}, own: readonly string[] = lan): Addresses =>
  new Addresses({ ...usual, ...reach }, () => own);
const site = new URL("https://class.example");

describe("the class joins", () => {
  test.each([
    ["at this machine's first address, for the teacher", {}, null, "http://192.168.1.5:8080/"],
    [
      "at that address where a browser came by a name of this machine alone",
      {},
      "http://localhost:9000/",
      "http://192.168.1.5:9000/",
    ],
    ["where a browser came from, if that is of use to others", {}, "http://10.0.0.7:8080/", "http://10.0.0.7:8080/"],
    ["at this machine alone, where it listens for nobody else", { host: "127.0.0.1" }, null, "http://127.0.0.1:8080/"],
    ["at an address of the sixth version", { host: "2001:db8::9" }, null, "http://[2001:db8::9]:8080/"],
    [
      "at the proxy's address, whatever else was asked",
      { publicUrl: site },
      "http://localhost:8080/",
      "https://class.example/",
    ],
  ])("%s", (_, reach, own, expected) => {
    expect(addresses(reach).join(own)).toBe(expected);
  });

  test("at localhost, where there is no network", () => {
    expect(addresses({}, []).join(null)).toBe("http://localhost:8080/");
  });
});

describe("the desk is asked under", () => {
  const deskUrl = new URL("https://desk.example:8443");
  test.each([
    ["localhost:8081", {}, true],
    ["LOCALHOST", {}, true],
    ["127.0.0.1", {}, true],
    ["[::1]:8081", {}, true],
    ["192.168.1.5:8081", {}, false],
    ["192.168.1.5:8081", { deskHost: "0.0.0.0" }, true],
    ["[2001:db8::5]:8081", { deskHost: "::" }, true],
    ["192.168.1.6:8081", { deskHost: "0.0.0.0" }, false],
    ["192.168.1.5", { deskHost: "192.168.1.5" }, true],
    ["class.example", { publicUrl: site }, true],
    ["desk.example", { deskUrl }, true],
    ["class.example", { deskUrl }, false],
    ["localhost.evil.example", {}, false],
    ["evil.example", { publicUrl: site, deskUrl, deskHost: "0.0.0.0" }, false],
    ["127.0.0.1@evil.example", {}, false],
    ["", {}, false],
    [undefined, {}, false],
  ])("%s with %o: %s", (host, reach, expected) => {
    expect(addresses(reach).isDesk(host)).toBe(expected);
  });
});

test("addresses of this machine alone are known as such", () => {
  expect(["localhost", "127.0.0.1", "127.1.2.3", "::1"].filter(isLoopback)).toHaveLength(4);
  expect(["0.0.0.0", "128.0.0.1", "127.evil.example", "10.0.0.1", "::"].filter(isLoopback)).toEqual([]);
});

test("TLS is where a proxy's address says so", () => {
  expect(addresses({ publicUrl: site }).isSecure("class.example")).toBe(true);
  expect(addresses({ publicUrl: site }).isSecure("localhost:8080")).toBe(false);
  expect(addresses({ publicUrl: new URL("http://class.example") }).isSecure("class.example")).toBe(false);
  expect(addresses().isSecure("class.example")).toBe(false);
});

test("what is remembered is read again only after a while", () => {
  let reads = 0;
  let now = 0;
  const read = remembered(
    () => ++reads,
    10_000,
    () => now,
  );
  for (now = 0; now < 10_000; now += 1000) expect(read()).toBe(1);
  expect([read(), read()]).toEqual([2, 2]);
});
