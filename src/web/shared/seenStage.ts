/**
 * Which stage of the lesson somebody has seen, as opposed to which one their screen shows at this moment.
 *
 * Whoever clicks twice sends the second click after the page has moved on already, and does not mean the new stage: they
 * have not seen it yet. So a stage counts as seen only after it has been in view for a while.
 */

/** Milliseconds in view after which a stage counts as seen. */
export const seenMs = 700;

export class SeenStage {
  private readonly now: () => number;
  private last: number | null = null;
  private shown: { readonly stage: number; readonly since: number } | null = null;
  private inView = true;

  /** @param now milliseconds that only grow. */
  constructor(now: () => number) {
    this.now = now;
  }

  /** The screen shows a stage from now on. The first one of all counts as seen at once. */
  show(stage: number): void {
    if (this.shown?.stage === stage) return;
    this.settle();
    this.shown = { stage, since: this.now() };
  }

  /** The page has come into view, or gone out of it: a stage that came up in a hidden window was seen by nobody. */
  look(inView: boolean): void {
    this.settle();
    if (inView && !this.inView && this.shown !== null) this.shown = { ...this.shown, since: this.now() };
    this.inView = inView;
  }

  /** The newest stage that was seen; 0 before any was shown. */
  get seen(): number {
    this.settle();
    return this.last ?? 0;
  }

  private settle(): void {
    if (this.shown === null) return;
    const { stage, since } = this.shown;
    if (this.last === null || (this.inView && this.now() - since >= seenMs)) this.last = stage;
  }
}
