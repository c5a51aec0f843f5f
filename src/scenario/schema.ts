/**
 * The JSON Schema of scenario documents, for completion and hover texts in editors.
 *
 * It is derived from the shape, so it cannot differ from what is accepted; what it cannot say (names, expressions) the
 * reader checks.
 */
import { z } from "zod";
import { documentShape } from "./shape.ts";

/** The JSON Schema (draft 2020-12) of a scenario document. */
export function scenarioSchema(): object {
  const schema = z.toJSONSchema(documentShape, { target: "draft-2020-12", io: "input" });
  return { ...schema, title: "Demarche scenario", description: "A diplomatic crisis that Demarche can run." };
}
