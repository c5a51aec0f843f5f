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
  /** The server's address, such as `http://127.0.0.1:40123`. */
  address = "";
  /** The secret of the teacher's link. */
  secret = "";
  private port = 0;
  private child: ChildProcess | null = null;

  constructor(data = mkdtempSync(join(tmpdir(), "demarche-class-"))) {
    this.data = data;
  }

  /** Starts it, on the port it had before. */
  async start(): Promise<void> {
    const words = ["serve", "--host", "127.0.0.1", "--port", String(this.port), "--data", this.data];
    const child = spawn(process.execPath, [join(root, "src/cli/main.ts"), ...words], { cwd: root });
    this.child = child;
    let told = "";
    child.stderr?.on("data", (data: Buffer) => {
      told += data.toString();
    });
    await new Promise<void>((resolve, reject) => {
      let out = "";
      child.stdout?.on("data", (data: Buffer) => {
        out += data.toString();
        const found = /Teacher\s+(http:\S+)\/teach#(\S+)/.exec(out);
        if (found === null) return;
        this.address = found[1] ?? "";
        this.secret = found[2] ?? "";
        this.port = Number(new URL(this.address).port);
        resolve();
      });
      child.on("exit", (code) => reject(new Error(`the server ended with ${code}: ${told}`)));
    });
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

  /** The process's id. */
  get pid(): number {
    return this.child?.pid ?? 0;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.data, { recursive: true, force: true });
  }
}
