/**
 * A policy that a solution found, as the language writes policies: weights over moves and holding.
 */
import type { Policy } from "../scenario/model.ts";

/** The policy of one actor. */
export interface PolicyTable {
  readonly actor: string;
  readonly policy: Policy;
}
