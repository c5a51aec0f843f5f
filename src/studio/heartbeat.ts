/**
 * The thread of a child process that tells the memory it takes, and ends it once nobody listens any more.
 *
 * Whoever started the process may die at any moment, however it dies; then the pipe of the standard output has no
 * reader, and writing fails. A thread notices that also where the process is busy and hears no message.
 */
import { writeSync } from "node:fs";
import { memoryUsage, pid } from "node:process";

/** Milliseconds between two tellings. */
const pauseMs = 250;

setInterval(() => {
  try {
    writeSync(1, `${memoryUsage.rss()}\n`);
  } catch (error) {
    const isFull = error instanceof Error && "code" in error && error.code === "EAGAIN";
    // Only a signal ends the whole process from one of its threads.
    if (!isFull) process.kill(pid, "SIGKILL");
  }
}, pauseMs);
