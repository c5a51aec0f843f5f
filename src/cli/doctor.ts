/**
 * `demarche doctor`: what a teacher trips over before a class, looked at beforehand, each with what to do.
 */
import { accessSync, constants, existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { hostPart, isEverywhere, isLoopback, lanAddresses, otherPort } from "../server/addresses.ts";
import { printJson } from "./runChronicle.ts";
import type { Terminal } from "./terminal.ts";
import { wholeNumber } from "./treatmentOptions.ts";

interface DoctorOptions {
  readonly port: number;
  readonly host: string;
  readonly deskPort: number;
  readonly deskHost: string;
  readonly data: string;
  readonly json?: true;
}

/** Something that was looked at. `doubt` lets a class begin, `bad` does not. */
export interface HealthCheck {
  readonly name: "node" | "sqlite" | "data" | "disk" | "port" | "desk" | "network" | "firewall" | "browser";
  readonly state: "good" | "doubt" | "bad";
  readonly found: string;
  /** What to do about it; null where nothing needs doing. */
  readonly advice: string | null;
}

const help = `
Examples:
  demarche doctor
  demarche doctor --port 9000 --data ~/crisis-class       with what \`demarche serve\` will be given

Ends with 1 where something stands in the way of a class.`;

/** Bytes that a class should find free: many times what its log takes. */
const freeWanted = 200 * 1024 * 1024;

/** Oldest Node whose SQLite the server can use. */
const oldestNode = [22, 13] as const;

/** Defines `doctor`. */
export function doctorCommand(command: Command, terminal: Terminal): void {
  command
    .option("--port <n>", "port that the class will join at", wholeNumber("--port", 0), 8080)
    .option("--host <address>", "address that the class will join at", "0.0.0.0")
    .option("--desk-port <n>", "port of the teacher's pages", wholeNumber("--desk-port", 0), 8081)
    .option("--desk-host <address>", "address of the teacher's pages", "127.0.0.1")
    .option("--data <folder>", "where rooms will be kept", "demarche-data")
    .option("--json", "print {findings: [{name, state, found, advice}]}")
    .addHelpText("after", help)
    .action(async (options: DoctorOptions) => {
      const findings = await examine(terminal, options);
      if (options.json === true) printJson(terminal, { findings });
      else for (const finding of findings) tell(terminal, finding);
      if (findings.some(({ state }) => state === "bad")) terminal.fails();
    });
}

function tell({ out }: Terminal, { name, state, found, advice }: HealthCheck): void {
  const mark = {
    good: out.paint("green", "ok     "),
    doubt: out.paint("yellow", "check  "),
    bad: out.paint("red", "wrong  "),
  };
  out.write(`${mark[state]}${name.padEnd(10)}${found}\n`);
  if (advice !== null) out.write(`${" ".repeat(17)}${advice}\n`);
}

async function examine(terminal: Terminal, options: DoctorOptions): Promise<readonly HealthCheck[]> {
  const { port, host, data } = options;
  const folder = resolve(terminal.directory, data);
  return [
    nodeVersion(process.versions.node),
    await sqlite(),
    writability(folder, data),
    disk(folder),
    await portFree("port", port, host),
    await portFree("desk", options.deskPort, options.deskHost),
    network(host, port),
    firewall(host, port, terminal.environment),
    browser(terminal.environment),
  ];
}

const good = (name: HealthCheck["name"], found: string): HealthCheck => ({ name, state: "good", found, advice: null });

function nodeVersion(version: string): HealthCheck {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const enough = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  if (enough) return good("node", `version ${version}`);
  const advice = `install Node ${oldestNode.join(".")} or later from nodejs.org`;
  return { name: "node", state: "bad", found: `version ${version} is too old`, advice };
}

async function sqlite(): Promise<HealthCheck> {
  try {
    const { DatabaseSync } = await import("node:sqlite");
    const database = new DatabaseSync(":memory:");
    const version = String(database.prepare("select sqlite_version() as version").get()?.version);
    database.close();
    return good("sqlite", `version ${version}, part of Node`);
  } catch {
    const advice = `install Node ${oldestNode.join(".")} or later from nodejs.org`;
    return { name: "sqlite", state: "bad", found: "this Node has none", advice };
  }
}

/** The folder itself, or the nearest one above it that is there. */
function standing(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : standing(dirname(folder));
}

function writability(folder: string, shown: string): HealthCheck {
  const there = standing(folder);
  try {
    // Permissions tell less than trying does: a disk may be read-only.
    const trial = mkdtempSync(join(there, ".demarche-"));
    try {
      writeFileSync(join(trial, "trial"), "written");
    } finally {
      rmSync(trial, { recursive: true });
    }
    return good("data", existsSync(folder) ? `${shown} can be written` : `${shown} can be made`);
  } catch {
    const advice = "name another folder with --data, or change its permissions";
    return { name: "data", state: "bad", found: `${shown} cannot be written`, advice };
  }
}

function disk(folder: string): HealthCheck {
  const { bavail, bsize } = statfsSync(standing(folder));
  const free = bavail * bsize;
  const found = `${Math.floor(free / 1024 / 1024)} MB free`;
  if (free >= freeWanted) return good("disk", found);
  const advice = "make room: when the disk is full, nothing that was confirmed is lost, but nothing new is taken";
  return { name: "disk", state: free < freeWanted / 20 ? "bad" : "doubt", found, advice };
}

/** How the address of a socket is chosen. */
const sockets = {
  port: { port: "--port", host: "leave --host out to listen at all addresses of this machine" },
  desk: { port: "--desk-port", host: "leave --desk-host out to listen for this machine alone" },
} as const;

async function portFree(name: keyof typeof sockets, port: number, host: string): Promise<HealthCheck> {
  const option = sockets[name];
  const code = await new Promise<string | null>((done) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => done(error.code ?? "unknown"));
    server.listen({ port, host }, () => server.close(() => done(null)));
  });
  if (code === null) return good(name, `${port} is free`);
  if (code === "EADDRINUSE") {
    const advice = `if that is \`demarche serve\`, all is well; else use ${option.port} ${otherPort(port)}`;
    return { name, state: "bad", found: `${port} is in use`, advice };
  }
  if (code === "EACCES") {
    return {
      name,
      state: "bad",
      found: `${port} may not be used`,
      advice: `choose one above 1023 with ${option.port}`,
    };
  }
  return { name, state: "bad", found: `${host} is no address of this machine`, advice: option.host };
}

