/**
 * A model fault, on its way to becoming an event: what was being evaluated, and why it failed.
 */
import type { Fault } from "./event.ts";

/** A model fault, on its way to becoming an event. */
export class Faulted extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(`${fault.path}: ${fault.reason}`);
    this.name = "Faulted";
    this.fault = fault;
  }
}
