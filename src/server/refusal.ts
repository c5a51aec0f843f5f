/**
 * Why a request gets no answer, with the status that says so: something is not there, takes too much, or has to wait.
 */
import { Mistake } from "../scenario/mistake.ts";

/** A mistake or a limit, as it is answered. */
export class RefusedRequest extends Mistake {
  /** The status of the answer. */
  readonly status: number;

  constructor(status: number, message: string, hint: string | null = null) {
    super(message, hint);
    this.status = status;
  }
}

/** Something that a request names and that is not there. */
export class Missing extends RefusedRequest {
  constructor(message: string) {
    super(404, message);
  }
}