function network(host: string, port: number): HealthCheck {
  const addresses = isEverywhere(host) ? lanAddresses() : [host];
  if (isLoopback(host)) {
    const advice = "leave --host out so that a class can reach it";
    return { name: "network", state: "doubt", found: "this machine alone will reach the server", advice };
  }
  const [first, ...others] = addresses;
  if (first === undefined) {
    const advice = "join the network that the class uses, or open a hotspot on this machine";
    return { name: "network", state: "bad", found: "this machine is in no network", advice };
  }
  const found = `the class will join at http://${hostPart(first)}:${port}/`;
  if (others.length === 0) return good("network", found);
  const advice = `if that fails, try ${others.join(", ")}: it depends on which network the class is in`;
  return { name: "network", state: "good", found, advice };
}

/** Firewalls cannot be asked without their owner's rights; where one is likely, it is said how to open the port. */
function firewall(host: string, port: number, { PATH }: Terminal["environment"]): HealthCheck {
  if (isLoopback(host)) return good("firewall", "none concerns this machine alone");
  const advice = firewallAdvice(port, PATH);
  if (advice === null) return good("firewall", "none was found");
  return {
    name: "firewall",
    state: "doubt",
    found: "one may keep the class out; try the address with a telephone",
    advice,
  };
}

function firewallAdvice(port: number, path: string | undefined): string | null {
  if (process.platform === "darwin") return "System Settings, Network, Firewall: allow incoming connections for node";
  if (process.platform === "win32") {
    return `as administrator: netsh advfirewall firewall add rule name=Demarche dir=in action=allow protocol=TCP localport=${port}`;
  }
  if (programIn(path, ["ufw"]) !== null) return `if ufw is on: sudo ufw allow ${port}/tcp`;
  if (programIn(path, ["firewall-cmd"]) !== null) return `if firewalld is on: sudo firewall-cmd --add-port=${port}/tcp`;
  return null;
}

const browsers = [
  "firefox",
  "firefox-esr",
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "microsoft-edge",
];

function browser({ PATH, BROWSER }: Terminal["environment"]): HealthCheck {
  if (process.platform === "darwin" || process.platform === "win32") {
    return good("browser", "the system has one; it should be no older than four years");
  }
  const found = BROWSER ?? programIn(PATH, browsers);
  if (found !== null) return good("browser", found);
  const advice = "install Firefox or Chromium, or open the teacher's link on another machine of the network";
  return { name: "browser", state: "doubt", found: "none was found here", advice };
}

/** The first of some programs that can be started. */
function programIn(path: string | undefined, names: readonly string[]): string | null {
  const folders = [...(path ?? "").split(delimiter).filter((folder) => folder !== ""), "/usr/sbin", "/sbin"];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram) ?? null;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
