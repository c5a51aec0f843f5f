/**
 * How much memory a child process may take: a share of what is free as it starts, so that the server and the machine
 * keep theirs.
 */
import { freemem } from "node:os";
import { Mistake } from "../scenario/mistake.ts";

const mebibyte = 2 ** 20;

/** Megabytes that are free for this process: of the machine, and of a container that is given less. */
function freeMegabytes(): number {
  return Math.floor(Math.min(freemem(), process.availableMemory()) / mebibyte);
}

/** Part of the free memory that all children together may take. */
const share = 0.75;

/** The least with which anything can be done, in megabytes: the program itself takes about a hundred. */
const least = 192;

/**
 * Megabytes that one of some children may take, of what is free now.
 * @param children that may run at once.
 * @throws Mistake where that is too little for anything.
 */
export function memoryCeiling(children: number, free = freeMegabytes()): number {
  const ceiling = Math.floor((free * share) / children);
  if (ceiling >= least) return ceiling;
  const message = `only ${free} MB of this machine's memory are free, too little for a task`;
  throw new Mistake(message, "close other programs and try again");
}
