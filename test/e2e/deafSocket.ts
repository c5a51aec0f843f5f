/**
 * A browser that has fallen asleep: its websocket stands, and it answers nothing any more.
 */
import { connect, type Socket } from "node:net";
import type { Cookies } from "./classroom.ts";

/** Opens a room's socket by hand and leaves it alone. */
export async function deafSocket(door: string, path: string, cookies: Cookies): Promise<Socket> {
  const { hostname, port } = new URL(door);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  const cookie = Object.entries(cookies)
    .map((pair) => pair.join("="))
    .join("; ");
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    `Cookie: ${cookie}`,
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  const first = await new Promise<Buffer>((done) => socket.once("data", done));
  if (!first.toString().startsWith("HTTP/1.1 101 ")) throw new Error(`no socket: ${first.toString().slice(0, 60)}`);
  return socket;
}
