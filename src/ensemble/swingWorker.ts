/**
 * A worker thread that weighs the decisions it is given.
 */
import { workerData } from "piscina";
import { type DecisionPoint, type DecisionResult, decisionWeigher, type SwingTask } from "./swing.ts";

const { model, treatment, seed, runs } = workerData as SwingTask;
const weigh = decisionWeigher(model, treatment, seed, runs);

/** Weighs one decision. */
export default function weighDecision(decision: DecisionPoint): DecisionResult {
  return weigh(decision);
}
