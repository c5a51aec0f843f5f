/**
 * A mistake of the person who uses Demarche, as against a fault of the model or a bug of ours.
 *
 * It is thrown where bad input is found outside a document (documents get diagnostics) and reported as its message and
 * hint alone.
 */
export class Mistake extends Error {
  /** What to do instead, or null. */
  readonly hint: string | null;

  constructor(message: string, hint: string | null = null) {
    super(message);
    this.name = "Mistake";
    this.hint = hint;
  }
}
