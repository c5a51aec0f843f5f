/**
 * What lint has to say about a model, placed by a path of its document.
 */

export interface LintFinding {
  readonly severity: "error" | "warning";
  readonly code: string;
  /** Where in the document, as in `moves.deliver_rejection.when`. */
  readonly path: string;
  /** The word there that is meant, if it is not the whole. */
  readonly word?: string;
  readonly message: string;
  readonly hint: string | null;
}
