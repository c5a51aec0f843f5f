/**
 * The last net of a server process: whatever was thrown and caught by nobody costs a line in the log, never the class.
 */

/**
 * Takes everything that nobody else caught.
 * @param tell is told what was being done and what was thrown.
 * @returns what takes the net away again.
 */
export function catchUnhandled(tell: (where: string, error: unknown) => void): () => void {
  const thrown = (error: unknown): void => tell("uncaught", error);
  const rejected = (error: unknown): void => tell("unhandled rejection", error);
  process.on("uncaughtException", thrown);
  process.on("unhandledRejection", rejected);
  return () => {
    process.off("uncaughtException", thrown);
    process.off("unhandledRejection", rejected);
  };
}
