/**
 * `demarche serve` as a process of its own, which can be killed at any moment and started again over the same data.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

export class ServerProcess {
  readonly data: string;
  /** Where the class gets in, such as `http://127.0.0.1:40123`. */
  address = "";
  /** Where the teacher gets in. */
  desk = "";
  /** The secret of the teacher's link. */
  secret = "";
  /** What it wrote beside its addresses. */
  told = "";
  /** The program: from source, or as it was built. */
  main = join(root, "src/cli/main.ts");
  /** Its environment beside this process's own. */
  environment: Record<string, string> = {};
  private port = 0;
  private deskPort = 0;
  private child: ChildProcess | null = null;

  constructor(data = mkdtempSync(join(tmpdir(), "demarche-class-"))) {
    this.data = data;
  }

  /** Starts it, on the ports it had before. */
  async start(...more: readonly string[]): Promise<void> {
    const ports = ["--port", String(this.port), "--desk-port", String(this.deskPort)];
    const words = ["serve", "--host", "127.0.0.1", ...ports, "--data", this.data, ...more];
    const child = spawn(process.execPath, [this.main, ...words], {
      cwd: root,
      env: { ...process.env, ...this.environment },
    });
    this.child = child;
    this.told = "";
    child.stderr?.on("data", (data: Buffer) => {
      this.told += data.toString();
    });
    await new Promise<void>((resolve, reject) => {
      let out = "";
      child.stdout?.on("data", (data: Buffer) => {
        out += data.toString();
        const [, desk, secret] = /Teacher\s+(http\S+)\/teach#(\S+)/.exec(out) ?? [];
        const [, address] = /Class\s+(http\S+)\/\s/.exec(out) ?? [];
        if (desk === undefined || secret === undefined || address === undefined) return;
        Object.assign(this, { desk, secret, address });
        this.port = Number(new URL(address).port);
        this.deskPort = Number(new URL(desk).port);
        resolve();
      });
      child.on("exit", (code) => reject(new Error(`the server ended with ${code}: ${this.told}`)));
    });
  }

  /** Asks it to stop by a signal; the code with which it ended. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    const { child } = this;
    if (child === null) return null;
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    child.kill(signal);
    const code = await ended;
    this.child = null;
    return code;
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
    this.child = null;
  }

  /** From now on nobody reads what it prints. */
  closePipes(): void {
    this.child?.stdout?.destroy();
    this.child?.stderr?.destroy();
  }

  /** Sends it a signal. */
  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  /** The process's id. */
  get pid(): number {
    return this.child?.pid ?? 0;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.data, { recursive: true, force: true });
  }
}
